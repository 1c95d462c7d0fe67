"""Who moves takes along what was verified of them, what is being asked, and what parts."""

from __future__ import annotations

from collections.abc import Sequence

from mazdoor.delivery.registration.events import follow_moves
from mazdoor.delivery.verification.models import Discrepancy, Verification, VerificationRequest, WealthProfile


def take_part() -> None:
    """Register this room's part in moves; called at start-up."""
    follow_moves("verification", on_move)


def on_move(person_ids: Sequence[int], area_code: str) -> None:
    """Answers, questions, discrepancies and profiles of these persons go to the office of ``area_code``."""
    for table in (Verification, VerificationRequest, Discrepancy):
        table.objects.filter(person_id__in=person_ids).update(area_code=area_code)
    WealthProfile.objects.filter(person_id__in=person_ids).update(area_code=area_code)
