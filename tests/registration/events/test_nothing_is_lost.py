"""A spell written anew carries everything the record held: a test over all columns, so that a new one cannot be forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import models
from tests.cast.households import BAGH, employment, household

from mazdoor.delivery.registration import events, services
from mazdoor.delivery.registration.events.spells import KINDS, values_of
from mazdoor.delivery.registration.models import BusinessRecord, EmploymentRecord, PersonRecord
from mazdoor.delivery.registration.people import BusinessAnswers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system")]

START = dt.date(2026, 1, 10)
MAY = dt.date(2026, 5, 1)
TIMES = {"id", "valid_from", "valid_to", "recorded_from", "recorded_to"}
FULL_PERSON: dict[str, Any] = {
    "husband_name": "Aslam", "husband_name_ur": "اسلم", "father_name_ur": "غلام رسول", "literate": True,
    "birth_date_precision": "month", "old_nic": "01212345678", "mobile_shared": True, "language": "ur",
    "education": "primary", "skills": ("tailoring",), "certificate": True, "permanent_area_code": BAGH,
    "permanent_address": "Mohalla Qadeem", "moved_on": dt.date(2019, 1, 1), "moved_on_precision": "year",
    "migration_reason": "work", "functioning": {"seeing": "a_lot", "hearing": "none"},
    "account": {"account_kind": "wallet", "wallet_number": "03001234567"},
}  # fmt: skip
"""With the answers of the cast, every answer a person can give; the account and the difficulties only have to be there."""
BUSINESS = BusinessAnswers(
    name="Noor Looms", isic_code="1312", premises="home", persons_engaged=6, owner_kind="household",
    keeps_accounts=False, sells_on_the_market=True, tax_registered=True, tax_number="1234567", eobi_registered=False,
    social_security_registered=False, set_up_on=dt.date(2010, 1, 1), set_up_on_precision="year",
)  # fmt: skip
JOB: dict[str, Any] = {
    "business": BUSINESS, "hours_per_week": 50, "season": "all_year", "written_contract": True, "paid_leave": False,
    "paid_sick_leave": False, "social_security": False, "occupation_text": "khaddi", "started_on_precision": "month",
    "employer_name": "Haji sahib",
}  # fmt: skip


def written(row: Any) -> dict[str, Any]:
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in values_of(row).items()}


def full() -> int:
    head = {**FULL_PERSON, "employments": (employment(**JOB),)}
    return services.register(answers=household(head=head), channel="web", idempotency_key="full", on=START).person_ids[
        0
    ]


def now_of(person_id: int) -> PersonRecord:
    return PersonRecord.objects.get(person_id=person_id, valid_to__isnull=True, recorded_to__isnull=True)


def empty_columns(row: models.Model, *, may_be_empty: set[str]) -> set[str]:
    return {
        field.attname
        for field in row._meta.concrete_fields
        if field.attname not in TIMES | may_be_empty and getattr(row, field.attname) in (None, "", [])
    }


def test_the_person_of_this_test_fills_every_column_there_is() -> None:
    # Who adds a column adds it to FULL_PERSON, or the tests below would not see it lost.
    row = now_of(full())
    assert empty_columns(row, may_be_empty={"died_on", "past_area_code"}) == set()
    job = EmploymentRecord.objects.get(employment__person_id=row.person_id)
    assert empty_columns(job, may_be_empty={"employer_household_id", "ended_on"}) == set()
    business = BusinessRecord.objects.get(business_id=job.business_id)
    assert empty_columns(business, may_be_empty={"owner_id"}) == set()


CHANGES: dict[str, tuple[Callable[[int], Any], set[str]]] = {
    "a surname changed": (
        lambda person: events.change_person(person_id=person, on=MAY, fields={"surname": "Begum"}),
        {"surname", "name_sounds"},
    ),
    "a birth corrected": (
        lambda person: events.correct_fields(person_id=person, fields={"birth_date": dt.date(1986, 2, 1)}),
        {"birth_date"},
    ),
    "a mobile changed": (
        lambda person: events.change_person(person_id=person, on=MAY, fields={"mobile": "0301 7654321"}),
        {"mobile_encrypted", "mobile_index"},
    ),
    "corrected from before the first spell": (
        lambda person: events.correct_fields(
            person_id=person, fields={"given_name": "Kaneez"}, since=dt.date(2025, 1, 1)
        ),
        {"given_name", "name_sounds"},
    ),
    "a move": (
        lambda person: events.move_household(
            household_id=services.selectors.household_of(person_id=person), area_code=BAGH, on=MAY, address="Bagh 1"
        ),
        {"area_code", "address_encrypted"},
    ),
    "a death": (lambda person: events.record_death(person_id=person, on=MAY), {"died_on"}),
}


@pytest.mark.parametrize("what", list(CHANGES))
def test_what_is_not_named_stays_in_every_column_of_a_person(what: str) -> None:
    person = full()
    before = written(now_of(person))
    happen, named = CHANGES[what]
    happen(person)
    after = written(now_of(person))
    assert {name for name in before if before[name] != after[name]} <= named
    assert any(before[name] != after[name] for name in named)


def test_difficulties_given_anew_say_anew_whether_it_is_a_disability_and_touch_nothing_else() -> None:
    person = full()
    before = written(now_of(person))
    events.correct_fields(person_id=person, fields={"functioning": {"seeing": "none"}})
    after = written(now_of(person))
    assert (before["disability"], after["disability"]) == (True, False)
    assert {name for name in before if before[name] != after[name]} == {"functioning_encrypted", "disability"}


def test_a_job_begun_later_is_kept_as_fully_as_one_on_the_first_form() -> None:
    person = full()
    on_the_form = EmploymentRecord.objects.get(employment__person_id=person)
    started = employment(**{**JOB, "started_on": START})
    job, _ = events.start_employment(person_id=person, answers=started)
    later = EmploymentRecord.objects.get(employment_id=job)
    own = {"employment_id", "business_id", "is_primary"}
    one, other = written(on_the_form), written(later)
    assert {name for name in one if one[name] != other[name]} <= own
    assert (one["is_primary"], other["is_primary"]) == (True, False)
    first, second = (written(BusinessRecord.objects.get(business_id=row.business_id)) for row in (on_the_form, later))
    sealed = {"tax_number_encrypted"}  # the same number sealed twice differs; its index does not
    assert {name for name in first if first[name] != second[name]} <= {"business_id"} | sealed
    assert second["tax_number_index"] is not None


def test_a_job_and_a_business_that_change_keep_the_rest_and_are_judged_informal_anew() -> None:
    person = full()
    row = EmploymentRecord.objects.get(employment__person_id=person)
    assert row.informal is True
    events.change_employment(
        employment_id=row.employment_id, on=MAY, social_security=True, paid_leave=True, paid_sick_leave=True
    )
    after = EmploymentRecord.objects.get(
        employment_id=row.employment_id, valid_to__isnull=True, recorded_to__isnull=True
    )
    one, other = written(row), written(after)
    assert {name for name in one if one[name] != other[name]} == {
        "social_security", "paid_leave", "paid_sick_leave", "informal",
    }  # fmt: skip
    assert after.informal is False
    business = BusinessRecord.objects.get(business_id=row.business_id)
    events.change_business(business_id=business.business_id, on=MAY, owner_kind="company")
    changed = BusinessRecord.objects.get(
        business_id=business.business_id, valid_to__isnull=True, recorded_to__isnull=True
    )
    one, other = written(business), written(changed)
    assert {name for name in one if one[name] != other[name]} <= {"owner_kind", "informal"}
    assert (business.informal, changed.informal) == (True, False)


def test_every_kind_of_spell_the_pen_knows_is_copied_whole() -> None:
    for model, _ in KINDS.values():
        carried = set(values_of(model()))
        assert carried == {field.attname for field in model._meta.concrete_fields} - TIMES, model.__name__
