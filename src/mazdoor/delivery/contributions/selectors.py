"""Doors out of contributions: a worker's statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from mazdoor.delivery.contributions.models import Contribution, SavingsDeposit
from mazdoor.delivery.deduplication import selectors as deduplication


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What has been paid in for one person. Amounts in paisa.

    ``counted_years`` follows the Schedule of the Employees' Old-Age Benefits Act 1976, para (1): "a period of six
    months or more shall be treated as one full year"; whether the qualifying test counts the same way is the rule's.
    """

    insured_months: int
    counted_years: int
    spells: Sequence[Mapping[str, Any]]
    saved_amount: int
    deposits: int


def statement_of(*, person_id: int) -> Statement:
    """The statement of the person behind a record, with what was paid in under each of their records; zeros where nothing
    ever was. No row moves in a merge and no month is lost: the map is asked each time."""
    records = deduplication.records_of(person_id=person_id)
    spells = list(
        Contribution.objects.filter(person_id__in=records, recorded_to__isnull=True)
        .order_by("from_month", "pk")
        .values("from_month", "to_month", "months_paid", "monthly_wage_amount", "employer_amount", "employee_amount")
    )
    months = sum(int(spell["months_paid"]) for spell in spells)
    savings = SavingsDeposit.objects.filter(person_id__in=records)
    return Statement(
        insured_months=months,
        counted_years=months // 12 + (1 if months % 12 >= 6 else 0),
        spells=spells,
        saved_amount=int(savings.aggregate(total=Sum("deposit_amount"))["total"] or 0),
        deposits=savings.count(),
    )


def count_insured() -> int:
    """How many persons have at least one month paid in, in the areas of whoever asks."""
    return Contribution.objects.filter(recorded_to__isnull=True).values("person_id").distinct().count()
