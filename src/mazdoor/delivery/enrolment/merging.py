"""What becomes of enrolments when two records become one person, when that is undone, and when a pair is held to be fraud.

Enrolments of the merged record are from then on the canonical person's. One live enrolment in a programme is the rule,
so where both had one, the merged record's ends with the merge, whatever its state; undoing gives each its own again.

Somebody held to be paid twice on purpose is not paid on: what both records have is suspended until a person finds
otherwise. A pause stays a pause, and nobody exits by this.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from mazdoor.delivery.deduplication import selectors as deduplication
from mazdoor.delivery.deduplication.participants import (
    Decided,
    Merged,
    Stake,
    follow_decisions,
    register_participant,
    register_stakes,
)
from mazdoor.delivery.enrolment.holding import lift_persons, suspend_persons

MERGED = "merged into another record of the same person"
UNMERGED = "the merge was undone"
FOUND_OTHERWISE = "the pair was found not to be fraud"

_END = """
UPDATE enrolment_enrolment e SET state = 'exited', to_date = database_today()
FROM (SELECT id, state, to_date FROM enrolment_enrolment
      WHERE canonical_person_id = %(gone)s AND state <> 'exited' FOR UPDATE) before
WHERE e.id = before.id
  AND EXISTS (SELECT 1 FROM enrolment_enrolment k
              WHERE k.canonical_person_id = %(kept)s AND k.programme_code = e.programme_code AND k.state <> 'exited')
RETURNING e.id, before.state, before.to_date::text
"""
_MOVE = "UPDATE enrolment_enrolment SET canonical_person_id = %(to)s WHERE id = ANY (%(ids)s)"
# Reopened unless the record, or its family, was enrolled anew meanwhile: that one stands.
_REOPEN = """
UPDATE enrolment_enrolment e SET state = %(state)s, to_date = %(to_date)s WHERE id = %(id)s AND state = 'exited'
  AND NOT EXISTS (
      SELECT FROM enrolment_enrolment o
      WHERE o.programme_code = e.programme_code AND o.state <> 'exited'
        AND (o.canonical_person_id = e.canonical_person_id OR (o.unit_kind, o.unit_id) = (e.unit_kind, e.unit_id)))
"""
_EVENT = """
INSERT INTO enrolment_enrolmentevent (enrolment_id, from_state, to_state, reason, officer_id, area_code)
SELECT id, %(before)s, state, %(why)s, nullif(current_setting('mazdoor.officer', true), '')::bigint, area_code
FROM enrolment_enrolment WHERE id = %(id)s
"""


def take_part() -> None:
    """Register this room's part in merges and decisions; called at start-up."""
    register_participant("enrolment", on_merge, on_undo)
    register_stakes("enrolment", stakes)
    follow_decisions("enrolment", on_decision)


def stakes(person_ids: list[int]) -> list[Stake]:
    """What these persons are enrolled for, whatever the state of it: paisa a cycle."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT programme_code, cycle_amount FROM enrolment_enrolment "
            "WHERE canonical_person_id = ANY (%s) AND state <> 'exited' ORDER BY id",
            [person_ids],
        )
        return [Stake(programme_code=code, amount=int(amount)) for code, amount in cursor.fetchall()]


def on_decision(news: Decided) -> None:
    """Fraud: both are paid no longer. Found otherwise later: whoever was suspended for this pair is enrolled again."""
    people = sorted({deduplication.canonical_of(number) for number in (news.person_a_id, news.person_b_id)})
    if news.decision == "fraud":
        suspend_persons(person_ids=people, reason=fraud_reason(news.pair_id))
    elif news.before == "fraud" and news.decision in ("same", "different"):
        lift_persons(person_ids=people, reason=fraud_reason(news.pair_id), why=FOUND_OTHERWISE)


def fraud_reason(pair_id: int) -> str:
    """Why an enrolment is suspended: by it exactly those suspended for this pair are known again."""
    return f"held to be paid twice on purpose: pair {pair_id}"


def on_merge(news: Merged) -> dict[str, Any]:
    """End what would be a second live enrolment, and give the rest to the canonical person."""
    with connection.cursor() as cursor:
        cursor.execute(_END, {"gone": news.merged_person_id, "kept": news.canonical_person_id})
        ended = [{"id": row[0], "state": row[1], "to_date": row[2]} for row in cursor.fetchall()]
        for enrolment in ended:
            cursor.execute(_EVENT, {"id": enrolment["id"], "before": enrolment["state"], "why": MERGED})
        cursor.execute(
            "SELECT id FROM enrolment_enrolment WHERE canonical_person_id = %s ORDER BY id", [news.merged_person_id]
        )
        moved = [int(row[0]) for row in cursor.fetchall()]
        cursor.execute(_MOVE, {"ids": moved, "to": news.canonical_person_id})
    return {"ended": ended, "moved": moved}


def on_undo(news: Merged, record: dict[str, Any]) -> None:
    """Give back what was moved, with what came to the merged records since, and reopen what the merge ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM enrolment_enrolment WHERE canonical_person_id = %s AND person_id = ANY (%s)",
            [news.canonical_person_id, list(news.person_ids)],
        )
        since = [int(row[0]) for row in cursor.fetchall()]
        cursor.execute(_MOVE, {"ids": sorted({*record["moved"], *since}), "to": news.merged_person_id})
        for enrolment in record["ended"]:
            cursor.execute(_REOPEN, enrolment)
            if cursor.rowcount:
                cursor.execute(_EVENT, {"id": enrolment["id"], "before": "exited", "why": UNMERGED})
