"""One new question in one file: it is in the counter's wizard, the devices' form, the schema, the columns and on paper."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

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


def test_it_is_in_the_form_of_devices(longer: Questionnaire) -> None:
    from mazdoor.interfaces.openrosa.xlsform import Lists, workbook

    book = workbook(longer, Lists(provinces=(), districts=(), tehsils=(), occupations=(), industries=()))
    assert any("donkeys" in str(row.get("name", "")) for row in book.survey)


def test_it_is_on_paper(longer: Questionnaire) -> None:
    from mazdoor.web.registry.wizard import paper

    blank = paper._blank_section(longer.section("household"), "ur")
    assert "اپنے گدھے" in [question["label"] for question in blank["questions"]]
