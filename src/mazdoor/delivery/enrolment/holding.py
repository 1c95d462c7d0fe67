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

_THESE = "SELECT unnest(%(_persons)s::bigint[])"


@transaction.atomic
def suspend_many(*, persons_sql: str, parameters: Mapping[str, Any], reason: str) -> int:
    """Suspend the live enrolments of the canonical persons that ``persons_sql`` gives (over read views); how many.

    One statement for any number. The same call again changes nothing.
    """
    access.check_acting_may("enrolment.decide")
    return _suspend(persons_sql, parameters, reason)


@transaction.atomic
def lift_many(*, persons_sql: str, parameters: Mapping[str, Any], reason: str, why: str) -> int:
    """Enrol again those of the canonical persons whose last event was a suspension for ``reason``; how many."""
    access.check_acting_may("enrolment.renew")
    return _lift(persons_sql, parameters, reason, why)


def suspend_persons(*, person_ids: Sequence[int], reason: str) -> int:
    """As :func:`suspend_many`, for a few canonical persons, as part of another room's act that was permitted there."""
    return _suspend(_THESE, {"_persons": list(person_ids)}, reason)


def lift_persons(*, person_ids: Sequence[int], reason: str, why: str) -> int:
    """As :func:`lift_many`, for a few canonical persons, as part of another room's act that was permitted there."""
    return _lift(_THESE, {"_persons": list(person_ids)}, reason, why)


def _suspend(persons_sql: str, parameters: Mapping[str, Any], reason: str) -> int:
    return _move(_SUSPEND, persons_sql, parameters, act="enrolment.many.suspended", reason=reason)


def _lift(persons_sql: str, parameters: Mapping[str, Any], reason: str, why: str) -> int:
    return _move(_LIFT, persons_sql, {**parameters, "_why": why}, act="enrolment.many.resumed", reason=reason)


def _move(statement: str, persons_sql: str, parameters: Mapping[str, Any], *, act: str, reason: str) -> int:
    """Run the statement for these persons, in the officer's name, and write down how many it moved."""
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(persons=persons_sql),
            {**parameters, "_reason": reason, "_officer": access.current_officer_id()},
        )
        count = int(cursor.rowcount)
    if count:
        journal.record(act=act, subject="enrolment", details={"reason": reason}, count=count)
    return count
