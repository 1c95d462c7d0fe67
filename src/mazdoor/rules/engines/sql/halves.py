"""The final SELECT in two halves: what each unit's clauses say as one number, and what follows from each such number.

Millions of units give but some thousand different sets of outcomes. So a unit keeps its *state* (the outcomes of its
clauses as the digits of a number), its amount and its category; the deciding clause, the failed ones and the other texts are
found once for each state that occurs, by the same formulas, and joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from mazdoor.rules.engines.sql.clauses import FAULT, Verdict
from mazdoor.rules.engines.sql.parts import (
    Sql,
    add,
    alias,
    case,
    column,
    compare,
    is_null,
    quotient,
    remainder,
    whole,
)

STATES: Final = "_states"
"""The relation of distinct states that ``answers`` reads."""

_SHORT, _LONG = 19, 39
"""Digits (of three values) that an INT and a BIGINT surely hold."""


@dataclass(frozen=True)
class Halves:
    """``units``: a row for each unit, with its states. ``answers``: a row for each row of ``_states``."""

    units: exp.Select
    answers: exp.Select
    keys: tuple[str, ...]
    """The columns of a state: in both, never null."""
    columns: tuple[tuple[str, bool], ...]
    """The results in their order, each with whether it stands in ``units``; the others stand in ``answers``."""


def halve(final: exp.Select, verdicts: Sequence[Verdict], variants: Sequence[str], source: str) -> Halves:
    """The halves of ``final``, which reads the units' last layer ``source``."""
    told = {each.alias: each for each in final.expressions}
    answered = {
        (f"{variant}.{name}" if variant else name): value
        for variant, verdict in zip(variants, verdicts, strict=True)
        for name, value in verdict.answers()
    }
    answered = {name: value for name, value in answered.items() if name in told}
    digits: dict[str, bool] = {}
    for verdict in verdicts:
        digits |= verdict.digits()
    names = list(digits)
    many = len(names) > _SHORT
    at_once = _LONG if many else _SHORT
    pieces = [names[start : start + at_once] for start in range(0, len(names), at_once)] or [[]]
    kind = "BIGINT" if many else "INT"
    keys = tuple(f"_state_{number}" for number in range(len(pieces)))
    states = [_state(piece, digits, kind) for piece in pieces]
    own = [each for name, each in told.items() if name not in answered]
    units = exp.select(
        *own, *(alias(state, key, quoted=True) for key, state in zip(keys, states, strict=True)), copy=False
    )
    units = units.from_(alias(exp.to_table(source), "u", table=True), copy=False)
    columns = tuple((name, name not in answered) for name in told if name != FAULT)
    return Halves(units, _answers(verdicts, answered, keys, pieces, kind), keys, columns)


def _state(names: Sequence[str], digits: dict[str, bool], kind: str) -> Sql:
    """The digits as one number: 0 is false, 1 true, 2 unknown."""
    total: Sql = whole(0, kind)
    for place, name in enumerate(names):
        value = column("u", name)
        open_ = [] if digits[name] else [(is_null(value), whole(2 * 3**place, kind))]
        total = add(total, case([*open_, (value, whole(3**place, kind))], whole(0, kind)))
    return total


def _answers(
    verdicts: Sequence[Verdict],
    answered: dict[str, Sql],
    keys: tuple[str, ...],
    pieces: Sequence[Sequence[str]],
    kind: str,
) -> exp.Select:
    """Digits taken from the state again, the layers of the verdicts over them, and what follows."""
    read: list[Sql] = [column("u", key) for key in keys]
    for key, names in zip(keys, pieces, strict=True):
        for place, name in enumerate(names):
            digit = remainder(quotient(column("u", key), whole(3**place, kind), kind), whole(3, kind))
            truth = [
                (compare("=", digit, whole(1, kind)), exp.true()),
                (compare("=", digit, whole(2, kind)), exp.Null()),
            ]
            read.append(alias(case(truth, exp.false()), name, quoted=True))
    known = {name for names in pieces for name in names}
    query = _from(STATES, read)
    for height in range(max(len(each.layers) for each in verdicts)):
        added = [
            alias(value, name, quoted=True)
            for each in verdicts
            for layer in each.layers[height : height + 1]
            for name, value in layer
            if name not in known and name != f"_paid{each.mark}"
        ]
        query = _from(query, [exp.Column(this=exp.Star(), table=exp.to_identifier("u")), *added])
    selected: list[Sql] = [column("u", key) for key in keys]
    return _from(query, [*selected, *(alias(value, name, quoted=True) for name, value in answered.items())])


def _from(source: str | exp.Select, selected: Sequence[Sql]) -> exp.Select:
    table = (
        alias(exp.to_table(source), "u", table=True) if isinstance(source, str) else source.subquery("u", copy=False)
    )
    return exp.select(*selected, copy=False).from_(table, copy=False)
