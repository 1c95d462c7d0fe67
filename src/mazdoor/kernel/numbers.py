"""The one numeric domain: how large, how fine, how rounded, and a refusal instead of an overflow.

A number is a whole count of its last decimal place: Rs 12.50 is 1250 at scale 2. Every value therefore has a *scale*
(decimal places) and at most :data:`LARGEST_DIGITS` digits in all, whichever engine holds it. Engines differ in decimal
division, in rounding and in overflow; on whole numbers they agree, so every engine computes on whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

LARGEST_DIGITS: Final = 37
"""Digits of the largest number anywhere. One less than DuckDB and Spark hold, so that doubling to round cannot overflow."""

LARGEST_SCALE: Final = 18
"""Decimal places of the finest number."""

MONEY_SCALE: Final = 2
"""Rupees are held to the paisa."""

MONEY_DIGITS: Final = 15
"""Digits of a sum of money in facts: up to Rs 9,999,999,999,999.99, fifty times Ehsaas Emergency Cash."""

MOST_ROWS: Final = 10_000
"""An aggregate runs over at most so many rows of one household, person or family; more are refused."""


class NumberTooLarge(ArithmeticError):
    """A number outside the domain. It is refused; it never wraps and is never cut."""


class RoundingName(StrEnum):
    """Every rounding a law may ask for. Half means exactly half of the last place kept."""

    DOWN = "down"
    """Towards zero: the part is dropped."""
    UP = "up"
    """Away from zero: any part counts as a whole."""
    FLOOR = "floor"
    """Towards the smaller number, also below zero."""
    CEILING = "ceiling"
    """Towards the larger number, also below zero."""
    HALF_UP = "half_up"
    """The nearest; exactly half counts as a whole ("six months or more")."""
    HALF_DOWN = "half_down"
    """The nearest; exactly half is dropped ("in excess of six months")."""
    HALF_EVEN = "half_even"
    """The nearest; exactly half goes to the even neighbour."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a number can be: from ``low`` to ``high``, both whole counts of its last place, with ``scale`` places."""

    low: int
    high: int
    scale: int

    def __post_init__(self) -> None:
        if self.digits > LARGEST_DIGITS or self.scale > LARGEST_SCALE:
            raise NumberTooLarge(
                f"this may be a number of {self.digits} digits with {self.scale} decimal places; "
                f"the domain ends at {LARGEST_DIGITS} digits and {LARGEST_SCALE} decimal places"
            )

    @staticmethod
    def of(digits: int, scale: int = 0) -> Shape:
        """Any number of at most ``digits`` digits, of which ``scale`` after the point."""
        bound: int = 10**digits
        return Shape(1 - bound, bound - 1, scale)

    @property
    def largest(self) -> int:
        """The largest whole count, whatever its sign."""
        return max(abs(self.low), abs(self.high))

    @property
    def digits(self) -> int:
        """Digits of the largest number, decimal places included."""
        return max(len(str(self.largest)), self.scale)

    def at_scale(self, scale: int) -> Shape:
        """The same numbers written with ``scale`` decimal places (never fewer than now)."""
        more = 10 ** max(0, scale - self.scale)
        return Shape(self.low * more, self.high * more, max(scale, self.scale))

    def holds(self, value: Fraction) -> bool:
        """Whether ``value`` is one of these numbers: within bounds, and no finer than the scale."""
        counted: Fraction = value * 10**self.scale
        return counted.denominator == 1 and self.low <= counted <= self.high

    def times_rows(self) -> Shape:
        """What a sum of such numbers over the rows of one unit can be."""
        return Shape(min(self.low, 0) * MOST_ROWS, max(self.high, 0) * MOST_ROWS, self.scale)


def _alike(left: Shape, right: Shape) -> tuple[Shape, Shape]:
    scale = max(left.scale, right.scale)
    return left.at_scale(scale), right.at_scale(scale)


def sum_shape(left: Shape, right: Shape) -> Shape:
    """What ``left + right`` can be."""
    left, right = _alike(left, right)
    return Shape(left.low + right.low, left.high + right.high, left.scale)


def negative_shape(shape: Shape) -> Shape:
    """What ``-x`` can be."""
    return Shape(-shape.high, -shape.low, shape.scale)


def wider_shape(left: Shape, right: Shape) -> Shape:
    """What is either ``left`` or ``right`` can be."""
    left, right = _alike(left, right)
    return Shape(min(left.low, right.low), max(left.high, right.high), left.scale)


def smaller_shape(left: Shape, right: Shape) -> Shape:
    """What the smaller of two can be."""
    left, right = _alike(left, right)
    return Shape(min(left.low, right.low), min(left.high, right.high), left.scale)


def larger_shape(left: Shape, right: Shape) -> Shape:
    """What the larger of two can be."""
    left, right = _alike(left, right)
    return Shape(max(left.low, right.low), max(left.high, right.high), left.scale)


def product_shape(left: Shape, right: Shape) -> Shape:
    """What ``left * right`` can be."""
    corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    return Shape(min(corners), max(corners), left.scale + right.scale)


def quotient_shape(top: Shape, bottom: Shape, places: int) -> Shape:
    """What ``top / bottom`` rounded to ``places`` can be (``bottom`` not 0).

    Raises :class:`NumberTooLarge` also where the whole numbers an engine divides would not fit, doubled to round.
    """
    scaled_top, scaled_bottom = top.largest * 10 ** (bottom.scale + places), bottom.largest * 10**top.scale
    Shape(0, 2 * (scaled_top + scaled_bottom), 0)
    smallest = bottom.low if bottom.low > 0 else -bottom.high if bottom.high < 0 else 1
    largest = scaled_top // (smallest * 10**top.scale) + 1
    one_sign = bottom.low > 0
    return Shape(0 if one_sign and top.low >= 0 else -largest, 0 if one_sign and top.high <= 0 else largest, places)


def shape_of(value: Fraction) -> Shape:
    """The smallest shape of one known number. Raises :class:`NumberTooLarge` where its decimals never end."""
    scale = 0
    while (value * 10**scale).denominator != 1:
        scale += 1
        if scale > LARGEST_SCALE:
            raise NumberTooLarge("a number has more decimal places than the domain holds")
    return Shape(int(value * 10**scale), int(value * 10**scale), scale)
