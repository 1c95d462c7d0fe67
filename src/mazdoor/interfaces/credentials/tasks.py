"""The long work of cards, behind the page: sheets of many; and each night, old sheets are cleared away."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.interfaces.credentials import sheets
from mazdoor.journal.services import AGAIN, run_behind


@app.task(name=sheets.SHEETS, retry=AGAIN)
def make_sheets(*, sheets_id: int, officer_id: int) -> None:
    """Make the cards and print them in portions, in the name of the officer who asked. Begun again after a kill, it goes
    on with the next portion."""

    def acting() -> AbstractContextManager[Any]:
        return acting_as(officer_id=officer_id) if officer_id else acting_as_system(reason="sheets of cards")

    with run_behind(name=sheets.SHEETS, key=sheets.key_of(sheets_id), acting=acting) as job:
        cards = job.once(sheets.CHOOSING, lambda: sheets.choose_cards(sheets_id=sheets_id))
        portions = range(-(-len(cards) // sheets.PORTION))
        job.each(
            sheets.PRINTING,
            parts=portions,
            act=lambda portion: sheets.print_portion(sheets_id=sheets_id, portion=portion),
        )
        job.once("finish", lambda: sheets.finish(sheets_id=sheets_id))


@app.periodic(cron="41 3 * * *")
@app.task(name="credentials.clear_sheets", queueing_lock="credentials.clear_sheets", pass_context=False)
def clear_old_sheets(timestamp: int = 0) -> None:
    """Each night: what was printed more than `sheets.KEPT_DAYS` days ago is removed."""
    with acting_as_system(reason="old sheets of cards are cleared away"):
        sheets.clear_away(before=timezone.now() - dt.timedelta(days=sheets.KEPT_DAYS))
