"""Each verified person gets one account for a purpose, whatever the bank does; a bank is never asked for a second."""

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
from tests.verification.people import BAGH, register

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.accounts import opening, selectors, services, tasks
from mazdoor.delivery.accounts.models import Account, AccountRequest
from mazdoor.delivery.accounts.ports import OpeningAnswer, OpeningRequest
from mazdoor.interfaces.bank_accounts.client import BankAccountsClient
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

People = Callable[..., list[int]]
ONE_BANK = {"*": ["HABB"]}
VALID = "PK36SCBL0000001123456702"


def make_due() -> None:
    AccountRequest.objects.filter(ended_at=None).update(next_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


def run(provider: Any, rounds: int = 10) -> None:
    """Take everything to the bank, not waiting for pauses."""
    for _ in range(rounds):
        make_due()
        if opening.open_accounts(provider=provider).taken == 0:
            return


@pytest.mark.usefixtures("system")
def test_the_verified_who_agreed_get_an_account_in_their_own_name(
    bank: Sandbox, provider: BankAccountsClient, verified: People
) -> None:
    people = verified(3)
    register(10)  # not verified
    verified(1, start=20, consents=("registration", "verification"))
    assert services.request_accounts(banks=ONE_BANK) == 3
    assert services.request_accounts(banks=ONE_BANK) == 0
    assert opening.open_accounts(provider=provider) == opening.Batch(taken=3, opened=3)
    assert services.request_accounts(banks=ONE_BANK) == 0
    assert selectors.counts()["live"] == 3
    (account,) = selectors.accounts_of(person_id=people[0])
    (iban,) = selectors.get_ibans(account_ids=[account["account_id"]]).values()
    assert iban[4:8] == "HABB"
    assert iban.endswith(account["iban_last4"])
    assert bank.get("/banks/HABB/books/summary")["accounts_opened"] == 3


@pytest.mark.usefixtures("system")
def test_an_iban_is_never_stored_in_the_open(bank: Sandbox, provider: BankAccountsClient, verified: People) -> None:
    verified(1)
    services.request_accounts(banks=ONE_BANK)
    opening.open_accounts(provider=provider)
    account = Account.objects.get()
    (iban,) = selectors.get_ibans(account_ids=[account.pk]).values()
    with connection.cursor() as cursor:
        cursor.execute("SELECT account::text FROM accounts_account AS account")
        stored = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(act || subject || details::text, ' ') FROM journal_entry")
        journal = cursor.fetchone()[0]
    for text in (iban, iban[8:], iban.encode().hex()):
        assert text not in stored + journal


@pytest.mark.usefixtures("system")
def test_a_time_out_leaves_the_request_unknown_and_the_account_is_found_not_opened_again(
    bank: Sandbox, provider: BankAccountsClient, verified: People
) -> None:
    verified(4)
    services.request_accounts(banks=ONE_BANK)
    bank.fail(faults={"accounts.time_out": {"rate": 1, "times": None}})
    assert opening.open_accounts(provider=provider) == opening.Batch(taken=4, unknown=4)
    assert selectors.counts()["unknown"] == 4
    assert selectors.counts()["live"] == 0
    assert services.request_accounts(banks=ONE_BANK) == 0, "an unknown one is under way"
    assert bank.get("/banks/HABB/books/summary")["accounts_opened"] == 4, "the bank had opened them"
    run(provider)
    assert selectors.counts() == {
        "waiting": 0, "unknown": 0, "pending": 0, "opened": 4, "refused": 0, "withdrawn": 0, "live": 4,
    }  # fmt: skip
    assert bank.get("/banks/HABB/books/summary")["accounts_opened"] == 4


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("fault", ["down", "http_500"])
def test_a_bank_that_never_heard_of_the_request_is_asked_again_under_the_same_key(
    bank: Sandbox, provider: BankAccountsClient, verified: People, fault: str
) -> None:
    verified(2)
    services.request_accounts(banks=ONE_BANK)
    bank.fail(faults={f"accounts.{fault}": {"rate": 1, "times": 1}})
    assert opening.open_accounts(provider=provider).unknown == 2
    make_due()
    batch = opening.open_accounts(provider=provider)
    assert (batch.taken, batch.opened, batch.unknown) == (2, 0, 0)
    assert selectors.counts()["waiting"] == 2
    run(provider)
    assert selectors.counts()["live"] == 2


@pytest.mark.usefixtures("system")
def test_a_pending_account_is_asked_about_until_it_is_open(
    bank: Sandbox, provider: BankAccountsClient, verified: People
) -> None:
    verified(3)
    services.request_accounts(banks=ONE_BANK)
    bank.fail(faults={"account.pending": {"rate": 1}})
    assert opening.open_accounts(provider=provider).pending == 3
    assert selectors.counts()["live"] == 0
    run(provider)
    assert selectors.counts()["live"] == 3


@pytest.mark.usefixtures("system")
def test_who_is_refused_by_one_bank_is_asked_for_at_the_next_and_then_left(
    bank: Sandbox, provider: BankAccountsClient, verified: People
) -> None:
    (person,) = verified(1)
    bank.fail(faults={"account.refuse": {"rate": 1}})
    banks = {"*": ["HABB", "ALFH"]}
    for asked in ("HABB", "ALFH"):
        assert services.request_accounts(banks=banks) == 1
        run(provider)
        newest = selectors.requests_of(person_id=person)[0]
        assert (newest["bank_code"], newest["state"]) == (asked, "refused")
        assert newest["reason"] in ("identity_not_confirmed", "screening_hit", "mobile_not_own")
    assert services.request_accounts(banks=banks) == 0
    assert sum(row["number"] for row in selectors.refusal_reasons()) == 2


@pytest.mark.usefixtures("system")
def test_the_bank_is_chosen_by_province(verified: People) -> None:
    (punjabi,) = verified(1)
    (kashmiri,) = verified(1, start=2, area_code=BAGH)
    services.request_accounts(banks={"PK6": ["HABB"], "*": ["ALFH"]})
    chosen = dict(AccountRequest.objects.values_list("person_id", "bank_code"))
    assert chosen == {punjabi: "HABB", kashmiri: "ALFH"}


class Lying:
    """A bank that answers whatever it is told to."""

    def __init__(self, iban: str) -> None:
        self.iban = iban

    def open_accounts(self, *, bank_code: str, requests: list[OpeningRequest]) -> list[OpeningAnswer]:
        """The same account for everybody."""
        return [OpeningAnswer(request.key, "opened", iban=self.iban) for request in requests]

    def look_up(self, *, bank_code: str, keys: list[str]) -> list[OpeningAnswer]:
        """Likewise."""
        return [OpeningAnswer(key, "opened", iban=self.iban) for key in keys]


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize(
    "iban", ["", "PK36HABB0000001123456703", VALID, "GB82WEST12345698765432"], ids=["none", "digits", "bank", "country"]
)
def test_an_account_with_an_iban_that_cannot_be_is_refused(verified: People, iban: str) -> None:
    verified(1)
    services.request_accounts(banks=ONE_BANK)
    opening.open_accounts(provider=Lying(iban))
    assert selectors.counts()["live"] == 0
    assert [row["reason"] for row in selectors.refusal_reasons()] == ["iban_invalid"]


@pytest.mark.usefixtures("system")
def test_two_people_never_hold_one_account(verified: People) -> None:
    verified(2)
    services.request_accounts(banks={"*": ["SCBL"]})
    opening.open_accounts(provider=Lying(VALID))
    counts = selectors.counts()
    assert (counts["opened"], counts["refused"], counts["live"]) == (1, 1, 1)
    assert [row["reason"] for row in selectors.refusal_reasons()] == ["account_taken"]


@pytest.mark.usefixtures("system")
def test_the_database_refuses_a_second_live_account_for_a_person_and_purpose(verified: People) -> None:
    (person,) = verified(1)
    services.link_account(person_id=person, iban=VALID)
    held = Account.objects.get()
    held.pk, held.iban_index = None, b"another account!"
    with pytest.raises(IntegrityError, match="account_one_live"), transaction.atomic():
        held.save(force_insert=True)


@pytest.mark.usefixtures("system")
def test_an_account_is_linked_only_to_a_verified_person_who_has_none(verified: People) -> None:
    first, second = verified(2)
    account = services.link_account(person_id=first, iban="PK36 SCBL 0000 0011 2345 6702")
    for person, iban, code in (
        (first, "PK69HABBSANDBOX000000012", "ACNT-003"),
        (second, VALID, "ACNT-004"),
        (second, "PK36SCBL0000001123456720", "ACNT-001"),
        (second, "GB82WEST12345698765432", "ACNT-001"),
        (register(30), "PK69HABBSANDBOX000000012", "ACNT-002"),
        (10**12, "PK69HABBSANDBOX000000012", "ACNT-005"),
    ):
        with pytest.raises(Refusal) as refused:
            services.link_account(person_id=person, iban=iban)
        assert refused.value.code == code
    services.close_account(account_id=account, reason="lost_card")
    assert services.link_account(person_id=first, iban=VALID) != account
    with pytest.raises(Refusal, match="ACNT-005"):
        services.close_account(account_id=account, reason="lost_card")


def test_an_officer_closes_accounts_of_their_own_area_only(verified: People, officer: Callable[..., Any]) -> None:
    with acting_as_system(reason="test"):
        (person,) = verified(1)
        account = services.link_account(person_id=person, iban=VALID)
    with acting_as(officer_id=officer(desk="registrar").pk), pytest.raises(Refusal, match="OFF-002"):
        services.close_account(account_id=account, reason="lost_card")
    with acting_as(officer_id=officer(desk="finance", areas=["PK1"]).pk):
        assert selectors.accounts_of(person_id=person) == []
        with pytest.raises(Refusal, match="ACNT-005"):
            services.close_account(account_id=account, reason="lost_card")


_OPEN = """
import sys, django
django.setup()
from mazdoor.delivery.accounts import tasks
from mazdoor.interfaces.bank_accounts.client import BankAccountsClient
print("ready", flush=True)
tasks.run_all(provider=BankAccountsClient({"HABB": sys.argv[1] + "/banks/HABB"}), batch=7)
"""
_SET_UP = """
import django
django.setup()
from mazdoor.access.services import acting_as_system
from mazdoor.delivery.accounts import services
from mazdoor.delivery.verification import services as verification
from tests.accounts.conftest import Believing
from tests.verification.people import register
with acting_as_system(reason="test"):
    for number in range(1, 61):
        register(number)
    verification.request_identity()
    verification.run_batch(authority=Believing())
    assert services.request_accounts(banks={"*": ["HABB"]}) == 60
"""


@pytest.mark.parametrize(
    "pauses",
    [(0.05, 0.2), pytest.param(tuple(0.03 + 0.021 * n for n in range(20)), marks=pytest.mark.soak)],
    ids=["twice", "twenty-times"],
)
def test_killed_at_any_moment_nobody_gets_two_accounts_and_nobody_is_left_out(
    bank: Sandbox, fresh_database: Any, pauses: tuple[float, ...]
) -> None:
    environment = fresh_database.environment | {"PYTHONPATH": os.pathsep.join(["src", "."])}
    subprocess.run([sys.executable, "-c", _SET_UP], env=environment, check=True, timeout=120)
    bank.fail(late_seconds=0.15, faults={"accounts.late": {"rate": 1, "times": None}, "account.pending": {"rate": 0.2}})
    kills = 0
    for pause in pauses:
        worker = subprocess.Popen([sys.executable, "-c", _OPEN, bank.url], env=environment, stdout=subprocess.PIPE)
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(pause)
        if worker.poll() is None:
            os.kill(worker.pid, signal.SIGKILL)
            kills += 1
        worker.wait()
    subprocess.run([sys.executable, "-c", _OPEN, bank.url], env=environment, check=True, timeout=120)
    assert kills >= len(pauses) // 2
    with fresh_database.connect("owner") as db:
        accounts = db.execute("SELECT count(*), count(DISTINCT person_id) FROM accounts_account").fetchone()
        states = db.execute("SELECT state, count(*) FROM accounts_accountrequest GROUP BY 1").fetchall()
    assert accounts == (60, 60)
    assert states == [("opened", 60)]
    assert bank.get("/banks/HABB/books/summary")["accounts_opened"] == 60


@pytest.mark.django_db(transaction=True)
def test_running_all_ends_when_every_request_has_an_answer(
    bank: Sandbox, provider: BankAccountsClient, verified: People
) -> None:
    with acting_as_system(reason="test"):
        verified(6)
        services.request_accounts(banks=ONE_BANK)
    bank.fail(seed=4, faults={"account.refuse": {"rate": 0.3}, "accounts.down": {"rate": 1, "times": 1}})
    done = tasks.run_all(provider=provider, patience=dt.timedelta(seconds=20))
    assert not done.left
    assert done.opened + done.refused == 6
    bank.kill()
    with acting_as_system(reason="test"):
        verified(1, start=50)
        services.request_accounts(banks=ONE_BANK)
    assert tasks.run_all(provider=provider, patience=dt.timedelta(seconds=0.2)).left
