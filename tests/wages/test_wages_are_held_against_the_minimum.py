"""What was paid is held against the rate of the province and month: by month, day, hour and piece, to the paisa."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from tests.cast.households import employment, registered

from mazdoor.access.services import acting_as
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.wages import selectors, services
from mazdoor.delivery.wages.models import Rate, Shortfall
from mazdoor.delivery.wages.rates import MinimumWage
from mazdoor.kernel.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system")]

POLICY = "a" * 64
# Figures of the Punjab notification of 2025-09-09: 40,000 a month, 1,538.46 a day, 192.31 an hour.
PUNJAB_2025 = MinimumWage(
    jurisdiction="PK6",
    valid_from=dt.date(2025, 7, 1),
    valid_to=None,
    known_from=None,
    monthly_amount=40_000_00,
    daily_amount=1_538_46,
    hourly_amount=192_31,
    provision="Punjab notification of 2025-09-09",
    mark="yes",
)


def hold(pay_period: str, units: Any, paid_amount: int, month: dt.date = dt.date(2026, 2, 1)) -> services.Checked:
    """One worker's wage of one month, held against the rate."""
    person = registered(head={"employments": (employment(pay_period=pay_period),)}).person_ids[0]
    (work,) = registration.employments_of(person_id=person)
    services.record_wage(
        person_id=person,
        employment_id=work["employment_id"],
        month=month,
        units=units,
        pay_period=pay_period,
        paid_amount=paid_amount,
        source="test",
    )
    services.renew_rates(rates=[PUNJAB_2025], policy_hash=POLICY)
    return services.hold_against_minimum(policy_hash=POLICY)


@pytest.mark.parametrize(
    ("pay_period", "units", "paid", "missing"),
    [
        ("month", 1, 37_000_00, 40_000_00 - 37_000_00),
        ("month", 1, 40_000_00, 0),
        ("month", 1, 39_999_99, 1),
        ("day", 20, 30_000_00, 20 * 1_538_46 - 30_000_00),
        ("day", Decimal("20.5"), 30_000_00, 31_538_43 - 30_000_00),  # 20.5 × 1,538.46 = 31,538.43
        ("hour", 160, 30_000_00, 160 * 192_31 - 30_000_00),
        # By the piece: the day's rate for each of the 24 days this worker works in a month.
        ("piece", 800, 30_000_00, 24 * 1_538_46 - 30_000_00),
        ("piece", 800, 36_923_04, 0),
    ],
)
def test_the_shortfall_is_what_was_due_less_what_was_paid(pay_period: str, units: Any, paid: int, missing: int) -> None:
    checked = hold(pay_period, units, paid)
    assert (checked.records, checked.without_rate) == (1, 0)
    assert checked.shortfall_amount == missing
    assert [row.shortfall_amount for row in Shortfall.objects.all()] == ([missing] if missing else [])


def test_a_month_without_a_rate_is_counted_and_never_guessed() -> None:
    checked = hold("month", 1, 1, month=dt.date(2001, 1, 1))
    assert (checked.without_rate, checked.short) == (1, 0)


def test_holding_again_replaces_the_findings_and_doubles_nothing() -> None:
    first = hold("month", 1, 37_000_00)
    again = services.hold_against_minimum(policy_hash=POLICY)
    assert again == first
    assert Shortfall.objects.count() == 1
    assert services.renew_rates(rates=[PUNJAB_2025], policy_hash=POLICY) == 1
    assert Rate.objects.count() == 1


def test_the_person_s_page_shows_what_was_due_and_by_which_provision() -> None:
    hold("month", 1, 37_000_00)
    person = Shortfall.objects.get().person_id
    (wage,) = selectors.wages_of(person_id=person)
    assert wage["short"]["due_amount"] == 40_000_00
    assert wage["short"]["rate__provision"] == "Punjab notification of 2025-09-09"
    assert selectors.shortfalls_by_area() == [{"area": "PK6", "workers": 1, "missing": 3_000_00}]


def test_a_wage_of_an_employment_that_is_not_theirs_is_refused() -> None:
    person = registered(head={"employments": (employment(),)}).person_ids[0]
    with pytest.raises(Refusal, match="WAG-001"):
        services.record_wage(
            person_id=person,
            employment_id=10**9,
            month=dt.date(2026, 2, 1),
            units=1,
            pay_period="month",
            paid_amount=1,
            source="test",
        )


def test_only_a_desk_that_may_records_a_wage(officer: Any) -> None:
    person = registered(head={"employments": (employment(),)}).person_ids[0]
    (work,) = registration.employments_of(person_id=person)
    wage: dict[str, Any] = {
        "person_id": person,
        "employment_id": work["employment_id"],
        "month": dt.date(2026, 2, 1),
        "units": 1,
        "pay_period": "month",
        "paid_amount": 1,
        "source": "test",
    }
    with acting_as(officer_id=officer(desk="finance").pk), pytest.raises(Refusal, match="OFF-002"):
        services.record_wage(**wage)
    with acting_as(officer_id=officer(desk="inspector").pk):
        assert services.record_wage(**wage)
