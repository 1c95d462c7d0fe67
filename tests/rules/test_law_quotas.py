"""The quotas of Emergency Cash: places by province, the poorest first, equals by a lot anybody can repeat."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mazdoor.rules import PolicySet, Result, apply_quota, apply_quota_to_parquet, load_policies
from mazdoor.rules.quotas import lot, places_of

AT = date(2020, 5, 20)
CENSUS_2017 = {"PK6": 109_989_655, "PK7": 47_854_510, "PK5": 35_501_964, "PK2": 12_335_129, "PK4": 2_003_368}
FAMILIES = {"II": 4_000_000, "III": 3_500_000}


@pytest.fixture(scope="module")
def policies() -> PolicySet:
    return load_policies()


@pytest.fixture(scope="module")
def small(policies: PolicySet) -> PolicySet:
    """The same law with three places in each category and province."""
    places = policies.parameters["emergency_cash_places"]
    few = replace(places, values=tuple(replace(each, value=Fraction(3)) for each in places.values))
    return replace(policies, parameters={**policies.parameters, "emergency_cash_places": few})


def family(unit: str, category: str, province: str | None, score: str | None, eligible: bool | None = True) -> Result:
    results = {"family_pmt_score": None if score is None else Decimal(score), "family_province": province}
    amount = Decimal("12000.00") if eligible else None
    return Result(unit, eligible, amount, category if eligible else None, "emergency_cash", (), (), "", results)


def standings(small: PolicySet, *families: Result) -> dict[str, tuple[int | None, bool]]:
    return {each.unit: (each.rank, each.inside) for each in apply_quota(small, "emergency_cash", families, at=AT)}


def test_the_places_are_the_families_by_the_share_of_the_census(policies: PolicySet) -> None:
    whole = sum(CENSUS_2017.values())
    assert places_of(policies, "emergency_cash", at=AT) == {
        (category, area): families * people // whole
        for category, families in FAMILIES.items()
        for area, people in CENSUS_2017.items()
    }


def test_the_poorest_have_the_places(small: PolicySet) -> None:
    found = standings(small, *(family(f"f{n}", "II", "PK6", f"{30 + n}.00") for n in range(5)))
    assert found == {"f0": (1, True), "f1": (2, True), "f2": (3, True), "f3": (4, False), "f4": (5, False)}


def test_who_has_no_score_comes_after_all_who_have_one(small: PolicySet) -> None:
    found = standings(
        small, family("none", "III", "PK6", None), *(family(f"f{n}", "III", "PK6", "37.99") for n in range(3))
    )
    assert found["none"] == (4, False)


def test_equals_are_told_apart_by_lot_and_not_by_the_order_they_came_in(small: PolicySet) -> None:
    families = [family(f"f{n}", "III", "PK2", None) for n in range(9)]
    expected = sorted((each.unit for each in families), key=lambda unit: lot("emergency_cash", unit))
    for seed in range(3):
        random.Random(seed).shuffle(families)
        found = standings(small, *families)
        assert sorted(found, key=lambda unit: found[unit][0] or 0) == expected
        assert {unit for unit, (_, inside) in found.items() if inside} == set(expected[:3])


def test_one_province_takes_no_place_of_another_and_one_category_none_of_another(small: PolicySet) -> None:
    families = [
        family(f"{area}{category}{n}", category, area, "20")
        for area in ("PK6", "PK7")
        for category in ("II", "III")
        for n in range(3)
    ]
    assert all(inside for _, inside in standings(small, *families).values())


def test_no_quota_limits_other_categories_nor_areas_without_a_number(small: PolicySet) -> None:
    families = [family(f"i{n}", "I", "PK6", "10") for n in range(9)] + [
        family(f"k{n}", "II", "PK1", "10") for n in range(9)
    ]
    assert set(standings(small, *families).values()) == {(None, True)}


def test_only_the_eligible_take_a_place(small: PolicySet) -> None:
    refused = [family(f"no{n}", "II", "PK6", "1", eligible=False) for n in range(5)]
    open_ones = [family(f"open{n}", "II", "PK6", "1", eligible=None) for n in range(5)]
    assert standings(small, *refused, *open_ones, family("yes", "II", "PK6", "38")) == {"yes": (1, True)}


def test_the_standing_says_its_reason_in_both_languages(small: PolicySet) -> None:
    (first,) = apply_quota(small, "emergency_cash", [family("f", "II", "PK6", "20")], at=AT)
    assert first.reason().en == "Number 1 in the order of category II, which has 3 places in this area."
    assert "نشستیں" in first.reason().ur


def test_in_bulk_it_is_the_same(small: PolicySet, tmp_path: Path) -> None:
    chance = random.Random(7)
    families = [
        family(
            f"f{n}",
            chance.choice(["I", "II", "III"]),
            chance.choice(["PK1", "PK6", "PK7", None]),
            chance.choice([None, "12.50", "30.00", "38.00"]),
            chance.choice([True, True, True, False, None]),
        )
        for n in range(300)
    ]
    parts = tmp_path / "parts"
    parts.mkdir()
    for index in (0, 1):
        rows = [
            {
                "unit_id": each.unit,
                "eligible": each.eligible,
                "category": each.category,
                "family_pmt_score": each.results["family_pmt_score"],
                "family_province": each.results["family_province"],
            }
            for each in families[index::2]
        ]
        pq.write_table(pa.Table.from_pylist(rows), parts / f"part-{index}.parquet")
    out = apply_quota_to_parquet(small, "emergency_cash", parts, at=AT, out=tmp_path / "standing.parquet")
    assert pq.read_table(out).to_pylist() == [
        {
            "unit_id": each.unit,
            "category": each.category,
            "area": each.area,
            "rank": each.rank,
            "places": each.places,
            "inside": each.inside,
        }
        for each in apply_quota(small, "emergency_cash", families, at=AT)
    ]


def test_a_programme_without_a_quota_says_so(policies: PolicySet) -> None:
    with pytest.raises(ValueError, match="has no quota"):
        apply_quota(policies, "old_age_pension", [], at=AT)
