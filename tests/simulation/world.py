"""A small country to try reforms on: four households in two provinces, and the policy that comes with Mazdoor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mazdoor.rules import PolicySet, canonical, load_policies, write_snapshot
from mazdoor.rules.installed import policy_folder

AT = date(2026, 7, 1)


@cache
def law() -> PolicySet:
    """The shipped policy, loaded once."""
    return load_policies(policy_folder())


def person(
    number: int, home: int, *, sex: str = "male", born: str = "1980-01-01", role: str = "head"
) -> dict[str, Any]:
    return {
        "person_id": f"p{number}",
        "household_id": f"h{home}",
        "family_id": f"f{home}",
        "family_role": role,
        "sex": sex,
        "birth_date": born,
        "identity_verified": True,
    }


def insured(number: int, wage: int) -> dict[str, Any]:
    """Twenty years of contributions to the end of 2024."""
    return {
        "contribution_id": f"c{number}",
        "person_id": f"p{number}",
        "from_month": "2005-01-01",
        "to_month": "2024-12-01",
        "months_paid": 240,
        "monthly_wage_amount": wage,
    }


def job(number: int, category: str, amount: int, period: str = "month") -> dict[str, Any]:
    return {
        "employment_id": f"e{number}",
        "person_id": f"p{number}",
        "primary": True,
        "status": "employee",
        "category": category,
        "sector": "services",
        "pay_period": period,
        "pay_amount": amount,
    }


FACTS: dict[str, list[dict[str, Any]]] = {
    "households": [
        {"household_id": "h1", "area_code": "PK70301", "province_code": "PK7"},
        {"household_id": "h2", "area_code": "PK60301", "province_code": "PK6"},
        {"household_id": "h3", "area_code": "PK60302", "province_code": "PK6"},
        {"household_id": "h4", "area_code": "PK40101", "province_code": "PK4"},
    ],
    "families": [{"family_id": f"f{n}", "household_id": f"h{n}", "application_route": "none"} for n in (1, 2, 3, 4)],
    "persons": [
        person(1, 1, born="1965-01-15"),  # a pensioner in Sindh, at the minimum
        person(2, 2, born="1965-01-15"),  # a pensioner in Punjab, above any minimum
        person(3, 3, sex="female"),  # works for a day's wage, in Punjab
        person(4, 4),
        person(5, 1, role="child", born="2000-01-01"),  # works for a day's wage, in Sindh
    ],
    "contributions": [insured(1, 10_000), insured(2, 150_000)],
    "employments": [
        job(3, "daily_wage", 1_000, "day"),
        job(4, "regular", 90_000),
        job(5, "daily_wage", 500, "day"),
    ],
}


def snapshot(
    folder: Path,
    facts: Mapping[str, Sequence[Mapping[str, Any]]] = FACTS,
    survey: Sequence[Mapping[str, Any]] | None = None,
) -> Path:
    """The facts as a snapshot, with a survey table where rows are given."""
    policy_set = law()
    found = write_snapshot(policy_set, canonical(policy_set, facts), folder)
    if survey is not None:
        pq.write_table(pa.Table.from_pylist([dict(row) for row in survey]), found / "survey.parquet")
    return found
