"""The tree of clauses → eligible, deciding clause, failed and unknown clauses, outcomes, amount: the final SELECT."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from mazdoor.kernel.numbers import MONEY_SCALE, Shape
from mazdoor.rules.engines.sql.parts import (
    Sql,
    alias,
    call,
    case,
    cast,
    column,
    every,
    is_not_null,
    is_null,
    mul,
    negated,
    rescaled,
    some,
    text,
    whole,
)
from mazdoor.rules.language import typed
from mazdoor.rules.model import Clause, PolicySet, Programme

if TYPE_CHECKING:
    from mazdoor.rules.engines.sql.plan import Column

FAULT = "_fault"


class Outcomes:
    """SQL of the outcomes of clauses, over the columns ``_clause_<n>`` of their formulas."""

    def __init__(self, root: Clause) -> None:
        self.raw = {leaf.id: column("u", f"_clause_{index}") for index, leaf in enumerate(root.leaves())}

    def met(self, clause: Clause, *, for_it: bool = True) -> Sql:
        """True, false or null. ``for_it`` is false below ``none_of``, where a clause that holds speaks against."""
        if clause.kind == "formula":
            raw = self.raw[clause.id]
            if clause.unknown in ("excludes", "admits"):
                return call("COALESCE", raw, _boolean(for_it == (clause.unknown == "admits")))
            return raw
        below = for_it if clause.kind != "none_of" else not for_it
        parts = [self.met(part, for_it=below) for part in clause.parts if part.kind != "not_coded"]
        if clause.kind == "all_of":
            return every(parts)
        return some(parts) if clause.kind == "any_of" else negated(some(parts))

    def deciding(self, clause: Clause, *, for_it: bool = True) -> Sql:
        """The id of the clause that settled it."""
        below = for_it if clause.kind != "none_of" else not for_it
        parts = [part for part in clause.parts if part.kind != "not_coded"]
        if not parts:
            return text(clause.id)
        met = {part.id: self.met(part, for_it=below) for part in parts}
        settled = [
            (negated(met[part.id]) if clause.kind == "all_of" else met[part.id], self.deciding(part, for_it=below))
            for part in parts
        ]
        unknown = [(is_null(met[part.id]), self.deciding(part, for_it=below)) for part in parts]
        return case([*settled, *unknown], text(clause.id))

    def against(self, clause: Clause, *, unknown: bool, for_it: bool = True) -> list[tuple[str, Sql]]:
        """Ids of clauses with the condition under which each speaks against the person (or is unknown)."""
        if clause.kind == "all_of":
            return [
                each
                for part in clause.parts
                if part.kind != "not_coded"
                for each in self.against(part, unknown=unknown, for_it=for_it)
            ]
        if clause.kind == "none_of":
            return [
                (part.id, is_null(met) if unknown else met)
                for part in clause.parts
                if part.kind != "not_coded"
                for met in [self.met(part, for_it=not for_it)]
            ]
        met = self.met(clause, for_it=for_it)
        return [(clause.id, is_null(met) if unknown else negated(met))]


def final_select(
    policy_set: PolicySet,
    programme: Programme,
    source: str,
    columns: Mapping[tuple[str, str], Column],
    each_fault: bool = False,
) -> exp.Select:
    """The SELECT over the unit's last layer; with ``each_fault``, every result's fault in a column of its own."""
    unit = policy_set.entities[programme.unit]
    root = policy_set.rules[programme.rule].root
    outcomes = Outcomes(root)
    met = outcomes.met(root)
    amount = column("u", "_amount")
    open_amount = every([met, is_null(amount)])
    paid = every([met, is_not_null(amount)])
    eligible = case([(open_amount, exp.Null())], met)
    assert isinstance(programme.amount.type, typed.Number)
    money, _ = rescaled(amount, programme.amount.type.shape, MONEY_SCALE)
    category = column("u", "_category") if programme.category is not None else cast(exp.Null(), "TEXT")
    selected: list[tuple[str, Sql]] = [
        ("unit_id", column("u", unit.key)),
        ("eligible", eligible),
        ("amount", case([(paid, as_decimal(money, Shape.of(18, MONEY_SCALE)))])),
        ("category", case([(paid, category)])),
        ("deciding_clause", case([(open_amount, text("amount"))], outcomes.deciding(root))),
        ("failed_clauses", _listed(outcomes.against(root, unknown=False))),
        ("unknown_clauses", _listed(outcomes.against(root, unknown=True))),
        (
            "outcomes",
            _joined([case([(raw, text("T")), (is_null(raw), text("U"))], text("F")) for raw in outcomes.raw.values()]),
        ),
    ]
    for name in programme.results:
        kind = (
            unit.fields[name].type
            if name in unit.fields
            else policy_set.definitions[(programme.unit, name)].formula.type
        )
        value = column("u", name)
        selected.append((name, as_decimal(value, kind.shape) if isinstance(kind, typed.Number) else value))
        if each_fault:
            own = _column_fault(programme, name, columns, None)
            selected.append((f"{name}{FAULT}", own[0][1] if own else cast(exp.Null(), "TEXT")))
    selected.append((FAULT, _fault(programme, root, outcomes, met, open_amount, columns, results=not each_fault)))
    query = exp.select(*(alias(value, name, quoted=True) for name, value in selected))
    return query.from_(alias(exp.to_table(source), "u", table=True))


def _fault(
    programme: Programme,
    root: Clause,
    outcomes: Outcomes,
    met: Sql,
    open_amount: Sql,
    columns: Mapping[tuple[str, str], Column],
    *,
    results: bool,
) -> Sql:
    """What could not be evaluated for a unit, as text; null where all could."""
    told: list[tuple[Sql, Sql]] = []
    for index, leaf in enumerate(root.leaves()):
        told.extend(_column_fault(programme, f"_clause_{index}", columns, None))
        if leaf.unknown == "stops":
            told.append((is_null(outcomes.raw[leaf.id]), text("a fact is unknown that must be known")))
    for name in ("_amount", "_category"):
        told.extend(_column_fault(programme, name, columns, met))
    if programme.amount_unknown == "stops":
        told.append((open_amount, text("the amount is unknown for an eligible unit")))
    for name in programme.results if results else ():
        told.extend(_column_fault(programme, name, columns, None))
    return case(told) if told else cast(exp.Null(), "TEXT")


def _column_fault(
    programme: Programme, name: str, columns: Mapping[tuple[str, str], Column], only_if: Sql | None
) -> list[tuple[Sql, Sql]]:
    computed = columns.get((programme.unit, name))
    if computed is None or not computed.faulty:
        return []
    fault = column("u", f"{name}{FAULT}")
    there = is_not_null(fault)
    return [(there if only_if is None else every([only_if, there]), fault)]


def as_decimal(value: Sql, shape: Shape) -> Sql:
    """A whole count as an exact decimal with ``shape.scale`` places."""
    digits = min(max(shape.digits, shape.scale + 1), 38 - shape.scale - 1)
    plain = cast(value, f"DECIMAL({digits}, 0)")
    if not shape.scale:
        return plain
    step = exp.cast(
        exp.Literal.string("0." + "0" * (shape.scale - 1) + "1"), f"DECIMAL({shape.scale + 1}, {shape.scale})"
    )
    return cast(mul(plain, step), f"DECIMAL({digits}, {shape.scale})")


def _listed(parts: list[tuple[str, Sql]]) -> Sql:
    """Ids whose condition is true, with commas between them."""
    if not parts:
        return text("")
    joined = _joined([case([(condition, text(f",{name}"))], text("")) for name, condition in parts])
    # Without its first comma. (LTRIM(text, ',') takes its arguments the other way round in Spark.)
    return call("SUBSTR", joined, whole(2, "INT"))


def _joined(parts: list[Sql]) -> Sql:
    return call("CONCAT", *parts) if len(parts) > 1 else parts[0]


def _boolean(value: bool) -> Sql:
    return exp.true() if value else exp.false()
