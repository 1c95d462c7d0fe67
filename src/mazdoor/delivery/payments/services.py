"""Doors into payments. Each is one act, in one transaction, in the name of an officer, with one journal entry.

Here are those of cycles and payrolls. Others lie beside, and their doors are given on from here: ``funding`` (our accounts at
banks, a programme's money), ``entitlements`` (what a single person is owed), ``preparing`` (from enrolments to a frozen
payroll), ``sending`` (files to banks), ``answers`` (what banks say), ``conservation`` (does it add up).
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Min, Q
from django.db.models.functions import Now

from mazdoor.access.permissions import check_may
from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.payments import books, refusals
from mazdoor.delivery.payments.answers import apply_answers, apply_file_answer
from mazdoor.delivery.payments.asking import ask_to_prepare, ask_to_send, find_own_draft
from mazdoor.delivery.payments.conservation import ConservationSum, conservation
from mazdoor.delivery.payments.content import check_content
from mazdoor.delivery.payments.entitlements import cancel_entitlement, record_adjustment
from mazdoor.delivery.payments.funding import fund_programme, register_paying_bank
from mazdoor.delivery.payments.models import PaymentCycle, PaymentFile, PaymentInstruction, Payroll
from mazdoor.delivery.payments.preparing import prepare_payroll
from mazdoor.delivery.payments.sending import send_file_again, send_payroll
from mazdoor.delivery.payments.states import PayrollKind, PayrollState
from mazdoor.journal.services import record
from mazdoor.kernel.money import format_rupees
from mazdoor.kernel.refusals import Refusal
from mazdoor.ledger import services as ledger

__all__ = [
    "ConservationSum",
    "apply_answers",
    "apply_file_answer",
    "approve_payroll",
    "ask_to_prepare",
    "ask_to_send",
    "begin_payroll",
    "cancel_entitlement",
    "close_finished_payrolls",
    "conservation",
    "draft_payroll",
    "fund_programme",
    "open_cycle",
    "prepare_payroll",
    "record_adjustment",
    "register_paying_bank",
    "reject_payroll",
    "release_payroll",
    "send_file_again",
    "send_payroll",
]


def open_cycle(
    *, programme_code: str, period_from: dt.date, period_to: dt.date, officer_id: int, sequence: int = 1
) -> int:
    """The number of a programme's payment cycle (half-open period), opened if it is not there yet. Refuses OFF-002."""
    with acting_as(officer_id=officer_id) as officer:
        check_may(officer, "payments.prepare")
        cycle, made = PaymentCycle.objects.get_or_create(
            programme_code=programme_code, period_from=period_from, period_to=period_to, sequence=sequence
        )
        if made:
            record(act="payments.cycle.opened", subject=f"cycle:{cycle.pk}", details={"programme": programme_code})
        return cycle.pk


def draft_payroll(
    *,
    cycle_id: int,
    officer_id: int,
    kind: str = PayrollKind.REGULAR,
    purpose: str = "benefits",
    category_purpose: str = "SSBE",
    file_size: int = 100_000,
) -> int:
    """Begin a payroll of a cycle in the name of the officer who prepares it; returns its number.

    ``kind`` is ``regular`` (entitles whoever is enrolled and not yet entitled in the cycle) or ``follow_up`` (pays again
    what came back, and what could not be instructed before). Refuses OFF-002 (not this desk), PAY-016, PAY-017.
    """
    with acting_as(officer_id=officer_id) as officer:
        check_may(officer, "payments.prepare")
        if not PaymentCycle.objects.filter(pk=cycle_id).exists():
            raise refusals.CYCLE_UNKNOWN.because(cycle=cycle_id)
        try:
            with transaction.atomic():
                payroll = Payroll.objects.create(
                    cycle_id=cycle_id,
                    kind=PayrollKind(kind),
                    purpose=purpose,
                    category_purpose=category_purpose,
                    file_size=file_size,
                    prepared_by_id=officer_id,
                )
        except IntegrityError as error:
            if "payroll_one_in_making" in str(error):
                raise refusals.ONE_IN_MAKING.because() from error
            raise
        record(act="payments.payroll.drafted", subject=f"payroll:{payroll.pk}", details={"kind": str(kind)})
        return payroll.pk


def begin_payroll(
    *,
    programme_code: str,
    period_from: dt.date,
    period_to: dt.date,
    officer_id: int,
    kind: str = PayrollKind.REGULAR,
) -> int:
    """Open the cycle, draft a payroll of it and let it be prepared behind, all or nothing; returns its number.

    Asked again by the same officer while the draft stands, it is that draft. Refuses OFF-002, PAY-017.
    """
    with acting_as(officer_id=officer_id):
        try:
            cycle_id = open_cycle(
                programme_code=programme_code, period_from=period_from, period_to=period_to, officer_id=officer_id
            )
            number = draft_payroll(cycle_id=cycle_id, officer_id=officer_id, kind=kind)
        except Refusal as no:
            own = (
                find_own_draft(
                    programme_code=programme_code,
                    period_from=period_from,
                    period_to=period_to,
                    kind=kind,
                    officer_id=officer_id,
                )
                if no.kind is refusals.ONE_IN_MAKING
                else None
            )
            if own is None:
                raise
            number = own
        ask_to_prepare(payroll_id=number, officer_id=officer_id)
        return number


def approve_payroll(*, payroll_id: int, officer_id: int) -> None:
    """Approve what was prepared, after checking that it still is what was prepared.

    Refuses PAY-001, PAY-002, PAY-003 (the preparer), PAY-008, OFF-002.
    """
    with acting_as(officer_id=officer_id) as officer:
        payroll = _locked(payroll_id, PayrollState.PREPARED)
        check_may(officer, "payments.approve")
        if officer_id == payroll.prepared_by_id:
            raise refusals.SAME_PERSON.because(payroll=payroll_id)
        with acting_as_system(reason="checking a payroll's content"):
            check_content(payroll)
        Payroll.objects.filter(pk=payroll_id).update(
            state=PayrollState.APPROVED, approved_by_id=officer_id, approved_at=Now()
        )
        record(act="payments.payroll.approved", subject=f"payroll:{payroll_id}", root=_root(payroll))


def release_payroll(*, payroll_id: int, officer_id: int) -> None:
    """Release what was approved: its money is there and is blocked for it. Sending may begin (``send_payroll``).

    Refuses PAY-001, PAY-002, PAY-003 (preparer or approver), PAY-008, OFF-002, LED-004 (a bank's fund does not cover it).
    """
    with acting_as(officer_id=officer_id) as officer:
        payroll = _locked(payroll_id, PayrollState.APPROVED)
        check_may(officer, "payments.release")
        if officer_id in (payroll.prepared_by_id, payroll.approved_by_id):
            raise refusals.SAME_PERSON.because(payroll=payroll_id)
        with acting_as_system(reason="checking a payroll's content"):
            check_content(payroll)
        _block_funds(payroll)
        Payroll.objects.filter(pk=payroll_id).update(
            state=PayrollState.RELEASED, released_by_id=officer_id, released_at=Now()
        )
        record(act="payments.payroll.released", subject=f"payroll:{payroll_id}", root=_root(payroll))


def _block_funds(payroll: Payroll) -> None:
    """The programme's money at each bank covers what that bank is to pay, and nothing else may use it."""
    programme = payroll.cycle.programme_code
    lines = []
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT bank_code, sum(total_amount) FROM payments_paymentfile WHERE payroll_id = %s
               GROUP BY bank_code ORDER BY bank_code""",
            [payroll.pk],
        )
        for bank_code, amount in cursor.fetchall():
            fund, committed = books.fund(programme, bank_code), books.committed(programme, bank_code)
            ledger.check_cover(code=fund.code, amount=int(amount))
            lines.append(ledger.Line(debit=fund.code, credit=committed.code, amount=int(amount)))
    if lines:
        ledger.post(
            key=f"payroll:{payroll.pk}:blocked",
            kind="blocked",
            source=f"payroll:{payroll.pk}",
            occurred_on=dt.datetime.now(dt.UTC).date(),
            lines=lines,
        )


_REJECTED = """
SELECT %s::bigint, %s::bigint, amount, id, NULL::bigint FROM payments_entitlement
WHERE payroll_id = %s AND amount > 0 AND cancel_reason = 'payroll rejected' ORDER BY id
"""


def reject_payroll(*, payroll_id: int, officer_id: int, reason: str) -> None:
    """Say no to a payroll that has not been released. Its instructions and the entitlements it made are cancelled.

    Nothing of it can be paid any more; the cycle can be prepared anew. Refuses PAY-001, PAY-002, OFF-002.
    """
    with acting_as(officer_id=officer_id) as officer:
        payroll = _locked(payroll_id, PayrollState.DRAFTED, PayrollState.PREPARED, PayrollState.APPROVED)
        check_may(officer, "payments.approve")
        programme = payroll.cycle.programme_code
        with acting_as_system(reason="rejecting a payroll"), connection.cursor() as cursor:
            cursor.execute(
                """UPDATE payments_paymentinstruction
                   SET answer = 'cancelled', live = false, answered_on = current_date
                   WHERE payroll_id = %(payroll)s AND answer IS NULL AND id BETWEEN
                       (SELECT min(first_instruction_id) FROM payments_paymentfile WHERE payroll_id = %(payroll)s)
                       AND (SELECT max(last_instruction_id) FROM payments_paymentfile WHERE payroll_id = %(payroll)s)""",
                {"payroll": payroll_id},
            )
            instructions = cursor.rowcount
            cursor.execute(
                "UPDATE payments_paymentfile SET state = 'cancelled' WHERE payroll_id = %s AND state = 'planned'",
                [payroll_id],
            )
            cursor.execute(
                """UPDATE payments_entitlement SET cancelled_at = now(), cancel_reason = 'payroll rejected'
                   WHERE payroll_id = %s AND cancelled_at IS NULL RETURNING amount""",
                [payroll_id],
            )
            cancelled = sum(amount for (amount,) in cursor)
            rows = [books.uninstructed(programme).number, books.cancelled(programme).number, payroll_id]
            root = ledger.root_of_rows(rows_sql=_REJECTED, params=rows)
            if cancelled:
                ledger.post_bulk(
                    key=f"payroll:{payroll_id}:rejected",
                    kind="cancelled",
                    source=f"payroll:{payroll_id}",
                    occurred_on=dt.datetime.now(dt.UTC).date(),
                    rows_sql=_REJECTED,
                    params=rows,
                    root=root,
                )
        Payroll.objects.filter(pk=payroll_id).update(
            state=PayrollState.REJECTED, rejected_by_id=officer_id, rejection_reason=reason[:200]
        )
        record(
            act="payments.payroll.rejected",
            subject=f"payroll:{payroll_id}",
            details={"amount_cancelled": format_rupees(cancelled)},
            count=instructions,
            root=root.hex(),
        )


def close_finished_payrolls() -> list[int]:
    """Close every released payroll whose instructions all have their last answer; returns their numbers."""
    closed = []
    with acting_as_system(reason="closing finished payrolls"):
        for payroll_id in Payroll.objects.filter(state=PayrollState.RELEASED).values_list("id", flat=True):
            files = PaymentFile.objects.filter(payroll_id=payroll_id)
            if files.filter(state__in=["planned", "written", "sending", "unknown"]).exists():
                continue
            span = files.aggregate(first=Min("first_instruction_id"), last=Max("last_instruction_id"))
            waiting = PaymentInstruction.objects.filter(
                Q(answer=None) | Q(answer="accepted"),
                pk__range=(span["first"] or 0, span["last"] or 0),
                payroll=payroll_id,
            )
            if waiting.exists():
                continue
            Payroll.objects.filter(pk=payroll_id).update(state=PayrollState.CLOSED, closed_at=Now())
            record(act="payments.payroll.closed", subject=f"payroll:{payroll_id}")
            closed.append(payroll_id)
    return closed


def _locked(payroll_id: int, *states: PayrollState) -> Payroll:
    """The payroll, held until the transaction ends. Refuses PAY-001, and PAY-002 when it is in none of ``states``."""
    payroll = Payroll.objects.select_for_update(of=("self",)).select_related("cycle").filter(pk=payroll_id).first()
    if payroll is None:
        raise refusals.PAYROLL_UNKNOWN.because(payroll=payroll_id)
    if payroll.state not in states:
        raise refusals.WRONG_STATE.because(payroll=payroll_id, state=payroll.state)
    return payroll


def _root(payroll: Payroll) -> str:
    assert payroll.content_hash is not None
    return bytes(payroll.content_hash).hex()
