"""Doors out: what was sent to another system, and what waits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from mazdoor.interfaces.dci.models import Posting


@dataclass(frozen=True, slots=True)
class PostingRow:
    """One message of ours. ``error`` is the kind of the last failure."""

    posting_id: int
    action: str
    state: str
    attempts: int
    made_at: dt.datetime
    ended_at: dt.datetime | None
    error: str


def list_postings(*, client_id: int, limit: int = 100) -> list[PostingRow]:
    """Messages to a system, the newest first."""
    return [
        PostingRow(each.pk, each.action, each.state, each.attempts, each.made_at, each.ended_at, each.error)
        for each in Posting.objects.filter(client_id=client_id).order_by("-pk")[:limit]
    ]
