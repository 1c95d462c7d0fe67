"""From enrolments to a frozen payroll: whom it entitles, to how much, through which account; and what stops it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection
from tests.payments import cast
from tests.payments.desk import Desk

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.enrolment import services as enrolment
from mazdoor.delivery.payments import selectors, services
from mazdoor.delivery.payments.models import Payroll
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db


def rows(query: str, *values: object) -> list[tuple[object, ...]]:
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def test_everybody_enrolled_is_entitled_once_and_the_total_is_the_sum_of_the_rule(desk: Desk) -> None:
    """2,500 people: more than a page of anything."""
    persons = cast.people(2_500)
    cast.enrol(persons)
    cast.give_accounts(persons)
    payroll = desk.draft(cast.cycle())
    desk.prepare(payroll)
    found = Payroll.objects.get(pk=payroll)
    assert (found.entitled_count, found.instructed_count) == (2_500, 2_500)
    # 2,500 × 12,000.00 + (833 with one dependant of 500.50) + (833 with two)
    assert found.entitled_total == 2_500 * 12_000_00 + 834 * 500_50 + 833 * 2 * 500_50
    total = services.conservation(payroll_id=payroll)
    assert total.amounts.entitled == total.amounts.not_yet_instructed == found.entitled_total


def test_whoever_has_no_account_is_held_with_a_reason_and_still_owed(desk: Desk) -> None:
    persons = cast.people(3)
    cast.enrol(persons)
    cast.give_accounts(persons[:2])
    payroll = desk.draft(cast.cycle())
    desk.prepare(payroll)
    page = selectors.get_payroll(payroll_id=payroll)
    with acting_as_system(reason="test"):
        page = selectors.get_payroll(payroll_id=payroll)
    assert page.row.instructed_count == 2
    assert page.holds == {"no_account": (1, cast.owed(3))}
    assert services.conservation().amounts.entitled == sum(cast.owed(n) for n in (1, 2, 3))


def test_a_deliberate_pause_is_not_undone_by_a_payroll(desk: Desk) -> None:
    persons = cast.people(2)
    paused, _ = cast.enrol(persons)
    cast.give_accounts(persons)
    with acting_as_system(reason="test"):
        enrolment.pause(enrolment_id=paused, reason="lives abroad")
    payroll = desk.draft(cast.cycle())
    desk.prepare(payroll)
    assert rows("SELECT person_id FROM payments.entitlement_now") == [(persons[1],)]


def test_nobody_due_pays_nobody(desk: Desk) -> None:
    cast.people(5)
    payroll = desk.draft(cast.cycle())
    with pytest.raises(Refusal, match="PAY-005"):
        desk.prepare(payroll)
    assert rows("SELECT count(*) FROM payments.entitlement_now") == [(0,)]


def test_a_second_payroll_of_the_cycle_entitles_only_who_came_later(desk: Desk) -> None:
    persons = cast.people(4)
    cast.enrol(persons[:3])
    cast.give_accounts(persons)
    cycle = cast.cycle()
    desk.pay_out(cycle)
    cast.enrol(persons[3:])
    second = desk.draft(cycle)
    desk.prepare(second)
    assert rows("SELECT person_id FROM payments.entitlement_now WHERE payroll_id = %s", second) == [(persons[3],)]


def test_one_human_being_under_two_records_is_paid_once_in_a_cycle(desk: Desk) -> None:
    """Paid under the first record; then a merge says that both are one, and the second record holds the enrolment."""
    first, second = cast.people(2)
    cast.enrol([first])
    cast.give_accounts([first])
    cycle = cast.cycle()
    desk.pay_out(cycle)
    (enrolment,) = cast.enrol([second], programme="MERGED")
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute("UPDATE enrolment_enrolment SET state = 'exited' WHERE person_id = %s", [first])
        cursor.execute(
            "UPDATE enrolment_enrolment SET canonical_person_id = %s, programme_code = %s WHERE id = %s",
            [first, cast.PROGRAMME, enrolment],
        )
    with pytest.raises(Refusal, match="PAY-005"):
        desk.prepare(desk.draft(cycle))


def test_the_database_itself_refuses_a_second_entitlement(desk: Desk) -> None:
    cast.enrol(cast.people(1))
    cycle = cast.cycle()
    desk.prepare(desk.draft(cycle))
    made = Payroll.objects.get(cycle_id=cycle)
    with pytest.raises(DatabaseError), acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO payments_entitlement (cycle_id, payroll_id, enrolment_id, person_id, canonical_person_id,
                   base_amount, amount, area_code)
               SELECT cycle_id, %s, enrolment_id, person_id, canonical_person_id, base_amount, amount, area_code
               FROM payments_entitlement LIMIT 1""",
            [made.pk],
        )


def test_components_add_up_and_a_recovery_takes_no_more_than_there_is(desk: Desk) -> None:
    persons = cast.people(2)
    cast.enrol(persons)
    cast.give_accounts(persons)
    first, second = persons
    adjust = {"programme_code": cast.PROGRAMME, "reason": "test", "due_from": cast.PERIOD[0],
              "officer_id": desk.officers[0], "area_code": cast.AREA}  # fmt: skip
    services.record_adjustment(canonical_person_id=first, kind="arrears", amount=2_000_25, **adjust)
    services.record_adjustment(canonical_person_id=first, kind="supplement", amount=100_00, **adjust)
    services.record_adjustment(canonical_person_id=first, kind="recovery", amount=50_10, **adjust)
    # Owes more than a cycle holds: 13,001.00 is taken, the rest waits.
    services.record_adjustment(canonical_person_id=second, kind="recovery", amount=13_500_00, **adjust)
    payroll = desk.draft(cast.cycle())
    desk.prepare(payroll)
    found = rows(
        """SELECT base_amount, arrears_amount, supplement_amount, recovery_amount, amount, hold_reason
           FROM payments.entitlement_now ORDER BY canonical_person_id"""
    )
    assert found == [
        (12_500_50, 2_000_25, 100_00, 50_10, 12_500_50 + 2_000_25 + 100_00 - 50_10, ""),
        (13_001_00, 0, 0, 13_001_00, 0, "nothing_due"),
    ]
    desk.release(payroll)
    august = services.open_cycle(
        programme_code=cast.PROGRAMME,
        period_from=cast.PERIOD[1],
        period_to=cast.dt.date(2026, 9, 1),
        officer_id=cast.clerk(),
    )
    desk.prepare(desk.draft(august))
    assert rows(
        """SELECT recovery_amount, amount FROM payments.entitlement_now WHERE cycle_id = %s
           ORDER BY canonical_person_id""",
        august,
    ) == [(0, 12_500_50), (13_500_00 - 13_001_00, 13_001_00 - 499_00)]


def test_the_slow_engine_is_asked_about_every_edge_case(desk: Desk) -> None:
    persons = cast.people(40)
    enrolments = cast.enrol(persons)
    payroll = desk.draft(cast.cycle())
    desk.prepare(payroll)
    assert {enrolments[0], enrolments[-1]} <= set(desk.checker.asked)
    assert Payroll.objects.get(pk=payroll).checked_count == 40  # fewer than the sample: all of them


def test_a_paisa_of_difference_between_the_engines_stops_the_run(desk: Desk) -> None:
    cast.enrol(cast.people(10))
    payroll = desk.draft(cast.cycle())
    desk.checker.wrong = {7: 1}
    with pytest.raises(Refusal, match="PAY-006"):
        desk.prepare(payroll)
    assert Payroll.objects.get(pk=payroll).state == "drafted"
    with pytest.raises(Refusal, match="PAY-002"):
        services.approve_payroll(payroll_id=payroll, officer_id=desk.officers[1])


def test_an_amount_that_cannot_be_computed_stops_the_run_and_skips_nobody(desk: Desk) -> None:
    enrolments = cast.enrol(cast.people(10))
    payroll = desk.draft(cast.cycle())
    desk.checker.missing = {enrolments[3]}
    with pytest.raises(Refusal, match="PAY-007"):
        desk.prepare(payroll)
    desk.checker.missing = set()
    desk.prepare(payroll)
    assert Payroll.objects.get(pk=payroll).entitled_count == 10


def test_a_run_that_stopped_goes_on_at_the_step_it_had_not_finished(desk: Desk) -> None:
    cast.enrol(cast.people(10))
    payroll = desk.draft(cast.cycle())
    desk.checker.wrong = {1: 5}
    with pytest.raises(Refusal):
        desk.prepare(payroll)
    desk.checker.wrong = {}
    heard: list[str] = []
    services.prepare_payroll(
        payroll_id=payroll, officer_id=desk.officers[0], checker=desk.checker, on_step=heard.append
    )
    assert heard == ["checked", "prepared"]
    assert rows("SELECT count(*) FROM payments.entitlement_now") == [(10,)]
    services.prepare_payroll(
        payroll_id=payroll, officer_id=desk.officers[0], checker=desk.checker, on_step=heard.append
    )
    assert heard == ["checked", "prepared"]


def test_totals_beyond_those_of_ehsaas_do_not_overflow(desk: Desk) -> None:
    """Rs 203 billion broke a NUMERIC(12,2). Here three people are owed Rs 30 quadrillion each, in paisa."""
    persons = cast.people(3)
    cast.enrol(persons)
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute("UPDATE enrolment_enrolment SET cycle_amount = 3000000000000000000")

    class Agrees(cast.RedoneByHand):
        def recompute(self, **asked: object) -> dict[int, int]:  # type: ignore[override]
            return dict.fromkeys(asked["enrolment_ids"], 3 * 10**18)  # type: ignore[call-overload]

    desk.checker = Agrees()
    payroll = desk.draft(cast.cycle())
    desk.prepare(payroll)
    assert Payroll.objects.get(pk=payroll).entitled_total == 9 * 10**18
    assert services.conservation().amounts.not_yet_instructed == 9 * 10**18


def test_an_officer_of_another_area_sees_nothing_of_it(desk: Desk, officer: object) -> None:
    cast.enrol(cast.people(3))
    payroll = desk.draft(cast.cycle())
    desk.prepare(payroll)
    abroad = officer(desk="programme", areas=["PK1"])  # type: ignore[operator]
    with acting_as(officer_id=abroad.pk):
        assert selectors.count_by_state() == {}
    at_home = officer(desk="programme", areas=["PK603"])  # type: ignore[operator]
    with acting_as(officer_id=at_home.pk):
        assert selectors.count_by_state()["not_yet_instructed"][0] == 3
