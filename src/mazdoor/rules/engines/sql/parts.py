"""Small builders of SQL: literals, casts, cases, scaling. Everything typed exactly; nothing is left to an engine's taste.

Nodes are shared, never copied and never changed: sqlglot copies the whole tree once, when it is written out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TypeAlias

from sqlglot import exp

from mazdoor.kernel.numbers import Shape

Sql: TypeAlias = exp.Expression
_SMALL = 18
"""Digits that a BIGINT surely holds."""

YES: Sql = exp.true()
NO: Sql = exp.false()


@dataclass(frozen=True)
class Compiled:
    """SQL of a formula: its value, and the conditions under which it has none (null counts as not true)."""

    value: Sql
    faults: tuple[tuple[Sql, Sql], ...] = ()
    """(what is wrong as text, the condition under which it is)."""


@cache
def _type(kind: str) -> exp.DataType:
    return exp.DataType.build(kind)


def integer_type(shape: Shape) -> str:
    """The SQL type that holds a number of ``shape`` as a whole count."""
    return "BIGINT" if shape.digits <= _SMALL else "INT128"


def cast(value: Sql, kind: str) -> Sql:
    """``CAST(value AS kind)``."""
    return exp.Cast(this=value, to=_type(kind))


def whole(value: int, kind: str = "BIGINT") -> Sql:
    """A written whole number of an exact type."""
    literal: Sql = exp.Literal.number(abs(value))
    if value < 0:
        literal = exp.Neg(this=literal)
    return exp.Cast(this=exp.Paren(this=literal) if value < 0 else literal, to=_type(kind))


def text(value: str) -> Sql:
    """A written text."""
    return exp.Literal.string(value)


def day(value: date) -> Sql:
    """A written date."""
    return exp.cast(exp.Literal.string(value.isoformat()), "DATE")


def null() -> Sql:
    """Unknown."""
    return exp.Null()


def column(table: str, name: str) -> Sql:
    """``table.name``."""
    return exp.column(name, table=table, quoted=True)


def paren(value: Sql) -> Sql:
    """``value`` in brackets."""
    return exp.Paren(this=value)


def add(left: Sql, right: Sql) -> Sql:
    """``(left + right)``."""
    return exp.Paren(this=exp.Add(this=left, expression=right))


def sub(left: Sql, right: Sql) -> Sql:
    """``(left - right)``."""
    return exp.Paren(this=exp.Sub(this=left, expression=right))


def mul(left: Sql, right: Sql) -> Sql:
    """``(left * right)``."""
    return exp.Paren(this=exp.Mul(this=left, expression=right))


def quotient(left: Sql, right: Sql, kind: str = "BIGINT", digits: int = _SMALL) -> Sql:
    """Whole quotient of two numbers of type ``kind``, towards zero; it has at most ``digits`` digits.

    The node remembers both: not every engine divides long numbers exactly (``writing`` says which, and what is written).
    """
    return exp.IntDiv(this=paren(left), expression=paren(right), kind=kind, digits=digits)


def days_from(start: Sql, end: Sql) -> Sql:
    """Days from ``start`` to ``end``, as a whole number; negative where ``end`` is before."""
    return cast(exp.DateDiff(this=end, expression=start), "BIGINT")


def remainder(left: Sql, right: Sql) -> Sql:
    """What the whole quotient leaves, with the sign of ``left``."""
    return exp.Paren(this=exp.Mod(this=paren(left), expression=paren(right)))


def compare(sign: str, left: Sql, right: Sql) -> Sql:
    """``(left sign right)``."""
    kinds = {"=": exp.EQ, "<>": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
    return exp.Paren(this=kinds[sign](this=left, expression=right))


def every(parts: Sequence[Sql]) -> Sql:
    """``a AND b AND …``."""
    return exp.Paren(this=exp.and_(*parts, copy=False)) if parts else exp.true()


def some(parts: Sequence[Sql]) -> Sql:
    """``a OR b OR …``."""
    return exp.Paren(this=exp.or_(*parts, copy=False)) if parts else exp.false()


def negated(part: Sql) -> Sql:
    """``NOT a``."""
    return exp.Paren(this=exp.Not(this=paren(part)))


def is_null(value: Sql) -> Sql:
    """``value IS NULL``."""
    return exp.Paren(this=exp.Is(this=paren(value), expression=exp.Null()))


def is_not_null(value: Sql) -> Sql:
    """``value IS NOT NULL``."""
    return negated(exp.Is(this=paren(value), expression=exp.Null()))


def case(branches: Sequence[tuple[Sql, Sql]], otherwise: Sql | None = None) -> Sql:
    """``CASE WHEN … THEN … ELSE … END``; without branches, ``otherwise``."""
    if not branches:
        return exp.Null() if otherwise is None else otherwise
    return exp.Case(
        ifs=[exp.If(this=condition, true=value) for condition, value in branches],
        default=(otherwise or exp.Null()),
    )


def call(name: str, *arguments: Sql) -> Sql:
    """A function by its own name, the same in all engines."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def rescaled(value: Sql, shape: Shape, scale: int) -> tuple[Sql, Shape]:
    """A whole count at ``shape.scale`` as a count at ``scale`` (never coarser), and its new shape."""
    if scale == shape.scale:
        return value, shape
    wider = shape.at_scale(scale)
    kind = integer_type(wider)
    return mul(cast(value, kind), whole(10 ** (scale - shape.scale), kind)), wider


def guarded(condition: Sql, faults: Sequence[tuple[Sql, Sql]]) -> tuple[tuple[Sql, Sql], ...]:
    """``faults`` that only count where ``condition`` is true."""
    return tuple((what, every([condition, fault])) for what, fault in faults)


def alias(value: Sql, name: str, *, quoted: bool = False, table: bool = False) -> Sql:
    """``value AS name``."""
    identifier = exp.to_identifier(name, quoted=quoted)
    if table:
        return exp.Table(this=value.this, alias=exp.TableAlias(this=identifier))
    return exp.Alias(this=value, alias=identifier)
