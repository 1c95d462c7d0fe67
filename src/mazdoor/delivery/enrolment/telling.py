"""Telling people what was decided: enrolled, refused with the reason, or waiting for a place, and how to appeal.

Who was found eligible is told. Who was refused is told if their family applied to the programme: nobody hears that a
pension they never asked for was not approved. A decision that is held is not told yet. People refused by one clause get
the same words, so a bulk decision is told in one statement for each clause, and for each category and area whose places
were taken. The number of each in the order stands on their decision and in the letter.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection

from mazdoor.delivery.assessment.policies import policy_set
from mazdoor.kernel.refusals import Words
from mazdoor.notices import services as notices
from mazdoor.notices.segments import MOST_SEGMENTS, count_segments
from mazdoor.notices.templates import fill, render
from mazdoor.reference import selectors as reference
from mazdoor.rules.explanation import reason_of

_ENROLLED = """
SELECT e.person_id, e.area_code, 'decision:' || e.decision_id FROM enrolment.enrolment_now e
JOIN enrolment.decision d ON d.decision_id = e.decision_id
WHERE d.assessment_run_id = %(run)s AND e.state = 'enrolled'
"""
_REFUSED = """
SELECT d.person_id, d.area_code, 'decision:' || d.decision_id FROM enrolment.decision d
WHERE d.assessment_run_id = %(run)s AND d.decision = 'refused' AND d.clause = %(clause)s
  AND EXISTS (SELECT 1 FROM registration.application a JOIN registration.person_now p ON p.family_id = a.family_id
              WHERE p.person_id = d.person_id AND a.programme_code = d.programme_code)
"""
_WAITING = """
SELECT d.person_id, d.area_code, 'decision:' || d.decision_id FROM enrolment.decision d
JOIN assessment.assessment a ON a.assessment_id = d.assessment_id
WHERE d.assessment_run_id = %(run)s AND d.decision = 'waiting' AND a.category = %(category)s AND a.quota_area = %(area)s
"""


def tell_decisions(*, run_id: int, programme_code: str, from_date: dt.date) -> int:
    """Queue the notices of a decided run; the same run again queues nothing new. Returns how many are new."""
    programme = policy_set().programmes[programme_code]
    short = Words(programme.short.en, programme.short.ur)
    told = notices.queue_alike(
        template="enrolled",
        params={"programme": short, "from_date": from_date},
        rows_sql=_ENROLLED,
        parameters={"run": run_id},
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT clause FROM enrolment.decision WHERE assessment_run_id = %s AND decision = 'refused' ORDER BY 1",
            [run_id],
        )
        clauses = [row[0] for row in cursor.fetchall()]
    for clause in clauses:
        told += notices.queue_alike(
            template="refused",
            params=refusal(programme_code, clause),
            rows_sql=_REFUSED,
            parameters={"run": run_id, "clause": clause},
        )
    return told + _tell_waiting(run_id, programme_code)


def _tell_waiting(run_id: int, programme_code: str) -> int:
    """Queue the notices of those who wait for a place: everybody who qualifies is told."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.category, a.quota_area, max(d.places) FROM enrolment.decision d "
            "JOIN assessment.assessment a ON a.assessment_id = d.assessment_id "
            "WHERE d.assessment_run_id = %s AND d.decision = 'waiting' GROUP BY 1, 2 ORDER BY 1, 2",
            [run_id],
        )
        groups = cursor.fetchall()
    return sum(
        notices.queue_alike(
            template="waiting",
            params=waiting(programme_code, category, area, places),
            rows_sql=_WAITING,
            parameters={"run": run_id, "category": category, "area": area},
        )
        for category, area, places in groups
    )


def waiting(programme_code: str, category: str, area: str, places: int) -> dict[str, Words]:
    """What fills the message of those whose places were taken: programme, places, area, and how to appeal."""
    programme = policy_set().programmes[programme_code]
    count = f"{places:,}"
    named = Words(reference.area_name(area, "en"), reference.area_name(area, "ur"))
    return {"programme": programme.short, "places": Words(count, count), "area": named, "appeal": programme.appeal}


def refusal(programme_code: str, clause_id: str) -> dict[str, Words]:
    """What fills the message of a refusal: the programme, the clause that decided with its provision in short, and how to
    appeal. A provision too long for three SMS stands in the letter alone; reason and appeal are never cut for it."""
    policies = policy_set()
    programme = policies.programmes[programme_code]
    found: dict[str, Words] = {"programme": programme.short, "appeal": programme.appeal}
    for cited in (True, False):
        found["reason"] = reason_of(policies, programme_code, clause_id, cited=cited)
        if all(count_segments(render("refused", fill(found, each), each)) <= MOST_SEGMENTS for each in ("en", "ur")):
            break
    return found
