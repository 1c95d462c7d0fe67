"""Whether a job or a business is informal: as the rules of the policy say, never as somebody ticked.

The reference engine answers. Few combinations of facts occur, so each is asked once a process and day and remembered.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from mazdoor.rules import evaluate_reference
from mazdoor.rules.installed import installed_policies

JOB: Final = "informal_job"
BUSINESS: Final = "informal_business"
_KINDS: Final = {
    "domestic": "domestic",
    "home_based": "home_based",
    "agricultural": "agricultural",
    "sharecropper": "agricultural",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessFacts:
    """What the rules ask of a business; ``None`` is not known."""

    owner: str | None = None
    owner_status: str | None = None
    sector: str | None = None
    persons_engaged: int | None = None
    sells_on_the_market: bool | None = None
    registered: bool | None = None
    keeps_full_accounts: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFacts:
    """What the rules ask of a job; ``business`` is ``None`` where it belongs to none."""

    status: str
    category: str = ""
    employer_pays_social_insurance: bool | None = None
    paid_annual_leave: bool | None = None
    paid_sick_leave: bool | None = None
    business: BusinessFacts | None = None


def is_registered(*registrations: bool | None) -> bool | None:
    """Registered with any authority; not, only where all are known; else not known."""
    if any(registrations):
        return True
    return None if None in registrations else False


@lru_cache(maxsize=50_000)
def business_is_informal(facts: BusinessFacts, *, on: dt.date) -> bool | None:
    """Whether a business is in the informal sector on a day; ``None`` where the facts do not say."""
    return _eligible(BUSINESS, {"businesses": [_business_row(facts)]}, on)


@lru_cache(maxsize=50_000)
def job_is_informal(facts: JobFacts, *, on: dt.date) -> bool | None:
    """Whether a job is informal on a day; ``None`` where the facts do not say."""
    row: dict[str, Any] = {
        "job_id": "job",
        "status": facts.status,
        "work_kind": _KINDS.get(facts.category, "other"),
        "employer_pays_social_insurance": facts.employer_pays_social_insurance,
        "paid_annual_leave": facts.paid_annual_leave,
        "paid_sick_leave": facts.paid_sick_leave,
        "business_id": "business" if facts.business is not None else None,
    }
    businesses = [_business_row(facts.business)] if facts.business is not None else []
    return _eligible(JOB, {"jobs": [row], "businesses": businesses}, on)


def _business_row(facts: BusinessFacts) -> dict[str, Any]:
    return {"business_id": "business", **{name: getattr(facts, name) for name in BusinessFacts.__slots__}}


def _eligible(programme: str, facts: dict[str, list[dict[str, Any]]], on: dt.date) -> bool | None:
    (result,) = evaluate_reference(installed_policies(), programme, facts, at=on)
    return result.eligible
