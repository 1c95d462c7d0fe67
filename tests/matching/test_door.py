"""Keys at the door: the same for one person as for a million."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
from tests.matching import invent

from mazdoor.matching.comparison import features
from mazdoor.matching.door import DOOR_RECIPES, door_keys, door_keys_in_bulk
from mazdoor.matching.keys import match_keys
from mazdoor.matching.model import compare, starting_model

_ARGUMENTS = ("given_name", "surname", "father_name", "birth_date", "birth_date_precision", "sex", "district_code")


def test_keys_made_in_bulk_are_the_keys_of_one_person() -> None:
    people, _ = invent.population(300, seed=5)
    people[0] |= {"given_name": "محمد اسلم", "father_name": None, "birth_date": date(1980, 1, 1)}
    people[1] |= {"surname": "", "birth_date": None, "phone_index": None, "district_code": None}
    people[2] |= {"birth_date": date(1981, 7, 3), "birth_date_precision": "year", "sex": None}
    people[3] |= {"birth_date": date(1981, 7, 1), "birth_date_precision": "month"}
    for number, person in enumerate(people):
        person["record_id"] = number
    keys = door_keys_in_bulk(pa.Table.from_pylist(people))
    assert keys["record_id"].to_pylist() == list(range(len(people)))
    for row, person in zip(keys.to_pylist(), people, strict=True):
        alone = door_keys(phone_index=person["phone_index"], **{name: person[name] for name in _ARGUMENTS})
        assert tuple(row[recipe.name] for recipe in DOOR_RECIPES) == alone, person["record_id"]


def test_what_is_not_known_makes_no_key() -> None:
    assert door_keys() == (None,) * len(DOOR_RECIPES)
    named = door_keys(given_name="Razia", surname="Bibi", district_code="PK603")
    assert [recipe.name for recipe, key in zip(DOOR_RECIPES, named, strict=True) if key is not None] == [
        "district_own_names"
    ]


def test_two_recipes_with_one_text_never_meet() -> None:
    keys = [key for key in door_keys(given_name="A B", surname="A", father_name="A", sex="f", district_code="a",
                                     birth_date=date(1990, 5, 5), phone_index="p") if key is not None]  # fmt: skip
    assert len(set(keys)) == len(DOOR_RECIPES)


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
