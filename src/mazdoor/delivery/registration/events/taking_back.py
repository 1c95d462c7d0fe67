"""An event is taken back to exactly the state before, and a person linked to a household by mistake was never there.

What was believed meanwhile stays in the history: nothing is removed, the rows from before are written anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Final

from django.db import transaction
from django.utils import timezone

from mazdoor.delivery.registration import refusals_events
from mazdoor.delivery.registration.events import places
from mazdoor.delivery.registration.events.following import answer_for
from mazdoor.delivery.registration.events.happening import Happening, happening, of_the_whole_country
from mazdoor.delivery.registration.events.spells import KINDS
from mazdoor.delivery.registration.events.work_corrections import follow_first_day
from mazdoor.delivery.registration.models import Household, Member, Person
from mazdoor.delivery.registration.models_events import Event

REASONS: Final = ("never_happened", "another_person", "wrong_day", "written_twice")
"""Why an event may be taken back. A code and no words, since it stands in the journal."""


def undo_link(*, person_id: int, household_id: int, belongs_to: int | None = None, relationship: str = "other") -> int:
    """A person was linked to a household by mistake: they never lived there; returns the event.

    Every spell there is no longer believed. They are believed instead to have lived in ``belongs_to`` in that time, or
    (where nobody knows) in a household of their own. Raises ``REG-075`` where there is no such link, ``REG-076`` where
    the household keeps no head.
    """
    linked = Member.objects.filter(person_id=person_id, household_id=household_id, recorded_to__isnull=True)
    first = min((row.valid_from for row in linked), default=None)
    if first is None:
        raise refusals_events.NOT_A_MEMBER.because()
    with happening(
        kind=Event.Kind.LINK_UNDONE,
        on=first,
        person_ids=[person_id],
        household_ids=[household_id, *([belongs_to] if belongs_to else [])],
    ) as event:
        person = event.person(person_id)
        event.household(household_id)
        before = str(person.area_code)
        wrong = [row for row in event.pen.believed("member", person_id) if row.household_id == household_id]
        home = _right_household(event, belongs_to, before)
        place = home.area_code
        event.reach(place)
        for row in wrong:
            event.pen.close("member", row)
            event.pen.write(
                "member",
                since=row.valid_from,
                until=row.valid_to,
                person_id=person_id,
                household_id=home.pk,
                family_id=_family_in(home, belongs_to),
                relationship=relationship if belongs_to else "head",
                area_code=place,
            )
        if any(row.valid_to is None for row in wrong) and place != before:
            event.on = timezone.localdate()
            places.settle(event, [person_id], [], place)
        event.on = first
        if places.spells_on(household_id, timezone.localdate()):
            event.on = timezone.localdate()
            places.keep_in_order(event, household_id)
            event.on = first
        event.area_code = place
        event.hand_over(household_id=home.pk, before=before, after=place)
    return event.event_id


@transaction.atomic
def take_back(*, event_id: int, reason: str = "") -> int:
    """Take an event back: from now on exactly what was believed before it is believed; returns the event of doing so.

    What was believed meanwhile stays in the history. ``reason`` is one of `REASONS`, for the journal; a change request
    that is taken back keeps its reason in words itself. Raises ``REG-082``, ``REG-083``, and ``REG-081`` where a later event
    stands on this one: it closed a spell that this event opened.
    """
    event = Event.objects.select_for_update().filter(pk=event_id).first()
    if event is None:
        raise refusals_events.EVENT_UNKNOWN.because()
    # What a change of a business did to jobs it did in every area, so that is undone in every area.
    with ExitStack() as reach:
        if event.kind == Event.Kind.BUSINESS_CHANGED:
            reach.enter_context(of_the_whole_country())
        return _taken_back(event, reason)


def _taken_back(event: Event, reason: str) -> int:
    opened, closed = check_can_take_back(event), event.strokes.get("closed", {})
    with happening(
        kind=Event.Kind.REVERSAL,
        on=event.happened_on,
        person_ids=event.person_ids,
        household_ids=event.household_ids,
        others=_anchors(opened) + _anchors(closed),
    ) as back:
        areas = event.strokes.get("areas", {})
        back.reverses = event
        back.person_ids, back.household_ids = set(event.person_ids), set(event.household_ids)
        back.fields, back.area_code = list(event.fields), event.area_code
        back.reason = reason
        back.reach(*areas.get("person", {}).values(), *areas.get("household", {}).values())
        for kind, ids in opened.items():
            for row in KINDS[kind][0].objects.filter(pk__in=ids, recorded_to__isnull=True):
                back.pen.close(kind, row)
        for kind, ids in closed.items():
            back.pen.reopen(kind, ids)
        _give_back(back, areas)
        if "started_on" in event.fields:
            for number in {number for kind, number in _anchors(opened) if kind == "employment"}:
                follow_first_day(number)
    return back.event_id


def check_can_take_back(event: Event) -> dict[str, list[int]]:
    """The rows, by kind, that stand for what the event made believed. Raises ``REG-081`` or ``REG-083`` where it can no
    longer be taken back, naming what stands on it. A row that a later, taken back event closed was written again."""
    if Event.objects.filter(reverses=event).exists():
        raise refusals_events.ALREADY_TAKEN_BACK.because()
    later = (
        Event.objects.filter(
            pk__gt=event.pk, household_ids__overlap=event.household_ids, reverses__isnull=True, reversed_by__isnull=True
        )
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )
    if later is not None:  # who came to this household since would be left in one that is elsewhere, or is no more
        raise refusals_events.LATER_STANDS.because(event=later)
    standing: dict[str, list[int]] = {}
    for kind, ids in event.strokes.get("opened", {}).items():
        standing[kind] = [_stands(kind, number, event) for number in ids]
    return standing


def _stands(kind: str, row_id: int, event: Event) -> int:
    """The row that says today what a row said when the event wrote it."""
    while not KINDS[kind][0].objects.filter(pk=row_id, recorded_to__isnull=True).exists():
        again = Event.objects.filter(
            reverses__isnull=False, **{f"strokes__restored__{kind}__has_key": str(row_id)}
        ).first()
        if again is None:
            raise refusals_events.LATER_STANDS.because(event=_who_closed(kind, [row_id], after=event.pk))
        row_id = int(again.strokes["restored"][kind][str(row_id)])
    return row_id


def _who_closed(kind: str, ids: list[int], *, after: int) -> int:
    """The newest event that closed one of these rows."""
    query = Event.objects.filter(pk__gt=after)
    found = next(
        (
            row.pk
            for row in query.order_by("-pk").only("id", "strokes")
            if set(row.strokes.get("closed", {}).get(kind, ())) & set(ids)
        ),
        0,
    )
    return int(found)


def _anchors(strokes: Mapping[str, list[int]]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for kind, ids in strokes.items():
        model, anchor = KINDS[kind]
        found += [(kind, int(number)) for number in model.objects.filter(pk__in=ids).values_list(anchor, flat=True)]
    return found


def _give_back(back: Happening, areas: Mapping[str, Mapping[str, str]]) -> None:
    """Persons and households go back to the office that answered for them before."""
    for number, area in areas.get("household", {}).items():
        back.areas["household"][number] = Household.objects.get(pk=int(number)).area_code
        answer_for(person_ids=[], household_ids=[int(number)], area_code=area)
    for number, area in areas.get("person", {}).items():
        back.areas["person"][number] = Person.objects.get(pk=int(number)).area_code
        answer_for(person_ids=[int(number)], household_ids=[], area_code=area)
        back.area_code = area


def _right_household(event: Happening, belongs_to: int | None, area_code: str) -> Household:
    if belongs_to is not None:
        return event.household(belongs_to)
    household = Household.objects.create(area_code=area_code, registered_on=event.on)
    event.household_ids.add(household.pk)
    event.pen.write("household", since=event.on, household_id=household.pk, area_code=area_code)
    return household


def _family_in(household: Household, belongs_to: int | None) -> int:
    if belongs_to is not None:
        spells = places.spells_on(household.pk, timezone.localdate())
        head = next((row for row in spells if row.relationship == "head"), None)
        if head is None:
            raise refusals_events.HEAD_LEFT.because()
        return int(head.family_id)
    return int(household.families.get_or_create(defaults={"area_code": household.area_code})[0].pk)
