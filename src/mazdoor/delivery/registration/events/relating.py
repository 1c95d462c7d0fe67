"""How a member stands to the head of their household, and who the head is: changed on a day, or put right."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from mazdoor.delivery.registration import refusals_events, words
from mazdoor.delivery.registration.events.happening import happening
from mazdoor.delivery.registration.events.places import keep_in_order, set_head, spells_on
from mazdoor.delivery.registration.models import Member
from mazdoor.delivery.registration.models_events import Event
from mazdoor.delivery.registration.refusals import ANSWER_UNKNOWN


def change_relationship(*, person_id: int, relationship: str, on: dt.date | None) -> int:
    """A member stands otherwise to the head from a day on, or (``on`` empty) was written down wrongly; returns the event.

    Who becomes the head takes the place of the one before, who stays as a member of another kind. Raises ``REG-006``,
    ``REG-075`` for somebody who lives in no household, ``REG-076`` where the head would only cease to be one (name the
    new head instead), ``REG-085`` where it is believed already.
    """
    if relationship not in words.RELATIONSHIP.answers:
        raise ANSWER_UNKNOWN.because(field="relationship")
    today = timezone.localdate()
    spell = Member.objects.filter(person_id=person_id, valid_to__isnull=True, recorded_to__isnull=True).first()
    if spell is None:
        raise refusals_events.NOT_A_MEMBER.because()
    if spell.relationship == relationship:
        raise refusals_events.NOTHING_CHANGES.because()
    if spell.relationship == "head":
        raise refusals_events.HEAD_LEFT.because()
    heads = [row for row in spells_on(spell.household_id, today) if row.relationship == "head"]
    # A wrong head was wrong for as long as both lived there.
    since = on or max(row.valid_from for row in (spell, *(heads if relationship == "head" else ())))
    with happening(
        kind=Event.Kind.CORRECTION if on is None else Event.Kind.CHANGE,
        on=since,
        person_ids=sorted({person_id, *(row.person_id for row in heads)}),
        household_ids=[spell.household_id],
    ) as event:
        event.person(person_id)
        event.household(spell.household_id)
        event.fields = ["relationship"]
        if relationship == "head":
            set_head(event, spell.household_id, person_id)
        elif not event.pen.alter("member", person_id, {"relationship": relationship}, since=since):
            raise refusals_events.NOTHING_CHANGES.because()
        keep_in_order(event, spell.household_id)
    return event.event_id
