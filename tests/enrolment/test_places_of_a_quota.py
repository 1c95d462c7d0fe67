"""A quota at enrolment: never more than the places, in the order of the assessment, and a place once given is kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.enrolment.test_merges_and_pauses import DAY, decide, people

from mazdoor.access.services import acting_as
from mazdoor.delivery.assessment.models import Assessment, AssessmentRun, Snapshot
from mazdoor.delivery.assessment.services import note_benefits_received
from mazdoor.delivery.enrolment import selectors, services
from mazdoor.delivery.enrolment.models import EligibilityDecision, Enrolment
from mazdoor.delivery.enrolment.words import PLACES_TAKEN
from mazdoor.delivery.registration import selectors as registration
from mazdoor.kernel.refusals import Refusal
from mazdoor.notices import selectors as notices
from mazdoor.reference import selectors as reference

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system")]


def ranked(order: list[int], places: int, *, refused: tuple[int, ...] = (), units: int | None = None) -> int:
    """A finished run that ranks these people in category II of Punjab, and says no of others."""
    snapshot = Snapshot.objects.create(as_of=DAY, state="frozen", rows_hash="0" * 64)
    run = AssessmentRun.objects.create(
        snapshot=snapshot,
        programme_code="emergency_cash",
        rule_hash="1" * 64,
        at_date=DAY,
        known_at=dt.datetime(2026, 7, 1, tzinfo=dt.UTC),
        engine="duckdb",
        state="finished",
        counts={"units": len(order) + len(refused) if units is None else units},
    )
    area = registration.get_person(person_id=[*order, *refused][0])["area_code"]
    common: dict[str, Any] = {"run": run, "unit_kind": "person", "area_code": area, "deciding_clause": "clause"}
    Assessment.objects.bulk_create(
        [
            Assessment(
                **common,
                unit_id=person,
                pseudonym=f"p{person}",
                person_id=person,
                eligible=True,
                amount=12_000_00,
                category="II",
                quota_area="PK6",
                quota_rank=rank,
                quota_places=places,
            )
            for rank, person in enumerate(order, start=1)
        ]
        + [
            Assessment(**common, unit_id=person, pseudonym=f"p{person}", person_id=person, eligible=False)
            for person in refused
        ]
    )
    return run.pk


def inside() -> set[int]:
    return set(Enrolment.objects.exclude(state="exited").values_list("person_id", flat=True))


def test_the_first_in_the_order_are_enrolled_and_the_rest_wait_with_a_decision_that_says_so() -> None:
    first, second, third = people(3)
    decided = decide(ranked([third, first, second], places=2))
    assert (decided.eligible, decided.waiting, decided.refused, decided.held, decided.enrolled_new) == (2, 1, 0, 0, 2)
    assert inside() == {third, first}
    (decision,) = selectors.decisions_of(person_id=second)
    assert (decision["decision"], decision["clause"], decision["place"], decision["places"]) == (
        "waiting",
        PLACES_TAKEN,
        3,
        2,
    )
    (notice,) = notices.notices_of(person_id=second)
    assert notice.template == "waiting" and decided.told == 3
    assert "2" in notice.text and reference.area_name("PK6", "ur") in notice.text and "8171" in notice.text


def test_who_is_held_keeps_the_number_so_that_the_place_is_not_given_away() -> None:
    from tests.cast.households import registered

    (known,) = people(1)
    unknown = registered(key="unconfirmed", head={"cnic": ""}).person_ids[0]
    decided = decide(ranked([unknown, known], places=1))
    assert (decided.held, decided.waiting, decided.enrolled_new) == (1, 1, 0)


def test_a_pause_keeps_the_place_and_an_exit_gives_it_to_the_next() -> None:
    first, second = people(2)
    decide(ranked([first, second], places=1))
    (enrolment,) = selectors.enrolments_of(person_id=first)
    services.pause(enrolment_id=enrolment["id"], reason="asked by the family")
    assert decide(ranked([second, first], places=1)).waiting == 1
    assert Enrolment.objects.get().state == "paused" and inside() == {first}
    services.resume(enrolment_id=enrolment["id"], reason="the appeal was upheld")
    assert decide(ranked([second, first], places=1)).waiting == 1 and Enrolment.objects.get().state == "enrolled"
    services.exit_enrolment(enrolment_id=enrolment["id"], reason="moved abroad", on=DAY)
    assert decide(ranked([second], places=1)).enrolled_new == 1 and inside() == {second}


def test_a_place_whose_benefit_was_received_is_used_up() -> None:
    first, second = people(2)
    decide(ranked([first], places=1))
    note_benefits_received(programme_code="emergency_cash", received=[(first, DAY, "paid")])
    (enrolment,) = selectors.enrolments_of(person_id=first)
    services.exit_enrolment(enrolment_id=enrolment["id"], reason="paid once", on=DAY)
    assert decide(ranked([second], places=1, refused=(first,))).waiting == 1 and inside() == set()


def test_who_sees_a_part_of_the_run_gives_no_places(officer: Any) -> None:
    both = people(2)
    run = ranked(both, places=1, units=3)
    with pytest.raises(Refusal, match="ENR-006"):
        decide(run)
    elsewhere = ranked(both, places=1)
    with acting_as(officer_id=officer(desk="programme", areas=["PK7"]).pk):
        assert decide(elsewhere).eligible == 0  # sees nobody, gives nothing
    assert not EligibilityDecision.objects.exists()


@given(st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_runs_never_more_than_the_places_and_nobody_inside_is_put_out(data: st.DataObject) -> None:
    with transaction.atomic():
        everybody = people(6)
        places = data.draw(st.integers(0, 4))
        for _ in range(data.draw(st.integers(1, 3))):
            before = inside()
            order = data.draw(st.permutations(everybody))
            cut = data.draw(st.integers(1, 6))
            run = ranked(list(order[:cut]), places, refused=tuple(order[cut:]))
            decided = decide(run)
            now = inside()
            assert len(now) <= places and before <= now  # who has a place keeps it, also one who is suspended
            free = max(0, places - len(before))
            assert now - before == set([each for each in order[:cut] if each not in before][:free])
            assert decided.waiting == cut - len(now & set(order[:cut]))
            again = decide(run)
            assert inside() == now and again.enrolled_new == 0 and again.told == 0
            if now and data.draw(st.booleans()):
                chosen = Enrolment.objects.filter(state="enrolled").order_by("pk").first()
                if chosen is not None:
                    services.pause(enrolment_id=chosen.pk, reason="asked")
        transaction.set_rollback(True)
