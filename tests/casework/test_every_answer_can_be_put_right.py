"""Whatever was answered when somebody registered can be put right later: no question is left without a way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

import pytest
from tests.cast.households import household, registered

from mazdoor.access.services import acting_as_system
from mazdoor.casework.changes import open_change
from mazdoor.casework.changes.deciding import approve_change
from mazdoor.casework.changes.kinds import kinds
from mazdoor.delivery.registration import services
from mazdoor.delivery.registration.models import PersonRecord
from mazdoor.delivery.registration.questionnaire import Section, get_questionnaire

WRITTEN_OTHERWISE: Final = {
    "occupation": "isco_code", "industry": "isic_code", "activity": "isic_code", "birth_date": "birth_date",
    "name": "business_name", "skills": "skill_items", "employer_number": "employer_household_id",
}  # fmt: skip
"""Questions that a change calls otherwise than the form."""

NOT_BY_A_CHANGE: Final = {
    "family": "follows from marriages, divorces and births",
    "photo": "a photo is added beside the others on the person's page",
    "identity_document": "the same",
    "account_kind": "an account to pay into is asked for by its IBAN, with evidence, and finance decides",
    "wallet_provider": "the same",
    "account_number": "the same",
    "account_own_name": "the same",
    "owner": "a business changes hands by its papers, at the office that verifies it",
    "given_how": "a receipt stays as it was given; a new consent is a new receipt",
    "consent_language": "the same",
    "consents": "a consent is given and taken back, never corrected",
    "place": "a position of a map, taken by the device at the door",
}
"""Questions that no change of this kind writes, each with its why."""


def questions(sections: tuple[Section, ...]) -> Iterator[str]:
    """Every question by name, section within section."""
    for section in sections:
        yield from (question.name for question in section.questions)
        yield from questions(section.sections)


def test_every_question_has_a_change_that_writes_it_or_says_why_not() -> None:
    asked = set(questions(get_questionnaire().sections))
    written = {name for kind in kinds().values() for name in kind.fields}
    assert asked >= NOT_BY_A_CHANGE.keys(), "an exception for a question nobody asks"
    left = {name for name in asked - NOT_BY_A_CHANGE.keys() if WRITTEN_OTHERWISE.get(name, name) not in written}
    assert left == set()


@pytest.fixture
def bushra(db: None) -> Iterator[int]:
    """Bushra, who saw with some difficulty when she came."""
    with acting_as_system(reason="test"):
        registered(key="areas", head={"cnic": "", "mobile": ""})
        head: dict[str, Any] = {"functioning": {"seeing": "some", "hearing": "none"}, "language": "ur"}
        yield services.register(
            answers=household(head=head), channel="web", idempotency_key="home", on=dt.date(2026, 1, 10)
        ).person_ids[0]


def applied(person_id: int, kind: str, values: dict[str, Any]) -> PersonRecord:
    opened = open_change(
        person_id=person_id, type_code=kind, values=values, evidence=list(kinds()[kind].evidence[:1]), channel="officer"
    )
    approve_change(change_id=opened.change_id)
    return PersonRecord.objects.get(person_id=person_id, valid_to__isnull=True, recorded_to__isnull=True)


@pytest.mark.django_db
def test_answers_of_every_kind_are_read_and_kept(bushra: int) -> None:
    row = applied(bushra, "messages", {"language": "en", "mobile_shared": "yes"})
    assert (row.language, row.mobile_shared) == ("en", True)
    row = applied(bushra, "skills", {"skill_items": {"cooking": True, "sewing": True}})
    assert row.skills == ["sewing", "cooking"]
    row = applied(bushra, "schooling_health", {"education": "primary", "seeing": "cannot"})
    assert (row.education, row.disability) == ("primary", True)
    row = applied(bushra, "schooling_health", {"seeing": "none"})
    assert row.disability is False, "hearing was well before and is not forgotten"
    assert row.skills == ["sewing", "cooking"]
    row = applied(
        bushra, "origin", {"permanent_area_code": "PK603", "moved_on": "2019-05-01", "migration_reason": "work"}
    )
    assert (row.permanent_area_code, row.moved_on, row.moved_on_precision) == ("PK603", dt.date(2019, 5, 1), "day")
    row = applied(bushra, "marital_status", {"marital_status": "married", "husband_name_ur": "اسلم"})
    assert row.husband_name_ur == "اسلم"
    row = applied(bushra, "old_nic", {"old_nic": "123-45-678901"})
    assert row.old_nic_index is not None and row.husband_name_ur == "اسلم"
