"""Life, family, telephone and business are asked about, each over its own wire, and each service may fail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.cast.households import employment
from tests.sandbox.running import Sandbox
from tests.verification.people import BIRTH, EVERYTHING, LAHORE, citizen, cnic, known_to, register

from mazdoor.access.workers import acting_as_worker
from mazdoor.delivery.registration import events
from mazdoor.delivery.registration import services as registration
from mazdoor.delivery.registration.claims import business_claims
from mazdoor.delivery.registration.models import BusinessRecord
from mazdoor.delivery.registration.people import BusinessAnswers, HouseholdAnswers, PersonAnswers
from mazdoor.delivery.verification import selectors, services
from mazdoor.delivery.verification.models import Discrepancy, Verification, VerificationRequest
from mazdoor.interfaces.calling import Patience
from mazdoor.interfaces.identity.client import IdentityClient
from mazdoor.interfaces.phones.client import PhonesClient
from mazdoor.interfaces.tax.client import TaxClient
from mazdoor.journal import outbox
from mazdoor.kernel.identifiers import ascii_digits

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system")]
IMPATIENT = Patience(tries=2, first_wait=0.01)


@pytest.fixture
def phones(tmp_path: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox("phones", tmp_path / "phones")
    yield sandbox.start()
    sandbox.stop()


@pytest.fixture
def tax(tmp_path: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox("tax", tmp_path / "tax")
    yield sandbox.start()
    sandbox.stop()


def matched(client: IdentityClient) -> None:
    services.request_identity()
    services.run_batch(authority=client)


def standing(person: int, kind: str) -> str:
    with acting_as_worker(person_ids=[person]):
        return selectors.own_summary()[kind].standing


def make_due() -> None:
    VerificationRequest.objects.filter(state="waiting").update(next_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


def test_an_authority_that_counts_letters_is_read_by_sound(tmp_path: Path) -> None:
    strict = Sandbox("identity", tmp_path / "strict", "--strict-spelling").start()
    try:
        client = IdentityClient(strict.url, patience=IMPATIENT)
        known_to(
            strict,
            citizen(1, given_name="Bushraa", father_name="Gulam Rasul"),
            citizen(2, given_name="Nasreen"),
            citizen(3, given_name="Boshra", birth_date="1960-01-01"),
            citizen(4, given_name="B.", surname="", name_ur="بشریٰ بی بی", father_name="Ghulam Rasool"),
            citizen(5, given_name="Bushraa", died_on="2024-02-01"),
        )
        people = [register(number) for number in range(1, 6)]
        matched(client)
        assert [selectors.find_identity(person_id=person) for person in people] == [
            "match", "no_match", "no_match", "match", "deceased",
        ]  # fmt: skip
        evidence = dict(Verification.objects.values_list("person_id", "evidence"))
        assert evidence[people[0]] == {"spelling": ["name", "father_name"]}
        fields = {row["person_id"]: row["fields"] for row in selectors.open_discrepancies()}
        assert fields == {people[1]: ["name"], people[2]: ["birth_date"], people[4]: []}
    finally:
        strict.stop()


def test_what_the_authority_holds_is_kept_sealed_while_somebody_must_look(
    authority: Sandbox, client: IdentityClient
) -> None:
    known_to(authority, citizen(1, given_name="Nasreen", name_ur="نسرین بی بی", birth_date="1960-01-02"))
    register(1)
    matched(client)
    (row,) = selectors.open_discrepancies()
    held = selectors.held_by_authority(discrepancy_id=row["discrepancy_id"])
    assert held == {"name": "Nasreen Bibi", "name_ur": "نسرین بی بی", "birth_date": "1960-01-02"}
    assert b"Nasreen" not in bytes(Discrepancy.objects.get().held_encrypted or b"")
    known_to(authority, citizen(1))
    services.request_identity(again=True)
    services.run_batch(authority=client)
    assert Discrepancy.objects.get().held_encrypted is None


def test_the_reported_dead_are_told_to_people_and_changed_by_nobody(authority: Sandbox, client: IdentityClient) -> None:
    heard: list[Any] = []
    outbox.subscribe(topic="verification.discrepancy.opened", name="test.heard", handle=heard.append)
    try:
        known_to(authority, citizen(1), citizen(2))
        alive, dead = register(1), register(2)
        matched(client)
        known_to(authority, citizen(2, died_on="2026-10-01"))
        assert services.request(kind="life") == 2
        services.run_batch(authority=client, kind="life")
        assert (standing(alive, "life"), standing(dead, "life")) == ("verified", "in_question")
        (row,) = selectors.open_discrepancies()
        assert (row["kind"], row["outcome"], row["person_id"]) == ("life", "deceased", dead)
        assert selectors.held_by_authority(discrepancy_id=row["discrepancy_id"]) == {"died_on": "2026-10-01"}
        outbox.deliver()
        assert heard == [
            {
                "kind": "life",
                "discrepancies": [
                    {"id": row["discrepancy_id"], "person_id": dead, "about": 0, "outcome": "deceased", "fields": []}
                ],
            }
        ]
    finally:
        outbox.unsubscribe(name="test.heard")


def family(*numbers: int, relationships: tuple[str, ...] = ("head", "spouse", "child")) -> tuple[int, ...]:
    """A household of people with these CNICs, the first its head."""
    from mazdoor.reference import services as reference

    reference.load()
    people = tuple(
        PersonAnswers(
            given_name="Bushra", surname="Bibi", father_name="Ghulam Rasool", sex="female", birth_date=BIRTH,
            cnic=cnic(number), relationship=relationship,
        )
        for number, relationship in zip(numbers, relationships, strict=False)
    )  # fmt: skip
    return registration.register(
        answers=HouseholdAnswers(people=people, area_code=LAHORE, consents=EVERYTHING),
        channel="web",
        idempotency_key=f"family-{numbers}",
    ).person_ids


@pytest.mark.parametrize(
    ("ours", "theirs", "outcome", "differs"),
    [
        ((1, 2, 3), {1: "head", 2: "spouse", 3: "child"}, "match", []),
        ((1, 2, 3), {1: "head", 2: "spouse"}, "no_match", ["member_not_theirs"]),
        ((1,), {1: "head", 2: "spouse"}, "no_match", ["member_absent"]),
        ((1, 2), {1: "head", 2: "spouse", 3: "child"}, "no_match", ["children"]),
    ],
)
def test_the_household_is_held_against_the_familys_tree(
    authority: Sandbox, client: IdentityClient, ours: tuple[int, ...], theirs: dict[int, str], outcome: str,
    differs: list[str],
) -> None:  # fmt: skip
    known_to(authority, *(citizen(number, family_key="F1", family_place=place) for number, place in theirs.items()))
    people = family(*ours)
    matched(client)
    assert services.request(kind="family") == 1, "one question a family"
    services.run_batch(authority=client, kind="family")
    found = Verification.objects.get(kind="family")
    assert (found.person_id, found.outcome, found.evidence.get("differs", [])) == (people[0], outcome, differs)
    assert found.evidence["not_theirs"] == ([people[2]] if differs == ["member_not_theirs"] else [])
    assert len(found.reference) > 5


def test_a_number_on_somebody_elses_cnic_is_asked_about_and_kept(phones: Sandbox) -> None:
    client = PhonesClient(phones.url, patience=IMPATIENT)
    own, others, gone = (register(n, mobile=f"0300000000{n}") for n in (1, 2, 3))
    sims = [{"mobile": "03000000001", "cnic": cnic(1)}, {"mobile": "03000000002", "cnic": cnic(9)}]
    phones.post("/admin/sims", {"sims": sims})
    register(4, consents=("registration",), mobile="03000000004")
    assert services.request(kind="phone") == 3
    assert services.run_batch(authority=client, kind="phone").answered == 3
    assert [standing(person, "phone") for person in (own, others, gone)] == ["verified", "in_question", "in_question"]
    fields = {row["person_id"]: row["fields"] for row in selectors.open_discrepancies()}
    assert fields == {others: ["mobile"], gone: ["mobile_in_use"]}


@pytest.mark.parametrize("fault", ["down", "http_500", "time_out", "refused"])
def test_a_register_that_fails_delays_and_says_what_it_met(phones: Sandbox, fault: str) -> None:
    client = PhonesClient(phones.url, patience=IMPATIENT)
    person = register(1, mobile="03000000001")
    phones.post("/admin/sims", {"sims": [{"mobile": "03000000001", "cnic": cnic(1)}]})
    services.request(kind="phone")
    phones.fail(faults={f"owners.{fault}": {"rate": 1, "times": None}})
    assert services.run_batch(authority=client, kind="phone").delayed == 1
    (delay,) = selectors.services_that_delay()
    assert (delay["kind"], delay["in_vain"], delay["problem"]) == (
        "phone", 1, "refused" if fault == "refused" else "down",
    )  # fmt: skip
    phones.fail()
    make_due()
    services.run_batch(authority=client, kind="phone")
    assert standing(person, "phone") == "verified"


def test_answers_that_come_twice_or_not_at_all_change_nothing_else(phones: Sandbox) -> None:
    client = PhonesClient(phones.url, patience=IMPATIENT)
    people = [register(n, mobile=f"0300000000{n}") for n in range(1, 8)]
    phones.post("/admin/sims", {"sims": [{"mobile": f"0300000000{n}", "cnic": cnic(n)} for n in range(1, 8)]})
    services.request(kind="phone")
    phones.fail(seed=3, faults={"answer.twice": {"first": 2}, "answer.missing": {"rate": 0.4}})
    first = services.run_batch(authority=client, kind="phone")
    assert 0 < first.delayed < 7
    phones.fail()
    make_due()
    services.run_batch(authority=client, kind="phone")
    assert Verification.objects.filter(kind="phone").count() == 7
    assert {standing(person, "phone") for person in people} == {"verified"}


def owner(number: int, name: str, **more: Any) -> int:
    told: dict[str, Any] = {"tax_registered": True} | more if more else {}
    business = BusinessAnswers(name=name, isic_code="1312", premises="shop", persons_engaged=2, **told)
    return register(number, employments=(employment(status="employer", business=business),))


def test_a_business_is_held_against_the_tax_register(tax: Sandbox) -> None:
    client = TaxClient(tax.url, patience=IMPATIENT)
    unregistered, silent = owner(1, "Noor Looms"), owner(2, "Noor Looms")
    tax.post("/admin/taxpayers", {"taxpayers": [{"cnic": cnic(2), "number": cnic(2), "name": "Nur Looms"}]})
    assert services.request(kind="business") == 2
    services.run_batch(authority=client, kind="business")
    assert standing(unregistered, "business") == "verified", "neither they nor the register say it is registered"
    assert standing(silent, "business") == "in_question"
    (row,) = selectors.open_discrepancies()
    assert (row["person_id"], row["fields"]) == (silent, ["registered"])
    assert row["about"] > 0
    assert selectors.held_by_authority(discrepancy_id=row["discrepancy_id"])["name"] == "Nur Looms"


def test_the_tax_number_an_owner_names_is_what_the_register_is_asked_about(tax: Sandbox) -> None:
    client = TaxClient(tax.url, patience=IMPATIENT)
    right, wrong = owner(3, "Noor Looms", tax_number="1234567-8"), owner(4, "Noor Looms", tax_number="9999999-9")
    businesses = list(BusinessRecord.objects.values_list("business_id", flat=True))
    claims = {claim.owner_person_id: claim for claim in business_claims(business_ids=businesses)}
    assert [ascii_digits(claims[person].tax_number) for person in (right, wrong)] == ["12345678", "99999999"]
    held = [
        {"cnic": cnic(3), "number": "12345678", "name": "Noor Looms"},
        {"cnic": cnic(4), "number": "22222222", "name": "Noor Looms"},
    ]
    tax.post("/admin/taxpayers", {"taxpayers": held})
    services.request(kind="business")
    services.run_batch(authority=client, kind="business")
    assert [standing(person, "business") for person in (right, wrong)] == ["verified", "in_question"]
    (row,) = selectors.open_discrepancies()
    assert (row["person_id"], row["fields"]) == (wrong, ["number"])


def test_what_runs_out_is_asked_for_again_and_counts_no_longer(phones: Sandbox) -> None:
    client = PhonesClient(phones.url, patience=IMPATIENT)
    person = register(1, mobile="03000000001")
    phones.post("/admin/sims", {"sims": [{"mobile": "03000000001", "cnic": cnic(1)}]})
    services.request(kind="phone")
    services.run_batch(authority=client, kind="phone")
    today = timezone.localdate()
    assert services.request_expiring(on=today) == 0
    Verification.objects.update(expires_on=today)
    assert standing(person, "phone") == "run_out"
    assert services.request_expiring(on=today) == 1
    assert services.request_expiring(on=today) == 0
    services.run_batch(authority=client, kind="phone")
    assert standing(person, "phone") == "verified"


def test_a_changed_record_is_verified_anew(authority: Sandbox, client: IdentityClient) -> None:
    known_to(authority, citizen(1), citizen(2))
    person, _ = register(1), register(2)
    matched(client)
    assert services.request_after_changes() == 0
    events.correct_fields(person_id=person, fields={"given_name": "Nasreen"}, since=dt.date(2026, 1, 1))
    Verification.objects.update(verified_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    from mazdoor.delivery.registration.models import PersonRecord

    PersonRecord.objects.exclude(person_id=person).update(recorded_from=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    assert services.request_after_changes() == 1
    services.run_batch(authority=client)
    assert selectors.find_identity(person_id=person) == "no_match"
