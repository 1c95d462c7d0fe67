"""Months paid in are spells; the statement counts them as the Schedule does."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cast.households import registered

from mazdoor.access.services import acting_as
from mazdoor.delivery.contributions import selectors, services
from mazdoor.kernel.periods import Month
from mazdoor.kernel.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system")]


def pay_in(person: int, first: str, last: str, months: int, key: int = 1) -> int:
    return services.record_contributions(
        person_id=person,
        business_id=None,
        from_month=Month.parse(first),
        to_month=Month.parse(last),
        months_paid=months,
        monthly_wage_amount=37_000_00,
        employer_amount=1_850_00,
        employee_amount=370_00,
        source="test",
        source_key=key,
    )


@pytest.mark.parametrize(
    ("spells", "months", "years"),
    [
        ([("2010-01", "2024-12", 180)], 180, 15),
        ([("2010-01", "2025-05", 185)], 185, 15),  # 15 years 5 months: not yet six
        ([("2010-01", "2025-06", 186)], 186, 16),  # six months or more are one full year
        ([("2010-01", "2012-12", 30), ("2013-01", "2013-12", 12)], 42, 4),
        ([], 0, 0),
    ],
)
def test_the_statement_counts_months_and_years_as_the_schedule_does(
    spells: list[tuple[str, str, int]], months: int, years: int
) -> None:
    person = registered().person_ids[0]
    for number, (first, last, paid) in enumerate(spells):
        pay_in(person, first, last, paid, key=number)
    statement = selectors.statement_of(person_id=person)
    assert (statement.insured_months, statement.counted_years) == (months, years)


def test_a_month_cannot_be_paid_in_twice_by_the_same_employer() -> None:
    person = registered().person_ids[0]
    pay_in(person, "2020-01", "2020-12", 12)
    with pytest.raises(Refusal, match="CON-001"):
        pay_in(person, "2020-12", "2021-02", 3, key=2)
    assert pay_in(person, "2021-01", "2021-02", 2, key=2)


@pytest.mark.parametrize(("first", "last", "months"), [("2020-01", "2020-03", 4), ("2020-03", "2020-01", 0)])
def test_more_months_than_the_spell_has_are_refused(first: str, last: str, months: int) -> None:
    person = registered().person_ids[0]
    with pytest.raises(Refusal, match="CON-002"):
        pay_in(person, first, last, months)


def test_one_deposit_a_month_and_the_commitment_begins_with_the_first() -> None:
    person = registered().person_ids[0]
    for month in ("2026-01", "2026-02"):
        services.record_deposit(person_id=person, month=Month.parse(month), deposit_amount=500_00, source="test")
    with pytest.raises(Refusal, match="CON-003"):
        services.record_deposit(person_id=person, month=Month.parse("2026-02"), deposit_amount=1, source="test")
    statement = selectors.statement_of(person_id=person)
    assert (statement.deposits, statement.saved_amount) == (2, 500_00 + 500_00)


def test_only_a_desk_that_may_records_what_was_paid_in(officer: Any) -> None:
    person = registered().person_ids[0]
    with acting_as(officer_id=officer(desk="registrar").pk), pytest.raises(Refusal, match="OFF-002"):
        pay_in(person, "2020-01", "2020-12", 12)
    with acting_as(officer_id=officer(desk="finance").pk):
        assert pay_in(person, "2020-01", "2020-12", 12)
