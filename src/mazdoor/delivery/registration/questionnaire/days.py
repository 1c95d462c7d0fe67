"""Days, months and years in the orders and words people here write them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

_ISO: Final = re.compile(r"^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ].*)?$")
_DAY_FIRST: Final = re.compile(r"^(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})$")
_MONTH_YEAR: Final = re.compile(r"^(\d{1,2})\s*[-/.]\s*(\d{4})$")
_WITH_WORD: Final = re.compile(r"^(?:(\d{1,2})[-\s.,]*)?([^\W\d_]+)[-\s.,]*(?:(\d{1,2}),\s*)?(\d{4})$")
_MONTHS: Final = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12, "جنوری": 1, "فروری": 2, "مارچ": 3, "اپریل": 4, "مئی": 5, "جون": 6, "جولائی": 7, "اگست": 8, "ستمبر": 9,
    "اکتوبر": 10, "نومبر": 11, "دسمبر": 12,
}  # fmt: skip


def read_day(text: str) -> tuple[dt.date | None, str, bool]:
    """(day, how exact, whether the month was read first): day, month and year in the orders people here write."""
    if re.fullmatch(r"\d{4}", text):
        return _day(int(text), 1, 1), "year", False
    if found := _ISO.match(text):
        year, month, number = found.groups()
        return _day(int(year), int(month), int(number or 1)), "day" if number else "month", False
    if found := _DAY_FIRST.match(text):
        first, second, year = (int(part) for part in found.groups())
        day = _day(year, second, first)
        if day is None and (other := _day(year, first, second)) is not None:
            return other, "day", True
        return day, "day", False
    if found := _MONTH_YEAR.match(text):
        return _day(int(found[2]), int(found[1]), 1), "month", False
    if found := _WITH_WORD.match(text):
        word = found[2].casefold()
        month = _MONTHS.get(word, 0) or _MONTHS.get(word[:3], 0)
        written = found[1] or found[3]
        return _day(int(found[4]), month, int(written or 1)), "day" if written else "month", False
    return None, "", False


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
