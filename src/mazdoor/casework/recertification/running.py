"""The day's work of the calendar over all households: set-based, resumable, one journal entry a step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from mazdoor.casework.recertification.calendar import Calendar, calendar_on
from mazdoor.casework.recertification.renewing import HELD, PERSONS, lift, schedule
from mazdoor.delivery.enrolment import holding
from mazdoor.journal import services as journal
from mazdoor.journal.services import job_run
from mazdoor.notices import services as notices

NAME: Final = "casework.recertification"
HOUSEHOLDS_A_PART: Final = 250_000

# What a visit has confirmed since the cycle began ends it, whoever wrote the visit down.
_VISITED: Final = """
EXISTS (SELECT 1 FROM registration.person_now p
        JOIN verification.verification_now v ON v.person_id = p.person_id
        WHERE p.household_id = r.household_id AND v.method = 'visit' AND v.outcome = 'match'
          AND database_day(v.verified_at) > r.opened_on)
"""
_RENEW_VISITED: Final = f"""
UPDATE casework_renewal r SET state = 'renewed', renewed_on = %(today)s, renewed_by = 'visit'
WHERE r.state NOT IN ('renewed', 'ended') AND {_VISITED}
"""
_END: Final = """
UPDATE casework_renewal r SET state = 'ended'
WHERE r.state NOT IN ('renewed', 'ended')
  AND NOT EXISTS (SELECT 1 FROM registration.person_now p WHERE p.household_id = r.household_id)
"""
_TELL: Final = """
WITH told AS (
    UPDATE casework_renewal r SET step = %(step)s, state = 'told', told_on = %(today)s
    WHERE r.state IN ('scheduled', 'told') AND r.step = %(step)s - 1 AND r.due_on + %(days)s <= %(today)s
      AND (r.told_on IS NULL OR r.told_on + %(between)s <= %(today)s)
    RETURNING r.due_on
)
SELECT due_on, count(*) FROM told GROUP BY due_on ORDER BY due_on
"""
_ADDRESSED: Final = """
SELECT DISTINCT ON (r.id) p.person_id, p.area_code, 'renewal:' || r.id || ':' || r.step
FROM casework_renewal r JOIN registration.person_now p ON p.household_id = r.household_id
WHERE {which} AND p.died_on IS NULL
ORDER BY r.id, (p.relationship = 'head') DESC, p.has_mobile DESC, p.birth_date NULLS LAST, p.person_id
"""
_HOLD: Final = """
UPDATE casework_renewal r SET state = 'held', held_on = %(today)s
WHERE r.state = 'told' AND r.step >= %(notices)s AND r.due_on + %(days)s <= %(today)s
  AND r.told_on + %(between)s <= %(today)s
"""
_REVIEW: Final = """
WITH late AS (
    UPDATE casework_renewal r SET state = 'review'
    WHERE r.state = 'held' AND r.held_on + %(days)s <= %(today)s
    RETURNING r.id, r.household_id, r.area_code
)
INSERT INTO casework_case (kind, person_id, subject, state, area_code)
SELECT DISTINCT ON (late.id) 'finding', p.person_id, 'renewal:' || late.id, 'opened', late.area_code
FROM late JOIN registration.person_now p ON p.household_id = late.household_id
ORDER BY late.id, (p.relationship = 'head') DESC, p.birth_date NULLS LAST, p.person_id
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What one day's run did: households newly on the calendar, renewed by a visit, ended, told, held, for review."""

    scheduled: int
    renewed: int
    ended: int
    told: int
    held: int
    review: int


def run_calendar(*, today: dt.date | None = None, progress: Callable[[str, int, int], None] | None = None) -> Ran:
    """Do the day's work of the calendar. The same day again changes nothing; a killed run goes on where it was.

    A job in the journal's table of jobs, one transaction for each step, shown with its progress on the page of
    recertification.
    """
    day = today or timezone.localdate()
    calendar = calendar_on(day)
    with job_run(name=NAME, key=day.isoformat()) as job:
        scheduled = [0]

        def put(part: int) -> None:
            first = part * HOUSEHOLDS_A_PART
            new = schedule(today=day, first=first, until=first + HOUSEHOLDS_A_PART)
            scheduled[0] += new
            if new:
                journal.record(act="casework.renewals.scheduled", subject="renewals", details={"part": part}, count=new)
            if progress is not None:
                progress("schedule", part + 1, parts)

        parts = _largest() // HOUSEHOLDS_A_PART + 1
        renewed = int(job.once("visited", lambda: _renew_visited(day)))
        ended = int(job.once("ended", lambda: _counted(_END, {}, "casework.renewals.ended")))
        job.each("schedule", parts=range(parts), act=put)
        told = 0
        for step, days in enumerate(calendar.notice_days, start=1):
            told += int(job.once(f"tell {step}", partial(_tell, calendar, day, step, days)))
        held = int(job.once("hold", lambda: _hold(calendar, day)))
        review = int(
            job.once(
                "review",
                lambda: _counted(
                    _REVIEW, {"today": day, "days": calendar.review_after_days}, "casework.renewals.for_review"
                ),
            )
        )
    return Ran(scheduled=scheduled[0], renewed=renewed, ended=ended, told=told, held=held, review=review)


def _renew_visited(day: dt.date) -> int:
    lift(which=f"r.state = 'held' AND {_VISITED} OR r.state = 'review' AND {_VISITED}")
    return _counted(_RENEW_VISITED, {"today": day}, "casework.renewals.visited")


def _tell(calendar: Calendar, day: dt.date, step: int, days: int) -> int:
    """Send the notice of one step to every household it is time for; each due day is one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_TELL, {"step": step, "days": days, "today": day, "between": calendar.least_days_between})
        due_days = [(row[0], int(row[1])) for row in cursor.fetchall()]
    for due_on, _ in due_days:
        late = days > 0
        params: dict[str, Any] = {"due_on": due_on}
        if late:
            params["held_on"] = due_on + dt.timedelta(days=calendar.hold_after_days)
        notices.queue_alike(
            template="renewal_late" if late else "renewal_due",
            params=params,
            rows_sql=_ADDRESSED.format(
                which="r.state = 'told' AND r.step = %(step)s AND r.due_on = %(due)s AND r.told_on = %(today)s"
            ),
            parameters={"step": step, "due": due_on, "today": day},
        )
    told = sum(count for _, count in due_days)
    if told:
        journal.record(act="casework.renewals.told", subject="renewals", details={"step": step}, count=told)
    return told


def _hold(calendar: Calendar, day: dt.date) -> int:
    """Payment waits for those who did not answer the last notice; they are told so, and how it goes on."""
    held = _counted(
        _HOLD,
        {
            "today": day,
            "notices": calendar.hold_after_notices,
            "days": calendar.hold_after_days,
            "between": calendar.least_days_between,
        },
        "casework.renewals.held",
    )
    if held:
        which = "r.state = 'held' AND r.held_on = %(today)s"
        holding.suspend_many(persons_sql=PERSONS.format(which=which), parameters={"today": day}, reason=HELD)
        notices.queue_alike(
            template="renewal_held",
            params={},
            rows_sql=_ADDRESSED.format(which=which).replace("|| ':' || r.step", "|| ':held'"),
            parameters={"today": day},
        )
    return held


def _counted(statement: str, parameters: dict[str, Any], act: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        count = int(cursor.rowcount)
    if count:
        journal.record(act=act, subject="renewals", details={}, count=count)
    return count


def _largest() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(household_id), 0) FROM registration.household_now")
        return int(cursor.fetchone()[0])
