"""Keys at the door: the same for one person as for a million."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from tests.matching import invent

from mazdoor.matching.comparison import features
from mazdoor.matching.door import DOOR_RECIPES, asked_keys, door_keys, door_keys_in_bulk
from mazdoor.matching.keys import match_keys
from mazdoor.matching.model import compare, starting_model

_ARGUMENTS = ("given_name", "surname", "father_name", "birth_date", "sex", "district_code")


def test_keys_made_in_bulk_are_the_keys_of_one_person() -> None:
    people, _ = invent.population(300, seed=5)
    people[0] |= {"given_name": "محمد اسلم", "father_name": None, "birth_date": date(1980, 1, 1)}
    people[1] |= {"surname": "", "birth_date": None, "phone_index": None, "district_code": None}
    people[2] |= {"birth_date": date(1981, 7, 3), "birth_date_precision": "year", "sex": None}
    people[3] |= {"birth_date": date(1981, 1, 1), "surname": None}
    people[4] |= {"birth_date": date(1981, 1, 1), "surname": "Khan"}
    for number, person in enumerate(people):
        person["record_id"] = number
    keys = door_keys_in_bulk(pa.Table.from_pylist(people))
    assert keys["record_id"].to_pylist() == list(range(len(people)))
    for row, person in zip(keys.to_pylist(), people, strict=True):
        alone = door_keys(**{name: person[name] for name in _ARGUMENTS})
        assert tuple(row[recipe.name] for recipe in DOOR_RECIPES) == alone, person["record_id"]


RASHID = {
    "given_name": "Rashid", "surname": "Khan", "father_name": "Aslam", "sex": "male", "district_code": "PK603",
    "birth_date": date(1984, 3, 7),
}  # fmt: skip


def _recipes_met(**told: Any) -> set[str]:
    """Under which keys an applicant who tells this finds Rashid."""
    kept = door_keys(**RASHID)
    asked = asked_keys(**RASHID | told)
    return {recipe.name for recipe, key, keys in zip(DOOR_RECIPES, kept, asked, strict=True) if key in keys}


def test_what_is_not_known_makes_no_key() -> None:
    assert door_keys() == (None,) * len(DOOR_RECIPES)
    named = door_keys(surname="Bibi", father_name="Aslam", sex="female", district_code="PK603")
    assert [recipe.name for recipe, key in zip(DOOR_RECIPES, named, strict=True) if key is not None] == [
        "district_family"
    ]
    assert asked_keys() == ([],) * len(DOOR_RECIPES)


def test_two_recipes_with_one_text_never_meet() -> None:
    keys = [key for key in door_keys(given_name="A B", surname="A", father_name="A", sex="f", district_code="a",
                                     birth_date=date(1990, 5, 5)) if key is not None]  # fmt: skip
    assert len(set(keys)) == len(DOOR_RECIPES)


@pytest.mark.parametrize(
    ("told", "lost"),
    [
        ({}, set()),
        ({"birth_date": date(1984, 7, 3)}, set()),
        ({"birth_date": date(1985, 3, 7)}, {"born_district"}),
        ({"birth_date": date(1982, 3, 7)}, {"born_district", "year_two_names"}),
        ({"birth_date": date(1984, 1, 1)}, {"born_district", "born_father"}),
        ({"birth_date": None}, {"born_district", "born_father", "year_two_names", "year_own_names"}),
        ({"given_name": "Khan", "surname": "Rashid"}, {"born_father", "district_family", "year_two_names"}),
        ({"given_name": "Aslam", "father_name": "Rashid"}, {"born_father", "district_family", "year_own_names"}),
        ({"district_code": "PK701"}, {"born_district", "district_family"}),
        ({"given_name": "Tanveer"}, {"year_two_names", "year_own_names"}),
    ],
    ids=["nothing changed", "day and month swapped", "a year off", "two years off", "only the year known", "no birth",
         "own names in each other's place", "own and father's name in each other's place", "moved", "another given name"],
)  # fmt: skip
def test_who_tells_otherwise_is_found_under_the_keys_that_are_left(told: dict[str, Any], lost: set[str]) -> None:
    assert _recipes_met(**told) == {recipe.name for recipe in DOOR_RECIPES} - lost


def test_the_first_of_january_is_looked_for_with_the_first_letter_of_the_surname() -> None:
    new_year = RASHID | {"birth_date": date(1984, 1, 1)}
    khan, malik = door_keys(**new_year)[0], door_keys(**new_year | {"surname": "Malik"})[0]
    assert khan != malik
    assert door_keys(**RASHID)[0] == door_keys(**RASHID | {"surname": "Malik"})[0]


def test_a_birth_known_to_the_month_is_read_like_a_year_and_never_as_the_first_of_the_month() -> None:
    told = {"given_name": "Razia", "father_name": "Aslam", "sex": "female", "district_code": "PK603"}
    month, year = (
        features(birth_date=date(1981, 7, 1), birth_date_precision=precision, **told) for precision in ("month", "year")
    )
    exact = features(birth_date=date(1981, 7, 19), birth_date_precision="day", **told)
    born = {
        name: next(reason for reason in compare(one, exact, starting_model(10_000)).reasons if reason.field == "birth")
        for name, one in (("month", month), ("year", year))
    }
    assert born["month"].level == born["year"].level == "year_same_one_rounded"
    assert born["month"].weight == born["year"].weight > 0
    keys = {
        precision: match_keys(surname="Bibi", birth_date=date(1981, 7, 1), birth_date_precision=precision, **told)
        for precision in ("day", "month", "year")
    }
    assert keys["month"] == keys["year"] != keys["day"], "no key of a day that nobody named"
