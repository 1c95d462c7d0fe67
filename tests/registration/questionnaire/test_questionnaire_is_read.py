"""The questionnaire as files: read whole, and every mistake in it told with its file and line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from mazdoor.delivery.registration.questionnaire import (
    AnswerType,
    QuestionnaireError,
    Section,
    get_questionnaire,
    read_questionnaire,
)
from mazdoor.delivery.registration.questionnaire.reading import questionnaire_folder

URDU = re.compile(r"[\u0600-\u06ff]")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files of the questionnaire, to be changed."""
    for file in questionnaire_folder().glob("*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_question_is_put_in_both_languages() -> None:
    for path, question in get_questionnaire().walk():
        for said in (question.label, question.hint, question.short_label, *(c.words for c in question.choices)):
            if said is not None:
                assert said.en and not URDU.search(said.en), question.name
                assert URDU.search(said.ur), (path[-1].name, question.name)


def test_no_two_questions_share_a_column() -> None:
    names = [
        "".join(section.columns for section in path) + question.name for path, question in get_questionnaire().walk()
    ]
    assert len(set(names)) == len(names)


def test_the_washington_group_short_set_is_asked_whole() -> None:
    section: Section = get_questionnaire().section("people", "functioning")
    assert [question.name for question in section.questions] == [
        "seeing", "hearing", "walking", "remembering", "self_care", "communicating",
    ]  # fmt: skip
    assert all(len(question.choices) == 4 for question in section.questions)


def test_every_question_says_why_it_is_asked_and_how_long_it_is_kept() -> None:
    asked = get_questionnaire()
    for _, question in asked.walk():
        assert question.purpose in asked.lists["purpose"].answers
        assert asked.retention[question.retention]


def test_layout_does_not_change_the_version_and_content_does(copy: Path) -> None:
    first = read_questionnaire(copy).version
    change(copy, "people.yaml", "kind: section", "# a remark\n\nkind: section")
    assert read_questionnaire(copy).version == first
    change(copy, "people.yaml", "Given name, ur", "First name, ur")
    assert read_questionnaire(copy).version != first


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("people.yaml", "type: name", "type: nam", "'nam'"),
        ("people.yaml", "label: {en: Surname", "lable: {en: Surname", "lable"),
        ("people.yaml", "choices: sex", "choices: sexes", 'no list "sexes"'),
        ("people.yaml", "is_one_of: [female]", "is_one_of: [lady]", '"lady" is no answer'),
        ("people.yaml", "{question: mobile, answered", "{question: mobil, answered", 'no question "mobil"'),
        ("people.yaml", "name: surname\n", "name: given_name\n", "asked twice"),
        ("household.yaml", "purpose: programmes", "purpose: fun", "no purpose fun"),
        ("household.yaml", "name: rooms", "name: [rooms", "not YAML"),
        ("people.yaml", 'columns: "member{n}_"', "columns: member_", "needs {n}"),
        ("questionnaire.yaml", "people, businesses", "peeple, businesses", 'no section is called "peeple"'),
        ("household.yaml", "required: true", "required: true\n    required: false", "written twice"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(copy: Path, file: str, old: str, new: str, said: str) -> None:
    change(copy, file, old, new)
    with pytest.raises(QuestionnaireError) as wrong:
        read_questionnaire(copy)
    told = [problem for problem in wrong.value.problems if said in str(problem)]
    assert any(problem.file.endswith(file) and problem.line > 0 for problem in told), str(wrong.value)


def test_coded_words_have_one_home() -> None:
    from mazdoor.delivery.registration import words

    for path, question in get_questionnaire().walk():
        if question.type in (AnswerType.CHOICE, AnswerType.CHOICES):
            codes = [choice.code for choice in question.choices]
            homes = [name for name, each in get_questionnaire().lists.items() if list(each.answers) == codes]
            assert homes, (path[-1].name, question.name)
    assert words.SEX is get_questionnaire().lists["sex"]
