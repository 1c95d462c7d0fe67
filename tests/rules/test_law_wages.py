"""The minimum wages of Pakistan, row by row against the facts they were typed from, and as the wages room reads them."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from mazdoor.rules import PolicySet, load_policies, minimum_wage, minimum_wage_table
from mazdoor.rules.model import DatedValue

FACTS = Path(__file__).parents[3] / "shared" / "facts"  # beside the repository, where there is one
AREAS = {"ICT": "PK4", "Punjab": "PK6", "Sindh": "PK7", "KP": "PK5", "Balochistan": "PK2", "AJK": "PK1", "GB": "PK3"}
STATUS = {"announced_not_notified": "announced", "in_force_after_court": "in_force"}
needs_facts = pytest.mark.skipif(
    not (FACTS / "minimum_wage.csv").exists(), reason="the facts of the project are not here"
)


@pytest.fixture(scope="module")
def policies() -> PolicySet:
    return load_policies()


def rows() -> Iterator[dict[str, str]]:
    with (FACTS / "minimum_wage.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def values(policies: PolicySet, name: str) -> dict[tuple[tuple[str, ...], date, str, Fraction], DatedValue]:
    found = {}
    for each in policies.parameters[name].values:
        assert isinstance(each.value, Fraction)
        found[(each.key, each.valid_from, each.status, each.value)] = each
    return found


@needs_facts
def test_every_row_of_the_facts_is_carried_with_its_mark_and_no_other(policies: PolicySet) -> None:
    carried = values(policies, "minimum_wage")
    expected = {
        (
            (AREAS[row["jurisdiction"]], row["skill_class"]),
            date.fromisoformat(row["effective_from"]),
            STATUS.get(row["status"], row["status"]),
            Fraction(row["monthly_pkr"]),
        ): row["verified"]
        for row in rows()
    }
    assert {spot: each.citation.verified for spot, each in carried.items()} == expected


@needs_facts
def test_a_notified_day_and_hour_are_kept_as_notified(policies: PolicySet) -> None:
    for column, name in (("daily_pkr", "minimum_wage_daily"), ("hourly_pkr", "minimum_wage_hourly")):
        carried = {
            (key, start): each
            for (key, start, status, _), each in values(policies, name).items()
            if status != "announced"
        }
        for row in rows():
            if row[column]:
                spot = ((AREAS[row["jurisdiction"]], row["skill_class"]), date.fromisoformat(row["effective_from"]))
                assert carried[spot].value == Fraction(row[column]), spot


@needs_facts
def test_a_known_day_of_notification_is_kept(policies: PolicySet) -> None:
    carried = values(policies, "minimum_wage")
    for row in rows():
        if len(row["notified_on"]) == 10:
            status = STATUS.get(row["status"], row["status"])
            key = (AREAS[row["jurisdiction"]], row["skill_class"])
            spot = (key, date.fromisoformat(row["effective_from"]), status, Fraction(row["monthly_pkr"]))
            assert carried[spot].known_from == date.fromisoformat(row["notified_on"]), spot


def test_a_derived_day_is_the_month_by_its_days_and_a_derived_hour_an_eighth_of_it(policies: PolicySet) -> None:
    cent = Decimal("0.01")
    monthly = {
        (key, start, status): value
        for key, start, status, value in values(policies, "minimum_wage")
        if status != "overturned"
    }
    daily = {
        (key, start, status): each for (key, start, status, _), each in values(policies, "minimum_wage_daily").items()
    }
    hourly = {
        (key, start, status): each for (key, start, status, _), each in values(policies, "minimum_wage_hourly").items()
    }
    days = policies.parameters["wage_month_days"]
    checked = 0
    for spot, month in monthly.items():
        (area, _), start, _ = spot
        in_force = days.find(start, None, (area,))
        if daily[spot].citation.verified == "derived" and in_force is not None:
            whole = Decimal(int(month)) / Decimal(int(Fraction(str(in_force.value))))
            assert daily[spot].value == Fraction(whole.quantize(cent, ROUND_HALF_UP)), spot
            checked += 1
        if hourly[spot].citation.verified == "derived":
            day = daily[spot].value
            assert isinstance(day, Fraction)
            eighth = (Decimal(day.numerator) / Decimal(day.denominator) / 8).quantize(cent, ROUND_HALF_UP)
            assert hourly[spot].value == Fraction(eighth), spot
            checked += 1
    assert checked > 80


def test_sindh_25_000_held_until_the_court_set_it_aside(policies: PolicySet) -> None:
    def rate(known: date) -> int:
        found = minimum_wage(policies, "PK7", at=date(2021, 9, 1), known_at=known)
        assert found is not None
        return found.monthly_paisa

    assert rate(date(2021, 7, 12)) == 17_500_00
    assert rate(date(2021, 7, 13)) == 25_000_00
    assert rate(date(2022, 1, 30)) == 25_000_00
    assert rate(date(2022, 1, 31)) == 19_000_00


def test_an_announced_rate_never_binds(policies: PolicySet) -> None:
    rates = {row.monthly_paisa for row in minimum_wage_table(policies) if row.jurisdiction == "PK5"}
    assert 26_000_00 not in rates
    assert 25_000_00 in rates


def test_periods_of_one_class_never_overlap(policies: PolicySet) -> None:
    table = minimum_wage_table(policies)
    for before, after in itertools.pairwise(table):
        if (before.jurisdiction, before.skill_class) == (after.jurisdiction, after.skill_class):
            assert before.valid_to is not None
            assert before.valid_to <= after.valid_from


def test_every_row_of_the_conversions_has_its_place(policies: PolicySet) -> None:
    """minimum_wage_conversion.csv: each row is a value, a clause, or a clause not coded with its reason."""
    days = policies.parameters["wage_month_days"]
    assert {each.key[0]: each.value for each in days.binding(None)} == {
        **dict.fromkeys(("PK1", "PK2", "PK4", "PK5", "PK6", "PK7"), Fraction(26)),
        "PK3": Fraction(30),
    }
    clauses = {clause.id: clause for clause in policies.rules["paid_under_graded_minimum"].root.everything()}
    assert clauses["overtime"].reason is not None
    assert "624 hours" in clauses["overtime"].reason.en
    practice = {clause.id: clause for clause in policies.rules["social_security_is_due"].root.everything()}["20(6)"]
    assert practice.reason is not None
    assert "monthly/25" in practice.reason.en
    assert "48-hour weeks" in policies.definitions[("wage", "minimum_due")].note
