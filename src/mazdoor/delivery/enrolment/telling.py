"""Telling people what was decided: enrolled, or refused with the reason and how to appeal.

Who was found eligible is told. Who was refused is told if their family applied to the programme: nobody hears that a
pension they never asked for was not approved. A decision that is held is not told yet. People refused by one clause get
the same words, so a bulk decision is told in one statement for each clause.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection

from mazdoor.delivery.assessment.policies import policy_set
from mazdoor.kernel.refusals import Words
from mazdoor.notices import services as notices
from mazdoor.rules.model import Clause
from mazdoor.rules.wording import OUTCOMES

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
            params={
                "programme": short,
                "reason": refusal_reason(programme_code, clause),
                "appeal": Words(programme.appeal.en, programme.appeal.ur),
            },
            rows_sql=_REFUSED,
            parameters={"run": run_id, "clause": clause},
        )
    return told


def refusal_reason(programme_code: str, clause_id: str) -> Words:
    """The clause that decided, as a reason: an exclusion that applies is the reason itself, a condition that fails is
    named as not met. A code no clause has speaks for itself."""
    policies = policy_set()
    found = _find(policies.rules[policies.programmes[programme_code].rule].root, clause_id, excluding=False)
    if found is None:
        return Words(clause_id, clause_id)
    clause, excluding = found
    if excluding:
        return Words(clause.title.en, clause.title.ur)
    not_met = OUTCOMES["why_not_met"]
    return Words(f"{not_met.en} {clause.title.en}", f"{not_met.ur} {clause.title.ur}")


def _find(clause: Clause, wanted: str, *, excluding: bool) -> tuple[Clause, bool] | None:
    if clause.id == wanted:
        return clause, excluding
    below = excluding if clause.kind != "none_of" else not excluding
    for part in clause.parts:
        found = _find(part, wanted, excluding=below)
        if found is not None:
            return found
    return None
