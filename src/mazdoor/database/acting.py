"""Telling the database who acts: three settings that last as long as the transaction.

Row-level security reads ``mazdoor.areas``; the journal and the separation of persons read ``mazdoor.officer``.
Rooms use ``access.services.acting_as``; this is what stands beneath it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction

_SETTINGS: Final = ("mazdoor.officer", "mazdoor.areas", "mazdoor.reason")


@contextmanager
def acting(*, officer: str, areas: str, reason: str) -> Iterator[None]:
    """A transaction with the settings made, and those of the surrounding block put back at its end."""
    with transaction.atomic():
        before = current()
        _set((officer, areas, reason))
        try:
            yield
        finally:
            # After an error the rollback takes the settings with it; asking a broken transaction would hide the error.
            if not connection.needs_rollback and _is_usable():
                _set(before)


def current() -> tuple[str, str, str]:
    """(officer, areas, reason) of this transaction; empty words where nothing is set."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in _SETTINGS))
        officer, areas, reason = cursor.fetchone()
    return officer, areas, reason


def _set(values: tuple[str, str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in _SETTINGS), values)


def _is_usable() -> bool:
    """Whether the transaction still takes statements: PostgreSQL refuses them after an error until the rollback."""
    from psycopg.pq import TransactionStatus

    raw = connection.connection
    return raw is not None and raw.info.transaction_status in {TransactionStatus.INTRANS, TransactionStatus.IDLE}
