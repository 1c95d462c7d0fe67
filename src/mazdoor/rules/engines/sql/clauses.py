"""The tree of clauses → eligible, deciding clause, failed and unknown clauses, outcomes, amount: the final SELECT."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from mazdoor.kernel.numbers import MONEY_SCALE, Shape
from mazdoor.rules.engines.sql.parts import (
    Sql,
    add,
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
    quotient,
    remainder,
    rescaled,
    some,
    text,
    whole,
)
from mazdoor.rules.language import typed
from mazdoor.rules.model import Clause, PolicySet, Programme

if TYPE_CHECKING:
    from mazdoor.rules.engines.sql.columns import Columns

FAULT = "_fault"
_WIDEST = 38
"""Digits of the widest decimal of DuckDB and Spark."""


class Verdict:
    """One programme's clauses over the columns of its unit: layers of columns to compute first, and what to select.

    ``names`` gives the column of ``_clause_<n>``, ``_amount``, ``_category`` and each result; ``mark`` tells the columns
    of one variant from another's.
    """

    def __init__(
        self, policy_set: PolicySet, programme: Programme, names: Mapping[str, str], columns: Columns, *, mark: str = ""
    ) -> None:
        self.policy_set, self.programme, self.names, self.columns, self.mark = (
            policy_set,
            programme,
            names,
            columns,
            mark,
        )
        self.root = policy_set.rules[programme.rule].root
        self.layers: list[list[tuple[str, Sql]]] = []
        self.leaves = list(self.root.leaves())
        self._raw = {id(leaf): names[f"_clause_{index}"] for index, leaf in enumerate(self.leaves)}
        self._met: dict[int, tuple[Sql, bool, int]] = {}
        met, _, height = self._meet(self.root, for_it=True)
        amount = column("u", names["_amount"])
        self.met, self.amount = met, amount
        if columns.found[(programme.unit, names["_amount"])].sure:
            self.open_amount, self.paid, self.eligible = None, met, met
            return
        self.open_amount = self._add(height, "_open", every([met, is_null(amount)]))
        self.paid = self._add(height, "_paid", every([met, is_not_null(amount)]))
        self.eligible = case([(self.open_amount, exp.Null())], met)

    # --- clauses met or not

    def _add(self, height: int, name: str, value: Sql) -> Sql:
        """A column of the layer ``height``."""
        while len(self.layers) <= height:
            self.layers.append([])
        self.layers[height].append((f"{name}{self.mark}", value))
        return column("u", f"{name}{self.mark}")

    def _meet(self, clause: Clause, *, for_it: bool) -> tuple[Sql, bool, int]:
        """Whether a clause is met (a column), whether that is never unknown, and the first layer that may read it.

        ``for_it`` is false below ``none_of``, where a clause that holds speaks against.
        """
        self._met[id(clause)] = found = (
            self._leaf(clause, for_it) if clause.kind == "formula" else self._group(clause, for_it)
        )
        return found

    def _leaf(self, clause: Clause, for_it: bool) -> tuple[Sql, bool, int]:
        name = self._raw[id(clause)]
        raw, sure = column("u", name), self.columns.found[(self.programme.unit, name)].sure
        if not sure and clause.unknown in ("excludes", "admits"):
            known = call("COALESCE", raw, _boolean(for_it == (clause.unknown == "admits")))
            return self._add(0, f"_met_{len(self._met)}", known), True, 1
        # An unknown that stops the run is told as a fault.
        return raw, sure or clause.unknown == "stops", 0

    def _group(self, clause: Clause, for_it: bool) -> tuple[Sql, bool, int]:
        below = for_it if clause.kind != "none_of" else not for_it
        parts = [self._meet(part, for_it=below) for part in _coded(clause)]
        height = max((part[2] for part in parts), default=0)
        values = [part[0] for part in parts]
        value = every(values) if clause.kind == "all_of" else some(values)
        if clause.kind == "none_of":
            value = negated(value)
        return self._add(height, f"_met_{len(self._met)}", value), all(part[1] for part in parts), height + 1

    def deciding(self, clause: Clause) -> Sql:
        """The id of the clause that settled it."""
        parts = _coded(clause)
        if not parts:
            return text(clause.id)
        settled, unknown = [], []
        for part in parts:
            met, sure, _ = self._met[id(part)]
            settled.append((negated(met) if clause.kind == "all_of" else met, self.deciding(part)))
            if not sure:
                unknown.append((is_null(met), self.deciding(part)))
        return case([*settled, *unknown], text(clause.id))

    def against(self, clause: Clause) -> list[Clause]:
        """The clauses that may speak against the person, one by one."""
        if clause.kind == "all_of":
            return [each for part in _coded(clause) for each in self.against(part)]
        return _coded(clause) if clause.kind == "none_of" else [clause]

    def failed(self) -> Sql:
        """Ids of the clauses that speak against the person, with commas."""
        return _listed(
            [
                (each.id, met if self._is_below_none(each) else negated(met))
                for each in self.against(self.root)
                for met in [self._met[id(each)][0]]
            ]
        )

    def unknown(self) -> Sql:
        """Ids of the clauses of which it is not known."""
        against = [(each.id, self._met[id(each)]) for each in self.against(self.root)]
        return _listed([(name, is_null(met)) for name, (met, sure, _) in against if not sure])

    def _is_below_none(self, clause: Clause) -> bool:
        return any(part is clause for each in self.root.everything() if each.kind == "none_of" for part in each.parts)

    def outcomes(self) -> Sql:
        """T, F or U for each clause with a formula."""
        letters = []
        for leaf in self.leaves:
            name = self._raw[id(leaf)]
            raw = column("u", name)
            open_ = [] if self.columns.found[(self.programme.unit, name)].sure else [(is_null(raw), text("U"))]
            letters.append(case([(raw, text("T")), *open_], text("F")))
        return _joined(letters)

    # --- what is selected

    def paid_amount(self) -> Sql:
        """Exact rupees, where eligible."""
        assert isinstance(self.programme.amount.type, typed.Number)
        money, _ = rescaled(self.amount, self.programme.amount.type.shape, MONEY_SCALE)
        return case([(self.paid, as_decimal(money, Shape.of(18, MONEY_SCALE)))])

    def category(self) -> Sql:
        """The category, where eligible."""
        named = column("u", self.names["_category"]) if "_category" in self.names else cast(exp.Null(), "TEXT")
        return case([(self.paid, named)])

    def deciding_clause(self) -> Sql:
        """The clause that settled it, or ``amount`` where that is what is not known."""
        deciding = self.deciding(self.root)
        return deciding if self.open_amount is None else case([(self.open_amount, text("amount"))], deciding)

    def fault(self, *, results: bool = True) -> Sql:
        """What could not be evaluated for a unit, as text; null where all could."""
        told: list[tuple[Sql, Sql]] = []
        for leaf in self.leaves:
            name = self._raw[id(leaf)]
            told.extend(self._told(name, None))
            if leaf.unknown == "stops" and not self.columns.found[(self.programme.unit, name)].sure:
                told.append((is_null(column("u", name)), text("a fact is unknown that must be known")))
        for name in ("_amount", "_category"):
            if name in self.names:
                told.extend(self._told(self.names[name], self.met))
        if self.programme.amount_unknown == "stops" and self.open_amount is not None:
            told.append((self.open_amount, text("the amount is unknown for an eligible unit")))
        for name in self.programme.results if results else ():
            told.extend(self._told(self.names[name], None))
        return case(told) if told else cast(exp.Null(), "TEXT")

    def _told(self, name: str, only_if: Sql | None) -> list[tuple[Sql, Sql]]:
        computed = self.columns.found.get((self.programme.unit, name))
        if computed is None or not computed.fault:
            return []
        fault = column("u", computed.fault)
        there = is_not_null(fault)
        return [(there if only_if is None else every([only_if, there]), fault)]

    def digits(self) -> dict[str, bool]:
        """The columns that settle everything but the amount and its category, each with whether it is never unknown."""
        found = {name: self.columns.found[(self.programme.unit, name)].sure for name in self._raw.values()}
        return found if self.open_amount is None else found | {f"_open{self.mark}": False}

    def answers(self) -> list[tuple[str, Sql]]:
        """What the clauses alone settle."""
        return [
            ("eligible", self.eligible),
            ("deciding_clause", self.deciding_clause()),
            ("failed_clauses", self.failed()),
            ("unknown_clauses", self.unknown()),
            ("outcomes", self.outcomes()),
        ]

    def result(self, key: str, source: str, each_fault: bool = False) -> exp.Select:
        """The SELECT over the unit's last layer; with ``each_fault``, every result's fault in a column of its own."""
        selected: list[tuple[str, Sql]] = [
            ("unit_id", column("u", key)),
            ("eligible", self.eligible),
            ("amount", self.paid_amount()),
            ("category", self.category()),
            ("deciding_clause", self.deciding_clause()),
            ("failed_clauses", self.failed()),
            ("unknown_clauses", self.unknown()),
            ("outcomes", self.outcomes()),
        ]
        unit = self.policy_set.entities[self.programme.unit]
        for name in self.programme.results:
            kind = (
                unit.fields[name].type
                if name in unit.fields
                else self.policy_set.definitions[(self.programme.unit, name)].formula.type
            )
            value = column("u", self.names[name])
            selected.append((name, as_decimal(value, kind.shape) if isinstance(kind, typed.Number) else value))
            if each_fault:
                own = self._told(self.names[name], None)
                selected.append((f"{name}{FAULT}", own[0][1] if own else cast(exp.Null(), "TEXT")))
        selected.append((FAULT, self.fault(results=not each_fault)))
        return _select(selected, source)


def results_side_by_side(verdicts: Mapping[str, Verdict], key: str, source: str) -> exp.Select:
    """One row for each unit with the answers of every variant."""
    selected: list[tuple[str, Sql]] = [("unit_id", column("u", key))]
    faults: list[tuple[Sql, Sql]] = []
    for variant, verdict in verdicts.items():
        selected.append((f"{variant}.eligible", verdict.eligible))
        selected.append((f"{variant}.amount", verdict.paid_amount()))
        selected.append((f"{variant}.category", verdict.category()))
        selected.append((f"{variant}.deciding_clause", verdict.deciding_clause()))
        fault = verdict.fault()
        faults.append((is_not_null(fault), fault))
    selected.append((FAULT, case(faults)))
    return _select(selected, source)


def _select(selected: list[tuple[str, Sql]], source: str) -> exp.Select:
    query = exp.select(*(alias(value, name, quoted=True) for name, value in selected), copy=False)
    return query.from_(alias(exp.to_table(source), "u", table=True), copy=False)


def _coded(clause: Clause) -> list[Clause]:
    return [part for part in clause.parts if part.kind != "not_coded"]


def as_decimal(value: Sql, shape: Shape) -> Sql:
    """A whole count as an exact decimal with ``shape.scale`` places."""
    scale, digits = shape.scale, max(shape.digits, shape.scale + 1)
    if not scale:
        return cast(value, f"DECIMAL({digits}, 0)")
    step = exp.cast(exp.Literal.string("0." + "0" * (scale - 1) + "1"), f"DECIMAL({scale + 1}, {scale})")
    kind = f"DECIMAL({digits}, {scale})"
    if digits + scale + 2 <= _WIDEST:
        return cast(mul(cast(value, f"DECIMAL({digits}, 0)"), step), kind)
    # The product would be wider than an engine's decimals: what stands before the point, and what behind, for themselves.
    one = whole(10**scale, "INT128")
    long = cast(value, "INT128")
    before = cast(quotient(long, one, "INT128", digits - scale), kind)
    behind = cast(mul(cast(remainder(long, one), f"DECIMAL({scale}, 0)"), step), kind)
    return add(before, behind)


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
