"""An enrolment follows the person: never two live ones, never one lost, and a pause outlives every run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from tests.cast.households import registered

from mazdoor.delivery.assessment.models import Assessment, AssessmentRun, Snapshot
from mazdoor.delivery.deduplication import services as deduplication
from mazdoor.delivery.enrolment import selectors, services
from mazdoor.delivery.enrolment.models import Enrolment
from mazdoor.delivery.registration import selectors as registration
from mazdoor.kernel.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system")]

DAY = dt.date(2026, 7, 1)


def assessed(
    *people: int, eligible: bool | None = True, amount: int | None = 12_000_00, state: str = "finished"
) -> int:
    """A run that says the same of each of these people."""
    snapshot = Snapshot.objects.create(as_of=DAY, state="frozen", rows_hash="0" * 64)
    run = AssessmentRun.objects.create(
        snapshot=snapshot,
        programme_code="emergency_cash",
        rule_hash="1" * 64,
        at_date=DAY,
        known_at=dt.datetime(2026, 7, 1, tzinfo=dt.UTC),
        engine="duckdb",
        state=state,
    )
    for person in people:
        Assessment.objects.create(
            run=run,
            unit_kind="person",
            unit_id=person,
            pseudonym=f"p{person}",
            person_id=person,
            eligible=eligible,
            amount=amount,
            deciding_clause="clause",
            area_code=registration.get_person(person_id=person)["area_code"],
        )
    return run.pk


def confirm(person: int) -> None:
    """The identity authority has confirmed this person."""
    from mazdoor.delivery.verification.models import Verification

    Verification.objects.create(
        person_id=person,
        kind="identity",
        method="authority",
        outcome="match",
        cnic_index=person.to_bytes(16, "big"),
        area_code=registration.get_person(person_id=person)["area_code"],
    )


def decide(run: int) -> services.Decided:
    return services.decide(run_id=run, benefit_code="emergency_cash", from_date=DAY)


def test_whom_a_later_run_refuses_is_suspended_and_not_removed() -> None:
    (person,) = people(1)
    decide(assessed(person))
    again = decide(assessed(person, eligible=False, amount=None))
    assert (again.refused, again.suspended) == (1, 1)
    (enrolment,) = selectors.enrolments_of(person_id=person)
    assert enrolment["state"] == "suspended"
    assert selectors.events_of(enrolment_id=enrolment["id"])[-1]["reason"] == "no longer eligible: clause"
    assert decide(assessed(person, eligible=False, amount=None)).suspended == 0


def test_only_the_programme_desk_decides(officer: Any) -> None:
    from mazdoor.access.services import acting_as

    run = assessed(*people(1))
    with acting_as(officer_id=officer(desk="registrar").pk), pytest.raises(Refusal, match="OFF-002"):
        decide(run)


@pytest.fixture
def verifier(officer: Any) -> Iterator[None]:
    """A verifier acts: only a person says that two records are one."""
    from mazdoor.access.services import acting_as

    with acting_as(officer_id=officer(desk="verifier").pk):
        yield


def as_the_system() -> AbstractContextManager[None]:
    """A bulk decision in a test where somebody else acts."""
    from mazdoor.access.services import acting_as_system

    return acting_as_system(reason="test")


def people(count: int) -> list[int]:
    found = [registered(key=f"form-{number}", head={"cnic": ""}).person_ids[0] for number in range(count)]
    for person in found:
        confirm(person)
    return found


def test_deciding_twice_enrols_once() -> None:
    run = assessed(*people(2))
    first, second = decide(run), decide(run)
    assert (first.eligible, first.enrolled_new) == (2, 2)
    assert (second.eligible, second.enrolled_new, second.enrolled_kept) == (2, 0, 2)
    assert Enrolment.objects.count() == 2


@pytest.mark.parametrize(("eligible", "kind"), [(False, "refused"), (None, "held")])
def test_a_no_refuses_and_an_unknown_holds(eligible: bool | None, kind: str) -> None:
    (person,) = people(1)
    decided = decide(assessed(person, eligible=eligible, amount=None))
    assert (getattr(decided, kind), decided.enrolled_new) == (1, 0)
    assert [each["decision"] for each in selectors.decisions_of(person_id=person)] == [kind]


def test_an_identity_nobody_has_confirmed_holds_the_decision() -> None:
    person = registered(head={"cnic": ""}).person_ids[0]
    decided = decide(assessed(person))
    assert (decided.held, decided.enrolled_new) == (1, 0)
    assert selectors.decisions_of(person_id=person)[0]["clause"] == "identity-not-confirmed"


def test_eligible_without_an_amount_stops_the_decision_for_everybody() -> None:
    first, second = people(2)
    run = assessed(first)
    Assessment.objects.create(
        run_id=run,
        unit_kind="person",
        unit_id=second,
        pseudonym="x",
        person_id=second,
        eligible=True,
        area_code="PK618",
    )
    with pytest.raises(Refusal, match="ENR-005"):
        decide(run)
    assert Enrolment.objects.count() == 0


def test_a_run_that_was_stopped_decides_nothing() -> None:
    with pytest.raises(Refusal, match="ENR-001"):
        decide(assessed(*people(1), state="stopped"))


def test_a_pause_survives_every_later_run_until_a_person_ends_it() -> None:
    (person,) = people(1)
    decide(assessed(person))
    (enrolment,) = selectors.enrolments_of(person_id=person)
    services.pause(enrolment_id=enrolment["id"], reason="asked by the family")
    again = decide(assessed(person, amount=15_000_00))
    assert again.left_paused == 1
    assert Enrolment.objects.get().state == "paused"
    services.resume(enrolment_id=enrolment["id"], reason="family came back")
    assert [event["to_state"] for event in selectors.events_of(enrolment_id=enrolment["id"])] == [
        "enrolled",
        "paused",
        "enrolled",
    ]
    with pytest.raises(Refusal, match="ENR-004"):
        services.pause(enrolment_id=enrolment["id"], reason="  ")
    services.exit_enrolment(enrolment_id=enrolment["id"], reason="moved abroad", on=DAY)
    with pytest.raises(Refusal, match="ENR-003"):
        services.resume(enrolment_id=enrolment["id"], reason="back")


def test_two_records_of_one_person_never_hold_two_live_enrolments_and_the_undoing_gives_each_its_own(
    verifier: None,
) -> None:
    kept, gone = people(2)
    with as_the_system():
        decide(assessed(kept, gone))
    before = sorted(Enrolment.objects.values_list("person_id", "canonical_person_id", "state", "to_date"))
    merge = deduplication.merge(person_a_id=kept, person_b_id=gone, reason="same person", keep_person_id=kept)
    live = Enrolment.objects.exclude(state="exited")
    assert [(each.person_id, each.canonical_person_id) for each in live] == [(kept, kept)]
    assert Enrolment.objects.get(person_id=gone).canonical_person_id == kept
    deduplication.undo_merge(merge_id=merge, reason="they are sisters")
    assert sorted(Enrolment.objects.values_list("person_id", "canonical_person_id", "state", "to_date")) == before


def test_the_only_enrolment_of_a_merged_record_goes_on_for_the_canonical_person(verifier: None) -> None:
    kept, gone = people(2)
    with as_the_system():
        decide(assessed(gone))
    merge = deduplication.merge(person_a_id=kept, person_b_id=gone, reason="same person", keep_person_id=kept)
    (enrolment,) = selectors.enrolments_of(person_id=kept)
    assert enrolment["state"] == "enrolled"
    deduplication.undo_merge(merge_id=merge, reason="they are sisters")
    assert [each["state"] for each in selectors.enrolments_of(person_id=gone)] == ["enrolled"]


def test_what_a_merged_record_was_enrolled_for_meanwhile_is_its_own_after_the_undoing(verifier: None) -> None:
    """Also where it stood under the record that is parted now, and not by itself."""
    top, middle, below = people(3)
    deduplication.merge(person_a_id=middle, person_b_id=below, reason="same person", keep_person_id=middle)
    merge = deduplication.merge(person_a_id=top, person_b_id=middle, reason="same person", keep_person_id=top)
    with as_the_system():
        decide(assessed(below))
    assert Enrolment.objects.get().canonical_person_id == top
    deduplication.undo_merge(merge_id=merge, reason="they are sisters")
    assert Enrolment.objects.get().canonical_person_id == middle


def test_a_paused_enrolment_is_paused_again_after_the_undoing_and_the_events_say_why(verifier: None) -> None:
    kept, gone = people(2)
    with as_the_system():
        decide(assessed(kept, gone))
        (enrolment,) = selectors.enrolments_of(person_id=gone)
        services.pause(enrolment_id=enrolment["id"], reason="asked by the family")
    merge = deduplication.merge(person_a_id=kept, person_b_id=gone, reason="same person", keep_person_id=kept)
    deduplication.undo_merge(merge_id=merge, reason="they are sisters")
    assert [each["state"] for each in selectors.enrolments_of(person_id=gone)] == ["paused"]
    events = [(each["to_state"], each["reason"]) for each in selectors.events_of(enrolment_id=enrolment["id"])]
    assert events[-2:] == [
        ("exited", "merged into another record of the same person"),
        ("paused", "the merge was undone"),
    ]


def test_an_enrolment_made_anew_meanwhile_stands_and_the_ended_one_stays_ended(verifier: None) -> None:
    kept, gone = people(2)
    with as_the_system():
        decide(assessed(kept, gone))
    (ended,) = Enrolment.objects.filter(person_id=gone)
    (other,) = Enrolment.objects.filter(person_id=kept)
    merge = deduplication.merge(person_a_id=kept, person_b_id=gone, reason="same person", keep_person_id=kept)
    with as_the_system():
        services.exit_enrolment(enrolment_id=other.pk, reason="moved abroad", on=DAY)
        decide(assessed(gone))
    (anew,) = Enrolment.objects.exclude(state="exited")
    deduplication.undo_merge(merge_id=merge, reason="they are sisters")
    live = Enrolment.objects.exclude(state="exited")
    assert [(each.pk, each.canonical_person_id) for each in live] == [(anew.pk, gone)]
    assert anew.pk != ended.pk


def test_a_merge_ends_nothing_in_a_programme_of_which_the_other_record_has_nothing(verifier: None) -> None:
    from tests.deduplication.cast import enrol

    kept, gone = people(2)
    enrol(kept, programme="emergency_cash")
    enrol(gone, programme="kafaalat")
    deduplication.merge(person_a_id=kept, person_b_id=gone, reason="same person", keep_person_id=kept)
    live = Enrolment.objects.exclude(state="exited").values_list("programme_code", "canonical_person_id")
    assert sorted(live) == [("emergency_cash", kept), ("kafaalat", kept)]
