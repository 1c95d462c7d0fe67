"""Moves: of a whole household, of some of its members to another one, and into one household of their own.

Who moves to another office's area is handed over: the rows bear that office's code from then on, and a hand-over waits
there until somebody receives them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import refusals, refusals_events
from mazdoor.delivery.registration.events.following import answer_for
from mazdoor.delivery.registration.events.happening import Happening, happening
from mazdoor.delivery.registration.events.spells import covers
from mazdoor.delivery.registration.models import Family, Household, Member
from mazdoor.delivery.registration.models_events import Event, HandOver
from mazdoor.journal import services as journal
from mazdoor.reference import selectors as reference


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What a move made: the event, the household lived in from then on, and the hand-over where another office took over."""

    event_id: int
    household_id: int
    hand_over_id: int | None = None


def move_household(*, household_id: int, area_code: str, on: dt.date, address: str = "") -> Moved:
    """A household moves with all its members to another area (or within its own, to another address).

    Raises ``REG-005`` for an area that is none, ``REG-070`` to ``REG-074``, ``OFF-002``.
    """
    check_place(area_code)
    members = member_ids_on(household_id, on)
    with happening(kind=Event.Kind.MOVE, on=on, person_ids=members, household_ids=[household_id]) as event:
        household = event.household(household_id)
        before = household.area_code
        for person_id in members:
            event.person(person_id)
            event.membership(person_id)
        event.fields = ["area_code", *(["address"] if address else [])]
        event.reach(area_code)
        settle(event, members, [household_id], area_code, address=address)
        event.area_code = area_code
        event.hand_over(household_id=household_id, before=before, after=area_code)
    return Moved(event_id=event.event_id, household_id=household_id, hand_over_id=event.hand_over_id)


def join_household(
    *, household_id: int, relationships: Mapping[int, str], on: dt.date, kind: Event.Kind = Event.Kind.JOIN
) -> Moved:
    """Persons (number → relationship to its head) move into an existing household, from others or from nowhere.

    A household they leave must keep a head (``REG-076``), or be left by everybody, and then it ends. Raises ``REG-084``
    where they live there already.
    """
    people = sorted(relationships)
    left = _households_of(people, on)
    with happening(kind=kind, on=on, person_ids=people, household_ids=[household_id, *left]) as event:
        _into(event, household_id, relationships)
    return Moved(event_id=event.event_id, household_id=household_id, hand_over_id=event.hand_over_id)


def split_household(
    *,
    household_id: int,
    relationships: Mapping[int, str],
    on: dt.date,
    area_code: str = "",
    address: str = "",
    stays_head: int | None = None,
) -> Moved:
    """Some members (number → relationship, one of them ``head``) leave and eat from a pot of their own from ``on``.

    ``area_code`` empty: they stay in the area. ``stays_head`` names who heads those who stay, where the head left.
    Raises ``REG-075`` for somebody who did not live there, ``REG-076`` where either household lacks its head.
    """
    if area_code:
        check_place(area_code)
    people = sorted(relationships)
    with happening(
        kind=Event.Kind.SPLIT,
        on=on,
        person_ids=[*people, *member_ids_on(household_id, on)],
        household_ids=[household_id],
    ) as event:
        household = event.household(household_id)
        before = household.area_code
        place = area_code or before
        for person_id in people:
            spell = event.membership(person_id)
            if spell is None or spell.household_id != household_id:
                raise refusals_events.NOT_A_MEMBER.because()
        event.reach(place)
        founded = found(event, relationships, area_code=place, address=address)
        if stays_head is not None:
            set_head(event, household_id, stays_head)
        keep_in_order(event, household_id)
        event.hand_over(household_id=founded, before=before, after=place)
    return Moved(event_id=event.event_id, household_id=founded, hand_over_id=event.hand_over_id)


def merge_households(*, household_id: int, into_id: int, relationships: Mapping[int, str], on: dt.date) -> Moved:
    """Everybody of one household moves into another, with their relationship to its head; the empty one ends.

    Raises ``REG-075`` unless ``relationships`` names exactly its members, ``REG-076``, ``REG-084``.
    """
    if household_id == into_id:
        raise refusals_events.SAME_HOUSEHOLD.because()
    if set(relationships) != set(member_ids_on(household_id, on)) or not relationships:
        raise refusals_events.NOT_A_MEMBER.because()
    return join_household(household_id=into_id, relationships=relationships, on=on, kind=Event.Kind.UNION)


@transaction.atomic
def receive(*, hand_over_id: int) -> None:
    """The office people moved to says that it has them. Once only; ``REG-082`` where there is none for this office."""
    access.check_acting_may("registration.correct")
    found_ = HandOver.objects.select_for_update().filter(pk=hand_over_id, received_at__isnull=True).first()
    if found_ is None or not access.sees_area(found_.to_area):
        raise refusals_events.EVENT_UNKNOWN.because()
    found_.received_at = timezone.now()
    found_.received_by = access.current_officer_id()
    found_.save(update_fields=["received_at", "received_by"])
    journal.record(
        act="registration.hand_over.received",
        subject=f"hand_over:{hand_over_id}",
        details={"from": found_.from_area, "to": found_.to_area},
        count=len(found_.person_ids),
    )


# --- what other events use -------------------------------------------------------------------------------------------


def check_place(area_code: str) -> None:
    """Raises ``REG-005`` unless there is such an area; it need not be among one's own, for people move out of it."""
    if reference.find_area(area_code) is None:
        raise refusals.AREA_UNKNOWN.because(field="area_code")


def member_ids_on(household_id: int, on: dt.date) -> list[int]:
    """Who lived in a household on a day, as believed now."""
    return [
        row.person_id
        for row in Member.objects.filter(household_id=household_id, recorded_to__isnull=True).order_by("person_id")
        if covers(row, on)
    ]


def leave(event: Happening, person_id: int) -> int | None:
    """End a person's membership on the day of the event; the household they left, if any."""
    spell = event.membership(person_id)
    if spell is None:
        return None
    event.household_ids.add(spell.household_id)
    event.pen.clear("member", person_id, since=event.on)
    return int(spell.household_id)


def enter(event: Happening, person_id: int, *, household: Household, family_id: int, relationship: str) -> None:
    """Begin a membership on the day of the event."""
    event.pen.write(
        "member",
        since=event.on,
        person_id=person_id,
        household_id=household.pk,
        family_id=family_id,
        relationship=relationship,
        area_code=household.area_code,
    )


def found(event: Happening, relationships: Mapping[int, str], *, area_code: str, address: str = "") -> int:
    """A new household of these persons from the day of the event, of which nothing but its place is known; its number."""
    if sorted(relationships.values()).count("head") != 1:
        raise refusals_events.HEAD_LEFT.because()
    household = Household.objects.create(area_code=area_code, registered_on=event.on)
    event.household_ids.add(household.pk)
    event.pen.write("household", since=event.on, household_id=household.pk, area_code=area_code)
    family = Family.objects.create(household=household, area_code=area_code)
    for person_id, relationship in relationships.items():
        event.person(person_id)
        leave(event, person_id)
        enter(event, person_id, household=household, family_id=family.pk, relationship=relationship)
    settle(event, list(relationships), [], area_code, address=address)
    return int(household.pk)


def set_head(
    event: Happening, household_id: int, person_id: int, relationships: Mapping[int, str] | None = None
) -> None:
    """Who heads a household from the day of the event; ``relationships`` says anew how the others stand to them."""
    if person_id not in member_ids_on(household_id, event.on):
        raise refusals_events.NOT_A_MEMBER.because()
    for number, relationship in {**(relationships or {}), person_id: "head"}.items():
        event.person_ids.add(number)
        event.pen.alter("member", number, {"relationship": relationship}, since=event.on)
    for row in spells_on(household_id, event.on):
        if row.person_id != person_id and row.relationship == "head":
            event.pen.alter("member", row.person_id, {"relationship": "other"}, since=event.on)


def keep_in_order(event: Happening, household_id: int) -> None:
    """After people left: a household keeps exactly one head (``REG-076``); one that nobody lives in ends."""
    spells = spells_on(household_id, event.on)
    if not spells:
        event.pen.clear("household", household_id, since=event.on)
    elif sum(row.relationship == "head" for row in spells) != 1:
        raise refusals_events.HEAD_LEFT.because()


def into_household(event: Happening, household_id: int, relationships: Mapping[int, str], family_id: int) -> set[int]:
    """Persons enter a household and a family in it, and live in its area from then on; returns the households they left."""
    household = Household.objects.get(pk=household_id)
    left: set[int] = set()
    for person_id, relationship in relationships.items():
        event.person(person_id)
        before = leave(event, person_id)
        if before is not None and before != household_id:
            left.add(before)
        enter(event, person_id, household=household, family_id=family_id, relationship=relationship)
    settle(event, list(relationships), [], household.area_code)
    return left


def _into(event: Happening, household_id: int, relationships: Mapping[int, str]) -> None:
    household = event.household(household_id)
    there = spells_on(household_id, event.on)
    if not relationships or any(row.person_id in relationships for row in there):
        raise refusals_events.SAME_HOUSEHOLD.because()
    before = str(event.person(min(relationships)).area_code)
    head = next((row for row in there if row.relationship == "head"), None)
    family_id = head.family_id if head else Family.objects.create(household=household, area_code=household.area_code).pk
    for left in into_household(event, household_id, relationships, family_id):
        keep_in_order(event, left)
    keep_in_order(event, household_id)
    event.area_code = household.area_code
    event.hand_over(household_id=household_id, before=before, after=household.area_code)


def settle(
    event: Happening, person_ids: Sequence[int], household_ids: Sequence[int], area_code: str, *, address: str = ""
) -> None:
    """Persons and households live in an area from the day of the event, and its office answers for all their rows."""
    new = {"area_code": area_code, "past_area_code": ""}
    sealed = {"address_encrypted": keyring().seal(address, purpose="address")} if address else {}
    for person_id in person_ids:
        was = event.person(person_id).area_code
        if was != area_code:
            event.areas["person"][str(person_id)] = was
        event.pen.alter("person", person_id, new | sealed, since=event.on)
    for household_id in household_ids:
        was = Household.objects.get(pk=household_id).area_code
        if was != area_code:
            event.areas["household"][str(household_id)] = was
        event.pen.alter("household", household_id, new, since=event.on)
    answer_for(person_ids=person_ids, household_ids=household_ids, area_code=area_code)


def spells_on(household_id: int, on: dt.date) -> list[Member]:
    """The memberships of a household that hold on a day, as believed now."""
    rows = Member.objects.filter(household_id=household_id, recorded_to__isnull=True).order_by("person_id")
    return [row for row in rows if covers(row, on)]


def _households_of(person_ids: Sequence[int], on: dt.date) -> list[int]:
    rows = Member.objects.filter(person_id__in=person_ids, recorded_to__isnull=True)
    return sorted({row.household_id for row in rows if covers(row, on)})
