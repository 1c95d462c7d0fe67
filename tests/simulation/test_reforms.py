"""A reform is a document, checked like policy, that says what the law would be."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from tests.simulation import world

from mazdoor.rules import PolicyError
from mazdoor.rules.installed import policy_folder
from mazdoor.simulation import Reform, read_reform, read_reform_text, shipped_reforms
from mazdoor.simulation.reforms import with_value

HEAD = """kind: reform
id: trial
title: {en: a trial, ur: آزمائش}
programme: old_age_pension
from: 2026-07-01
"""


def reform(body: str, head: str = HEAD) -> Reform:
    return read_reform_text(policy_folder(), head + body)


def problems(body: str, head: str = HEAD) -> str:
    with pytest.raises(PolicyError) as caught:
        reform(body, head)
    return str(caught.value)


@pytest.mark.parametrize("name", ["flood_cash_daily_wage", "minimum_pension_to_minimum_wage"])
def test_the_shipped_examples_are_sound_and_change_the_rule(name: str) -> None:
    found = read_reform(policy_folder(), shipped_reforms(policy_folder())[name])
    assert found.policy_set.content_hash(found.programme) != world.law().content_hash(found.programme)
    assert found.title.ur and found.note is not None and found.note.ur


def test_a_parameter_has_its_new_value_from_the_first_day_whenever_it_was_known() -> None:
    found = reform("parameters:\n  eobi_minimum_pension: {values: [{value: 20000}]}\n")
    parameter = found.policy_set.parameters["eobi_minimum_pension"]
    for known in (None, date(2026, 6, 1)):
        after, before = parameter.find(date(2026, 7, 1), known), parameter.find(date(2026, 6, 30), known)
        assert after is not None and after.value == Fraction(20000)
        assert before is not None and before.value == Fraction(11500)
    assert world.law().parameters["eobi_minimum_pension"].find(date(2026, 7, 1)) != after


def test_a_later_value_already_in_the_law_gives_way() -> None:
    """The law has a value from 2025; a reform from 2023 on is not undone by it."""
    head = HEAD.replace("2026-07-01", "2023-10-01")
    found = reform("parameters:\n  eobi_minimum_pension: {values: [{value: 20000}]}\n", head)
    value = found.policy_set.parameters["eobi_minimum_pension"].find(date(2026, 7, 1))
    assert value is not None and value.value == Fraction(20000)


def test_a_clause_left_out_stays_in_the_rule_with_its_reason() -> None:
    found = reform("clauses:\n  22(1)(b): {left_out: {en: not asked, ur: نہیں پوچھا جاتا}}\n")
    clauses = {each.id: each for each in found.policy_set.rules["old_age_pension"].root.everything()}
    left = clauses["22(1)(b)"]
    assert left.kind == "not_coded" and left.reason is not None and left.reason.en == "not asked"


def test_a_new_parameter_and_a_new_result_can_be_written_in() -> None:
    found = reform(
        "parameters:\n  top_up: {title: {en: top-up, ur: اضافہ}, unit: PKR/month, values: [{value: 500}]}\n"
        "definitions:\n  person:\n    with_top_up: {title: {en: with it, ur: ساتھ}, formula: minimum_pension + top_up}\n"
        "amount: {formula: with_top_up * 1 month}\n"
    )
    assert ("person", "with_top_up") in found.policy_set.definitions


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("parameters:\n  eobi_minimum_pensoin: {values: [{value: 1}]}\n", 7, 'did you mean "eobi_minimum_pension"'),
        ("parameters:\n  eobi_minimum_pension: {values: [{value: lots}]}\n", 7, "is not a number"),
        ("clauses:\n  22(1)(x): {formula: 'true'}\n", 7, 'did you mean "22(1)(b)"'),
        ("clauses:\n  22(1)(b): {formula: insured_month > 1 month}\n", 7, 'did you mean "insured_months"'),
        ("definitions:\n  person:\n    minimum_pension: {formula: eobi_minimum_pensions}\n", 8, "did you mean"),
        ("added_clauses:\n  - {under: old_age, clause: {id: x, title: {en: x, ur: x}, formula: 'true'}}\n", 7, "group"),
        ("paid_by:\n  - {title: {en: a, ur: ا}, percent: 60}\n", 6, "100 percent"),
        ("to: 2026-01-01\n", 6, "ends before it begins"),
        ("parametres: {}\n", 6, 'did you mean "parameters"'),
        ("amount: {formula: formula_pensoin}\n", 6, 'did you mean "formula_pension"'),
    ],
)
def test_a_mistake_is_told_with_its_line_in_the_reform(body: str, line: int, words: str) -> None:
    told = problems(body)
    assert words in told
    assert f"reform.yaml:{line}:" in told


def test_a_reform_of_nothing_we_know_says_what_there_is() -> None:
    told = problems("", HEAD.replace("old_age_pension", "old_age_pensions"))
    assert 'did you mean "old_age_pension"' in told and "reform.yaml:4:" in told


def test_one_more_value_can_be_tried_on_top() -> None:
    found = reform("parameters:\n  eobi_minimum_pension: {values: [{value: 20000}]}\n")
    tried = with_value(policy_folder(), found, "eobi_minimum_pension", Decimal("12345.5"))
    value = tried.policy_set.parameters["eobi_minimum_pension"].find(date(2026, 7, 1))
    assert value is not None and value.value == Fraction("12345.5")


def test_a_reform_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_reform(policy_folder(), tmp_path / "none.yaml")
