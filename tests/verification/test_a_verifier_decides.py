"""What a verifier finds by hand, and what two verifiers decide against an authority."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from tests.cast.households import employment
from tests.verification.people import BAGH, EVERYTHING, cnic, register

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.access.workers import acting_as_worker
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.verification import selectors, services, terms
from mazdoor.delivery.verification.models import Discrepancy, Kind, Verification
from mazdoor.delivery.verification.ports import Claim, IdentityAnswer
from mazdoor.kernel.refusals import Refusal
from mazdoor.web.counts import count_all

pytestmark = pytest.mark.django_db
Officer = Callable[..., Any]


class Authority:
    """Answers everybody alike."""

    def __init__(self, outcome: Any, *differs: str) -> None:
        self.outcome, self.differs = outcome, differs

    def verify(self, claims: list[Claim]) -> list[IdentityAnswer]:
        return [IdentityAnswer(each.reference, self.outcome, self.differs) for each in claims]


def in_question(number: int = 1, *, outcome: str = "no_match", **more: Any) -> tuple[int, int]:
    """(person, discrepancy) of somebody the authority does not confirm."""
    with acting_as_system(reason="test"):
        person = register(number, **more)
        services.request_identity(person_ids=[person])
        services.run_batch(authority=Authority(outcome, *(["name"] if outcome == "no_match" else [])))
        return person, int(Discrepancy.objects.get(person_id=person).pk)


def identity(person: int) -> str | None:
    with acting_as_system(reason="test"):
        return selectors.find_identity(person_id=person)


@pytest.mark.parametrize("outcome", ["no_match", "deceased"])
def test_a_claim_stands_against_the_authority_by_two_verifiers_only(officer: Officer, outcome: str) -> None:
    person, number = in_question(outcome=outcome)
    first, second = officer(desk="verifier"), officer(desk="verifier")
    with acting_as(officer_id=first.pk):
        assert (
            services.close_discrepancy(discrepancy_id=number, state="dismissed", resolution="card seen") == "proposed"
        )
        with pytest.raises(Refusal, match="VER-005"):
            services.agree_to_dismissal(discrepancy_id=number, resolution="so it is")
        with pytest.raises(Refusal, match="VER-002"):
            services.close_discrepancy(discrepancy_id=number, state="dismissed", resolution="again")
    assert identity(person) == outcome, "one alone changes nothing"
    with acting_as(officer_id=officer(desk="registrar").pk), pytest.raises(Refusal, match="OFF-002"):
        services.agree_to_dismissal(discrepancy_id=number, resolution="x")
    with acting_as(officer_id=second.pk):
        services.agree_to_dismissal(discrepancy_id=number, resolution="seen as well")
        assert selectors.open_discrepancies() == []
    assert identity(person) == "match"
    with acting_as_system(reason="test"):
        live = Verification.objects.get(person_id=person, superseded_at__isnull=True)
        assert (live.officer_id, live.second_officer_id) == (first.pk, second.pk)
        assert live.method == ("visit" if outcome == "deceased" else "document")
        with pytest.raises(IntegrityError, match="discrepancy_two_officers"), transaction.atomic():
            Discrepancy.objects.filter(pk=number).update(closed_by_officer_id=first.pk)


def test_a_proposal_may_be_sent_back_and_falls_with_another_answer(officer: Officer) -> None:
    person, number = in_question()
    first, second = officer(desk="verifier"), officer(desk="verifier")
    with acting_as(officer_id=first.pk):
        services.close_discrepancy(discrepancy_id=number, state="dismissed", resolution="card seen")
    with acting_as(officer_id=second.pk):
        services.send_back(discrepancy_id=number, resolution="the card is somebody else's")
        services.close_discrepancy(discrepancy_id=number, state="dismissed", resolution="card seen now")
    with acting_as_system(reason="test"):
        services.request_identity(person_ids=[person], again=True)
        services.run_batch(authority=Authority("no_match", "birth_date"))
        assert [row["state"] for row in selectors.open_discrepancies()] == ["open"]
        assert [row["fields"] for row in selectors.open_discrepancies()] == [["birth_date"]]


def test_who_holds_a_contested_cnic_is_not_decided_here(officer: Officer) -> None:
    with acting_as_system(reason="test"):
        register(1)
        register(1, surname="Khatoon")
        services.request_identity()
        services.run_batch(authority=Authority("match"))
        number = Discrepancy.objects.get().pk
    with acting_as(officer_id=officer(desk="verifier").pk), pytest.raises(Refusal, match="VER-012"):
        services.close_discrepancy(discrepancy_id=number, state="dismissed", resolution="x")


def test_what_was_put_right_elsewhere_is_asked_again(officer: Officer) -> None:
    person, number = in_question()
    with acting_as(officer_id=officer(desk="verifier").pk):
        services.close_discrepancy(discrepancy_id=number, state="resolved", resolution="their book", ask_again=True)
    with acting_as_system(reason="test"):
        assert services.run_batch(authority=Authority("match")).answered == 1
    assert identity(person) == "match"


def worker(number: int = 1) -> tuple[int, int]:
    """(person, employment)."""
    with acting_as_system(reason="test"):
        person = register(number, employments=(employment(),))
        return person, int(registration.employments_of(person_id=person)[0]["employment_id"])


def test_an_occupation_is_attested_and_who_attests_is_sealed(officer: Officer) -> None:
    person, work = worker()
    with acting_as_system(reason="test"):
        assert services.request(kind="occupation", person_ids=[person]) == 1
    with acting_as(officer_id=officer(desk="verifier").pk):
        (row,) = selectors.queue(kind="occupation")
        assert (row["what"], row["about"], row["days"], row["reason"]) == ("request", work, 0, "first")
        number = services.record_finding(
            person_id=person, kind="occupation", about=work, method="testimony", confirmed=True, note="weaves here",
            attestation=services.Attestation(name="Home weavers' union, Nasreen", capacity="union"),
            evidence_on=dt.date(2026, 11, 1),
        )  # fmt: skip
        assert selectors.queue() == []
        assert selectors.attester_of(verification_id=number) == "Home weavers' union, Nasreen"
        found = Verification.objects.get(pk=number)
        assert b"Nasreen" not in bytes(found.attester_encrypted or b"")
        assert (found.attester_capacity, found.evidence_on) == ("union", dt.date(2026, 11, 1))
        assert found.expires_on == timezone.localdate() + dt.timedelta(days=730)
    with acting_as_worker(person_ids=[person]):
        assert selectors.own_summary()["occupation"].standing == "verified"
    with acting_as(officer_id=officer(desk="registrar").pk), pytest.raises(Refusal, match="OFF-002"):
        selectors.attester_of(verification_id=number)
    with acting_as_system(reason="test"):
        assert services.request(kind="residence", person_ids=[person]) == 1
        (row,) = selectors.queue(kind="residence")
    address = f"/verification/by-hand/{row['id']}/"
    for desk, language, shown in (
        ("verifier", "en", "Home weavers&#x27; union, Nasreen (trade union)"), ("verifier", "ur", "(مزدور یونین)"),
        ("registrar", "en", ""),
    ):  # fmt: skip
        client = Client()
        client.force_login(officer(desk=desk, username=f"{desk}-{language}-reads"))
        client.cookies["django_language"] = language
        page = client.get(address)
        assert (page.status_code == 200, "Nasreen" in page.content.decode()) == (bool(shown), bool(shown))
        assert shown in page.content.decode()


def test_a_document_says_what_it_is_and_ends_when_it_runs_out(officer: Officer) -> None:
    person, work = worker()
    soon = timezone.localdate() + dt.timedelta(days=40)
    with acting_as(officer_id=officer(desk="verifier").pk):

        def find(**how: Any) -> int:
            return services.record_finding(
                person_id=person, kind="occupation", about=work, confirmed=True, note="seen", **how
            )

        for how, refusal in (
            ({"method": "document"}, "VER-007"),
            ({"method": "document", "document": services.Document(type="utility_bill")}, "VER-007"),
            ({"method": "document", "document": services.Document(type="union_card", valid_until=dt.date(2020, 1, 1))}, "VER-008"),
            ({"method": "testimony"}, "VER-009"),
            ({"method": "testimony", "attestation": services.Attestation(name="x", capacity="cousin")}, "VER-009"),
            ({"method": "visit", "evidence_on": soon}, "VER-014"),
            ({"method": "authority"}, "VER-015"),
        ):  # fmt: skip
            with pytest.raises(Refusal, match=refusal):
                find(**how)
        number = find(method="document", document=services.Document(type="union_card", valid_until=soon))
        assert Verification.objects.get(pk=number).expires_on == soon
        with pytest.raises(Refusal, match="VER-013"):
            services.record_finding(
                person_id=person, kind="occupation", about=work + 999, method="visit", confirmed=True, note="x"
            )


def test_what_a_visit_does_not_confirm_opens_a_discrepancy_and_changes_nothing(officer: Officer) -> None:
    person, work = worker()
    with acting_as(officer_id=officer(desk="verifier").pk):
        before = registration.employments_of(person_id=person)
        services.record_finding(
            person_id=person, kind="occupation", about=work, method="visit", confirmed=False, note="no loom there"
        )
        (row,) = selectors.open_discrepancies()
        assert (row["kind"], row["about"], row["outcome"]) == ("occupation", work, "no_match")
        assert registration.employments_of(person_id=person) == before
        with pytest.raises(Refusal, match="VER-010"):
            services.record_finding(
                person_id=person, kind="occupation", about=work, method="visit", confirmed=True, note="it is"
            )


def test_a_verifier_does_not_go_past_an_open_discrepancy(officer: Officer) -> None:
    person, _ = in_question()
    with acting_as(officer_id=officer(desk="verifier").pk), pytest.raises(Refusal, match="VER-010"):
        services.record_finding(person_id=person, kind="identity", method="visit", confirmed=True, note="it is her")


def test_the_queue_is_by_area_and_age(officer: Officer) -> None:
    _, old = in_question(1)
    in_question(2, area_code=BAGH)
    with acting_as_system(reason="test"):
        Discrepancy.objects.filter(pk=old).update(opened_at=timezone.now() - dt.timedelta(days=40))
    with acting_as(officer_id=officer(desk="verifier").pk):
        assert [row["days"] for row in selectors.queue()] == [40, 0]
        assert [row["id"] for row in selectors.queue(band="quarter")] == [old]
        assert len(selectors.queue(area="PK101")) == len(selectors.queue(band="week")) == 1
        assert selectors.queue(kind="phone") == []
        first = selectors.queue(limit=1)[0]
        assert len(selectors.queue(after=(first["since"], first["what"], first["id"]))) == 1
        areas = {
            row["area"]: (row["waiting"], row["week"], row["quarter"], row["oldest"])
            for row in selectors.queue_by_area()
        }
        assert areas == {"PK618": (1, 0, 1, 40), "PK101": (1, 1, 0, 0)}
    with acting_as(officer_id=officer(desk="verifier", areas=["PK1"]).pk):
        assert [row["area"] for row in selectors.queue_by_area()] == ["PK101"]


def test_what_is_looked_at_by_hand_waits_in_the_ribbon_too(system: None) -> None:
    person = register(1, employments=(employment(),), consents=EVERYTHING)
    assert count_all()["verification"].waiting == 0
    assert services.request(kind="occupation", person_ids=[person]) == 1
    assert count_all()["verification"].waiting == 1


def test_everybody_cannot_be_looked_at_by_hand(system: None) -> None:
    with pytest.raises(Refusal, match="VER-006"):
        services.request(kind="residence")
    with pytest.raises(Refusal, match="VER-001"):
        services.run_batch(authority=Authority("match"), kind="residence")


def test_terms_are_dated_and_cover_every_kind() -> None:
    assert set(terms.TERMS) == {kind.value for kind in Kind}
    day = dt.date(2026, 11, 22)
    assert terms.expires_on("identity", on=day) is None
    assert terms.expires_on("phone", on=day) == day + dt.timedelta(days=182)
    assert terms.expires_on("phone", on=day, document_until=day + dt.timedelta(days=5)) == day + dt.timedelta(days=5)
    for lines in terms.TERMS.values():
        assert [line.since for line in lines] == sorted(line.since for line in lines)


def test_nobody_is_asked_about_by_wire_who_did_not_agree(system: None) -> None:
    assert cnic(1).startswith("0")
    register(1, consents=("registration",), mobile="03000000001")
    assert services.request(kind="identity") == services.request(kind="phone") == 0
    register(2, consents=EVERYTHING, mobile="03000000002")
    assert services.request(kind="identity") == services.request(kind="phone") == 1
