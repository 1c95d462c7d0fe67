"""The checks of a file (whole chunks in SQL) and the check of one form say the same of the same answers."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mazdoor.delivery.registration.files.cells import ColumnReader, with_other_scripts
from mazdoor.delivery.registration.files.checks import CheckedChunk, Checker
from mazdoor.delivery.registration.files.columns import columns_of
from mazdoor.delivery.registration.questionnaire import (
    AnswerType,
    Checked,
    Column,
    Door,
    check_form,
    get_questionnaire,
    nest,
)

pytestmark = pytest.mark.django_db

ON = dt.date(2026, 11, 1)
FILE_ONLY = {"REG-060", "REG-061", "REG-062", "REG-063", "REG-064", "REG-068", "REG-069"}
WELL = {
    "household_area_code": "PK60301", "given_name": "Bushra", "sex": "female", "birth_date": "1987-03-17",
    "relationship": "head", "consents": "registration",
}  # fmt: skip
WORKS = WELL | {
    "employment1_status": "employee", "employment1_category": "domestic", "employment1_occupation": "9111",
    "employment1_industry": "9700", "employment1_started_on": "2020", "employment1_employer_kind": "household",
    "employment1_pay_period": "month", "employment1_pay_amount": "15000",
}  # fmt: skip


def held(rows: Sequence[dict[str, str]], *, grouped: bool = False) -> CheckedChunk:
    """Rows (column name → text) held against the questionnaire as a file is."""
    used = {name for row in rows for name in row}
    columns = [column for column in columns_of(get_questionnaire()) if column.name in used]
    readers, scripts = with_other_scripts(
        {place: ColumnReader(column, ON) for place, column in enumerate(columns)},
        columns_of(get_questionnaire()),
        wrong=lambda place, letters: True,
    )
    checker = Checker(
        get_questionnaire(), readers, on=ON, grouped=grouped, sees_area=lambda area: True, scripts=scripts
    )
    table = {
        "n": list(range(2, len(rows) + 2)),
        "h": [2] * len(rows) if grouped else list(range(2, len(rows) + 2)),
        "fault": [""] * len(rows),
        "found": [len(columns)] * len(rows),
    }
    cells = {f"c{place}": [row.get(column.name, "") for row in rows] for place, column in enumerate(columns)}
    return checker.check(pa.table(table | cells))


def told(checked: CheckedChunk, row: int) -> set[tuple[str, str, str, str]]:
    """(column, code, details, kind) of everything found in one row."""
    return {
        (finding.column, finding.found.code, finding.found.details, finding.kind)
        for finding in checked.findings
        if row in finding.rows.tolist()
    }


def _column_at(place: str, columns: dict[str, str]) -> str:
    return columns.get(place, place)


def told_of_form(checked: Checked, names: dict[str, str]) -> set[tuple[str, str, str, str]]:
    def one(problem: Any, kind: str) -> tuple[str, str, str, str]:
        details = json.dumps(problem.refusal.details, ensure_ascii=False, sort_keys=True)
        return (_column_at(problem.place, names), problem.refusal.code, details, kind)

    return {one(p, "warning" if p.warning else "problem") for p in checked.problems} | {
        one(p, "repair") for p in checked.repairs
    }


def _places(row: dict[str, str], mapped: set[str]) -> dict[str, str]:
    """Place in the form → column of the file, for one row; a section stands for its first column that is in the file."""

    def given(word: str) -> list[int]:  # gaps close up: a row with a first and a third employment has two
        return [
            n for n in (1, 2, 3) if any(name.startswith(f"{word}{n}_") and value.strip() for name, value in row.items())
        ]

    repeated = {"employments": given("employment"), "businesses": given("business")}
    found: dict[str, str] = {}
    for column in columns_of(get_questionnaire()):
        place = column.place
        for section, number in column.steps:
            if section.name in repeated and number + 1 in repeated[section.name]:
                at = repeated[section.name].index(number + 1)
                place = place.replace(f"{section.name}[{number}]", f"{section.name}[{at}]")
            elif section.name in repeated:
                break
        else:
            found[place] = column.name
            if column.name in mapped:
                found.setdefault(place.rpartition(".")[0], column.name)
    return found


def _agree(row: dict[str, str], mapped: set[str], checked: CheckedChunk, at: int) -> None:
    form = check_form(nest({k: v for k, v in row.items() if v.strip()}), on=ON, door=Door.FILE)
    assert told(checked, at) == told_of_form(form, _places(row, mapped)), row
    assert (at in checked.bad.tolist()) == (not form.well)


ODD = ["", " ", "yes", "no", "0", "-1", "17", "9999999", "1,200", "Rs 500/-", "abc", "O3001234567", "رضیہ", "۱۲", "2030",
       "1987", "03-1987", "13/02/1990", "1990-02-30", "\u200fعلی\u200e", "x" * 300, "PK60301", "PK9", "head", "child",
       "female", "Male", "عورت", "registration", "verification programmes", "registration;bogus", "9111", "0111",
       "01234-1234567-1", "0123412345672", "+92 300 1234567", "PK36SCBL0000001123456702", "wallet", "bank", "single",
       "2010-01-01", "2016-06-01", "business", "household", "none", "employee", "own_account", "domestic", "day"]  # fmt: skip


def _fitting(column: Column) -> st.SearchStrategy[str]:
    question = column.question
    own: list[str] = [question.example] if question.example else []
    own += [choice.code for choice in question.choices]
    if question.type is AnswerType.YES_NO:
        own += ["yes", "no"]
    return st.one_of(st.sampled_from(own or [""]), st.sampled_from(own or [""]), st.sampled_from(ODD))


@st.composite
def rows(draw: st.DrawFn) -> dict[str, str]:
    columns = {column.name: column for column in columns_of(get_questionnaire())}
    row = dict(draw(st.sampled_from([WELL, WORKS])))
    for name in draw(st.lists(st.sampled_from(sorted(columns)), max_size=14, unique=True)):
        row[name] = draw(_fitting(columns[name]))
    return row


@pytest.mark.usefixtures("areas")
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=st.lists(rows(), min_size=1, max_size=60))
def test_a_chunk_of_rows_is_told_what_each_row_is_told_alone(batch: list[dict[str, str]]) -> None:
    checked = held(batch)
    mapped = {name for row in batch for name in row}
    for at, row in enumerate(batch):
        _agree(row, mapped, checked, at)


@pytest.mark.usefixtures("areas")
def test_a_row_that_is_well_has_no_problem_and_its_answers_are_typed() -> None:
    checked = held([WELL, WORKS])
    assert checked.findings == []
    assert checked.good.num_rows == 2
    assert checked.good["birth_date"].to_pylist() == [dt.date(1987, 3, 17)] * 2
    assert checked.good["employment1_pay_amount"].to_pylist() == [None, 1500000]
    assert checked.good["present_people0_employments0"].to_pylist() == [False, True]


@pytest.mark.usefixtures("areas")
@pytest.mark.parametrize(
    ("english", "urdu", "kept", "codes"),
    [
        ("رضیہ", None, (None, "رضیہ"), {("given_name", "REG-111")}),
        (None, "Razia", ("Razia", None), {("given_name_ur", "REG-111")}),
        ("رضیہ", "Razia", ("Razia", "رضیہ"), {("given_name", "REG-111"), ("given_name_ur", "REG-111")}),
        ("Razia", "Razia", None, {("given_name_ur", "REG-112")}),
        ("رضیہ", "رضیہ", None, {("given_name", "REG-112")}),
        ("Razia", "رضیہ", ("Razia", "رضیہ"), set()),
        ("Razia رضیہ", None, ("Razia رضیہ", None), set()),
    ],
)
def test_a_name_in_the_wrong_script_goes_where_it_belongs_or_is_refused(
    english: str | None, urdu: str | None, kept: tuple[str | None, str | None] | None, codes: set[tuple[str, str]]
) -> None:
    names = {"given_name": english, "given_name_ur": urdu}
    row = {name: answer for name, answer in WELL.items() if name not in names} | {
        name: text for name, text in names.items() if text is not None
    }
    checked = held([row])
    assert {(column, code) for column, code, _, _ in told(checked, 0)} == codes
    form = check_form(nest(row), on=ON, door=Door.FILE)
    assert form.well == (kept is not None) == (checked.good.num_rows == 1)
    if kept is not None:
        (person,) = form.form["people"]
        assert (person.get("given_name"), person.get("given_name_ur")) == kept
        columns = checked.good.column_names
        found = [checked.good[name].to_pylist()[0] if name in columns else None for name in names]
        assert tuple(found) == kept


@pytest.mark.usefixtures("areas")
def test_a_working_child_is_flagged_and_not_lost() -> None:
    child = WORKS | {"birth_date": "2016-06-01"}
    checked = held([child])
    assert checked.good.num_rows == 1
    assert {(column, code, kind) for column, code, _, kind in told(checked, 0)} == {
        ("employment1_status", "REG-031", "warning")
    }


@pytest.mark.usefixtures("areas")
def test_rows_of_one_household_are_one_form() -> None:
    spouse = {"given_name": "Aslam", "sex": "male", "birth_date": "1980", "relationship": "spouse"}
    assert held([WELL, spouse], grouped=True).good.num_rows == 2
    differing = held([WELL, spouse | {"household_area_code": "PK60302"}], grouped=True)
    assert {code for _, code, _, _ in told(differing, 1)} == {"REG-066"}
    assert {code for _, code, _, _ in told(differing, 0)} == {"REG-065"}
    two_heads = held([WELL, spouse | {"relationship": "head"}], grouped=True)
    assert {(column, code) for column, code, _, _ in told(two_heads, 1)} == {("relationship", "REG-008")}
    assert two_heads.good.num_rows == 0
    many = held([WELL, *([spouse | {"relationship": "other"}] * 30)], grouped=True)
    assert {code for _, code, _, _ in told(many, 4)} == {"REG-067"}
