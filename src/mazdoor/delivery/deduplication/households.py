"""One household registered twice, and one person in two households: found by sets, decided by an officer, undone again.

Both are put right by events of registration (a union, a move into the other household), which keep both times and can be
taken back. A person is in two households only by a merge: two records of theirs, each a member of another one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from mazdoor.delivery.deduplication import refusals
from mazdoor.delivery.deduplication.limits import limits_at
from mazdoor.delivery.deduplication.merging import deciding_officer, head_of, hold_merges
from mazdoor.delivery.deduplication.models import HouseholdPair
from mazdoor.delivery.deduplication.states import HOUSEHOLD_MOVES, HouseholdState
from mazdoor.delivery.registration import events
from mazdoor.delivery.registration import selectors as registration
from mazdoor.journal import services as journal

# Members of two households that are one person, or are in a strong pair; at least two, and enough of the smaller one.
_FIND = """
INSERT INTO deduplication_householdpair (household_a_id, household_b_id, shared, share, state, note, area_a, area_b)
SELECT household_a, household_b, shared, shared::float8 / least(size_a, size_b), 'queued', '', h.area_code, k.area_code
FROM (
    SELECT least(a.household_id, b.household_id) AS household_a, greatest(a.household_id, b.household_id) AS household_b,
           least(count(DISTINCT alike.one), count(DISTINCT alike.other)) AS shared
    FROM (
        SELECT person_a_id AS one, person_b_id AS other FROM deduplication_matchedpair
        WHERE strong AND state IN ('queued', 'proposed', 'same')
        UNION
        SELECT canonical_person_id, person_id FROM deduplication_canonicalperson
        UNION
        SELECT c.person_id, d.person_id FROM deduplication_canonicalperson c
        JOIN deduplication_canonicalperson d
          ON d.canonical_person_id = c.canonical_person_id AND d.person_id > c.person_id
    ) alike
    JOIN registration.person_now a ON a.person_id = alike.one
    JOIN registration.person_now b ON b.person_id = alike.other
    WHERE a.household_id <> b.household_id
    GROUP BY 1, 2
) counted
JOIN registration.household_now h ON h.household_id = counted.household_a
JOIN registration.household_now k ON k.household_id = counted.household_b
JOIN LATERAL (SELECT count(*) AS size_a FROM registration.person_now p WHERE p.household_id = household_a) sa ON true
JOIN LATERAL (SELECT count(*) AS size_b FROM registration.person_now p WHERE p.household_id = household_b) sb ON true
WHERE shared >= 2 AND shared::float8 / least(size_a, size_b) >= %(share)s
ON CONFLICT (household_a_id, household_b_id) DO UPDATE SET shared = excluded.shared, share = excluded.share
WHERE deduplication_householdpair.state = 'queued'
  AND (deduplication_householdpair.shared, deduplication_householdpair.share) IS DISTINCT FROM (excluded.shared, excluded.share)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A membership that was ended: the events that did it, in order. Taking them back in reverse order undoes it."""

    event_ids: tuple[int, ...]


def find_households() -> int:
    """Queue households that may be one registered twice, among those the caller sees; returns how many are new or changed.

    What was found different stays so.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FIND, {"share": limits_at().household_share})
        found = int(cursor.rowcount)
        if found:
            journal.record(act="deduplication.households.found", subject="deduplication", details={}, count=found)
    return found


@transaction.atomic
def decide_households(
    *, household_pair_id: int, decision: str, note: str = "", keep_household_id: int | None = None
) -> int | None:
    """Say whether two households are one: ``same`` joins them by a union of registration and gives its event.

    Everybody of the other household moves into ``keep_household_id`` (else the older one), as they stood to its head where
    both heads are one person. Refuses DED-003, DED-005, DED-018, and whatever registration refuses.
    """
    officer = deciding_officer()
    hold_merges()
    pair = HouseholdPair.objects.select_for_update().filter(pk=household_pair_id).first()
    if decision not in ("same", "different"):
        raise refusals.DECISION_UNKNOWN.because(decision=decision)
    wanted = HouseholdState(decision)
    if pair is None or wanted not in HOUSEHOLD_MOVES[HouseholdState(pair.state)]:
        raise refusals.HOUSEHOLDS_UNKNOWN.because()
    if wanted is HouseholdState.SAME:
        kept = pair.household_b_id if keep_household_id == pair.household_b_id else pair.household_a_id
        gone = pair.household_a_id if kept == pair.household_b_id else pair.household_b_id
        pair.event_id = events.merge_households(
            household_id=gone, into_id=kept, relationships=_relationships(gone, kept), on=timezone.localdate()
        ).event_id
    pair.state, pair.officer_id, pair.note, pair.decided_at = wanted, officer, note.strip(), timezone.now()
    pair.save(update_fields=["state", "officer_id", "note", "decided_at", "event_id"])
    journal.record(
        act="deduplication.households.decided",
        subject=f"household_pair:{pair.pk}",
        details={"decision": wanted.value} | ({"event": pair.event_id} if pair.event_id else {}),
    )
    return pair.event_id


@transaction.atomic
def undo_households(*, household_pair_id: int, reason: str) -> None:
    """Take the union back: everybody lives again where they were believed to; the two households wait for a decision.

    Refuses DED-004, DED-005, DED-018, and REG-081 where a later event stands on the union.
    """
    officer = deciding_officer()
    if not reason.strip():
        raise refusals.REASON_NEEDED.because()
    hold_merges()
    pair = HouseholdPair.objects.select_for_update().filter(pk=household_pair_id, state=HouseholdState.SAME).first()
    if pair is None or pair.event_id is None:
        raise refusals.HOUSEHOLDS_UNKNOWN.because()
    events.take_back(event_id=pair.event_id)
    pair.state, pair.officer_id, pair.note, pair.decided_at = HouseholdState.QUEUED, officer, reason.strip(), None
    pair.event_id = None
    pair.save(update_fields=["state", "officer_id", "note", "decided_at", "event_id"])
    journal.record(
        act="deduplication.households.parted", subject=f"household_pair:{pair.pk}", details={"officer": officer}
    )


@transaction.atomic
def end_membership(
    *, person_id: int, household_id: int, stays_head: int | None = None, on: dt.date | None = None
) -> Ended:
    """One person lives in two households under two records: end the membership of one record (``person_id``) in
    ``household_id``; it goes to the household of the person's other record.

    Where the record heads the household others stay in, ``stays_head`` names who heads it from now on. Refuses DED-005,
    DED-019, and REG-076 where the household would have no head.
    """
    deciding_officer()
    hold_merges()
    day = on or timezone.localdate()
    found = [row for row in in_two_households() if person_id in (row["person_id"], row["canonical_person_id"])]
    homes = {
        int(home)
        for row in found
        for number, home in (
            (row["person_id"], row["household_id"]),
            (row["canonical_person_id"], row["canonical_household_id"]),
        )
        if number != person_id and home != household_id
    }
    mine = registration.get_person(person_id=person_id)
    if not found or len(homes) != 1 or mine["household_id"] != household_id:
        raise refusals.NOT_IN_TWO_HOUSEHOLDS.because()
    made: list[int] = []
    others = [row for row in registration.household_members(household_id=household_id) if row["person_id"] != person_id]
    if mine["relationship"] == "head" and others and stays_head is not None:
        made.append(
            events.split_household(
                household_id=household_id, relationships={person_id: "head"}, on=day, stays_head=stays_head
            ).event_id
        )
    made.append(events.join_household(household_id=homes.pop(), relationships={person_id: "other"}, on=day).event_id)
    journal.record(
        act="deduplication.membership.ended", subject=f"person:{person_id}", details={"household": household_id}
    )
    return Ended(event_ids=tuple(made))


def in_two_households(*, limit: int = 200) -> list[dict[str, Any]]:
    """Persons whose records are members of two households, among those the caller sees, by number."""
    return registration.rows(
        """
        SELECT canonical_person_id, canonical_household_id, person_id, household_id
        FROM deduplication.in_two_households ORDER BY canonical_person_id, person_id LIMIT %(limit)s
        """,
        {"limit": limit},
    )


def _relationships(gone: int, kept: int) -> dict[int, str]:
    """How the members of one household stand to the head of the other: as before where both heads are one person."""
    leaving = registration.household_members(household_id=gone)
    heads = {
        number: next((row["person_id"] for row in members if row["relationship"] == "head"), None)
        for number, members in ((gone, leaving), (kept, registration.household_members(household_id=kept)))
    }
    one_head = None not in heads.values() and len({head_of(int(each or 0)) for each in heads.values()}) == 1
    return {
        int(row["person_id"]): str(row["relationship"]) if one_head and row["relationship"] != "head" else "other"
        for row in leaving
    }
