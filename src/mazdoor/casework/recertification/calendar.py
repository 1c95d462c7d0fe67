"""The dated parameters of recertification, read from ``calendar.yaml``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from mazdoor.casework import refusals_changes
from mazdoor.kernel.refusals import Words

_FILE: Final = Path(__file__).with_name("calendar.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What holds on one day. Months and days; ``notice_days`` are counted from the due day, negative before it."""

    interval_months: int
    spread_days: int
    notice_days: tuple[int, ...]
    least_days_between: int
    hold_after_notices: int
    hold_after_days: int
    review_after_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of one parameter, with the day it holds from, where it comes from and how far that was checked."""

    name: str
    since: dt.date
    value: Any
    source: Words
    mark: str


@lru_cache(maxsize=1)
def values() -> tuple[Value, ...]:
    """Every value of every parameter, for screens and for :func:`calendar_on`."""
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(
        Value(name=name, since=each["from"], value=each["value"], source=Words(**each["source"]), mark=each["mark"])
        for name, entries in content.items()
        for each in entries
    )


def calendar_on(day: dt.date) -> Calendar:
    """The parameters in force on a day. Raises ``CSW-030`` where one has no value yet."""
    held: dict[str, Any] = {}
    for each in sorted(values(), key=lambda value: value.since):
        if each.since <= day:
            held[each.name] = tuple(each.value) if isinstance(each.value, list) else each.value
    if len(held) < len(Calendar.__dataclass_fields__):
        raise refusals_changes.CALENDAR_BROKEN.because()
    return Calendar(**held)
