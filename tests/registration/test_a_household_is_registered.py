"""One form, one act: everybody on it is registered with a number for life, or nobody is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from tests.cast.households import household

from mazdoor.access.services import acting_as
from mazdoor.delivery.registration import consenting, events, history, selectors, services
from mazdoor.delivery.registration.models import Form, Person, PersonRecord
from mazdoor.delivery.registration.people import HouseholdAnswers
from mazdoor.kernel.identifiers import is_registry_number
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db


def register(answers: HouseholdAnswers, key: str = "form-1") -> services.Registered:
    return services.register(answers=answers, channel="web", idempotency_key=key)


@pytest.mark.usefixtures("system")
def test_everybody_on_the_form_gets_a_number_for_life() -> None:
    registered = register(household())
    assert len(set(registered.registry_numbers)) == 2
    assert all(is_registry_number(number) for number in registered.registry_numbers)
    members = selectors.household_members(household_id=registered.household_id)
    assert [member["relationship"] for member in members] == ["head", "child"]
    (work,) = selectors.employments_of(person_id=registered.person_ids[0])
    assert (work["category"], work["business_name"], work["pay_amount"]) == ("home_based", "Noor Looms", 4500)


@pytest.mark.usefixtures("system")
def test_the_same_form_twice_is_one_registration() -> None:
    first, second = register(household()), register(household())
    assert second.already
    assert second.registry_numbers == first.registry_numbers
    assert Person.objects.count() == 2


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize(
    ("head", "code"),
    [
        ({"cnic": "O1234-1234567-1"}, "REG-001"),
        ({"mobile": "042 1234"}, "REG-002"),
        ({"given_name": " ", "given_name_ur": ""}, "REG-003"),
        ({"birth_date": dt.date(2999, 1, 1)}, "REG-004"),
        ({"sex": "unknown"}, "REG-006"),
        ({"relationship": "child"}, "REG-008"),
    ],
)
def test_a_form_with_a_fault_is_refused_and_nothing_of_it_stays(head: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        register(household(head=head))
    assert refusal.value.code == code
    assert refusal.value.remedy("ur")
    assert (Person.objects.count(), Form.objects.count()) == (0, 0)


@pytest.mark.usefixtures("system")
def test_nobody_is_registered_without_consent() -> None:
    with pytest.raises(Refusal, match="REG-007"):
        register(household(consents=("statistics",)))


@pytest.mark.usefixtures("system")
def test_an_area_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Refusal, match="REG-005"):
        register(household(area_code="PK999"))


def test_an_officer_registers_and_finds_people_of_their_own_area_only(officer: Any) -> None:
    lahore, bagh = officer(desk="registrar", areas=["PK618"]), officer(desk="registrar", areas=["PK101"])
    with acting_as(officer_id=lahore.pk):
        registered = register(household())
    with acting_as(officer_id=bagh.pk):
        with pytest.raises(Refusal, match="REG-012"):
            register(household(), key="form-2")
        assert selectors.search(text=registered.registry_numbers[0]) == []
        with pytest.raises(Refusal, match="REG-011"):
            selectors.get_person(person_id=registered.person_ids[0])
        assert PersonRecord.objects.count() == 0


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize(
    "text", ["0123412345671", "01234-1234567-1", "03001234567", "bushra", "Bushraa Bibi", "بشری بی بی"]
)
def test_a_person_is_found_by_number_or_by_how_the_name_sounds(text: str) -> None:
    registered = register(household())
    assert registered.person_ids[0] in {found.person_id for found in selectors.search(text=text)}


@pytest.mark.usefixtures("system")
def test_numbers_lie_in_the_database_sealed_and_masked_on_screen() -> None:
    registered = register(household())
    with connection.cursor() as cursor:
        cursor.execute("SELECT r::text FROM registration_personrecord r")
        stored = " ".join(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT cnic_encrypted FROM registration_personrecord WHERE cnic_encrypted IS NOT NULL")
        sealed = bytes(cursor.fetchone()[0])
    for value in (b"0123412345671", b"03001234567", b"House 12"):
        assert value.decode() not in stored
        assert value not in sealed
        assert value.hex() not in stored
    person = selectors.get_person(person_id=registered.person_ids[0])
    assert (person["cnic_masked"], person["mobile_masked"]) == ("*****-*****67-1", "03*****4567")


@pytest.mark.usefixtures("system")
def test_a_correction_keeps_what_was_believed_before() -> None:
    registered = register(household())
    born = dt.date(1988, 3, 7)
    events.correct_fields(person_id=registered.person_ids[0], fields={"birth_date": born})
    beliefs = history.beliefs_about(person_id=registered.person_ids[0])
    assert [belief["birth_date"] for belief in beliefs] == [born, dt.date(1987, 3, 7)]
    assert beliefs[0]["recorded_to"] is None
    assert beliefs[1]["recorded_to"] == beliefs[0]["recorded_from"]
    assert selectors.get_person(person_id=registered.person_ids[0])["birth_date"] == born


@pytest.mark.usefixtures("system")
def test_consent_can_be_taken_back_for_one_purpose() -> None:
    registered = register(household(consents=("registration", "programmes", "statistics")))
    person = registered.person_ids[0]
    assert consenting.withdraw_consent(person_id=person, purpose="statistics")
    assert not consenting.withdraw_consent(person_id=person, purpose="statistics")
    live = [receipt for receipt in selectors.consents_of(person_id=person) if receipt["withdrawn_at"] is None]
    assert [receipt["purposes"] for receipt in live] == [["registration", "programmes"]]


@pytest.mark.usefixtures("system")
def test_only_a_desk_that_may_registers_corrects_and_takes_consent_back(officer: Any) -> None:
    person = register(household()).person_ids[0]
    with acting_as(officer_id=officer(desk="auditor").pk):
        with pytest.raises(Refusal, match="OFF-002"):
            register(household(), key="form-2")
        with pytest.raises(Refusal, match="OFF-002"):
            consenting.withdraw_consent(person_id=person, purpose="statistics")
