"""How bulk work behaves: in whose name, one worker at a payroll, and plans made for many rows.

The lock belongs to the database connection, so a worker that dies gives it up.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection

from mazdoor.access.permissions import check_may
from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.database.acting import acting
from mazdoor.delivery.payments import refusals

_ROOM: Final = 7_261_019
PATIENCE_SECONDS: Final = 10.0
"""The server notices a killed worker when it next speaks to it; until then the dead one's lock is held."""


@contextmanager
def in_name_of(officer_id: int | None, *, act: str, reason: str) -> Iterator[None]:
    """A transaction in an officer's name that sees every area: a payroll is the country's, whoever handles it.

    Refuses OFF-001 and OFF-002 (this desk may not ``act``), each time anew, so an officer who has lost the desk meanwhile
    is stopped at the next step. With None nobody acts: the system does, for ``reason``.
    """
    if officer_id is None:
        with acting_as_system(reason=reason):
            yield
        return
    with acting_as(officer_id=officer_id) as officer:
        check_may(officer, act)
        with acting(officer=str(officer_id), areas="*", reason=""):
            yield


@contextmanager
def work_on_payroll(payroll_id: int) -> Iterator[None]:
    """Hold the payroll for this connection. Refuses (PAY-011) while another one holds it."""
    key = [_ROOM, payroll_id % 2**31]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _ask("SELECT pg_try_advisory_lock(%s, %s)", key):
        if time.monotonic() > deadline:
            raise refusals.ALREADY_RUNNING.because(payroll=payroll_id)
        time.sleep(0.1)
    try:
        yield
    finally:
        if not connection.needs_rollback and connection.connection is not None and not connection.connection.closed:
            _ask("SELECT pg_advisory_unlock(%s, %s)", key)


def plan_for_many(cursor: Any) -> None:
    """Until the transaction ends, plan for millions of rows, whatever the statistics say.

    Tables just filled have no statistics yet, and a nested loop chosen for "a few rows" would take days for many.
    """
    cursor.execute("SET LOCAL enable_nestloop = off")
    cursor.execute("SET LOCAL work_mem = '256MB'")


def _ask(question: str, key: list[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, key)
        return bool(cursor.fetchone()[0])
