"""Planted mistakes in policy files, each with the message and the repair it must give."""

from __future__ import annotations

from pathlib import Path

import pytest

from mazdoor.rules import PolicyError, load_policies
from mazdoor.rules.loading import read_policies

GOOD = """kind: facts
id: f
entities:
  home:
    table: homes
    key: home_id
    title: {en: home, ur: گھر}
    fields:
      land: {type: number, unit: acres, scale: 2, title: {en: land, ur: زمین}}
    collections:
      members: {entity: person, by: home_id, title: {en: members, ur: افراد}}
  person:
    table: persons
    key: person_id
    title: {en: person, ur: شخص}
    fields:
      home_id: {type: text, title: {en: home, ur: گھر}}
      sex: {type: text, one_of: [female, male], title: {en: sex, ur: جنس}}
      birth_date: {type: date, title: {en: birth, ur: پیدائش}}
      wage: {type: money, unit: PKR/month, title: {en: wage, ur: اجرت}}
      working: {type: yesno, title: {en: working, ur: کام}}
    links:
      home: {entity: home, by: home_id}
---
kind: instruments
instruments:
  act: {title: {en: Act, ur: ایکٹ}, short: {en: Act, ur: ایکٹ}, type: act, status: in_force}
---
kind: parameters
parameters:
  least_age:
    title: {en: least age, ur: عمر}
    unit: years
    instrument: act
    values:
      - {from: 2000-01-01, value: 60, provision: s.1, verified: yes}
---
kind: definitions
entity: person
instrument: act
definitions:
  age_now:
    title: {en: age, ur: عمر}
    provision: s.2
    formula: age(birth_date, at_date)
---
kind: rule
id: old
entity: person
instrument: act
title: {en: old, ur: بوڑھا}
clauses:
  all_of:
    - {id: "1", title: {en: of age, ur: عمر پوری}, provision: s.1, verified: yes, formula: age_now >= least_age}
    - {id: "2", title: {en: little land, ur: کم زمین}, provision: s.2, verified: yes, formula: home.land < 12 acres}
---
kind: programme
id: pension
title: {en: Pension, ur: پنشن}
short: {en: Pension, ur: پنشن}
unit: person
rule: old
cycle: month
amount: {title: {en: amount, ur: رقم}, formula: Rs 1000, provision: s.3, instrument: act}
results: [age_now]
appeal: {en: Complain., ur: شکایت کریں۔}
---
kind: cases
programme: pension
cases:
  - id: one
    title: one
    at: 2024-01-01
    facts: {persons: [{person_id: p, birth_date: 1950-01-01}]}
    expect: [{unit: p, eligible: null, amount: null, deciding: "2"}]
"""
CLAUSE = "formula: age_now >= least_age"

# (what is written, what is written instead, the code, a part of the message, a part of the repair)
MISTAKES: list[tuple[str, str, str, str, str]] = [
    # names
    (CLAUSE, "formula: age_nw >= least_age", "name-unknown", 'nothing is called "age_nw"', '"age_now"'),
    (CLAUSE, "formula: age_now >= lest_age", "name-unknown", 'nothing is called "lest_age"', '"least_age"'),
    (CLAUSE, "formula: land < 12 acres", "name-elsewhere", '"land" is a fact of the home', '"home.land"'),
    (CLAUSE, "formula: home.lnd < 12 acres", "name-unknown", 'nothing is called "lnd"', '"land"'),
    (CLAUSE, "formula: hme.land < 12 acres", "link-unknown", 'does not lead to "hme"', '"home"'),
    (CLAUSE, "formula: home", "link-as-value", '"home" is a home, not a value', "home."),
    (CLAUSE, "formula: count(members) > 1", "collection-unknown", 'no collection "members"', "collections are: none"),
    (CLAUSE, "formula: agee(birth_date, at_date) > 3 years", "function-unknown", 'no function "agee"', '"age"'),
    (
        CLAUSE,
        "formula: (lest_age at birth_date) > 3 years",
        "parameter-unknown",
        'no parameter "lest_age"',
        '"least_age"',
    ),
    (CLAUSE, "formula: least_age[sex] > 3 years", "keys-wrong", "looked up by 0 key(s), not 1", ""),
    # types
    (CLAUSE, "formula: wage", "type-wrong", "a clause is yes or no", "compare"),
    (CLAUSE, "formula: working and wage", "type-wrong", 'each side of "and" is yes or no', "compare"),
    (CLAUSE, "formula: birth_date > wage", "type-mismatch", "a date and a number in PKR/month", ""),
    (CLAUSE, "formula: birth_date + 3 years > at_date", "type-wrong", '"+" does not work on dates', "add_years"),
    (CLAUSE, 'formula: sex = "femal"', "code-unknown", '"femal" is not one of its codes', '"female"'),
    (CLAUSE, 'formula: sex in ("female", "mail")', "code-unknown", '"mail" is not one of its codes', '"male"'),
    (CLAUSE, 'formula: sex < "male"', "type-wrong", "compares numbers and dates", '"="'),
    (CLAUSE, "formula: not wage", "type-wrong", "is yes or no", ""),
    (CLAUSE, "formula: age(wage, at_date) > 3 years", "type-wrong", '"age" takes a date here', ""),
    (
        CLAUSE,
        "formula: age(birth_date) > 3 years",
        "arguments-wrong",
        '"age" takes 2 arguments, not 1',
        "completed years",
    ),
    # units
    (CLAUSE, "formula: age_now >= 60", "unit-mismatch", "years and a plain number", "60 years"),
    (CLAUSE, "formula: wage < 5000", "unit-mismatch", "PKR/month and a plain number", "Rs 5000 per month"),
    (CLAUSE, "formula: wage < Rs 500 per day", "unit-mismatch", "PKR/month and PKR/day", "convert"),
    (CLAUSE, "formula: age_now + 6 months > 3 years", "unit-mismatch", "years and months", ""),
    (CLAUSE, "formula: years_in(age_now, down) > 3 years", "unit-mismatch", '"years_in" takes months', ""),
    ("unit: years", "unit: yeers", "unit-unknown", '"yeers" is not a unit', '"years"'),
    ("type: money, unit: PKR/month", "type: money", "unit-missing", "money is in something", "PKR/month"),
    # rounding and size
    (CLAUSE, "formula: wage / 3 > Rs 1 per month", "rounding-missing", "a division states its rounding", "rounded("),
    (
        CLAUSE,
        "formula: rounded(wage / 3, 2, halfup) > Rs 1 per month",
        "rounding-unknown",
        'no rounding "halfup"',
        '"half_up"',
    ),
    (
        CLAUSE,
        "formula: rounded(wage / 3, 2.5, half_up) > Rs 1 per month",
        "places-wrong",
        "decimal places are a whole number",
        "",
    ),
    (CLAUSE, "formula: wage * wage * wage > wage * wage * wage", "number-too-large", "digits", "round"),
    (
        "formula: Rs 1000,",
        "formula: 'Rs 1000 * 2.5% * 3.5%',",
        "rounding-missing",
        "6 decimal places; money has 2",
        "rounded(",
    ),
    ("formula: Rs 1000,", "formula: age_now,", "unit-mismatch", "the amount of a programme is money", ""),
    # writing
    (CLAUSE, "formula: age_now >= least_age)", "formula-goes-on", 'should end before ")"', "missing"),
    (CLAUSE, "formula: age_now >=", "formula-broken", "ends where a value is expected", ""),
    (CLAUSE, "formula: (age_now >= least_age", "formula-broken", 'expected ")"', ""),
    (CLAUSE, "formula: age_now == least_age", "unknown-sign", "'=='", '"="'),
    (CLAUSE, "formula: age_now != least_age", "unknown-sign", "'!='", '"<>"'),
    (CLAUSE, "formula: working && working", "unknown-sign", "'&'", '"and"'),
    (CLAUSE, "formula: least_age < age_now < 70 years", "comparison-chained", "do not chain", "a < b and b < c"),
    (CLAUSE, "formula: if working then true", "formula-broken", 'expected "else"', ""),
    (CLAUSE, "formula: birth_date > 2023-02-29", "date-impossible", "2023-02-29 is not a day", ""),
    (CLAUSE, "formula: sum(members) > 3", "collection-unknown", 'no collection "members"', ""),
    (CLAUSE, "formula: any(home where land > 3 acres)", "collection-unknown", 'no collection "home"', ""),
    # documents
    ("title: {en: of age, ur: عمر پوری}", "title: {en: of age}", "urdu-missing", '"title" has no Urdu', "add ur:"),
    (
        "provision: s.1, verified: yes, " + CLAUSE,
        "verified: yes, " + CLAUSE,
        "provision-missing",
        "clause 1 cites no provision",
        "provision:",
    ),
    (
        "provision: s.1, verified: yes, " + CLAUSE,
        "provision: s.1, " + CLAUSE,
        "verified-missing",
        "clause 1",
        "verified:",
    ),
    ('id: "2"', 'id: "1"', "clause-twice", 'two clauses are numbered "1"', "source"),
    (CLAUSE, "formla: age_now >= least_age", "key-unknown", '"formla" has no meaning here', '"formula"'),
    (CLAUSE, "note: later", "clause-empty", "clause 1 says nothing", "formula"),
    (CLAUSE, CLAUSE + ", any_of: [ ]", "value-empty", '"any_of" is empty', ""),
    (CLAUSE, "formula: false", "clause-unreachable", "clause 1 can never be met", ""),
    (CLAUSE, CLAUSE + ", unknown: aks", "value-unknown", '"aks" is not one of the words', '"asks"'),
    ("kind: rule", "kind: rul", "kind-unknown", 'no kind "rul"', '"rule"'),
    ("rule: old", "rule: odl", "rule-unknown", 'no rule "odl"', '"old"'),
    ("unit: person", "unit: persn", "entity-unknown", 'there is no "persn"', '"person"'),
    ("unit: person", "unit: home", "unit-wrong", "for a home, its rule for a person", ""),
    ("cycle: month", "cycle: monthly", "value-unknown", '"monthly"', '"month"'),
    ("results: [age_now]", "results: [age_nwo]", "name-unknown", 'nothing is called "age_nwo"', '"age_now"'),
    ("programme: pension", "programme: penson", "programme-unknown", 'no programme "penson"', '"pension"'),
    ("{persons: [{person_id", "{people: [{person_id", "table-unknown", 'no table "people"', ""),
    ("birth_date: 1950-01-01}", "birthdate: 1950-01-01}", "column-unknown", 'no column "birthdate"', '"birth_date"'),
    ('deciding: "2"', 'deciding: "9"', "clause-unknown", 'no clause "9"', ""),
    ("amount: null", 'amount: "1000 / many"', "sum-broken", "a sum of written numbers", "25000 * 20 / 50"),
    (
        "instrument: act\n    values",
        "instrument: atc\n    values",
        "instrument-unknown",
        'no instrument "atc"',
        '"act"',
    ),
    ("value: 60,", "value: sixty,", "value-malformed", "is not a number", ""),
    ("value: 60,", "value: 60, to: 1999-01-01,", "dates-reversed", "ends before it begins", "first day"),
    ("from: 2000-01-01,", "from: 2000-13-01,", "date-impossible", "2000-13-01 is not a day", ""),
    ("from: 2000-01-01,", "from: 1 January 2000,", "value-malformed", "not well formed", ""),
    (
        "from: 2000-01-01, value: 60, provision: s.1, verified: yes}",
        "from: 2000-01-01, value: 60, provision: s.1, verified: yes}\n"
        "      - {from: 2000-01-01, value: 61, provision: s.1, verified: yes}",
        "value-twice",
        "two values are in force from 2000-01-01",
        "known_from",
    ),
    ("formula: age(birth_date, at_date)", "formula: age_now + 1 year", "cycle", "age_now → age_now", "break"),
    ("  age_now:\n", "  wage:\n", "name-twice", '"wage" already means something', "another name"),
    (
        "verified: yes}\n---\nkind: definitions",
        "verified: surely}\n---\nkind: definitions",
        "value-unknown",
        '"surely"',
        "",
    ),
    ("by: home_id}\n---", "by: hom_id}\n---", "column-unknown", 'no "hom_id"', '"home_id"'),
    ("id: old\n", "id: old\nid: older\n", "key-twice", '"id" is written twice', "keep one"),
    ("cycle: month", "cycle: month\n  bad indent: [", "yaml-broken", "this is not YAML", "indentation"),
    ("en: of age,", "en: of age, or older,", "key-unknown", '"or older" has no meaning', "quotes"),
    ("en: of age, ur: عمر پوری", "en: of age, ur: " + "عمر " * 60, "message-too-long", "segments in ur", "shorten"),
]


def problems_of(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return [str(problem) for problem in read_policies(path)[1]]


def test_the_policy_without_mistakes_is_accepted(tmp_path: Path) -> None:
    assert problems_of(tmp_path, GOOD) == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: f"{each[2]}: {each[3]}")
def test_a_planted_mistake_is_told(tmp_path: Path, mistake: tuple[str, str, str, str, str]) -> None:
    old, new, code, message, repair = mistake
    assert old in GOOD, "the mistake is planted nowhere"
    if old == CLAUSE and new.startswith("formula: ") and not new.startswith(CLAUSE) and set(new) & set(",["):
        new = "formula: '" + new.removeprefix("formula: ") + "'"  # a comma inside { } would begin the next word
    found = problems_of(tmp_path, GOOD.replace(old, new, 1))
    told = [each for each in found if f"[{code}]" in each]
    assert told, f"not told; instead: {found}"
    assert message in told[0] and repair in told[0], told[0]
    assert told[0].startswith("policy.yaml:") or told[0].split(":", 1)[0].endswith("policy.yaml")


def test_a_mistake_is_told_at_its_own_line_and_column(tmp_path: Path) -> None:
    line = next(number for number, text in enumerate(GOOD.splitlines(), start=1) if CLAUSE in text)
    written = GOOD.splitlines()[line - 1].replace("least_age", "lest_age")
    found = problems_of(tmp_path, GOOD.replace("age_now >= least_age", "age_now >= lest_age"))
    assert f":{line}:{written.index('lest_age') + 1}:" in found[0]


def test_a_mistake_inside_a_long_formula_is_told_at_its_line(tmp_path: Path) -> None:
    block = "formula: |\n      age(\n        birth_dat,\n        at_date)"
    text = GOOD.replace("formula: age(birth_date, at_date)", block)
    line = text.splitlines().index("        birth_dat,") + 1
    assert any(f":{line}:9: " in each for each in problems_of(tmp_path, text))


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("home.land < 12 acres", "home.lnd < 12 acres").replace(
        "age_now >= least_age", "age_nw >= least_age"
    )
    with pytest.raises(PolicyError) as refused:
        path = tmp_path / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        load_policies(path)
    assert len(refused.value.problems) == 2


def test_a_broken_definition_is_told_once_where_it_stands(tmp_path: Path) -> None:
    found = problems_of(tmp_path, GOOD.replace("formula: age(birth_date, at_date)", "formula: age(birth_dat, at_date)"))
    assert len(found) == 1 and "birth_dat" in found[0]
