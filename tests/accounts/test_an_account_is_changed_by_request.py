"""Another account to pay into: asked for at one desk, approved at the other, and put right only by asking again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.casework.changes import open_change
from mazdoor.casework.changes import selectors as changes
from mazdoor.casework.changes.deciding import approve_change, reverse_change
from mazdoor.delivery.accounts import selectors, services
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db
FIRST, SECOND = "PK36SCBL0000001123456702", "PK69HABBSANDBOX000000012"


def live(person: int) -> list[str]:
    with acting_as_system(reason="test"):
        rows = selectors.accounts_of(person_id=person)
    return [row["iban_last4"] for row in rows if row["state"] == "opened"]


def ask(person: int, officer_id: int, iban: str) -> int:
    with acting_as(officer_id=officer_id):
        opened = open_change(
            person_id=person,
            type_code="bank_account",
            values={"iban": iban},
            evidence=["cheque_book"],
            channel="officer",
        )
    return opened.change_id


@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_changed_account_is_not_taken_back_but_changed_again_and_the_page_says_so(
    verified: Callable[..., list[int]], officer: Callable[..., Any], language: str
) -> None:
    with acting_as_system(reason="test"):
        (person,) = verified(1)
        services.link_account(person_id=person, iban=FIRST)
    registrar, finance, third = officer(desk="registrar"), officer(desk="finance"), officer(desk="finance")
    change = ask(person, registrar.pk, SECOND)
    assert live(person) == [FIRST[-4:]]
    with acting_as(officer_id=finance.pk):
        approve_change(change_id=change)
    assert live(person) == [SECOND[-4:]]
    with acting_as(officer_id=third.pk), pytest.raises(Refusal) as refused:
        reverse_change(change_id=change, words="the other one was right")
    assert refused.value.code == "CSW-020"
    with acting_as_system(reason="test"):
        assert changes.get_change(change_id=change)["state"] == "applied"
    desk = Client()
    desk.force_login(third)
    desk.cookies["django_language"] = language
    page = desk.get(f"/changes/{change}/").content.decode()
    assert refused.value.remedy(language) in page and "/take-back/" not in page
    # What the refusal advises: a new change, decided by two again, brings the first account back.
    again = ask(person, registrar.pk, FIRST)
    with acting_as(officer_id=third.pk):
        approve_change(change_id=again)
    assert live(person) == [FIRST[-4:]]
