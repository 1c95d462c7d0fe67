"""Writing a household to the register: every table in one statement, ids taken ahead, so a form is a dozen round trips
whatever its size.

Callers have checked the answers; `services.register` and `services.submit` are the doors.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils import timezone

from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import looking
from mazdoor.delivery.registration.informality import (
    BusinessFacts,
    JobFacts,
    business_is_informal,
    is_registered,
    job_is_informal,
)
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
    record_columns,
)
from mazdoor.delivery.registration.questionnaire import retention_months
from mazdoor.delivery.registration.questionnaire.named import sector_of
from mazdoor.kernel.identifiers import ascii_digits, registry_number

CONTROLLER: Final = "Mazdoor registry"
_HOME: Final = (
    "urban", "rooms", "roof", "toilet", "water", "land_acres", "livestock", "has_refrigerator", "has_washing_machine",
    "has_television", "has_motorcycle", "has_car", "utility_bill_amount",
)  # fmt: skip
_BUSINESS: Final = (
    "isic_code", "persons_engaged", "owner_kind", "keeps_accounts", "sells_on_the_market", "tax_registered",
    "eobi_registered", "social_security_registered", "set_up_on", "set_up_on_precision",
)  # fmt: skip
_WORK: Final = (
    "status", "category", "employer_kind", "employer_name", "occupation_text", "isco_code", "isic_code", "sector",
    "pay_period", "pay_amount", "days_per_month", "hours_per_week", "season", "written_contract", "paid_leave",
    "paid_sick_leave", "social_security", "started_on_precision",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The ids of what was written, in the order of the form."""

    household_id: int
    person_ids: tuple[int, ...]
    registry_numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Owned:
    """A business of the form with the place it takes: who owns it, and whose employment it belongs to."""

    answers: BusinessAnswers
    owner_status: str
    owner_id: int | None
    sector: str
    area_code: str


def write_household(answers: HouseholdAnswers, *, form: Form, text_version: str, on: dt.date) -> Written:
    """Write everything of one form. Raises nothing of its own: the answers were checked."""
    area = answers.area_code
    works = [(place, work) for place, person in enumerate(answers.people) for work in person.employments]
    numbers = sorted({person.family for person in answers.people})
    ids = _reserve(
        person=len(answers.people),
        household=1,
        family=len(numbers),
        business=sum(1 for _, work in works if work.business) + len(answers.businesses),
        employment=len(works),
    )
    household_id = next(ids["household"])
    families = {number: next(ids["family"]) for number in numbers}
    person_ids = tuple(next(ids["person"]) for _ in answers.people)

    Household.objects.bulk_create([Household(id=household_id, area_code=area, registered_on=on)])
    HouseholdRecord.objects.bulk_create([_household_record(answers, household_id, on=on)])
    Family.objects.bulk_create(
        Family(id=family_id, household_id=household_id, area_code=area) for family_id in families.values()
    )
    people = _write_people(answers, person_ids, form=form, on=on)
    Member.objects.bulk_create(
        Member(
            person_id=person_id,
            household_id=household_id,
            family_id=families[person.family],
            relationship=person.relationship,
            valid_from=on,
            area_code=area,
        )
        for person_id, person in zip(person_ids, answers.people, strict=True)
    )
    _write_consents(answers, person_ids, form=form, text_version=text_version)
    _write_work(answers, works, person_ids, ids, on=on)
    return Written(
        household_id=household_id,
        person_ids=person_ids,
        registry_numbers=tuple(person.registry_number for person in people),
    )


_SEQUENCES: Final = "SELECT " + ", ".join(
    f"ARRAY(SELECT nextval(pg_get_serial_sequence('registration_{table}', 'id')) FROM generate_series(1, %({table})s))"
    for table in ("person", "household", "family", "business", "employment")
)


def _reserve(**counts: int) -> dict[str, Iterator[int]]:
    """Ids of the next rows of each table, taken from the sequences in one question."""
    with connection.cursor() as cursor:
        cursor.execute(_SEQUENCES, counts)
        found = cursor.fetchone()
    return {table: iter(ids) for table, ids in zip(counts, found, strict=True)}


def _household_record(answers: HouseholdAnswers, household_id: int, *, on: dt.date) -> HouseholdRecord:
    return HouseholdRecord(
        household_id=household_id,
        valid_from=on,
        place_encrypted=keyring().seal(answers.place, purpose="place") if answers.place else None,
        area_code=answers.area_code,
        **{name: getattr(answers, name) for name in _HOME},
    )


def _write_people(answers: HouseholdAnswers, person_ids: Sequence[int], *, form: Form, on: dt.date) -> list[Person]:
    area = answers.area_code
    people = [
        Person(
            id=person_id,
            registry_number=registry_number(person_id),
            registered_on=on,
            form=form,
            area_code=area,
        )
        for person_id in person_ids
    ]
    Person.objects.bulk_create(people)
    records = [
        PersonRecord(
            person_id=person_id, valid_from=on, **record_columns(person, area_code=area, address=answers.address)
        )
        for person_id, person in zip(person_ids, answers.people, strict=True)
    ]
    PersonRecord.objects.bulk_create(records)
    keys = {
        record.person_id: looking.keys_of(
            person, area_code=area, mobile_index=bytes(record.mobile_index) if record.mobile_index else None
        )
        for record, person in zip(records, answers.people, strict=True)
    }
    looking.write_keys(keys, areas=dict.fromkeys(person_ids, area))
    return people


def _write_consents(answers: HouseholdAnswers, person_ids: Sequence[int], *, form: Form, text_version: str) -> None:
    Consent.objects.bulk_create(
        Consent(
            person_id=person_id,
            purposes=list(answers.consents),
            text_version=text_version,
            channel=form.channel,
            controller=CONTROLLER,
            language=answers.consent_language,
            given_how=answers.given_how,
            retention_months=retention_months("record", on=timezone.localdate()),
            area_code=answers.area_code,
        )
        for person_id in person_ids
    )


def _write_work(
    answers: HouseholdAnswers,
    works: Sequence[tuple[int, EmploymentAnswers]],
    person_ids: Sequence[int],
    ids: Mapping[str, Iterator[int]],
    *,
    on: dt.date,
) -> None:
    """Businesses first, then the employments that name them."""
    if not works and not answers.businesses:
        return
    businesses: dict[int, _Owned] = {}
    employments: list[Employment] = []
    records: list[EmploymentRecord] = []
    seen: set[int] = set()
    for place, work in works:
        person_id = person_ids[place]
        business_id = None
        if work.business is not None:
            business_id = next(ids["business"])
            businesses[business_id] = _owned(work, work.business, person_id, area_code=answers.area_code)
        employment_id = next(ids["employment"])
        employments.append(
            Employment(id=employment_id, person_id=person_id, area_code=answers.area_code, started_on=work.started_on)
        )
        records.append(
            EmploymentRecord(
                employment_id=employment_id,
                valid_from=work.started_on,
                is_primary=person_id not in seen,
                # Own-account work has no employer; the business is known by its owner.
                business_id=business_id if work.employer_kind == "business" else None,
                employer_household_id=work.employer_household_id if work.employer_kind == "household" else None,
                informal=_job_is_informal(work, businesses[business_id] if business_id else None, on=on),
                work_area_code=work.work_area_code or answers.area_code,
                area_code=answers.area_code,
                **{name: getattr(work, name) for name in _WORK},
            )
        )
        seen.add(person_id)
    for business in answers.businesses:
        businesses[next(ids["business"])] = _Owned(
            business,
            "employer" if business.persons_engaged > 1 else "own_account",
            person_ids[business.owner] if business.owner is not None else None,
            sector_of(business.isic_code),
            business.area_code or answers.area_code,
        )
    _write_businesses(businesses, on=on)
    Employment.objects.bulk_create(employments)
    EmploymentRecord.objects.bulk_create(records)


_OWNS: Final = {"own_account": "own_account", "employer": "employer", "employee": "employer"}


def _owned(work: EmploymentAnswers, business: BusinessAnswers, person_id: int, *, area_code: str) -> _Owned:
    """The business of an employment: the person's own, or one that employs."""
    return _Owned(
        business,
        _OWNS.get(work.status, ""),
        person_id if work.status in ("own_account", "employer") else None,
        sector_of(business.isic_code) if business.isic_code != work.isic_code else work.sector,
        business.area_code or area_code,
    )


def _facts(owned: _Owned) -> BusinessFacts:
    answers = owned.answers
    return BusinessFacts(
        owner=answers.owner_kind or None,
        owner_status=owned.owner_status or None,
        sector=owned.sector,
        persons_engaged=answers.persons_engaged,
        sells_on_the_market=answers.sells_on_the_market,
        registered=is_registered(answers.tax_registered, answers.eobi_registered, answers.social_security_registered),
        keeps_full_accounts=answers.keeps_accounts,
    )


def _job_is_informal(work: EmploymentAnswers, owned: _Owned | None, *, on: dt.date) -> bool | None:
    return job_is_informal(
        JobFacts(
            status=work.status,
            category=work.category,
            employer_pays_social_insurance=work.social_security,
            paid_annual_leave=work.paid_leave,
            paid_sick_leave=work.paid_sick_leave,
            business=_facts(owned) if owned is not None else None,
        ),
        on=on,
    )


def _write_businesses(businesses: Mapping[int, _Owned], *, on: dt.date) -> None:
    if not businesses:
        return
    Business.objects.bulk_create(
        Business(id=number, area_code=owned.area_code, registered_on=on) for number, owned in businesses.items()
    )
    BusinessRecord.objects.bulk_create(_business_record(number, owned, on=on) for number, owned in businesses.items())
    Premises.objects.bulk_create(
        Premises(business_id=number, kind=owned.answers.premises, valid_from=on, area_code=owned.area_code)
        for number, owned in businesses.items()
    )


def _business_record(number: int, owned: _Owned, *, on: dt.date) -> BusinessRecord:
    answers, ring = owned.answers, keyring()
    tax_number = ascii_digits(answers.tax_number)
    return BusinessRecord(
        business_id=number,
        owner_id=owned.owner_id,
        name=answers.name.strip(),
        incorporated=None if not answers.owner_kind else answers.owner_kind != "household",
        informal=business_is_informal(_facts(owned), on=on),
        tax_number_encrypted=ring.seal(tax_number, purpose="tax_number") if tax_number else None,
        tax_number_index=ring.index(tax_number, purpose="tax_number") if tax_number else None,
        valid_from=on,
        area_code=owned.area_code,
        **{name: getattr(answers, name) for name in _BUSINESS},
    )
