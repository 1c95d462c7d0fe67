"""Doors out of casework: what is open, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mazdoor.casework import refusals
from mazdoor.casework.models import Case
from mazdoor.casework.states import CaseState
from mazdoor.database.keys import keyring


def open_cases(*, limit: int = 100) -> Sequence[Mapping[str, Any]]:
    """Cases waiting for an answer in the areas of whoever asks, oldest first."""
    return list(
        Case.objects.filter(state=CaseState.OPENED)
        .order_by("opened_at", "id")[:limit]
        .values("id", "kind", "person_id", "subject", "opened_at", "area_code")
    )


def count_open() -> int:
    """How many cases wait in the areas of whoever asks."""
    return Case.objects.filter(state=CaseState.OPENED).count()


def cases_of(*, person_id: int) -> list[dict[str, Any]]:
    """A person's cases, newest first, with what was said and answered."""
    return [_whole(case) for case in Case.objects.filter(person_id=person_id).order_by("-opened_at", "-id")]


def get_case(*, case_id: int) -> dict[str, Any]:
    """One case with what was said and answered. Raises ``CSW-001`` where there is none in the areas of whoever asks."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise refusals.CASE_UNKNOWN.because()
    return _whole(case)


def _whole(case: Case) -> dict[str, Any]:
    ring = keyring()
    return {
        "id": case.pk,
        "kind": case.kind,
        "person_id": case.person_id,
        "subject": case.subject,
        "state": case.state,
        "opened_at": case.opened_at,
        "opened_by": case.opened_by,
        "answered_at": case.answered_at,
        "words": ring.open(case.words_encrypted, purpose="case") if case.words_encrypted else "",
        "answer": ring.open(case.answer_encrypted, purpose="case") if case.answer_encrypted else "",
    }
