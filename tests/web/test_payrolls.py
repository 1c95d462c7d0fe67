"""A payroll on its page: three persons sign it, and nobody signs twice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.payments import cast
from tests.payments.behind import beat, do_what_waits, wires
from tests.payments.desk import Desk, make_desk

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.payments import books, selectors
from mazdoor.journal.selectors import list_acts
from mazdoor.ledger import services as ledger

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


def test_whoever_signed_is_named_in_the_readers_script(payroll: int, officers: list[Any], clients: Finance) -> None:
    with acting_as_system(reason="test"):
        type(officers[0]).objects.filter(pk=officers[0].pk).update(full_name_ur="افسر اول")
    reader = clients[1]
    reader.post("/language/", {"language": "ur", "next": "/"})
    for address in ("/payrolls/", f"/payrolls/{payroll}/"):
        page = reader.get(address).content.decode()
        assert "افسر اول" in page and "Preparer One" not in page, address


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


NEW = {"programme": "emergency_cash", "month": "2026-11", "kind": "regular"}


def test_a_month_nobody_is_owed_for_is_refused_on_the_page_and_stays_a_draft(desk: Desk, clients: Finance) -> None:
    preparer, other, _ = clients
    response = preparer.post("/payrolls/prepare/", NEW)
    address = response["Location"]
    assert do_what_waits() == ["payments.prepare"]
    page = preparer.get(address).content.decode()
    assert "PAY-005" in page and "Preparing has stopped" in page and "Go on preparing" in page
    page = other.get(address).content.decode()
    assert "PAY-005" in page and "Go on preparing" not in page  # it is prepared in the first officer's name
    again = other.post("/payrolls/prepare/", NEW)
    assert again.status_code == 422 and "PAY-017" in again.content.decode()


def test_a_form_sent_twice_is_one_payroll_and_one_job(desk: Desk, clients: Finance) -> None:
    addresses = {clients[0].post("/payrolls/prepare/", NEW)["Location"] for _ in range(2)}
    (address,) = addresses
    clients[0].post(f"{address}prepare/")
    assert do_what_waits() == ["payments.prepare"]


@pytest.mark.parametrize(
    ("language", "nobody", "waits"),
    [
        ("en", "no background worker is running", "It waits for its turn"),
        ("ur", "پس منظر", "اپنی باری کا انتظار"),
    ],
)
def test_the_page_says_how_far_the_work_is_and_when_nobody_is_there_to_do_it(
    desk: Desk, clients: Finance, language: str, nobody: str, waits: str
) -> None:
    preparer = clients[0]
    preparer.cookies["django_language"] = language
    address = preparer.post("/payrolls/prepare/", NEW)["Location"]
    page = preparer.get(address).content.decode()
    assert nobody in page and waits not in page
    beat()
    page = preparer.get(address).content.decode()
    assert waits in page and f'hx-get="{address}progress/"' in page
    part = preparer.get(f"{address}progress/")
    assert "HX-Refresh" not in part and waits in part.content.decode()
    do_what_waits()
    assert preparer.get(f"{address}progress/")["HX-Refresh"] == "true"


def test_a_released_payroll_is_sent_from_its_page_in_the_officers_name(
    desk: Desk, payroll: int, clients: Finance, officers: list[Any], settings: Any
) -> None:
    desk.release(payroll)
    preparer, _, releaser = clients
    page = releaser.get(f"/payrolls/{payroll}/").content.decode()
    assert "Send to the banks" in page and "nobody is paid twice" in page
    for _ in range(2):
        assert releaser.post(f"/payrolls/{payroll}/send/").status_code == 302
    page = releaser.get(f"/payrolls/{payroll}/").content.decode()
    assert "Send to the banks" not in page
    with wires(settings, desk):
        assert do_what_waits() == ["payments.send"]
        page = releaser.get(f"/payrolls/{payroll}/").content.decode()
        assert "Ask the banks for answers" in page and "50,002" in page
        releaser.post(f"/payrolls/{payroll}/answers/")
        assert do_what_waits() == ["reconciliation.ask"]
    with acting_as_system(reason="test"):
        assert {act.officer_id for act in list_acts(act="payments.file.")} == {officers[2].pk}
        assert {act.officer_id for act in list_acts(act="payments.payroll.sending_asked")} == {officers[2].pk}
    assert "paid" in preparer.get(f"/payrolls/{payroll}/").content.decode()


GIVE = {"programme": "emergency_cash", "bank": "HABB", "rupees": "250000.50", "key": "0" * 32}


def test_finance_gives_a_programme_money_once_and_never_more_than_there_is(desk: Desk, clients: Finance) -> None:
    ledger.post(  # Rs 10,000,000 more come to the bank: all that was there is another programme's
        key="more", kind="opening", source="test", occurred_on=cast.PERIOD[0],
        lines=[ledger.Line(debit=books.bank("HABB").code, credit=books.unallocated("HABB").code, amount=10**9)],
    )  # fmt: skip
    page = clients[0].get("/payrolls/funds/").content.decode()
    assert "10,000,000.00" in page and 'name="key"' in page
    for _ in range(2):
        assert clients[0].post("/payrolls/funds/give/", GIVE).status_code == 302
    page = clients[0].get("/payrolls/funds/").content.decode()
    assert "9,749,999.50" in page and "250,000.50" in page
    too_much = clients[0].post("/payrolls/funds/give/", GIVE | {"rupees": "10000000", "key": "1" * 32})
    assert too_much.status_code == 422 and "LED-004" in too_much.content.decode()
    wrong = clients[0].post("/payrolls/funds/give/", GIVE | {"rupees": "much", "bank": "", "key": "2" * 32})
    assert wrong.status_code == 422 and 'href="#id_rupees"' in wrong.content.decode()
    with acting_as_system(reason="test"):
        (given,) = [act for act in list_acts(act="payments.programme.funded") if "emergency" in act.subject]
        assert given.officer_id == int(clients[0].session["_auth_user_id"])


def test_nobody_sends_what_is_not_released_and_no_other_desk_sends(
    desk: Desk, payroll: int, clients: Finance, officer: Callable[..., Any]
) -> None:
    response = clients[2].post(f"/payrolls/{payroll}/send/")
    assert response.status_code == 409 and "PAY-002" in response.content.decode()
    desk.release(payroll)
    manager = Client()
    manager.force_login(officer(desk="programme"))
    assert manager.post(f"/payrolls/{payroll}/send/").status_code == 403
    assert do_what_waits() == []


def test_where_nobody_has_said_where_the_banks_answer_the_page_says_so(
    desk: Desk, payroll: int, clients: Finance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MAZDOOR_BANKS", raising=False)
    desk.release(payroll)
    clients[2].post(f"/payrolls/{payroll}/send/")
    do_what_waits()
    page = clients[2].get(f"/payrolls/{payroll}/").content.decode()
    assert "CFG-001" in page and "Sending has stopped" in page and "Send to the banks" in page


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
