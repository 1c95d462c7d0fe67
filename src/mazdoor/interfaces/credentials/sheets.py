"""Sheets of many cards, made behind the page: asked for, chosen and printed in portions, fetched, cleared away.

A portion is a PDF of a hundred cards (ten sheets of A4, both sides), so memory stays flat and an office prints what is ready
while the rest is made. Portions lie sealed in the home folder for `KEPT_DAYS` days and are then removed.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.database.home import home_folder
from mazdoor.database.keys import keyring
from mazdoor.interfaces.credentials import printing, refusals, selectors, services
from mazdoor.interfaces.credentials.models import Card, Sheets
from mazdoor.interfaces.credentials.states import CardState, SheetsState
from mazdoor.journal import selectors as journal_of
from mazdoor.journal import services as journal

PORTION: Final = 100
"""Cards in one PDF."""
KEPT_DAYS: Final = 7
SHEETS: Final = "credentials.sheets"
CHOOSING, PRINTING = "choose", "print"
PURPOSE: Final = "card_sheets"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetsRow:
    """Sheets somebody asked for. ``left_out`` cards wait for the scanner to clear their photograph."""

    sheets_id: int
    area_code: str
    state: str
    cards: int
    left_out: int
    portions: int
    asked_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """How far the work behind is: ``done`` of ``total`` portions. ``error`` is the code it ended with, or '', with its
    ``details``."""

    state: str
    worker: bool
    done: int
    total: int
    error: str
    details: Mapping[str, str | int]

    @property
    def under_way(self) -> bool:
        """Whether it waits or runs."""
        return self.state != "ended"


@transaction.atomic
def ask_for_sheets(*, area_code: str, again: bool, most: int) -> int:
    """Have first cards made and printed for up to ``most`` people of an area (``again``: print the live ones made there
    today once more). Returns the number of the sheets. Raises ``CRD-010``, ``OFF-002``."""
    from mazdoor.interfaces.credentials import tasks

    access.check_acting_may("credentials.issue")
    if most > services.MOST_AT_ONCE:
        raise refusals.TOO_MANY.because(count=most, most=services.MOST_AT_ONCE)
    officer = access.current_officer_id()
    row = Sheets.objects.create(area_code=area_code, again=again, most=most, officer_id=officer)
    # A register brought back from a copy counts on from an older number: cards printed under a later one are not these.
    if (left := path_of(row.pk, 0).parent).exists():
        shutil.rmtree(left)
    journal.record(
        act="credentials.sheets.asked", subject=f"sheets:{row.pk}", details={"area": area_code, "most": most}
    )
    journal.put_behind(tasks.make_sheets, key=key_of(row.pk), sheets_id=row.pk, officer_id=officer or 0)
    return int(row.pk)


def key_of(sheets_id: int) -> str:
    """What the jobs of sheets are kept under."""
    return f"sheets:{sheets_id}"


def choose_cards(*, sheets_id: int) -> list[int]:
    """Make, or find, the cards of these sheets. Returns their numbers."""
    row = Sheets.objects.select_for_update().get(pk=sheets_id)
    if row.again:
        cards = selectors.cards_made_on(day=timezone.localdate(row.asked_at), area_code=row.area_code, limit=row.most)
    else:
        people = selectors.people_without_card(area_code=row.area_code, limit=row.most)
        cards = [card.card_id for card in services.issue_cards(person_ids=people)]
    row.card_ids = cards
    row.save(update_fields=["card_ids"])
    return cards


def print_portion(*, sheets_id: int, portion: int) -> None:
    """Set one portion and keep it sealed. Cards that ended since are left out, and those whose photograph is withheld."""
    row = Sheets.objects.select_for_update().get(pk=sheets_id)
    wanted = row.card_ids[portion * PORTION : (portion + 1) * PORTION]
    live = list(Card.objects.filter(pk__in=wanted, state=CardState.LIVE).order_by("pk").values_list("pk", flat=True))
    waiting = services.photos_withheld(card_ids=live)
    ready = [number for number in live if number not in waiting]
    if waiting:
        row.left_out += len(waiting)
        row.save(update_fields=["left_out"])
    path = path_of(sheets_id, portion)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if ready:
        pages = services.set_cards(card_ids=ready, layout=printing.Layout.SHEET)
        part = path.with_suffix(".part")
        part.write_bytes(keyring().seal_bytes(pages, purpose=PURPOSE))
        part.chmod(0o600)
        part.replace(path)
        journal.record(
            act="credentials.cards.printed", subject=f"cards:{ready[0]}-{ready[-1]}", details={}, count=len(ready)
        )


def finish(*, sheets_id: int) -> None:
    """Everything is printed, or there was nothing to print."""
    row = Sheets.objects.select_for_update().get(pk=sheets_id)
    row.state = SheetsState.READY if row.card_ids else SheetsState.EMPTY
    row.save(update_fields=["state"])


def path_of(sheets_id: int, portion: int) -> Path:
    """Where a portion lies, sealed."""
    return home_folder() / "sheets" / str(sheets_id) / f"{portion}.sealed"


@transaction.atomic
def fetch_portion(*, sheets_id: int, portion: int) -> bytes:
    """The PDF of one portion; who fetched it is journaled. Raises ``CRD-012`` where it is not there (yet, or any more)."""
    access.check_acting_may("credentials.issue")
    row = get_sheets(sheets_id=sheets_id)
    path = path_of(sheets_id, portion)
    if not path.exists():
        raise refusals.SHEETS_GONE.because()
    journal.record(
        act="credentials.sheets.fetched", subject=f"sheets:{row.sheets_id}", details={"portion": portion + 1}
    )
    return keyring().open_bytes(path.read_bytes(), purpose=PURPOSE)


def get_sheets(*, sheets_id: int) -> SheetsRow:
    """Sheets of an area the caller sees. Raises ``CRD-012``."""
    row = Sheets.objects.filter(pk=sheets_id).first()
    if row is None:
        raise refusals.SHEETS_GONE.because()
    return _row(row)


def list_sheets(*, limit: int = 10) -> list[SheetsRow]:
    """The sheets asked for last in the areas the caller sees."""
    return [_row(row) for row in Sheets.objects.order_by("-pk")[:limit]]


def portions_ready(*, sheets_id: int) -> list[int]:
    """The portions that lie ready to be fetched, in order."""
    row = get_sheets(sheets_id=sheets_id)
    return [portion for portion in range(row.portions) if path_of(sheets_id, portion).exists()]


def find_work(*, sheets_id: int) -> Underway | None:
    """What is done behind to these sheets; ``None`` where nothing was asked for."""
    row = get_sheets(sheets_id=sheets_id)
    behind = journal_of.find_behind(task=SHEETS, key=key_of(sheets_id))
    if behind is None:
        return None
    run = journal_of.find_job(name=SHEETS, key=key_of(sheets_id))
    steps = {step.step: step for step in run.steps} if run is not None else {}
    ended = behind.state == "ended"
    return Underway(
        state=behind.state,
        worker=journal_of.is_worker_there(),
        done=steps[PRINTING].done if PRINTING in steps else 0,
        total=row.portions,
        error=run.error if run is not None and ended and row.state == SheetsState.ASKED else "",
        details=run.details if run is not None else {},
    )


def clear_away(*, before: dt.datetime) -> int:
    """Remove what was printed for sheets asked for before a moment; returns for how many. The system does."""
    old = list(
        Sheets.objects.filter(asked_at__lt=before).exclude(state=SheetsState.CLEARED).values_list("pk", flat=True)
    )
    for number in old:
        shutil.rmtree(path_of(number, 0).parent, ignore_errors=True)
    Sheets.objects.filter(pk__in=old).update(state=SheetsState.CLEARED)
    return len(old)


def _row(row: Sheets) -> SheetsRow:
    return SheetsRow(
        sheets_id=row.pk,
        area_code=row.area_code,
        state=row.state,
        cards=len(row.card_ids),
        left_out=row.left_out,
        portions=-(-len(row.card_ids) // PORTION),
        asked_at=row.asked_at,
    )
