"""What runs behind by itself: forgetting visits of workers that are over."""

from __future__ import annotations

from procrastinate.contrib.django import app

from mazdoor.access.workers import forget_old


@app.periodic(cron="40 * * * *")
@app.task(queueing_lock="access.forget-visits", pass_context=False)
def forget_visits(timestamp: int = 0) -> None:
    """Each hour: what is older than two days."""
    forget_old()
