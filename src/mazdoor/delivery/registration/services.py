"""Doors into registration: register a household, change what is believed about a person, record consent.

Each door is one transaction with one journal entry. Callers have said who acts (``access.services.acting_as``), so
row-level security decides which areas they may write to.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.database.bulk import ANALYSE_FROM, analyse
from mazdoor.delivery.registration import looking, refusals, selectors
from mazdoor.delivery.registration.models import (
    Business,
    BusinessRecord,
    Consent,
    Employment,
    EmploymentRecord,
    Family,
    Form,
    Household,
    HouseholdRecord,
    Member,
    Person,
    PersonRecord,
    Premises,
)
from mazdoor.delivery.registration.people import (
    BusinessAnswers,
    EmploymentAnswers,
    HouseholdAnswers,
    PersonAnswers,
    check_household,
    record_columns,
)
from mazdoor.delivery.registration.states import FormState
from mazdoor.journal import services as journal
from mazdoor.kernel.identifiers import registry_number
from mazdoor.reference import selectors as reference

CONSENT_TEXT_VERSION = "2026-11"


@dataclass(frozen=True, kw_only=True)
class Registered:
    """What came of a form: the registry number of each person in the order given, and whether it was already here."""

    form_id: int
    household_id: int
    person_ids: tuple[int, ...]
    registry_numbers: tuple[str, ...]
    already: bool


@transaction.atomic
def register(*, answers: HouseholdAnswers, channel: str, idempotency_key: str, on: dt.date | None = None) -> Registered:
    """Register a household with its people, their employments and businesses, in one act.

    The same ``idempotency_key`` again changes nothing and returns the first registration. Raises the refusals of
    :mod:`~mazdoor.delivery.registration.refusals` before anything is written, ``OFF-002`` at a desk that may not.
    """
    access.check_acting_may("registration.register")
    with connection.cursor() as cursor:  # a form sent twice in one moment: the second waits and finds the first
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"form {idempotency_key}"])
    day = on or timezone.localdate()
    before = Form.objects.filter(idempotency_key=idempotency_key).first()
    if before is not None and before.state == FormState.REGISTERED:
        return _what_came_of(before)
    check_household(answers, on=day)
    check_area(answers.area_code)

    form = Form.objects.create(
        channel=channel,
        idempotency_key=idempotency_key,
        officer_id=access.current_officer_id(),
        state=FormState.REGISTERED,
        area_code=answers.area_code,
    )
    household = Household.objects.create(area_code=answers.area_code, registered_on=day)
    HouseholdRecord.objects.create(
        household=household,
        valid_from=day,
        urban=answers.urban,
        rooms=answers.rooms,
        roof=answers.roof,
        toilet=answers.toilet,
        water=answers.water,
        area_code=answers.area_code,
    )
    families = {
        number: Family.objects.create(household=household, area_code=answers.area_code)
        for number in sorted({person.family for person in answers.people})
    }
    people = [_add_person(person, answers, form=form, on=day) for person in answers.people]
    looking.refresh_keys(person_ids=[row.pk for row in people])
    Member.objects.bulk_create(
        Member(
            person=row,
            household=household,
            family=families[person.family],
            relationship=person.relationship,
            valid_from=day,
            area_code=answers.area_code,
        )
        for row, person in zip(people, answers.people, strict=True)
    )
    Consent.objects.bulk_create(
        Consent(
            person=row,
            purposes=list(answers.consents),
            text_version=CONSENT_TEXT_VERSION,
            channel=channel,
            area_code=answers.area_code,
        )
        for row in people
    )
    for row, person in zip(people, answers.people, strict=True):
        for employment in person.employments:
            _add_employment(row, employment, area_code=answers.area_code, on=day)
    journal.record(
        act="registration.household.registered",
        subject=f"household:{household.pk}",
        details={"channel": channel, "area": answers.area_code},
        count=len(people),
    )
    return Registered(
        form_id=form.pk,
        household_id=household.pk,
        person_ids=tuple(row.pk for row in people),
        registry_numbers=tuple(row.registry_number for row in people),
        already=False,
    )


def correct_person(*, person_id: int, answers: PersonAnswers, address: str = "", valid_from: dt.date) -> None:
    """Replace what is believed about a person from ``valid_from`` on: the old belief keeps its recorded end.

    A correction of the past passes the day it was wrong from; something that changed in the world passes the day it
    changed. Later spells within stay apart and keep where the person lived. Raises ``REG-011`` where the person is not on
    the register or not in the officer's area, ``OFF-002`` at a desk that may not.
    """
    # The doors of events stand on this module's own helpers.
    from mazdoor.delivery.registration.events.mending import replace_person

    replace_person(person_id=person_id, answers=answers, address=address, since=valid_from)


@transaction.atomic
def record_applications(
    *, programme_code: str, route: str, applied_on: dt.date, family_ids: list[int] | None = None
) -> int:
    """Record applications of families (all the officer sees, where none are named) to a programme, in one statement.

    The head of the family applies, else its eldest grown member with a CNIC. A family that has applied keeps its first
    application. Returns how many are new.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO registration_application (programme_code, family_id, person_id, route, applied_on, area_code)
            SELECT DISTINCT ON (p.family_id) %(programme)s, p.family_id, p.person_id, %(route)s, %(on)s, p.area_code
            FROM registration.person_now p
            WHERE p.family_id IS NOT NULL AND p.has_cnic
              AND (%(families)s::bigint[] IS NULL OR p.family_id = ANY (%(families)s::bigint[]))
            ORDER BY p.family_id, (p.relationship = 'head') DESC, p.birth_date NULLS LAST, p.person_id
            ON CONFLICT ON CONSTRAINT application_once_a_family DO NOTHING
            """,
            {"programme": programme_code, "route": route, "on": applied_on, "families": family_ids},
        )
        new = int(cursor.rowcount)
    if new >= ANALYSE_FROM:
        analyse("registration_application")
    journal.record(
        act="registration.applications.recorded",
        subject=f"programme:{programme_code}",
        details={"route": route},
        count=new,
    )
    return new


@transaction.atomic
def withdraw_consent(*, person_id: int, purpose: str) -> bool:
    """Record that a person took back consent to one purpose. False where there was none to take back. Raises ``OFF-002``."""
    access.check_acting_may("registration.consent")
    receipt = (
        Consent.objects.select_for_update()
        .filter(person_id=person_id, withdrawn_at__isnull=True, purposes__contains=[purpose])
        .first()
    )
    if receipt is None:
        return False
    receipt.withdrawn_at = timezone.now()
    receipt.save(update_fields=["withdrawn_at"])
    rest = [kept for kept in receipt.purposes if kept != purpose]
    if rest:
        Consent.objects.create(
            person_id=person_id,
            purposes=rest,
            text_version=receipt.text_version,
            channel=receipt.channel,
            area_code=receipt.area_code,
        )
    journal.record(act="registration.consent.withdrawn", subject=f"person:{person_id}", details={"purpose": purpose})
    return True


def check_area(area_code: str) -> None:
    """Raises unless the area exists and the acting officer works for it."""
    if reference.find_area(area_code) is None:
        raise refusals.AREA_UNKNOWN.because(field="area_code")
    if not access.sees_area(area_code):
        raise refusals.AREA_NOT_YOURS.because(field="area_code")


def _add_person(person: PersonAnswers, answers: HouseholdAnswers, *, form: Form, on: dt.date) -> Person:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('registration_person', 'id'))")
        (number,) = cursor.fetchone()
    row = Person.objects.create(
        id=number,
        registry_number=registry_number(number),
        registered_on=on,
        form=form,
        area_code=answers.area_code,
    )
    PersonRecord.objects.create(
        person=row, valid_from=on, **record_columns(person, area_code=answers.area_code, address=answers.address)
    )
    return row


def _add_employment(person: Person, answers: EmploymentAnswers, *, area_code: str, on: dt.date) -> None:
    business = (
        _add_business(answers.business, person, answers, area_code=area_code, on=on) if answers.business else None
    )
    employment = Employment.objects.create(person=person, area_code=area_code, started_on=answers.started_on)
    EmploymentRecord.objects.create(
        employment=employment,
        valid_from=answers.started_on,
        status=answers.status,
        category=answers.category,
        employer_kind=answers.employer_kind,
        business=business if answers.employer_kind == "business" else None,
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
        work_area_code=answers.work_area_code or area_code,
        area_code=area_code,
    )


def _add_business(
    answers: BusinessAnswers, person: Person, employment: EmploymentAnswers, *, area_code: str, on: dt.date
) -> Business:
    place = answers.area_code or area_code
    business = Business.objects.create(area_code=place, registered_on=on)
    owns = employment.status in ("own_account", "employer")
    BusinessRecord.objects.create(
        business=business,
        owner=person if owns else None,
        name=answers.name.strip(),
        isic_code=answers.isic_code,
        persons_engaged=answers.persons_engaged,
        valid_from=on,
        area_code=place,
    )
    Premises.objects.create(business=business, kind=answers.premises, valid_from=on, area_code=place)
    return business


def _what_came_of(form: Form) -> Registered:
    people = list(Person.objects.filter(form=form).order_by("id"))
    return Registered(
        form_id=form.pk,
        household_id=selectors.household_of(person_id=people[0].pk),
        person_ids=tuple(row.pk for row in people),
        registry_numbers=tuple(row.registry_number for row in people),
        already=True,
    )
