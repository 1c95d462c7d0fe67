"""The Act of 1976 beyond its cases: alternatives a reform may choose, worked examples, history, shares that add up."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mazdoor.rules import PolicySet, RunStopped, evaluate_reference, load_policies
from mazdoor.rules.cases import on_duckdb, on_reference
from mazdoor.rules.facts import canonical
from mazdoor.rules.reach import reach_of
from mazdoor.rules.results import Result

FACTS = Path(__file__).parents[3] / "shared" / "facts"  # beside the repository, where there is one
ENGINES = [pytest.param(on_reference, id="reference"), pytest.param(on_duckdb, id="duckdb")]


@pytest.fixture(scope="module")
def policy() -> PolicySet:
    return load_policies()


def with_value(policy: PolicySet, name: str, value: bool) -> PolicySet:
    """The policy as a draft would have it, one disputed value changed."""
    parameter = policy.parameters[name]
    values = tuple(replace(each, value=value) for each in parameter.values)
    return replace(policy, parameters={**policy.parameters, name: replace(parameter, values=values)})


def case_facts(policy: PolicySet, programme: str, case: str) -> dict[str, list[dict[str, Any]]]:
    (found,) = [each for each in policy.cases if (each.programme, each.id) == (programme, case)]
    return canonical(policy, found.facts)


def results(found: list[Result]) -> dict[str, Decimal | None]:
    return {each.unit: each.amount for each in found if each.eligible}


# --- what is disputed is an alternative, and binds only where it is chosen


@pytest.mark.parametrize("engine", ENGINES)
def test_the_circular_of_2021_counts_only_where_a_draft_chooses_it_and_from_its_day(
    policy: PolicySet, engine: Any
) -> None:
    facts = case_facts(policy, "eobi_contributions", "seven_employed_under_the_disputed_circular")
    followed = with_value(policy, "eobi_circular_observed", True)
    for at, by_the_act, by_the_circular in (
        (date(2021, 10, 29), {"e": Decimal(1200)}, {"e": Decimal(1200)}),
        (date(2021, 10, 30), {"e": Decimal(1200)}, {}),
    ):
        assert results(engine(policy, "eobi_contributions", facts, at, None)) == by_the_act
        assert results(engine(followed, "eobi_contributions", facts, at, None)) == by_the_circular


def test_under_the_circular_seven_may_still_choose_to_be_insured_and_ten_must(policy: PolicySet) -> None:
    followed = with_value(policy, "eobi_circular_observed", True)
    facts = case_facts(policy, "eobi_contributions", "seven_employed_under_the_disputed_circular")
    facts["establishments"][0]["voluntary_application_on"] = date(2022, 1, 1)
    (chosen,) = evaluate_reference(followed, "eobi_contributions", facts, at=date(2022, 1, 15))
    assert (chosen.eligible, chosen.category) == (True, "voluntary")
    facts["establishments"][0]["persons_employed"] = 10
    (must,) = evaluate_reference(followed, "eobi_contributions", facts, at=date(2022, 1, 15))
    assert (must.eligible, must.category) == (True, "compulsory")


@pytest.mark.parametrize("engine", ENGINES)
def test_the_base_may_follow_the_province_and_then_what_was_known_of_its_notification(
    policy: PolicySet, engine: Any
) -> None:
    provincial = with_value(policy, "eobi_base_of_the_province", True)
    facts = case_facts(policy, "eobi_contributions", "in_2024")
    facts["engagements"][0]["wage_jurisdiction"] = "PK6"
    at = date(2025, 8, 1)
    assert results(engine(policy, "eobi_contributions", facts, at, None)) == {"e": Decimal(2220)}
    assert results(engine(provincial, "eobi_contributions", facts, at, None)) == {"e": Decimal(2400)}
    assert results(engine(provincial, "eobi_contributions", facts, at, date(2025, 9, 8))) == {"e": Decimal(2220)}


def test_fourteen_and_a_half_years_qualify_only_where_that_reading_is_chosen(policy: PolicySet) -> None:
    facts = case_facts(policy, "old_age_pension", "fourteen_and_a_half_years")
    chosen = with_value(policy, "eobi_half_year_qualifies", True)
    assert results(evaluate_reference(policy, "old_age_pension", facts, at=date(2024, 1, 10))) == {}
    assert results(evaluate_reference(chosen, "old_age_pension", facts, at=date(2024, 1, 10))) == {"p": Decimal(10000)}


def test_two_widows_and_a_late_marriage_follow_the_reading_that_is_chosen(policy: PolicySet) -> None:
    at = date(2024, 2, 1)
    widows = case_facts(policy, "survivors_pension", "two_widows")
    each_whole = with_value(policy, "eobi_widows_divide", False)
    whole = Decimal(12500)
    assert results(evaluate_reference(each_whole, "survivors_pension", widows, at=at)) == {
        "first": whole,
        "second": whole,
    }
    late = case_facts(policy, "survivors_pension", "pensioners_widow")
    lenient = with_value(policy, "eobi_late_spouse_bars", False)
    assert set(results(evaluate_reference(lenient, "survivors_pension", late, at=at))) == {"in_time", "her_child"}


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("eobi_circular_observed", "unresolved"),
        ("eobi_circular_threshold", "secondary"),
        ("eobi_half_year_qualifies", "unresolved"),
        ("eobi_base_of_the_province", "unresolved"),
        ("eobi_widows_divide", "unresolved"),
        ("eobi_late_spouse_bars", "unresolved"),
        ("eobi_formula_divisor", "secondary"),
    ],
)
def test_what_is_disputed_or_not_read_in_the_statute_stays_marked(policy: PolicySet, name: str, mark: str) -> None:
    assert {value.citation.verified for value in policy.parameters[name].values} == {mark}


# --- the sources


WORKED = {
    ("published", "20 years"): ("old_age_pension", "published_twenty_years", "10000"),
    ("published maximum 2017", "42 years"): ("old_age_pension", "longest_career_2017", "10920"),
    ("derived: half-year rounds up in the formula", "15 y 6 m 0 d"): (
        "old_age_pension",
        "six_months_count_as_a_year",
        "8000",
    ),
    ("derived: qualifying test is separate", "14 y 6 m 0 d"): ("old_age_pension", "fourteen_and_a_half_years", None),
    ("derived: below half-year", "15 y 5 m 29 d"): ("old_age_pension", "five_months_do_not", "7500"),
    ("derived: early pension at 57y 6m (male)", "20 years; 30 completed months short"): (
        "old_age_pension",
        "early_at_57_and_a_half",
        "8500",
    ),
    ("derived: old-age grant", "7 y 6 m 0 d"): ("old_age_grant", "seven_years_six_months", "175000"),
    ("derived: old-age grant", "7 y 6 m 1 d"): ("old_age_grant", "seven_years_six_months_one_day", "200000"),
    ("derived: weekly-holiday-unpaid year", "312 contribution days"): ("old_age_grant", "year_of_312_days", "50000"),
}


def test_each_worked_example_is_a_case_with_its_amount(policy: PolicySet) -> None:
    cases = {(case.programme, case.id): case for case in policy.cases}
    for programme, case, amount in WORKED.values():
        expected = cases[(programme, case)].expect[0].amount
        assert expected == (None if amount is None else Fraction(amount)), case


@pytest.mark.skipif(not FACTS.exists(), reason="the source tables lie beside the project, not in it")
def test_no_worked_example_of_the_source_is_left_out() -> None:
    with (FACTS / "eobi_worked_examples.csv").open(encoding="utf-8") as file:
        assert {(row["case"], row["years_rule"]) for row in csv.DictReader(file)} == set(WORKED)


@pytest.mark.skipif(not FACTS.exists(), reason="the source tables lie beside the project, not in it")
def test_the_history_of_contributions_is_that_of_the_source_table(policy: PolicySet) -> None:
    mill = {"establishment_id": "m", "kind": "factory", "persons_employed": 100}
    job = {
        "engagement_id": "e",
        "person_id": "p",
        "establishment_id": "m",
        "contract_of_service": True,
        "excluded_service": "none",
        "started_on": "1976-07-01",
        "wage_amount": 90000,
    }
    compared = 0
    with (FACTS / "eobi_contribution_history.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if not row["wage_base_pkr"]:
                continue
            at = date.fromisoformat(row["from"] if len(row["from"]) == 10 else f"{row['from']}-01-01")
            person = {"person_id": "p", "sex": "male", "birth_date": str(at.replace(year=at.year - 30, day=1))}
            facts = canonical(policy, {"persons": [person], "establishments": [mill], "engagements": [job]})
            (found,) = evaluate_reference(policy, "eobi_contributions", facts, at=at)
            assert found.results["contribution_base"] == Decimal(row["wage_base_pkr"].removesuffix(" (cap)")), row
            assert found.results["employer_share"] == Decimal(row["employer_pkr"]), row
            assert found.amount == Decimal(row["employer_pkr"]) + Decimal(row["employee_pkr"] or 0), row
            compared += 1
    assert compared == 12


def test_a_month_whose_base_no_source_gives_stops_the_run_and_names_nobody(policy: PolicySet) -> None:
    facts = case_facts(policy, "eobi_contributions", "under_the_ceiling_of_1976")
    with pytest.raises(RunStopped, match="eobi_wage_ceiling has no value") as stopped:
        evaluate_reference(policy, "eobi_contributions", facts, at=date(1990, 1, 1))
    assert "above" not in str(stopped.value)


# --- shares


DAY = st.dates(date(2021, 1, 2), date(2034, 12, 31))
SURVIVOR = st.fixed_dictionaries(
    {
        "relation": st.sampled_from(["spouse", "child", "child", "parent"]),
        "sex": st.sampled_from(["female", "male"]),
        "birth_date": st.dates(date(1990, 1, 1), date(2020, 12, 31)),
        "died_on": st.none() | st.dates(date(2021, 1, 2), date(2030, 1, 1)),
        "married_on": st.dates(date(2018, 1, 1), date(2020, 1, 1)),
    }
)


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(SURVIVOR, max_size=7), at=DAY, pension=st.integers(12_000, 60_000))
def test_the_shares_of_one_day_are_equal_go_to_one_kind_and_add_up_to_the_pension(
    rows: list[dict[str, Any]], at: date, pension: int
) -> None:
    policy = load_once()
    survivors = []
    for number, row in enumerate(rows):
        married = row["married_on"] if row["relation"] == "spouse" else None
        survivors.append({**row, "survivor_id": f"s{number}", "person_id": "p", "married_on": married})
    award = {
        "pension_award_id": "a",
        "person_id": "p",
        "kind": "old_age",
        "entitled_on": date(2020, 1, 1),
        "monthly_amount": pension,
    }
    person = {"person_id": "p", "sex": "male", "birth_date": date(1962, 1, 1), "died_on": date(2021, 1, 1)}
    facts = canonical(policy, {"persons": [person], "pension_awards": [award], "survivors": survivors})
    paid = [each for each in evaluate_reference(policy, "survivors_pension", facts, at=at) if each.eligible]
    if not paid:
        assert not any(row["relation"] == "spouse" and (row["died_on"] or at) >= at for row in rows)
        return
    assert len({each.category for each in paid}) == 1
    assert len({each.amount for each in paid}) == 1
    total = sum(each.amount or Decimal(0) for each in paid)
    assert abs(total - pension) <= Decimal("0.01") * len(paid)


def load_once(found: list[PolicySet] = []) -> PolicySet:  # noqa: B006 - kept between the examples of one test
    if not found:
        found.append(load_policies())
    return found[0]


# --- the product's snapshots go on serving the pension


def test_the_pension_asks_the_registry_for_nothing_it_does_not_hold(policy: PolicySet) -> None:
    reach = reach_of(policy, policy.programmes["old_age_pension"])
    assert set(reach.fields) == {"person", "contribution"}
    assert reach.fields["person"] <= {
        "birth_date",
        "died_on",
        "mining_years",
        "retired_on",
        "sex",
        "superannuation_certified",
    }
    assert reach.fields["contribution"] <= {"from_month", "to_month", "months_paid", "monthly_wage_amount", "person_id"}
