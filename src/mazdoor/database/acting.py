"""Telling the database who acts: settings that last as long as the transaction.

Row-level security reads ``mazdoor.areas``, and ``mazdoor.person`` where a worker looks at the own record; the journal and
the separation of persons read ``mazdoor.officer``. Rooms use ``access.services.acting_as`` and
``access.workers.acting_as_worker``; this is what stands beneath them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction

_SETTINGS: Final = ("mazdoor.officer", "mazdoor.areas", "mazdoor.reason", "mazdoor.person")


@contextmanager
def acting(*, officer: str, areas: str, reason: str, person: str = "") -> Iterator[None]:
    """A transaction with the settings made, and those of the surrounding block put back at its end.

    ``person`` is a comma list of the person numbers of one worker, who sees these and nothing else; an officer and the
    system leave it empty.
    """
    with transaction.atomic():
        before = _all()
        _set((officer, areas, reason, person))
        try:
            yield
        finally:
            # After an error the rollback takes the settings with it; asking a broken transaction would hide the error.
            if not connection.needs_rollback and _is_usable():
                _set(before)


def current() -> tuple[str, str, str]:
    """(officer, areas, reason) of this transaction; empty words where nothing is set."""
    officer, areas, reason, _ = _all()
    return officer, areas, reason


def current_person() -> str:
    """The person numbers of the worker who acts, with commas between; empty where no worker does."""
    return _all()[3]


def _all() -> tuple[str, str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in _SETTINGS))
        officer, areas, reason, person = cursor.fetchone()
    return officer, areas, reason, person


def _set(values: tuple[str, str, str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in _SETTINGS), values)


def _is_usable() -> bool:
    """Whether the transaction still takes statements: PostgreSQL refuses them after an error until the rollback."""
    from psycopg.pq import TransactionStatus

    raw = connection.connection
    return raw is not None and raw.info.transaction_status in {TransactionStatus.INTRANS, TransactionStatus.IDLE}
