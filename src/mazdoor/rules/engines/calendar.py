"""Dates in the reference engine: anniversaries found by looking for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final


class OutOfCalendar(Exception):
    """A date before the year 1 or after 9999."""


def _make(year: int, month: int, day: int) -> date:
    if not 1 <= year <= 9999:
        raise OutOfCalendar
    return date(year, month, day)


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _anniversary_reached(start: date, months: int, end: date) -> bool:
    """Whether ``months`` months after ``start`` have come by ``end``; a missing day is the first of the next month."""
    index = start.year * 12 + start.month - 1 + months
    year, month = index // 12, index % 12 + 1
    day = start.day
    if not 1 <= year <= 9999:
        return year < 1
    if day > _days_in(year, month):
        day, month = 1, month + 1
        if month > 12:
            year, month = year + 1, 1
    return (year, month, day) <= (end.year, end.month, end.day)


def completed_months(start: date, end: date) -> Fraction:
    """The largest number of whole months whose anniversary has come (negative before the start)."""
    months = (end.year - start.year) * 12 + end.month - start.month - 1
    while _anniversary_reached(start, months + 1, end):
        months += 1
    return Fraction(months)


def completed_years(start: date, end: date) -> Fraction:
    """The largest number of whole years whose anniversary has come."""
    years = end.year - start.year - 1
    while _anniversary_reached(start, (years + 1) * 12, end):
        years += 1
    return Fraction(years)


def add_months(start: date, months: Fraction) -> date:
    """The same day, or the last of the month where it has no such day."""
    index = start.year * 12 + start.month - 1 + int(months)
    year, month = index // 12, index % 12 + 1
    if not 1 <= year <= 9999:
        raise OutOfCalendar
    return _make(year, month, min(start.day, _days_in(year, month)))


def add_days(start: date, days: Fraction) -> date:
    """So many days on."""
    try:
        return start + timedelta(days=int(days))
    except OverflowError:
        raise OutOfCalendar from None


ON_DATES: Final[Mapping[str, Callable[..., Any]]] = {
    "age": completed_years,
    "completed_years": completed_years,
    "completed_months": completed_months,
    "days_between": lambda start, end: Fraction((end - start).days),
    "add_years": lambda start, years: add_months(start, years * 12),
    "add_months": add_months,
    "add_days": add_days,
    "first_of_month": lambda day: _make(day.year, day.month, 1),
    "last_of_month": lambda day: _make(day.year, day.month, _days_in(day.year, day.month)),
    "year_of": lambda day: Fraction(day.year),
    "month_of": lambda day: Fraction(day.month),
}
