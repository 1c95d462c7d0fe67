"""Names in another box, births nobody knows to the day, old card numbers, and kin who must stay apart."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mazdoor.matching import Features, Score, compare, features
from mazdoor.matching.model import starting_model
from mazdoor.matching.thresholds import Costs

MODEL = starting_model(1_000_000)
WOMAN: dict[str, Any] = {
    "given_name": "Nasreen",
    "surname": "Bibi",
    "father_name": "Abdul Rehman",
    "husband_name": "Muhammad Aslam",
    "birth_date": date(1971, 8, 19),
    "sex": "female",
    "district_code": "PK603",
    "area_code": "PK60301",
}


def _one(**other: Any) -> Features:
    return features(**{**WOMAN, **other})


def _levels(score: Score) -> dict[str, str | None]:
    return {reason.field: reason.level for reason in score.reasons}


def test_a_husband_in_the_fathers_box_is_known_for_one() -> None:
    in_the_box = _one(father_name="Mohd Aslam", husband_name=None)
    named = compare(_one(), in_the_box, MODEL)
    assert _levels(named)["father"] == "named_as_husband"
    assert _levels(named)["husband"] is None
    another = compare(_one(), _one(father_name="Iqbal Hussain", husband_name=None), MODEL)
    assert named.weight > another.weight + 3
    without = compare(_one(father_name=None), in_the_box, MODEL)
    assert _levels(without)["father"] == "named_as_husband", "also where the other record names no father"


def test_another_husband_speaks_for_two_women_and_the_same_one_for_one() -> None:
    same, another, unknown = (
        compare(_one(), _one(husband_name=name), MODEL).weight for name in ("M. Aslam", "Ghulam Rasool", None)
    )
    assert same > unknown + 1
    assert unknown - 6 < another < unknown, "she may have married again"


def test_given_name_and_surname_in_each_others_box_are_found() -> None:
    man = {"given_name": "Farooq", "surname": "Khattak", "husband_name": None, "sex": "male"}
    swapped = compare(_one(**man), _one(**man | {"given_name": "Khattak", "surname": "Faruq"}), MODEL)
    assert _levels(swapped)["given"] == "swapped_with_surname"
    assert _levels(swapped)["surname"] is None, "told once"
    assert swapped.weight > compare(_one(**man), _one(**man | {"given_name": "Zubair"}), MODEL).weight + 8


@pytest.mark.parametrize(
    ("first", "second", "level"),
    [
        (date(1974, 6, 2), date(1970, 1, 1), "decade_one_rounded"),
        (date(1968, 6, 2), date(1970, 1, 1), "decade_one_rounded"),
        (date(1970, 6, 2), date(1970, 1, 1), "year_same_one_rounded"),
        (date(1974, 6, 2), date(1974, 1, 1), "year_same_one_rounded"),
        (date(1974, 1, 1), date(1975, 1, 1), "both_rounded_years_near"),
        (date(1983, 6, 2), date(1970, 1, 1), "different"),
        (date(1974, 6, 2), date(1971, 1, 1), "different"),
    ],
)
def test_births_told_by_the_year_or_the_decade_have_levels(first: date, second: date, level: str) -> None:
    for one, other in ((first, second), (second, first)):
        assert _levels(compare(_one(birth_date=one), _one(birth_date=other), MODEL))["birth"] == level


def test_the_old_number_of_a_card_is_compared_where_the_new_one_is_missing() -> None:
    old = {"old_nic_index": b"old"}
    card = {"cnic_index": b"new", "cnic_segments": (b"1", b"2", b"3"), "cnic_sorted_index": b"s"}
    both = compare(_one(**old, **card), _one(**old), MODEL)
    assert _levels(both)["cnic"] == "same_old_number"
    assert both.weight > compare(_one(**card), _one(), MODEL).weight + 5
    assert _levels(compare(_one(**card), _one(old_nic_index=b"other"), MODEL))["cnic"] is None
    assert _levels(compare(_one(**old, **card), _one(**old, **card), MODEL))["cnic"] == "same", (
        "the new one counts first"
    )


#: Brothers and sisters are often given names that rhyme, and twins share all but the name.
_RHYMING = (
    ("Sajid", "Majid", "Wajid", "Abid", "Amjad"),
    ("Asif", "Atif", "Arif", "Kashif", "Wasif"),
    ("Naseem", "Waseem", "Saleem", "Kaleem", "Shamim"),
    ("Shazia", "Nazia", "Fozia", "Razia", "Sadia"),
    ("Hassan", "Hussain", "Ahsan", "Mohsin", "Yasin"),
    ("Abdul Hassan", "Abdul Hussain"),
)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(_RHYMING).flatmap(
        lambda names: st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True)
    ),
    st.sampled_from(["", "Muhammad "]),
    st.sampled_from(["Khan", "Butt", "Kalhoro", "Bibi", None]),
    st.sampled_from(["Abdul Rehman", "Muhammad Aslam Khan", "Ghulam Rasool", "Zulfiqar Bhatti"]),
    st.dates(date(1940, 1, 1), date(2010, 12, 31)),
    st.booleans(),
    st.integers(1_000, 10_000_000),
)
def test_twins_of_one_household_are_never_taken_for_one_person(
    own: list[str], title: str, surname: str | None, father: str, born: date, phone: bool, register: int
) -> None:
    shared = {
        "surname": surname, "father_name": father, "birth_date": born, "sex": "male", "district_code": "PK603",
        "area_code": "PK60301", "household_id": "17", "phone_index": b"house" if phone else None,
    }  # fmt: skip
    one, other = (features(given_name=title + name, **shared) for name in own)
    assert compare(one, other, starting_model(register)).weight < MODEL.upper
    lowest = math.log2(Costs().false_merge / Costs().missed)
    assert compare(one, other, MODEL).weight < lowest, "where nobody can look, and both lines meet, they stay two"
