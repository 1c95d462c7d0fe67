"""One answer in the many ways people write it: read, or told what is wrong; never guessed silently, never a crash."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cast.forms import form, put

from mazdoor.delivery.registration.questionnaire import (
    Door,
    Question,
    check_form,
    columns,
    flatten,
    form_schema,
    get_questionnaire,
    nest,
    type_answer,
    write_answer,
)
from mazdoor.delivery.registration.questionnaire.ages import least_working_age

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 22)


def question(*names: str) -> Question:
    return get_questionnaire().section(*names[:-1]).question(names[-1])


@pytest.mark.parametrize(
    "written",
    [
        "03001234567", "0300-1234567", "0300 123 4567", "+923001234567", "+92 300 1234567", "00923001234567",
        "923001234567", "3001234567", "(0300) 1234567", "۰۳۰۰۱۲۳۴۵۶۷", "0300.123.4567", "O3OO1234567", "‪03001234567‬",
    ],
)  # fmt: skip
def test_a_phone_in_many_spellings_is_one_number(written: str) -> None:
    assert type_answer(question("people", "mobile"), written, on=DAY).value == "03001234567"


@pytest.mark.parametrize(
    ("written", "value", "codes"),
    [
        ("01234-1234567-1", "0123412345671", []),
        ("0123412345671", "0123412345671", []),
        ("O1234-I234567-l", "0123412345671", ["REG-033"]),
        ("۰۱۲۳۴-۱۲۳۴۵۶۷-۱", "0123412345671", ["REG-035"]),
        ("\u200f01234-1234567-1\u200f", "0123412345671", ["REG-034"]),
        ("1234", None, []),
        ("01234-1234567-12", None, []),
    ],
)
def test_a_cnic_is_repaired_and_the_repair_is_told(written: str, value: str | None, codes: list[str]) -> None:
    read = type_answer(question("people", "cnic"), written, on=DAY)
    assert read.value == value and [repair.code for repair in read.repairs] == codes
    assert (read.problem is None) == (value is not None)


@pytest.mark.parametrize(
    ("written", "day", "precision"),
    [
        ("1987-03-07", dt.date(1987, 3, 7), "day"),
        ("7/3/1987", dt.date(1987, 3, 7), "day"),
        ("07.03.1987", dt.date(1987, 3, 7), "day"),
        ("7 March 1987", dt.date(1987, 3, 7), "day"),
        ("Mar 7, 1987", dt.date(1987, 3, 7), "day"),
        ("07-Mar-1987", dt.date(1987, 3, 7), "day"),
        ("۷ مارچ ۱۹۸۷", dt.date(1987, 3, 7), "day"),
        ("1987", dt.date(1987, 1, 1), "year"),
        ("1987-03", dt.date(1987, 3, 1), "month"),
        ("3/1987", dt.date(1987, 3, 1), "month"),
        (dt.datetime(1987, 3, 7, 10, 0, tzinfo=dt.UTC), dt.date(1987, 3, 7), "day"),
        ("3/25/1987", dt.date(1987, 3, 25), "day"),
        ("7/3/87", None, ""),
        ("31/02/1987", None, ""),
        ("31843", None, ""),
        ("1/1/1501", None, ""),
    ],
)
def test_a_date_in_the_orders_people_write(written: Any, day: dt.date | None, precision: str) -> None:
    read = type_answer(question("people", "birth_date"), written, on=DAY)
    assert (read.value, read.precision) == (day, precision)


@pytest.mark.parametrize(
    ("written", "paisa"),
    [("1200", 120000), ("1,200.50", 120050), ("Rs. 1,200/-", 120000), ("۱۲۰۰", 120000), ("1,20,000", 12000000),
     (1200, 120000), (12.5, 1250), ("12.345", None), ("1e400", None), ("NaN", None), (True, None), ("many", None)],
)  # fmt: skip
def test_money_is_read_exactly_or_not_at_all(written: Any, paisa: int | None) -> None:
    assert type_answer(question("people", "employments", "pay_amount"), written, on=DAY).value == paisa


@pytest.mark.parametrize(
    ("name", "good"),
    [("Bushra", True), ("D'Souza", True), ("Abdul-Rehman", True), ("بشریٰ", True), ("محمّد علی", True), ("Bushra2", False),
     ("=cmd|'/c calc'", False), ("<b>", False), ("...", False), ("ڈاکٹر عبدالسلام", True), ("M. Ali", True)],
)  # fmt: skip
def test_a_name_is_letters_of_any_script(name: str, good: bool) -> None:
    assert (type_answer(question("people", "given_name"), name, on=DAY).problem is None) is good


ANYTHING = st.one_of(
    st.text(max_size=60), st.integers(), st.floats(), st.booleans(), st.dates(), st.none(),
    st.lists(st.text(max_size=5), max_size=3), st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)  # fmt: skip
PLACES = [column.place for column in columns()]


@settings(max_examples=80, deadline=None)
@given(answers=st.dictionaries(st.sampled_from(PLACES), ANYTHING, max_size=8))
def test_no_answer_crashes_the_checking(answers: dict[str, Any]) -> None:
    said = form()
    for place, value in answers.items():
        put(said, place.replace("[", "").replace("]", ""), value)
    checked = check_form(said, on=DAY, door=Door.FILE)
    for problem in (*checked.problems, *checked.repairs):
        assert problem.refusal.cause("en") and problem.refusal.cause("ur") and "{" not in problem.refusal.cause("ur")


NAMES = st.sampled_from(["household", "people", "employments", "consent", "x"])
SHAPES = st.recursive(
    ANYTHING,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=10,
)


@settings(max_examples=80, deadline=None)
@given(shape=SHAPES)
def test_no_shape_crashes_the_checking(shape: Any) -> None:
    said = shape if isinstance(shape, dict) else {"people": shape}
    assert not check_form(said, on=DAY, door=Door.SYSTEM).well


def test_what_was_typed_is_written_and_read_again_the_same() -> None:
    checked = check_form(form(), on=DAY, door=Door.OFFICER)
    again = check_form(nest(flatten(checked.form)), on=DAY, door=Door.FILE)
    assert again.form == checked.form and not again.repairs
    land = question("household", "land_acres")
    assert write_answer(land, type_answer(land, "2.50", on=DAY).value) == "2.50"
    assert type_answer(land, "2.5", on=DAY).value == Decimal("2.50")


@pytest.mark.parametrize(
    ("changes", "place", "code"),
    [
        ({"people0__relationship": "child"}, "people[0].relationship", "REG-008"),
        ({"people1__relationship": "head"}, "people[1].relationship", "REG-008"),
        ({"consent__consents": ["statistics"]}, "consent.consents", "REG-007"),
        ({"people0__employments0__started_on": "1980"}, "people[0].employments[0].started_on", "REG-020"),
        ({"people1__cnic": "01234-1234567-2"}, "people[1].cnic", "REG-038"),
        ({"people0__shoe_size": "41"}, "people[0].shoe_size", "REG-027"),
        ({"people0__employments": "many"}, "people[0].employments", "REG-029"),
    ],
)
def test_what_does_not_fit_the_rest_is_told_at_its_place(changes: dict[str, Any], place: str, code: str) -> None:
    checked = check_form(form(**changes), on=DAY, door=Door.OFFICER)
    assert (place, code) in {
        (problem.place, problem.refusal.code) for problem in checked.problems if not problem.warning
    }


def test_the_least_age_for_domestic_work_is_that_of_the_province() -> None:
    work = dict(form()["people"][0]["employments"][0], category="domestic", started_on="2026")
    for area, flagged in (("PK618", False), ("PK401", True)):
        said = form(household__area_code=area, people1__birth_date="2011-01-01", people1__employments=[work])
        codes = [problem.refusal.code for problem in check_form(said, on=DAY, door=Door.DEVICE).problems]
        assert ("REG-031" in codes) is flagged, area


@pytest.mark.parametrize(
    ("area", "category", "on", "years"),
    [
        ("PK618", "daily_wage", "2026-11-21", 15),  # Punjab's act of 2016
        ("PK618", "daily_wage", "2016-12-30", 14),  # before it: Article 11(3) of the Constitution
        ("PK718", "daily_wage", "2026-11-21", 14),  # Sindh's act of 2017
        ("PK204", "daily_wage", "2026-11-21", 14),  # no act of Balochistan was seen
        ("", "daily_wage", "2026-11-21", 14),  # place unknown
        ("PK401", "domestic", "2026-11-21", 16),  # Islamabad's act for domestic work
        ("PK401", "domestic", "2022-10-22", 14),  # before that act came
        ("PK718", "domestic", "2026-11-21", 14),  # Sindh has none for domestic work
    ],
)
def test_the_least_age_for_work_is_that_of_the_province_on_the_day(
    area: str, category: str, on: str, years: int
) -> None:
    found = least_working_age(category=category, area_code=area, on=dt.date.fromisoformat(on))
    assert (found.years, found.verified != "memory") == (years, True)
    assert found.source


def test_the_schema_lets_the_form_through_and_says_what_is_required() -> None:
    from jsonschema import Draft202012Validator

    schema = form_schema()
    Draft202012Validator.check_schema(schema)
    said = form()
    for section, _ in list(said.items()):
        assert section in schema["properties"]
    person = schema["properties"]["people"]["items"]
    assert set(person["required"]) == {"sex", "birth_date", "relationship"}
    assert person["properties"]["functioning"]["properties"]["seeing"]["enum"] == ["none", "some", "a_lot", "cannot"]
