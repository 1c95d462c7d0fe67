"""Doors out of contributions: a worker's statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mazdoor.database.prepared import ask, ask_named
from mazdoor.delivery.contributions.models import Contribution
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
    spells = ask_named(
        "SELECT from_month, to_month, months_paid, monthly_wage_amount, employer_amount, employee_amount "
        "FROM contributions_contribution WHERE person_id = ANY (%s::bigint[]) AND recorded_to IS NULL "
        "ORDER BY from_month, id",
        [records],
    )
    months = sum(int(spell["months_paid"]) for spell in spells)
    ((saved, deposits),) = ask(
        "SELECT coalesce(sum(deposit_amount), 0)::bigint, count(*) FROM contributions_savingsdeposit "
        "WHERE person_id = ANY (%s::bigint[])",
        [records],
    )
    return Statement(
        insured_months=months,
        counted_years=months // 12 + (1 if months % 12 >= 6 else 0),
        spells=spells,
        saved_amount=saved,
        deposits=deposits,
    )


def count_insured() -> int:
    """How many persons have at least one month paid in, in the areas of whoever asks."""
    return Contribution.objects.filter(recorded_to__isnull=True).values("person_id").distinct().count()
