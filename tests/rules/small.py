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
from mazdoor.rules.spec import vocabulary

AT = date(2024, 2, 29)

VOCABULARY = vocabulary()

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
