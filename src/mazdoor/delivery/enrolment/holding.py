"""Doors for many enrolments at once: suspend for a reason that later ends by itself, and lift exactly those again.

A pause is an act of a person and stays one: it is neither turned into a suspension here nor lifted. A suspension for one
reason is lifted only where that reason was the last thing that happened to the enrolment, so that whoever was suspended
by a decision stays suspended. Nobody exits by these doors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from mazdoor.access import selectors as access
from mazdoor.journal import services as journal

_SUSPEND = """
WITH moved AS (
    UPDATE enrolment_enrolment e SET state = 'suspended'
    WHERE e.state = 'enrolled' AND e.canonical_person_id IN ({persons})
    RETURNING e.id, e.area_code
)
INSERT INTO enrolment_enrolmentevent (enrolment_id, from_state, to_state, reason, officer_id, area_code)
SELECT id, 'enrolled', 'suspended', %(_reason)s, %(_officer)s, area_code FROM moved
"""

_LIFT = """
WITH moved AS (
    UPDATE enrolment_enrolment e SET state = 'enrolled'
    WHERE e.state = 'suspended' AND e.canonical_person_id IN ({persons})
      AND (SELECT v.reason FROM enrolment_enrolmentevent v WHERE v.enrolment_id = e.id
           ORDER BY v.happened_at DESC, v.id DESC LIMIT 1) = %(_reason)s
    RETURNING e.id, e.area_code
)
INSERT INTO enrolment_enrolmentevent (enrolment_id, from_state, to_state, reason, officer_id, area_code)
SELECT id, 'suspended', 'enrolled', %(_why)s, %(_officer)s, area_code FROM moved
"""


@transaction.atomic
def suspend_many(*, persons_sql: str, parameters: Mapping[str, Any], reason: str) -> int:
    """Suspend the live enrolments of the canonical persons that ``persons_sql`` gives (over read views); how many.

    One statement for any number. The same call again changes nothing.
    """
    access.check_acting_may("enrolment.decide")
    with connection.cursor() as cursor:
        cursor.execute(
            _SUSPEND.format(persons=persons_sql),
            {**parameters, "_reason": reason, "_officer": access.current_officer_id()},
        )
        count = int(cursor.rowcount)
    if count:
        journal.record(act="enrolment.many.suspended", subject="enrolment", details={"reason": reason}, count=count)
    return count


@transaction.atomic
def lift_many(*, persons_sql: str, parameters: Mapping[str, Any], reason: str, why: str) -> int:
    """Enrol again those of the canonical persons whose last event was a suspension for ``reason``; how many."""
    access.check_acting_may("enrolment.renew")
    with connection.cursor() as cursor:
        cursor.execute(
            _LIFT.format(persons=persons_sql),
            {**parameters, "_reason": reason, "_why": why, "_officer": access.current_officer_id()},
        )
        count = int(cursor.rowcount)
    if count:
        journal.record(act="enrolment.many.resumed", subject="enrolment", details={"reason": reason}, count=count)
    return count


def suspend_persons(*, person_ids: Sequence[int], reason: str) -> int:
    """As :func:`suspend_many`, for a few canonical persons, as part of another room's act that was permitted there."""
    return _move_persons(_SUSPEND, person_ids, {"_reason": reason}, act="enrolment.many.suspended", reason=reason)


def lift_persons(*, person_ids: Sequence[int], reason: str, why: str) -> int:
    """As :func:`lift_many`, for a few canonical persons, as part of another room's act that was permitted there."""
    values = {"_reason": reason, "_why": why}
    return _move_persons(_LIFT, person_ids, values, act="enrolment.many.resumed", reason=reason)


def _move_persons(statement: str, person_ids: Sequence[int], values: dict[str, Any], *, act: str, reason: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(persons="SELECT unnest(%(_persons)s::bigint[])"),
            {**values, "_persons": list(person_ids), "_officer": access.current_officer_id()},
        )
        count = int(cursor.rowcount)
    if count:
        journal.record(act=act, subject="enrolment", details={"reason": reason}, count=count)
    return count
