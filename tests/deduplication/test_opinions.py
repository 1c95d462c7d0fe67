"""When a finding takes effect, what is remembered, and what comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from tests.cast.households import LAHORE
from tests.deduplication.cast import enrol

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.casework import selectors as casework
from mazdoor.casework import services as cases
from mazdoor.casework.states import CaseState
from mazdoor.delivery.deduplication import deciding, filling, selectors, services
from mazdoor.delivery.deduplication.limits import limits_at
from mazdoor.delivery.deduplication.models import MatchedPair, PairDecision
from mazdoor.delivery.enrolment import selectors as enrolment
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

Make = Callable[..., Any]


def _state(pair: MatchedPair) -> str:
    with acting_as_system(reason="test"):
        return str(MatchedPair.objects.get(pk=pair.pk).state)


def _say(officer: Any, pair: MatchedPair, decision: str, **more: Any) -> int | None:
    with acting_as(officer_id=officer.pk):
        return services.decide_pair(pair_id=pair.pk, decision=decision, note="looked at", **more)


def test_the_limits_are_dated_data() -> None:
    limits = limits_at()
    assert limits.second_opinion_amount == 10_000_00
    assert limits.error_limit(["kafaalat"]) == limits.bulk_error
    with pytest.raises(LookupError, match="no limit in force"):
        limits_at(dt.date(2000, 1, 1))


def test_where_much_money_is_at_stake_two_officers_have_to_say_the_same(pair: Make, officer: Make) -> None:
    made = pair()
    with acting_as_system(reason="test"):
        enrol(made.person_a_id, amount=6_000_00)
        enrol(made.person_b_id, amount=6_000_00)
    first, second = officer(desk="verifier"), officer(desk="verifier")
    assert _say(first, made, "same", keep_person_id=made.person_b_id) is None
    assert _state(made) == "proposed"
    with acting_as(officer_id=second.pk):
        assert selectors.canonical_of(made.person_b_id) == made.person_b_id
        (waiting,) = selectors.clusters()
        assert waiting.proposed
    with pytest.raises(Refusal, match="DED-010"):
        _say(first, made, "same")
    assert _say(second, made, "same") is not None
    assert _state(made) == "same"
    with acting_as(officer_id=second.pk):
        assert selectors.canonical_of(made.person_a_id) == made.person_b_id  # as the first officer wanted it


def test_officers_who_differ_go_on_until_two_agree(pair: Make, officer: Make) -> None:
    made = pair(weight=25.0)  # calling so heavy a pair different takes two
    one, two, three = (officer(desk="verifier") for _ in range(3))
    assert _say(one, made, "different") is None
    with acting_as_system(reason="test"):
        enrol(made.person_a_id, amount=11_000_00)
    assert _say(two, made, "same") is None
    assert _state(made) == "proposed"
    assert _say(three, made, "different") is None
    assert _state(made) == "different"
    with acting_as_system(reason="test"):
        said = list(PairDecision.objects.order_by("pk").values_list("decision", "took_effect"))
    assert said == [("different", False), ("same", False), ("different", True)]


def test_a_proposal_goes_on_holding_the_money(pair: Make, officer: Make) -> None:
    made = pair(weight=25.0)
    one = officer(desk="verifier")
    _say(one, made, "different")
    with acting_as(officer_id=one.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM deduplication.open_pair WHERE pair_id = %s", [made.pk])
        assert cursor.fetchone() == (2,)


def _compared_again(pair: MatchedPair, evidence: dict[str, Any], weight: float) -> tuple[int, int]:
    """A run finds the pair again with this evidence: (queued, brought back)."""
    import json

    import pyarrow as pa

    from mazdoor.database.bulk import staged
    from mazdoor.delivery.deduplication import clustering

    rows = pa.table(
        {
            "person_a": [pair.person_a_id], "person_b": [pair.person_b_id], "weight": [weight], "probability": [0.9],
            "evidence": [json.dumps(evidence)],
        }
    )  # fmt: skip
    columns = {
        "person_a": "bigint", "person_b": "bigint", "weight": "float8", "probability": "float8", "evidence": "text",
    }  # fmt: skip
    with acting_as_system(reason="test"), staged(columns, rows) as name, connection.cursor() as cursor:
        values = {"run": pair.run_id, "lower": 0.0, "upper": 7.0, "strong": limits_at().strong_evidence}
        cursor.execute(filling._REOPEN.format(staged=name), values)
        reopened = cursor.rowcount
        cursor.execute(filling._WEIGH.format(staged=name), values)
        cursor.execute(filling._QUEUE.format(staged=name), values)
        queued = cursor.rowcount
        clustering.draw_all()
    return queued, reopened


NAMES = {"given": {"level": "same_sound", "weight": 6.5}, "cnic": {"level": None, "weight": 0.0}}


def test_different_survives_weak_new_evidence_and_a_newer_model(pair: Make, officer: Make) -> None:
    made = pair(evidence=NAMES)
    _say(officer(desk="verifier"), made, "different")
    heavier = {**NAMES, "given": {"level": "same_sound", "weight": 16.0}}  # the same likeness, weighed anew
    assert _compared_again(made, heavier, 18.5) == (0, 0)
    weak = {**NAMES, "phone": {"level": "phone", "weight": 4.0}}
    assert _compared_again(made, weak, 13.0) == (0, 0)
    assert _state(made) == "different"


def test_different_comes_back_on_strong_new_evidence_and_says_why(pair: Make, officer: Make) -> None:
    made = pair(evidence=NAMES)
    verifier = officer(desk="verifier")
    _say(verifier, made, "different")
    strong = {**NAMES, "cnic": {"level": "same", "weight": 11.0}}
    assert _compared_again(made, strong, 20.0) == (0, 1)
    with acting_as(officer_id=verifier.pk):
        shown = selectors.get_pair(pair_id=made.pk)
        (waiting,) = selectors.clusters()
    assert shown.state == "queued"
    assert shown.reopened is not None
    assert (shown.reopened["gain"], shown.reopened["fields"]) == (11.0, ["cnic"])
    assert waiting.reopened
    assert [row["decision"] for row in shown.decisions] == ["different"]  # remembered


def test_two_groups_with_a_pair_found_different_are_never_joined(pair: Make, person: Make, officer: Make) -> None:
    a, b, c = person(), person(), person()
    ab, bc, ac = pair(a, b), pair(b, c), pair(a, c)
    verifier = officer(desk="verifier")
    _say(verifier, ac, "different")
    _say(verifier, ab, "same")
    with pytest.raises(Refusal, match="DED-011"):
        _say(verifier, bc, "same")


def test_what_nobody_can_tell_is_asked_about_and_comes_back_on_its_day(pair: Make, officer: Make) -> None:
    made = pair()
    verifier = officer(desk="verifier")
    due = dt.date(2026, 12, 24)
    _say(verifier, made, "cannot_tell", verify=True, due_on=due)
    with connection.cursor() as cursor, acting_as(officer_id=verifier.pk):
        cursor.execute(
            "SELECT count(*) FROM verification_verificationrequest WHERE kind = 'residence' AND reason = 'again'"
        )
        assert cursor.fetchone() == (2,)
        assert selectors.clusters() == []
    with acting_as_system(reason="test"):
        assert deciding.bring_back_due(on=due - dt.timedelta(days=1)) == 0
        assert deciding.bring_back_due(on=due) == 1
        assert [cluster.pair_id for cluster in selectors.clusters()] == [made.pk]


def test_fraud_opens_a_case_stops_the_money_and_never_merges(pair: Make, officer: Make) -> None:
    made = pair(weight=3.0)
    with acting_as_system(reason="test"):
        enrol(made.person_a_id, amount=2_000_00)
        enrol(made.person_b_id, amount=2_000_00)
    verifier = officer(desk="verifier")
    _say(verifier, made, "fraud")
    with acting_as(officer_id=verifier.pk):
        (case,) = casework.open_cases()
        assert (case["kind"], case["person_id"], case["subject"]) == ("finding", made.person_a_id, f"pair:{made.pk}")
        for number in (made.person_a_id, made.person_b_id):
            (held,) = enrolment.enrolments_of(person_id=number)
            assert held["state"] == "suspended"
            assert selectors.canonical_of(number) == number
        with connection.cursor() as cursor:  # and no new decision pays them, however light the pair
            cursor.execute("SELECT count(*) FROM deduplication.open_pair WHERE pair_id = %s", [made.pk])
            assert cursor.fetchone() == (2,)
        with pytest.raises(Refusal, match="CSW-003"):
            cases.answer_case(case_id=case["id"], answer=CaseState.DISMISSED, words="two cousins")
    _say(verifier, made, "different")
    with acting_as(officer_id=verifier.pk):
        for number in (made.person_a_id, made.person_b_id):
            (free,) = enrolment.enrolments_of(person_id=number)
            assert free["state"] == "enrolled"


def test_what_an_officer_said_last_is_what_counts(pair: Make, officer: Make) -> None:
    made = pair(weight=25.0)
    one, two, three = (officer(desk="verifier") for _ in range(3))
    with acting_as_system(reason="test"):
        enrol(made.person_a_id, amount=11_000_00)
    assert _say(one, made, "different") is None
    assert _say(one, made, "same") is None
    assert _say(two, made, "different") is None
    assert _state(made) == "proposed", "the first officer has changed their mind"
    assert _say(three, made, "different") is None
    assert _state(made) == "different"


def test_an_opinion_of_an_earlier_round_is_no_second_opinion(pair: Make, officer: Make) -> None:
    """Found different by two, then back on strong new evidence: it takes two officers once more."""
    made = pair(weight=25.0, evidence=NAMES)
    one, two = officer(desk="verifier"), officer(desk="verifier")
    _say(one, made, "different")
    _say(two, made, "different")
    assert _state(made) == "different"
    assert _compared_again(made, {**NAMES, "cnic": {"level": "same", "weight": 11.0}}, 36.0) == (0, 1)
    assert _say(two, made, "different") is None
    assert _state(made) == "proposed"
    assert _say(one, made, "different") is None
    assert _state(made) == "different"


def test_what_is_at_stake_is_counted_over_all_records_of_both(pair: Make, person: Make, officer: Make) -> None:
    """The enrolment stands with the record that heads the group, not with the one the pair is about."""
    head, member, other = person(), person(), person()
    verifier = officer(desk="verifier")
    with acting_as(officer_id=verifier.pk):
        services.merge(person_a_id=head, person_b_id=member, keep_person_id=head, reason="one")
    with acting_as_system(reason="test"):
        enrol(head, amount=6_000_00)
        enrol(other, amount=6_000_00)
    made = pair(member, other)
    assert _say(verifier, made, "same") is None
    assert _state(made) == "proposed"


def test_one_person_after_all_is_no_fraud_and_what_was_held_goes_on(pair: Make, officer: Make) -> None:
    made = pair()
    with acting_as_system(reason="test"):
        enrol(made.person_a_id, amount=2_000_00)
    verifier = officer(desk="verifier")
    _say(verifier, made, "fraud")
    assert _say(verifier, made, "same") is not None
    with acting_as_system(reason="test"):
        (free,) = enrolment.enrolments_of(person_id=made.person_a_id)
    assert free["state"] == "enrolled"


def test_a_pause_by_a_person_outlives_a_fraud_that_was_none(pair: Make, officer: Make) -> None:
    from mazdoor.delivery.enrolment import services as enrolments

    made = pair()
    with acting_as_system(reason="test"):
        number = enrol(made.person_a_id, amount=2_000_00)
        enrolments.pause(enrolment_id=number, reason="asked for it")
    verifier = officer(desk="verifier")
    _say(verifier, made, "fraud")
    _say(verifier, made, "different")
    with acting_as_system(reason="test"):
        (paused,) = enrolment.enrolments_of(person_id=made.person_a_id)
    assert paused["state"] == "paused"


def test_labels_for_training_say_who_cleared_what_and_nothing_of_the_person(
    pair: Make, officer: Make, system: None
) -> None:
    same, different, heavy, unsure = pair(), pair(), pair(weight=25.0), pair()
    one, two = officer(desk="verifier"), officer(desk="verifier")
    merge = _say(one, same, "same")
    _say(one, different, "different")
    _say(one, heavy, "different")
    _say(one, unsure, "cannot_tell")
    labels = {(label.person_a_id, label.person_b_id): label for label in selectors.clerical_labels()}
    assert set(labels) == {(p.person_a_id, p.person_b_id) for p in (same, different)}  # an opinion is no label
    assert labels[same.person_a_id, same.person_b_id].same
    assert labels[different.person_a_id, different.person_b_id].officer_ids == (one.pk,)
    _say(two, heavy, "different")
    labels = {(label.person_a_id, label.person_b_id): label for label in selectors.clerical_labels()}
    assert labels[heavy.person_a_id, heavy.person_b_id].officer_ids == (one.pk, two.pk)
    with acting_as(officer_id=one.pk):
        assert merge is not None
        services.undo_merge(merge_id=merge, reason="two sisters")
    assert (same.person_a_id, same.person_b_id) not in {
        (x.person_a_id, x.person_b_id) for x in selectors.clerical_labels()
    }
    assert list(selectors.clerical_labels(since=dt.date(2100, 1, 1))) == []


def test_areas_are_still_held(pair: Make, officer: Make) -> None:
    made = pair()
    elsewhere = officer(desk="verifier", areas=["PK2"])
    with pytest.raises(Refusal, match="DED-001"):
        _say(elsewhere, made, "different")
    with acting_as(officer_id=elsewhere.pk):
        assert selectors.count_clusters(area=LAHORE) == 0


def test_an_officer_is_led_on_and_not_back_to_what_waits_for_somebody_else(pair: Make, officer: Make) -> None:
    heavy, light = pair(weight=25.0), pair(weight=9.0)
    first, second = officer(desk="verifier"), officer(desk="verifier")
    with acting_as(officer_id=first.pk):
        services.decide_pair(pair_id=heavy.pk, decision="different")
        assert selectors.get_pair(pair_id=heavy.pk).state == "proposed"
        assert selectors.next_in_queue() == light.pk
        assert selectors.next_in_queue(after_pair_id=light.pk) is None
    with acting_as(officer_id=second.pk):
        assert selectors.next_in_queue(after_pair_id=light.pk) == heavy.pk
