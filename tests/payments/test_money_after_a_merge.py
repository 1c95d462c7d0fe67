"""Two records that turn out to be one person: nobody is paid twice for a cycle, nothing owed is lost, nothing is deducted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from tests.payments import cast
from tests.payments.desk import Desk

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.casework import selectors as casework
from mazdoor.casework import services as cases
from mazdoor.casework.models import Case
from mazdoor.casework.states import CaseState
from mazdoor.delivery.deduplication import services as deduplication
from mazdoor.delivery.payments import selectors, services
from mazdoor.delivery.payments.models import Adjustment
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

Make = Callable[..., Any]


def _merge(verifier: Any, kept: int, gone: int) -> int:
    with acting_as(officer_id=verifier.pk):
        return deduplication.merge(person_a_id=kept, person_b_id=gone, reason="one thumb print", keep_person_id=kept)


def _undo(verifier: Any, merge: int) -> None:
    with acting_as(officer_id=verifier.pk):
        deduplication.undo_merge(merge_id=merge, reason="two sisters")


def _instructions() -> list[tuple[Any, ...]]:
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.person_id, i.state, i.reason_code FROM payments.instruction_now i "
            "JOIN payments.entitlement_now e USING (entitlement_id) ORDER BY i.instruction_id"
        )
        return cursor.fetchall()


def test_what_was_paid_twice_before_anybody_knew_is_a_case_and_no_deduction(desk: Desk, officer: Make) -> None:
    first, second = cast.people(2)
    cast.enrol([first, second])
    cast.give_accounts([first, second])
    desk.pay_out(cast.cycle())
    verifier = officer(desk="verifier")
    merge = _merge(verifier, first, second)
    with acting_as(officer_id=verifier.pk):
        (case,) = casework.open_cases()
        assert (case["kind"], case["person_id"], case["subject"]) == ("finding", first, f"merge:{merge}")
        assert len(selectors.list_payments_of(canonical_person_id=first)) == 2
    with acting_as_system(reason="test"):
        assert Adjustment.objects.count() == 0
    _undo(verifier, merge)
    with acting_as(officer_id=verifier.pk):
        assert casework.open_cases() == []
        assert [len(selectors.list_payments_of(canonical_person_id=each)) for each in (first, second)] == [1, 1]


def test_a_pending_instruction_of_the_merged_record_does_not_leave_us(desk: Desk, officer: Make) -> None:
    first, second = cast.people(2)
    cast.enrol([first, second])
    cast.give_accounts([first, second])
    payroll = desk.draft(cast.cycle())
    desk.prepare(payroll)
    desk.release(payroll)
    verifier = officer(desk="verifier")
    merge = _merge(verifier, first, second)
    desk.send(payroll)
    paid = {person: state for person, state, _ in _instructions()}
    assert paid[second] == "cancelled"
    assert paid[first] != "cancelled"
    with acting_as_system(reason="test"):
        assert casework.open_cases() == []  # nobody was paid twice
    _undo(verifier, merge)
    with acting_as_system(reason="test"):
        services.close_finished_payrolls()
        assert selectors.list_payments_of(canonical_person_id=second)[0].state == "not_yet_instructed"  # still owed


def test_the_kept_record_is_not_paid_again_where_the_merged_one_was(desk: Desk, officer: Make) -> None:
    """The merged record's payment left us first; the kept record's instruction is still to be written."""
    second, _, _, first = cast.people(4)  # the two are owed the same
    cycle = cast.cycle()
    cast.enrol([second])
    cast.give_accounts([first, second])
    desk.pay_out(cycle)
    cast.enrol([first])
    payroll = desk.draft(cycle)
    desk.prepare(payroll)
    desk.release(payroll)
    _merge(officer(desk="verifier"), first, second)
    desk.send(payroll)
    paid = {person: (state, reason) for person, state, reason in _instructions()}
    assert paid[first] == ("cancelled", "paid_already")


def test_within_a_cycle_a_merge_and_its_undoing_entitle_nobody_twice(desk: Desk, officer: Make) -> None:
    second, _, _, first = cast.people(4)  # the two are owed the same
    cycle = cast.cycle()
    cast.enrol([second])
    cast.give_accounts([first, second])
    desk.pay_out(cycle)
    verifier = officer(desk="verifier")
    merge = _merge(verifier, first, second)  # the enrolment is the first record's now
    with pytest.raises(Refusal, match="PAY-005"):
        desk.prepare(desk.draft(cycle))
    _undo(verifier, merge)
    with pytest.raises(Refusal):  # the draft from before stands in the way, or nobody is due
        desk.prepare(desk.draft(cycle))


def test_arrears_of_a_merged_record_are_paid_to_the_person_and_stay_theirs_after_an_undo(
    desk: Desk, officer: Make
) -> None:
    first, second = cast.people(2)
    cast.enrol([first])
    cast.give_accounts([first, second])
    services.record_adjustment(
        canonical_person_id=second, kind="arrears", amount=700_00, programme_code=cast.PROGRAMME, reason="late",
        due_from=cast.PERIOD[0], officer_id=desk.officers[0], area_code=cast.AREA,
    )  # fmt: skip
    verifier = officer(desk="verifier")
    merge = _merge(verifier, first, second)
    desk.prepare(desk.draft(cast.cycle()))
    with acting_as_system(reason="test"):
        (row,) = selectors.list_payments_of(canonical_person_id=first)
    assert (row.arrears_amount, row.amount) == (700_00, cast.owed(1) + 700_00)
    _undo(verifier, merge)
    with acting_as_system(reason="test"):
        assert Adjustment.objects.get().canonical_person_id == second


def _paid(desk: Desk, count: int) -> list[int]:
    """People of whom each was paid the same cycle, and then one who was paid nothing."""
    people = cast.people(count + 1)
    cast.enrol(people[:count])
    cast.give_accounts(people[:count])
    desk.pay_out(cast.cycle())
    return people


def test_a_case_about_money_paid_twice_outlives_the_undoing_of_an_earlier_merge(desk: Desk, officer: Make) -> None:
    """The merge that found it is taken apart and made again meanwhile: the same case waits, and no second one."""
    first, second, third = _paid(desk, 2)
    verifier = officer(desk="verifier")
    mistaken = _merge(verifier, first, third)
    with acting_as_system(reason="test"):
        assert casework.open_cases() == []
    merge = _merge(verifier, first, second)
    with acting_as_system(reason="test"):
        (case,) = casework.open_cases()
    _undo(verifier, mistaken)
    with acting_as_system(reason="test"):
        assert casework.open_cases() == [case]
    _undo(verifier, merge)
    with acting_as_system(reason="test"):
        assert casework.open_cases() == []
        assert Case.objects.get().state == CaseState.SETTLED


def test_a_case_that_a_person_has_answered_stays_answered_whatever_is_undone(desk: Desk, officer: Make) -> None:
    first, second, third = _paid(desk, 2)
    verifier, decides = officer(desk="verifier"), officer(desk="programme")
    mistaken = _merge(verifier, first, third)
    merge = _merge(verifier, first, second)
    with acting_as(officer_id=decides.pk):
        (case,) = casework.open_cases()
        cases.answer_case(case_id=case["id"], answer=CaseState.UPHELD, words="to be talked about")
    for number in (mistaken, merge):
        _undo(verifier, number)
        with acting_as_system(reason="test"):
            row = Case.objects.get()
            assert (row.state, row.answered_by) == (CaseState.UPHELD, decides.pk)


def test_a_later_merge_tells_nothing_that_an_earlier_one_has_found(desk: Desk, officer: Make) -> None:
    first, second, third = _paid(desk, 2)
    verifier = officer(desk="verifier")
    found = _merge(verifier, first, second)
    _merge(verifier, first, third)
    with acting_as_system(reason="test"):
        (case,) = casework.open_cases()
    assert case["subject"] == f"merge:{found}"
