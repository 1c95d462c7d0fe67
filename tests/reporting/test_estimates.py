"""Estimates: from what the survey prints, adding up to the person, marked for what they are."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazdoor.delivery.reporting.estimates import Estimate, informal_workers, published, share_out

POPULATIONS = {"PK201": 900_000, "PK401": 2_363_863, "PK501": 1_400_000, "PK601": 2_200_000, "PK617": 13_004_135}
POPULATIONS |= {"PK701": 1_900_000, "PK101": 400_000}


def by(breakdown: str) -> list[Estimate]:
    return [one for one in informal_workers(POPULATIONS) if one.breakdown == breakdown]


def test_the_total_is_agriculture_and_the_informal_share_of_the_rest() -> None:
    (total,) = by("total")
    assert total.value == 25_530_000 + 51_690_000 * 721 // 1000 == 62_798_490
    assert total.basis == "derived"


def test_the_parts_of_every_breakdown_add_up_to_the_total_to_the_person() -> None:
    (total,) = by("total")
    for breakdown in ("sector", "sex", "province", "province_sex", "district"):
        assert sum(one.value for one in by(breakdown)) == total.value, breakdown


def test_districts_add_up_to_their_province() -> None:
    inside: dict[str, int] = defaultdict(int)
    for one in by("district"):
        inside[one.area_code[:3]] += one.value
    assert inside == {one.area_code: one.value for one in by("province")}


def test_the_sexes_stand_to_each_other_as_in_the_survey() -> None:
    figure = published()
    sexes = {one.sex: one.value for one in by("sex")}
    women = 10_929_200 + (17_800_000 - 10_929_200) * 66 // 100
    men = 14_553_000 + (59_400_000 - 14_553_000) * 73 // 100
    assert figure["employed_male"] + figure["employed_female"] == figure["employed"]
    assert abs(sexes["female"] / sexes["male"] - women / men) < 1e-6


def test_outside_the_survey_there_is_no_estimate() -> None:
    assert not [one for one in informal_workers(POPULATIONS) if one.area_code.startswith(("PK1", "PK3"))]


def test_only_what_the_survey_prints_is_called_published() -> None:
    printed = [
        (one.breakdown, one.sector, one.category) for one in informal_workers(POPULATIONS) if one.basis == "published"
    ]
    assert printed == [("sector", "agriculture", ""), ("category", "", "home_based")]
    assert all(one.method.ur for one in informal_workers(POPULATIONS))


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**8), min_size=1, max_size=40).filter(sum))
def test_sharing_out_loses_nobody_and_is_fair_to_one_person(total: int, weights: list[int]) -> None:
    parts = share_out(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    assert all(abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True))


def test_nothing_can_be_shared_out_by_nothing() -> None:
    with pytest.raises(ValueError, match="nothing to share"):
        share_out(10, [0, 0])
