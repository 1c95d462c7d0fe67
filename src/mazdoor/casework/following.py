"""Who moves takes open business along: the office that answers for a person from now on finds it in its queues."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from mazdoor.casework.models import Case
from mazdoor.casework.models_changes import Change, ChangeField
from mazdoor.delivery.registration.events import follow_moves


def take_part() -> None:
    """Register this room's part in moves; called at start-up."""
    follow_moves("casework", on_move)


def on_move(person_ids: Sequence[int], area_code: str) -> None:
    """Cases and changes of these persons go to the office of ``area_code``: whoever answers must be able to see them."""
    Case.objects.filter(person_id__in=person_ids).update(area_code=area_code)
    Change.objects.filter(person_id__in=person_ids).update(area_code=area_code)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE casework_renewal SET area_code = %s WHERE household_id IN "
            "(SELECT household_id FROM registration.person_now WHERE person_id = ANY (%s)) AND area_code <> %s",
            [area_code, list(person_ids), area_code],
        )
    ChangeField.objects.filter(change__person_id__in=person_ids).update(area_code=area_code)
