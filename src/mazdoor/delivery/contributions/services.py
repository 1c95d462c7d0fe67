"""Doors into contributions: record months paid in, and deposits saved. One transaction, one journal entry each."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction
from django.db.models import Q

from mazdoor.access import selectors as access
from mazdoor.delivery.contributions import refusals
from mazdoor.delivery.contributions.loading import load_contributions
from mazdoor.delivery.contributions.models import Contribution, SavingsDeposit
from mazdoor.delivery.deduplication import selectors as deduplication
from mazdoor.delivery.registration import selectors as registration
from mazdoor.journal import services as journal
from mazdoor.kernel.periods import Month

__all__ = ["load_contributions", "record_contributions", "record_deposit"]


@transaction.atomic
def record_contributions(
    *,
    person_id: int,
    business_id: int | None,
    from_month: Month,
    to_month: Month,
    months_paid: int,
    monthly_wage_amount: int,
    employer_amount: int,
    employee_amount: int,
    source: str,
    source_key: int,
) -> int:
    """Record a spell of months paid on one declared wage (amounts: paisa a month). Returns its id.

    Raises ``CON-001`` where a month of it is recorded already for the same employer, ``CON-002`` where more months are
    said to be paid than the spell has, ``REG-011`` where the person is unknown here, ``OFF-002`` at a desk that may not.
    """
    access.check_acting_may("contributions.record")
    length = (to_month.year - from_month.year) * 12 + to_month.month - from_month.month + 1
    if length < 1 or not 0 <= months_paid <= length:
        raise refusals.MONTHS_WRONG.because(months=months_paid, length=max(length, 0))
    person = registration.get_person(person_id=person_id)
    records = _one_at_a_time(person_id)
    overlapping = Contribution.objects.filter(
        Q(person_id__in=records, business_id=business_id, recorded_to__isnull=True),
        from_month__lte=to_month.first,
        to_month__gte=from_month.first,
    ).first()
    if overlapping is not None:
        raise refusals.SPELL_OVERLAPS.because(month=str(Month.of(max(overlapping.from_month, from_month.first))))
    spell = Contribution.objects.create(
        person_id=person_id,
        business_id=business_id,
        from_month=from_month.first,
        to_month=to_month.first,
        months_paid=months_paid,
        monthly_wage_amount=monthly_wage_amount,
        employer_amount=employer_amount,
        employee_amount=employee_amount,
        source=source,
        source_key=source_key,
        area_code=person["area_code"],
    )
    journal.record(act="contributions.spell.recorded", subject=f"person:{person_id}", details={}, count=months_paid)
    return spell.pk


@transaction.atomic
def record_deposit(*, person_id: int, month: Month, deposit_amount: int, source: str) -> int:
    """Record a month's deposit (paisa) into matched savings; the commitment began with the first. Returns its id.

    Raises ``CON-003`` for a second deposit in a month, ``OFF-002`` at a desk that may not.
    """
    access.check_acting_may("contributions.record")
    person = registration.get_person(person_id=person_id)
    mine = SavingsDeposit.objects.filter(person_id__in=_one_at_a_time(person_id))
    if mine.filter(month=month.first).exists():
        raise refusals.DEPOSIT_TWICE.because(month=str(month))
    first: dt.date = min([*mine.values_list("month", flat=True), month.first])
    deposit = SavingsDeposit.objects.create(
        person_id=person_id,
        month=month.first,
        enrolled_month=first,
        deposit_amount=deposit_amount,
        source=source,
        area_code=person["area_code"],
    )
    journal.record(act="contributions.deposit.recorded", subject=f"person:{person_id}", details={})
    return deposit.pk


def _one_at_a_time(person_id: int) -> list[int]:
    """Two recordings for one person, under whichever record, wait for each other, so that neither overlooks what the other
    is writing; the person's records."""
    records = deduplication.records_of(person_id=person_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"contributions of {records[0]}"])
    return records
