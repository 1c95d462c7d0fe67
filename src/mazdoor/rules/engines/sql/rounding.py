"""Rounding in SQL, on whole numbers only: quotients are taken towards zero, and a correction is added beforehand."""

from __future__ import annotations

from mazdoor.kernel.numbers import RoundingName
from mazdoor.rules.engines.sql.parts import (
    Sql,
    add,
    call,
    case,
    cast,
    compare,
    mul,
    quotient,
    remainder,
    sub,
    whole,
)


def rounded_quotient(
    top: Sql, bottom: Sql, rounding: RoundingName, kind: str, *, bottom_positive: bool, digits: int
) -> Sql:
    """``top / bottom`` to a whole number of at most ``digits`` digits, null where ``bottom`` is 0.

    Both are whole numbers of type ``kind``, and ``kind`` also holds them doubled and added to each other.
    """
    zero, one, two = whole(0, kind), whole(1, kind), whole(2, kind)
    if not bottom_positive:
        turned = case([(compare("<", bottom, zero), mul(top, whole(-1, kind)))], top)
        top, bottom = turned, call("NULLIF", call("ABS", bottom), zero)
    negative = compare("<", top, zero)

    def away(step: Sql) -> Sql:
        """``top`` moved ``step`` away from zero."""
        return case([(negative, sub(top, step))], add(top, step))

    def half(step: Sql) -> Sql:
        """The nearest: doubled, moved ``step`` away from zero, and divided by twice ``bottom``."""
        doubled = mul(top, two)
        moved = case([(negative, sub(doubled, step))], add(doubled, step))
        return quotient(moved, mul(bottom, two), kind, digits)

    match rounding:
        case RoundingName.DOWN:
            found = quotient(top, bottom, kind, digits)
        case RoundingName.UP:
            found = quotient(away(sub(bottom, one)), bottom, kind, digits)
        case RoundingName.FLOOR:
            found = quotient(case([(negative, sub(top, sub(bottom, one)))], top), bottom, kind, digits)
        case RoundingName.CEILING:
            found = quotient(case([(compare(">", top, zero), add(top, sub(bottom, one)))], top), bottom, kind, digits)
        case RoundingName.HALF_UP:
            found = half(bottom)
        case RoundingName.HALF_DOWN:
            found = half(sub(bottom, one))
        case RoundingName.HALF_EVEN:
            # Exactly half: the quotient towards zero, moved away from zero if it is odd.
            towards = cast(quotient(top, bottom, kind, digits), kind)
            tie = compare("=", mul(call("ABS", remainder(top, bottom)), two), bottom)
            found = case([(tie, add(towards, remainder(towards, two)))], half(bottom))
            odd_below_zero = compare("=", towards, zero)
            found = case([(odd_below_zero, case([(tie, zero)], half(bottom)))], found)
    return cast(found, kind)
