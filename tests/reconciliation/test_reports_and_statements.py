"""What banks say, line by line: late, twice, contradictory, about somebody else, unreadable. Never posted twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from tests.payments import cast
from tests.payments.desk import Desk
from tests.payments.paper import PaperBank

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.payments import services as payments
from mazdoor.delivery.payments.models import PaymentFile, Payroll
from mazdoor.delivery.reconciliation import selectors, services
from mazdoor.kernel.refusals import Refusal
from mazdoor.ledger import services as ledger

pytestmark = pytest.mark.django_db

OWED = sum(cast.owed(n) for n in range(1, 7))


@pytest.fixture
def payroll(desk: Desk) -> int:
    """Six people, three at each bank, sent."""
    persons = cast.people(6)
    cast.enrol(persons)
    cast.give_accounts(persons)
    return desk.pay_out(cast.cycle())


@pytest.fixture
def habb(desk: Desk, payroll: int) -> PaperBank:
    return desk.banks["HABB"]


def first_two(bank: PaperBank) -> tuple[str, str]:
    one, two, *_ = sorted(bank.orders)
    return one, two


def kinds() -> list[str]:
    return [row.kind for row in selectors.list_exceptions()]


def suspense() -> int:
    return payments.conservation().suspense_amount


def books_equal_banks(desk: Desk) -> None:
    """Ours and theirs, each by its own books."""
    total = payments.conservation()
    assert total.amounts.settled == sum(bank.paid() for bank in desk.banks.values())
    for bank in desk.banks.values():
        if bank.statements:
            assert services.check_bank_balance(bank_code=bank.code) == bank.balance
    ledger.check_books()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_everything_is_accepted_and_paid(desk: Desk, payroll: int) -> None:
    for bank in desk.banks.values():
        (message,) = bank.files
        bank.report(message, [bank.say(reference, "ACSC") for reference in bank.orders], group="ACCP")
        bank.statement([bank.pay(reference) for reference in bank.orders])
    done = desk.reconcile()
    assert (done.exceptions, done.closed_payrolls) == (0, [payroll])
    assert payments.conservation().amounts.settled == OWED
    assert Payroll.objects.get(pk=payroll).state == "closed"
    books_equal_banks(desk)


def test_the_banks_are_asked_about_every_file_that_waits_for_an_answer(desk: Desk, payroll: int) -> None:
    for bank in desk.banks.values():
        (message,) = bank.files
        bank.report(message, [bank.say(reference, "RJCT", "AC06") for reference in bank.orders])
    done = desk.reconcile()
    assert (done.reports, done.applied) == (2, 6)
    assert payments.conservation().amounts.returned == OWED
    assert desk.reconcile().reports == 0  # nothing is waited for any more


def test_a_promise_is_not_a_payment(desk: Desk, habb: PaperBank) -> None:
    (message,) = habb.files
    desk.take_report("HABB", habb.report(message, [habb.say(reference, "ACSC") for reference in habb.orders]))
    assert payments.conservation().amounts.settled == 0


def test_the_same_file_twice_changes_nothing(desk: Desk, habb: PaperBank) -> None:
    content = habb.statement([habb.pay(reference) for reference in habb.orders])
    first = desk.take_statement("HABB", content)
    again = desk.take_statement("HABB", content)
    assert (first.fresh, again.fresh, again.applied) == (True, False, first.applied)
    books_equal_banks(desk)


def test_a_movement_told_again_in_a_later_statement_is_one_movement(desk: Desk, habb: PaperBank) -> None:
    paid = habb.pay(first_two(habb)[0])
    desk.take_statement("HABB", habb.statement([paid]))
    again = desk.take_statement("HABB", habb.statement([paid]))
    assert (again.applied, again.repeated, again.exceptions) == (0, 1, 0)
    books_equal_banks(desk)


def test_a_movement_twice_in_one_statement_counts_once_and_is_shown_to_a_person(desk: Desk, habb: PaperBank) -> None:
    paid = habb.pay(first_two(habb)[0])
    done = desk.take_statement("HABB", habb.statement([paid, paid]))
    assert (done.applied, done.exceptions, kinds()) == (1, 1, ["reported_twice"])
    assert suspense() == 0
    books_equal_banks(desk)


def test_a_payment_twice_in_one_report_the_first_counts(desk: Desk, habb: PaperBank) -> None:
    one, two = first_two(habb)
    (message,) = habb.files
    lines = [habb.say(one, "RJCT", "AC01"), habb.say(two, "ACSP"), habb.say(one, "ACSC")]
    done = desk.take_report("HABB", habb.report(message, lines))
    assert (done.applied, done.exceptions, kinds()) == (2, 1, ["reported_twice"])
    habb.orders[one].state = "rejected"
    assert payments.conservation().amounts.returned == cast.owed(1)


def test_a_strangers_reference_goes_to_suspense_and_stops_nothing(desk: Desk, habb: PaperBank) -> None:
    one, two = first_two(habb)
    done = desk.take_statement("HABB", habb.statement([habb.pay(one), habb.stranger(500_00), habb.pay(two)]))
    assert (done.applied, kinds()) == (2, ["unknown_reference"])
    assert suspense() == 500_00
    books_equal_banks(desk)


def test_an_unreadable_line_stops_nothing_and_the_balance_tells(desk: Desk, habb: PaperBank) -> None:
    one, two = first_two(habb)
    rotten = habb.pay(one) | {"amount": None, "problem": "Amt"}
    done = desk.take_statement("HABB", habb.statement([rotten, habb.pay(two)]))
    assert (done.applied, kinds()) == (1, ["unreadable", "balance_differs"])
    with pytest.raises(Refusal, match="REC-005"):
        services.check_bank_balance(bank_code="HABB")


def test_a_file_that_breaks_off_is_not_taken_and_keeps_nobody_waiting(desk: Desk, payroll: int) -> None:
    """Over the real readers: half a file is no file, whatever its first half says."""
    from mazdoor.interfaces.iso20022.rail import Camt053Reader, Pain002Reader

    habb, alfh = desk.banks["HABB"], desk.banks["ALFH"]
    for bank in (habb, alfh):
        (message,) = bank.files
        bank.reports[message] = [b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.002.001.12'><CstmrPmtStsRpt>"]
        bank.kept.append(b"not XML")
    done = services.reconcile(rail=desk.rail, status_reader=Pain002Reader(), statement_reader=Camt053Reader())
    assert (done.unreadable, done.lines) == (4, 0)
    assert payments.conservation().amounts.in_flight == OWED


def test_an_announced_movement_is_not_yet_one(desk: Desk, habb: PaperBank) -> None:
    one, _ = first_two(habb)
    soon = {**habb.entry(one, credit=False, amount=cast.owed(1)), "booked": False}
    done = desk.take_statement("HABB", habb.statement([soon]))
    assert (done.applied, done.repeated, done.exceptions) == (0, 1, 0)
    assert payments.conservation().amounts.settled == 0


def test_a_return_reopens_the_entitlement_and_a_follow_up_pays_it(desk: Desk, habb: PaperBank, payroll: int) -> None:
    one, two = first_two(habb)
    desk.take_statement("HABB", habb.statement([habb.pay(one), habb.pay(two)]))
    desk.take_statement("HABB", habb.statement([habb.give_back(one)]))
    total = payments.conservation()
    assert (total.amounts.returned, total.amounts.settled) == (cast.owed(1), cast.owed(3))
    books_equal_banks(desk)
    follow_up = desk.pay_out(Payroll.objects.get(pk=payroll).cycle_id, kind="follow_up")
    assert Payroll.objects.get(pk=follow_up).instructed_total == cast.owed(1)
    (again,) = (order.reference for order in habb.orders.values() if f"{follow_up:08d}" in order.message_id)
    desk.take_statement("HABB", habb.statement([habb.pay(again)]))
    total = payments.conservation()
    assert (total.amounts.returned, total.counts.entitled) == (0, 6)
    books_equal_banks(desk)
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute("SELECT kind, reason_code, amount FROM reconciliation.return")
        assert cursor.fetchall() == [("returned", "AC04", cast.owed(1))]


def test_a_return_before_its_settlement_waits_in_suspense_until_the_settlement_comes(
    desk: Desk, habb: PaperBank
) -> None:
    one, _ = first_two(habb)
    paid, back = habb.pay(one), habb.give_back(one)
    desk.take_statement("HABB", habb.statement([back], closing=habb.balance + cast.owed(1)))
    assert "early" in kinds()
    assert (suspense(), payments.conservation().amounts.returned) == (cast.owed(1), 0)
    desk.take_statement("HABB", habb.statement([paid]))
    total = payments.conservation()
    assert (total.suspense_amount, total.amounts.returned, total.amounts.settled) == (0, cast.owed(1), 0)
    assert "early" not in kinds()
    books_equal_banks(desk)


def test_money_that_left_twice_is_not_a_second_settlement(desk: Desk, habb: PaperBank) -> None:
    one, _ = first_two(habb)
    desk.take_statement("HABB", habb.statement([habb.pay(one)]))
    habb.balance -= cast.owed(1)
    again = habb.entry(one, credit=False, amount=cast.owed(1))
    desk.take_statement("HABB", habb.statement([again]))
    assert kinds() == ["contradicts"]
    assert suspense() == -cast.owed(1)
    assert payments.conservation().amounts.settled == cast.owed(1)
    books_equal_banks(desk)


def test_a_wrong_amount_settles_nothing(desk: Desk, habb: PaperBank) -> None:
    one, _ = first_two(habb)
    habb.balance -= cast.owed(1) + 1
    done = desk.take_statement("HABB", habb.statement([habb.entry(one, credit=False, amount=cast.owed(1) + 1)]))
    assert (done.applied, kinds()) == (0, ["wrong_amount"])
    assert payments.conservation().amounts.in_flight == OWED
    assert services.check_bank_balance(bank_code="HABB") == habb.balance


def test_another_bank_cannot_answer_for_it(desk: Desk, habb: PaperBank) -> None:
    one, _ = first_two(habb)
    (message,) = habb.files
    done = desk.take_report("ALFH", habb.report(message, [habb.say(one, "RJCT", "AC01")]))
    assert (done.applied, kinds()) == (0, ["wrong_bank"])
    assert payments.conservation().amounts.in_flight == OWED


def test_a_rejection_after_the_settlement_is_for_a_person(desk: Desk, habb: PaperBank) -> None:
    one, _ = first_two(habb)
    (message,) = habb.files
    desk.take_statement("HABB", habb.statement([habb.pay(one)]))
    desk.take_report("HABB", habb.report(message, [habb.say(one, "RJCT", "AC04")]))
    assert kinds() == ["contradicts"]
    assert payments.conservation().amounts.settled == cast.owed(1)


def test_a_bank_that_calls_it_a_duplicate_does_not_free_it_to_be_paid_again(desk: Desk, habb: PaperBank) -> None:
    one, _ = first_two(habb)
    (message,) = habb.files
    desk.take_report("HABB", habb.report(message, [habb.say(one, "RJCT", "DU04")]))
    assert kinds() == ["duplicate_at_bank"]
    assert payments.conservation().amounts.returned == 0


def test_a_file_rejected_as_a_whole_is_owed_again(desk: Desk, habb: PaperBank) -> None:
    (message,) = habb.files
    desk.take_report("HABB", habb.report(message, [], group="RJCT"))
    total = payments.conservation()
    assert total.amounts.returned == sum(cast.owed(n) for n in (1, 3, 5))
    assert PaymentFile.objects.get(message_id=message).state == "refused"
    habb.report(message, [habb.say(reference, "RJCT", "AM10") for reference in habb.orders])
    assert desk.reconcile().exceptions == 0


def test_an_answer_to_an_unknown_file_shows_that_it_arrived(desk: Desk) -> None:
    persons = cast.people(1)
    cast.enrol(persons)
    cast.give_accounts(persons)
    habb = desk.banks["HABB"]
    habb.answers = ["unknown"]
    payroll = desk.pay_out(cast.cycle())
    (message,), (reference,) = habb.files, habb.orders
    assert payments.conservation().unknown_amount == cast.owed(1)
    habb.report(message, [habb.say(reference, "ACSP")])
    desk.reconcile()
    assert PaymentFile.objects.get(payroll_id=payroll).state == "sent"
    assert payments.conservation().unknown_amount == 0


def test_a_silent_bank_does_not_keep_the_others_waiting(desk: Desk, payroll: int) -> None:
    alfh = desk.banks["ALFH"]
    alfh.statement([alfh.pay(reference) for reference in alfh.orders])
    rail = desk.rail
    rail.silent = {"HABB"}
    from tests.payments.paper import PaperReader, PaperStatementReader

    done = services.reconcile(rail=rail, status_reader=PaperReader(), statement_reader=PaperStatementReader())
    assert (done.silent, done.applied) == ({"HABB"}, 3)


def test_an_exception_is_closed_once_by_finance_in_their_own_name(desk: Desk, habb: PaperBank, officer: Any) -> None:
    desk.take_statement("HABB", habb.statement([habb.stranger(500_00)]))
    (row,) = selectors.list_exceptions()
    with pytest.raises(Refusal, match="OFF-002"):
        services.resolve_exception(
            exception_id=row.exception_id, officer_id=officer(desk="registrar").pk, resolution="noted", note=""
        )
    with pytest.raises(Refusal, match="REC-004"):
        services.try_exception_again(exception_id=row.exception_id, officer_id=desk.officers[0])
    close = {"exception_id": row.exception_id, "officer_id": desk.officers[0], "note": "sent back by the bank"}
    services.resolve_exception(resolution="settled_with_bank", **close)
    with pytest.raises(Refusal, match="REC-001"):
        services.resolve_exception(resolution="noted", **close)
    assert kinds() == []


def test_what_did_not_fit_is_taken_when_it_does(desk: Desk, habb: PaperBank) -> None:
    """A rejection contradicts a settlement; it stays refused until it fits, which here it never does."""
    one, _ = first_two(habb)
    (message,) = habb.files
    desk.take_statement("HABB", habb.statement([habb.pay(one)]))
    desk.take_report("HABB", habb.report(message, [habb.say(one, "RJCT", "AC04")]))
    (row,) = selectors.list_exceptions()
    with pytest.raises(Refusal, match="REC-003"):
        services.try_exception_again(exception_id=row.exception_id, officer_id=desk.officers[0])
    assert payments.conservation().amounts.settled == cast.owed(1)
