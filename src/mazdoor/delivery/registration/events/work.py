"""Employments and businesses: begun, changed, ended."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db.models import Q

from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import refusals_events, words
from mazdoor.delivery.registration.events.happening import Happening, happening, of_the_whole_country
from mazdoor.delivery.registration.informality import (
    BusinessFacts,
    JobFacts,
    business_is_informal,
    is_registered,
    job_is_informal,
)
from mazdoor.delivery.registration.models import Business, BusinessRecord, Employment, EmploymentRecord, Premises
from mazdoor.delivery.registration.models_events import Event
from mazdoor.delivery.registration.people import EmploymentAnswers, check_employment
from mazdoor.delivery.registration.questionnaire.named import sector_of
from mazdoor.delivery.registration.refusals import ANSWER_UNKNOWN, PAY_NEGATIVE
from mazdoor.delivery.registration.registering import business_of, employment_columns
from mazdoor.kernel.identifiers import ascii_digits

JOB_FIELDS: Final = frozenset(
    {
        "is_primary", "status", "category", "isco_code", "isic_code", "sector", "pay_period", "pay_amount",
        "days_per_month", "hours_per_week", "written_contract", "paid_leave", "paid_sick_leave", "social_security",
        "work_area_code", "season", "occupation_text",
    }
)  # fmt: skip
"""What may change of an employment; another employer is another employment, one written wrongly a correction."""
BUSINESS_FIELDS: Final = frozenset(
    {
        "owner_id", "name", "isic_code", "persons_engaged", "keeps_accounts", "incorporated", "tax_registered",
        "eobi_registered", "social_security_registered", "owner_kind", "sells_on_the_market", "set_up_on",
        "set_up_on_precision", "premises", "tax_number",
    }
)  # fmt: skip
_RULED_JOB: Final = frozenset({"status", "category", "social_security", "paid_leave", "paid_sick_leave"})
_RULED_BUSINESS: Final = frozenset(
    {
        "owner_id", "owner_kind", "isic_code", "persons_engaged", "sells_on_the_market", "tax_registered",
        "eobi_registered", "social_security_registered", "keeps_accounts",
    }
)  # fmt: skip
"""What the rules of informality ask: where one of these changes, they are asked again."""
_CODED: Final = {
    "status": words.STATUS, "category": words.CATEGORY, "sector": words.SECTOR, "pay_period": words.PAY_PERIOD,
    "premises": words.PREMISES,
}  # fmt: skip


def start_employment(*, person_id: int, answers: EmploymentAnswers, business_id: int | None = None) -> tuple[int, int]:
    """A worker begins an employment on ``answers.started_on``; returns (employment, event).

    ``business_id`` names a business that is on the register; else ``answers.business`` describes a new one.
    """
    check_employment(answers)
    with happening(kind=Event.Kind.JOB_STARTED, on=answers.started_on, person_ids=[person_id]) as event:
        person = event.person(person_id)
        area = str(person.area_code)
        employer, facts = employer_of(event, answers, business_id, person_id, area)
        job = Employment.objects.create(person_id=person_id, area_code=area, started_on=answers.started_on)
        event.pen.write(
            "employment",
            since=answers.started_on,
            employment_id=job.pk,
            is_primary=not _has_a_main_job(person_id, answers.started_on),
            **employment_columns(answers, business_id=employer, business=facts, area_code=area, on=answers.started_on),
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


def change_business(*, business_id: int, on: dt.date | None, **changes: Any) -> int:
    """What is known of a business changes from a day on, or (``on`` empty) was written down wrongly; returns the event.

    ``premises`` is the kind of place it works in; a ``tax_number`` is sealed here, and who has one is registered for tax.
    Where the rules of informality ask what changed, the jobs of the business are judged anew too, whoever's area its
    workers live in: what the rule says of a job is not for one office to know. Raises ``REG-078``, ``REG-079``, ``REG-085``.
    """
    _check(changes, BUSINESS_FIELDS)
    fields = sorted(changes)
    if changes.get("tax_number"):
        changes["tax_registered"] = True
    premises, tax_number = changes.pop("premises", None), changes.pop("tax_number", None)
    owner = changes.get("owner_id")
    with of_the_whole_country():
        jobs = jobs_of(business_id, owner_id=owner) if _RULED_BUSINESS & set(changes) else []
    others = [("business", business_id), *(("employment", number) for number in jobs)]
    with happening(kind=Event.Kind.BUSINESS_CHANGED, on=on or _known_since(business_id), others=others) as event:
        business = Business.objects.filter(pk=business_id).first()
        if business is None:
            raise refusals_events.JOB_UNKNOWN.because()
        if owner is not None:
            event.person(int(owner))
        event.area_code = business.area_code
        event.fields = fields

        def change(row: Any) -> dict[str, Any]:
            said = changes if tax_number is None else changes | _tax_columns(row, tax_number)
            if not _RULED_BUSINESS & set(changes):
                return said
            return {**said, "informal": business_is_informal(facts_of(row, **changes), on=event.on)}

        changed = event.pen.alter("business", business_id, change, since=on) if changes or tax_number is not None else 0
        if premises:
            changed += event.pen.alter("premises", business_id, {"kind": premises}, since=on)
        if not changed:
            raise refusals_events.NOTHING_CHANGES.because()
        with of_the_whole_country():
            _judge_jobs(event, business_id, jobs)
    return event.event_id


def _known_since(business_id: int) -> dt.date:
    """The first day of what is believed of a business. Raises ``REG-079`` where nothing is."""
    first = (
        BusinessRecord.objects.filter(business_id=business_id, recorded_to__isnull=True).order_by("valid_from").first()
    )
    if first is None:
        raise refusals_events.JOB_UNKNOWN.because()
    return first.valid_from


def _tax_columns(row: BusinessRecord, tax_number: str) -> dict[str, Any]:
    """The columns of a tax number; those of the row where it is the same number, which sealed anew would differ."""
    digits = ascii_digits(tax_number)
    index = keyring().index(digits, purpose="tax_number") if digits else None
    if row.tax_number_index is not None and index == bytes(row.tax_number_index):
        return {}
    sealed = keyring().seal(digits, purpose="tax_number") if digits else None
    return {"tax_number_encrypted": sealed, "tax_number_index": index}


def jobs_of(business_id: int, *, owner_id: int | None = None) -> list[int]:
    """The employments that belong to a business: those of whom it employs, and the owner's own (``owner_id``, else whoever
    is believed to own it), which names no employer."""
    employed = set(
        EmploymentRecord.objects.filter(business_id=business_id, recorded_to__isnull=True).values_list(
            "employment_id", flat=True
        )
    )
    now = (
        BusinessRecord.objects.filter(business_id=business_id, recorded_to__isnull=True).order_by("-valid_from").first()
    )
    owner = owner_id or (now.owner_id if now is not None else None)
    if owner is not None:
        owned = own_businesses(owner) if owner_id is None else [*own_businesses(owner), business_id]
        employed |= {job for job, business in zip(_own_jobs(owner), owned, strict=False) if business == business_id}
    return sorted(employed)


def own_businesses(person_id: int) -> list[int]:
    """The businesses somebody owns and is not employed by, as they came: the first belongs to their first own-account
    work, the second to the second."""
    believed = {"recorded_to__isnull": True, "valid_to__isnull": True}
    employed = EmploymentRecord.objects.filter(
        employment__person_id=person_id, business_id__isnull=False, **believed
    ).values("business_id")
    owned = BusinessRecord.objects.filter(owner_id=person_id, **believed).exclude(business_id__in=employed)
    return list(owned.order_by("business_id").values_list("business_id", flat=True))


def own_business_of(job: Employment) -> int | None:
    """The business of somebody's own-account work; ``None`` where they own none, or are employed."""
    owned = zip(_own_jobs(job.person_id), own_businesses(job.person_id), strict=False)
    return dict(owned).get(int(job.pk))


def _own_jobs(person_id: int) -> list[int]:
    """Somebody's employments of their own account, as they came."""
    found = EmploymentRecord.objects.filter(
        employment__person_id=person_id, recorded_to__isnull=True, valid_to__isnull=True, business_id__isnull=True,
        status__in=("own_account", "employer"),
    )  # fmt: skip
    return list(found.order_by("employment_id").values_list("employment_id", flat=True))


def _judge_jobs(event: Happening, business_id: int, jobs: list[int]) -> None:
    """Ask the rules again of each job for each time of the business from the event's day on."""
    for spell in event.pen.believed("business", business_id):
        if spell.valid_to is not None and spell.valid_to <= event.on:
            continue
        since = max(spell.valid_from, event.on)

        def change(row: Any, spell: Any = spell, since: dt.date = since) -> dict[str, Any]:
            return {"informal": job_informal(row, {}, spell, on=since)}

        for number in jobs:
            if event.pen.alter("employment", number, change, since=since, until=spell.valid_to):
                event.person_ids.add(Employment.objects.values_list("person_id", flat=True).get(pk=number))


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
        own = own_business_of(job)

        def change(row: Any) -> dict[str, Any]:
            if not _RULED_JOB & set(changes):
                return changes
            number = row.business_id or own
            business = event.pen.on("business", number, on) if number else None
            return {**changes, "informal": job_informal(row, changes, business, on=on)}

        if not event.pen.alter("employment", employment_id, change, since=on):
            raise refusals_events.NOTHING_CHANGES.because()
    return event.event_id


def employer_of(
    event: Happening, answers: EmploymentAnswers, business_id: int | None, person_id: int, area: str
) -> tuple[int | None, BusinessFacts | None]:
    """The business of an employment (one on the register, or a new one) and its facts for the rules."""
    if business_id is not None and answers.employer_kind == "business":
        if not Business.objects.filter(pk=business_id).exists():
            raise refusals_events.JOB_UNKNOWN.because()
        spell = event.pen.on("business", business_id, event.on)
        return business_id, facts_of(spell) if spell else None
    described = answers.business
    if described is None:
        if answers.employer_kind == "business":
            raise refusals_events.JOB_UNKNOWN.because()
        return None, None
    place = described.area_code or area
    event.reach(place)
    business = Business.objects.create(area_code=place, registered_on=event.on)
    columns, facts = business_of(answers, described, person_id, area_code=area, on=event.on)
    event.pen.write("business", since=event.on, business_id=business.pk, **columns)
    Premises.objects.create(business=business, kind=described.premises, valid_from=event.on, area_code=place)
    return int(business.pk), facts


def _has_a_main_job(person_id: int, on: dt.date) -> bool:
    spells = EmploymentRecord.objects.filter(
        employment__person_id=person_id, recorded_to__isnull=True, is_primary=True, valid_from__lte=on
    )
    return spells.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), ended_on__isnull=True).exists()


def facts_of(spell: Any, **changes: Any) -> BusinessFacts:
    """What the rules ask of a business, as a spell says it but for ``changes``. Who hires is an employer."""
    said = {name: changes.get(name, getattr(spell, name)) for name in _RULED_BUSINESS}
    return BusinessFacts(
        owner=said["owner_kind"] or None,
        owner_status=("employer" if said["persons_engaged"] > 1 else "own_account") if said["owner_id"] else None,
        sector=sector_of(said["isic_code"]),
        persons_engaged=said["persons_engaged"],
        sells_on_the_market=said["sells_on_the_market"],
        registered=is_registered(said["tax_registered"], said["eobi_registered"], said["social_security_registered"]),
        keeps_full_accounts=said["keeps_accounts"],
    )


def job_informal(spell: Any, changes: dict[str, Any], business: Any, *, on: dt.date) -> bool | None:
    """What the rules say of a job, as a spell says it but for ``changes``, with a spell of its business."""
    said = {name: changes.get(name, getattr(spell, name)) for name in _RULED_JOB}
    return job_is_informal(
        JobFacts(
            status=said["status"],
            category=said["category"],
            employer_pays_social_insurance=said["social_security"],
            paid_annual_leave=said["paid_leave"],
            paid_sick_leave=said["paid_sick_leave"],
            business=facts_of(business) if business is not None else None,
        ),
        on=on,
    )


def _check(changes: dict[str, Any], allowed: frozenset[str]) -> None:
    for name, value in changes.items():
        if name not in allowed:
            raise refusals_events.FIELD_UNKNOWN.because(field=name)
        if name in _CODED and value not in _CODED[name].answers:
            raise ANSWER_UNKNOWN.because(field=name)
        if name == "pay_amount" and int(value) < 0:
            raise PAY_NEGATIVE.because(field=name)
