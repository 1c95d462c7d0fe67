"""Doors into reconciliation: take what banks send, fetch what they have, resolve what a person must."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from django.db import connection
from django.db.models import Max
from django.db.models.functions import Now

from mazdoor.access.permissions import check_may
from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.payments import selectors as payment_selectors
from mazdoor.delivery.payments import services as payments
from mazdoor.delivery.reconciliation import refusals, suspense
from mazdoor.delivery.reconciliation.messages import Imported
from mazdoor.delivery.reconciliation.models import BankMessage, ReconciliationException
from mazdoor.delivery.reconciliation.ports import Source, StatementReader, StatusReader
from mazdoor.delivery.reconciliation.reports import import_status_report
from mazdoor.delivery.reconciliation.statements import import_statement
from mazdoor.delivery.reconciliation.states import ExceptionState, MessageKind, Resolution
from mazdoor.journal.services import record
from mazdoor.kernel.money import format_rupees
from mazdoor.kernel.refusals import Refusal
from mazdoor.ledger import selectors as ledger

__all__ = [
    "check_bank_balance",
    "import_statement",
    "import_status_report",
    "reconcile",
    "resolve_exception",
    "try_exception_again",
]


class Inbox(Protocol):
    """Where reports and statements come from: the receiving half of ``payments.ports.PaymentRail``."""

    def fetch_status(self, *, bank_code: str, message_id: str) -> Sequence[bytes | Path]:
        """Status reports of a message, oldest first."""

    def fetch_statement(self, *, bank_code: str, since: int) -> Sequence[bytes | Path]:
        """Statements numbered above ``since``, oldest first."""


@dataclass(slots=True)
class Reconciled:
    """What one round of asking the banks gave. ``silent`` names banks that could not be asked, ``unreadable`` counts
    files that are not what they should be; neither stops the others."""

    reports: int = 0
    statements: int = 0
    lines: int = 0
    applied: int = 0
    repeated: int = 0
    exceptions: int = 0
    unreadable: int = 0
    silent: set[str] = field(default_factory=set)
    closed_payrolls: list[int] = field(default_factory=list)

    def take(self, read: Callable[[], Imported]) -> None:
        """Take one file and count it, if it was new. A file that cannot be read is told and left for the next round."""
        try:
            imported = read()
        except Refusal as no:
            if no.kind is not refusals.UNREADABLE:
                raise
            self.unreadable += 1
            with acting_as_system(reason="asking the banks"):
                record(act="reconciliation.message.unreadable", subject="message", details=no.details)
            return
        if imported.fresh:
            self.lines += imported.lines
            self.applied += imported.applied
            self.repeated += imported.repeated
            self.exceptions += imported.exceptions


def reconcile(*, rail: Inbox, status_reader: StatusReader, statement_reader: StatementReader) -> Reconciled:
    """Ask every bank about every unfinished file and for its new statements, and take what they say.

    Statements are asked for until a bank has no more. Finished payrolls are closed. Safe to run at any time, again and
    again, and to be killed: each file is one transaction and is imported once.
    """
    done = Reconciled()
    with acting_as_system(reason="asking the banks"):  # whose answers are waited for is asked of all areas
        files = payment_selectors.list_unfinished_files()
    for file in files:
        try:
            reports: Sequence[Source] = rail.fetch_status(bank_code=file.bank_code, message_id=file.message_id)
        except OSError:
            done.silent.add(file.bank_code)
            continue
        for report in reports:
            done.take(partial(import_status_report, bank_code=file.bank_code, source=report, reader=status_reader))
            done.reports += 1
    for bank_code in payment_selectors.list_paying_banks():
        while True:
            before = _newest_statement(bank_code)
            try:
                statements: Sequence[Source] = rail.fetch_statement(bank_code=bank_code, since=before)
            except OSError:
                done.silent.add(bank_code)
                break
            for statement in statements:
                done.take(partial(import_statement, bank_code=bank_code, source=statement, reader=statement_reader))
                done.statements += 1
            if _newest_statement(bank_code) == before:
                break
    done.closed_payrolls = payments.close_finished_payrolls()
    return done


def resolve_exception(*, exception_id: int, officer_id: int, resolution: str, note: str) -> None:
    """Close an exception with a note of what came of it (no personal value). Money in suspense stays there until it is
    moved by an act of its own. Refuses REC-001, OFF-002."""
    with acting_as(officer_id=officer_id) as officer:
        check_may(officer, "reconciliation.resolve")
        changed = ReconciliationException.objects.filter(pk=exception_id, state=ExceptionState.OPEN).update(
            state=ExceptionState.RESOLVED,
            resolution=Resolution(resolution),
            resolved_by=officer_id,
            resolved_at=Now(),
            note=note[:200],
        )
        if not changed:
            raise refusals.EXCEPTION_UNKNOWN.because(exception=exception_id)
        record(
            act="reconciliation.exception.resolved",
            subject=f"exception:{exception_id}",
            details={"resolution": str(resolution)},
        )


def try_exception_again(*, exception_id: int, officer_id: int) -> None:
    """Take what the bank said after all, where it fits now with what we know.

    Refuses REC-001, OFF-002, REC-003 (it still does not fit), REC-004 (no news of an instruction of ours).
    """
    with acting_as(officer_id=officer_id) as officer:
        check_may(officer, "reconciliation.resolve")
        found = ReconciliationException.objects.filter(pk=exception_id, state=ExceptionState.OPEN).first()
        if found is None:
            raise refusals.EXCEPTION_UNKNOWN.because(exception=exception_id)
        if found.instruction_id is None or not found.news:
            raise refusals.NOTHING_TO_APPLY.because()
        today = dt.datetime.now(dt.UTC).date()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS news")
            cursor.execute(
                """CREATE TEMPORARY TABLE news ON COMMIT DROP AS
                   SELECT id AS line_no, instruction_id, amount, news AS answer, reason_code AS reason,
                          coalesce(occurred_on, %s::date) AS occurred_on
                   FROM reconciliation_reconciliationexception WHERE id = %s""",
                [today, exception_id],
            )
            taken = suspense.take_again(
                bank_code=found.bank_code,
                message_id=found.message_id,
                source=f"exception:{exception_id}",
                on=today,
            )
            if not taken:
                cursor.execute("SELECT outcome FROM judged")
                raise refusals.STILL_NOT_APPLICABLE.because(outcome=cursor.fetchone()[0])
        record(act="reconciliation.exception.applied", subject=f"exception:{exception_id}")


def check_bank_balance(*, bank_code: str) -> int:
    """Our books of our account at the bank, in paisa, equal to the closing balance of its newest statement.

    Refuses (REC-005) a difference.
    """
    with acting_as_system(reason="checking a bank's balance"):
        newest = (
            BankMessage.objects.filter(bank_code=bank_code, kind=MessageKind.STATEMENT)
            .exclude(closing_amount=None)
            .order_by("-sequence", "-id")
            .first()
        )
        ours = sum(found.balance_amount for found in ledger.list_balances(role="bank") if found.bank_code == bank_code)
        if newest is not None and newest.closing_amount != ours:
            difference = abs(ours - (newest.closing_amount or 0))
            raise refusals.BOOKS_DIFFER.because(bank=bank_code, difference=format_rupees(difference, symbol=""))
        return ours


def _newest_statement(bank_code: str) -> int:
    found = BankMessage.objects.filter(bank_code=bank_code, kind=MessageKind.STATEMENT).aggregate(Max("sequence"))
    return int(found["sequence__max"] or 0)
