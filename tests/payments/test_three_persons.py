"""Three different persons prepare, approve and release money: by door, and by raw SQL as the application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from tests.payments import cast
from tests.payments.desk import Desk

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.payments import selectors, services
from mazdoor.delivery.payments.models import Payroll
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def payroll(desk: Desk) -> int:
    persons = cast.people(4)
    cast.enrol(persons)
    cast.give_accounts(persons)
    made = desk.draft(cast.cycle())
    desk.prepare(made)
    return made


def by_hand(officer: int | None, change: str, *values: Any) -> None:
    """What somebody with the application's own password might try."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("mazdoor_app",)
    acting = acting_as_system(reason="raw") if officer is None else acting_as(officer_id=officer)
    with acting, connection.cursor() as cursor:
        cursor.execute(change, values)


def test_the_preparer_does_not_approve(desk: Desk, payroll: int) -> None:
    with pytest.raises(Refusal, match="PAY-003"):
        services.approve_payroll(payroll_id=payroll, officer_id=desk.officers[0])


@pytest.mark.parametrize("releaser", [0, 1])
def test_neither_preparer_nor_approver_releases(desk: Desk, payroll: int, releaser: int) -> None:
    services.approve_payroll(payroll_id=payroll, officer_id=desk.officers[1])
    with pytest.raises(Refusal, match="PAY-003"):
        services.release_payroll(payroll_id=payroll, officer_id=desk.officers[releaser])


def test_another_desk_does_none_of_it(desk: Desk, payroll: int, officer: Callable[..., Any]) -> None:
    registrar = officer(desk="registrar").pk
    for act in (services.approve_payroll, services.release_payroll):
        with pytest.raises(Refusal):
            act(payroll_id=payroll, officer_id=registrar)
    with pytest.raises(Refusal, match="OFF-002"):
        services.reject_payroll(payroll_id=payroll, officer_id=registrar, reason="no")


APPROVE = "UPDATE payments_payroll SET state = 'approved', approved_at = now(), approved_by_id = %s WHERE id = %s"
RELEASE = "UPDATE payments_payroll SET state = 'released', released_at = now(), released_by_id = %s WHERE id = %s"


def test_sql_cannot_sign_for_somebody_else(desk: Desk, payroll: int) -> None:
    first, second, third = desk.officers
    attempts: list[tuple[int | None, str, int]] = [
        (first, APPROVE, first),  # the preparer approves
        (first, APPROVE, second),  # in another's name
        (None, APPROVE, second),  # nobody acts
    ]
    for officer, change, named in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            by_hand(officer, change, named, payroll)
    by_hand(second, APPROVE, second, payroll)
    for officer, named in [(first, first), (second, second), (second, third), (None, third)]:
        with pytest.raises(DatabaseError), transaction.atomic():
            by_hand(officer, RELEASE, named, payroll)
    by_hand(third, RELEASE, third, payroll)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payments_payroll SET state = 'released' WHERE id = %s",  # past the approver
        "UPDATE payments_payroll SET prepared_by_id = NULL WHERE id = %s",
        "UPDATE payments_payroll SET entitled_total = entitled_total + 1 WHERE id = %s",
        "UPDATE payments_payroll SET content_hash = 'x' WHERE id = %s",
        "DELETE FROM payments_payroll WHERE id = %s",
        "UPDATE payments_paymentfile SET state = 'sending', sha256 = 'x' WHERE payroll_id = %s",
        "UPDATE payments_paymentfile SET state = 'written', sha256 = 'x' WHERE payroll_id = %s",
        "UPDATE payments_paymentfile SET message_id = 'MZ9' WHERE payroll_id = %s",
        "UPDATE payments_entitlement SET amount = amount + 1, base_amount = base_amount + 1 WHERE payroll_id = %s",
        "UPDATE payments_paymentinstruction SET account_id = 1 WHERE payroll_id = %s",
        "UPDATE payments_paymentinstruction SET amount = amount + 1 WHERE payroll_id = %s",
        "UPDATE payments_paymentinstruction SET answer = 'returned', live = false WHERE payroll_id = %s",
        "DELETE FROM payments_paymentinstruction WHERE payroll_id = %s",
        "DELETE FROM payments_entitlement WHERE payroll_id = %s",
    ],
)
def test_sql_cannot_go_round_the_steps(desk: Desk, payroll: int, change: str) -> None:
    for officer in (*desk.officers, None):
        with pytest.raises(DatabaseError), transaction.atomic():
            by_hand(officer, change, payroll)


def test_sql_cannot_add_a_second_instruction_for_an_entitlement(desk: Desk, payroll: int) -> None:
    again = """INSERT INTO payments_paymentinstruction
                   (entitlement_id, payroll_id, file_id, account_id, amount, attempt, area_code)
               SELECT entitlement_id, payroll_id, file_id, account_id, amount, attempt + 1, area_code
               FROM payments_paymentinstruction WHERE payroll_id = %s LIMIT 1"""
    with pytest.raises(DatabaseError), transaction.atomic():
        by_hand(None, again, payroll)


@pytest.mark.django_db(transaction=True)
def test_what_the_owner_of_the_database_changed_is_neither_approved_nor_released(
    desk: Desk, payroll: int, owner_connection: psycopg.Connection[tuple[Any, ...]]
) -> None:
    owner_connection.execute("ALTER TABLE payments_paymentinstruction DISABLE TRIGGER USER")
    owner_connection.execute("ALTER TABLE payments_paymentinstruction DISABLE ROW LEVEL SECURITY")
    swap = "UPDATE payments_paymentinstruction SET account_id = account_id + %s WHERE payroll_id = %s"
    owner_connection.execute(swap, [1, payroll])
    with pytest.raises(Refusal, match="PAY-008"):
        services.approve_payroll(payroll_id=payroll, officer_id=desk.officers[1])
    owner_connection.execute(swap, [-1, payroll])
    services.approve_payroll(payroll_id=payroll, officer_id=desk.officers[1])
    owner_connection.execute(swap, [1, payroll])
    with pytest.raises(Refusal, match="PAY-008"):
        services.release_payroll(payroll_id=payroll, officer_id=desk.officers[2])


def test_a_rejected_payroll_leaves_nothing_that_could_be_paid(desk: Desk, payroll: int) -> None:
    services.reject_payroll(payroll_id=payroll, officer_id=desk.officers[1], reason="wrong month")
    total = services.conservation()
    assert total.amounts.cancelled == total.amounts.entitled == sum(cast.owed(n) for n in range(1, 5))
    with pytest.raises(Refusal, match="PAY-002"):
        desk.send(payroll)
    again = desk.draft(Payroll.objects.get(pk=payroll).cycle_id)
    desk.prepare(again)
    total = services.conservation()
    assert total.amounts.not_yet_instructed == total.amounts.cancelled


def test_money_that_is_not_there_is_not_released(desk: Desk, payroll: int) -> None:
    services.approve_payroll(payroll_id=payroll, officer_id=desk.officers[1])
    services.release_payroll(payroll_id=payroll, officer_id=desk.officers[2])
    poor = cast.people(2)
    cast.enrol(poor, programme="POOR")
    cast.give_accounts(poor)
    made = desk.draft(cast.cycle(programme="POOR"))
    desk.prepare(made)
    services.approve_payroll(payroll_id=made, officer_id=desk.officers[1])
    with pytest.raises(Refusal, match="LED-004"):
        services.release_payroll(payroll_id=made, officer_id=desk.officers[2])
    assert Payroll.objects.get(pk=made).state == "approved"


def test_a_page_says_who_may_do_what(desk: Desk, payroll: int) -> None:
    first, second, third = desk.officers

    def steps(officer: int) -> tuple[list[str], bool]:
        page = selectors.get_payroll(payroll_id=payroll, officer_id=officer, desk="finance")
        return page.next_steps, page.waits_for_another

    assert steps(first) == (["reject"], True)
    assert steps(second) == (["approve", "reject"], False)
    services.approve_payroll(payroll_id=payroll, officer_id=second)
    assert (steps(second), steps(third)) == ((["reject"], True), (["release", "reject"], False))
    services.release_payroll(payroll_id=payroll, officer_id=third)
    assert steps(first) == (["send"], False)
    assert selectors.get_payroll(payroll_id=payroll, officer_id=first, desk="registrar").next_steps == []
