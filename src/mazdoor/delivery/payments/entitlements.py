"""Acts on what a single person is owed: more or less of it next time, or none of it any longer."""

from __future__ import annotations

import datetime as dt

from django.db.models.functions import Now

from mazdoor.access.permissions import check_may
from mazdoor.access.services import acting_as
from mazdoor.delivery.payments import books, refusals
from mazdoor.delivery.payments.models import Adjustment, Entitlement
from mazdoor.delivery.payments.states import AdjustmentKind
from mazdoor.journal.services import record
from mazdoor.kernel.money import format_rupees
from mazdoor.ledger import services as ledger


def record_adjustment(
    *,
    programme_code: str,
    canonical_person_id: int,
    kind: str,
    amount: int,
    reason: str,
    due_from: dt.date,
    officer_id: int,
    area_code: str,
) -> int:
    """Arrears, a supplement or a recovery (paisa, more than nothing), taken into the person's next entitlement."""
    with acting_as(officer_id=officer_id) as officer:
        check_may(officer, "payments.prepare")
        made = Adjustment.objects.create(
            programme_code=programme_code,
            canonical_person_id=canonical_person_id,
            kind=AdjustmentKind(kind),
            amount=amount,
            reason=reason,
            due_from=due_from,
            recorded_by=officer_id,
            area_code=area_code,
        )
        record(
            act="payments.adjustment.recorded",
            subject=f"adjustment:{made.pk}",
            details={"kind": str(kind), "amount": format_rupees(amount)},
        )
        return made.pk


def cancel_entitlement(*, entitlement_id: int, officer_id: int, reason: str) -> None:
    """Say that an entitlement is owed no longer: one that was never instructed, or that came back.

    Refuses OFF-002, PAY-013, PAY-014 (an instruction stands for it, or it is cancelled already).
    """
    with acting_as(officer_id=officer_id) as officer:
        check_may(officer, "payments.cancel")
        entitlement = Entitlement.objects.select_related("cycle").filter(pk=entitlement_id).first()
        if entitlement is None:
            raise refusals.ENTITLEMENT_UNKNOWN.because()
        if entitlement.cancelled_at is not None or entitlement.instructions.filter(live=True).exists():
            raise refusals.CANNOT_CANCEL.because()
        came_back = entitlement.instructions.filter(answer__in=["returned", "rejected"]).exists()
        Entitlement.objects.filter(pk=entitlement_id, cancelled_at=None).update(
            cancelled_at=Now(), cancel_reason=reason[:200]
        )
        programme = entitlement.cycle.programme_code
        source = books.returned(programme) if came_back else books.uninstructed(programme)
        if entitlement.amount:
            ledger.post(
                key=f"entitlement:{entitlement_id}:cancelled",
                kind="cancelled",
                source=f"entitlement:{entitlement_id}",
                occurred_on=dt.datetime.now(dt.UTC).date(),
                lines=[
                    ledger.Line(
                        debit=source.code,
                        credit=books.cancelled(programme).code,
                        amount=entitlement.amount,
                        subject_id=entitlement_id,
                    )
                ],
            )
        record(act="payments.entitlement.cancelled", subject=f"entitlement:{entitlement_id}")
