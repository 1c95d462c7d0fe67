"""The recertification calendar: spread, told at graded steps, payment held only after the last, nobody ever removed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from tests.cast.households import BAGH, LAHORE, household, registered

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.casework.models import Case
from mazdoor.casework.models_recertification import Renewal
from mazdoor.casework.recertification import calendar_on, recertify, run_calendar
from mazdoor.casework.recertification import selectors as renewals
from mazdoor.casework.recertification.calendar import values
from mazdoor.delivery.registration import events, services
from mazdoor.kernel.refusals import Refusal
from mazdoor.notices.models import Notice

pytestmark = pytest.mark.django_db

START = dt.date(2026, 1, 10)
HEAD = {"cnic": "", "mobile": "", "employments": ()}


def on(day: dt.date) -> Any:
    return run_calendar(today=day)


@pytest.fixture
def home(db: None) -> Any:
    """Bushra's household, registered on 10 January 2026 and on the calendar since the day after."""
    with acting_as_system(reason="test"):
        registered(key="areas", head=HEAD)
        made = services.register(answers=household(), channel="web", idempotency_key="home", on=START)
    on(START + dt.timedelta(days=1))
    return made


def cycle(home: Any) -> Renewal:
    with acting_as_system(reason="test"):
        return Renewal.objects.filter(household_id=home.household_id).latest("id")


def told(home: Any) -> list[str]:
    with acting_as_system(reason="test"):
        return list(
            Notice.objects.filter(person_id=home.person_ids[0], template__startswith="renewal")
            .order_by("id")
            .values_list("template", flat=True)
        )


def enrolled(person: int, state: str = "enrolled") -> int:
    """An enrolment of a person, as decided."""
    from tests.enrolment.test_merges_and_pauses import assessed, confirm, decide

    from mazdoor.delivery.enrolment import services as enrolment
    from mazdoor.delivery.enrolment.models import Enrolment

    with acting_as_system(reason="test"):
        confirm(person)
        decide(assessed(person))
        number = int(Enrolment.objects.get(person_id=person).pk)
        if state == "paused":
            enrolment.pause(enrolment_id=number, reason="asked by the family")
        return number


def state_of(number: int) -> str:
    from mazdoor.delivery.enrolment.models import Enrolment

    with acting_as_system(reason="test"):
        return str(Enrolment.objects.get(pk=number).state)


def walk_to_held(home: Any) -> dt.date:
    """Day after day until payment is held; the day it was."""
    due = cycle(home).due_on
    for days in (-60, -14, 0, 14, 30, 45):
        on(due + dt.timedelta(days=days))
    assert cycle(home).state == "held"
    return due + dt.timedelta(days=45)


def test_nobody_is_due_later_than_the_interval_and_people_of_one_day_are_spread(db: None) -> None:
    with acting_as_system(reason="test"):
        for number in range(30):
            registered(key=f"form-{number}", head=HEAD)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE registration_household SET registered_on = %s", [START])
    on(START)
    with acting_as_system(reason="test"):
        due = list(Renewal.objects.values_list("due_on", flat=True))
    assert len(due) == 30 and len(set(due)) > 15
    assert max(due) <= dt.date(2028, 1, 10) and min(due) > dt.date(2027, 10, 1)


def test_an_old_register_is_never_told_on_its_first_day_that_it_is_late(db: None) -> None:
    with acting_as_system(reason="test"):
        registered(key="form", head=HEAD)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE registration_household SET registered_on = '2010-01-01'")
    assert on(START).told in (0, 1)  # at most the first, early notice
    with acting_as_system(reason="test"):
        assert Renewal.objects.get().due_on >= START + dt.timedelta(days=60)
        assert not Notice.objects.filter(template="renewal_late").exists()


def test_notices_go_out_at_graded_steps_and_each_only_once(home: Any) -> None:
    due = cycle(home).due_on
    steps = []
    for days in (-61, -60, -15, -14, -1, 0, 13, 14, 29, 30, 43):
        on(due + dt.timedelta(days=days))
        steps.append(len(told(home)))
    assert steps == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert told(home) == ["renewal_due"] * 3 + ["renewal_late"] * 2
    assert on(due + dt.timedelta(days=43)).told == 0  # the same day again changes nothing
    assert cycle(home).state == "told"


def test_a_calendar_that_stood_still_does_not_send_everything_at_once(home: Any) -> None:
    late = cycle(home).due_on + dt.timedelta(days=200)
    seen = []
    for days in (0, 1, 6, 7, 13, 14, 21, 28, 34, 35):
        on(late + dt.timedelta(days=days))
        seen.append((len(told(home)), cycle(home).state))
    assert [count for count, _ in seen] == [1, 1, 1, 2, 2, 3, 4, 5, 5, 6]  # a week apart, then that payment waits
    assert [state for _, state in seen] == ["told"] * 9 + ["held"]


def test_payment_waits_only_after_the_last_notice_and_goes_on_when_they_confirm(home: Any, officer: Any) -> None:
    number = enrolled(home.person_ids[0])
    walk_to_held(home)
    assert state_of(number) == "suspended"
    assert told(home)[-1] == "renewal_held"
    with acting_as(officer_id=officer(desk="registrar").pk):
        following = recertify(household_id=home.household_id, how="office")
    assert state_of(number) == "enrolled"
    assert cycle(home).due_on == following and cycle(home).state == "scheduled"
    with acting_as_system(reason="test"):
        from mazdoor.delivery.enrolment import selectors as enrolment

        reasons = [event["reason"] for event in enrolment.events_of(enrolment_id=number)]
    assert reasons[-2:] == ["recertification is overdue", "recertified"]


def test_a_deliberate_pause_is_neither_held_nor_lifted_by_the_calendar(home: Any) -> None:
    number = enrolled(home.person_ids[0], state="paused")
    walk_to_held(home)
    assert state_of(number) == "paused"
    with acting_as_system(reason="test"):
        recertify(household_id=home.household_id, how="form")
    assert state_of(number) == "paused"


def test_who_was_suspended_by_a_decision_stays_suspended_when_they_recertify(home: Any) -> None:
    from tests.enrolment.test_merges_and_pauses import assessed, decide

    number = enrolled(home.person_ids[0])
    walk_to_held(home)
    with acting_as_system(reason="test"):
        from mazdoor.delivery.enrolment import services as enrolment

        enrolment.resume(enrolment_id=number, reason="by hand")
        decide(assessed(home.person_ids[0], eligible=False, amount=None))
        recertify(household_id=home.household_id, how="visit")
    assert state_of(number) == "suspended"


def test_a_hold_survives_the_next_run_of_the_programme(home: Any) -> None:
    from tests.enrolment.test_merges_and_pauses import assessed, decide

    number = enrolled(home.person_ids[0])
    walk_to_held(home)
    with acting_as_system(reason="test"):
        decide(assessed(home.person_ids[0], amount=15_000_00))
    assert state_of(number) == "suspended"


def test_the_furthest_the_calendar_goes_is_that_a_person_looks(home: Any) -> None:
    number = enrolled(home.person_ids[0])
    held = walk_to_held(home)
    on(held + dt.timedelta(days=59))
    assert cycle(home).state == "held"
    on(held + dt.timedelta(days=60))
    on(held + dt.timedelta(days=600))
    assert cycle(home).state == "review"
    assert state_of(number) == "suspended"
    with acting_as_system(reason="test"):
        case = Case.objects.get(kind="finding")
        assert (case.person_id, case.state) == (home.person_ids[0], "opened")
        recertify(household_id=home.household_id, how="visit")
    assert state_of(number) == "enrolled"


def test_a_visit_of_a_verifier_renews_by_itself(home: Any, officer: Callable[..., Any]) -> None:
    from mazdoor.delivery.verification.models import Verification

    number = enrolled(home.person_ids[0])
    held = walk_to_held(home)
    with acting_as_system(reason="test"):
        Verification.objects.create(
            person_id=home.person_ids[1], kind="residence", method="visit", outcome="match",
            verified_at=dt.datetime.combine(held, dt.time(12), dt.UTC), area_code=LAHORE,
        )  # fmt: skip
    assert on(held + dt.timedelta(days=1)).renewed == 1
    assert state_of(number) == "enrolled"
    assert cycle(home).state == "scheduled"


def test_a_household_that_is_no_more_is_told_nothing(home: Any) -> None:
    with acting_as_system(reason="test"):
        for person in reversed(home.person_ids):
            events.record_death(person_id=person, on=dt.date(2026, 3, 1))
    assert on(cycle(home).due_on).ended == 1
    assert told(home) == []
    with acting_as_system(reason="test"), pytest.raises(Refusal, match="CSW-031"):
        recertify(household_id=home.household_id, how="form")


def test_the_calendar_follows_a_household_that_moves(home: Any, officer: Callable[..., Any]) -> None:
    with acting_as_system(reason="test"):
        events.move_household(household_id=home.household_id, area_code=BAGH, on=dt.date(2026, 3, 1))
    with acting_as(officer_id=officer(desk="registrar", areas=[BAGH]).pk):
        assert renewals.counts()["scheduled"] == 1
        recertify(household_id=home.household_id, how="office")
    with acting_as(officer_id=officer(desk="registrar", areas=[BAGH]).pk):
        assert renewals.counts()["renewed"] == 1


def test_who_waits_is_shown_with_the_longest_overdue_first(home: Any) -> None:
    walk_to_held(home)
    with acting_as_system(reason="test"):
        (row,) = renewals.waiting(area_code=LAHORE)
        assert (row["household_id"], row["state"], row["person_id"]) == (home.household_id, "held", home.person_ids[0])
        assert renewals.waiting(area_code=BAGH) == []
        assert sum(row["held"] for row in renewals.due_by_month(today=dt.date(2028, 6, 1))) == 1


def test_every_value_of_the_calendar_is_dated_and_says_where_it_comes_from() -> None:
    assert calendar_on(dt.date(2026, 11, 22)).interval_months == 24
    assert all(value.source and value.mark in ("ours", "secondary", "memory") for value in values())
    with pytest.raises(Refusal, match="CSW-030"):
        calendar_on(dt.date(2020, 1, 1))


def test_a_finding_of_verification_opens_one_question_for_an_officer(home: Any) -> None:
    from mazdoor.casework.models_changes import Change
    from mazdoor.casework.tasks import take_findings
    from mazdoor.delivery.verification.models import Discrepancy

    with acting_as_system(reason="test"):
        for person, outcome, fields in (
            (home.person_ids[0], "no_match", ["father_name", "birth_date"]),
            (home.person_ids[1], "deceased", []),
        ):
            Discrepancy.objects.create(person_id=person, outcome=outcome, fields=fields, area_code=LAHORE)
        assert (take_findings(limit=1), take_findings()) == (2, 0)
        assert sorted(Change.objects.values_list("kind", "state", "channel")) == [
            ("death", "asked", "verification"),
            ("name", "asked", "verification"),
        ]


def test_a_death_that_the_record_holds_already_is_no_question(home: Any) -> None:
    from mazdoor.casework.models_changes import Change
    from mazdoor.casework.tasks import take_findings
    from mazdoor.delivery.registration import events
    from mazdoor.delivery.verification.models import Discrepancy

    with acting_as_system(reason="test"):
        dead, living = home.person_ids[1], home.person_ids[0]
        events.record_death(person_id=dead, on=timezone.localdate())
        for person in (dead, living):
            Discrepancy.objects.create(person_id=person, outcome="deceased", fields=[], area_code=LAHORE)
        assert take_findings() == 1
        assert list(Change.objects.values_list("kind", "person_id")) == [("death", living)]
