"""What deduplication does by itself: pairs that were put aside come back on their day."""

from __future__ import annotations

from procrastinate.contrib.django import app

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.deduplication.deciding import bring_back_due
from mazdoor.delivery.deduplication.households import find_households


@app.periodic(cron="40 3 * * *")
@app.task(name="deduplication.due", queueing_lock="deduplication.due", pass_context=False)
def bring_back(timestamp: int = 0) -> None:
    """Each night: pairs put aside that are due, and households registered twice that came of the day's merges."""
    with acting_as_system(reason="duplicates that are due"):
        bring_back_due()
        find_households()
