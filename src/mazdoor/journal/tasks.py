"""What runs behind by itself: handing over news, sealing the journal, making the partitions of coming months.

Jobs of procrastinate live in PostgreSQL, so enqueueing one is part of the transaction that needs it.
``mazdoor`` commands that wait for such work call these functions directly.
"""

from __future__ import annotations

from procrastinate.contrib.django import app

from mazdoor.database.partitions import make_months_ready
from mazdoor.journal import outbox, sealing


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="journal.deliver", pass_context=False)
def deliver_news(timestamp: int = 0) -> None:
    """Each minute: hand over what is waiting."""
    outbox.deliver()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="journal.seal", pass_context=False)
def seal_journal(timestamp: int = 0) -> None:
    """Each ten minutes: seal what was written."""
    sealing.seal()


@app.periodic(cron="15 3 * * *")
@app.task(queueing_lock="journal.months", pass_context=False)
def prepare_months(timestamp: int = 0) -> None:
    """Each night: the partitions of the coming months."""
    make_months_ready()
