"""Doors out of casework: what is open, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mazdoor.casework import refusals
from mazdoor.casework.models import Case
from mazdoor.casework.states import CaseState
from mazdoor.database.keys import keyring
from mazdoor.database.prepared import ask_named


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
    return _whole("person_id = %s::bigint ORDER BY opened_at DESC, id DESC", person_id)


def get_case(*, case_id: int) -> dict[str, Any]:
    """One case with what was said and answered. Raises ``CSW-001`` where there is none in the areas of whoever asks."""
    found = _whole("id = %s::bigint", case_id)
    if not found:
        raise refusals.CASE_UNKNOWN.because()
    return found[0]


def _whole(which: str, number: int) -> list[dict[str, Any]]:
    """Cases with their words opened."""
    ring = keyring()
    cases = ask_named(
        "SELECT id, kind, person_id, subject, state, opened_at, opened_by, answered_at, words_encrypted AS words, "
        f"answer_encrypted AS answer FROM casework_case WHERE {which}",
        [str(number)],
    )
    for case in cases:
        for said in ("words", "answer"):
            case[said] = ring.open(case[said], purpose="case") if case[said] else ""
    return cases
