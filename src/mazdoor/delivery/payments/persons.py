"""What single persons were entitled to and paid, under whichever of their records; and what records that turned out to be one
person were paid twice. Amounts are paisa."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from mazdoor.delivery.deduplication import selectors as deduplication
from mazdoor.delivery.payments.models import Entitlement


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One entitlement of a person, with where it stands."""

    entitlement_id: int
    programme_code: str
    period_from: dt.date
    period_to: dt.date
    base_amount: int
    arrears_amount: int
    supplement_amount: int
    recovery_amount: int
    amount: int
    state: str
    hold_reason: str
    reason_code: str | None
    answered_on: dt.date | None


def list_payments_of(*, canonical_person_id: int) -> list[PaymentRow]:
    """A person's entitlements, the newest first, under whichever of their records they were made."""
    records = deduplication.records_of(person_id=canonical_person_id)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT entitlement_id, programme_code, period_from, period_to, base_amount, arrears_amount,
                      supplement_amount, recovery_amount, amount, state, hold_reason, reason_code, answered_on
               FROM payments.entitlement_now
               WHERE canonical_person_id = ANY (%(heads)s) AND person_id = ANY (%(records)s)
               ORDER BY period_from DESC, entitlement_id DESC""",
            # Whom they stood for when an entitlement was made, whose records they are now.
            {"heads": deduplication.heads_ever(person_ids=records), "records": records},
        )
        return [PaymentRow(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidTwice:
    """Two entitlements of one cycle that both left us, for records that are one person. Amounts in paisa."""

    programme_code: str
    period_from: dt.date
    entitlement_ids: tuple[int, int]
    amounts: tuple[int, int]


def paid_twice(*, person_ids: Sequence[int]) -> list[PaidTwice]:
    """What these records, which are one person, were paid twice for: both have left us, and neither has come back."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT one.programme_code, one.period_from, one.entitlement_id, other.entitlement_id, one.amount,
                      other.amount
               FROM payments.paid_already AS twice
               JOIN payments.paid_already AS back ON back.entitlement_id = twice.other_entitlement_id
                    AND back.other_entitlement_id = twice.entitlement_id
               JOIN payments.entitlement_now AS one ON one.entitlement_id = twice.entitlement_id
               JOIN payments.entitlement_now AS other ON other.entitlement_id = twice.other_entitlement_id
               WHERE twice.person_id = ANY (%s) AND twice.entitlement_id < twice.other_entitlement_id
               ORDER BY one.period_from, one.entitlement_id""",
            [list(person_ids)],
        )
        return [
            PaidTwice(
                programme_code=row[0], period_from=row[1], entitlement_ids=(row[2], row[3]), amounts=(row[4], row[5])
            )
            for row in cursor.fetchall()
        ]


def persons_of(*, entitlement_ids: Sequence[int]) -> list[int]:
    """The records these entitlements were made for, in the order of the entitlements' numbers."""
    rows = Entitlement.objects.filter(pk__in=entitlement_ids).order_by("pk")
    return [int(number) for number in rows.values_list("person_id", flat=True)]
