"""A household's district or address was written down wrongly: they never lived where the record had them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import refusals_events
from mazdoor.delivery.registration.events.following import answer_for, lived_in
from mazdoor.delivery.registration.events.happening import happening
from mazdoor.delivery.registration.events.places import Moved, check_place
from mazdoor.delivery.registration.models import Member
from mazdoor.delivery.registration.models_events import Event


def correct_place(*, household_id: int, area_code: str, address: str = "") -> Moved:
    """Believe of everybody who lives in a household that they lived here from the day they came to where we had them.

    Places they lived in before that stay as they are. Where another office answers for the right district, they are handed
    over to it. Raises ``REG-005`` for an area that is none, ``REG-070``, ``REG-071``, ``REG-085`` where it is believed already.
    """
    check_place(area_code)
    lives = {
        row.person_id: row
        for row in Member.objects.filter(household_id=household_id, valid_to__isnull=True, recorded_to__isnull=True)
    }
    new: dict[str, Any] = {"area_code": area_code, "past_area_code": ""}
    sealed = {"address_encrypted": keyring().seal(address, purpose="address")} if address else {}
    with happening(
        kind=Event.Kind.CORRECTION, on=timezone.localdate(), person_ids=sorted(lives), household_ids=[household_id]
    ) as event:
        household = event.household(household_id)
        before = household.area_code
        if before == area_code and not address:
            raise refusals_events.NOTHING_CHANGES.because()
        event.reach(area_code)
        for person_id, member in lives.items():
            was = event.person(person_id).area_code
            if was != area_code:
                event.areas["person"][str(person_id)] = was
            came = max(member.valid_from, _came_here(event.pen.believed("person", person_id)))
            event.pen.alter("person", person_id, new | sealed, since=came)
        if before != area_code:
            event.areas["household"][str(household_id)] = before
        event.pen.alter("household", household_id, new, since=_came_here(event.pen.believed("household", household_id)))
        answer_for(person_ids=sorted(lives), household_ids=[household_id], area_code=area_code)
        event.fields = ["area_code", *(["address"] if address else [])]
        event.area_code = area_code
        event.hand_over(household_id=household_id, before=before, after=area_code)
    return Moved(event_id=event.event_id, household_id=household_id, hand_over_id=event.hand_over_id)


def _came_here(spells: Sequence[Any]) -> dt.date:
    """The first day of the last stay: spells back from the newest, as long as place and address are the same."""
    here = _place(spells[-1])
    first: dt.date = spells[-1].valid_from
    for row in reversed(spells[:-1]):
        if _place(row) != here:
            break
        first = row.valid_from
    return first


def _place(row: Any) -> tuple[str, bytes]:
    return lived_in(row), bytes(getattr(row, "address_encrypted", None) or b"")
