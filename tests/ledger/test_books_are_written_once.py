"""The books: every entry balances by its shape, an act happens once, nothing is changed, and a lost paisa is noticed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from mazdoor.kernel.refusals import Refusal
from mazdoor.ledger import selectors, services
from mazdoor.ledger.services import Line

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 21)


def open_two() -> None:
    services.open_account(code="cash", kind="asset", role="bank", bank_code="TEST")
    services.open_account(code="owed", kind="liability", role="suspense", bank_code="TEST")


def post(key: str, amount: int, *, debit: str = "cash", credit: str = "owed", **more: Any) -> services.Posted:
    return services.post(
        key=key, kind="test", source="test", occurred_on=TODAY, lines=[Line(debit, credit, amount, **more)]
    )


def check_now() -> None:
    """Run what the database runs at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_an_account_grows_on_the_side_of_its_kind() -> None:
    open_two()
    post("one", 500)
    post("two", 120, debit="owed", credit="cash")
    check_now()
    assert selectors.get_balance(code="cash") == 500 - 120
    assert selectors.get_balance(code="owed") == 500 - 120
    assert selectors.trial_balance() == (620, 620)


def test_the_same_act_twice_is_one_act() -> None:
    open_two()
    first = post("payroll:1", 700, subject_id=9)
    again = post("payroll:1", 700, subject_id=9)
    assert (first.fresh, again.fresh) == (True, False)
    assert first.posting_id == again.posting_id
    assert selectors.get_balance(code="cash") == 700


def test_another_act_under_a_used_key_is_refused() -> None:
    open_two()
    post("payroll:1", 700)
    with pytest.raises(Refusal, match="LED-001"):
        post("payroll:1", 701)


@pytest.mark.parametrize("amount", [0, -1])
def test_an_act_that_moves_nothing_is_refused(amount: int) -> None:
    open_two()
    with pytest.raises(Refusal, match="LED-002"):
        post("nothing", amount)


def test_an_unknown_account_is_refused() -> None:
    open_two()
    with pytest.raises(Refusal, match="LED-003"):
        post("lost", 5, credit="nowhere")


def test_a_code_belongs_to_one_purpose() -> None:
    open_two()
    with pytest.raises(Refusal, match="LED-006"):
        services.open_account(code="cash", kind="liability", role="bank", bank_code="TEST")


def test_many_entries_are_one_act_and_each_subject_keeps_its_own() -> None:
    open_two()
    cash, owed = selectors.get_account_id(code="cash"), selectors.get_account_id(code="owed")
    posted = services.post_bulk(
        key="bulk",
        kind="test",
        source="payroll:7",
        occurred_on=TODAY,
        rows_sql="SELECT %s::bigint, %s::bigint, n * 10, n, NULL::bigint FROM generate_series(1, 1000) AS n",
        params=[cash, owed],
        root=b"\1" * 32,
    )
    check_now()
    assert (posted.entry_count, posted.total_amount) == (1000, 10 * 1000 * 1001 // 2)
    assert [(move.amount, move.debit_role) for move in selectors.list_moves(subject_id=17)] == [(170, "bank")]


def test_totals_pass_the_largest_single_amount() -> None:
    """Rs 203 billion is 2 × 10^13 paisa; the sum of two of the largest amounts does not fit a bigint and must be held."""
    open_two()
    largest = 2**63 - 1
    post("a", largest)
    post("b", largest)
    check_now()
    assert selectors.get_balance(code="cash") == 2 * largest


def test_cover_is_refused_when_it_is_a_paisa_short() -> None:
    open_two()
    post("money", 1_000)
    services.check_cover(code="owed", amount=1_000)
    with pytest.raises(Refusal, match="LED-004"):
        services.check_cover(code="owed", amount=1_001)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE ledger_entry SET amount = amount - 1",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_posting SET key = 'x'",
        "DELETE FROM ledger_postingtotal",
        "TRUNCATE ledger_entry",
    ],
)
def test_the_application_may_not_change_the_books(tampering: str) -> None:
    open_two()
    post("one", 500)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(tampering)


def test_an_entry_is_not_slipped_into_an_act_of_yesterday() -> None:
    open_two()
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="belong to a posting of this transaction"),
        transaction.atomic(),
    ):
        cursor.execute(
            "INSERT INTO ledger_posting (key, kind, source, occurred_on, fingerprint, posted_in)"
            " VALUES ('yesterday', 't', 't', %s, '', '3') RETURNING id",
            [TODAY],
        )
        (yesterday,) = cursor.fetchone()
        cursor.execute("SELECT database_month_partition('ledger_entry', %s)", [TODAY])
        cursor.execute(
            "INSERT INTO ledger_entry (posting_id, month, debit_account_id, credit_account_id, amount)"
            " SELECT %s, '2026-11-01', min(id), max(id), 5 FROM ledger_account",
            [yesterday],
        )


def test_an_act_that_does_not_hold_what_it_says_is_not_committed() -> None:
    open_two()
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="does not hold"), transaction.atomic():
        cursor.execute(
            "INSERT INTO ledger_posting (key, kind, source, occurred_on, fingerprint)"
            " VALUES ('wrong', 't', 't', %s, '') RETURNING id",
            [TODAY],
        )
        (posting,) = cursor.fetchone()
        cursor.execute("SELECT database_month_partition('ledger_entry', %s)", [TODAY])
        cursor.execute(
            "INSERT INTO ledger_entry (posting_id, month, debit_account_id, credit_account_id, amount)"
            " SELECT %s, '2026-11-01', min(id), max(id), 99 FROM ledger_account",
            [posting],
        )
        cursor.execute(
            "INSERT INTO ledger_postingtotal (posting_id, debit_account_id, credit_account_id, entry_count, total_amount)"
            " SELECT %s, min(id), max(id), 1, 100 FROM ledger_account",
            [posting],
        )
        check_now()


@pytest.mark.django_db(transaction=True)
def test_a_paisa_taken_by_the_owner_of_the_database_is_noticed(
    owner_connection: psycopg.Connection[tuple[Any, ...]],
) -> None:
    with transaction.atomic():
        open_two()
        post("one", 500)
    assert services.check_books() == 1
    owner_connection.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
    owner_connection.execute("UPDATE ledger_entry SET amount = 499")
    with pytest.raises(Refusal, match="LED-005"):
        services.check_books()
