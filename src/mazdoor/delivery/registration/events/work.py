"""Employments and businesses: begun, changed, ended."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from mazdoor.delivery.registration import refusals_events, words
from mazdoor.delivery.registration.events.happening import Happening, happening
from mazdoor.delivery.registration.models import Business, Employment, Premises
from mazdoor.delivery.registration.models_events import Event
from mazdoor.delivery.registration.people import EmploymentAnswers, check_employment
from mazdoor.delivery.registration.refusals import ANSWER_UNKNOWN, PAY_NEGATIVE

JOB_FIELDS: Final = frozenset(
    {
        "is_primary", "status", "category", "isco_code", "isic_code", "sector", "pay_period", "pay_amount",
        "days_per_month", "hours_per_week", "written_contract", "paid_leave", "social_security", "work_area_code",
    }
)  # fmt: skip
"""What may change of an employment; another employer is another employment."""
BUSINESS_FIELDS: Final = frozenset(
    {
        "owner_id", "name", "isic_code", "persons_engaged", "keeps_accounts", "incorporated", "tax_registered",
        "eobi_registered",
    }
)  # fmt: skip
_CODED: Final = {
    "status": words.STATUS, "category": words.CATEGORY, "sector": words.SECTOR, "pay_period": words.PAY_PERIOD,
}  # fmt: skip


def start_employment(*, person_id: int, answers: EmploymentAnswers, business_id: int | None = None) -> tuple[int, int]:
    """A worker begins an employment on ``answers.started_on``; returns (employment, event).

    ``business_id`` names a business that is on the register; else ``answers.business`` describes a new one.
    """
    check_employment(answers)
    with happening(kind=Event.Kind.JOB_STARTED, on=answers.started_on, person_ids=[person_id]) as event:
        person = event.person(person_id)
        area = str(person.area_code)
        employer = _employer(event, answers, business_id, person_id, area)
        job = Employment.objects.create(person_id=person_id, area_code=area, started_on=answers.started_on)
        event.pen.write(
            "employment",
            since=answers.started_on,
            employment_id=job.pk,
            status=answers.status,
            category=answers.category,
            employer_kind=answers.employer_kind,
            business_id=employer,
            employer_household_id=answers.employer_household_id if answers.employer_kind == "household" else None,
            isco_code=answers.isco_code,
            isic_code=answers.isic_code,
            sector=answers.sector,
            pay_period=answers.pay_period,
            pay_amount=answers.pay_amount,
            days_per_month=answers.days_per_month,
            hours_per_week=answers.hours_per_week,
            written_contract=answers.written_contract,
            paid_leave=answers.paid_leave,
            social_security=answers.social_security,
            work_area_code=answers.work_area_code or area,
            area_code=area,
        )
    return job.pk, event.event_id


def change_employment(*, employment_id: int, on: dt.date, **changes: Any) -> int:
    """The terms of an employment change from a day on (``pay_amount`` in paisa); returns the event.

    Raises ``REG-006``, ``REG-009``, ``REG-078`` to ``REG-080``, ``REG-085`` where nothing would change.
    """
    _check(changes, JOB_FIELDS)
    return _alter_job(employment_id, on, changes, Event.Kind.JOB_CHANGED)


def end_employment(*, employment_id: int, on: dt.date) -> int:
    """An employment ends on a day; returns the event. Raises ``REG-079``, ``REG-080``."""
    return _alter_job(employment_id, on, {"ended_on": on}, Event.Kind.JOB_ENDED)


def change_business(*, business_id: int, on: dt.date, **changes: Any) -> int:
    """What is known of a business changes from a day on; returns the event. Raises ``REG-078``, ``REG-079``, ``REG-085``."""
    _check(changes, BUSINESS_FIELDS)
    owner = changes.get("owner_id")
    with happening(kind=Event.Kind.BUSINESS_CHANGED, on=on, others=[("business", business_id)]) as event:
        business = Business.objects.filter(pk=business_id).first()
        if business is None:
            raise refusals_events.JOB_UNKNOWN.because()
        if owner is not None:
            event.person(int(owner))
        event.area_code = business.area_code
        event.fields = sorted(changes)
        if not event.pen.alter("business", business_id, changes, since=on):
            raise refusals_events.NOTHING_CHANGES.because()
    return event.event_id


def _alter_job(employment_id: int, on: dt.date, changes: dict[str, Any], kind: Event.Kind) -> int:
    job = Employment.objects.filter(pk=employment_id).first()
    if job is None:
        raise refusals_events.JOB_UNKNOWN.because()
    with happening(kind=kind, on=on, person_ids=[job.person_id], others=[("employment", employment_id)]) as event:
        event.person(job.person_id)
        spell = event.pen.on("employment", employment_id, on)
        if spell is None or (spell.ended_on is not None and spell.ended_on <= on):
            raise refusals_events.JOB_ENDED.because()
        event.fields = sorted(changes)
        if not event.pen.alter("employment", employment_id, changes, since=on):
            raise refusals_events.NOTHING_CHANGES.because()
    return event.event_id


def _employer(
    event: Happening, answers: EmploymentAnswers, business_id: int | None, person_id: int, area: str
) -> int | None:
    if answers.employer_kind != "business":
        return None
    if business_id is not None:
        if not Business.objects.filter(pk=business_id).exists():
            raise refusals_events.JOB_UNKNOWN.because()
        return business_id
    described = answers.business
    if described is None:
        raise refusals_events.JOB_UNKNOWN.because()
    place = described.area_code or area
    event.reach(place)
    business = Business.objects.create(area_code=place, registered_on=event.on)
    event.pen.write(
        "business",
        since=event.on,
        business_id=business.pk,
        owner_id=person_id if answers.status in ("own_account", "employer") else None,
        name=described.name.strip(),
        isic_code=described.isic_code,
        persons_engaged=described.persons_engaged,
        area_code=place,
    )
    Premises.objects.create(business=business, kind=described.premises, valid_from=event.on, area_code=place)
    return int(business.pk)


def _check(changes: dict[str, Any], allowed: frozenset[str]) -> None:
    for name, value in changes.items():
        if name not in allowed:
            raise refusals_events.FIELD_UNKNOWN.because(field=name)
        if name in _CODED and value not in _CODED[name].answers:
            raise ANSWER_UNKNOWN.because(field=name)
        if name == "pay_amount" and int(value) < 0:
            raise PAY_NEGATIVE.because(field=name)
