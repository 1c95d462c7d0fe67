"""Aggregates over one collection: a GROUP BY over the member's stage, all aggregates of a stage in one pass."""

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
    from mazdoor.rules.engines.sql.plan import RowFrame


class Gathering:
    """The subquery that groups one collection by its column ``by``, and the columns it gives back."""

    def __init__(self, frame: RowFrame, by: str, called: str) -> None:
        self.frame, self.by, self.called = frame, by, called
        self.selected: dict[str, Sql] = {}
        self.names: dict[Sql, str] = {}

    def add(self, node: typed.Gathered) -> Compiled:
        """The column of one aggregate, as read from outside."""
        holds = Compiled(exp.true()) if node.predicate is None else compile_expression(node.predicate, self.frame)
        value = None if node.value is None else compile_expression(node.value, self.frame)
        told = [(condition, what) for what, condition in holds.faults]
        if value is not None:
            told.extend((self._chosen(node, holds, condition), what) for what, condition in value.faults)
        faults: tuple[tuple[Sql, Sql], ...] = ()
        if told:
            first = self._column(exp.Max(this=case(told)))
            faults = ((first, is_not_null(first)),)
        return Compiled(self._value(node, holds, value), faults)

    def _value(self, node: typed.Gathered, holds: Compiled, value: Compiled | None) -> Sql:
        # Whether any row leaves it open: nothing is asked of the rows where none can.
        unsettled: list[Sql] = []
        if node.predicate is not None and not self.frame.sure(node.predicate):
            unsettled.append(is_null(holds.value))
        if node.kind in ("any", "all"):
            settled = self._flag(holds.value if node.kind == "any" else negated(holds.value))
            if not unsettled:
                return settled if node.kind == "any" else negated(settled)
            open_ = self._flag(some(unsettled))
            return case([(settled, _boolean(node.kind == "any")), (open_, exp.Null())], _boolean(node.kind != "any"))
        if value is not None and node.value is not None and not self.frame.sure(node.value):
            unsettled.append(self._chosen(node, holds, is_null(value.value)))
        found = self._number(node, holds, value)
        return case([(self._flag(some(unsettled)), exp.Null())], found) if unsettled else found

    def _number(self, node: typed.Gathered, holds: Compiled, value: Compiled | None) -> Sql:
        if value is None:
            counted = self._of_chosen(node, holds, exp.Count(this=exp.Star()))
            return cast(call("COALESCE", self._column(counted), whole(0)), "BIGINT")
        if node.kind == "sum":
            assert isinstance(node.type, typed.Number)
            total = self._column(self._of_chosen(node, holds, exp.Sum(this=value.value)))
            return cast(call("COALESCE", total, whole(0)), integer_type(node.type.shape))
        return self._column(
            self._of_chosen(node, holds, (exp.Min if node.kind == "min" else exp.Max)(this=value.value))
        )

    def _of_chosen(self, node: typed.Gathered, holds: Compiled, aggregate: Sql) -> Sql:
        """``aggregate`` over the rows that are chosen."""
        if node.predicate is None:
            return aggregate
        return exp.Filter(this=aggregate, expression=exp.Where(this=holds.value))

    def _chosen(self, node: typed.Gathered, holds: Compiled, condition: Sql) -> Sql:
        """``condition`` where the row is chosen."""
        return condition if node.predicate is None else every([holds.value, condition])

    def _column(self, value: Sql) -> Sql:
        """A column of the grouped subquery, as read from outside; equal ones are one."""
        if value not in self.names:
            self.names[value] = f"a{len(self.names)}"
            self.selected[self.names[value]] = value
        return column(self.called, self.names[value])

    def _flag(self, condition: Sql) -> Sql:
        """Outside: whether any row has the condition true. False where there is no row."""
        return call("COALESCE", self._column(exp.LogicalOr(this=condition)), exp.false())

    def query(self, source: str) -> exp.Select:
        """The grouped subquery over the member's CTE ``source``."""
        by = column("m", self.by)
        named = (alias(value, name, quoted=True) for name, value in self.selected.items())
        query = exp.select(alias(by, "_by", quoted=True), *named, copy=False)
        query = query.from_(alias(exp.to_table(source), "m", table=True), copy=False)
        return query.where(is_not_null(by), copy=False).group_by(by, copy=False)


def _boolean(value: bool) -> Sql:
    return exp.true() if value else exp.false()
