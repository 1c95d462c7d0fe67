"""Long work of verification: ask about everybody who waits, batch by batch."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.verification import selectors, services
from mazdoor.delivery.verification.models import Kind
from mazdoor.delivery.verification.ports import IdentityAuthority

Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a run did: requests answered, withdrawn, and those still waiting when patience ended."""

    answered: int
    withdrawn: int
    left_waiting: bool


def run_all(
    *,
    authority: IdentityAuthority,
    kind: str = Kind.IDENTITY,
    batch: int = 2000,
    patience: dt.timedelta = dt.timedelta(seconds=60),
    progress: Progress | None = None,
) -> Run:
    """Ask until nothing waits, or until the authority has not answered for ``patience``. Call it again at any time: what
    was answered is not asked again, and any number of processes may run at once. ``progress`` is told how many of
    the requests are answered so far."""
    answered = withdrawn = 0
    last_news = time.monotonic()
    while True:
        with acting_as_system(reason="identity verification"):
            done = services.run_batch(authority=authority, kind=kind, limit=batch)
            due = selectors.next_due_at(kind=kind)
        answered, withdrawn = answered + done.answered, withdrawn + done.withdrawn
        if done.answered or done.withdrawn:
            last_news = time.monotonic()
            if progress is not None:
                progress(answered)
        if done.taken == 0 and due is None:
            return Run(answered=answered, withdrawn=withdrawn, left_waiting=False)
        if time.monotonic() - last_news > patience.total_seconds():
            return Run(answered=answered, withdrawn=withdrawn, left_waiting=True)
        if due is not None and not done.answered:
            # Never less than a moment: what is due now may be in another process's hands.
            time.sleep(max(0.05, min((due - timezone.now()).total_seconds(), 5.0)))
