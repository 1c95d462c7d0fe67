"""A payroll on its page: three persons sign it, and nobody signs twice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.payments import cast
from tests.payments.desk import Desk, make_desk

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.payments import selectors

pytestmark = pytest.mark.django_db

Finance = tuple[Client, Client, Client]


@pytest.fixture
def officers(officer: Callable[..., Any]) -> list[Any]:
    return [officer(desk="finance", full_name=name) for name in ("Preparer One", "Approver Two", "Releaser Three")]


@pytest.fixture
def desk(officers: list[Any], tmp_path: Path) -> Desk:
    first, second, third = (each.pk for each in officers)
    return make_desk((first, second, third), tmp_path)


@pytest.fixture
def clients(officers: list[Any]) -> Finance:
    made = []
    for each in officers:
        client = Client()
        client.force_login(each)
        made.append(client)
    return made[0], made[1], made[2]


@pytest.fixture
def payroll(desk: Desk) -> int:
    """Prepared by the first officer for four people: 4 × 12,000 and (1 + 2 + 0 + 1) × 500.50."""
    persons = cast.people(4)
    cast.enrol(persons)
    cast.give_accounts(persons)
    made = desk.draft(cast.cycle())
    desk.prepare(made)
    return made


def _state(payroll: int) -> str:
    with acting_as_system(reason="test"):
        return selectors.get_payroll(payroll_id=payroll).row.state


def test_three_persons_carry_a_payroll_from_prepared_to_released(payroll: int, clients: Finance) -> None:
    _, approver, releaser = clients
    page = approver.get(f"/payrolls/{payroll}/").content.decode()
    assert "Preparer One" in page and "50,002" in page
    assert f'action="/payrolls/{payroll}/approve/"' in page and "/release/" not in page
    assert approver.post(f"/payrolls/{payroll}/approve/").status_code == 302
    assert f'action="/payrolls/{payroll}/release/"' in releaser.get(f"/payrolls/{payroll}/").content.decode()
    assert releaser.post(f"/payrolls/{payroll}/release/").status_code == 302
    assert _state(payroll) == "released"
    page = releaser.get("/payrolls/").content.decode()
    assert "Preparer One" in page and "Approver Two" in page and "Releaser Three" in page


def test_who_has_signed_is_told_so_and_offered_no_second_signature(payroll: int, clients: Finance) -> None:
    preparer = clients[0]
    page = preparer.get(f"/payrolls/{payroll}/").content.decode()
    assert "You have signed already" in page and "/approve/" not in page


@pytest.mark.parametrize(("language", "word"), [("en", "Three different persons"), ("ur", "تین مختلف افراد")])
def test_a_second_signature_is_refused_politely_and_changes_nothing(
    payroll: int, clients: Finance, language: str, word: str
) -> None:
    preparer = clients[0]
    preparer.cookies["django_language"] = language
    response = preparer.post(f"/payrolls/{payroll}/approve/")
    page = response.content.decode()
    assert response.status_code == 409
    assert "PAY-003" in page and word in page
    assert page.count("<li>") >= 11  # the chain stands on this page too
    assert _state(payroll) == "prepared"


def test_another_desk_cannot_sign(payroll: int, officer: Callable[..., Any]) -> None:
    client = Client()
    client.force_login(officer(desk="auditor"))
    assert client.get(f"/payrolls/{payroll}/").status_code == 200
    assert client.post(f"/payrolls/{payroll}/approve/").status_code == 403
    assert _state(payroll) == "prepared"


def test_a_payroll_is_rejected_with_a_reason(payroll: int, clients: Finance) -> None:
    approver = clients[1]
    response = approver.post(f"/payrolls/{payroll}/reject/", {"reject-reason": ""})
    assert response.status_code == 422
    assert 'href="#id_reject-reason"' in response.content.decode()
    approver.post(f"/payrolls/{payroll}/reject/", {"reject-reason": "the month is wrong"})
    assert _state(payroll) == "rejected"
    assert "the month is wrong" in approver.get(f"/payrolls/{payroll}/").content.decode()


def test_a_month_nobody_is_owed_for_is_refused_and_stays_a_draft(desk: Desk, clients: Finance) -> None:
    preparer = clients[0]
    answers = {"programme": "emergency_cash", "month": "2026-11", "kind": "regular"}
    response = preparer.post("/payrolls/prepare/", answers, follow=True)
    page = response.content.decode()
    assert "PAY-005" in page and "Go on preparing" in page
    again = preparer.post("/payrolls/prepare/", answers)
    assert again.status_code == 422 and "PAY-017" in again.content.decode()


def test_the_month_of_a_new_payroll_is_asked_for_in_words(desk: Desk, clients: Finance) -> None:
    response = clients[0].post("/payrolls/prepare/", {"programme": "", "month": "11/2026", "kind": "regular"})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#id_programme"' in page and 'href="#id_month"' in page and 'value="11/2026"' in page


def test_the_money_adds_up_on_the_page_of_reconciliation(desk: Desk, payroll: int, clients: Finance) -> None:
    desk.release(payroll)
    desk.send(payroll)
    desk.reconcile()
    page = clients[2].get("/reconciliation/").content.decode()
    assert "The money adds up" in page
    assert page.count("50,002.00") >= 4  # entitled and settled, in the tables and in the ledger
    sums = clients[2].get("/reconciliation/?file=conservation").content.decode("utf-8-sig")
    assert sums.splitlines()[1] == "entitled,4,50002.00,50002.00"


def test_a_persons_payments_are_on_their_page(desk: Desk, payroll: int, clients: Finance) -> None:
    with acting_as_system(reason="test"):
        from mazdoor.delivery.registration import selectors as registration

        (row,) = registration.rows("SELECT min(person_id) AS person_id FROM registration.person_now")
    page = clients[0].get(f"/registry/person/{row['person_id']}/").content.decode()
    assert "12,500.50" in page and "not yet instructed" in page
    assert "IBAN" in page
