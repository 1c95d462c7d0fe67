"""The pen that writes spells: cut, alter and write what is believed about an anchor, on both axes of time.

Nothing that was believed is overwritten. A row that is no longer believed gets the end of its recorded time; what is
believed instead is written as new rows from the same moment. So after any number of acts the rows of one anchor that
are believed at a moment never overlap in valid time, and asking "as known on" an earlier moment gives what was believed
then. The pen remembers each row it closed or opened: with that an act can be taken back exactly (:mod:`.taking_back`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.db import connection

from mazdoor.delivery.registration.models import (
    BusinessRecord,
    EmploymentRecord,
    HouseholdRecord,
    Member,
    PersonRecord,
    Premises,
    Spell,
)

KINDS: Final[dict[str, tuple[type[Any], str]]] = {
    "person": (PersonRecord, "person_id"),
    "household": (HouseholdRecord, "household_id"),
    "member": (Member, "person_id"),
    "business": (BusinessRecord, "business_id"),
    "employment": (EmploymentRecord, "employment_id"),
    "premises": (Premises, "business_id"),
}
"""Spells by the word the pen knows them by: their table, and the column of the anchor they belong to."""

_TIMES: Final = frozenset({"id", "valid_from", "valid_to", "recorded_from", "recorded_to"})
Change = Mapping[str, Any] | Callable[[Any], Mapping[str, Any]]


def values_of(row: Spell) -> dict[str, Any]:
    """Everything a row says, without its id and its two times."""
    return {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.attname not in _TIMES
    }


def covers(row: Spell, day: dt.date) -> bool:
    """Whether a spell holds on a day."""
    return row.valid_from <= day and (row.valid_to is None or row.valid_to > day)


class Pen:
    """Writes at one moment of belief, ``at``. Made inside the transaction of the act that uses it."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            # The database's clock, read once: what ends and what begins by one act touch without gap or overlap.
            cursor.execute("SELECT clock_timestamp()")
            (self.at,) = cursor.fetchone()
        self.closed: dict[str, list[int]] = {}
        self.opened: dict[str, list[int]] = {}
        self.restored: dict[str, dict[str, int]] = {}

    def lock(self, *anchors: tuple[str, int]) -> None:
        """Let no other act write these anchors until the transaction ends; in one order, so that nobody waits in a ring."""
        with connection.cursor() as cursor:
            for kind, number in sorted(set(anchors)):
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"spell {kind} {number}"])
            # Somebody may have written while we waited: what is written now is believed from after that.
            cursor.execute("SELECT greatest(clock_timestamp(), %s)", [self.at])
            (self.at,) = cursor.fetchone()

    def believed(self, kind: str, anchor_id: int) -> list[Any]:
        """What is believed now about an anchor, in the order of valid time, locked."""
        model, anchor = KINDS[kind]
        return list(
            model.objects.select_for_update()
            .filter(**{anchor: anchor_id}, recorded_to__isnull=True)
            .order_by("valid_from")
        )

    def on(self, kind: str, anchor_id: int, day: dt.date) -> Any:
        """The spell believed now that holds on a day, or ``None``."""
        return next((row for row in self.believed(kind, anchor_id) if covers(row, day)), None)

    def write(self, kind: str, *, since: dt.date, until: dt.date | None = None, **values: Any) -> Any:
        """Believe something from now on about ``[since, until)``. What was believed there must have been cleared."""
        row = KINDS[kind][0](valid_from=since, valid_to=until, recorded_from=self.at, recorded_to=None, **values)
        row.save(force_insert=True)
        self.opened.setdefault(kind, []).append(row.pk)
        return row

    def alter(
        self, kind: str, anchor_id: int, change: Change, *, since: dt.date | None = None, until: dt.date | None = None
    ) -> int:
        """Believe of ``[since, until)`` what is believed there now but for ``change`` (column → value, or a function of
        the row that gives it). Later spells within keep what the change does not name. Returns how many spells changed.
        """
        changed = 0
        for row in self.believed(kind, anchor_id):
            start = max(row.valid_from, since) if since else row.valid_from
            end = _earlier(row.valid_to, until)
            if end is not None and start >= end:
                continue
            wanted = change(row) if callable(change) else change
            if all(_same(getattr(row, name), value) for name, value in wanted.items()):
                continue
            values = values_of(row)
            self.close(kind, row)
            if row.valid_from < start:
                self.write(kind, since=row.valid_from, until=start, **values)
            self.write(kind, since=start, until=end, **(values | dict(wanted)))
            if end is not None and (row.valid_to is None or end < row.valid_to):
                self.write(kind, since=end, until=row.valid_to, **values)
            changed += 1
        return changed

    def clear(self, kind: str, anchor_id: int, *, since: dt.date | None = None, until: dt.date | None = None) -> int:
        """Believe nothing of ``[since, until)`` any more. Returns how many spells were cut."""
        cut = 0
        for row in self.believed(kind, anchor_id):
            start = max(row.valid_from, since) if since else row.valid_from
            end = _earlier(row.valid_to, until)
            if end is not None and start >= end:
                continue
            values = values_of(row)
            self.close(kind, row)
            if row.valid_from < start:
                self.write(kind, since=row.valid_from, until=start, **values)
            if end is not None and (row.valid_to is None or end < row.valid_to):
                self.write(kind, since=end, until=row.valid_to, **values)
            cut += 1
        return cut

    def close(self, kind: str, row: Any) -> None:
        """Stop believing a row. A row this same pen opened was never believed by anybody: it goes without a trace."""
        if row.pk in self.opened.get(kind, ()):
            self.opened[kind].remove(row.pk)
            row.delete()
            return
        row.recorded_to = self.at
        row.save(update_fields=["recorded_to"])
        self.closed.setdefault(kind, []).append(row.pk)

    def reopen(self, kind: str, row_ids: Iterable[int]) -> None:
        """Believe again, from now, what these closed rows said."""
        model, _ = KINDS[kind]
        for row in model.objects.filter(pk__in=list(row_ids)).order_by("valid_from"):
            again = self.write(kind, since=row.valid_from, until=row.valid_to, **values_of(row))
            self.restored.setdefault(kind, {})[str(row.pk)] = again.pk

    @property
    def strokes(self) -> dict[str, Any]:
        """Every row closed and opened, by kind, and which row says again what an earlier one said: what an event keeps."""
        return {
            "closed": self.closed,
            "opened": {kind: ids for kind, ids in self.opened.items() if ids},
            "restored": self.restored,
        }


def _earlier(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    """The earlier of two ends, where none means never."""
    if one is None or other is None:
        return one if other is None else other
    return min(one, other)


def _same(one: Any, other: Any) -> bool:
    """Equality that takes the database's memory views for the bytes they are."""
    if isinstance(one, memoryview | bytes) and isinstance(other, memoryview | bytes):
        return bytes(one) == bytes(other)
    return bool(one == other)
