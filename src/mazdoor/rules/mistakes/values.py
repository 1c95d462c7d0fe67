"""What a value can be, and how what two values can be comes together: bounds, codes, yes and no, known and unknown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any

from mazdoor.rules.language import typed

ORDERS = {
    "=": frozenset("="),
    "<>": frozenset("<>"),
    "<": frozenset("<"),
    "<=": frozenset("<="),
    ">": frozenset(">"),
    ">=": frozenset(">="),
}
TURNED = {"<": ">", ">": "<", "=": "="}
NOT = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Possible:
    """What a value can be. Numbers and dates lie between ``low`` and ``high`` (None: no bound), codes in ``codes``."""

    known: bool = True
    unknown: bool = False
    yes: bool = True
    no: bool = True
    low: Any = None
    high: Any = None
    codes: frozenset[str] | None = None

    @property
    def empty(self) -> bool:
        """Whether no value is left at all."""
        crossed = self.low is not None and self.high is not None and self.low > self.high
        nothing = crossed or self.codes == frozenset() or not (self.yes or self.no)
        return (nothing or not self.known) and not self.unknown


ANYTHING = Possible(unknown=True)
NEVER_KNOWN = Possible(known=False, unknown=True, yes=False, no=False)


def exactly(value: Any) -> Possible:
    """This value and no other."""
    if isinstance(value, bool):
        return Possible(yes=value, no=not value)
    if isinstance(value, str):
        return Possible(codes=frozenset({value}))
    return Possible(low=value, high=value)


def codes_of(kind: typed.Type) -> frozenset[str] | None:
    """The codes a text of this type can hold; None where any will do."""
    return frozenset(kind.one_of) if isinstance(kind, typed.Text) and kind.one_of else None


def bounded(node: typed.Expression, value: Possible) -> Possible:
    """A number lies inside the domain its type states."""
    if not isinstance(node.type, typed.Number):
        return value
    step = 10**node.type.shape.scale
    return between(value, Fraction(node.type.shape.low, step), Fraction(node.type.shape.high, step))


def between(value: Possible, low: Any, high: Any) -> Possible:
    """``value`` narrowed to lie from ``low`` to ``high`` (None: no bound)."""
    lowest = low if value.low is None else value.low if low is None else max(value.low, low)
    highest = high if value.high is None else value.high if high is None else min(value.high, high)
    return replace(value, low=lowest, high=highest)


def joined(one: Possible, other: Possible) -> Possible:
    """What is one or the other."""
    if not one.known or not other.known:
        return replace(other if not one.known else one, unknown=one.unknown or other.unknown)
    return Possible(
        known=True,
        unknown=one.unknown or other.unknown,
        yes=one.yes or other.yes,
        no=one.no or other.no,
        low=None if one.low is None or other.low is None else min(one.low, other.low),
        high=None if one.high is None or other.high is None else max(one.high, other.high),
        codes=None if one.codes is None or other.codes is None else one.codes | other.codes,
    )


def compared(sign: str, left: Possible, right: Possible) -> Possible:
    """What ``left sign right`` can be, both known."""
    orders: set[str] = set()
    if left.codes is not None and right.codes is not None:
        if left.codes & right.codes:
            orders.add("=")
        if not (len(left.codes) == 1 and left.codes == right.codes):
            orders |= {"<", ">"}
    else:
        unbounded = left.low is None or right.high is None
        if unbounded or left.low < right.high:
            orders.add("<")
        unbounded_above = left.high is None or right.low is None
        if unbounded_above or left.high > right.low:
            orders.add(">")
        apart = (not unbounded and left.low > right.high) or (not unbounded_above and left.high < right.low)
        if not apart:
            orders.add("=")
    return Possible(yes=bool(orders & ORDERS[sign]), no=bool(orders - ORDERS[sign]))


def quotient(top: Possible, bottom: Possible, places: int) -> Possible:
    """What ``top / bottom``, rounded to ``places``, can be; anything where the divisor may be zero."""
    if bottom.low <= 0 <= bottom.high:
        return Possible()
    corners = [a / b for a in (top.low, top.high) for b in (bottom.low, bottom.high)]
    step = Fraction(1, 10**places)
    return Possible(low=min(corners) - step, high=max(corners) + step)


def at_most(bound: Any, kind: typed.Type, *, strict: bool) -> Any:
    """The largest value of ``kind`` not above ``bound`` (below it, where ``strict``)."""
    if isinstance(kind, typed.Number):
        step = 10**kind.shape.scale
        return Fraction(ceil(bound * step) - 1 if strict else floor(bound * step), step)
    if strict and isinstance(bound, date):
        return bound if bound == date.min else bound - timedelta(days=1)
    return bound


def at_least(bound: Any, kind: typed.Type, *, strict: bool) -> Any:
    """The smallest value of ``kind`` not below ``bound`` (above it, where ``strict``)."""
    if isinstance(kind, typed.Number):
        step = 10**kind.shape.scale
        return Fraction(floor(bound * step) + 1 if strict else ceil(bound * step), step)
    if strict and isinstance(bound, date):
        return bound if bound == date.max else bound + timedelta(days=1)
    return bound
