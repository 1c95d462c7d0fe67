"""Typed tree → SQL, operator by operator, in the frame of one row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Protocol

from sqlglot import exp

from mazdoor.kernel.numbers import LARGEST_DIGITS, Shape, shape_of
from mazdoor.rules.engines.sql import dates
from mazdoor.rules.engines.sql.parts import (
    Compiled,
    Sql,
    add,
    call,
    case,
    cast,
    compare,
    day,
    every,
    guarded,
    integer_type,
    is_not_null,
    is_null,
    mul,
    negated,
    null,
    rescaled,
    some,
    sub,
    text,
    whole,
)
from mazdoor.rules.engines.sql.rounding import rounded_quotient
from mazdoor.rules.language import typed
from mazdoor.rules.language.units import PLAIN
from mazdoor.rules.model import DatedValue, Parameter, ParameterValue, Scale

ZERO_DIVISOR = text("division by zero")
MUST_BE_KNOWN = text("a fact is unknown that must be known")


class Frame(Protocol):
    """Where a formula stands: how facts, named results and aggregates of its row are written."""

    at: date
    known: date | None

    def read(self, node: typed.Field | typed.Named) -> Compiled:
        """The column of a fact or named result."""

    def gathered(self, node: typed.Gathered) -> Compiled:
        """The column of an aggregate."""

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name."""


def literal(value: Fraction | bool | str | date, kind: typed.Type) -> Sql:
    """A written value; a number as a whole count at the scale of its type."""
    if isinstance(kind, typed.Number):
        assert isinstance(value, Fraction)
        return whole(int(value * 10**kind.shape.scale), integer_type(kind.shape))
    if isinstance(value, bool):
        return exp_boolean(value)
    return day(value) if isinstance(value, date) else text(str(value))


def exp_boolean(value: bool) -> Sql:
    """``TRUE`` or ``FALSE``."""
    return exp.true() if value else exp.false()


def compile_expression(node: typed.Expression, frame: Frame) -> Compiled:
    """The SQL of ``node`` in ``frame``."""
    match node:
        case typed.Literal(value=value, type=kind):
            return Compiled(literal(value, kind))
        case typed.RunDate():
            return Compiled(day(frame.at))
        case typed.Field() | typed.Named():
            return frame.read(node)
        case typed.Gathered():
            return frame.gathered(node)
        case typed.Dated():
            return _dated(node, frame)
        case typed.Bracketed():
            return _bracketed(node, frame)
        case typed.Rounded():
            return _rounded(node, frame)
        case typed.Chosen():
            return _chosen(node, frame)
    parts = [compile_expression(child, frame) for child in typed.children(node)]
    faults = tuple(fault for part in parts for fault in part.faults)
    values = [part.value for part in parts]
    match node:
        case typed.Negative(type=kind):
            return Compiled(mul(values[0], whole(-1, integer_type(kind.shape))), faults)
        case typed.Arithmetic():
            return Compiled(_arithmetic(node, values), faults)
        case typed.Compared(sign=sign, left=left, right=right):
            one, other = _alike([left, right], values)
            return Compiled(compare(sign, one, other), faults)
        case typed.Both():
            return Compiled(every(values), faults)
        case typed.Either():
            return Compiled(some(values), faults)
        case typed.Not():
            return Compiled(negated(values[0]), faults)
        case typed.Member(subject=subject, members=members):
            hits = []
            for member in members:
                one, other = _alike([subject, member], [values[0], literal(member.value, member.type)])
                hits.append(compare("=", one, other))
            return Compiled(some(hits), faults)
        case typed.Required():
            return Compiled(values[0], (*faults, (MUST_BE_KNOWN, is_null(values[0]))))
        case typed.IsUnknown():
            return Compiled(is_null(values[0]), faults)
        case typed.IfUnknown(operand=operand, otherwise=otherwise):
            return Compiled(call("COALESCE", *_to_type([operand, otherwise], values, node.type)), faults)
        case typed.Extreme(kind=which, operands=operands):
            same = _to_type(list(operands), values, node.type)
            # LEAST and GREATEST pass over unknowns; here one unknown makes the result unknown.
            known = every([is_not_null(value) for value in same])
            return Compiled(case([(known, call("LEAST" if which == "min" else "GREATEST", *same))]), faults)
        case typed.StartsWith(prefix=prefix):
            return Compiled(compare("=", call("LEFT", values[0], whole(len(prefix), "INT")), text(prefix)), faults)
        case typed.OnDates(name=name):
            found = dates.on_dates(name, values)
            return Compiled(found.value, faults + found.faults)
    raise AssertionError(f"the SQL engine does not know {type(node).__name__}")


def _shape(node: typed.Expression) -> Shape:
    assert isinstance(node.type, typed.Number)
    return node.type.shape


def _arithmetic(node: typed.Arithmetic, values: list[Sql]) -> Sql:
    kind = integer_type(node.type.shape)
    if node.sign == "*":
        return mul(cast(values[0], kind), cast(values[1], kind))
    left, right = (
        cast(rescaled(value, _shape(side), node.type.shape.scale)[0], kind)
        for side, value in zip((node.left, node.right), values, strict=True)
    )
    return add(left, right) if node.sign == "+" else sub(left, right)


def _alike(nodes: list[typed.Expression], values: list[Sql]) -> list[Sql]:
    """Numbers brought to one scale, so that their counts compare like themselves."""
    if not isinstance(nodes[0].type, typed.Number):
        return values
    scale = max(_shape(node).scale for node in nodes)
    return [rescaled(value, _shape(node), scale)[0] for node, value in zip(nodes, values, strict=True)]


def _to_type(nodes: list[typed.Expression], values: list[Sql], kind: typed.Type) -> list[Sql]:
    """Values of branches, each as a value of the common type."""
    if not isinstance(kind, typed.Number):
        return values
    wanted = integer_type(kind.shape)
    return [
        cast(rescaled(value, _shape(node), kind.shape.scale)[0], wanted)
        for node, value in zip(nodes, values, strict=True)
    ]


def _chosen(node: typed.Chosen, frame: Frame) -> Compiled:
    condition, yes, no = (compile_expression(child, frame) for child in (node.condition, node.yes, node.no))
    first, second = _to_type([node.yes, node.no], [yes.value, no.value], node.type)
    otherwise = negated(condition.value)
    faults = condition.faults + guarded(condition.value, yes.faults) + guarded(otherwise, no.faults)
    return Compiled(case([(condition.value, first), (otherwise, second)]), faults)


def _rounded(node: typed.Rounded, frame: Frame) -> Compiled:
    top, bottom = compile_expression(node.numerator, frame), compile_expression(node.denominator, frame)
    above, below = _shape(node.numerator), _shape(node.denominator)
    # top/10^a ÷ bottom/10^b, counted at `places`: top·10^(b+places) ÷ bottom·10^a, common powers of ten left out.
    more_top, more_bottom = below.scale + node.places, above.scale
    shared = min(more_top, more_bottom)
    more_top, more_bottom = more_top - shared, more_bottom - shared
    longest = max(above.digits + more_top, below.digits + more_bottom) + 1
    kind = integer_type(Shape.of(min(longest, LARGEST_DIGITS)))
    numerator, denominator = cast(top.value, kind), cast(bottom.value, kind)
    if more_top:
        numerator = mul(numerator, whole(10**more_top, kind))
    if more_bottom:
        denominator = mul(denominator, whole(10**more_bottom, kind))
    fixed = constant(node.denominator, frame)
    faults = top.faults + bottom.faults
    # The type says where a number lies: a count and one more is never zero.
    positive = below.low > 0 or (isinstance(fixed, Fraction) and fixed > 0)
    if not positive and (not isinstance(fixed, Fraction) or fixed == 0):
        faults += ((ZERO_DIVISOR, compare("=", bottom.value, whole(0, integer_type(below)))),)
    if fixed == 1 and not more_top and not more_bottom:
        return Compiled(cast(numerator, integer_type(node.type.shape)), faults)
    found = rounded_quotient(
        numerator, denominator, node.rounding, kind, bottom_positive=positive, digits=node.type.shape.digits
    )
    return Compiled(cast(found, integer_type(node.type.shape)), faults)


def constant(node: typed.Expression, frame: Frame) -> Fraction | bool | str | date | None:
    """The value of a node that is the same for every row, or None."""
    if isinstance(node, typed.Literal):
        return node.value
    if isinstance(node, typed.Dated) and node.on is None:
        keys = [constant(key, frame) for key in node.keys]
        if all(isinstance(key, str) for key in keys):
            found = frame.parameter(node.parameter).find(frame.at, frame.known, tuple(str(key) for key in keys))
            return None if found is None or isinstance(found.value, Scale) else found.value
    return None


def _dated(node: typed.Dated, frame: Frame) -> Compiled:
    fixed = constant(node, frame)
    if fixed is not None:
        return Compiled(literal(fixed, node.type))

    def written(value: ParameterValue) -> Sql:
        assert not isinstance(value, Scale)
        return literal(value, node.type)

    return _in_force(node, frame, (), "has no value for a date or key it is asked for", written)


def _bracketed(node: typed.Bracketed, frame: Frame) -> Compiled:
    operand = compile_expression(node.operand, frame)

    def steps(scale: ParameterValue) -> Sql:
        assert isinstance(scale, Scale)
        branches: list[tuple[Sql, Sql]] = []
        for each in reversed(scale.brackets):
            start = typed.Literal(typed.Number(PLAIN, shape_of(each.start)), each.start)
            held, begins = _alike([node.operand, start], [operand.value, literal(start.value, start.type)])
            branches.append((compare(">=", held, begins), literal(each.gives, node.type)))
        return case(branches)

    return _in_force(node, frame, (operand,), "has no bracket for a number, date or key it is asked for", steps)


def _in_force(
    node: typed.Dated | typed.Bracketed,
    frame: Frame,
    also_known: tuple[Compiled, ...],
    missing: str,
    written: Callable[[ParameterValue], Sql],
) -> Compiled:
    """What is in force at the date and under the keys asked for, each value as ``written``; a fault where nothing is."""
    parameter = frame.parameter(node.parameter)
    keys = [compile_expression(key, frame) for key in node.keys]
    on = Compiled(day(frame.at)) if node.on is None else compile_expression(node.on, frame)
    by_key: dict[tuple[str, ...], list[DatedValue]] = {}
    for each in parameter.binding(frame.known):
        by_key.setdefault(each.key, []).append(each)
    tables: list[tuple[Sql, Sql]] = []
    for key, values in by_key.items():
        branches: list[tuple[Sql, Sql]] = []
        for each in reversed(values):
            value = written(each.value)
            if each.valid_to is not None:
                value = case([(compare("<", on.value, day(each.valid_to)), value)])
            branches.append((compare(">=", on.value, day(each.valid_from)), value))
        matches = [
            compare("=", column.value, text(code) if isinstance(said.type, typed.Text) else whole(int(code)))
            for column, said, code in zip(keys, node.keys, key, strict=True)
        ]
        tables.append((every(matches), case(branches)))
    value = tables[0][1] if not node.keys and tables else case(tables)
    if not tables:
        value = cast(null(), integer_type(node.type.shape)) if isinstance(node.type, typed.Number) else null()
    asked = (*keys, on, *also_known)
    known = [is_not_null(each.value) for each in asked]
    faults = tuple(fault for each in asked for fault in each.faults)
    if isinstance(node, typed.Dated) and _never_missing(node, parameter, frame):
        return Compiled(value, faults)
    return Compiled(value, (*faults, (text(f"{parameter.id} {missing}"), every([*known, is_null(value)]))))


def _never_missing(node: typed.Dated, parameter: Parameter, frame: Frame) -> bool:
    """Whether a value is in force at the run's date for every code that the keys can hold (their domains are checked)."""
    codes = [key.type.one_of if isinstance(key.type, typed.Text) else () for key in node.keys]
    if node.on is not None or not all(codes):
        return False
    return all(parameter.find(frame.at, frame.known, each) is not None for each in product(*codes))
