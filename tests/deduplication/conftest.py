"""Pairs of invented people for the tests of this room."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # Django is not set up yet when this file is read
    from mazdoor.delivery.deduplication.models import MatchedPair

LAHORE = "PK618"
TWICE: tuple[dict[str, Any], ...] = (
    {"given_name": "Bushra", "surname": "Bibi", "father_name": "Ghulam Rasool", "cnic": "01234-1234567-1"},
    {"given_name": "Bushrah", "surname": "Begum", "father_name": "Gulam Rasul", "cnic": "01234-1234567-2"},
)
"""One woman registered twice, the second time with other spellings and a digit wrong in the CNIC."""


@pytest.fixture
def person(db: None) -> Callable[..., int]:
    """Registers a new household and gives its head: ``person(area="PK618", given_name="Zainab")``."""
    from tests.cast.households import household

    from mazdoor.access.services import acting_as_system
    from mazdoor.delivery.registration import services as registration
    from mazdoor.reference import selectors, services

    made = 0

    def make(*, area: str = LAHORE, **head: Any) -> int:
        nonlocal made
        made += 1
        answers = {"cnic": f"0{made * 791_900_011_717 % 10**12:012d}", "mobile": f"0301{made:07d}", **head}
        with acting_as_system(reason="test"):
            if selectors.find_area(LAHORE) is None:
                services.load()
            family = household(area_code=area, head=answers)
            alone = dataclasses.replace(family, people=family.people[:1])  # every household has the same son
            done = registration.register(answers=alone, channel="web", idempotency_key=f"form-{made}")
            return int(done.person_ids[0])

    return make


@pytest.fixture
def pair(person: Callable[..., int]) -> Callable[..., MatchedPair]:
    """Makes a queued pair, of two new people unless they are given."""
    from mazdoor.access.services import acting_as_system
    from mazdoor.delivery.deduplication import clustering
    from mazdoor.delivery.deduplication.models import MatchedPair, MatchRun

    def make(
        *people: int, weight: float = 9.0, areas: tuple[str, str] = (LAHORE, LAHORE), evidence: Any = None
    ) -> MatchedPair:
        a, b = sorted(people) if people else (person(area=areas[0]), person(area=areas[1]))
        with acting_as_system(reason="test"):
            run = MatchRun.objects.create(everything=True, state="finished", finished_at=dt.datetime.now(dt.UTC))
            made = MatchedPair.objects.create(
                run=run, person_a_id=a, person_b_id=b, weight=weight, probability=0.99, strong=weight >= 7,
                evidence=evidence or {"given": {"level": "same_sound", "weight": 6.5}}, area_a=areas[0], area_b=areas[1],
            )  # fmt: skip
            clustering.draw_around([a, b])
            made.refresh_from_db()
            return made

    return make


@pytest.fixture
def homes(db: None) -> Callable[[str], tuple[int, tuple[int, ...]]]:
    """Registers Bushra's household once more: (household, its two persons)."""
    from tests.cast.households import household

    from mazdoor.access.services import acting_as_system
    from mazdoor.delivery.registration import services as registration
    from mazdoor.reference import selectors, services

    def make(key: str) -> tuple[int, tuple[int, ...]]:
        with acting_as_system(reason="test"):
            if selectors.find_area(LAHORE) is None:
                services.load()
            family = household(head={"cnic": f"0{int(key):012d}", "mobile": f"0301{int(key):07d}"})
            done = registration.register(answers=family, channel="web", idempotency_key=f"home-{key}")
            return done.household_id, done.person_ids

    return make


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits under which a small lot can be accepted: a sample of 4, at most half of it wrong at 90 %."""
    from mazdoor.delivery.deduplication import limits

    entries = tuple(
        {
            **entry,
            "value": {"bulk_sample": 4, "bulk_confidence": 0.9, "bulk_error": 0.5}.get(entry["name"], entry["value"]),
        }
        for entry in limits._entries()
    )
    monkeypatch.setattr(limits, "_entries", lambda: entries)
