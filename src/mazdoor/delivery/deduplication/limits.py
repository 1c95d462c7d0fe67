"""The limits of deciding, as dated data (``limits.yaml``).

The product brings a file of them. Who answers for a register sets its own in a file of the same name in the home folder:
entries with ``name``, ``valid_from``, ``value``, ``why`` and ``by`` (who decided), which hold over the product's from their day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml
from django.utils import timezone

from mazdoor.database.home import home_folder
from mazdoor.delivery.deduplication import refusals
from mazdoor.matching.thresholds import Costs, thresholds

_FILE: Final = Path(__file__).with_name("limits.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits in force on one day. Weights in bits, amounts in paisa a cycle, shares from 0 to 1."""

    second_opinion_amount: int
    second_opinion_weight: float
    strong_evidence: float
    cluster_records: int
    aside_days: int
    bulk_sample: int
    bulk_confidence: float
    bulk_error: float
    household_share: float
    cost_false_merge: float
    cost_missed: float
    cost_look: float
    review_share: float
    review_least: int
    bulk_error_of: tuple[tuple[str, float], ...] = ()
    """Limits that programmes state for themselves."""

    @property
    def costs(self) -> Costs:
        """What each mistake costs, which draws the lines between leaving apart, looking and taking for one."""
        return Costs(self.cost_false_merge, self.cost_missed, self.cost_look)

    def most_to_review(self, records: int) -> int:
        """How many pairs under the upper line one run may give to officers, having compared so many new records."""
        return max(int(self.review_share * records / 2), self.review_least)

    def error_limit(self, programmes: Iterable[str]) -> float:
        """The strictest limit among those of these programmes and the general one."""
        own = dict(self.bulk_error_of)
        return min([self.bulk_error, *(own[each] for each in programmes if each in own)])


def own_file() -> Path:
    """Where this installation's own limits stand."""
    return home_folder() / _FILE.name


def _entries() -> tuple[dict[str, Any], ...]:
    own = own_file()
    return _read(_FILE, 0) + (_read(own, own.stat().st_mtime_ns) if own.is_file() else ())


@lru_cache(maxsize=4)
def _read(path: Path, changed_at: int) -> tuple[dict[str, Any], ...]:
    """The entries of one file as it was then. Refuses DED-021 where one of them is not whole, or makes no sense."""
    try:
        entries = tuple(yaml.safe_load(path.read_text(encoding="utf-8")) or ())
        for entry in entries:
            _check(entry)
        if path != _FILE:
            for day in {entry["valid_from"] for entry in entries}:
                thresholds(_in_force((*_read(_FILE, 0), *entries), day).costs)
    except (yaml.YAMLError, TypeError, ValueError, LookupError, OSError) as error:
        raise refusals.LIMITS_UNREADABLE.because(file=path.name, reason=" ".join(str(error).split())[:200]) from error
    return entries


def _check(entry: Any) -> None:
    if not isinstance(entry, dict):
        raise TypeError("each entry has a name, valid_from, value, why and by")
    name = entry.get("name")
    if name not in Limits.__slots__ or name == "bulk_error_of":
        raise ValueError(f"there is no limit called {name}")
    value = entry.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"{name}: the value is a number, not under zero")
    if not isinstance(entry.get("valid_from"), dt.date):
        raise ValueError(f"{name}: valid_from is a day, such as 2026-12-01")
    for word in ("why", "by"):
        if not str(entry.get(word) or "").strip():
            raise ValueError(f"{name}: {word} is missing")


def limits_at(day: dt.date | None = None) -> Limits:
    """The limits in force on a day (today where None). Raises LookupError where one has no entry for it."""
    return _in_force(_entries(), day or timezone.localdate())


def told_at(day: dt.date | None = None) -> dict[str, dict[str, Any]]:
    """The entry in force on a day for each limit, by name: its value, unit, since when, why, and who decided (``by``)."""
    found: dict[str, dict[str, Any]] = {}
    for entry in sorted(_entries(), key=lambda each: each["valid_from"]):
        if entry["valid_from"] <= (day or timezone.localdate()):
            found[entry["name"]] = {"unit": found.get(entry["name"], {}).get("unit", ""), **entry}
    return found


def _in_force(entries: tuple[dict[str, Any], ...], day: dt.date) -> Limits:
    found: dict[str, Any] = {}
    for entry in sorted(entries, key=lambda each: each["valid_from"]):
        if entry["valid_from"] <= day:
            found[entry["name"]] = entry["value"]
            if "programmes" in entry:
                found["bulk_error_of"] = tuple(sorted(entry["programmes"].items()))
    missing = {name for name in Limits.__slots__ if name != "bulk_error_of"} - set(found)
    if missing:
        raise LookupError(f"no limit in force on {day}: {', '.join(sorted(missing))}")
    return Limits(**found)
