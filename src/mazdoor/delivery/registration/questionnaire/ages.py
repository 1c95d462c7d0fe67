"""From what age the law lets somebody work, by kind of work and place.

Domestic work has its own figures in the policy (``domestic_least_age``). For all other work the project holds one figure
of its own, stated here with its mark.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mazdoor.rules.installed import installed_policies


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastAge:
    """Completed years, with the law and how far it was verified."""

    years: int
    source: str
    verified: str


# Constitution Article 11(3) forbids children below fourteen in factories, mines and hazardous work; the employment of
# children acts of the provinces say fourteen or fifteen. None of these texts was read here: the mark says so. The Shops
# and Establishments Ordinance 1969, which was read, says twelve (s.2(c), s.20); the higher figure flags more.
GENERAL: Final = LeastAge(
    years=14,
    source="Constitution of Pakistan, Article 11(3), and the provincial acts on children's work",
    verified="memory",
)


@lru_cache(maxsize=4096)
def least_working_age(*, category: str, area_code: str, on: dt.date) -> LeastAge:
    """The least age for a kind of work in an area on a day."""
    if category != "domestic":
        return GENERAL
    parameter = installed_policies().parameters.get("domestic_least_age")
    found = parameter.find(on, key=(area_code[:3],)) if parameter is not None else None
    if found is None:
        return GENERAL
    return LeastAge(years=int(str(found.value)), source=found.citation.source, verified=found.citation.verified)
