"""Long work of verification: ask about everybody who waits, batch by batch, and each night about what has run out.

The worker beside the site asks by itself, every minute, whoever this installation knows an address of; a service that is
down is asked again later, and what was answered stays answered wherever the worker is killed.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.verification import selectors, services
from mazdoor.delivery.verification.asking import ASKINGS
from mazdoor.delivery.verification.models import Kind
from mazdoor.delivery.verification.ports import wires

Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a run did: requests answered, withdrawn, and those still waiting when patience ended."""

    answered: int
    withdrawn: int
    left_waiting: bool


def run_all(
    *,
    authority: Any,
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
        with acting_as_system(reason="verification"):
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


@app.periodic(cron="* * * * *")
@app.task(name="verification.ask", queueing_lock="verification.ask", lock="verification.ask", pass_context=False)
def ask_services(timestamp: int = 0) -> None:
    """Each minute: ask every service that has an address about whoever waits and is due."""
    configured = wires()
    for kind, asking in ASKINGS.items():
        service = asking.service(configured)
        if service is not None:
            run_all(authority=service, kind=kind, patience=dt.timedelta(0))


@app.periodic(cron="20 2 * * *")
@app.task(name="verification.renew", queueing_lock="verification.renew", pass_context=False)
def renew(timestamp: int = 0) -> None:
    """Each night: queue anew what has run out or was verified of a record that has changed since."""
    with acting_as_system(reason="verification renewed"):
        services.request_expiring(on=timezone.localdate())
        services.request_after_changes()
