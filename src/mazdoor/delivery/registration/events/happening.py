"""The frame of every event: one transaction, who may, whom it concerns, the pen, the record, the journal, the news.

Who moves to another office's area is handed over: the rows bear that office's code from then on, and a hand-over waits
there until somebody receives them (:func:`.places.receive`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.database.acting import acting, current
from mazdoor.delivery.registration import refusals, refusals_events
from mazdoor.delivery.registration.events.spells import Pen
from mazdoor.delivery.registration.looking import refresh_keys
from mazdoor.delivery.registration.models import Household, Person
from mazdoor.delivery.registration.models_events import Event, HandOver
from mazdoor.journal import services as journal

NEWS: Final = "registration.event.recorded"
"""Topic of the news of an event: ``event_id``, ``kind``, ``person_ids``, ``household_ids``."""


class Happening:
    """An event while it is being written."""

    def __init__(self, kind: str, on: dt.date, reach: ExitStack) -> None:
        self._reach = reach
        self._beyond: set[str] = set()
        self._handed: tuple[int, str, str] | None = None
        self.hand_over_id: int | None = None
        self.kind = kind
        self.on = on
        self.pen = Pen()
        self.person_ids: set[int] = set()
        self.household_ids: set[int] = set()
        self.areas: dict[str, dict[str, str]] = {"person": {}, "household": {}}
        self.fields: list[str] = []
        self.reverses: Event | None = None
        self.reason = ""
        self.area_code = ""
        self.event_id = 0

    def person(self, person_id: int) -> Any:
        """The current record of a person this event concerns. Raises ``REG-011``, and ``REG-073`` for the dead."""
        self.person_ids.add(person_id)
        if not Person.objects.filter(pk=person_id).exists():
            raise refusals.PERSON_UNKNOWN.because()
        rows = self.pen.believed("person", person_id)
        if not rows:
            raise refusals.PERSON_UNKNOWN.because()
        record = next((row for row in rows if row.valid_to is None), rows[-1])
        if record.died_on is not None and self.kind not in ("correction", "reversal"):
            raise refusals_events.PERSON_DEAD.because()
        self.area_code = self.area_code or record.area_code
        return record

    def household(self, household_id: int) -> Household:
        """A household this event concerns. Raises ``REG-070`` where none is seen, ``REG-071`` where it is no more."""
        self.household_ids.add(household_id)
        found = Household.objects.filter(pk=household_id).first()
        if found is None:
            raise refusals_events.HOUSEHOLD_UNKNOWN.because()
        if not any(_until(row) > self.on for row in self.pen.believed("household", household_id)):
            raise refusals_events.HOUSEHOLD_GONE.because()
        self.area_code = self.area_code or found.area_code
        return found

    def reach(self, *area_codes: str) -> None:
        """From here to the end of the act, write in these areas as well: only so can anybody be handed over.

        What may be *changed* was found under the officer's own areas before; this lets the changed rows bear the code of
        another office.
        """
        self._beyond |= {each for each in area_codes if each and not access.sees_area(each)}
        self._reach.enter_context(_also_in(sorted(self._beyond)))

    def hand_over(self, *, household_id: int, before: str, after: str) -> None:
        """Where another office answers from now on, leave a hand-over for it."""
        if before != after and after in self._beyond:
            self._handed = (household_id, before, after)

    def keep_hand_over(self) -> None:
        """Write the hand-over of this event, if there is one."""
        if self._handed is None:
            return
        household_id, before, after = self._handed
        row = HandOver.objects.create(
            event_id=self.event_id,
            person_ids=sorted(self.person_ids),
            household_id=household_id,
            from_area=before,
            to_area=after,
            handed_over_by=access.current_officer_id(),
        )
        self.hand_over_id = row.pk

    def membership(self, person_id: int) -> Any:
        """Where a person lives on the day of the event, or ``None``. Raises ``REG-072`` where a later place is known."""
        spells = self.pen.believed("member", person_id)
        if any(row.valid_from > self.on for row in spells):
            raise refusals_events.LATER_PLACE_KNOWN.because()
        return next((row for row in spells if row.valid_from <= self.on and _until(row) > self.on), None)


def _until(row: Any) -> dt.date:
    return row.valid_to or dt.date.max


@contextmanager
def happening(
    *,
    kind: Event.Kind,
    on: dt.date,
    person_ids: Sequence[int] = (),
    household_ids: Sequence[int] = (),
    others: Sequence[tuple[str, int]] = (),
) -> Iterator[Happening]:
    """One event: refused whole or kept whole, with one entry in the journal and one piece of news.

    Anchors are locked first. Raises ``OFF-002`` at a desk that may not, ``REG-074`` for a day that has not come.
    """
    with transaction.atomic(), ExitStack() as reach:
        access.check_acting_may("registration.correct")
        if on > timezone.localdate():
            raise refusals_events.DAY_NOT_COME.because(field="on")
        event = Happening(kind, on, reach)
        event.pen.lock(
            *[(each, number) for number in person_ids for each in ("person", "member")],
            *[("household", number) for number in household_ids],
            *others,
        )
        yield event
        _keep(event)


def _keep(event: Happening) -> None:
    row = Event.objects.create(
        kind=event.kind,
        happened_on=event.on,
        recorded_at=event.pen.at,
        officer_id=access.current_officer_id(),
        person_ids=sorted(event.person_ids),
        household_ids=sorted(event.household_ids),
        fields=sorted(set(event.fields)),
        strokes={**event.pen.strokes, "areas": event.areas},
        reverses=event.reverses,
        area_code=event.area_code,
    )
    event.event_id = row.pk
    event.keep_hand_over()
    if event.person_ids and "person" in event.pen.opened:
        refresh_keys(person_ids=sorted(event.person_ids))
    journal.record(
        act=f"registration.event.{event.kind}",
        subject=f"event:{row.pk}",
        details={"persons": len(event.person_ids), "fields": row.fields}
        | ({"reason": event.reason, "reverses": event.reverses.pk} if event.reason and event.reverses else {}),
        count=sum(len(ids) for ids in event.pen.opened.values()),
    )
    journal.publish(
        topic=NEWS,
        payload={
            "event_id": row.pk,
            "kind": event.kind,
            "person_ids": row.person_ids,
            "household_ids": row.household_ids,
        },
    )


@contextmanager
def _also_in(area_codes: Sequence[str]) -> Iterator[None]:
    """The same officer, with these areas besides their own."""
    officer, areas, reason = current()
    if areas == "*" or not area_codes:
        yield
        return
    with acting(officer=officer, areas=",".join([areas, *area_codes]), reason=reason):
        yield


@contextmanager
def of_the_whole_country() -> Iterator[None]:
    """The same officer, seeing every area, for what follows by rule from what they may change."""
    officer, _areas, reason = current()
    with acting(officer=officer, areas="*", reason=reason):
        yield
