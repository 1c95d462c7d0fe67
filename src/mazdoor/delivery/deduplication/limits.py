"""The limits of deciding, as dated data (``limits.yaml``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml
from django.utils import timezone

from mazdoor.matching.thresholds import Costs

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


@lru_cache(maxsize=1)
def _entries() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def limits_at(day: dt.date | None = None) -> Limits:
    """The limits in force on a day (today where None). Raises LookupError where one has no entry for it."""
    day = day or timezone.localdate()
    found: dict[str, Any] = {}
    for entry in sorted(_entries(), key=lambda each: each["valid_from"]):
        if entry["valid_from"] <= day:
            found[entry["name"]] = entry["value"]
            if entry["name"] == "bulk_error":
                found["bulk_error_of"] = tuple(sorted(entry["programmes"].items()))
    missing = {name for name in Limits.__slots__ if name != "bulk_error_of"} - set(found)
    if missing:
        raise LookupError(f"no limit in force on {day}: {', '.join(sorted(missing))}")
    return Limits(**found)
