"""What was written down wrongly of a job is put right: its first day, and who the employer is.

Both hold for as long as the job is known. Who really goes to another employer ends one employment and begins another.
"""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.utils import timezone

from mazdoor.delivery.registration import refusals_events, refusals_form, words
from mazdoor.delivery.registration.events.happening import Happening, happening
from mazdoor.delivery.registration.events.spells import values_of
from mazdoor.delivery.registration.events.work import employer_of, job_informal, own_business_of
from mazdoor.delivery.registration.models import Employment, EmploymentRecord, Household
from mazdoor.delivery.registration.models_events import Event
from mazdoor.delivery.registration.people import BusinessAnswers, EmploymentAnswers, check_employment
from mazdoor.delivery.registration.questionnaire.sense import surely_before
from mazdoor.delivery.registration.refusals import ANSWER_UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Employer:
    """Whom a job is for. Of a business either ``business_id`` (on the register) or ``described`` (it comes onto it); of a
    household ``household_id`` where it is on the register, else its ``name``. ``status`` where that was wrong with it."""

    kind: str
    business_id: int | None = None
    described: BusinessAnswers | None = None
    household_id: int | None = None
    name: str = ""
    status: str = ""


def correct_first_day(*, employment_id: int, started_on: dt.date, precision: str = "day") -> int:
    """A job began on another day than was written down; returns the event.

    The first terms that are believed are believed from that day on: further back, or no longer of the days before it.
    Raises ``REG-020`` for a day before birth, ``REG-074`` for one that has not come, ``REG-079``, ``REG-080`` where the job
    had ended by then, ``REG-085`` where nothing would change.
    """
    if precision not in words.PRECISION.answers:
        raise ANSWER_UNKNOWN.because(field="started_on_precision")
    job = _job(employment_id)
    with _correction(job, on=started_on) as event:
        born = event.person(job.person_id).birth_date
        if born is not None and surely_before(started_on, precision, born):
            raise refusals_form.BEFORE_BIRTH.because(
                question="In this work since", question_ur="اس کام میں کب سے", field="started_on"
            )
        spells = event.pen.believed("employment", employment_id)
        ended = next((row.ended_on for row in reversed(spells) if row.ended_on is not None), None)
        if not spells or (ended is not None and ended <= started_on):
            raise refusals_events.JOB_ENDED.because()
        event.fields = ["started_on"]
        first = spells[0]
        changed = first.valid_from != started_on
        if first.valid_from < started_on:
            event.pen.clear("employment", employment_id, until=started_on)
        elif first.valid_from > started_on:
            event.pen.close("employment", first)
            event.pen.write("employment", since=started_on, until=first.valid_to, **values_of(first))
        changed |= bool(event.pen.alter("employment", employment_id, {"started_on_precision": precision}))
        if not changed:
            raise refusals_events.NOTHING_CHANGES.because()
        follow_first_day(employment_id)
    return event.event_id


def follow_first_day(employment_id: int) -> None:
    """Keep the day on the job itself equal to the first of its spells that are believed."""
    first = EmploymentRecord.objects.filter(employment_id=employment_id, recorded_to__isnull=True).order_by(
        "valid_from"
    )
    Employment.objects.filter(pk=employment_id).update(started_on=first.values("valid_from")[:1])


def correct_employer(*, employment_id: int, employer: Employer) -> int:
    """A job is for another employer than was written down; returns the event.

    Every time of the job is judged by the rules of informality anew. Raises ``REG-006``, ``REG-070``, ``REG-079``,
    ``REG-085``, and ``REG-013`` where a business is neither named nor described.
    """
    if employer.kind not in words.EMPLOYER_KIND.answers:
        raise ANSWER_UNKNOWN.because(field="employer_kind")
    if employer.status and employer.status not in words.STATUS.answers:
        raise ANSWER_UNKNOWN.because(field="status")
    job = _job(employment_id)
    with _correction(job, on=job.started_on) as event:
        event.person(job.person_id)
        event.fields = ["employer_kind"]
        now = event.pen.believed("employment", employment_id)[-1]
        business_id = _business(event, job, now, employer) if employer.kind == "business" else None
        household_id = employer.household_id if employer.kind == "household" else None
        if household_id is not None and not Household.objects.filter(pk=household_id).exists():
            raise refusals_events.HOUSEHOLD_UNKNOWN.because()
        patch = {
            "employer_kind": employer.kind,
            "business_id": business_id,
            "employer_household_id": household_id,
            "employer_name": employer.name.strip() if employer.kind == "household" else "",
            **({"status": employer.status} if employer.status else {}),
        }
        if not event.pen.alter("employment", employment_id, patch):
            raise refusals_events.NOTHING_CHANGES.because()
        number = business_id or own_business_of(job)
        known = event.pen.believed("business", number) if number else []

        def judged(row: EmploymentRecord) -> dict[str, bool | None]:
            return {"informal": job_informal(row, {}, known[-1] if known else None, on=timezone.localdate())}

        event.pen.alter("employment", employment_id, judged)
    return event.event_id


def _business(event: Happening, job: Employment, now: EmploymentRecord, employer: Employer) -> int | None:
    """The business the job is for: one on the register, or the one described, which comes onto it."""
    answers = EmploymentAnswers(
        status=employer.status or now.status,
        category=now.category,
        employer_kind=employer.kind,
        isco_code=now.isco_code,
        isic_code=now.isic_code,
        sector=now.sector,
        pay_period=now.pay_period,
        started_on=job.started_on,
        business=employer.described,
    )
    if employer.business_id is None:
        check_employment(answers)
    return employer_of(event, answers, employer.business_id, job.person_id, job.area_code)[0]


def _job(employment_id: int) -> Employment:
    job = Employment.objects.filter(pk=employment_id).first()
    if job is None:
        raise refusals_events.JOB_UNKNOWN.because()
    return job


def _correction(job: Employment, *, on: dt.date) -> AbstractContextManager[Happening]:
    return happening(
        kind=Event.Kind.CORRECTION, on=on, person_ids=[job.person_id], others=[("employment", int(job.pk))]
    )
