"""The work of deduplication behind the page: many pairs accepted or undone (begun again, it goes on where it was), and each
night what comes back by itself and who is new."""

from __future__ import annotations

from typing import Final

from procrastinate.contrib.django import app

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.deduplication import refusals
from mazdoor.delivery.deduplication.accepting import accept_bulk, undo_accepted
from mazdoor.delivery.deduplication.deciding import bring_back_due
from mazdoor.delivery.deduplication.finding import find_pairs
from mazdoor.delivery.deduplication.households import find_households
from mazdoor.delivery.deduplication.running import check_not_broken
from mazdoor.journal.services import AGAIN, run_behind

ACCEPTING: Final = "deduplication.accept"
UNDOING: Final = "deduplication.undo"
COMPARING: Final = "deduplication.compare"
REGISTER: Final = "register"
"""What the job of comparing is kept under: there is one register."""


def key_of(bulk_id: int) -> str:
    """What the jobs of an acceptance are kept under: one of them runs at a time."""
    return f"bulk:{bulk_id}"


@app.task(name=ACCEPTING, retry=AGAIN)
def accept(*, bulk_id: int, officer_id: int) -> None:
    """Merge the pairs of a confirmed acceptance, in the name of the officer who confirmed."""
    with run_behind(name=ACCEPTING, key=key_of(bulk_id)):
        accept_bulk(bulk_id=bulk_id, officer_id=officer_id)


@app.task(name=UNDOING, retry=AGAIN)
def undo(*, bulk_id: int, officer_id: int) -> None:
    """Undo what an acceptance merged, in the name of the officer who asked for it."""
    with run_behind(name=UNDOING, key=key_of(bulk_id)):
        undo_accepted(bulk_id=bulk_id, officer_id=officer_id)


@app.periodic(cron="40 3 * * *")
@app.task(name="deduplication.due", queueing_lock="deduplication.due", pass_context=False)
def bring_back(timestamp: int = 0) -> None:
    """Each night: pairs put aside that are due, and households registered twice that came of the day's merges."""
    with acting_as_system(reason="duplicates that are due"):
        bring_back_due()
        find_households()


@app.periodic(cron="0 2 * * *")
@app.task(name=COMPARING, lock=REGISTER, queueing_lock=f"{COMPARING} {REGISTER}", retry=AGAIN, pass_context=False)
def compare(timestamp: int = 0) -> None:
    """Each night, and when somebody asks: whoever is new or changed is compared with everybody.

    A run that was killed is begun anew; one that broke off a few times in a row is not (DED-020).
    """
    with run_behind(name=COMPARING, key=f"{REGISTER}:{timestamp}", busy=(refusals.RUN_UNDER_WAY,)):
        check_not_broken()
        find_pairs()
