"""Two records that become one person have one live account between them, and each its own again after the undoing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.accounts import opening, selectors, services
from mazdoor.delivery.deduplication import services as deduplication
from mazdoor.interfaces.bank_accounts.client import BankAccountsClient
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

People = Callable[..., list[int]]
FIRST, SECOND = "PK36SCBL0000001123456702", "PK69HABBSANDBOX000000012"


@pytest.fixture
def verifier(officer: Callable[..., Any]) -> int:
    return int(officer(desk="verifier").pk)


@contextmanager
def by(officer_id: int) -> Iterator[None]:
    with acting_as(officer_id=officer_id):
        yield


def accounts() -> list[tuple[Any, ...]]:
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute("SELECT person_id, canonical_person_id, state FROM accounts_account ORDER BY id")
        return cursor.fetchall()


def merge(verifier: int, first: int, second: int) -> int:
    with by(verifier):
        return deduplication.merge(person_a_id=first, person_b_id=second, reason="the same card seen twice")


def undo(verifier: int, merge_id: int) -> None:
    with by(verifier):
        deduplication.undo_merge(merge_id=merge_id, reason="two sisters")


def test_the_second_account_is_closed_by_a_merge_and_opened_by_its_undoing(verified: People, verifier: int) -> None:
    with acting_as_system(reason="test"):
        first, second = verified(2)
        services.link_account(person_id=first, iban=FIRST)
        services.link_account(person_id=second, iban=SECOND)
    before = accounts()
    made = merge(verifier, first, second)
    assert accounts() == [(first, first, "opened"), (second, first, "closed")]
    undo(verifier, made)
    assert accounts() == before


def test_an_only_account_becomes_the_canonical_persons(verified: People, verifier: int) -> None:
    with acting_as_system(reason="test"):
        first, second = verified(2)
        services.link_account(person_id=second, iban=SECOND)
    made = merge(verifier, first, second)
    assert accounts() == [(second, first, "opened")]
    with acting_as_system(reason="test"):
        assert services.request_accounts(banks={"*": ["HABB"]}) == 0, "the person has one"
        for person in (first, second):
            with pytest.raises(Refusal, match="ACNT-003"):
                services.link_account(person_id=person, iban=FIRST)
    undo(verifier, made)
    assert accounts() == [(second, second, "opened")]


def test_what_a_bank_opens_after_the_merge_is_the_canonical_persons(
    provider: BankAccountsClient, verified: People, verifier: int
) -> None:
    with acting_as_system(reason="test"):
        first, second = verified(2)
        services.request_accounts(banks={"*": ["HABB"]}, person_ids=[second])
    made = merge(verifier, first, second)
    with acting_as_system(reason="test"):
        assert opening.open_accounts(provider=provider).opened == 1
    assert accounts() == [(second, first, "opened")]
    undo(verifier, made)
    assert accounts() == [(second, second, "opened")]


def test_an_account_linked_elsewhere_meanwhile_stays_closed(verified: People, verifier: int) -> None:
    with acting_as_system(reason="test"):
        first, second = verified(2)
        kept = services.link_account(person_id=first, iban=FIRST)
        services.link_account(person_id=second, iban=SECOND)
    made = merge(verifier, first, second)
    with acting_as_system(reason="test"):
        services.close_account(account_id=kept, reason="lost_card")
        services.link_account(person_id=first, iban=SECOND)
    undo(verifier, made)
    assert accounts() == [(first, first, "closed"), (second, second, "closed"), (first, first, "opened")]
    with acting_as_system(reason="test"):
        assert selectors.counts()["live"] == 1


def test_an_account_linked_anew_meanwhile_stands_and_the_closed_one_stays_closed(
    verified: People, verifier: int
) -> None:
    with acting_as_system(reason="test"):
        first, second = verified(2)
        kept = services.link_account(person_id=first, iban=FIRST)
        services.link_account(person_id=second, iban=SECOND)
    made = merge(verifier, first, second)
    with acting_as_system(reason="test"):
        services.close_account(account_id=kept, reason="lost_card")
        services.link_account(person_id=second, iban=FIRST)
    undo(verifier, made)
    assert accounts() == [(first, first, "closed"), (second, second, "closed"), (second, second, "opened")]


def test_a_merge_closes_nothing_where_the_other_account_is_for_another_purpose(verified: People, verifier: int) -> None:
    with acting_as_system(reason="test"):
        first, second = verified(2)
        services.link_account(person_id=first, iban=FIRST)
        services.link_account(person_id=second, iban=SECOND, purpose="savings")
    merge(verifier, first, second)
    assert accounts() == [(first, first, "opened"), (second, first, "opened")]
