"""Aggregates over one collection: a GROUP BY over the member's layer, all aggregates of a formula's layer in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from mazdoor.rules.engines.sql.expressions import compile_expression
from mazdoor.rules.engines.sql.parts import (
    Compiled,
    Sql,
    alias,
    call,
    case,
    cast,
    column,
    compare,
    every,
    integer_type,
    is_not_null,
    is_null,
    negated,
    some,
    whole,
)
from mazdoor.rules.language import typed

if TYPE_CHECKING:
    from mazdoor.rules.engines.sql.plan import _Planner


class Gathering:
    """The subquery that groups one collection, and the columns it gives back."""

    def __init__(self, planner: _Planner, node: typed.Gathered, depth: int, alias: str) -> None:
        from mazdoor.rules.engines.sql.plan import RowFrame

        self.planner, self.alias, self.member = planner, alias, node.member
        self.by = planner.policy_set.entities[node.entity].collections[node.collection].by
        self.depth = depth
        planner.groups.add((planner.policy_set.entities[node.member].table, self.by))
        self.frame = RowFrame(planner, node.member, depth, alias="m", prefix="m_")
        self.selected: list[Sql] = []
        self.seen: dict[typed.Gathered, Compiled] = {}

    def add(self, node: typed.Gathered) -> Compiled:
        """The column of one aggregate, as read from outside."""
        if node not in self.seen:
            self.seen[node] = self._compile(node)
        return self.seen[node]

    def _column(self, value: Sql) -> Sql:
        name = f"a{len(self.selected)}"
        self.selected.append(alias(value, name, quoted=True))
        return column(self.alias, name)

    def _flag(self, condition: Sql) -> Sql:
        """Outside: whether any row has the condition true. False where there is no row."""
        found = self._column(exp.Max(this=case([(condition, whole(1, "INT"))], whole(0, "INT"))))
        return compare("=", call("COALESCE", found, whole(0, "INT")), whole(1, "INT"))

    def _compile(self, node: typed.Gathered) -> Compiled:
        holds = Compiled(exp.true()) if node.predicate is None else compile_expression(node.predicate, self.frame)
        value = None if node.value is None else compile_expression(node.value, self.frame)
        told = [(condition, what) for what, condition in holds.faults]
        if value is not None:
            told.extend((every([holds.value, condition]), what) for what, condition in value.faults)
        faults: tuple[tuple[Sql, Sql], ...] = ()
        if told:
            first = self._column(exp.Max(this=case(told)))
            faults = ((first, is_not_null(first)),)
        unsettled = is_null(holds.value)
        if node.kind in ("any", "all"):
            settled = self._flag(holds.value if node.kind == "any" else negated(holds.value))
            open_ = self._flag(unsettled)
            return Compiled(
                case([(settled, _boolean(node.kind == "any")), (open_, exp.Null())], _boolean(node.kind != "any")),
                faults,
            )
        if value is not None:
            unsettled = some([unsettled, every([holds.value, is_null(value.value)])])
        open_ = self._flag(unsettled)
        if node.kind == "count":
            counted = self._column(exp.Count(this=case([(holds.value, whole(1, "INT"))])))
            return Compiled(case([(open_, exp.Null())], cast(call("COALESCE", counted, whole(0)), "BIGINT")), faults)
        assert value is not None
        chosen = case([(every([holds.value, is_not_null(value.value)]), value.value)])
        if node.kind == "sum":
            assert isinstance(node.type, typed.Number)
            kind = integer_type(node.type.shape)
            total = self._column(exp.Sum(this=chosen))
            return Compiled(case([(open_, exp.Null())], cast(call("COALESCE", total, whole(0)), kind)), faults)
        best = self._column((exp.Min if node.kind == "min" else exp.Max)(this=chosen))
        return Compiled(case([(open_, exp.Null())], best), faults)

    def query(self) -> exp.Select:
        """The grouped subquery."""
        by = column("m", self.by)
        query = exp.select(alias(by, "_by", quoted=True), *self.selected)
        source = self.planner.at_depth(self.member, self.depth - 1)
        query = query.from_(alias(exp.to_table(source), "m", table=True))
        for join in self.frame.link_joins():
            query = query.join(join, copy=False)
        return query.where(is_not_null(by)).group_by(by)


def _boolean(value: bool) -> Sql:
    return exp.true() if value else exp.false()
