"""A change of what was verified: asked for by one, approved by another, applied whole, taken back whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from tests.cast.households import BAGH, LAHORE, household, registered

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.casework.changes import open_change
from mazdoor.casework.changes import selectors as changes
from mazdoor.casework.changes.deciding import approve_change, can_decide, refuse_change, reverse_change, withdraw_change
from mazdoor.casework.changes.kinds import kinds
from mazdoor.casework.changes.opening import fill_change, look_again
from mazdoor.casework.changes.previewing import preview_change
from mazdoor.casework.models_changes import Change, ChangeField
from mazdoor.casework.states_changes import ChangeState
from mazdoor.delivery.registration import events, history, selectors, services
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

START = dt.date(2026, 1, 10)
MAY = dt.date(2026, 5, 1)


@pytest.fixture
def home(db: None) -> Any:
    """Bushra's household, on the register since 10 January 2026."""
    with acting_as_system(reason="test"):
        registered(key="areas", head={"cnic": "", "mobile": ""})
        return services.register(answers=household(), channel="web", idempotency_key="home", on=START)


@pytest.fixture
def registrar(officer: Callable[..., Any]) -> int:
    return int(officer(desk="registrar").pk)


@pytest.fixture
def verifier(officer: Callable[..., Any]) -> int:
    return int(officer(desk="verifier").pk)


@pytest.fixture
def as_verifier(verifier: int) -> Iterator[None]:
    with acting_as(officer_id=verifier):
        yield


def rename(person: int, **more: Any) -> Any:
    """A name asked for with a card seen."""
    asked: dict[str, Any] = {
        "type_code": "name",
        "values": {"surname": "Begum"},
        "evidence": ["cnic"],
        "channel": "officer",
        **more,
    }
    return open_change(person_id=person, **asked)


def test_a_change_waits_for_a_second_person_and_is_then_in_the_record(home: Any, registrar: int, verifier: int) -> None:
    person = home.person_ids[0]
    with acting_as(officer_id=registrar):
        opened = rename(person)
        assert (opened.state, opened.linked) == (ChangeState.PROPOSED, False)
        assert selectors.get_person(person_id=person)["surname"] == "Bibi"
        with pytest.raises(Refusal, match="CSW-018"):
            approve_change(change_id=opened.change_id)
    with acting_as(officer_id=verifier):
        assert can_decide(change_id=opened.change_id) is None
        event = approve_change(change_id=opened.change_id)
        assert selectors.get_person(person_id=person)["surname"] == "Begum"
        assert changes.get_change(change_id=opened.change_id)["event_id"] == event
        with pytest.raises(Refusal, match="CSW-016"):
            approve_change(change_id=opened.change_id)
    assert not ChangeField.objects.exists()


def test_whoever_asked_does_not_approve_and_the_database_says_so_too(home: Any, verifier: int) -> None:
    with acting_as(officer_id=verifier):
        opened = rename(home.person_ids[0])
        with pytest.raises(Refusal, match="CSW-017"):
            approve_change(change_id=opened.change_id)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE casework_change SET state = 'applied', decided_at = now(), decided_by = opened_by WHERE id = %s",
                [opened.change_id],
            )


@pytest.mark.parametrize(
    "forged",
    [
        "state = 'applied', decided_at = now(), decided_by = 999999",
        "four_eyes = false",
        "opened_by = NULL",
        "values_encrypted = 'x'::bytea",
        "state = 'reversed', decided_at = now()",
    ],
)
def test_nobody_signs_in_the_name_of_another(home: Any, registrar: int, verifier: int, forged: str) -> None:
    with acting_as(officer_id=registrar):
        opened = rename(home.person_ids[0])
    with (
        acting_as(officer_id=verifier),
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE casework_change SET {forged} WHERE id = %s", [opened.change_id])


def test_what_a_change_asks_for_lies_sealed(home: Any, registrar: int) -> None:
    with acting_as(officer_id=registrar):
        open_change(
            person_id=home.person_ids[0], type_code="cnic", values={"cnic": "01234-7654321-3"}, evidence=["cnic"],
            channel="officer", words="Her card says Khatoon",
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("SELECT c::text FROM casework_change c")
            stored = cursor.fetchone()[0]
            cursor.execute("SELECT string_agg(details::text || subject, ' ') FROM journal_entry")
            stored += cursor.fetchone()[0]
        for value in ("0123476543213", "7654321", "Khatoon"):
            assert value not in stored and value.encode().hex() not in stored


def test_the_same_request_twice_is_one_and_another_about_the_same_field_is_refused(
    home: Any, registrar: int, verifier: int
) -> None:
    person = home.person_ids[0]
    with acting_as(officer_id=registrar):
        first = rename(person)
        again = rename(person, evidence=["court_order"])
        assert (again.change_id, again.linked) == (first.change_id, True)
        assert changes.get_change(change_id=first.change_id)["evidence"] == ["cnic", "court_order"]
        with pytest.raises(Refusal, match="CSW-011") as refused:
            rename(person, values={"surname": "Khatoon"})
        assert refused.value.details["change"] == first.change_id
        rename(person, values={"given_name": "Bushraa"})  # another field: no conflict
        withdraw_change(change_id=first.change_id)
        assert not rename(person, values={"surname": "Khatoon"}).linked


def test_the_database_keeps_two_open_changes_off_one_field(home: Any, registrar: int) -> None:
    with acting_as(officer_id=registrar):
        rename(home.person_ids[0])
        change = Change.objects.get()
        with pytest.raises(IntegrityError), transaction.atomic():
            ChangeField.objects.create(
                change=change, subject=f"person:{home.person_ids[0]}", field="surname", area_code=LAHORE
            )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"type_code": "star_sign"}, "CSW-010"),
        ({"type_code": "death", "channel": "worker", "values": {}}, "CSW-010"),
        ({"values": {}}, "CSW-012"),
        ({"type_code": "birth_date", "values": {"birth_date": "yesterday"}}, "CSW-013"),
        ({"values": {"favourite": "x"}}, "CSW-013"),
        ({"evidence": []}, "CSW-014"),
        ({"evidence": ["a wink"]}, "CSW-014"),
        ({"values": {"surname": "Bibi"}}, "REG-085"),
        ({"type_code": "cnic", "values": {"cnic": "12345"}}, "REG-001"),
        ({"type_code": "birth_date", "values": {"birth_date": "2999-01-01"}}, "REG-004"),
        ({"type_code": "occupation", "values": {"pay_amount": 1}, "evidence": ["visit"]}, "CSW-012"),
    ],
)
def test_what_could_never_be_applied_is_refused_at_once(
    home: Any, registrar: int, asked: dict[str, Any], code: str
) -> None:
    with acting_as(officer_id=registrar), pytest.raises(Refusal, match=code):
        rename(home.person_ids[0], **asked)
    with acting_as_system(reason="test"):
        assert not Change.objects.exists()


def test_the_preview_shows_before_and_after_and_changes_nothing(home: Any, registrar: int) -> None:
    person = home.person_ids[0]
    with acting_as(officer_id=registrar):
        opened = open_change(
            person_id=person, type_code="cnic", values={"cnic": "01234-7654321-3"}, evidence=["cnic"], channel="officer"
        )
        (line,) = preview_change(change_id=opened.change_id).lines
        assert (line.before, line.after) == ("*****-*****67-1", "*****-*****21-3")
        moved = open_change(
            person_id=person, type_code="move", values={"area_code": BAGH}, evidence=["visit"], channel="officer",
            effective_on=MAY,
        )  # fmt: skip
        assert preview_change(change_id=moved.change_id).areas == (LAHORE, BAGH)
        assert selectors.get_person(person_id=person)["area_code"] == LAHORE
        with pytest.raises(Refusal, match="CSW-011"):
            open_change(
                person_id=person, type_code="split", values={"leaving": {home.person_ids[1]: "head"}},
                evidence=["visit"], channel="officer", effective_on=MAY,
            )  # fmt: skip
        withdraw_change(change_id=moved.change_id)
        split = open_change(
            person_id=person, type_code="split", values={"leaving": {home.person_ids[1]: "head"}},
            evidence=["visit"], channel="officer", effective_on=MAY,
        )  # fmt: skip
        preview = preview_change(change_id=split.change_id)
        assert (len(preview.members_before), len(preview.members_after)) == (2, 1)
        assert len(history.members_at(household_id=home.household_id, on=MAY)) == 2


def test_a_record_that_changed_meanwhile_is_looked_at_again_before_anything_is_applied(
    home: Any, registrar: int, verifier: int
) -> None:
    person = home.person_ids[0]
    with acting_as(officer_id=registrar):
        opened = rename(person)
        events.change_person(person_id=person, on=MAY, fields={"father_name": "Rasool"})
        assert preview_change(change_id=opened.change_id).stale
    with acting_as(officer_id=verifier):
        with pytest.raises(Refusal, match="CSW-019"):
            approve_change(change_id=opened.change_id)
        look_again(change_id=opened.change_id)
        approve_change(change_id=opened.change_id)
        assert selectors.get_person(person_id=person)["surname"] == "Begum"


def test_an_applied_change_is_taken_back_by_a_third_person_to_exactly_the_state_before(
    home: Any, registrar: int, verifier: int, officer: Callable[..., Any]
) -> None:
    person = home.person_ids[0]
    with acting_as(officer_id=registrar):
        opened = rename(person, effective_on=MAY)
    with acting_as(officer_id=verifier):
        approve_change(change_id=opened.change_id)
        with pytest.raises(Refusal, match="CSW-021"):
            reverse_change(change_id=opened.change_id, words=" ")
        with pytest.raises(Refusal, match="CSW-017"):
            reverse_change(change_id=opened.change_id, words="wrong card")
    with acting_as(officer_id=officer(desk="verifier").pk):
        later = events.change_person(person_id=person, on=dt.date(2026, 6, 1), fields={"surname": "Khan"})
        with pytest.raises(Refusal, match="REG-081"):
            reverse_change(change_id=opened.change_id, words="wrong card")
        events.take_back(event_id=later)
        reverse_change(change_id=opened.change_id, words="wrong card")
        assert selectors.get_person(person_id=person)["surname"] == "Bibi"
        (row,) = [each for each in changes.changes_of(person_id=person) if each["id"] == opened.change_id]
        assert row["state"] == "reversed"
        assert changes.get_change(change_id=opened.change_id)["reversal"] == "wrong card"


def test_a_refused_change_leaves_the_record_and_says_why(home: Any, registrar: int, verifier: int) -> None:
    with acting_as(officer_id=registrar):
        opened = rename(home.person_ids[0])
    with acting_as(officer_id=verifier):
        refuse_change(change_id=opened.change_id, words="the card is somebody else's")
        row = changes.get_change(change_id=opened.change_id)
        assert (row["state"], row["answer"]) == ("refused", "the card is somebody else's")
        assert selectors.get_person(person_id=home.person_ids[0])["surname"] == "Bibi"
        assert changes.count_open() == 0


def test_a_worker_asks_for_a_change_of_the_own_record_only(home: Any, verifier: int) -> None:
    from mazdoor.access.workers import acting_as_worker

    mother, son = home.person_ids
    with acting_as_worker(person_ids=[mother]):
        opened = rename(mother, channel="worker", evidence=[])
        assert [row["id"] for row in changes.changes_of(person_id=mother)] == [opened.change_id]
        with pytest.raises(Refusal, match="CSW-022"):
            rename(son, channel="worker", evidence=[])
        with pytest.raises(Refusal):
            approve_change(change_id=opened.change_id)
    with acting_as(officer_id=verifier):
        row = changes.get_change(change_id=opened.change_id)
        assert (row["opened_by"], row["channel"]) == (None, "worker")
        approve_change(change_id=opened.change_id)
        assert selectors.get_person(person_id=mother)["surname"] == "Begum"


def test_a_finding_opens_a_question_once_and_an_officer_says_what_is_right(
    home: Any, registrar: int, verifier: int
) -> None:
    person = home.person_ids[0]
    with acting_as_system(reason="test"):
        opened = rename(person, values={}, evidence=[], channel="verification", source="discrepancy:7")
        assert opened.state is ChangeState.ASKED
        assert rename(person, values={}, evidence=[], channel="verification", source="discrepancy:7").linked
    with acting_as(officer_id=registrar):
        fill_change(change_id=opened.change_id, values={"surname": "Begum"}, evidence=["cnic"])
        assert changes.get_change(change_id=opened.change_id)["opened_by"] == registrar
    with acting_as(officer_id=verifier):
        approve_change(change_id=opened.change_id)
        assert selectors.get_person(person_id=person)["surname"] == "Begum"


def test_a_kind_that_needs_no_second_person_is_applied_by_whoever_asked(home: Any, registrar: int) -> None:
    with acting_as(officer_id=registrar):
        opened = open_change(
            person_id=home.person_ids[0], type_code="mobile", values={"mobile": "0301 1112223"}, channel="officer",
            effective_on=MAY,
        )  # fmt: skip
        approve_change(change_id=opened.change_id)
        assert selectors.get_person(person_id=home.person_ids[0])["mobile_masked"] == "03*****2223"


def test_a_move_takes_the_change_and_open_cases_along_to_the_new_office(home: Any, officer: Callable[..., Any]) -> None:
    person = home.person_ids[0]
    lahore, other = officer(desk="registrar", areas=[LAHORE]), officer(desk="verifier", areas=[LAHORE])
    bagh = officer(desk="verifier", areas=[BAGH])
    with acting_as(officer_id=lahore.pk):
        waits = rename(person)
        opened = open_change(
            person_id=person, type_code="move", values={"area_code": BAGH}, evidence=["visit"], channel="officer",
            effective_on=MAY,
        )  # fmt: skip
    with acting_as(officer_id=other.pk):
        approve_change(change_id=opened.change_id)
        with pytest.raises(Refusal, match="REG-011"):
            selectors.get_person(person_id=person)
    with acting_as(officer_id=bagh.pk):
        approve_change(change_id=waits.change_id)
        assert selectors.get_person(person_id=person)["surname"] == "Begum"


def test_kinds_say_everything_in_both_languages() -> None:
    assert len(kinds()) >= 15
    for kind in kinds().values():
        assert kind.title.en and kind.title.ur and kind.source and kind.mark
        assert kind.four_eyes != "never" or not kind.reverify


def test_every_change_of_a_person_is_seen_with_its_age_by_the_office_of_the_area(
    home: Any, officer: Callable[..., Any]
) -> None:
    with acting_as(officer_id=officer(desk="registrar", areas=[LAHORE]).pk):
        opened = rename(home.person_ids[0])
        assert [row["id"] for row in changes.open_changes(kind="name")] == [opened.change_id]
        assert changes.open_changes(kind="cnic") == [] and changes.open_changes(area_code=BAGH) == []
        (row,) = changes.waiting_by_area()
        assert (row["area_code"], row["count"], row["late"]) == (LAHORE, 1, 0)
    with acting_as(officer_id=officer(desk="registrar", areas=[BAGH]).pk):
        assert changes.open_changes() == [] and changes.count_open() == 0
