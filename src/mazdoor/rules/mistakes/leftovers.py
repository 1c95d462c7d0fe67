"""What is declared and serves nothing, and what is dated so that a date is left without a value or has two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import Any, Final

from mazdoor.rules.language import typed
from mazdoor.rules.mistakes.possible import Possibilities
from mazdoor.rules.mistakes.unreachable import warning
from mazdoor.rules.model import DatedValue, Parameter, PolicySet, Programme
from mazdoor.rules.problems import Place, Problem
from mazdoor.rules.reach import reach_of, roots
from mazdoor.rules.reading import Document, Path_

_BINDS_NOBODY: Final = {
    "introduced": "a bill that was only introduced",
    "passed": "passed but not yet law",
    "assented": "assented to but not yet in force",
    "struck_down": "struck down",
}


def leftovers(policy_set: PolicySet) -> Iterator[Problem]:
    """Everything of ``policy_set`` that is declared and not used, or rests on a law that binds nobody."""
    yield from _unused(policy_set)
    yield from _instruments(policy_set)
    for parameter in policy_set.parameters.values():
        yield from _spells(parameter)
    for programme in policy_set.programmes.values():
        yield from _programme(policy_set, programme)
    yield from _without_value(policy_set)


def _unused(policy_set: PolicySet) -> Iterator[Problem]:
    definitions: set[tuple[str, str]] = set()
    parameters: set[str] = set()

    def visit(node: typed.Expression) -> None:
        for each in typed.walk(node):
            if isinstance(each, typed.Dated | typed.Bracketed):
                parameters.add(each.parameter)
            if isinstance(each, typed.Named) and (each.entity, each.name) not in definitions:
                definitions.add((each.entity, each.name))
                visit(policy_set.definitions[(each.entity, each.name)].formula)

    for rule in policy_set.rules.values():
        for leaf in rule.root.leaves():
            if leaf.formula is not None:
                visit(leaf.formula)
    governing: set[str] = set()
    for programme in policy_set.programmes.values():
        governing.add(programme.rule)
        reach = reach_of(policy_set, programme)
        definitions.update(reach.definitions)
        parameters.update(reach.parameters)
        if programme.quota is not None:
            parameters.add(programme.quota.places)
    if not policy_set.programmes and not policy_set.rules:
        return  # a vocabulary, a scorecard or values on their own are there for others to use
    for key, definition in policy_set.definitions.items():
        if key not in definitions and definition.text:
            yield warning(
                definition.place,
                "definition-unused",
                f'nothing uses "{definition.name}"',
                "name it in a formula or under results:, or leave it out",
            )
    for parameter in policy_set.parameters.values():
        if parameter.id not in parameters:
            yield warning(
                parameter.place,
                "parameter-unused",
                f'no formula reads "{parameter.id}"',
                "name it in a formula, or leave it out",
            )
    for rule in policy_set.rules.values():
        if rule.id not in governing and (rule.entity, rule.id) not in definitions:
            yield warning(
                rule.place,
                "rule-unused",
                f'no programme is governed by "{rule.id}", and no formula names it',
                "name it under rule: of a programme",
            )


def _instruments(policy_set: PolicySet) -> Iterator[Problem]:
    cited: list[tuple[Place, str]] = []
    for parameter in policy_set.parameters.values():
        cited.extend(
            (value.place, value.citation.instrument) for value in parameter.values if value.status == "in_force"
        )
    resting = [(each.place, each.citation.instrument) for each in policy_set.definitions.values()]
    for rule in policy_set.rules.values():
        resting.extend((each.place, each.citation.instrument) for each in rule.root.everything())
    resting.extend((each.place, each.amount_citation.instrument) for each in policy_set.programmes.values())
    told: set[tuple[str, str]] = set()
    for place, name in [*cited, *resting]:
        instrument = policy_set.instruments.get(name)
        if instrument is None or instrument.status not in _BINDS_NOBODY or (place.file, name) in told:
            continue
        told.add((place.file, name))
        yield warning(
            place,
            "instrument-not-in-force",
            f'this rests on "{name}", which is {_BINDS_NOBODY[instrument.status]}',
            "cite what is in force, or mark the value status: proposed",
        )
    named = {name for _, name in cited} | {name for _, name in resting}
    named |= {value.citation.instrument for each in policy_set.parameters.values() for value in each.values}
    for instrument in policy_set.instruments.values():
        if instrument.id not in named:
            yield warning(
                instrument.place,
                "instrument-unused",
                f'nothing cites "{instrument.id}"',
                "cite it under instrument:, or leave it out",
            )


def _spells(parameter: Parameter) -> Iterator[Problem]:
    """Values of one key, as believed now: no day with two, none in between without."""
    for key, values in groupby(parameter.binding(None), key=lambda each: each.key):
        of = f" for {'/'.join(key)}" if key else ""
        for before, after in pairwise(values):
            if before.valid_to is not None and before.valid_to > after.valid_from:
                yield warning(
                    after.place,
                    "spell-overlap",
                    f'"{parameter.id}"{of} has two values from {after.valid_from} to {before.valid_to}',
                    f"the earlier one ends on {after.valid_from}: write to: {after.valid_from}, or leave to: out",
                )
            if before.valid_to is not None and before.valid_to < after.valid_from:
                yield warning(
                    after.place,
                    "spell-gap",
                    f'"{parameter.id}"{of} has no value from {before.valid_to} to {after.valid_from}',
                    "leave to: out of the earlier value if it went on until the next",
                )


def _programme(policy_set: PolicySet, programme: Programme) -> Iterator[Problem]:
    if not any(case.programme == programme.id for case in policy_set.cases):
        yield warning(
            programme.place,
            "cases-missing",
            f'no case shows what "{programme.id}" gives',
            "add a document of kind: cases",
        )
    possible = Possibilities(policy_set.definitions, policy_set.parameters)
    amount = possible.of(programme.amount)
    # A programme that only says what somebody is pays nothing, and tells so in its note.
    if programme.note is None and amount.known and amount.high is not None and amount.high <= 0:
        yield warning(
            programme.place, "amount-nothing", "the amount is never more than 0", "correct the formula of the amount"
        )
    yield from _codes(policy_set, programme, possible)
    if programme.category is None:
        for name in programme.categories:
            yield warning(
                programme.place, "category-unused", f'nobody is ever in category "{name}"', "add category:, a formula"
            )
        return
    codes = possible.of(programme.category).codes
    for name in programme.categories:
        if codes is not None and name not in codes:
            yield warning(
                programme.place,
                "category-unused",
                f'nobody is ever in category "{name}"',
                "name it in the formula of category:, or leave it out",
            )


def _without_value(policy_set: PolicySet) -> Iterator[Problem]:
    """Dates for which a formula asks a parameter that has no value then."""
    for formula, place in _formulas(policy_set):
        for node in typed.walk(formula):
            if isinstance(node, typed.Dated | typed.Bracketed):
                yield from _asked(policy_set, node, place)
    for programme in policy_set.programmes.values():
        yield from _span(policy_set, programme)


def _formulas(policy_set: PolicySet) -> Iterator[tuple[typed.Expression, Place]]:
    for rule in policy_set.rules.values():
        for leaf in rule.root.leaves():
            if leaf.formula is not None:
                yield leaf.formula, leaf.place
    for definition in policy_set.definitions.values():
        if definition.text:
            yield definition.formula, definition.place
    for programme in policy_set.programmes.values():
        yield programme.amount, programme.place
        if programme.category is not None:
            yield programme.category, programme.place


def _written_key(node: typed.Dated | typed.Bracketed) -> tuple[str, ...] | None:
    """The key of a look-up where every part of it is written, else None."""
    if all(isinstance(key, typed.Literal) for key in node.keys):
        return tuple(str(key.value) for key in node.keys if isinstance(key, typed.Literal))
    return None


def _asked(policy_set: PolicySet, node: typed.Dated | typed.Bracketed, place: Place) -> Iterator[Problem]:
    parameter, key = policy_set.parameters[node.parameter], _written_key(node)
    if key is None:
        return
    values = [each for each in parameter.binding(None) if each.key == key]
    of = f" for {'/'.join(key)}" if key else ""
    if not values:
        problem = (f'"{parameter.id}" has no value in force{of}', "add the value, or ask for another key")
    elif isinstance(node.on, typed.Literal) and isinstance(node.on.value, date):
        if parameter.find(node.on.value, None, key) is not None:
            return
        problem = (
            f'"{parameter.id}" has no value{of} on {node.on.value}',
            f"its values begin on {values[0].valid_from}",
        )
    else:
        return
    yield Problem(place.file, place.line, place.column, "date-without-value", *problem)


def _span(policy_set: PolicySet, programme: Programme) -> Iterator[Problem]:
    """A programme that runs on days for which a value it reads is not there."""
    asked = {
        (node.parameter, key)
        for node in _always_asked(policy_set, programme)
        for key in [_written_key(node)]
        if node.on is None and key is not None
    }
    for name, key in sorted(asked):
        parameter = policy_set.parameters[name]
        values: Sequence[DatedValue] = [each for each in parameter.binding(None) if each.key == key]
        of = f" for {'/'.join(key)}" if key else ""
        if not values:
            continue
        begins, ends = programme.valid_from, programme.valid_to
        if begins is not None and parameter.find(begins, None, key) is None:
            yield warning(
                programme.place,
                "date-without-value",
                f'"{name}" has no value{of} on {begins}, when the programme begins',
                f"its first value is in force from {values[0].valid_from}",
            )
        last = values[-1].valid_to
        if last is not None and (ends is None or ends > last):
            yield warning(
                programme.place,
                "date-without-value",
                f'"{name}" has no value{of} from {last} on, and the programme goes on'
                + (f" until {ends}" if ends is not None else ""),
                "add the value that followed, or end the programme with to:",
            )


def _always_asked(policy_set: PolicySet, programme: Programme) -> list[typed.Dated | typed.Bracketed]:
    """Look-ups made whatever the facts: those in a branch of an ``if`` may be guarded by it."""
    asked: dict[typed.Dated | typed.Bracketed, None] = {}
    seen: set[tuple[str, str]] = set()

    def visit(node: typed.Expression) -> None:
        if isinstance(node, typed.Dated | typed.Bracketed):
            asked[node] = None
        if isinstance(node, typed.Named) and (node.entity, node.name) not in seen:
            seen.add((node.entity, node.name))
            visit(policy_set.definitions[(node.entity, node.name)].formula)
        for child in (node.condition,) if isinstance(node, typed.Chosen) else typed.children(node):
            visit(child)

    for root in roots(policy_set, programme):
        visit(root)
    return list(asked)


def _codes(policy_set: PolicySet, programme: Programme, possible: Possibilities) -> Iterator[Problem]:
    """Codes a table is surely asked for, and has no value for."""
    for node in _always_asked(policy_set, programme):
        values = policy_set.parameters[node.parameter].binding(None)
        for index, key in enumerate(node.keys):
            codes = None if isinstance(key, typed.Literal) else possible.of(key).codes
            missing = sorted((codes or frozenset()) - {each.key[index] for each in values})
            if missing:
                yield warning(
                    programme.place,
                    "code-without-value",
                    f'"{node.parameter}" has no value for {", ".join(missing)}, which would stop the run',
                    "add the value, or ask only where there is one: if … then … else",
                )


def check_words(document: Document) -> Iterator[Problem]:
    """Sentences marked as Urdu that hold no Urdu letter."""

    def visit(value: Any, path: Path_) -> Iterator[Problem]:
        if isinstance(value, dict) and set(value) == {"en", "ur"}:
            english, urdu = str(value["en"]), str(value["ur"])
            if any(sign.isalpha() for sign in english) and not any("\u0600" <= sign <= "\u06ff" for sign in urdu):
                yield warning(
                    document.place(*path, "ur"), "urdu-missing", f'"{urdu}" is not Urdu', "write the sentence in Urdu"
                )
        elif isinstance(value, dict):
            for name, each in value.items():
                yield from visit(each, (*path, name))
        elif isinstance(value, list):
            for index, each in enumerate(value):
                yield from visit(each, (*path, index))

    yield from visit(document.data, ())
