"""Faults that people make when they write a compiler, planted one at a time: each named for the human error.

A planted fault changes how one engine compiles or evaluates, never the specification. ``operators`` are the chapters' tables
that should notice. ``test_planted_faults.py`` says whether they do.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlglot import exp

from mazdoor.kernel.numbers import NumberTooLarge, RoundingName, Shape, quotient_shape
from mazdoor.rules.engines import calendar, reference
from mazdoor.rules.engines import rounding as exactly
from mazdoor.rules.engines.sql import clauses, dates, expressions, gathering, parts, plan, rounding
from mazdoor.rules.engines.sql.parts import Compiled
from mazdoor.rules.language import typed
from mazdoor.rules.language.basics import ONE, YES_NO
from mazdoor.rules.language.units import DAYS
from mazdoor.rules.model import Bracket, Parameter, Scale

Patch = pytest.MonkeyPatch
Go = Callable[[typed.Expression], Compiled]


@dataclass(frozen=True, slots=True)
class Planted:
    """One fault: what went wrong, in which engine, and how it is planted."""

    error: str
    engine: str
    operators: tuple[str, ...]
    plant: Callable[[Patch], None]


def everywhere(patch: Patch, original: Any, planted: Any) -> None:
    """Replace a function under every name by which an engine's modules call it."""
    name = original.__name__
    found = 0
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("mazdoor.rules.engines") and vars(module).get(name) is original:
            patch.setattr(module, name, planted)
            found += 1
    assert found, f"nothing is called {name} any more: plant this fault anew"


PLANTED: list[Planted] = []


def sql(error: str, *operators: str) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    """Note a fault of the SQL engines."""

    def note(plant: Callable[[Patch], None]) -> Callable[[Patch], None]:
        PLANTED.append(Planted(error, "sql", operators, plant))
        return plant

    return note


def naive(error: str, *operators: str) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    """Note a fault of the reference engine."""

    def note(plant: Callable[[Patch], None]) -> Callable[[Patch], None]:
        PLANTED.append(Planted(error, "reference", operators, plant))
        return plant

    return note


def compiling(error: str, *operators: str) -> Callable[[Callable[[Any, Any, Go], Any]], None]:
    """Note a fault in how one node is compiled: ``change(node, frame, go)`` gives its SQL, or None to leave it as it is."""

    def note(change: Callable[[Any, Any, Go], Any]) -> None:
        def plant(patch: Patch) -> None:
            original = expressions.compile_expression

            def planted(node: typed.Expression, frame: Any) -> Compiled:
                found = change(node, frame, lambda each: original(each, frame))
                return original(node, frame) if found is None else found

            everywhere(patch, original, planted)

        PLANTED.append(Planted(error, "sql", operators, plant))

    return note


def resigned(error: str, operators: tuple[str, ...], wrong: dict[str, str]) -> None:
    """Note a comparison compiled with another sign."""

    @compiling(error, *operators)
    def change(node: Any, frame: Any, go: Go) -> Any:
        if isinstance(node, typed.Compared) and node.sign in wrong:
            return go(replace(node, sign=wrong[node.sign]))
        return None


# --- comparing

resigned("<= leaves the equal out", ("order",), {"<=": "<"})
resigned("< lets the equal in", ("order",), {"<": "<="})
resigned(">= leaves the equal out", ("order",), {">=": ">"})
resigned("> lets the equal in (peer defect 14)", ("order",), {">": ">="})
resigned("= and <> mixed up", ("equal",), {"=": "<>", "<>": "="})


@compiling("unknown = unknown is true", "equal")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Compared) and node.sign == "=":
        return Compiled(exp.Paren(this=exp.NullSafeEQ(this=go(node.left).value, expression=go(node.right).value)))
    return None


@compiling("an unknown is unequal to everything", "equal")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Compared) and node.sign == "<>":
        found = go(node)
        return Compiled(parts.call("COALESCE", found.value, exp.true()), found.faults)
    return None


@compiling("capitals do not matter", "equal")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Compared) and isinstance(node.left.type, typed.Text):
        one, other = (parts.call("UPPER", go(side).value) for side in (node.left, node.right))
        return Compiled(parts.compare(node.sign, one, other))
    return None


@compiling("text is trimmed before it is compared", "equal")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Compared) and isinstance(node.left.type, typed.Text):
        one, other = (parts.call("TRIM", go(side).value) for side in (node.left, node.right))
        return Compiled(parts.compare(node.sign, one, other))
    return None


@sql("numbers of different scale are compared as they lie", "equal", "order")
def _(patch: Patch) -> None:
    everywhere(patch, expressions._alike, lambda nodes, values: values)


@compiling("not in is true of an unknown", "among")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Not) and isinstance(node.operand, typed.Member):
        found = go(node.operand)
        return Compiled(parts.call("COALESCE", parts.negated(found.value), exp.true()), found.faults)
    return None


@compiling("only the first of a list is looked at", "among")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Member) and len(node.members) > 1:
        return go(replace(node, members=node.members[:1]))
    return None


@compiling("a prefix is taken for a pattern", "starts_with")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.StartsWith):
        found = go(node.subject)
        return Compiled(exp.Like(this=found.value, expression=parts.text(node.prefix + "%")), found.faults)
    return None


@compiling("a prefix is looked for anywhere", "starts_with")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.StartsWith):
        found = go(node.subject)
        return Compiled(parts.call("CONTAINS", found.value, parts.text(node.prefix)), found.faults)
    return None


# --- numbers


@compiling("an unknown is added as 0", "plus")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Arithmetic) and node.sign == "+":
        zero = typed.Literal(typed.Number(node.type.unit, Shape(0, 0, 0)), Fraction(0))
        left, right = (
            each if isinstance(each, typed.IfUnknown) else typed.IfUnknown(each.type, each, zero)
            for each in (node.left, node.right)
        )
        if left is not node.left or right is not node.right:
            return go(replace(node, left=left, right=right))
    return None


@compiling("0 times an unknown is 0", "times")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Arithmetic) and node.sign == "*":
        found, left = go(node), go(node.left)
        kind = parts.integer_type(node.left.type.shape)
        zero = parts.compare("=", left.value, parts.whole(0, kind))
        return Compiled(
            parts.case([(zero, parts.whole(0, parts.integer_type(node.type.shape)))], found.value), found.faults
        )
    return None


@compiling("minus is read as plus", "minus")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Arithmetic) and node.sign == "-":
        return go(replace(node, sign="+"))
    return None


@sql("numbers of different scale are added as they lie", "plus")
def _(patch: Patch) -> None:
    everywhere(patch, parts.rescaled, lambda value, shape, scale: (value, shape))


@compiling("2.5% becomes 2% (peer defect 7)", "times", "written")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Literal) and isinstance(node.value, Fraction) and node.value.denominator != 1:
        cut = Fraction(int(node.value * 100), 100)
        return None if cut == node.value else go(replace(node, value=cut))
    return None


@sql("quotients are taken as floats", "quotient", "roundings")
def _(patch: Patch) -> None:
    def planted(top: Any, bottom: Any, kind: str = "BIGINT", digits: int = 18) -> Any:
        half = exp.Div(this=parts.cast(top, "DOUBLE"), expression=parts.cast(bottom, "DOUBLE"))
        return parts.cast(parts.call("TRUNC", half), "INT128")

    everywhere(patch, parts.quotient, planted)


def rerounded(error: str, wrong: dict[RoundingName, RoundingName]) -> None:
    """Note a rounding taken for another."""

    @compiling(error, "roundings", "years_in", "quotient")
    def change(node: Any, frame: Any, go: Go) -> Any:
        if isinstance(node, typed.Rounded) and node.rounding in wrong:
            return go(replace(node, rounding=wrong[node.rounding]))
        return None


rerounded("half to even is taken for half up", {RoundingName.HALF_EVEN: RoundingName.HALF_UP})
rerounded("half down is taken for half up", {RoundingName.HALF_DOWN: RoundingName.HALF_UP})
rerounded("half up is taken for half to even", {RoundingName.HALF_UP: RoundingName.HALF_EVEN})
rerounded("floor is taken for truncation", {RoundingName.FLOOR: RoundingName.DOWN})
rerounded("ceiling is taken for away from zero", {RoundingName.CEILING: RoundingName.UP})
rerounded("up is taken for ceiling", {RoundingName.UP: RoundingName.CEILING})
rerounded("down is taken for floor", {RoundingName.DOWN: RoundingName.FLOOR})
rerounded("up is taken for half up", {RoundingName.UP: RoundingName.HALF_UP})


@sql("half up goes to the larger number below zero", "roundings")
def _(patch: Patch) -> None:
    original = rounding.rounded_quotient

    def planted(top: Any, bottom: Any, name: RoundingName, kind: str, **more: Any) -> Any:
        if name != RoundingName.HALF_UP:
            return original(top, bottom, name, kind, **more)
        two = parts.whole(2, kind)
        doubled = parts.add(parts.mul(top, two), bottom)
        return original(doubled, parts.mul(bottom, two), RoundingName.FLOOR, kind, **more)

    everywhere(patch, original, planted)


@compiling("rounded twice on the way", "roundings", "quotient")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Rounded) and node.denominator != ONE and node.places in (0, 2):
        try:
            shape = quotient_shape(node.numerator.type.shape, node.denominator.type.shape, node.places + 1)
        except NumberTooLarge:
            return None
        kind = typed.Number(node.type.unit, shape)
        first = typed.Rounded(kind, node.numerator, node.denominator, node.places + 1, RoundingName.HALF_UP)
        return go(replace(node, numerator=typed.Negative(kind, typed.Negative(kind, first)), denominator=ONE))
    return None


@compiling("the places of a rounding are one too few", "quotient", "roundings")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Rounded) and node.places == 2:
        found = go(replace(node, places=1))
        kind = parts.integer_type(node.type.shape)
        return Compiled(parts.mul(parts.cast(found.value, kind), parts.whole(10, kind)), found.faults)
    return None


@compiling("a division by zero is unknown", "quotient")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Rounded):
        found = go(node)
        return Compiled(found.value, tuple(each for each in found.faults if each[0] is not expressions.ZERO_DIVISOR))
    return None


@compiling("a cap raises amounts (peer defect 3)", "extremes", "amounts")
def _(node: Any, frame: Any, go: Go) -> Any:
    return go(replace(node, kind="max")) if isinstance(node, typed.Extreme) and node.kind == "min" else None


@compiling("the smaller passes over an unknown", "extremes")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Extreme):
        values = [go(each) for each in node.operands]
        same = expressions._to_type(list(node.operands), [each.value for each in values], node.type)
        return Compiled(parts.call("LEAST" if node.kind == "min" else "GREATEST", *same))
    return None


# --- logic


@compiling("an unknown part of an and is false", "and")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Both):
        found = go(node)
        return Compiled(parts.call("COALESCE", found.value, exp.false()), found.faults)
    return None


@compiling("an unknown part of an or is true", "or")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Either):
        found = go(node)
        return Compiled(parts.call("COALESCE", found.value, exp.true()), found.faults)
    return None


@compiling("a condition is computed and dropped (peer defect 2)", "and")
def _(node: Any, frame: Any, go: Go) -> Any:
    return go(node.operands[0]) if isinstance(node, typed.Both) and node.operands else None


@compiling("an or joined to an and without brackets (peer defect 9)", "or")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Both) and isinstance(node.operands[0], typed.Either):
        *before, last = node.operands[0].operands
        return go(typed.Either(YES_NO, (*before, typed.Both(YES_NO, (last, *node.operands[1:])))))
    return None


@compiling("not unknown is true", "not")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Not):
        found = go(node)
        return Compiled(parts.call("COALESCE", found.value, exp.true()), found.faults)
    return None


@compiling("an unknown condition takes the else", "choice")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Chosen) and not isinstance(node.condition, typed.IfUnknown):
        no = typed.Literal(YES_NO, False)
        return go(replace(node, condition=typed.IfUnknown(YES_NO, node.condition, no)))
    return None


@sql("the branch not chosen is evaluated", "choice", "named")
def _(patch: Patch) -> None:
    everywhere(patch, parts.guarded, lambda condition, faults: tuple(faults))


@compiling("0 is taken for unknown", "unknown")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.IfUnknown) and isinstance(node.type, typed.Number):
        first, second = go(node.operand), go(node.otherwise)
        one, other = expressions._to_type([node.operand, node.otherwise], [first.value, second.value], node.type)
        zero = parts.whole(0, parts.integer_type(node.type.shape))
        return Compiled(parts.call("COALESCE", parts.call("NULLIF", one, zero), other))
    return None


@compiling("is unknown asks whether it is not true", "unknown")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.IsUnknown) and isinstance(node.operand.type, typed.YesNo):
        return Compiled(parts.negated(parts.call("COALESCE", go(node.operand).value, exp.false())))
    return None


# --- dates


def redated(error: str, name: str, operator: str, wrong: Callable[..., Any]) -> None:
    """Note a function of dates computed another way."""

    @sql(error, operator)
    def plant(patch: Patch) -> None:
        original = dates.on_dates

        def planted(called: str, arguments: Any) -> Compiled:
            if called in name.split():
                return Compiled(wrong(*arguments), original(called, arguments).faults)
            return original(called, arguments)

        patch.setattr(dates, "on_dates", planted)


def _days(start: Any, end: Any) -> Any:
    return parts.days_from(start, end)


def _later(day: Any, days: int) -> Any:
    return parts.cast(parts.add(day, parts.whole(days, "INT")), "DATE")


def _run_over(start: Any, months: Any) -> Any:
    index = parts.sub(parts.add(dates._months(start), months), parts.whole(1))
    inside = parts.call("LEAST", parts.call("GREATEST", index, parts.whole(12)), parts.whole(119_000))
    return _later(parts.cast(parts.add(dates._first(inside), parts.cast(dates.part("DAY", start), "INT")), "DATE"), -1)


redated(
    "age is days by 365",
    "age completed_years",
    "age",
    lambda start, end: parts.quotient(_days(start, end), parts.whole(365)),
)
redated(
    "age is the difference of the years",
    "age completed_years",
    "age",
    lambda start, end: parts.sub(dates.part("YEAR", end), dates.part("YEAR", start)),
)
redated(
    "a birthday is kept a day early",
    "age completed_years",
    "age",
    lambda start, end: parts.quotient(
        dates.on_dates("completed_months", [_later(start, -1), end]).value, parts.whole(12)
    ),
)
redated(
    "months are counted without looking at the day",
    "completed_months",
    "completed_months",
    lambda start, end: parts.sub(dates._months(end), dates._months(start)),
)
redated(
    "both days are counted",
    "days_between",
    "days_between",
    lambda start, end: parts.add(_days(start, end), parts.whole(1)),
)
redated("days are counted backwards", "days_between", "days_between", lambda start, end: _days(end, start))
redated(
    "a month after the 31st runs over into the next",
    "add_months",
    "adding",
    lambda start, months: _run_over(start, months),
)
redated("the last of the month is the first of the next", "last_of_month", "parts_of_dates", lambda day: _later(day, 1))
redated(
    "the month is counted from 0",
    "month_of",
    "parts_of_dates",
    lambda day: parts.sub(dates.part("MONTH", day), parts.whole(1)),
)


@compiling("a date outside the calendar is unknown", "adding")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.OnDates):
        found = go(node)
        return Compiled(found.value, tuple(each for each in found.faults if each[0] is not dates.OUT))
    return None


# --- the law's own values


@compiling("a parameter comes into force a day late", "parameters")
def _(node: Any, frame: Any, go: Go) -> Any:
    if isinstance(node, typed.Dated) and node.on is not None:
        back = typed.Literal(typed.Number(DAYS, Shape(-1, -1, 0)), Fraction(-1))
        return go(replace(node, on=typed.OnDates(typed.Day(), "add_days", (node.on, back))))
    return None


@compiling("a parameter at a date is read at the run's date", "parameters")
def _(node: Any, frame: Any, go: Go) -> Any:
    return go(replace(node, on=None)) if isinstance(node, typed.Dated) and node.on is not None else None


def believed(
    error: str, operators: tuple[str, ...], change: Callable[[Any, Any, Any], Any], engine: str = "sql"
) -> None:
    """Note a fault in which values of a parameter bind."""

    def plant(patch: Patch) -> None:
        original = Parameter.binding
        patch.setattr(Parameter, "binding", lambda self, known: change(original, self, known))

    PLANTED.append(Planted(error, engine, operators, plant))


believed("what was known when is ignored", ("parameters",), lambda original, self, known: original(self, None))
believed(
    "the end of a value is ignored",
    ("parameters",),
    lambda original, self, known: tuple(replace(each, valid_to=None) for each in original(self, known)),
)
believed(
    "the end of a value is its last day",
    ("parameters",),
    lambda original, self, known: tuple(
        replace(each, valid_to=each.valid_to + timedelta(days=1)) if each.valid_to else each
        for each in original(self, known)
    ),
)
believed(
    "a bracket begins above its start",
    ("scales",),
    lambda original, self, known: tuple(
        replace(
            each,
            value=Scale(tuple(Bracket(step.start + Fraction(1, 100), step.gives) for step in each.value.brackets)),
        )
        if isinstance(each.value, Scale)
        else each
        for each in original(self, known)
    ),
)


# --- collections


def gathered(error: str, operators: tuple[str, ...], change: Callable[[Any], Any]) -> None:
    """Note an aggregate compiled as another one."""

    @sql(error, *operators)
    def plant(patch: Patch) -> None:
        original = gathering.Gathering.add
        patch.setattr(gathering.Gathering, "add", lambda self, node: original(self, change(node)))


def _other(kinds: tuple[str, ...], **changes: Any) -> Callable[[Any], Any]:
    return lambda node: replace(node, **changes) if node.kind in kinds else node


def _known_predicate(node: Any) -> Any:
    if node.predicate is None:
        return node
    return replace(node, predicate=typed.IfUnknown(YES_NO, node.predicate, typed.Literal(YES_NO, node.kind == "all")))


gathered("a count ignores its predicate (peer defect 1)", ("count",), _other(("count",), predicate=None))
gathered("a sum ignores its predicate", ("sum",), _other(("sum",), predicate=None))
gathered("an unknown predicate is taken for no", ("count", "sum", "any", "all"), _known_predicate)
gathered("the smallest of many is the largest", ("least",), _other(("min",), kind="max"))
gathered("any is taken for all", ("any",), _other(("any",), kind="all"))


@sql("a row with an unknown value is left out of the sum", "sum")
def _(patch: Patch) -> None:
    patch.setattr(plan.RowFrame, "sure", lambda self, node: True)


@sql("a sum of no rows is unknown", "sum", "count")
def _(patch: Patch) -> None:
    original = parts.call

    def planted(name: str, *arguments: Any) -> Any:
        return arguments[0] if name == "COALESCE" else original(name, *arguments)

    patch.setattr(gathering, "call", planted)


@sql("equal values are summed once", "sum")
def _(patch: Patch) -> None:
    class Sums:
        def __getattr__(self, name: str) -> Any:
            if name == "Sum":
                return lambda this: exp.Sum(this=exp.Distinct(expressions=[this]))
            return getattr(exp, name)

    patch.setattr(gathering, "exp", Sums())


@sql("a thing without a house is left out (inner join)", "facts")
def _(patch: Patch) -> None:
    original = plan.ImportFrame.joins

    def planted(self: Any) -> Any:
        found = original(self)
        for join in found:
            join.set("side", None)
        return found

    patch.setattr(plan.ImportFrame, "joins", planted)


# --- rules


@sql("what a clause makes of unknown is forgotten", "unknown_means", "none_of")
def _(patch: Patch) -> None:
    original = parts.call
    patch.setattr(clauses, "call", lambda name, *more: more[0] if name == "COALESCE" else original(name, *more))


@sql("excludes and admits are mixed up", "unknown_means")
def _(patch: Patch) -> None:
    original = clauses._boolean
    patch.setattr(clauses, "_boolean", lambda value: original(not value))


@sql("none_of is met where one is", "none_of")
def _(patch: Patch) -> None:
    patch.setattr(clauses, "negated", lambda value: value)


@sql("any_of asks for all", "any_of")
def _(patch: Patch) -> None:
    patch.setattr(clauses, "some", parts.every)


@sql("the last clause decides", "all_of", "any_of")
def _(patch: Patch) -> None:
    patch.setattr(clauses, "case", lambda branches, otherwise=None: parts.case(list(reversed(branches)), otherwise))


# --- the reference engine: right by definition only while the tables say so


def rounding_naively(error: str, wrong: dict[RoundingName, RoundingName]) -> None:
    """Note a rounding of the reference engine taken for another."""

    @naive(error, "roundings")
    def plant(patch: Patch) -> None:
        original = exactly.round_exactly
        everywhere(patch, original, lambda value, places, name: original(value, places, wrong.get(name, name)))


rounding_naively("half to even is taken for half up", {RoundingName.HALF_EVEN: RoundingName.HALF_UP})
rounding_naively("floor is taken for truncation", {RoundingName.FLOOR: RoundingName.DOWN})


def valuing(error: str, *operators: str) -> Callable[[Callable[[Any, str, Any, Any, Go], Any]], None]:
    """Note a fault in how the reference engine values one node: ``change`` gives a tuple of the value, or None."""

    def note(change: Callable[[Any, str, Any, Any, Any], Any]) -> None:
        def plant(patch: Patch) -> None:
            original = reference.Evaluator.value

            def planted(self: Any, entity: str, node: Any, row: Any) -> Any:
                found = change(self, entity, node, row, lambda each: original(self, entity, each, row))
                return original(self, entity, node, row) if found is None else found[0]

            patch.setattr(reference.Evaluator, "value", planted)

        PLANTED.append(Planted(error, "reference", operators, plant))

    return note


@valuing("an unknown is added as 0", "plus")
def _(self: Any, entity: str, node: Any, row: Any, go: Any) -> Any:
    if isinstance(node, typed.Arithmetic) and node.sign == "+":
        return ((go(node.left) or Fraction(0)) + (go(node.right) or Fraction(0)),)
    return None


@valuing("> lets the equal in (peer defect 14)", "order")
def _(self: Any, entity: str, node: Any, row: Any, go: Any) -> Any:
    return (go(replace(node, sign=">=")),) if isinstance(node, typed.Compared) and node.sign == ">" else None


@valuing("and stops at the first false part", "and")
def _(self: Any, entity: str, node: Any, row: Any, go: Any) -> Any:
    if isinstance(node, typed.Both):
        for each in node.operands:
            if go(each) is False:
                return (False,)
    return None


@valuing("a count ignores its predicate (peer defect 1)", "count")
def _(self: Any, entity: str, node: Any, row: Any, go: Any) -> Any:
    if isinstance(node, typed.Gathered) and node.kind == "count" and node.predicate is not None:
        return (go(replace(node, predicate=None)),)
    return None


@valuing("a parameter at a date is read at the run's date", "parameters")
def _(self: Any, entity: str, node: Any, row: Any, go: Any) -> Any:
    return (go(replace(node, on=None)),) if isinstance(node, typed.Dated) and node.on is not None else None


believed(
    "what was known when is ignored", ("parameters",), lambda original, self, known: original(self, None), "reference"
)


@naive("a birthday on 29 February is kept on the 28th", "age", "completed_months")
def _(patch: Patch) -> None:
    def planted(start: Any, months: int, end: Any) -> bool:
        index = start.year * 12 + start.month - 1 + months
        year, month = index // 12, index % 12 + 1
        if not 1 <= year <= 9999:
            return year < 1
        return (year, month, min(start.day, calendar._days_in(year, month))) <= (end.year, end.month, end.day)

    everywhere(patch, calendar._anniversary_reached, planted)


@naive("2000 was not a leap year", "parts_of_dates")
def _(patch: Patch) -> None:
    original = calendar._days_in
    everywhere(patch, original, lambda year, month: 28 if (year, month) == (2000, 2) else original(year, month))


@naive("all of no rows is false", "all")
def _(patch: Patch) -> None:
    original = reference.three_valued_all
    everywhere(patch, original, lambda values: original(values) if values else False)


@naive("an unknown part of an or is false", "or", "any", "any_of")
def _(patch: Patch) -> None:
    everywhere(patch, reference.three_valued_any, lambda values: any(each is True for each in values))
