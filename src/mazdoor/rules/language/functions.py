"""The functions of dates: their arguments, their result, and what each means in one sentence.

Completed years and months count anniversaries. A day that a month does not have (29 February, the 31st) has its
anniversary on the first of the next month. Adding months, the other way round, stays inside the month: 31 January and one
month is the last of February. Both are stated here because engines differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mazdoor.kernel.numbers import Shape
from mazdoor.rules.language import typed
from mazdoor.rules.language.units import DAYS, MONTHS, YEARS, Unit

DATE: Final = typed.Day()
_COUNT: Final = Shape(-4_000_000, 4_000_000, 0)
_MONTHS_COUNT: Final = Shape(-120_000, 120_000, 0)
_YEARS_COUNT: Final = Shape(-10_000, 10_000, 0)


@dataclass(frozen=True, slots=True)
class DateFunction:
    """One function: argument types (``None`` unit checks are done by type equality), result and meaning."""

    arguments: tuple[typed.Type, ...]
    result: typed.Type
    meaning: str


def _whole(unit: Unit, shape: Shape = _COUNT) -> typed.Number:
    return typed.Number(unit, shape)


DATE_FUNCTIONS: Final[dict[str, DateFunction]] = {
    "age": DateFunction((DATE, DATE), _whole(YEARS, _YEARS_COUNT), "completed years from a birth date to a date"),
    "completed_years": DateFunction(
        (DATE, DATE), _whole(YEARS, _YEARS_COUNT), "completed years from one date to another"
    ),
    "completed_months": DateFunction(
        (DATE, DATE), _whole(MONTHS, _MONTHS_COUNT), "completed months from one date to another"
    ),
    "days_between": DateFunction((DATE, DATE), _whole(DAYS), "days from one date to another"),
    "add_years": DateFunction(
        (DATE, _whole(YEARS, Shape.of(4))), DATE, "the same day some years on (29 February: the 28th)"
    ),
    "add_months": DateFunction(
        (DATE, _whole(MONTHS, Shape.of(5))), DATE, "the same day some months on, or the month's last"
    ),
    "add_days": DateFunction((DATE, _whole(DAYS, Shape.of(6))), DATE, "some days on"),
    "first_of_month": DateFunction((DATE,), DATE, "the first day of the month"),
    "last_of_month": DateFunction((DATE,), DATE, "the last day of the month"),
    "year_of": DateFunction((DATE,), _whole(YEARS, Shape(1, 9999, 0)), "the calendar year"),
    "month_of": DateFunction((DATE,), _whole(MONTHS, Shape(1, 12, 0)), "the month of the year, 1 to 12"),
}

OTHER_FUNCTIONS: Final = {
    "min": "the smaller of two or more values",
    "max": "the larger of two or more values",
    "if_unknown": "the first value where it is known, else the second",
    "rounded": "a number to so many decimal places, by a named rounding: rounded(x / y, 2, half_up)",
    "years_in": "years in a number of months, by a named rounding: years_in(months, half_up)",
    "bracket": "what a scale gives for a number: bracket(scale, x), bracket(scale at a date, x)",
    "starts_with": "whether a code begins with the given text",
}
