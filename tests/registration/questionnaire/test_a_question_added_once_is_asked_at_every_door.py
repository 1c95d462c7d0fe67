"""One new question in one file: it is in the counter's wizard, on the workers' pages, in the devices' form, the
schema, the file to fill in and its checks in sets, and on paper, everywhere with its bounds."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from tests.cast.forms import form

from mazdoor.delivery.registration.questionnaire import (
    Door,
    Questionnaire,
    check_form,
    columns,
    flatten,
    form_schema,
    read_questionnaire,
)
from mazdoor.delivery.registration.questionnaire.reading import questionnaire_folder

pytestmark = pytest.mark.django_db
DONKEYS = """
  - name: donkeys
    type: whole
    label: {en: Donkeys owned, ur: اپنے گدھے}
    target: household_record.livestock
    least: 0
    most: 99
    purpose: programmes
"""


@pytest.fixture
def longer(tmp_path: Path) -> Questionnaire:
    """The questionnaire with one question more."""
    for file in questionnaire_folder().glob("*.yaml"):
        shutil.copy(file, tmp_path)
    with (tmp_path / "household.yaml").open("a", encoding="utf-8") as file:
        file.write(DONKEYS)
    return read_questionnaire(tmp_path)


def test_it_is_a_field_of_the_wizard(longer: Questionnaire) -> None:
    from mazdoor.web.registry.wizard.fields import fields_of
    from mazdoor.web.registry.wizard.steps import get_step

    step = get_step("household", longer)
    fields = fields_of(step.section, {"donkeys": "3"}, path=step.path, around=(), errors={})
    (field,) = [field for field in fields if field.name == "donkeys"]
    assert (field.label, field.value, field.keys) == ("Donkeys owned", "3", "numeric")


def test_it_is_a_column_and_is_checked(longer: Questionnaire) -> None:
    assert "household_donkeys" in [column.name for column in columns(longer)]
    day = dt.date(2026, 11, 22)
    good = check_form(form(household__donkeys="۳"), on=day, door=Door.FILE, questionnaire=longer)
    assert flatten(good.form, longer)["household_donkeys"] == "3"
    bad = check_form(form(household__donkeys="100"), on=day, door=Door.FILE, questionnaire=longer)
    assert [(problem.place, problem.refusal.code) for problem in bad.problems] == [("household.donkeys", "REG-016")]


def test_it_is_in_the_schema_of_other_systems(longer: Questionnaire) -> None:
    assert form_schema(longer)["properties"]["household"]["properties"]["donkeys"] == {
        "title": "Donkeys owned", "type": "integer", "minimum": 0, "maximum": 99,
    }  # fmt: skip


def test_other_systems_are_held_to_its_bounds(longer: Questionnaire) -> None:
    from jsonschema import Draft202012Validator

    schema = form_schema(longer)["properties"]["household"]["properties"]["donkeys"]
    assert [Draft202012Validator(schema).is_valid(value) for value in (99, 100)] == [True, False]


def test_it_is_in_the_form_of_devices_with_its_bounds(longer: Questionnaire) -> None:
    from mazdoor.interfaces.openrosa.xlsform import Lists, workbook

    book = workbook(longer, Lists(provinces=(), districts=(), tehsils=(), occupations=(), industries=()))
    (row,) = [row for row in book.survey if row.get("name") == "donkeys"]
    assert row["type"] == "integer" and "99" in row["constraint"] and row["label::English (en)"] == "Donkeys owned"


def test_it_is_in_the_file_to_fill_in(longer: Questionnaire, monkeypatch: pytest.MonkeyPatch) -> None:
    from mazdoor.delivery.registration.files import template

    monkeypatch.setattr(template, "get_questionnaire", lambda: longer)
    for language, words in (("en", "Donkeys owned"), ("ur", "اپنے گدھے")):
        assert words in template.template_bytes("csv", language=language).decode()
        book = openpyxl.load_workbook(io.BytesIO(template.template_bytes("xlsx", language=language)))
        assert any(words in str(cell.value) for cell in next(book.worksheets[0].iter_rows(max_row=1)))


def test_a_file_is_held_to_its_bounds_in_whole_columns(longer: Questionnaire, system: None) -> None:
    from mazdoor.delivery.registration.files.cells import ColumnReader
    from mazdoor.delivery.registration.files.checks import Checker
    from mazdoor.delivery.registration.files.columns import columns_of

    day = dt.date(2026, 11, 22)
    (column,) = [column for column in columns_of(longer) if column.name == "household_donkeys"]
    checker = Checker(longer, {0: ColumnReader(column, day)}, on=day, grouped=False, sees_area=lambda area: True)
    rows = {"n": [2, 3], "h": [2, 3], "fault": ["", ""], "found": [1, 1], "c0": ["۹۹", "100"]}
    found = [
        (finding.found.code, finding.rows.tolist())
        for finding in checker.check(pa.table(rows)).findings
        if finding.column == "household_donkeys"
    ]
    assert found == [("REG-016", [1])], "the second row"


def test_it_is_a_field_of_the_workers_pages_once_a_screen_names_it(
    longer: Questionnaire, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mazdoor.web.worker import drafts
    from mazdoor.web.worker.fields import field_of

    monkeypatch.setattr(drafts, "get_questionnaire", lambda: longer)
    question = drafts.question_at(("household", "donkeys"))
    field = field_of(question, "donkeys", "3", language="ur")
    assert (field.label, field.value, field.keypad) == ("اپنے گدھے", "3", "numeric")
    bad = check_form(form(household__donkeys="100"), on=dt.date(2026, 11, 22), door=Door.WORKER, questionnaire=longer)
    assert "household.donkeys" in [problem.place for problem in bad.problems]


def test_it_is_on_paper(longer: Questionnaire) -> None:
    from mazdoor.web.registry.wizard import paper

    blank = paper._blank_section(longer.section("household"), "ur")
    assert "اپنے گدھے" in [question["label"] for question in blank["questions"]]
