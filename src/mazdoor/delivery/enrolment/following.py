"""Who moves takes the enrolment along, with what happened to it. Decisions stay with the office and the day they were of."""

from __future__ import annotations

from collections.abc import Sequence

from mazdoor.delivery.enrolment.models import Enrolment, EnrolmentEvent
from mazdoor.delivery.registration.events import follow_moves


def take_part() -> None:
    """Register this room's part in moves; called at start-up."""
    follow_moves("enrolment", on_move)


def on_move(person_ids: Sequence[int], area_code: str) -> None:
    """Enrolments of these persons go to the office of ``area_code``; the place of a quota stays where it was given."""
    EnrolmentEvent.objects.filter(enrolment__person_id__in=person_ids).update(area_code=area_code)
    Enrolment.objects.filter(person_id__in=person_ids).update(area_code=area_code)
