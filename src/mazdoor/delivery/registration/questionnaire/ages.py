"""From what age the law lets somebody work, by kind of work and place.

Domestic work has its own figures in the policy (``domestic_least_age``), all other work those of ``least_ages.yaml``, by
province.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import yaml

from mazdoor.rules.installed import installed_policies

_FILE: Final = files("mazdoor.delivery.registration") / "least_ages.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastAge:
    """Completed years, with the law and how far it was verified (``yes``, ``partial``, ``secondary``…)."""

    years: int
    source: str
    verified: str


@lru_cache(maxsize=4096)
def least_working_age(*, category: str, area_code: str, on: dt.date) -> LeastAge:
    """The least age for a kind of work in an area on a day."""
    if category == "domestic":
        parameter = installed_policies().parameters.get("domestic_least_age")
        found = parameter.find(on, key=(area_code[:3],)) if parameter is not None else None
        if found is not None:
            law = found.citation
            instrument = installed_policies().instruments[law.instrument].title.en
            source = f"{instrument}, {law.provision}; {law.source}"
            return LeastAge(years=int(str(found.value)), source=source, verified=law.verified)
    return _general(area_code, on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What holds in an area (a P-code prefix: the longest that fits counts) for domestic work, or for all other work."""

    area_code: str
    domestic: bool
    least: LeastAge


def least_ages(*, on: dt.date) -> list[Held]:
    """Everything the law says of it on a day, area by area: what :func:`least_working_age` finds of each."""
    domestic = installed_policies().parameters.get("domestic_least_age")
    keys = {str(value.key[0]) for value in domestic.values if value.key} if domestic is not None else set()
    return [
        Held(
            area_code=area,
            domestic=at_home,
            least=least_working_age(category="domestic" if at_home else "", area_code=area, on=on),
        )
        for area in sorted({entry["area"] for entry in _entries()} | keys)
        for at_home in (False, True)
    ]


def _general(area_code: str, on: dt.date) -> LeastAge:
    """What holds for all work: of the narrowest area that has a figure on the day, or of the whole country."""
    country = min(_entries(), key=lambda each: len(each["area"]))
    held = [each for each in _entries() if area_code.startswith(each["area"]) and each["from"] <= on] or [country]
    entry = max(held, key=lambda each: (len(each["area"]), each["from"]))
    return LeastAge(years=entry["years"], source=f"{entry['provision']}; {entry['source']}", verified=entry["verified"])


@lru_cache(maxsize=1)
def _entries() -> list[dict[str, Any]]:
    return list(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
