"""A condition holds in Python exactly where it holds in SQL over the same answers as a file writes them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mazdoor.delivery.registration.questionnaire import (
    AnswerType,
    Choice,
    Condition,
    Question,
    Section,
    get_questionnaire,
    holds,
    to_sql,
    to_xpath,
    type_answer,
    write_answer,
)
from mazdoor.kernel.refusals import Words

DAY = dt.date(2026, 11, 22)
CODES = ("a", "b", "c")


def ask(name: str, kind: AnswerType, *, coded: bool = False) -> Question:
    choices = tuple(Choice(code=code, words=Words(f"word {code}", f"لفظ {code}")) for code in CODES) if coded else ()
    return Question(name=name, type=kind, label=Words(name, name), target="t.c", choices=choices)


SECTION = Section(
    name="s",
    title=Words("s", "s"),
    questions=(
        ask("one", AnswerType.CHOICE, coded=True),
        ask("many", AnswerType.CHOICES, coded=True),
        ask("yes", AnswerType.YES_NO),
        ask("count", AnswerType.WHOLE),
        ask("money", AnswerType.MONEY),
        ask("said", AnswerType.TEXT),
    ),
)
codes = st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True).map(tuple)
answered = st.builds(
    lambda name, value: Condition(question=name, answered=value),
    st.sampled_from([question.name for question in SECTION.questions]),
    st.booleans(),
)
listed = st.one_of(
    st.builds(lambda name, each: Condition(question=name, is_one_of=each), st.sampled_from(["one", "many"]), codes),
    st.builds(lambda name, each: Condition(question=name, is_not_one_of=each), st.sampled_from(["one", "many"]), codes),
    st.builds(lambda each: Condition(question="yes", is_one_of=(each,)), st.sampled_from(["yes", "no"])),
)
numbers = st.one_of(
    st.builds(
        lambda name, n: Condition(question=name, at_least=n), st.sampled_from(["count", "money"]), st.integers(-5, 5)
    ),
    st.builds(
        lambda name, n: Condition(question=name, at_most=n), st.sampled_from(["count", "money"]), st.integers(-5, 5)
    ),
)
conditions = st.recursive(
    st.one_of(answered, listed, numbers),
    lambda inner: st.one_of(
        *(
            st.lists(inner, min_size=1, max_size=3).map(lambda each, shape=shape: Condition(**{shape: tuple(each)}))
            for shape in ("all_of", "any_of", "none_of")
        )
    ),
    max_leaves=8,
)
rows = st.fixed_dictionaries(
    {
        "one": st.sampled_from(["", *CODES]),
        "many": st.lists(st.sampled_from(CODES), unique=True).map(" ".join),
        "yes": st.sampled_from(["", "yes", "no"]),
        "count": st.one_of(st.just(""), st.integers(-6, 6).map(str)),
        "money": st.one_of(st.just(""), st.decimals(-6, 6, places=2).map(str)),
        "said": st.sampled_from(["", "x", "صفر"]),
    }
)


@pytest.fixture(scope="module")
def database() -> Any:
    with duckdb.connect() as connection:
        yield connection


@settings(max_examples=150, deadline=None)
@given(condition=conditions, row=rows)
def test_python_and_duckdb_agree(database: Any, condition: Condition, row: dict[str, str]) -> None:
    typed = {
        question.name: read.value
        for question in SECTION.questions
        if (read := type_answer(question, row[question.name], on=DAY)).value is not None
    }
    written = {
        question.name: write_answer(question, typed.get(question.name)) or None for question in SECTION.questions
    }
    columns = ", ".join(f'${name}::VARCHAR AS "{name}"' for name in written)
    (found,) = database.execute(
        f"SELECT {to_sql(condition, (SECTION,), lambda depth, name: chr(34) + name + chr(34))} FROM (SELECT {columns})",
        written,
    ).fetchone()
    assert found is holds(condition, (SECTION,), (typed,))


def test_every_condition_of_the_questionnaire_is_an_xpath_with_only_questions_there_are() -> None:
    names = {question.name for _, question in get_questionnaire().walk()}
    seen = 0
    for path, question in get_questionnaire().walk():
        for condition in (question.asked_when, question.required):
            if isinstance(condition, Condition):
                said = to_xpath(condition, path, lambda name: f"${{{name}}}")
                assert said.count("(") == said.count(")")
                assert set(re.findall(r"\$\{(\w+)\}", said)) <= names
                seen += 1
    assert seen > 10
