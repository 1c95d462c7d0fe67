"""The review of BISP in 2019, the release of savings, and social security: what the cases in YAML cannot say."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from mazdoor.rules import PolicySet, Result, canonical, evaluate_reference, load_policies

FACTS = Path(__file__).parents[3] / "shared" / "facts"  # beside the repository, where there is one


@pytest.fixture(scope="module")
def policies() -> PolicySet:
    return load_policies()


def assess(policies: PolicySet, programme: str, facts: dict[str, list[dict[str, Any]]], at: date) -> dict[str, Result]:
    results = evaluate_reference(policies, programme, canonical(policies, facts), at=at)
    return {each.unit: each for each in results}


CLEAN: dict[str, Any] = {
    "review_id": "a",
    "own_foreign_trips": 0,
    "spouse_foreign_trips": 0,
    "own_vehicle": False,
    "spouse_vehicle": False,
    "own_phone_bill_amount": 0,
    "spouse_phone_bill_amount": 0,
    "own_passport_executive_fee": False,
    "spouse_passport_executive_fee": False,
    "executive_fee_cnics": 0,
    "own_government_job": False,
    "spouse_government_job": False,
}


def test_every_filter_that_speaks_against_her_is_listed(policies: PolicySet) -> None:
    review = CLEAN | {"spouse_foreign_trips": 3, "spouse_vehicle": True, "spouse_government_job": True}
    found = assess(policies, "bisp_exit_2019", {"beneficiary_reviews": [review]}, date(2019, 12, 27))["a"]
    assert found.eligible is False
    assert found.failed == ("foreign_travel_more_spouse", "vehicle_spouse", "govt_railway_post_bisp_employee_spouse")


@pytest.mark.skipif(not (FACTS / "bisp_exit_2019.csv").exists(), reason="the facts of the project are not here")
def test_each_filter_carries_the_count_that_was_published(policies: PolicySet) -> None:
    with (FACTS / "bisp_exit_2019.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    published = {row["key"]: int(row["count"]) for row in rows if row["kind"] == "filter"}
    clauses = {each.id: each for each in policies.rules["stays_after_the_review"].root.everything()}
    for filter_id, count in published.items():
        assert f"{count:,} beneficiaries" in clauses[filter_id].note
    assert sum(published.values()) == 890_984
    figures = clauses["published"].reason
    assert figures is not None
    for row in rows:
        if row["kind"] in ("unit", "officer_grade", "officer_unit"):
            assert f"{row['key']} {int(row['count']):,}" in figures.en
    assert sum(int(row["count"]) for row in rows if row["kind"] == "unit") == 820_165


def with_release(policies: PolicySet) -> PolicySet:
    """The same law, had the release of the design of 2021 been put into force."""
    parameter = policies.parameters["savings_release_in_force"]
    set_true = replace(parameter, values=tuple(replace(each, value=True) for each in parameter.values))
    return replace(policies, parameters={**policies.parameters, "savings_release_in_force": set_true})


@pytest.mark.parametrize(
    ("ground", "asked", "amount", "category"),
    [
        ("crisis", date(2024, 6, 1), "2100", "ground"),
        ("death", date(2024, 6, 1), "2100", "ground"),
        ("none", date(2024, 6, 1), "1500", "withdrawal"),
        ("none", date(2025, 12, 31), "1500", "withdrawal"),
        ("none", date(2026, 1, 1), "2100", "matured"),
    ],
)
def test_were_it_in_force_the_match_would_be_released_on_a_named_ground_or_at_the_end(
    policies: PolicySet, ground: str, asked: date, amount: str, category: str
) -> None:
    saving: dict[str, Any] = {"person_id": "p", "enrolled_month": date(2024, 1, 1)}
    facts: dict[str, list[dict[str, Any]]] = {
        "persons": [{"person_id": "p", "pmt_score": "31.50"}],
        "savings": [
            saving | {"saving_id": "s1", "month": date(2024, 1, 1), "deposit_amount": 1000},
            saving | {"saving_id": "s2", "month": date(2024, 2, 1), "deposit_amount": 500},
        ],
        "release_requests": [{"request_id": "r", "person_id": "p", "ground": ground, "asked_on": asked}],
    }
    found = assess(with_release(policies), "savings_release", facts, asked)["r"]
    assert (found.eligible, found.amount, found.category) == (True, Decimal(amount), category)
    assert assess(policies, "savings_release", facts, asked)["r"].deciding == "in_force"


def test_survivors_together_never_pass_the_total_disablement_pension(policies: PolicySet) -> None:
    widows = [{"relation": "widow", "married": False} for _ in range(3)]
    children = [
        {"relation": "child", "dependent": True, "sex": "male", "birth_date": date(2015, 1, 1)} for _ in range(7)
    ]
    survivors = [
        each | {"social_security_survivor_id": f"s{n}", "claim_id": "c"} for n, each in enumerate([*widows, *children])
    ]
    claim = {"claim_id": "c", "death_from_employment_injury": True, "monthly_pension_amount": "31999.99"}
    facts = {"social_security_claims": [claim], "social_security_survivors": survivors}
    found = assess(policies, "social_security_survivor_pension", facts, date(2024, 5, 1))
    together = sum(each.amount or Decimal(0) for each in found.values())
    assert Decimal("31999.99") - Decimal("0.01") * len(survivors) < together <= Decimal("31999.99")


@pytest.mark.skipif(not (FACTS / "social_security.csv").exists(), reason="the facts of the project are not here")
def test_every_ceiling_of_the_facts_is_carried(policies: PolicySet) -> None:
    with (FACTS / "social_security.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    limits = {int(str(each.value)) for each in policies.parameters["social_security_limit"].values}
    daily = {int(str(each.value)) for each in policies.parameters["social_security_daily_limit"].values}
    assert {
        int(row["coverage_ceiling_month_pkr"]) for row in rows if row["coverage_ceiling_month_pkr"].isdigit()
    } == limits
    assert {int(row["coverage_ceiling_day_pkr"]) for row in rows if row["coverage_ceiling_day_pkr"]} == daily
    multiples = {
        Fraction(row["coverage_ceiling_month_pkr"].split(" x ")[1].split()[0])
        for row in rows
        if " x " in row["coverage_ceiling_month_pkr"]
    }
    assert {each.value for each in policies.parameters["social_security_limit_multiple"].values} == multiples
