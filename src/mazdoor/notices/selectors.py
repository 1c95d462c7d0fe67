"""Doors out: what a person was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mazdoor.notices.models import Notice
from mazdoor.notices.templates import render


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as the person's page shows it."""

    id: int
    template: str
    channel: str
    language: str
    text: str
    state: str
    queued_at: datetime
    closed_at: datetime | None


def notices_of(*, person_id: int) -> list[NoticeRow]:
    """Everything a person was told, latest first; row-level security keeps it to areas the officer sees."""
    return [
        NoticeRow(
            id=notice.pk,
            template=notice.template,
            channel=notice.channel,
            language=notice.language,
            text=render(notice.template, notice.params, notice.language),
            state=notice.state,
            queued_at=notice.queued_at,
            closed_at=notice.closed_at,
        )
        for notice in Notice.objects.filter(person_id=person_id).order_by("-id")
    ]
