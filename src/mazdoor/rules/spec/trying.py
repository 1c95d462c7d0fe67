"""All tables as one policy and one set of facts, so that an engine is tried in few statements.

Each table becomes a programme over the same rows (``t<table>``); each row of a table becomes a thing called
``t<table>.<row>`` with its own house and parts. Every programme sees every row, and only its own rows are compared: that what
was meant for another formula does no harm is tried along the way.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, TypeAlias

from mazdoor.rules.facts import Rows, canonical
from mazdoor.rules.language import typed
from mazdoor.rules.language.sums import exact_sum
from mazdoor.rules.loading import load_policies
from mazdoor.rules.model import PolicySet
from mazdoor.rules.spec.reading import Table, chapters, vocabulary

UNKNOWN: Final = "unknown"
_STOPS: Final = "stops: "
_RULE_PARTS: Final = ("eligible", "amount", "deciding", "failed", "unknown", "outcomes")


@dataclass(frozen=True, slots=True)
class Stops:
    """The run stops, and says so."""

    says: str


Value: TypeAlias = Fraction | bool | str | date | None
Expected: TypeAlias = Value | Stops | Mapping[str, Any]
"""A value (None: unknown), a stop, or of a rule its parts by name."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The tables, runnable. ``facts`` are canonical rows (money in whole paisa) without those of tables ``outside``."""

    tables: tuple[Table, ...]
    policy_set: PolicySet
    facts: dict[str, Rows]
    expected: dict[tuple[int, int], Expected]

    def rows_of(self, index: int, row: int) -> dict[str, Rows]:
        """The facts of one row alone."""
        return canonical(self.policy_set, _facts(self.tables[index], f"t{index}.{row}", self.tables[index].rows[row]))


def make_trial(tables: Iterable[Table] | None = None) -> Trial:
    """A trial of these tables (None: of every table there is)."""
    if tables is None:
        tables = [table for chapter in chapters() for operator in chapter.operators for table in operator.tables]
    chosen = tuple(tables)
    policy_set = _policy(chosen)
    facts: dict[str, list[dict[str, Any]]] = {entity.table: [] for entity in policy_set.entities.values()}
    expected: dict[tuple[int, int], Expected] = {}
    for index, table in enumerate(chosen):
        for number, row in enumerate(table.rows):
            expected[(index, number)] = _expected(table, index, policy_set, row[-1])
            if not table.outside:
                for name, rows in _facts(table, f"t{index}.{number}", row).items():
                    facts[name].extend(rows)
    return Trial(chosen, policy_set, canonical(policy_set, facts), expected)


def _facts(table: Table, unit: str, row: tuple[Any, ...]) -> dict[str, list[dict[str, Any]]]:
    thing: dict[str, Any] = {"thing_id": unit, "house_id": f"h-{unit}"}
    house: dict[str, Any] = {"house_id": f"h-{unit}"}
    parts: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for name, cell in zip(table.given, row, strict=False):
        if name == "parts":
            parts = [{"part_id": f"{unit}-{n}", "thing_id": unit, **_known(each)} for n, each in enumerate(cell)]
        elif name == "others":
            others = [
                {"thing_id": f"{unit}-{n}", "house_id": f"h-{unit}", **_known(each)} for n, each in enumerate(cell)
            ]
        elif name.startswith("house."):
            house[name.removeprefix("house.")] = _cell(cell)
        else:
            thing[name] = _cell(cell)
    return {"things": [thing, *others], "houses": [house], "parts": parts}


def _cell(value: Any) -> Any:
    return None if value == UNKNOWN else value


def _known(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _cell(value) for name, value in row.items()}


def _expected(table: Table, index: int, policy_set: PolicySet, cell: Any) -> Expected:
    if isinstance(cell, str) and cell.startswith(_STOPS):
        return Stops(cell.removeprefix(_STOPS))
    if table.rule is None:
        return _value(policy_set.definitions[("thing", f"t{index}")].formula.type, cell)
    assert set(table.then) <= set(_RULE_PARTS)
    parts: dict[str, Any] = {}
    for name, each in zip(table.then, cell, strict=True):
        if name in ("eligible", "amount"):
            parts[name] = None if each == UNKNOWN else each if name == "eligible" else Fraction(each)
        else:
            # "r" stands for the rule itself.
            parts[name] = ",".join(f"r_t{index}" if clause == "r" else clause for clause in str(each or "").split(","))
    return parts


def _value(kind: typed.Type, cell: Any) -> Value:
    if cell == UNKNOWN:
        return None
    if isinstance(kind, typed.Number):
        return exact_sum(cell) if isinstance(cell, str) else Fraction(cell)
    found: Value = str(cell) if isinstance(kind, typed.Text) else cell
    if isinstance(found, Decimal) or isinstance(found, bool) != isinstance(kind, typed.YesNo):
        raise ValueError(f"{cell} is not {kind}")
    return found


# --- the policy


def _policy(tables: tuple[Table, ...]) -> PolicySet:
    text = vocabulary()
    named: dict[tuple[str, str], str] = {}
    rules: dict[str, Mapping[str, Any]] = {}
    for index, table in enumerate(tables):
        for dotted, formula in table.also.items():
            entity, _, name = dotted.partition(".")
            if entity == "rule":
                rules[name] = formula
            else:
                named[(entity, name)] = formula
        if table.rule is None:
            named[("thing", f"t{index}")] = table.formula
    for (entity, name), formula in named.items():
        text += (
            f"---\nkind: definitions\nentity: {entity}\ninstrument: law\ndefinitions:\n"
            f"  {name}:\n    title: {{en: {name}, ur: نام}}\n    provision: s.1\n    formula: |\n      {formula}\n"
        )
    for name, rule in rules.items():
        text += _rule(name, rule)
    text += _programme("base", {"all_of": ["true"]}, "Rs 1")
    for index, table in enumerate(tables):
        if table.rule is not None:
            text += _programme(f"t{index}", table.rule, table.amount)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spec.yaml"
        path.write_text(text, encoding="utf-8")
        policy_set = load_policies(path)
    programmes = dict(policy_set.programmes)
    for index, table in enumerate(tables):
        if table.rule is None:
            programmes[f"t{index}"] = replace(programmes["base"], id=f"t{index}", results=(f"t{index}",))
    return replace(policy_set, programmes=programmes)


def _programme(name: str, rule: Mapping[str, Any], amount: str) -> str:
    said = "title: {en: p, ur: پ}"
    return (
        f"{_rule(f'r_{name}', rule)}---\nkind: programme\nid: {name}\n{said}\nshort: {{en: p, ur: پ}}\nunit: thing\n"
        f"rule: r_{name}\ncycle: once\namount: {{title: {{en: a, ur: ر}}, provision: s.1, formula: '{amount}'}}\n"
        "appeal: {en: a, ur: ا}\n"
    )


def _rule(name: str, rule: Mapping[str, Any]) -> str:
    return (
        f"---\nkind: rule\nid: {name}\nentity: thing\ntitle: {{en: r, ur: ق}}\ninstrument: law\n"
        f"clauses: {{{_group(rule, '')}}}\n"
    )


def _group(rule: Mapping[str, Any], prefix: str) -> str:
    ((kind, parts),) = rule.items()
    return f"{kind}: [{', '.join(_clause(part, f'{prefix}{number}') for number, part in enumerate(parts, start=1))}]"


def _clause(part: Any, number: str) -> str:
    said = f"id: '{number}', title: {{en: c{number}, ur: شق}}, provision: s.{number}, verified: yes"
    if isinstance(part, str):
        return f"{{{said}, formula: '{part}'}}"
    if "not_coded" in part:
        return f"{{{said}, not_coded: {{en: {part['not_coded']}, ur: معلوم نہیں}}}}"
    if "formula" in part:
        return f"{{{said}, formula: '{part['formula']}', unknown: {part['unknown']}}}"
    return f"{{{said}, {_group(part, f'{number}.')}}}"
