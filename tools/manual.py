"""The manual of the rules language, printed from its specification (``src/mazdoor/rules/spec``)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from mazdoor.rules.spec import Operator, Table, chapters, make_trial
from mazdoor.rules.spec.coverage import OUTCOMES, measure
from mazdoor.rules.spec.reading import AT, FOLDER


def language() -> str:
    """``docs/rules/language.md``."""
    lines = ["# The language of rules\n", (FOLDER / "introduction.md").read_text(encoding="utf-8")]
    for chapter in chapters():
        lines += [f"## {chapter.title}\n", f"{chapter.intro}\n"]
        for operator in chapter.operators:
            lines += _operator(operator)
    return "\n".join([*lines, *_coverage()])


def _operator(operator: Operator) -> list[str]:
    lines = [f"### {operator.title}\n", f"`{operator.written}`\n", f"{operator.means}\n"]
    told = [("Units", operator.units), ("Unknown", operator.unknown), ("Stops", operator.stops)]
    lines += [f"- *{name}*: {said}" for name, said in told if said]
    lines.append("")
    for table in operator.tables:
        lines += _table(table)
    if operator.refused:
        lines += ["Refused before anything runs:\n", "| formula | because | code |", "|---|---|---|"]
        lines += [f"| `{_cell(each.formula)}` | {_cell(each.says)} | `{each.code}` |" for each in operator.refused]
        lines.append("")
    return lines


def _table(table: Table) -> list[str]:
    if table.rule is None:
        lines = [f"`{table.formula}`"]
    else:
        amount = "" if table.amount == "Rs 1" else f", amount `{table.amount}`"
        lines = [f"`{_rule(table.rule)}`{amount}"]
    said = [table.note] if table.note else []
    said += [f"On {table.at}."] if table.at != AT else []
    said += [f"By what was known on {table.known_at}."] if table.known_at else []
    for name, formula in table.also.items():
        entity, _, word = name.partition(".")
        written = formula if isinstance(formula, str) else _rule(formula)
        said.append(f"Here `{word}` is a {'rule' if entity == 'rule' else f'result of the {entity}'}: `{written}`.")
    if said:
        lines[0] += " – " + " ".join(said)
    then = list(table.then) if table.rule is not None else ["gives"]
    lines += ["", "| " + " | ".join([*table.given, *then]) + " |", "|" + "---|" * (len(table.given) + len(then))]
    for row in table.rows:
        *facts, last = row
        cells = [_value(each) for each in facts]
        if isinstance(last, str) and last.startswith("stops: "):
            results = [f"**stops**: {last.removeprefix('stops: ')}", *[""] * (len(then) - 1)]
        else:
            results = [_value(each) for each in (last if table.rule is not None else [last])]
        lines.append("| " + " | ".join([*cells, *results]) + " |")
    return [*lines, ""]


def _rule(rule: Any) -> str:
    if isinstance(rule, str):
        return rule
    if "formula" in rule:
        return f"{rule['formula']} (unknown {rule['unknown']})"
    ((kind, parts),) = rule.items()
    return f"not coded: {parts}" if kind == "not_coded" else f"{kind}({'; '.join(_rule(part) for part in parts)})"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if value == "unknown":
        return "*unknown*"
    if isinstance(value, list):
        return "; ".join(" ".join(f"{name} {_value(each)}" for name, each in row.items()) for row in value) or "*none*"
    if isinstance(value, Decimal | int):
        return f"{value:,}"
    if value in (None, ""):
        return ""
    return str(value) if isinstance(value, date) else f"`{_cell(_seen(str(value)))}`"


def _seen(text: str) -> str:
    """Text with the marks nobody sees written out."""
    return "".join(f"⟨{ord(sign):04X}⟩" if not sign.isprintable() and sign != " " else sign for sign in text)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _coverage() -> list[str]:
    trial = make_trial()
    lines = [
        "## What the tables cover\n",
        f"{len(trial.expected)} rows in {len(trial.tables)} tables. For each operator: how often it came out so while the tables",
        "were evaluated, inside other formulas included. A dash: it cannot. *boundary* counts what careful people differ on: an",
        "exact half, equal sides, enormous and negative numbers, leap days and month ends, days on which the law changes, empty",
        "collections.\n",
        "| operator | " + " | ".join(OUTCOMES) + " |",
        "|---|" + "---:|" * len(OUTCOMES),
    ]
    for each in measure(trial):
        cells = [str(each.counts.get(name, "") or ("–" if name not in each.owed else "0")) for name in OUTCOMES]
        lines.append(f"| `{each.key}` | " + " | ".join(cells) + " |")
    return lines
