"""One person under the rules of two countries, side by side: what each says, how much, and where it is written.

The persons and their facts are data (``policy/two_countries.yaml``), each country's in its own vocabulary and money; the
answers come from the reference engine. Nothing is converted between currencies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

import yaml

from mazdoor.kernel.refusals import Words
from mazdoor.rules.engines.calendar import add_months
from mazdoor.rules.engines.reference import evaluate_reference
from mazdoor.rules.facts import canonical
from mazdoor.rules.language import typed
from mazdoor.rules.language.units import MONTHS
from mazdoor.rules.loading import load_policies, shipped_folder, shipped_folders
from mazdoor.rules.model import Citation, Clause, PolicySet, Programme
from mazdoor.rules.results import Result
from mazdoor.rules.wording import MARKS, OUTCOMES, listed, provision_words, value_words

_SIXTY = Fraction(60 * 12)
"""Months of life at the sixtieth birthday."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one country's programme says of the person. Texts are in the language asked for."""

    question: str
    programme: str
    answer: str
    amount: str
    """With its money, or empty where nothing is due."""
    amount_title: str
    further: tuple[tuple[str, str], ...]
    """Further results: what it is, and its value."""
    reason: str
    """The conditions that do not hold, where the answer is not yes."""
    written: str
    """Instrument and provision of what decided."""
    mark: str
    """How far that was verified."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One person with the answers of each country."""

    person: str
    answers: dict[str, tuple[Answer, ...]]


@cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((shipped_folder().parent / "two_countries.yaml").read_text(encoding="utf-8"))
    return found


@cache
def _policies(country: str) -> PolicySet:
    return load_policies(shipped_folders()[country])


def asked_on() -> date:
    """The day for which the comparison is made."""
    found: date = _data()["at"]
    return found


def countries(lang: str = "en") -> dict[str, str]:
    """Country → its name, in the order they stand side by side."""
    return {each: Words(**title).in_language(lang) for each, title in _data()["countries"].items()}


def compare_countries(lang: str = "en") -> list[Compared]:
    """Every person of the comparison with what each country's rules say, in English or Urdu (``ur``)."""
    return [
        Compared(
            Words(**person["title"]).in_language(lang),
            {
                country: tuple(_answer(country, line, person, lang) for line in person["lines"][country])
                for country in _data()["countries"]
            },
        )
        for person in _data()["persons"]
    ]


def apart(lang: str) -> str:
    """What stands between two conditions: each language's own semicolon."""
    return "؛ " if lang.startswith("ur") else "; "


def _filled(value: Any, person: dict[str, Any]) -> Any:
    """``value`` with the person's own facts where a ``$name`` stands for them."""
    if isinstance(value, dict):
        return {key: _filled(each, person) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, person) for each in value]
    if value == "$sixty":
        return add_months(person["birth_date"], _SIXTY) + timedelta(days=1)
    return person[value[1:]] if isinstance(value, str) and value.startswith("$") else value


def _answer(country: str, line: dict[str, Any], person: dict[str, Any], lang: str) -> Answer:
    policy_set = _policies(country)
    programme = policy_set.programmes[line["programme"]]
    rows = canonical(policy_set, _filled(line["facts"], person))
    at = _filled(line.get("at", asked_on()), person)
    (result,) = evaluate_reference(policy_set, programme.id, rows, at=at)
    unmet = _unmet(policy_set, programme, result)
    cited = programme.amount_citation if result.eligible else unmet[0].citation
    mark = cited.verified or next((leaf.citation.verified for leaf in unmet[0].leaves()), "")
    return Answer(
        question=Words(**line["title"]).in_language(lang),
        programme=programme.title.in_language(lang),
        answer=OUTCOMES[{True: "met", False: "not_met", None: "unknown"}[result.eligible]].in_language(lang),
        amount="" if result.amount is None else value_words(result.amount, _a_cycle(programme), lang),
        amount_title=programme.amount_title.in_language(lang) if result.eligible else "",
        further=tuple(_further(policy_set, programme, result, lang)) if result.eligible else (),
        reason="" if result.eligible else apart(lang).join(each.title.in_language(lang) for each in unmet),
        written=_written(policy_set, cited, lang),
        mark=MARKS[mark].in_language(lang) if mark else "",
    )


def _a_cycle(programme: Programme) -> typed.Type:
    """The type of the amount as it is spoken of: of a monthly programme, a month."""
    kind = programme.amount.type
    if programme.cycle == "month" and isinstance(kind, typed.Number):
        return typed.Number(kind.unit.over(MONTHS), kind.shape)
    return kind


def _unmet(policy_set: PolicySet, programme: Programme, result: Result) -> tuple[Clause, ...]:
    """The conditions of the rule that do not hold (or are not known), first of all the one that decided."""
    root = policy_set.rules[programme.rule].root
    said = {*result.failed, *result.unknown, result.deciding}
    found = [part for part in root.parts if said & {each.id for each in part.everything()} and part.kind != "not_coded"]
    found = [part for part in found if part.id in said or part.kind == "none_of"]
    return tuple(found) or (root,)


def _further(policy_set: PolicySet, programme: Programme, result: Result, lang: str) -> Iterator[tuple[str, str]]:
    for name, value in result.results.items():
        definition = policy_set.definitions.get((programme.unit, name))
        if definition is not None and value is not None:
            yield definition.title.in_language(lang), value_words(value, definition.formula.type, lang)


def _written(policy_set: PolicySet, cited: Citation, lang: str) -> str:
    law = policy_set.instruments[cited.instrument].short.in_language(lang) if cited.instrument else ""
    return listed((part for part in (law, provision_words(cited.provision, lang)) if part), lang)


def contribution_chart() -> list[tuple[int, str, str]]:
    """India's contributions by age at entry: age, the member's, how far verified. For the page."""
    parameter = _policies("india").parameters["contribution_by_entry_age"]
    assert isinstance(parameter.type, typed.Number)
    return [
        (int(value.key[0]), value_words(value.value, parameter.type, "en"), value.citation.verified)
        for value in parameter.values
    ]


def comparison_page() -> str:
    """The comparison as a page of Markdown, in English."""
    names = countries()
    lines = [
        f"# {' and '.join(names.values())}: the same worker\n",
        f"What the rules of each country say on {asked_on()}, from the reference engine. Each country speaks of its own money, and",
        "nothing is converted: no rate of exchange is part of any law. An amount at sixty is what the values known now",
        "give then. What the answers rest on, and how far it was verified, stands in the last columns; India's terms are from",
        "the press, not from the scheme's own text.\n",
    ]
    for compared in compare_countries():
        lines += [
            f"## {compared.person}\n",
            "| | question | answer | amount | why, and what else | written in | verified |",
        ]
        lines.append("|---|---|---|---:|---|---|---|")
        for country, answers in compared.answers.items():
            for each in answers:
                why = f"not met: {each.reason}" if each.reason else "; ".join(": ".join(pair) for pair in each.further)
                cells = [names[country], each.question, each.answer, each.amount, why, each.written, each.mark]
                lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
        lines.append("")
    lines += ["## India: the contribution by age at entry\n", "The Government adds as much again.\n"]
    lines += ["| age at entry | member | verified |", "|---:|---:|---|"]
    lines += [f"| {age} | {amount} | {mark} |" for age, amount, mark in contribution_chart()]
    return "\n".join(lines)
