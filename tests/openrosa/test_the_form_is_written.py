"""The questionnaire as XLSForm and XForm: every question, both languages, skips, bounds, lists; and the way back."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from pyxform.xls2xform import convert

X = "{http://www.w3.org/2002/xforms}"


@pytest.fixture(scope="module")
def form(questionnaire: Any, lists: Any) -> Any:
    from mazdoor.interfaces.openrosa.xlsform import publish

    return publish(questionnaire, lists)


@pytest.fixture(scope="module")
def binds(form: Any) -> dict[str, dict[str, str]]:
    return {bind.get("nodeset") or "": dict(bind.attrib) for bind in ET.fromstring(form.xml).iter(f"{X}bind")}


def test_both_languages_stand_in_the_form_and_urdu_comes_first(form: Any) -> None:
    translations = list(ET.fromstring(form.xml).iter(f"{X}translation"))
    assert [(each.get("lang"), each.get("default")) for each in translations] == [
        ("اردو (ur)", "true()"),
        ("English (en)", None),
    ]
    texts = [{text.get("id") for text in each} for each in translations]
    assert texts[0] == texts[1]


def test_a_condition_asks_the_answer_of_the_same_person(binds: dict[str, dict[str, str]]) -> None:
    assert binds["/data/people/husband_name"]["relevant"].strip("()") == "../sex = 'female'"
    assert "../employer_kind" in binds["/data/people/employments/business"]["relevant"]
    assert binds["/data/people/employments"]["relevant"] == "../employments_any = 'yes'"


def test_answers_are_bounded_on_the_device_with_a_sentence(binds: dict[str, dict[str, str]]) -> None:
    rooms = binds["/data/household/rooms"]
    assert rooms["constraint"] == ". >= 1 and . <= 40"
    assert any(key.endswith("constraintMsg") for key in rooms)
    assert "regex(., '^[0-9]{5}-?[0-9]{7}-?[0-9]$')" in binds["/data/people/cnic"]["constraint"]


def test_areas_cascade_and_a_tehsil_may_stay_unknown(form: Any) -> None:
    root = ET.fromstring(form.xml)
    sets = {each.get("nodeset") for each in root.iter(f"{X}itemset")}
    assert "instance('tehsils')/root/item[within = current()/../area_code_district]" in sets
    (tehsils,) = [each for each in root.iter(f"{X}instance") if each.get("id") == "tehsils"]
    assert {item.findtext(f"{X}name") for item in tehsils.iter(f"{X}item")} >= {"PK60301", "PK603"}


def test_the_version_changes_when_a_list_does(form: Any, questionnaire: Any, lists: Any) -> None:
    from dataclasses import replace

    from mazdoor.interfaces.openrosa.xlsform import publish

    assert publish(questionnaire, lists).version == form.version
    assert publish(questionnaire, replace(lists, occupations=lists.occupations[:1])).version != form.version


@pytest.mark.parametrize("language", ["ur", "en"])
def test_the_spreadsheet_is_an_xlsform_that_gives_the_same_form(
    form: Any, questionnaire: Any, lists: Any, language: str
) -> None:
    from mazdoor.interfaces.openrosa.xlsform import to_xlsx, workbook

    book = to_xlsx(workbook(questionnaire, lists, default_language=language))
    again = ET.fromstring(convert(io.BytesIO(book), form_name="data").xform)
    mine = ET.fromstring(form.xml)
    assert [b.get("nodeset") for b in again.iter(f"{X}bind")][:-1] == [b.get("nodeset") for b in mine.iter(f"{X}bind")][
        :-1
    ]
    default = [each.get("lang") for each in again.iter(f"{X}translation") if each.get("default")]
    assert default == [{"ur": "اردو (ur)", "en": "English (en)"}[language]]


def test_the_real_questionnaire_is_a_form(lists: Any) -> None:
    from mazdoor.delivery.registration.questionnaire import Door, get_questionnaire
    from mazdoor.interfaces.openrosa.xlsform import publish

    questionnaire = get_questionnaire()
    nodes = {bind.get("nodeset") for bind in ET.fromstring(publish(questionnaire, lists).xml).iter(f"{X}bind")}
    for path, question in questionnaire.walk():
        if Door.DEVICE in question.doors and all(Door.DEVICE in section.doors for section in path):
            assert "/".join(["/data", *(section.name for section in path), question.name]) in nodes


def test_a_filled_form_comes_back_as_plain_answers(questionnaire: Any) -> None:
    from mazdoor.interfaces.openrosa import filled

    xml = """<data id="mazdoor:registration" version="3" xmlns:orx="http://openrosa.org/xforms">
      <household><area_code_province>PK6</area_code_province><area_code_district>PK603</area_code_district><area_code/>
        <assets>radio cart</assets></household>
      <people><given_name> Razia </given_name><birth_date_known>year</birth_date_known><birth_date/>
        <birth_date_year>1987</birth_date_year><photo>1.jpg</photo><employments_any>yes</employments_any>
        <employments><employer_kind>business</employer_kind><business><name>Noor</name></business></employments></people>
      <people><given_name>Ali</given_name><birth_date_known>day</birth_date_known><birth_date>2015-05-01</birth_date>
        <employments_any>no</employments_any><employments><employer_kind>household</employer_kind></employments></people>
      <orx:meta><orx:instanceID>uuid:1</orx:instanceID><orx:deprecatedID>uuid:0</orx:deprecatedID></orx:meta></data>"""
    sent = filled.read(xml.encode())
    assert (sent.form_id, sent.version, sent.instance_id, sent.deprecated_id) == (
        "mazdoor:registration", "3", "uuid:1", "uuid:0",
    )  # fmt: skip
    form = sent.form(questionnaire)
    assert form["household"] == {"area_code": "PK603", "assets": ["radio", "cart"]}
    razia, ali = form["people"]
    assert (razia["given_name"], razia["birth_date"]) == ("Razia", "1987")
    assert razia["employments"] == [{"employer_kind": "business", "business": {"name": "Noor"}}]
    assert ali["birth_date"] == "2015-05-01" and ali["employments"] == []
    assert [each[0] for each in filled.files_named(form, questionnaire)] == ["people[0].photo"]
