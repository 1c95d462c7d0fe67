"""Who moves takes along what was paid in for them: a claim is made where they live."""

from __future__ import annotations

from collections.abc import Sequence

from mazdoor.delivery.contributions.models import Contribution, SavingsDeposit
from mazdoor.delivery.registration.events import follow_moves


def take_part() -> None:
    """Register this room's part in moves; called at start-up."""
    follow_moves("contributions", on_move)


def on_move(person_ids: Sequence[int], area_code: str) -> None:
    """Contributions and deposits of these persons go to the office of ``area_code``."""
    Contribution.objects.filter(person_id__in=person_ids).update(area_code=area_code)
    SavingsDeposit.objects.filter(person_id__in=person_ids).update(area_code=area_code)
