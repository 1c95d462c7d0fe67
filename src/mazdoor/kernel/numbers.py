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

ROWS_DIGITS: Final = 6
"""A sum runs over fewer than a million rows of one household, person or family."""


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
    """What a number can be: ``digits`` in all, of which ``scale`` after the point."""

    digits: int
    scale: int

    def __post_init__(self) -> None:
        if self.digits > LARGEST_DIGITS or self.scale > LARGEST_SCALE:
            raise NumberTooLarge(
                f"a number of {self.digits} digits with {self.scale} decimal places is outside the domain "
                f"({LARGEST_DIGITS} digits, {LARGEST_SCALE} decimal places)"
            )

    @property
    def whole(self) -> int:
        """Digits before the point."""
        return self.digits - self.scale

    @property
    def bound(self) -> int:
        """The first whole count of last places that does not fit: every value lies strictly between -bound and bound."""
        return 10 ** int(self.digits)

    def at_scale(self, scale: int) -> Shape:
        """The same numbers written with ``scale`` decimal places (never fewer than now)."""
        return Shape(self.digits + max(0, scale - self.scale), max(scale, self.scale))

    def holds(self, value: Fraction) -> bool:
        """Whether ``value`` is one of these numbers: not too large, and no finer than the scale."""
        counted = value * 10**self.scale
        return counted.denominator == 1 and abs(counted) < self.bound


def sum_shape(left: Shape, right: Shape) -> Shape:
    """What ``left + right`` or ``left - right`` can be."""
    scale = max(left.scale, right.scale)
    return Shape(max(left.whole, right.whole) + 1 + scale, scale)


def wider_shape(left: Shape, right: Shape) -> Shape:
    """What is either ``left`` or ``right`` can be."""
    scale = max(left.scale, right.scale)
    return Shape(max(left.whole, right.whole) + scale, scale)


def product_shape(left: Shape, right: Shape) -> Shape:
    """What ``left * right`` can be."""
    return Shape(left.digits + right.digits, left.scale + right.scale)


def shape_of(value: Fraction) -> Shape:
    """The smallest shape of one known number. Raises :class:`NumberTooLarge` where its decimals never end."""
    scale = 0
    while (value * 10**scale).denominator != 1:
        scale += 1
        if scale > LARGEST_SCALE:
            raise NumberTooLarge("a number has more decimal places than the domain holds")
    return Shape(max(len(str(abs(int(value * 10**scale)))), scale, 1), scale)
