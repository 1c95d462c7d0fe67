"""A worker acts, and the database itself shows this worker's rows and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from tests.cast.households import registered

from mazdoor.access import selectors as access
from mazdoor.access.services import acting_as_system
from mazdoor.access.workers import acting_as_worker
from mazdoor.casework import selectors as cases
from mazdoor.casework import services as casework
from mazdoor.casework.changes.opening import open_change
from mazdoor.delivery.registration import events, own
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.registration.consenting import withdraw_consent
from mazdoor.delivery.registration.models import Consent, PersonRecord
from mazdoor.delivery.verification import selectors as verification_selectors
from mazdoor.delivery.verification import services as verification
from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import selectors as reference

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(db: None) -> tuple[Any, Any]:
    """Bushra with her son, and Nasreen with hers, at the same telephone."""
    reference.forget()
    with acting_as_system(reason="test"):
        bushra = registered("form-1")
        nasreen = registered(
            "form-2", head={"given_name": "Nasreen", "given_name_ur": "نسرین", "cnic": "01234-7654321-2"}
        )
    return bushra, nasreen


@contextmanager
def worker(*person_ids: int) -> Iterator[None]:
    with acting_as_worker(person_ids=person_ids):
        yield


def tables_seen() -> dict[str, int]:
    """Every table under row-level security with how many of its rows are seen now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'public' AND c.relrowsecurity ORDER BY 1"
        )
        names = [name for (name,) in cursor.fetchall()]
        seen = {}
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            seen[name] = int(cursor.fetchone()[0])
    return seen


def test_a_worker_sees_the_own_rows_and_nobody_elses(two: tuple[Any, Any]) -> None:
    bushra, nasreen = two
    me, son = bushra.person_ids
    with worker(me):
        assert registration.get_person(person_id=me)["given_name"] == "Bushra"
        for other in (son, *nasreen.person_ids):
            with pytest.raises(Refusal) as refused:
                registration.get_person(person_id=other)
            assert refused.value.code == "REG-011"
        assert [row["business_name"] for row in registration.employments_of(person_id=me)] == ["Noor Looms"]
        assert registration.get_household(household_id=bushra.household_id)["household_id"] == bushra.household_id
        with pytest.raises(Refusal):
            registration.get_household(household_id=nasreen.household_id)
        assert registration.search(text="Nasreen") == [] and registration.search(text="01234-7654321-2") == []
        assert set(PersonRecord.objects.values_list("person_id", flat=True)) == {me}
        assert set(Consent.objects.values_list("person_id", flat=True)) == {me}


def test_no_table_shows_a_worker_more_than_belongs_to_one_person(two: tuple[Any, Any]) -> None:
    bushra, _nasreen = two
    with acting_as_system(reason="test"):
        every = tables_seen()
    with worker(bushra.person_ids[0]):
        seen = tables_seen()
    # One row of each for the person; the household's one row, the one business somebody works for.
    assert {name: count for name, count in seen.items() if count > 1} == {}
    assert seen["registration_person"] == 1 and every["registration_person"] == 4
    with worker(999_999_999):
        assert sum(tables_seen().values()) == 0, "a number nobody has shows nothing"


def test_a_worker_with_two_records_sees_both(two: tuple[Any, Any]) -> None:
    bushra, nasreen = two
    with worker(bushra.person_ids[0], nasreen.person_ids[0]):
        assert PersonRecord.objects.count() == 2
        assert access.current_person_ids() == (bushra.person_ids[0], nasreen.person_ids[0])


def test_the_household_is_told_by_name_and_no_more(two: tuple[Any, Any]) -> None:
    bushra, nasreen = two
    with worker(bushra.person_ids[0]):
        members = own.own_members()
        assert [(each.given_name, each.relationship, each.own) for each in members] == [
            ("Bushra", "head", True), ("Ali", "child", False),
        ]  # fmt: skip
    with worker(nasreen.person_ids[1]):
        assert [each.own for each in own.own_members()] == [False, True]
    with acting_as_system(reason="test"):
        assert own.own_members() == []


def test_acting_as_a_worker_ends_with_the_block(two: tuple[Any, Any]) -> None:
    bushra, _nasreen = two
    with acting_as_system(reason="outside"):
        with worker(bushra.person_ids[0]):
            assert PersonRecord.objects.count() == 1
        assert PersonRecord.objects.count() == 4 and access.current_person_ids() == ()


def test_a_worker_changes_nothing_but_own_consents(two: tuple[Any, Any]) -> None:
    bushra, nasreen = two
    me = bushra.person_ids[0]
    with worker(me):
        assert PersonRecord.objects.filter(person_id=me).update(given_name="Queen") == 0
        with pytest.raises(Refusal) as refused:
            events.correct_fields(person_id=me, fields={"given_name": "Queen"})
        assert refused.value.code == "WRK-008"
        with pytest.raises(ProgrammingError), transaction.atomic():
            Consent.objects.create(
                person_id=nasreen.person_ids[0], purposes=["registration"], text_version="x", channel="worker",
                area_code="PK618",
            )  # fmt: skip
        assert withdraw_consent(person_id=nasreen.person_ids[0], purpose="registration") is False
        assert withdraw_consent(person_id=me, purpose="registration") is True
    with acting_as_system(reason="test"):
        assert [receipt["withdrawn_at"] is None for receipt in registration.consents_of(person_id=me)] == [False]
        (kept,) = registration.consents_of(person_id=nasreen.person_ids[0])
        assert kept["withdrawn_at"] is None


def test_a_worker_complains_for_the_own_person_and_reads_only_own_answers(two: tuple[Any, Any]) -> None:
    bushra, nasreen = two
    me, other = bushra.person_ids[0], nasreen.person_ids[0]
    with worker(other):
        casework.open_case(kind="grievance", person_id=other, subject="other", words="private")
    with worker(me):
        with pytest.raises(Refusal) as refused:
            casework.open_case(kind="grievance", person_id=other, subject="other", words="not mine")
        assert refused.value.code == "REG-011"
        case = casework.open_case(kind="grievance", person_id=me, subject="other", words="late")
        assert [row["id"] for row in cases.cases_of(person_id=me)] == [case]
        assert cases.cases_of(person_id=other) == []
        with pytest.raises(Refusal) as refused:
            open_change(person_id=other, type_code="sex", values={"sex": "male"}, channel="worker")
        assert refused.value.code.startswith("CSW-")


def test_a_record_is_recognised_only_by_number_year_and_telephone_together(two: tuple[Any, Any]) -> None:
    bushra, _nasreen = two
    me = bushra.person_ids[0]
    with acting_as_system(reason="test"):
        right = {"number": "01234-1234567-1", "birth_year": 1987, "mobile": "03001234567"}
        assert own.find_own_record(**right) == me  # type: ignore[arg-type]
        assert own.find_own_record(**{**right, "number": bushra.registry_numbers[0]}) == me  # type: ignore[arg-type]
        for wrong in (
            {"number": "01234-1234567-2"}, {"number": "0"}, {"birth_year": 1988}, {"mobile": "03007654321"},
            {"number": bushra.registry_numbers[1]},
        ):  # fmt: skip
            assert own.find_own_record(**{**right, **wrong}) is None  # type: ignore[arg-type]
        assert own.is_registered_cnic(cnic="0123412345671") and not own.is_registered_cnic(cnic="0123412345679")


def test_a_worker_learns_how_the_own_claims_stand_and_nobody_elses(two: tuple[Any, Any]) -> None:
    _, nasreen = two
    with acting_as_system(reason="test"):
        bushra = registered("form-3", consents=("registration", "verification"), head={"cnic": "01234-1112223-1"})
        assert verification.request_identity(person_ids=[bushra.person_ids[0]]) == 1
        assert verification_selectors.own_summary() == {}, "only a worker has something of their own"
    with worker(bushra.person_ids[0]):
        assert {kind: each.standing for kind, each in verification_selectors.own_summary().items()} == {
            "identity": "waiting"
        }
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM verification_verificationrequest")
            assert cursor.fetchone()[0] == 0, "the question itself stays closed"
    with worker(nasreen.person_ids[0]):
        assert verification_selectors.own_summary() == {}
