"""Who has one of the places of a quota: whoever holds one keeps it, the free ones go on in the order of the assessment.

A place is held by an enrolment that has not ended (paused and suspended ones too, since a person may resume them), and by
one that ended after its benefit was received: that place is used up. The decision never computes the order; it counts.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

from mazdoor.delivery.enrolment import refusals

# One decider of a programme at a time: two that count the same free places would give them twice.
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('enrolment.places:' || %(programme)s, 0))"

_SEEN: Final = """
SELECT count(*) FILTER (WHERE quota_rank IS NOT NULL), count(*) FROM assessment.assessment WHERE run_id = %(run)s
"""

# ``placed``: each unit of the run that a quota limits and that holds no place yet, with its number behind those held.
PLACED: Final = """
placed AS (
    SELECT a.assessment_id, a.quota_places AS places,
           coalesce(h.held, 0) + row_number() OVER (PARTITION BY a.category, a.quota_area ORDER BY a.quota_rank) AS place
    FROM assessment.assessment a
    LEFT JOIN (
        SELECT e.place_category, e.place_area, count(*) AS held
        FROM enrolment_enrolment e
        WHERE e.programme_code = %(programme)s AND e.place_area <> ''
          AND (e.state <> 'exited'
               OR EXISTS (SELECT 1 FROM assessment.benefit_received b
                          WHERE b.programme_code = e.programme_code AND b.person_id = e.person_id))
        GROUP BY 1, 2
    ) h ON h.place_category = a.category AND h.place_area = a.quota_area
    WHERE a.run_id = %(run)s AND a.quota_rank IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM enrolment_enrolment e
                      WHERE e.programme_code = a.programme_code AND e.unit_kind = a.unit_kind AND e.unit_id = a.unit_id
                        AND e.state <> 'exited')
)
"""


def lock_places(*, run_id: int, programme_code: str, units: int | None) -> None:
    """Let nobody else give places of the programme in this transaction's time.

    Raises ``ENR-006`` where a quota limits units of the run and whoever acts does not see all of its ``units``: the order
    runs through the whole area, so that a part of it would give away places of others.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, {"run": run_id})
        limited, seen = cursor.fetchone()
        if not limited:
            return
        if seen != units:
            raise refusals.PLACES_NEED_THE_WHOLE.because(run=run_id)
        cursor.execute(_LOCK, {"programme": programme_code})
