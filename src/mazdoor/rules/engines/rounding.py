"""Rounding in the reference engine, in words: the two neighbours, and which of them the name chooses."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from mazdoor.kernel.numbers import RoundingName


def round_exactly(value: Fraction, places: int, rounding: RoundingName) -> Fraction:
    """``value`` to ``places`` decimal places."""
    unit = Fraction(1, 10**places)
    below = floor(value / unit) * unit
    if below == value:
        return value
    above = below + unit
    nearer_zero, further = (below, above) if value > 0 else (above, below)
    match rounding:
        case RoundingName.FLOOR:
            return below
        case RoundingName.CEILING:
            return above
        case RoundingName.DOWN:
            return nearer_zero
        case RoundingName.UP:
            return further
    middle = (below + above) / 2
    if value < middle:
        return below
    if value > middle:
        return above
    match rounding:
        case RoundingName.HALF_UP:
            return further
        case RoundingName.HALF_DOWN:
            return nearer_zero
        case RoundingName.HALF_EVEN:
            return below if (below / unit) % 2 == 0 else above
    raise AssertionError(rounding)
