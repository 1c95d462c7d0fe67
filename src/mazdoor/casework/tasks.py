"""What casework does by itself: fetch findings of verification, and the day's work of the recertification calendar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from procrastinate.contrib.django import app

from mazdoor.access.services import acting_as_system
from mazdoor.casework.changes.opening import open_change
from mazdoor.casework.models_changes import Change
from mazdoor.casework.recertification.running import run_calendar
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.verification import selectors as verification
from mazdoor.kernel.refusals import Refusal

ABOUT: Final = {
    "name": "name", "given_name": "name", "surname": "name", "father_name": "name", "birth_date": "birth_date",
    "cnic": "cnic", "sex": "sex",
}  # fmt: skip
"""Which kind of change a field that parts asks for."""


def take_findings(*, limit: int = 500) -> int:
    """Open a question for each open discrepancy that has none yet; returns how many. Each discrepancy is asked about once.

    Verification stands earlier than casework and cannot call it; and it knows only *that* something parts, never what is
    right: so a question is opened, and an officer finds out and proposes. A contested card is for deduplication to decide,
    not for a change.
    """
    opened = after = 0
    while found := verification.open_discrepancies(limit=limit, after=after):
        after = found[-1]["discrepancy_id"]
        known = set(
            Change.objects.filter(source__in=[f"discrepancy:{row['discrepancy_id']}" for row in found]).values_list(
                "source", flat=True
            )
        )
        for row in found:
            source = f"discrepancy:{row['discrepancy_id']}"
            if source in known or row["outcome"] == "contested" or _known_to_have_died(row):
                continue
            opened += _ask(int(row["person_id"]), _kind(row["outcome"], row["fields"]), source)
    return opened


def _known_to_have_died(row: Mapping[str, Any]) -> bool:
    """Whether the authority tells a death that the record holds already: then nothing is left to ask."""
    if row["outcome"] != "deceased":
        return False
    try:
        return registration.get_person(person_id=int(row["person_id"]))["died_on"] is not None
    except Refusal:  # no longer on the register: asking says so too
        return False


def _kind(outcome: str, fields: list[str]) -> str:
    """What an answer of the authority asks about: a death, a card nobody holds, or the field that parts."""
    if outcome == "deceased":
        return "death"
    return next((ABOUT[field] for field in fields if field in ABOUT), "cnic")


def _ask(person_id: int, kind: str, source: str) -> int:
    try:
        open_change(person_id=person_id, type_code=kind, values={}, channel="verification", source=source)
    except Refusal as refusal:
        if refusal.code in ("CSW-011", "REG-011"):  # asked about already, or no longer on the register
            return 0
        raise
    return 1


@app.periodic(cron="*/5 * * * *")
@app.task(name="casework.findings", queueing_lock="casework.findings", pass_context=False)
def fetch_findings(timestamp: int = 0) -> None:
    """Every five minutes: what verification found."""
    with acting_as_system(reason="findings of verification"):
        take_findings()


@app.periodic(cron="10 4 * * *")
@app.task(name="casework.recertification", queueing_lock="casework.recertification", pass_context=False)
def work_calendar(timestamp: int = 0) -> None:
    """Each night: the calendar of recertification."""
    run_calendar()
