"""What would have to change is true: with it the clause comes out otherwise, and with one unit less it does not.

Tried on the plain reference engine with the facts themselves changed, over the cases of every shipped programme and over
generated families and careers; never with the code that found the change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.rules.small import VOCABULARY, complete, load_text

from mazdoor.rules import PolicySet, canonical, explain, load_policies
from mazdoor.rules.engines.reference import Evaluator
from mazdoor.rules.explaining.ways import Change, Kind, changes_in, clauses_in, followed, is_open
from mazdoor.rules.explanation import Explanation
from mazdoor.rules.model import Case, Clause

POLICY = load_policies()
CASES = {(case.programme, case.id): case for case in POLICY.cases}
Facts = dict[str, list[dict[str, Any]]]


class Supposing(Evaluator):
    """The reference engine, told what a named result or an aggregate is (facts are changed in the facts)."""

    told: Mapping[tuple[str, str, str], Any] = {}
    formulas: Sequence[tuple[Any, Any]] = ()

    def named(self, entity: str, name: str, row: Any) -> Any:
        key = (entity, str(row[self.policy_set.entities[entity].key]), name)
        return self.told[key] if key in self.told else super().named(entity, name, row)

    def value(self, entity: str, node: Any, row: Any) -> Any:
        for formula, value in self.formulas:
            if node == formula:
                return value
        return super().value(entity, node, row)


def changed(
    policy: PolicySet, facts: Facts, at: date, known_at: Any, changes: Sequence[Change], less: int
) -> Supposing:
    """The engine on facts in which these changes were made, the numbers and days ``less`` units short of what is needed."""
    rows, told, formulas = deepcopy(facts), {}, []
    for change in changes:
        spot, value = change.spot, change.needed
        if less and isinstance(value, Fraction):
            assert isinstance(change.now, Fraction)
            value = value - less * change.step * (1 if value > change.now else -1)
        elif less and isinstance(value, date) and change.kind is Kind.WAIT:
            value = value - timedelta(days=less)
        elif less and isinstance(value, date):
            assert isinstance(change.now, date)
            value = value - timedelta(days=less if value > change.now else -less)
        elif less:
            value = change.now
        entity = policy.entities[spot.entity]
        if change.kind is Kind.WAIT:
            assert isinstance(value, date)
            at = max(at, value)
        elif spot.node is not None:
            formulas.append((spot.node, value))
        elif spot.name in entity.fields:
            money = entity.fields[spot.name].money
            for row in rows[entity.table]:
                if row[entity.key] == spot.key:
                    row[spot.name] = int(value * 100) if money and isinstance(value, Fraction) else value
        else:
            told[(spot.entity, spot.key, spot.name)] = value
    engine = Supposing(policy, rows, at=at, known_at=known_at)
    engine.told, engine.formulas = told, formulas
    return engine


def clause_of(root: Clause, name: str) -> Clause:
    return next(each for each in root.everything() if each.id == name)


def check(policy: PolicySet, told: Explanation, facts: Facts, unit: str, known_at: Any = None) -> int:
    """Every clause that can be met by changing something: it is, and by one unit less it is not. Returns how many."""
    programme = policy.programmes[told.programme]
    root = policy.rules[programme.rule].root
    tried = 0
    for need in clauses_in(told.needs):
        if need.way is None or not is_open(need):
            continue
        formula = clause_of(root, need.clause).formula

        def answer(changes: Sequence[Change], less: int) -> Any:
            engine = changed(policy, facts, told.at, known_at, changes, less)
            row = engine.by_key[programme.unit][unit]
            return engine.value(programme.unit, formula, row)  # noqa: B023 (called at once)

        changes = followed(need)
        assert answer(changes, 0) is need.wanted, (need, told.text)
        for one in changes:
            if one.kind is not Kind.CODE and one.sign not in ("=", "<>"):
                rest = [each for each in changes if each is not one]
                engine = changed(policy, facts, told.at, known_at, rest, 0)
                short = answer([*rest, *_short(one)], 0)
                assert short is not need.wanted, (need, one, engine.at)
        tried += 1
    if told.enough:
        engine = changed(policy, facts, told.at, known_at, followed(told.needs), 0)
        assert engine.met(root, programme.unit, engine.by_key[programme.unit][unit]) is True
    return tried


def _short(change: Change) -> list[Change]:
    """The same change one unit short of what is needed."""
    if isinstance(change.needed, Fraction) and isinstance(change.now, Fraction):
        step = change.step if change.needed > change.now else -change.step
        return [replace(change, needed=change.needed - step)]
    assert isinstance(change.needed, date) and isinstance(change.now, date)
    return [replace(change, needed=change.needed - timedelta(days=1 if change.needed > change.now else -1))]


def told_of(case: Case, lang: str = "en", **more: Any) -> Explanation:
    facts = canonical(POLICY, case.facts)
    unit = case.expect[0].unit
    return explain(POLICY, case.programme, facts, at=case.at, known_at=case.known_at, unit=unit, lang=lang, **more)


@pytest.mark.parametrize("case", POLICY.cases, ids=[f"{case.programme}-{case.id}" for case in POLICY.cases])
def test_what_would_have_to_change_does_it_and_one_unit_less_does_not(case: Case) -> None:
    told = told_of(case)
    check(POLICY, told, canonical(POLICY, case.facts), case.expect[0].unit, case.known_at)
    assert (told.needs is None) == (told.result.eligible is True or told.result.deciding == "amount")
    for lang in ("en", "ur"):
        for line in told_of(case, lang).need_lines:
            assert line.text.strip() and "{" not in line.text
            assert not re.search(r"[{}]|None|Fraction", line.text)


def test_the_check_itself_would_find_a_wrong_number() -> None:
    case = CASES[("old_age_pension", "fourteen_and_a_half_years")]
    told, facts = told_of(case), canonical(POLICY, case.facts)
    assert check(POLICY, told, facts, "p") == 1
    (need,) = clauses_in(told.needs)
    (change,) = changes_in(need)
    assert isinstance(change.needed, Fraction)
    for wrong in (change.needed - 1, change.needed + 1):
        untrue = replace(need, way=replace(change, needed=wrong))
        with pytest.raises(AssertionError):
            check(POLICY, replace(told, needs=untrue, enough=False), facts, "p")


YES_NO = st.sampled_from([None, False, True])
ADULTS = st.fixed_dictionaries(
    {
        "identity_verified": YES_NO,
        "foreign_travel": YES_NO,
        "vehicle": YES_NO,
        "property": YES_NO,
        "government_employee": YES_NO,
        "cnic_executive_fee": YES_NO,
        "kafaalat_beneficiary": YES_NO,
        "pmt_score": st.sampled_from([None, "12.00", "38.00", "38.01", "55.50"]),
        "phone_bill_amount": st.sampled_from([None, 0, 999, 1000, 1001, 4000]),
    }
)
QUIET = {"passport_executive_fee": False, "income_taxpayer": False, "other_relief": False}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    adults=st.lists(ADULTS, min_size=1, max_size=4),
    route=st.sampled_from(["none", "sms", "district", "labour_portal", None]),
    land=st.sampled_from([None, "0", "11.99", "12.00", "12.01", "14"]),
    bill=st.sampled_from([None, 9_999, 10_000, 10_001]),
    paid=YES_NO,
    lost=YES_NO,
)
def test_of_generated_families(
    adults: list[dict[str, Any]], route: str | None, land: str | None, bill: int | None, paid: Any, lost: Any
) -> None:
    roles = ["head", "spouse", "child", "other"]
    persons = [
        {"person_id": f"p{n}", "household_id": "h", "family_id": "f", "family_role": roles[n], **QUIET, **adult}
        for n, adult in enumerate(adults)
    ]
    facts = canonical(
        POLICY,
        {
            "persons": persons,
            "families": [
                {
                    "family_id": "f",
                    "household_id": "h",
                    "application_route": route,
                    "lost_livelihood": lost,
                    "emergency_grant_paid": paid,
                }
            ],
            "households": [{"household_id": "h", "land_acres": land, "utility_bill_amount": bill}],
        },
    )
    told = explain(POLICY, "emergency_cash", facts, at=date(2020, 5, 1), unit="f")
    check(POLICY, told, facts, "f")
    missing = {each.spot for each in changes_in(told.needs) if each.kind is Kind.MISSING}
    for spot in missing:  # what is called missing is missing
        entity = POLICY.entities[spot.entity]
        row = next(row for row in facts[entity.table] if row[entity.key] == spot.key)
        assert row.get(spot.name) is None


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    born=st.dates(date(1955, 1, 1), date(1990, 12, 31)),
    sex=st.sampled_from(["female", "male"]),
    started=st.dates(date(1992, 1, 1), date(2015, 12, 31)),
    months=st.integers(0, 239),
    at=st.dates(date(2018, 1, 1), date(2024, 12, 31)),
)
def test_of_generated_careers(born: date, sex: str, started: date, months: int, at: date) -> None:
    facts = career(born, sex, started, months)
    told = explain(POLICY, "old_age_pension", facts, at=at, unit="p")
    check(POLICY, told, facts, "p")


def career(born: date, sex: str, started: date, months: int) -> Facts:
    first = started.replace(day=1)
    last = _month_after(first, max(0, months - 1))
    return canonical(
        POLICY,
        {
            "persons": [{"person_id": "p", "sex": sex, "birth_date": born}],
            "contributions": [
                {
                    "contribution_id": "c",
                    "person_id": "p",
                    "from_month": first,
                    "to_month": last,
                    "months_paid": months,
                    "monthly_wage_amount": 20000,
                }
            ],
        },
    )


def _month_after(month: date, months: int) -> date:
    index = month.year * 12 + month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


@pytest.mark.parametrize("paid", [0, 12, 100, 163, 179])
def test_so_many_more_insured_months_really_are_what_is_lacking(paid: int) -> None:
    """The months are added as contributions; nothing is supposed."""
    born, started = date(1980, 6, 15), date(2010, 1, 1)
    told = explain(POLICY, "old_age_pension", career(born, "male", started, paid), at=date(2030, 1, 10), unit="p")
    (need,) = [each for each in clauses_in(told.needs) if each.clause == "22(1)(b)"]
    (change,) = changes_in(need)
    assert isinstance(change.needed, Fraction) and isinstance(change.now, Fraction)
    more = int(change.needed - change.now)
    assert more == 180 - paid and f"{more} month{'' if more == 1 else 's'} more needed" in told.sms
    formula = clause_of(POLICY.rules["old_age_pension"].root, "22(1)(b)").formula
    assert formula is not None
    for added, met in ((more, True), (more - 1, False)):
        engine = Evaluator(POLICY, career(born, "male", started, paid + added), at=date(2030, 1, 10))
        assert engine.value("person", formula, engine.by_key["person"]["p"]) is met


def test_time_alone_is_named_with_the_day_and_how_long_it_is() -> None:
    told = explain(
        POLICY, "old_age_pension", career(date(1964, 8, 1), "male", date(2000, 1, 1), 200), at=date(2024, 1, 2)
    )
    assert "Possible from 2 August 2024, in 7 months." in told.sms
    (wait,) = [each for each in changes_in(told.needs) if each.kind is Kind.WAIT]
    assert wait.needed == date(2024, 8, 2)


def test_land_is_said_with_what_it_may_be_and_what_it_is() -> None:
    told = told_of(CASES[("emergency_cash", "twelve_acres_and_a_bit")])
    assert [line.text for line in told.need_lines] == ["land owned: at most 12 acres, now 12.01 acres"]
    assert "land filter" not in told.sms and "At most 12 acres, now 12.01 acres." in told.sms


def test_alternatives_are_each_named_and_one_is_enough() -> None:
    told = told_of(CASES[("emergency_cash", "never_applied")])
    lines = told.need_lines
    assert lines[0].text == "one of these:" and len(lines) == 6 and {line.depth for line in lines[1:]} == {1}
    assert told.enough


def test_what_nobody_can_change_is_said_so_and_not_asked_of_the_person() -> None:
    told = told_of(CASES[("old_age_pension", "died_last_month")])
    (line,) = [line.text for line in told.need_lines if "date of death" in line.text]
    assert "nobody can change this (date of death); if it is recorded wrongly, have it corrected" in line
    assert not told.enough
    assert "یہ بدل نہیں سکتا" in told_of(CASES[("old_age_pension", "died_last_month")], "ur").notice


def test_what_is_missing_is_named_as_the_paper_to_bring() -> None:
    told = told_of(CASES[("old_age_pension", "no_birth_date")])
    assert {each.kind for each in changes_in(told.needs)} == {Kind.MISSING}
    assert "What we still need to know" in told.notice and "date of birth" in told.notice
    assert "Bring a paper that shows it" in told.notice


SIGNS = """
---
kind: rule
id: r
entity: thing
title: {{en: r, ur: ق}}
instrument: law
clauses: {{{kind}: [{{id: "1", title: {{en: the clause, ur: شرط}}, provision: s.1, verified: memory, formula: '{formula}'}}]}}
---
kind: programme
id: p
title: {{en: Programme, ur: پروگرام}}
short: {{en: Programme, ur: پروگرام}}
unit: thing
rule: r
cycle: once
amount: {{title: {{en: a, ur: ر}}, provision: s.1, formula: 'Rs 1'}}
appeal: {{en: Ask., ur: پوچھیں۔}}
"""
NUMBERS = st.one_of(st.none(), st.integers(-5, 5))


@settings(max_examples=80, deadline=None)
@given(
    kind=st.sampled_from(["all_of", "any_of", "none_of"]),
    sign=st.sampled_from(["<", "<=", ">", ">=", "=", "<>"]),
    joint=st.sampled_from(["", " and yes", " or yes", " and not (sure and other > 2)", " or whole * 2 > other + fine"]),
    whole=NUMBERS,
    other=NUMBERS,
    yes=YES_NO,
    sure=YES_NO,
)
def test_of_generated_comparisons(
    kind: str, sign: str, joint: str, whole: int | None, other: int | None, yes: Any, sure: Any
) -> None:
    policy = (
        SMALL[(kind, sign, joint)]
        if (kind, sign, joint) in SMALL
        else load_text(VOCABULARY + SIGNS.format(kind=kind, formula=f"whole {sign} other{joint}"))
    )
    SMALL[(kind, sign, joint)] = policy
    row = {"thing_id": "t", "whole": whole, "other": other, "yes": yes, "sure": sure, "fine": None}
    facts = complete(policy, {"things": [row]})
    told = explain(policy, "p", facts, at=date(2024, 2, 29), unit="t")
    check(policy, told, facts, "t")
    if told.result.eligible is False:
        assert told.needs is not None


SMALL: dict[tuple[str, str, str], PolicySet] = {}
