"""Asking for long work: what an officer starts from a page and a background worker does, in the officer's name.

Asking is the act: its journal entry and the job are one transaction. Asked for twice, it is one job.
"""

from __future__ import annotations

import datetime as dt

from mazdoor.access.permissions import check_may
from mazdoor.access.services import acting_as
from mazdoor.delivery.payments import refusals, tasks
from mazdoor.delivery.payments.models import PaymentFile, Payroll
from mazdoor.delivery.payments.states import FileState, PayrollState
from mazdoor.journal.services import put_behind, record

UNFINISHED = (FileState.PLANNED, FileState.WRITTEN, FileState.SENDING, FileState.UNKNOWN)
"""Files that a run of sending has something to do for."""


def ask_to_prepare(*, payroll_id: int, officer_id: int) -> bool:
    """Let a draft be prepared behind. False where it is under way or done. Refuses OFF-002, PAY-001, PAY-002, PAY-019."""
    with acting_as(officer_id=officer_id) as officer:
        check_may(officer, "payments.prepare")
        payroll = _held(payroll_id)
        if payroll.prepared_by_id != officer_id:
            raise refusals.NOT_YOURS.because(payroll=payroll_id)
        if payroll.state == PayrollState.PREPARED:
            return False
        if payroll.state != PayrollState.DRAFTED:
            raise refusals.WRONG_STATE.because(payroll=payroll_id, state=payroll.state)
        put = put_behind(tasks.prepare, key=tasks.key_of(payroll_id), payroll_id=payroll_id, officer_id=officer_id)
        if put:
            record(act="payments.payroll.preparing_asked", subject=f"payroll:{payroll_id}")
        return put


def ask_to_send(*, payroll_id: int, officer_id: int) -> bool:
    """Let a released payroll's files be written and sent behind; of files whose outcome is unknown the bank is asked
    first. False where it is under way or nothing is left to send. Refuses OFF-002, PAY-001, PAY-002."""
    with acting_as(officer_id=officer_id) as officer:
        check_may(officer, "payments.release")
        payroll = _held(payroll_id)
        if payroll.state not in (PayrollState.RELEASED, PayrollState.CLOSED):
            raise refusals.WRONG_STATE.because(payroll=payroll_id, state=payroll.state)
        if not PaymentFile.objects.filter(payroll_id=payroll_id, state__in=UNFINISHED).exists():
            return False
        put = put_behind(tasks.send, key=tasks.key_of(payroll_id), payroll_id=payroll_id, officer_id=officer_id)
        if put:
            record(act="payments.payroll.sending_asked", subject=f"payroll:{payroll_id}")
        return put


def find_own_draft(
    *, programme_code: str, period_from: dt.date, period_to: dt.date, kind: str, officer_id: int
) -> int | None:
    """The draft this officer has begun for a period, or None: a form sent twice meets its own first payroll."""
    return (
        Payroll.objects.filter(
            cycle__programme_code=programme_code,
            cycle__period_from=period_from,
            cycle__period_to=period_to,
            kind=kind,
            state=PayrollState.DRAFTED,
            prepared_by_id=officer_id,
        )
        .values_list("id", flat=True)
        .first()
    )


def _held(payroll_id: int) -> Payroll:
    payroll = Payroll.objects.select_for_update().filter(pk=payroll_id).first()
    if payroll is None:
        raise refusals.PAYROLL_UNKNOWN.because(payroll=payroll_id)
    return payroll
