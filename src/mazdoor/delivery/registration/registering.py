"""Writing a household to the register: ids are taken ahead, then every table is written by one statement, so that a form
is a few round trips whatever its size.

Callers have checked the answers; `services.register` and `services.submit` are the doors.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.utils import timezone

from mazdoor.database.keys import keyring
from mazdoor.database.prepared import ask
from mazdoor.database.together import insert_together
from mazdoor.delivery.registration import looking
from mazdoor.delivery.registration.informality import (
    BusinessFacts,
    JobFacts,
    business_is_informal,
    is_registered,
    job_is_informal,
)
from mazdoor.delivery.registration.people import (
    DWELLING,
    BusinessAnswers,
    EmploymentAnswers,
    HouseholdAnswers,
    record_columns,
)
from mazdoor.delivery.registration.questionnaire import retention_months
from mazdoor.delivery.registration.questionnaire.named import sector_of
from mazdoor.kernel.identifiers import ascii_digits, registry_number

Rows = list[dict[str, Any]]

CONTROLLER: Final = "Mazdoor registry"
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

    form_id: int
    household_id: int
    person_ids: tuple[int, ...]
    registry_numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """How a form came: its channel and key, who took it, and the questionnaire it answered ('' for none)."""

    channel: str
    idempotency_key: str
    officer_id: int | None
    questionnaire_version: str
    text_version: str


@dataclass(frozen=True, slots=True)
class _Owned:
    """A business of the form with the place it takes: who owns it, and whose employment it belongs to."""

    answers: BusinessAnswers
    owner_status: str
    owner_id: int | None
    sector: str
    area_code: str


def write_household(answers: HouseholdAnswers, *, came: Came, on: dt.date) -> Written | None:
    """Write everything of one form; ``None`` where a form of this key came in the meantime. The answers were checked."""
    area = answers.area_code
    works = [(place, work) for place, person in enumerate(answers.people) for work in person.employments]
    numbers = sorted({person.family for person in answers.people})
    form_id, ids = _begin(
        came,
        area,
        person=len(answers.people),
        household=1,
        family=len(numbers),
        business=sum(1 for _, work in works if work.business) + len(answers.businesses),
        employment=len(works),
    )
    if form_id is None:
        return None
    household_id = next(ids["household"])
    families = {number: next(ids["family"]) for number in numbers}
    person_ids = tuple(next(ids["person"]) for _ in answers.people)
    registry_numbers = tuple(registry_number(person_id) for person_id in person_ids)
    records = [record_columns(person, area_code=area, address=answers.address) for person in answers.people]
    people = list(zip(person_ids, answers.people, strict=True))
    insert_together(
        {
            "registration_household": [{"id": household_id, "area_code": area, "registered_on": on}],
            "registration_householdrecord": [_household_record(answers, household_id, on=on)],
            "registration_family": [
                {"id": family_id, "household_id": household_id, "area_code": area} for family_id in families.values()
            ],
            "registration_person": [
                {"id": person_id, "registry_number": number, "registered_on": on, "form_id": form_id, "area_code": area}
                for person_id, number in zip(person_ids, registry_numbers, strict=True)
            ],
            "registration_personrecord": [
                {"person_id": person_id, "valid_from": on, **columns}
                for person_id, columns in zip(person_ids, records, strict=True)
            ],
            "registration_personkeys": [
                {
                    "person_id": person_id,
                    **looking.keys_of(person, area_code=area),
                    "area_code": area,
                }
                for person_id, person in people
            ],
            "registration_member": [
                {
                    "person_id": person_id,
                    "household_id": household_id,
                    "family_id": families[person.family],
                    "relationship": person.relationship,
                    "valid_from": on,
                    "area_code": area,
                }
                for person_id, person in people
            ],
            "registration_consent": _consents(answers, person_ids, came=came),
            **_work(answers, works, person_ids, ids, on=on),
        }
    )
    return Written(form_id=form_id, household_id=household_id, person_ids=person_ids, registry_numbers=registry_numbers)


_BEGIN: Final = (
    "WITH form AS (INSERT INTO registration_form "
    "(channel, idempotency_key, officer_id, state, refusal_code, questionnaire_version, area_code) "
    "VALUES (%s, %s, %s::bigint, 'registered', '', %s, %s) "
    "ON CONFLICT ON CONSTRAINT form_once DO NOTHING RETURNING id) SELECT (SELECT id FROM form), "
    "ARRAY(SELECT nextval(series) FROM form, unnest(%s::text[]::regclass[]) WITH ORDINALITY AS asked(series, place) "
    "ORDER BY place)"
)


def _begin(came: Came, area_code: str, **counts: int) -> tuple[int | None, dict[str, Iterator[int]]]:
    """The form's row (or ``None``: its key was there), and ids of the next rows of each table, in one question."""
    ((form_id, found),) = ask(
        _BEGIN,
        [
            came.channel,
            came.idempotency_key,
            None if came.officer_id is None else str(came.officer_id),
            came.questionnaire_version,
            area_code,
            [f"registration_{table}_id_seq" for table, count in counts.items() for _ in range(count)],
        ],
    )
    ids = iter(found)
    return form_id, {table: iter(list(islice(ids, count))) for table, count in counts.items()}


def _household_record(answers: HouseholdAnswers, household_id: int, *, on: dt.date) -> dict[str, Any]:
    return {
        "household_id": household_id,
        "valid_from": on,
        "place_encrypted": keyring().seal(answers.place, purpose="place") if answers.place else None,
        "area_code": answers.area_code,
        **{name: getattr(answers, name) for name in DWELLING},
    }


def _consents(answers: HouseholdAnswers, person_ids: Sequence[int], *, came: Came) -> Rows:
    months = retention_months("record", on=timezone.localdate())
    return [
        {
            "person_id": person_id,
            "purposes": list(answers.consents),
            "text_version": came.text_version,
            "channel": came.channel,
            "controller": CONTROLLER,
            "language": answers.consent_language,
            "given_how": answers.given_how,
            "retention_months": months,
            "area_code": answers.area_code,
        }
        for person_id in person_ids
    ]


def _work(
    answers: HouseholdAnswers,
    works: Sequence[tuple[int, EmploymentAnswers]],
    person_ids: Sequence[int],
    ids: Mapping[str, Iterator[int]],
    *,
    on: dt.date,
) -> dict[str, Rows]:
    """Rows of employments and of the businesses they name, and of other businesses of the household."""
    businesses: dict[int, _Owned] = {}
    employments: Rows = []
    records: Rows = []
    seen: set[int] = set()
    for place, work in works:
        person_id = person_ids[place]
        business_id = None
        if work.business is not None:
            business_id = next(ids["business"])
            businesses[business_id] = _owned(work, work.business, person_id, area_code=answers.area_code)
        employment_id = next(ids["employment"])
        employments.append(
            {"id": employment_id, "person_id": person_id, "area_code": answers.area_code, "started_on": work.started_on}
        )
        owned = businesses[business_id] if business_id else None
        records.append(
            {
                "employment_id": employment_id,
                "valid_from": work.started_on,
                "is_primary": person_id not in seen,
                **employment_columns(
                    work,
                    business_id=business_id,
                    business=_facts(owned) if owned else None,
                    area_code=answers.area_code,
                    on=on,
                ),
            }
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
    return {
        "registration_business": [
            {"id": number, "area_code": owned.area_code, "registered_on": on} for number, owned in businesses.items()
        ],
        "registration_businessrecord": [_business_record(number, owned, on=on) for number, owned in businesses.items()],
        "registration_premises": [
            {"business_id": number, "kind": owned.answers.premises, "valid_from": on, "area_code": owned.area_code}
            for number, owned in businesses.items()
        ],
        "registration_employment": employments,
        "registration_employmentrecord": records,
    }


def employment_columns(
    work: EmploymentAnswers, *, business_id: int | None, business: BusinessFacts | None, area_code: str, on: dt.date
) -> dict[str, Any]:
    """Columns of an ``EmploymentRecord`` but for its anchor, its times and whether it is the main one. ``business`` are
    the facts of the business it belongs to, by which the rules say whether the job is informal on a day."""
    return {
        # Own-account work has no employer; the business is known by its owner.
        "business_id": business_id if work.employer_kind == "business" else None,
        "employer_household_id": work.employer_household_id if work.employer_kind == "household" else None,
        "informal": _job_is_informal(work, business, on=on),
        "work_area_code": work.work_area_code or area_code,
        "area_code": area_code,
        **{name: getattr(work, name) for name in _WORK},
    }


def business_of(
    work: EmploymentAnswers, business: BusinessAnswers, person_id: int, *, area_code: str, on: dt.date
) -> tuple[dict[str, Any], BusinessFacts]:
    """Columns of the ``BusinessRecord`` (but for its anchor and times) of a business described with an employment, and
    its facts for the rules."""
    owned = _owned(work, business, person_id, area_code=area_code)
    columns = _business_record(0, owned, on=on)
    del columns["business_id"], columns["valid_from"]
    return columns, _facts(owned)


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


def _job_is_informal(work: EmploymentAnswers, business: BusinessFacts | None, *, on: dt.date) -> bool | None:
    return job_is_informal(
        JobFacts(
            status=work.status,
            category=work.category,
            employer_pays_social_insurance=work.social_security,
            paid_annual_leave=work.paid_leave,
            paid_sick_leave=work.paid_sick_leave,
            business=business,
        ),
        on=on,
    )


def _business_record(number: int, owned: _Owned, *, on: dt.date) -> dict[str, Any]:
    answers, ring = owned.answers, keyring()
    tax_number = ascii_digits(answers.tax_number)
    return {
        "business_id": number,
        "owner_id": owned.owner_id,
        "name": answers.name.strip(),
        "incorporated": None if not answers.owner_kind else answers.owner_kind != "household",
        "informal": business_is_informal(_facts(owned), on=on),
        "tax_number_encrypted": ring.seal(tax_number, purpose="tax_number") if tax_number else None,
        "tax_number_index": ring.index(tax_number, purpose="tax_number") if tax_number else None,
        "valid_from": on,
        "area_code": owned.area_code,
        **{name: getattr(answers, name) for name in _BUSINESS},
    }
