"""The authority is asked in batches; its answer is kept beside the claim, never written over it."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from tests.sandbox.running import Sandbox
from tests.verification.people import BAGH, citizen, known_to, register

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.registration import history
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.verification import selectors, services, tasks
from mazdoor.delivery.verification.models import Discrepancy, Verification, VerificationRequest, WealthProfile
from mazdoor.interfaces.identity.client import IdentityClient
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db


def make_due() -> None:
    VerificationRequest.objects.filter(state="waiting").update(next_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


@pytest.mark.usefixtures("system")
def test_each_answer_is_kept_as_it_was_given(authority: Sandbox, client: IdentityClient) -> None:
    right, misspelt, stranger, gone, another = (register(n) for n in range(1, 6))
    known_to(
        authority,
        citizen(1),
        citizen(2, given_name="Boshra", surname="Beebee", father_name="Gulam Rasul"),
        citizen(4, died_on="2024-02-01"),
        citizen(5, given_name="Nasreen", birth_date="1960-01-02"),
    )
    assert services.request_identity() == 5
    assert services.run_batch(authority=client) == services.Batch(taken=5, answered=5, delayed=0, withdrawn=0)
    people = (right, misspelt, stranger, gone, another)
    assert [selectors.find_identity(person_id=person) for person in people] == [
        "match", "match", "no_match", "deceased", "no_match",
    ]  # fmt: skip
    fields = {row["person_id"]: row["fields"] for row in selectors.open_discrepancies()}
    assert fields == {stranger: ["cnic"], gone: [], another: ["name", "birth_date"]}


@pytest.mark.usefixtures("system")
def test_an_answer_overwrites_nothing_on_the_register(authority: Sandbox, client: IdentityClient) -> None:
    person = register(1)
    known_to(authority, citizen(1, given_name="Nasreen", died_on="2024-02-01"))
    before = registration.get_person(person_id=person)
    services.request_identity()
    services.run_batch(authority=client)
    assert registration.get_person(person_id=person) == before
    assert len(history.beliefs_about(person_id=person)) == 1


@pytest.mark.usefixtures("system")
def test_nobody_is_asked_about_twice_nor_without_consent(authority: Sandbox, client: IdentityClient) -> None:
    known_to(authority, citizen(1))
    register(1)
    register(2, consents=("registration",))
    register(3, cnic="")
    assert services.request_identity() == 1
    assert services.request_identity() == 0
    services.run_batch(authority=client)
    assert services.request_identity() == 0
    assert services.request_identity(again=True) == 1


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("fault", ["down", "http_500", "time_out"])
def test_a_service_that_fails_delays_and_never_fails_anybody(
    authority: Sandbox, client: IdentityClient, fault: str
) -> None:
    known_to(authority, citizen(1))
    person = register(1)
    services.request_identity()
    authority.fail(faults={f"verify.{fault}": {"rate": 1, "times": None}})
    assert services.run_batch(authority=client) == services.Batch(taken=1, answered=0, delayed=1, withdrawn=0)
    assert services.run_batch(authority=client).taken == 0, "not before the pause is over"
    assert selectors.find_identity(person_id=person) is None
    assert Discrepancy.objects.count() == 0
    authority.fail()
    make_due()
    assert services.run_batch(authority=client).answered == 1
    assert selectors.find_identity(person_id=person) == "match"


@pytest.mark.usefixtures("system")
def test_an_authority_that_refuses_everybody_verifies_nobody(tmp_path: Any) -> None:
    authority = Sandbox("identity", tmp_path / "strict", "--refuse-everybody").start()
    try:
        known_to(authority, *(citizen(n) for n in range(1, 30)))
        for number in range(1, 30):
            register(number)
        services.request_identity()
        client = IdentityClient(authority.url)
        assert services.run_batch(authority=client).answered == 29
        assert services.request_wealth_profiles() == 0
        assert selectors.counts()["match"] == 0
    finally:
        authority.stop()


@pytest.mark.usefixtures("system")
def test_a_second_person_with_the_same_cnic_is_contested(authority: Sandbox, client: IdentityClient) -> None:
    known_to(authority, citizen(1))
    first, second = register(1), register(1, surname="Bibi B")
    services.request_identity()
    services.run_batch(authority=client)
    assert [selectors.find_identity(person_id=person) for person in (first, second)] == ["match", "contested"]
    third = register(1, surname="Bibi C")
    services.request_identity()
    services.run_batch(authority=client)
    assert selectors.find_identity(person_id=third) == "contested"
    assert {row["person_id"] for row in selectors.open_discrepancies()} == {second, third}


@pytest.mark.usefixtures("system")
def test_the_database_refuses_two_live_matches_for_one_cnic(authority: Sandbox, client: IdentityClient) -> None:
    known_to(authority, citizen(1))
    first, second = register(1), register(2)
    services.request_identity(person_ids=[first])
    services.run_batch(authority=client)
    held = Verification.objects.get(person_id=first)
    with pytest.raises(IntegrityError, match="verification_one_match_a_cnic"), transaction.atomic():
        Verification.objects.create(
            person_id=second, kind="identity", method="authority", outcome="match", cnic_index=held.cnic_index,
            area_code=held.area_code,
        )  # fmt: skip


@pytest.mark.usefixtures("system")
def test_a_later_match_closes_the_discrepancy_and_keeps_the_history(authority: Sandbox, client: IdentityClient) -> None:
    person = register(1)
    services.request_identity()
    services.run_batch(authority=client)
    assert [row["outcome"] for row in selectors.open_discrepancies()] == ["no_match"]
    known_to(authority, citizen(1))
    services.request_identity(person_ids=[person], again=True)
    services.run_batch(authority=client)
    assert selectors.open_discrepancies() == []
    history = selectors.verifications_of(person_id=person)
    assert [row["outcome"] for row in history] == ["match", "no_match"]
    assert [row["superseded_at"] is None for row in history] == [True, False]


@pytest.mark.usefixtures("system")
def test_other_registers_are_asked_about_the_matched_only(authority: Sandbox, client: IdentityClient) -> None:
    known_to(authority, citizen(1), citizen(2, profile=None))
    rich, unknown, _ = register(1), register(2), register(3)
    services.request_identity()
    services.run_batch(authority=client)
    assert services.request_wealth_profiles() == 2
    assert services.run_batch(authority=client, kind="wealth_profile").answered == 2
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, vehicle, phone_bill_amount, pmt_score::text, kafaalat_beneficiary "
            "FROM verification.wealth_profile"
        )
        assert cursor.fetchall() == [(rich, True, 45_000, "21.35", True)]
    assert not WealthProfile.objects.filter(person_id=unknown).exists()


@pytest.mark.usefixtures("system")
def test_no_personal_value_reaches_evidence_or_journal(authority: Sandbox, client: IdentityClient) -> None:
    known_to(authority, citizen(1), citizen(2, given_name="Nasreen"))
    register(1), register(2)
    services.request_identity()
    services.run_batch(authority=client)
    evidence = " ".join(str(row) for row in Verification.objects.values_list("evidence", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(act || subject || details::text, ' ') FROM journal_entry")
        journal = cursor.fetchone()[0]
    assert "verification.identity.asked" in journal
    for value in ("Nasreen", "Bushra", "1987", "0000000000001", "0000000000002"):
        assert value not in evidence + journal


def test_an_officer_sees_discrepancies_of_their_own_area_only(
    authority: Sandbox, client: IdentityClient, officer: Callable[..., Any]
) -> None:
    with acting_as_system(reason="test"):
        register(1), register(2, area_code=BAGH)
        services.request_identity()
        services.run_batch(authority=client)
    here = officer(desk="verifier", areas=["PK1"])
    with acting_as(officer_id=here.pk):
        (row,) = selectors.open_discrepancies()
        assert row["area_code"] == BAGH
        services.close_discrepancy(
            discrepancy_id=row["discrepancy_id"], state="resolved", resolution="card seen, number corrected"
        )
        with pytest.raises(Refusal, match="VER-002"):
            services.close_discrepancy(discrepancy_id=row["discrepancy_id"] - 1, state="dismissed", resolution="none")
    assert Discrepancy.objects.count() == 0, "nobody acts: nothing is seen"
    with acting_as_system(reason="test"):
        assert sorted(Discrepancy.objects.values_list("state", flat=True)) == ["open", "resolved"]


def test_a_verifier_records_what_a_visit_found(officer: Callable[..., Any]) -> None:
    with acting_as_system(reason="test"):
        person = register(1)
    verifier = officer(desk="verifier")
    with acting_as(officer_id=officer(desk="finance").pk), pytest.raises(Refusal, match="OFF-002"):
        services.record_finding(person_id=person, kind="occupation", method="visit", confirmed=True, note="x")
    with acting_as(officer_id=verifier.pk):
        services.record_finding(
            person_id=person, kind="occupation", method="visit", confirmed=True, note="seen weaving at home"
        )
        (row,) = selectors.verifications_of(person_id=person)
        assert (row["outcome"], row["officer_id"]) == ("match", verifier.pk)
        with pytest.raises(Refusal, match="VER-003"):
            services.record_finding(person_id=person, kind="residence", method="visit", confirmed=True, note=" ")
    with acting_as_system(reason="test"), pytest.raises(Refusal, match="OFF-003"):
        services.record_finding(person_id=person, kind="occupation", method="visit", confirmed=True, note="x")


@pytest.mark.usefixtures("system")
def test_an_answer_that_is_not_understood_is_asked_again(authority: Sandbox) -> None:
    from mazdoor.delivery.verification.ports import Claim, IdentityAnswer, ProfileAnswer

    class Confused:
        """Answers for the first only, and for somebody nobody asked about."""

        def verify(self, claims: list[Claim]) -> list[IdentityAnswer]:
            return [
                IdentityAnswer(claims[0].reference, "match"),
                IdentityAnswer(claims[1].reference, "unknown"),
                IdentityAnswer("999999", "match"),
            ]

        def profiles(self, claims: list[Claim]) -> list[ProfileAnswer]:
            return []

    people = [register(n) for n in range(1, 4)]
    services.request_identity()
    assert services.run_batch(authority=Confused()) == services.Batch(taken=3, answered=1, delayed=2, withdrawn=0)
    assert [selectors.find_identity(person_id=person) for person in people] == ["match", None, None]


_ASK = """
import sys, django
django.setup()
from mazdoor.delivery.verification import tasks
from mazdoor.interfaces.identity.client import IdentityClient
print("ready", flush=True)
tasks.run_all(authority=IdentityClient(sys.argv[1]), batch=7)
"""


@pytest.mark.parametrize(
    "pauses",
    [(0.05, 0.2), pytest.param(tuple(0.03 + 0.021 * n for n in range(20)), marks=pytest.mark.soak)],
    ids=["twice", "twenty-times"],
)
def test_killed_at_any_moment_everybody_is_answered_once(
    authority: Sandbox, fresh_database: Any, pauses: tuple[float, ...]
) -> None:
    """A worker is killed again and again; the last one finishes. Each person has exactly one answer."""
    environment = fresh_database.environment | {"PYTHONPATH": os.pathsep.join(["src", "."])}
    known_to(authority, *(citizen(n) for n in range(1, 61)))
    authority.fail(late_seconds=0.15, faults={"verify.late": {"rate": 1, "times": None}})
    _in_process(environment, _SET_UP)
    kills = 0
    for pause in pauses:
        worker = subprocess.Popen([sys.executable, "-c", _ASK, authority.url], env=environment, stdout=subprocess.PIPE)
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(pause)
        if worker.poll() is None:
            os.kill(worker.pid, signal.SIGKILL)
            kills += 1
        worker.wait()
    subprocess.run([sys.executable, "-c", _ASK, authority.url], env=environment, check=True, timeout=180)
    assert kills >= len(pauses) // 2
    with fresh_database.connect("owner") as db:
        rows = db.execute(
            "SELECT person_id, count(*), min(outcome) FROM verification_verification GROUP BY 1"
        ).fetchall()
        waiting = db.execute("SELECT count(*) FROM verification_verificationrequest WHERE state = 'waiting'").fetchone()
    assert len(rows) == 60
    assert {(count, outcome) for _, count, outcome in rows} == {(1, "match")}
    assert waiting == (0,)


_SET_UP = """
import django
django.setup()
from mazdoor.access.services import acting_as_system
from mazdoor.delivery.verification import services
from tests.verification.people import register
with acting_as_system(reason="test"):
    for number in range(1, 61):
        register(number)
    assert services.request_identity() == 60
"""


def _in_process(environment: dict[str, str], program: str) -> None:
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=180)


@pytest.mark.django_db(transaction=True)
def test_running_all_waits_out_a_short_failure_and_gives_up_on_a_long_one(
    authority: Sandbox, client: IdentityClient
) -> None:
    known_to(authority, citizen(1), citizen(2))
    with acting_as_system(reason="test"):
        register(1), register(2)
        services.request_identity()
    authority.fail(faults={"verify.down": {"rate": 1, "times": None}})
    run = tasks.run_all(authority=client, patience=dt.timedelta(seconds=0.1))
    assert (run.answered, run.left_waiting) == (0, True)
    authority.fail(faults={"verify.down": {"rate": 1, "times": 1}})
    run = tasks.run_all(authority=client, patience=dt.timedelta(seconds=20))
    assert (run.answered, run.left_waiting) == (2, False)
