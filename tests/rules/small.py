"""A small invented law and its facts, to try one formula on every engine."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from mazdoor.rules import PolicySet, load_policies
from mazdoor.rules.cases import ENGINES

AT = date(2024, 2, 29)

VOCABULARY = """
kind: facts
id: small
entities:
  house:
    table: houses
    key: house_id
    title: {en: house, ur: گھر}
    fields:
      rooms: {type: number, digits: 4, title: {en: rooms, ur: کمرے}}
      land: {type: number, unit: acres, digits: 9, scale: 2, title: {en: land, ur: زمین}}
    collections:
      things: {entity: thing, by: house_id, title: {en: things, ur: چیزیں}}
  thing:
    table: things
    key: thing_id
    title: {en: thing, ur: چیز}
    fields:
      house_id: {type: text, title: {en: house, ur: گھر}}
      whole: {type: number, digits: 9, title: {en: whole, ur: عدد}}
      other: {type: number, digits: 9, title: {en: other, ur: عدد}}
      fine: {type: number, digits: 9, scale: 3, title: {en: fine, ur: عدد}}
      money: {type: money, unit: PKR, title: {en: money, ur: رقم}}
      wage: {type: money, unit: PKR/month, title: {en: wage, ur: اجرت}}
      spent: {type: number, unit: months, digits: 5, title: {en: months, ur: مہینے}}
      big: {type: number, digits: 18, title: {en: big, ur: بڑا عدد}}
      yes: {type: yesno, title: {en: yes, ur: ہاں}}
      sure: {type: yesno, title: {en: sure, ur: یقینی}}
      kind: {type: text, one_of: [red, green, blue], title: {en: kind, ur: قسم}}
      code: {type: text, title: {en: code, ur: کوڈ}}
      day: {type: date, title: {en: day, ur: دن}}
      later: {type: date, title: {en: later, ur: بعد کا دن}}
    links:
      house: {entity: house, by: house_id}
    collections:
      parts: {entity: part, by: thing_id, title: {en: parts, ur: حصے}}
  part:
    table: parts
    key: part_id
    title: {en: part, ur: حصہ}
    fields:
      thing_id: {type: text, title: {en: thing, ur: چیز}}
      size: {type: number, digits: 9, title: {en: size, ur: ناپ}}
      price: {type: money, unit: PKR, title: {en: price, ur: قیمت}}
      good: {type: yesno, title: {en: good, ur: اچھا}}
      made: {type: date, title: {en: made, ur: بنا}}
    links:
      thing: {entity: thing, by: thing_id}
---
kind: instruments
instruments:
  law: {title: {en: a law, ur: قانون}, short: {en: law, ur: قانون}, type: act, status: in_force}
---
kind: parameters
parameters:
  rate:
    title: {en: rate, ur: شرح}
    instrument: law
    values:
      - {from: 1900-01-01, value: 0.05, provision: s.1, verified: yes}
      - {from: 2020-07-01, known_from: 2020-12-01, value: 0.075, provision: s.1, verified: yes}
      - {from: 2030-01-01, to: 2031-01-01, value: 0.1, provision: s.1, verified: yes}
  floor_price:
    title: {en: floor, ur: حد}
    unit: PKR
    instrument: law
    keys: [kind]
    values:
      - {key: [red], from: 1900-01-01, value: 100, provision: s.2, verified: yes}
      - {key: [red], from: 2010-01-01, value: 150.50, provision: s.2, verified: yes}
      - {key: [green], from: 2000-01-01, value: 200, provision: s.2, verified: yes}
"""

PROGRAMME = """
---
kind: rule
id: r
entity: thing
title: {{en: r, ur: ق}}
instrument: law
clauses: {{all_of: [{{id: "1", title: {{en: c, ur: ش}}, provision: s.1, verified: yes, unknown: {unknown}, formula: '{clause}'}}]}}
---
kind: programme
id: p
title: {{en: p, ur: پ}}
short: {{en: p, ur: پ}}
unit: thing
rule: r
cycle: once
amount: {{title: {{en: a, ur: ر}}, provision: s.1, formula: '{amount}'}}
results: [{results}]
appeal: {{en: a, ur: ا}}
"""


def policy(
    formulas: Mapping[str, str],
    *,
    clause: str = "true",
    amount: str = "Rs 1",
    unknown: str = "asks",
    also: str = "",
    results: Sequence[str] | None = None,
) -> PolicySet:
    """A policy with ``formulas`` as named results of a thing."""
    text = VOCABULARY
    if formulas:
        text += "---\nkind: definitions\nentity: thing\ninstrument: law\ndefinitions:\n"
        for name, formula in formulas.items():
            lines = "\n".join(f"      {line}" for line in formula.strip().splitlines())
            text += f"  {name}:\n    title: {{en: {name}, ur: ن}}\n    provision: s.1\n    formula: |\n{lines}\n"
    text += also
    shown = formulas if results is None else results
    text += PROGRAMME.format(clause=clause, amount=amount, unknown=unknown, results=", ".join(shown))
    return load_text(text)


def load_text(text: str) -> PolicySet:
    """A policy written in one text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        return load_policies(path)


def complete(
    policy_set: PolicySet, facts: Mapping[str, Sequence[Mapping[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """Rows as in a snapshot, every column there; money in whole paisa as given."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entity in policy_set.entities.values():
        names = [entity.key, *entity.fields]
        found[entity.table] = [{name: row.get(name) for name in names} for row in facts.get(entity.table, ())]
    return found


def run(
    engine: str,
    policy_set: PolicySet,
    facts: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    at: date = AT,
    known_at: date | None = None,
) -> dict[str, Any]:
    """Results by unit."""
    results = ENGINES[engine](policy_set, "p", complete(policy_set, facts), at, known_at)
    return {result.unit: result for result in results}


def exact(value: object) -> object:
    """A value for comparison: numbers as fractions."""
    return Fraction(value) if isinstance(value, Decimal | int | Fraction) and not isinstance(value, bool) else value
