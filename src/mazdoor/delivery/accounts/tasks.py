"""Long work of accounts: take every request to its bank until each has an answer."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.accounts import opening, selectors
from mazdoor.delivery.accounts.ports import AccountProvider

Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a run did: requests that ended, by how; ``left`` when some are still under way as patience ended."""

    opened: int
    refused: int
    left: bool


def run_all(
    *,
    provider: AccountProvider,
    batch: int = 1000,
    patience: dt.timedelta = dt.timedelta(seconds=60),
    progress: Progress | None = None,
) -> Run:
    """Ask until nothing is under way, or until nothing has ended for ``patience``. Call it again at any time; any number
    of processes may run at once. ``progress`` is told how many requests have ended so far."""
    opened = refused = ended = 0
    last_news = time.monotonic()
    while True:
        with acting_as_system(reason="opening of accounts"):
            done = opening.open_accounts(provider=provider, limit=batch)
            due = selectors.next_due_at()
        opened, refused, ended = opened + done.opened, refused + done.refused, ended + done.news
        if done.news:
            last_news = time.monotonic()
            if progress is not None:
                progress(ended)
        if done.taken == 0 and due is None:
            return Run(opened=opened, refused=refused, left=False)
        if time.monotonic() - last_news > patience.total_seconds():
            return Run(opened=opened, refused=refused, left=True)
        if due is not None and not done.news:
            # Never less than a moment: what is due now may be in another process's hands.
            time.sleep(max(0.05, min((due - timezone.now()).total_seconds(), 5.0)))
