"""Doors out of deliberation: drafts, and trials of changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mazdoor.deliberation import refusals
from mazdoor.deliberation.models import DraftRule
from mazdoor.deliberation.trials import Counted, Trial, count_condition, find_snapshot, try_reform

__all__ = ["Counted", "Trial", "count_condition", "drafts", "find_snapshot", "get_draft", "try_reform"]

_LISTED = ("id", "programme_code", "title_en", "title_ur", "state", "written_by", "written_at")


def drafts(*, limit: int = 200) -> Sequence[Mapping[str, Any]]:
    """Drafts, newest first, without their texts and results."""
    return list(DraftRule.objects.order_by("-id").values(*_LISTED)[:limit])


def get_draft(*, draft_id: int) -> Mapping[str, Any]:
    """One draft whole. Raises ``DLB-001``."""
    found = DraftRule.objects.filter(pk=draft_id).values().first()
    if found is None:
        raise refusals.DRAFT_UNKNOWN.because()
    return found
