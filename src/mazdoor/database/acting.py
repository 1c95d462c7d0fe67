"""Telling the database who acts: settings that last as long as the transaction.

Row-level security reads ``mazdoor.areas``, and ``mazdoor.person`` where a worker looks at the own record; the journal and
the separation of persons read ``mazdoor.officer``. Rooms use ``access.services.acting_as`` and
``access.workers.acting_as_worker``; this is what stands beneath them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection, transaction

from mazdoor.database.prepared import ask

Settings = tuple[str, str, str, str]
_SETTINGS: Final = ("mazdoor.officer", "mazdoor.areas", "mazdoor.reason", "mazdoor.person")
_ASK: Final = "SELECT " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in _SETTINGS)
_SET: Final = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in _SETTINGS)


@contextmanager
def acting(*, officer: str, areas: str, reason: str, person: str = "", record: Any = None) -> Iterator[None]:
    """A transaction with the settings made, and those of the surrounding block put back at its end.

    ``person`` is a comma list of the person numbers of one worker, who sees these and nothing else; an officer and the
    system leave it empty. ``record`` is what the caller knows of who acts; `acting_record` gives it back.
    """
    within = connection.in_atomic_block
    with transaction.atomic():
        settings = (officer, areas, reason, person)
        before = _all() if within else None
        _set(settings)
        stack = _stack()
        if record is None and stack and stack[-1][0][0] == officer:
            record = stack[-1][1]  # the same officer with other areas
        stack.append((settings, record))
        try:
            yield
        finally:
            stack.pop()
            # A transaction's own settings end with it. After an error the rollback takes them with it; asking a broken
            # transaction would hide the error.
            if before is not None and not connection.needs_rollback and _is_usable():
                _set(before)


def current() -> tuple[str, str, str]:
    """(officer, areas, reason) of this transaction; empty words where nothing is set."""
    officer, areas, reason, _ = _all()
    return officer, areas, reason


def current_person() -> str:
    """The person numbers of the worker who acts, with commas between; empty where no worker does."""
    return _all()[3]


def acting_record() -> Any:
    """What the block that acts now knows of who acts; ``None`` where it said nothing."""
    stack = _stack()
    return stack[-1][1] if stack else None


def current_areas() -> str | None:
    """The areas of this transaction, where a block of `acting` made them; ``None`` where only the database knows."""
    stack = _stack()
    return stack[-1][0][1] if stack else None


class _Here(threading.local):
    """What one thread holds: a thread has one connection, and so one transaction."""

    def __init__(self) -> None:
        self.stack: list[tuple[Settings, Any]] = []


_here: Final = _Here()


def _stack() -> list[tuple[Settings, Any]]:
    """The blocks of `acting` on this thread, the innermost last: what they set needs not be asked again."""
    return _here.stack


def _all() -> Settings:
    stack = _stack()
    if stack:
        return stack[-1][0]
    ((officer, areas, reason, person),) = ask(_ASK)
    return officer, areas, reason, person


def _set(values: Settings) -> None:
    ask(_SET, values)


def _is_usable() -> bool:
    """Whether the transaction still takes statements: PostgreSQL refuses them after an error until the rollback."""
    from psycopg.pq import TransactionStatus

    raw = connection.connection
    return raw is not None and raw.info.transaction_status in {TransactionStatus.INTRANS, TransactionStatus.IDLE}
