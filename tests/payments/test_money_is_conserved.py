"""Every term is queried on its own, in two sets of books; a paisa taken anywhere on purpose is noticed."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from tests.payments import cast
from tests.payments.desk import Desk

from mazdoor.delivery.payments import services
from mazdoor.delivery.payments.models import Payroll
from mazdoor.kernel.refusals import Refusal
from mazdoor.ledger import selectors as ledger

OWED = {n: cast.owed(n) for n in range(1, 9)}


def everything_at_once(desk: Desk) -> None:
    """Eight people of one cycle, with somebody in every term of the sum."""
    persons = cast.people(8)
    cast.enrol(persons)
    cast.give_accounts(persons[:7])  # person 8 has no account: not yet instructed
    payroll = desk.pay_out(cast.cycle())
    habb, alfh = desk.banks["HABB"], desk.banks["ALFH"]
    one, three, *_ = sorted(habb.orders)  # persons 1, 3, 5, 7
    desk.take_statement("HABB", habb.statement([habb.pay(one), habb.pay(three), habb.stranger(77_00)]))
    desk.take_statement("HABB", habb.statement([habb.give_back(three)]))
    (message,) = alfh.files
    two, *_ = sorted(alfh.orders)  # persons 2, 4, 6
    desk.take_report("ALFH", alfh.report(message, [alfh.say(two, "RJCT", "AC01")]))
    from mazdoor.delivery.payments.models import Entitlement

    owed_again = Entitlement.objects.filter(payroll=payroll, instructions__answer="rejected")
    from mazdoor.access.services import acting_as_system

    with acting_as_system(reason="test"):
        (rejected,) = owed_again
    services.cancel_entitlement(entitlement_id=rejected.pk, officer_id=desk.officers[0], reason="died")


@pytest.mark.django_db
def test_each_term_is_the_sum_of_those_in_it(desk: Desk) -> None:
    everything_at_once(desk)
    total = services.conservation()
    assert total.amounts.entitled == sum(OWED.values())
    assert total.amounts.not_yet_instructed == OWED[8]
    assert total.amounts.in_flight == OWED[4] + OWED[5] + OWED[6] + OWED[7]
    assert total.amounts.settled == OWED[1]
    assert total.amounts.returned == OWED[3]
    assert total.amounts.cancelled == OWED[2]
    assert total.amounts == total.ledger
    assert total.suspense_amount == 77_00
    assert total.counts.entitled == 8 == total.counts.right_side


@pytest.mark.django_db
def test_the_sum_holds_for_a_programme_a_payroll_and_all(desk: Desk) -> None:
    everything_at_once(desk)
    others = cast.people(2)
    cast.enrol(others, programme="OTHER")
    desk.prepare(desk.draft(cast.cycle(programme="OTHER")))
    first, second = Payroll.objects.order_by("id")
    whole = services.conservation().amounts.entitled
    parts = [services.conservation(payroll_id=payroll.pk).amounts.entitled for payroll in (first, second)]
    programmes = [services.conservation(programme_code=code).amounts.entitled for code in (cast.PROGRAMME, "OTHER")]
    assert parts == programmes == [sum(OWED.values()), OWED[1] + OWED[2]]
    assert whole == sum(parts)


@pytest.mark.django_db
def test_the_money_that_is_there_stands_in_a_circle_of_its_own(desk: Desk) -> None:
    everything_at_once(desk)
    held = {balance.code: balance.balance_amount for balance in ledger.list_balances()}
    assert held["bank:HABB"] == desk.banks["HABB"].balance == cast.OPENING - OWED[1] + 77_00
    assert held["suspense:HABB"] == 77_00
    assert held["TEST-CASH:committed:HABB"] == OWED[5] + OWED[7]
    assert held["TEST-CASH:fund:HABB"] == cast.OPENING - OWED[1] - OWED[5] - OWED[7]
    assert held["TEST-CASH:fund:ALFH"] + held["TEST-CASH:committed:ALFH"] == cast.OPENING
    debits, credits = ledger.trial_balance()
    assert debits == credits


@pytest.mark.django_db
def test_every_entitlement_can_show_the_entries_that_carried_it(desk: Desk) -> None:
    everything_at_once(desk)
    from mazdoor.access.services import acting_as_system
    from mazdoor.delivery.payments.models import Entitlement

    with acting_as_system(reason="test"):
        third = Entitlement.objects.order_by("id")[2].pk
    moves = [(move.debit_role, move.credit_role, move.amount) for move in ledger.list_moves(subject_id=third)]
    assert moves == [
        ("entitled", "uninstructed", OWED[3]),
        ("uninstructed", "in_flight", OWED[3]),
        ("in_flight", "settled", OWED[3]),
        ("settled", "returned", OWED[3]),
    ]


TAMPERING = [
    ("payments_entitlement", "UPDATE payments_entitlement SET amount = amount - 1, base_amount = base_amount - 1"
                             " WHERE id = (SELECT min(id) FROM payments_entitlement)"),
    ("payments_entitlement", "UPDATE payments_entitlement SET cancelled_at = NULL WHERE cancelled_at IS NOT NULL"),
    ("payments_entitlement", "DELETE FROM payments_entitlement WHERE hold_reason = 'no_account'"),
    ("payments_paymentinstruction", "UPDATE payments_paymentinstruction SET amount = amount - 1 WHERE id ="
                                    " (SELECT min(id) FROM payments_paymentinstruction WHERE answer = 'settled')"),
    ("payments_paymentinstruction", "UPDATE payments_paymentinstruction SET answer = 'settled' WHERE answer IS NULL"),
    ("payments_paymentinstruction", "UPDATE payments_paymentinstruction SET answer = NULL, live = true"
                                    " WHERE answer = 'returned'"),
    ("payments_paymentfile", "UPDATE payments_paymentfile SET state = 'planned' WHERE bank_code = 'ALFH'"),
    ("ledger_entry", "UPDATE ledger_entry SET amount = amount - 1 WHERE subject_id ="
                     " (SELECT min(subject_id) FROM ledger_entry)"),
    ("ledger_entry", "DELETE FROM ledger_entry WHERE subject_id = (SELECT max(subject_id) FROM ledger_entry)"),
]  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("table", "change"), TAMPERING)
def test_a_paisa_removed_on_purpose_is_noticed(
    desk: Desk, owner_connection: psycopg.Connection[tuple[Any, ...]], table: str, change: str
) -> None:
    everything_at_once(desk)
    services.conservation()
    owner_connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    owner_connection.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    assert owner_connection.execute(change).rowcount >= 1
    with pytest.raises(Refusal, match="PAY-009"):
        services.conservation()
