"""A district, an address or a head of household written down wrongly: believed otherwise from when they came, not from today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from tests.cast.households import BAGH, LAHORE, household

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import events, history, services
from mazdoor.delivery.registration.models import PersonRecord
from mazdoor.delivery.registration.models_events import Event, HandOver
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

START = dt.date(2026, 1, 10)
MARCH = dt.date(2026, 3, 1)
MAY = dt.date(2026, 5, 1)


def family(key: str = "form-1", **changes: Any) -> Any:
    return services.register(answers=household(**changes), channel="web", idempotency_key=key, on=START)


def lived_in(person_id: int, on: dt.date) -> str:
    found = history.person_at(person_id=person_id, on=on)
    assert found is not None
    return str(found["lived_in"])


def address(person_id: int) -> str:
    row = PersonRecord.objects.get(person_id=person_id, valid_to__isnull=True, recorded_to__isnull=True)
    return keyring().open(row.address_encrypted, purpose="address") if row.address_encrypted else ""


@pytest.mark.usefixtures("system")
def test_a_wrong_district_was_wrong_from_the_first_day_and_can_be_taken_back() -> None:
    home = family()
    mother, son = home.person_ids
    right = BAGH if lived_in(mother, START) != BAGH else LAHORE
    wrong = lived_in(mother, START)
    done = events.correct_place(household_id=home.household_id, area_code=right, address="Street 9")
    assert lived_in(mother, START) == lived_in(son, START) == right
    household_then = history.household_at(household_id=home.household_id, on=START)
    assert household_then is not None and household_then["lived_in"] == right
    assert address(mother) == address(son) == "Street 9"
    assert Event.objects.get(pk=done.event_id).kind == "correction"
    events.take_back(event_id=done.event_id, reason="wrong_day")
    assert lived_in(mother, START) == wrong


@pytest.mark.usefixtures("system")
def test_a_place_lived_in_before_the_last_move_stays_as_it_is() -> None:
    home = family()
    mother, _ = home.person_ids
    before = lived_in(mother, MARCH)
    events.move_household(household_id=home.household_id, area_code=BAGH, on=MAY, address="Street 1")
    events.correct_place(household_id=home.household_id, area_code=LAHORE, address="Street 2")
    assert lived_in(mother, MARCH) == before
    assert lived_in(mother, MAY) == LAHORE
    with pytest.raises(Refusal, match="REG-085"):
        events.correct_place(household_id=home.household_id, area_code=LAHORE)
    events.correct_place(household_id=home.household_id, area_code=LAHORE, address="Street 3")
    assert address(mother) == "Street 3"


def test_people_whose_district_is_another_offices_are_handed_over_to_it(officer: Callable[..., Any]) -> None:
    with acting_as_system(reason="test"):
        home = family()
        wrong = lived_in(home.person_ids[0], START)
    registrar = officer(desk="registrar", areas=[wrong[:3]]).pk
    right = next(code for code in (BAGH, LAHORE) if code[:3] != wrong[:3])
    with acting_as(officer_id=registrar):
        events.correct_place(household_id=home.household_id, area_code=right)
        assert history.person_at(person_id=home.person_ids[0], on=START) is None, "another office's now"
    with acting_as_system(reason="test"):
        assert HandOver.objects.get().to_area == right


@pytest.mark.usefixtures("system")
def test_who_heads_a_household_is_put_right_and_a_head_does_not_just_cease() -> None:
    home = family()
    mother, son = home.person_ids
    with pytest.raises(Refusal, match="REG-076"):
        events.change_relationship(person_id=mother, relationship="parent", on=None)
    events.change_relationship(person_id=son, relationship="head", on=None)
    then = {
        row["person_id"]: row["relationship"] for row in history.members_at(household_id=home.household_id, on=START)
    }
    assert then == {son: "head", mother: "other"}
    event = events.change_relationship(person_id=mother, relationship="parent", on=MAY)
    then = {
        row["person_id"]: row["relationship"] for row in history.members_at(household_id=home.household_id, on=MARCH)
    }
    now = {row["person_id"]: row["relationship"] for row in history.members_at(household_id=home.household_id, on=MAY)}
    assert (then[mother], now[mother]) == ("other", "parent")
    with pytest.raises(Refusal, match="REG-085"):
        events.change_relationship(person_id=mother, relationship="parent", on=None)
    with pytest.raises(Refusal, match="REG-006"):
        events.change_relationship(person_id=mother, relationship="friend", on=None)
    events.take_back(event_id=event, reason="never_happened")
