"""Asking the banks, behind the page."""

from __future__ import annotations

from importlib import import_module
from typing import Final, Protocol, cast

from django.conf import settings
from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from mazdoor.access.permissions import check_may
from mazdoor.access.services import acting_as
from mazdoor.delivery.reconciliation.ports import StatementReader, StatusReader
from mazdoor.delivery.reconciliation.services import Inbox, reconcile
from mazdoor.journal import selectors as journal
from mazdoor.journal.refusals import JOB_RUNS_ALREADY
from mazdoor.journal.services import job_run, put_behind, record
from mazdoor.kernel.refusals import Refusal

ASKING: Final = "reconciliation.ask"
KEY: Final = "banks"
_AGAIN: Final = RetryStrategy(max_attempts=5, linear_wait=5, retry_exceptions=(OSError, OperationalError))


class Wires(Protocol):
    """Who stands behind the ports in this installation."""

    def bank_rail(self) -> Inbox:
        """The way to the banks. Refuses CFG-001 where nobody has said where they answer."""

    def status_reader(self) -> StatusReader:
        """Reads reports."""

    def statement_reader(self) -> StatementReader:
        """Reads statements."""


@app.task(name=ASKING, retry=_AGAIN)
def ask_banks() -> None:
    """Ask every bank about unfinished files and new statements. What a bank says is its word and nobody's act."""
    wires = cast(Wires, import_module(settings.MAZDOOR_WIRES))
    try:
        with job_run(name=ASKING, key=KEY):
            reconcile(
                rail=wires.bank_rail(), status_reader=wires.status_reader(), statement_reader=wires.statement_reader()
            )
    except Refusal as no:  # kept with the job and told on the page
        if no.kind is JOB_RUNS_ALREADY:
            raise OSError from no


def ask_for_answers(*, officer_id: int) -> bool:
    """Let the banks be asked behind, because this officer wants to know. False where they are being asked already.

    Refuses OFF-002.
    """
    with acting_as(officer_id=officer_id) as officer:
        check_may(officer, "payments.release")
        put = put_behind(ask_banks, key=KEY)
        if put:
            record(act="reconciliation.answers.asked", subject="banks")
        return put


def find_asking() -> bool:
    """Whether the banks are being asked now, or are about to be."""
    behind = journal.find_behind(task=ASKING, key=KEY)
    return behind is not None and behind.state != "ended"
