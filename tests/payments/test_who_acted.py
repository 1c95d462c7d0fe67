"""Every act about money stands in the journal in the name of the officer who did it, with a root over its rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from tests.payments import cast
from tests.payments.desk import Desk

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.payments import services
from mazdoor.journal.selectors import Act, list_acts
from mazdoor.kernel.refusals import Refusal
from mazdoor.ledger import services as ledger

pytestmark = pytest.mark.django_db


def _acts(beginning: str) -> list[Act]:
    with acting_as_system(reason="test"):
        return list_acts(act=beginning)


def _payroll(desk: Desk) -> int:
    persons = cast.people(4)
    cast.enrol(persons)
    cast.give_accounts(persons)
    return desk.draft(cast.cycle())


def test_each_act_is_in_the_name_of_whoever_did_it(desk: Desk) -> None:
    payroll = _payroll(desk)
    desk.prepare(payroll)
    desk.release(payroll)
    desk.send(payroll)
    first, second, third = desk.officers
    who = {
        "payments.bank.registered": cast.clerk(),
        "payments.programme.funded": cast.clerk(),
        "payments.cycle.opened": cast.clerk(),
        "payments.payroll.drafted": first,
        "payments.payroll.entitled": first,
        "payments.payroll.instructed": first,
        "payments.payroll.prepared": first,
        "payments.payroll.approved": second,
        "payments.payroll.released": third,
        "payments.file.": third,
    }
    for act, officer in who.items():
        found = _acts(act)
        assert found and {each.officer_id for each in found} == {officer}, act
    assert not [act for act in _acts("payments.") if act.officer_id is None]


def test_an_officer_of_one_district_prepares_the_country_and_sees_the_district(
    desk: Desk, officer: Callable[..., Any]
) -> None:
    local = officer(desk="finance", areas=["PK7"]).pk
    persons = cast.people(4)  # in PK6
    cast.enrol(persons)
    cast.give_accounts(persons)
    payroll = services.draft_payroll(cycle_id=cast.cycle(), officer_id=local)
    made = services.prepare_payroll(payroll_id=payroll, officer_id=local, checker=desk.checker)
    assert made.entitled_count == 4


def test_nobody_goes_on_with_a_payroll_another_officer_prepares(desk: Desk) -> None:
    payroll = _payroll(desk)
    for act in (
        lambda: services.ask_to_prepare(payroll_id=payroll, officer_id=desk.officers[1]),
        lambda: services.prepare_payroll(payroll_id=payroll, officer_id=desk.officers[1], checker=desk.checker),
    ):
        with pytest.raises(Refusal, match="PAY-019"):
            act()


def test_only_finance_registers_banks_and_funds_programmes(desk: Desk, officer: Callable[..., Any]) -> None:
    manager = officer(desk="programme").pk
    with pytest.raises(Refusal, match="OFF-002"):
        services.fund_programme(
            programme_code=cast.PROGRAMME, amounts={"HABB": 1}, key="more", on=cast.PERIOD[0], officer_id=manager
        )
    with pytest.raises(Refusal, match="OFF-002"):
        services.register_paying_bank(
            bank_code="UNIL",
            account_iban="x",
            account_title="x",
            opening_amount=0,
            on=cast.PERIOD[0],
            officer_id=manager,
        )
    with pytest.raises(Refusal, match="OFF-002"):
        services.open_cycle(
            programme_code="X",
            period_from=dt.date(2026, 7, 1),
            period_to=dt.date(2026, 8, 1),
            officer_id=officer(desk="registrar").pk,
        )


def test_a_second_account_of_ours_at_the_same_bank_is_refused(desk: Desk) -> None:
    with pytest.raises(Refusal, match="PAY-020"):
        services.register_paying_bank(
            bank_code="HABB",
            account_iban=cast.make_iban("HABB", 77),
            account_title="Test programme",
            opening_amount=cast.OPENING,
            on=cast.PERIOD[0],
            officer_id=cast.clerk(),
        )
    cast.banks_and_funds()  # the same once more changes nothing


ROWS = "SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])"


@pytest.mark.parametrize("swapped", [([1, 1], [2, 2], [5, 5]), ([1, 1], [2, 2], [4, 6])])
def test_a_root_stands_for_every_row_and_not_for_count_and_sum(swapped: tuple[list[int], list[int], list[int]]) -> None:
    """Two persons' rupees, count 2 and sum 10: another share of the same sum, another person, another account."""

    def root(
        debit: list[int], credit: list[int], amount: list[int], subject: list[int | None], paper: list[int]
    ) -> bytes:
        return ledger.root_of_rows(rows_sql=ROWS, params=[debit, credit, amount, subject, paper])

    base = root([1, 1], [2, 2], [3, 7], [70_000, 140_000], [1, 2])
    assert root([1, 1], [2, 2], [7, 3], [140_000, 70_000], [2, 1]) == base  # another order of the same rows
    others = [
        root(*swapped, [70_000, 140_000], [1, 2]),
        root([1, 1], [2, 2], [7, 3], [70_000, 140_000], [1, 2]),
        root([1, 1], [2, 2], [3, 7], [70_000, 140_001], [1, 2]),
        root([1, 1], [2, 2], [3, 7], [70_000, None], [1, 2]),
        root([1, 1], [2, 3], [3, 7], [70_000, 140_000], [1, 2]),
        root([1, 1], [2, 2], [3, 7], [70_000, 140_000], [1, 3]),
    ]
    assert base not in others and len(set(others)) == len(others)


def test_the_entry_of_a_bulk_step_carries_the_root_of_its_postings_rows(desk: Desk) -> None:
    payroll = _payroll(desk)
    desk.prepare(payroll)
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute("SELECT root FROM journal_entry WHERE act = 'payments.payroll.entitled'")
        (kept,) = cursor.fetchone()
        rows = """SELECT debit_account_id, credit_account_id, amount, subject_id, reference_id FROM ledger_entry
                  WHERE posting_id = (SELECT id FROM ledger_posting WHERE key = %s)"""
        assert kept == ledger.root_of_rows(rows_sql=rows, params=[f"payroll:{payroll}:entitled"]).hex()
