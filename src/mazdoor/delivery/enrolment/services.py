"""Doors into enrolment: decide on an assessment run, enrol the eligible, pause, resume, exit.

Bulk doors are one transaction and a handful of set-based statements, whatever the number of people.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection, transaction

from mazdoor.access import selectors as access
from mazdoor.database.bulk import ANALYSE_FROM, analyse
from mazdoor.delivery.assessment import selectors as assessment
from mazdoor.delivery.enrolment import refusals
from mazdoor.delivery.enrolment.models import Enrolment, EnrolmentEvent
from mazdoor.delivery.enrolment.places import PLACED, lock_places
from mazdoor.delivery.enrolment.states import TRANSITIONS, EnrolmentState
from mazdoor.delivery.enrolment.telling import tell_decisions
from mazdoor.delivery.enrolment.words import PLACES_TAKEN
from mazdoor.journal import services as journal


@dataclass(frozen=True, kw_only=True)
class Decided:
    """Decisions on one run, by kind, the enrolments that followed, and the notices queued to tell people."""

    eligible: int
    refused: int
    held: int
    waiting: int
    enrolled_new: int
    enrolled_kept: int
    left_paused: int
    suspended: int
    told: int


# An unknown fact holds the decision; so does an identity nobody has confirmed, and so does an open pair: whoever may be
# somebody else waits until a person has looked. Nobody is refused for it, and nobody is paid twice for it. Whose number
# is behind the last place of a quota waits for a place; those held keep their number, so that none is given away.
_DECIDE = f"""
WITH {PLACED}
INSERT INTO enrolment_eligibilitydecision
    (programme_code, person_id, unit_kind, unit_id, assessment_run_id, assessment_id, decision, clause, cycle_amount,
     place, places, decided_by, area_code)
SELECT a.programme_code, a.person_id, a.unit_kind, a.unit_id, a.run_id, a.assessment_id,
       CASE WHEN a.eligible IS FALSE THEN 'refused'
            WHEN a.eligible IS NULL OR i.person_id IS NULL OR o.person_id IS NOT NULL THEN 'held'
            WHEN q.place > q.places THEN 'waiting'
            ELSE 'eligible' END,
       CASE WHEN a.eligible AND i.person_id IS NULL THEN 'identity-not-confirmed'
            WHEN a.eligible AND o.person_id IS NOT NULL THEN 'open-duplicate'
            WHEN a.eligible AND q.place > q.places THEN '{PLACES_TAKEN}'
            ELSE a.deciding_clause END,
       a.amount, q.place, q.places, %(officer)s, a.area_code
FROM assessment.assessment a
LEFT JOIN placed q ON q.assessment_id = a.assessment_id
LEFT JOIN (SELECT person_id FROM verification.identity_now WHERE outcome = 'match') i ON i.person_id = a.person_id
LEFT JOIN (SELECT DISTINCT person_id FROM deduplication.open_pair) o ON o.person_id = a.person_id
WHERE a.run_id = %(run)s
ON CONFLICT ON CONSTRAINT decision_once_a_run DO NOTHING
"""

_ENROL = """
INSERT INTO enrolment_enrolment
    (programme_code, benefit_code, person_id, canonical_person_id, unit_kind, unit_id, decision_id, from_date,
     cycle_amount, place_category, place_area, area_code)
SELECT d.programme_code, %(benefit)s, d.person_id, coalesce(c.canonical_person_id, d.person_id), d.unit_kind, d.unit_id,
       d.id, %(from_date)s, d.cycle_amount, CASE WHEN d.place IS NULL THEN '' ELSE a.category END,
       CASE WHEN d.place IS NULL THEN '' ELSE a.quota_area END, d.area_code
FROM enrolment_eligibilitydecision d
JOIN assessment.assessment a ON a.assessment_id = d.assessment_id
LEFT JOIN deduplication.canonical_person c ON c.person_id = d.person_id
WHERE d.assessment_run_id = %(run)s AND d.decision = 'eligible'
ORDER BY d.id
ON CONFLICT DO NOTHING
RETURNING id
"""

# A new run renews the amount and the decision behind it of those enrolled. A pause or suspension stays as it is.
_RENEW = """
UPDATE enrolment_enrolment e
SET cycle_amount = d.cycle_amount, decision_id = d.id
FROM enrolment_eligibilitydecision d
WHERE d.assessment_run_id = %(run)s AND d.decision = 'eligible'
  AND e.programme_code = d.programme_code AND e.unit_kind = d.unit_kind AND e.unit_id = d.unit_id
  AND e.state = 'enrolled' AND e.decision_id <> d.id
"""

# Whom the rules refuse now is not paid on: suspended, never removed in silence. A person ends it, or a later run that
# finds them eligible again is followed by somebody who resumes it.
_SUSPEND = """
WITH moved AS (
    UPDATE enrolment_enrolment e SET state = 'suspended'
    FROM enrolment_eligibilitydecision d
    WHERE d.assessment_run_id = %(run)s AND d.decision = 'refused' AND e.state = 'enrolled'
      AND e.programme_code = d.programme_code AND e.unit_kind = d.unit_kind AND e.unit_id = d.unit_id
      AND e.decision_id < d.id
    RETURNING e.id, d.clause, e.area_code
)
INSERT INTO enrolment_enrolmentevent (enrolment_id, from_state, to_state, reason, officer_id, area_code)
SELECT id, 'enrolled', 'suspended', 'no longer eligible: ' || clause, %(officer)s, area_code FROM moved
"""


def decide(*, run_id: int, benefit_code: str, from_date: dt.date) -> Decided:
    """Decide on every unit of a finished run and enrol the eligible from ``from_date``. Deciding twice changes nothing.

    Where the programme has a quota, those inside are enrolled and the others wait for a place, with a decision that says so;
    whoever holds a place keeps it. Raises ``ENR-001`` for an unfinished run, ``ENR-005`` where a rule gave no amount to
    somebody eligible, ``ENR-006`` where whoever decides on places does not see the whole run.
    """
    access.check_acting_may("enrolment.decide")
    run = assessment.find_finished_run(run_id=run_id)
    if run is None:
        raise refusals.RUN_NOT_FINISHED.because(run=run_id)
    officer = access.current_officer_id()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM assessment.assessment WHERE run_id = %s AND eligible AND amount IS NULL", [run_id]
        )
        (without_amount,) = cursor.fetchone()
        if without_amount:
            raise refusals.AMOUNT_MISSING.because(count=without_amount)
        lock_places(run_id=run_id, programme_code=run.programme_code, units=run.counts.get("units"))
        cursor.execute(_DECIDE, {"run": run_id, "programme": run.programme_code, "officer": officer})
        if cursor.rowcount >= ANALYSE_FROM:
            analyse("enrolment_eligibilitydecision")
        cursor.execute(_ENROL, {"run": run_id, "benefit": benefit_code, "from_date": from_date})
        fresh = [row[0] for row in cursor.fetchall()]
        if len(fresh) >= ANALYSE_FROM:
            analyse("enrolment_enrolment")
        cursor.execute(
            "INSERT INTO enrolment_enrolmentevent (enrolment_id, from_state, to_state, reason, officer_id, area_code) "
            "SELECT id, '', 'enrolled', 'assessed eligible', %s, area_code FROM enrolment_enrolment WHERE id = ANY (%s)",
            [officer, fresh],
        )
        cursor.execute(_RENEW, {"run": run_id})
        cursor.execute(_SUSPEND, {"run": run_id, "officer": officer})
        suspended = int(cursor.rowcount)
        cursor.execute(
            "SELECT count(*) FILTER (WHERE decision = 'eligible'), count(*) FILTER (WHERE decision = 'refused'), "
            "count(*) FILTER (WHERE decision = 'held'), count(*) FILTER (WHERE decision = 'waiting') "
            "FROM enrolment_eligibilitydecision WHERE assessment_run_id = %s",
            [run_id],
        )
        eligible, refused, held, waiting = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FILTER (WHERE e.state = 'enrolled'), count(*) FILTER (WHERE e.state = 'paused') "
            "FROM enrolment_enrolment e JOIN enrolment_eligibilitydecision d "
            "ON e.programme_code = d.programme_code AND e.unit_kind = d.unit_kind AND e.unit_id = d.unit_id "
            "WHERE d.assessment_run_id = %s AND d.decision = 'eligible'",
            [run_id],
        )
        live, paused = cursor.fetchone()
        told = tell_decisions(run_id=run_id, programme_code=run.programme_code, from_date=from_date)
        journal.record(
            act="enrolment.run.decided",
            subject=f"run:{run_id}",
            details={
                "programme": run.programme_code,
                "eligible": eligible,
                "refused": refused,
                "held": held,
                "waiting": waiting,
                "suspended": suspended,
                "rule": run.rule_hash[:16],
            },
            count=eligible + refused + held + waiting,
        )
    return Decided(
        eligible=eligible,
        refused=refused,
        held=held,
        waiting=waiting,
        enrolled_new=len(fresh),
        enrolled_kept=live - len(fresh),
        left_paused=paused,
        suspended=suspended,
        told=told,
    )


def pause(*, enrolment_id: int, reason: str) -> None:
    """Pause an enrolment: it is not paid until a person resumes it, whatever later runs say."""
    _move(enrolment_id, EnrolmentState.PAUSED, reason)


def resume(*, enrolment_id: int, reason: str) -> None:
    """Resume a paused or suspended enrolment."""
    _move(enrolment_id, EnrolmentState.ENROLLED, reason)


def exit_enrolment(*, enrolment_id: int, reason: str, on: dt.date) -> None:
    """End an enrolment from a day on."""
    _move(enrolment_id, EnrolmentState.EXITED, reason, to_date=on)


@transaction.atomic
def _move(enrolment_id: int, wanted: EnrolmentState, reason: str, to_date: dt.date | None = None) -> None:
    access.check_acting_may("enrolment.decide")
    if not reason.strip():
        raise refusals.REASON_NEEDED.because()
    enrolment = Enrolment.objects.select_for_update().filter(pk=enrolment_id).first()
    if enrolment is None:
        raise refusals.ENROLMENT_UNKNOWN.because()
    state = EnrolmentState(enrolment.state)
    if wanted not in TRANSITIONS[state]:
        raise refusals.STEP_NOT_ALLOWED.because(state=state.value, wanted=wanted.value)
    enrolment.state = wanted
    enrolment.to_date = to_date
    enrolment.save(update_fields=["state", "to_date"])
    EnrolmentEvent.objects.create(
        enrolment=enrolment,
        from_state=state,
        to_state=wanted,
        reason=reason.strip()[:200],
        officer_id=access.current_officer_id(),
        area_code=enrolment.area_code,
    )
    journal.record(act=f"enrolment.{wanted.value}", subject=f"enrolment:{enrolment_id}", details={})
