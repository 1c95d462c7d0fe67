"""Doors out of changes: what waits, by kind, area and age, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from mazdoor.casework import refusals_changes
from mazdoor.casework.changes.kept import PURPOSE
from mazdoor.casework.models_changes import Change
from mazdoor.casework.states_changes import OPEN, ChangeState
from mazdoor.database.keys import keyring

_COLUMNS = (
    "id", "kind", "person_id", "subject_id", "channel", "source", "fields", "evidence", "effective_on", "four_eyes",
    "state", "opened_at", "opened_by", "due_on", "decided_at", "decided_by", "event_id", "reversed_at", "reversed_by",
    "area_code",
)  # fmt: skip


def open_changes(*, kind: str = "", area_code: str = "", limit: int = 100) -> Sequence[Mapping[str, Any]]:
    """Changes that wait in the areas of whoever asks, the longest overdue first; ``area_code`` is a P-code prefix."""
    found = Change.objects.filter(state__in=OPEN)
    if kind:
        found = found.filter(kind=kind)
    if area_code:
        found = found.filter(area_code__startswith=area_code)
    return list(found.order_by("due_on", "opened_at", "id")[:limit].values(*_COLUMNS))


def count_open() -> int:
    """How many changes wait in the areas of whoever asks."""
    return Change.objects.filter(state__in=OPEN).count()


def waiting_by_area(*, length: int = 5) -> Sequence[Mapping[str, Any]]:
    """How many wait in each area (a P-code of ``length`` letters: 3 a province, 5 a district), how many of them too long,
    and since when the oldest."""
    today = timezone.localdate()
    rows: dict[str, dict[str, Any]] = {}
    found = (
        Change.objects.filter(state__in=OPEN)
        .values("area_code")
        .annotate(count=Count("id"), late=Count("id", filter=Q(due_on__lt=today)), oldest=Min("opened_at"))
    )
    for row in found:
        area = str(row["area_code"])[:length]
        sum_ = rows.setdefault(area, {"area_code": area, "count": 0, "late": 0, "oldest": row["oldest"]})
        sum_["count"] += row["count"]
        sum_["late"] += row["late"]
        sum_["oldest"] = min(sum_["oldest"], row["oldest"])
    return sorted(rows.values(), key=lambda row: (-row["late"], -row["count"], row["area_code"]))


def changes_of(*, person_id: int) -> Sequence[Mapping[str, Any]]:
    """A person's changes, newest first; values stay sealed."""
    return list(Change.objects.filter(person_id=person_id).order_by("-opened_at", "-id").values(*_COLUMNS))


def find_change_of_event(*, event_id: int) -> int | None:
    """The change request that an event of registration was the carrying out of, if it was of one."""
    return Change.objects.filter(event_id=event_id).values_list("pk", flat=True).first()


def get_change(*, change_id: int) -> dict[str, Any]:
    """One change with what was said and answered. Raises ``CSW-015``."""
    change = Change.objects.filter(pk=change_id).first()
    if change is None:
        raise refusals_changes.CHANGE_UNKNOWN.because()
    ring = keyring()

    def opened(sealed: bytes | memoryview | None) -> str:
        return ring.open(sealed, purpose=PURPOSE) if sealed else ""

    return {
        **{name: getattr(change, name) for name in _COLUMNS},
        "words": opened(change.words_encrypted),
        "answer": opened(change.answer_encrypted),
        "reversal": opened(change.reversal_encrypted),
        "is_open": change.state in OPEN,
        "is_asked": change.state == ChangeState.ASKED,
    }
