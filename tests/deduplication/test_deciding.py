"""People decide: what an officer may say of a pair, and who sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from tests.cast.households import BAGH, LAHORE

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.deduplication import selectors, services
from mazdoor.delivery.deduplication.models import MatchedPair, PairDecision
from mazdoor.delivery.deduplication.states import OPEN, PAIR_MOVES, PairState
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

PairMaker = Callable[..., MatchedPair]


def _held(person_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM deduplication.open_pair WHERE person_id = %s)", [person_id])
        return bool(cursor.fetchone()[0])


def test_same_merges_the_two_into_the_older_registration(pair: PairMaker, officer: Callable[..., Any]) -> None:
    made = pair()
    verifier = officer(desk="verifier")
    with acting_as(officer_id=verifier.pk):
        merge_id = services.decide_pair(pair_id=made.pk, decision="same", note="one thumb print")
        assert selectors.canonical_of(made.person_b_id) == made.person_a_id
        (merge,) = selectors.merges_of(person_id=made.person_b_id)
        assert merge["id"] == merge_id
        (decision,) = selectors.get_pair(pair_id=made.pk).decisions
    assert (decision["decision"], decision["officer_id"], decision["note"]) == ("same", verifier.pk, "one thumb print")


def test_the_officer_says_whose_record_stands_for_both(pair: PairMaker, officer: Callable[..., Any]) -> None:
    made = pair()
    with acting_as(officer_id=officer(desk="verifier").pk):
        services.decide_pair(pair_id=made.pk, decision="same", keep_person_id=made.person_b_id)
        assert selectors.canonical_of(made.person_a_id) == made.person_b_id


@pytest.mark.parametrize(
    ("decision", "held"), [("different", False), ("cannot_tell", False), ("fraud", True), ("same", False)]
)
def test_who_waits_for_money_after_a_decision(
    pair: PairMaker, officer: Callable[..., Any], decision: str, held: bool
) -> None:
    made = pair()
    with acting_as(officer_id=officer(desk="verifier").pk):
        assert _held(made.person_a_id)
        assert _held(made.person_b_id)
        services.decide_pair(pair_id=made.pk, decision=decision, note="looked at the papers")
        assert _held(made.person_a_id) is held
        assert _held(made.person_b_id) is held


def test_a_weak_pair_is_queued_but_holds_nobody_up(pair: PairMaker, system: None) -> None:
    made = pair(weight=2.0)
    assert [queued.pair_id for queued in selectors.queue()] == [made.pk]
    assert selectors.queue(strong_only=True) == []
    assert not _held(made.person_a_id)


@pytest.mark.parametrize("state", list(PairState))
@pytest.mark.parametrize("decision", ["same", "different", "cannot_tell", "fraud"])
def test_a_pair_moves_only_as_its_table_of_states_says(
    pair: PairMaker, officer: Callable[..., Any], state: PairState, decision: str
) -> None:
    made = pair()
    with acting_as_system(reason="test"):
        MatchedPair.objects.filter(pk=made.pk).update(
            state=state, decided_at=None if state in OPEN else made.found_at, cluster_id=None
        )
    with acting_as(officer_id=officer(desk="verifier").pk):
        if PairState(decision) in PAIR_MOVES[state]:
            services.decide_pair(pair_id=made.pk, decision=decision, note="a reason")
            assert selectors.get_pair(pair_id=made.pk).state == decision
        else:
            with pytest.raises(Refusal, match="DED-002"):
                services.decide_pair(pair_id=made.pk, decision=decision, note="a reason")


def test_a_decision_needs_an_officer_of_the_right_desk_a_known_word_and_for_fraud_a_reason(
    pair: PairMaker, officer: Callable[..., Any]
) -> None:
    made = pair()
    with acting_as_system(reason="test"), pytest.raises(Refusal, match="DED-005"):
        services.decide_pair(pair_id=made.pk, decision="same")
    with acting_as(officer_id=officer(desk="finance").pk), pytest.raises(Refusal, match="OFF-"):
        services.decide_pair(pair_id=made.pk, decision="same")
    with acting_as(officer_id=officer(desk="verifier").pk):
        with pytest.raises(Refusal, match="DED-003"):
            services.decide_pair(pair_id=made.pk, decision="queued")
        with pytest.raises(Refusal, match="DED-004"):
            services.decide_pair(pair_id=made.pk, decision="fraud", note=" ")
        with pytest.raises(Refusal, match="DED-001"):
            services.decide_pair(pair_id=0, decision="same")


def test_an_officer_sees_and_decides_only_pairs_of_their_own_areas(
    pair: PairMaker, officer: Callable[..., Any]
) -> None:
    lahore, bagh, across = pair(), pair(areas=(BAGH, BAGH)), pair(areas=(LAHORE, BAGH))
    seen = {}
    for name, areas in {"lahore": [LAHORE], "bagh": [BAGH], "both": [LAHORE, BAGH], "none": []}.items():
        with acting_as(officer_id=officer(desk="verifier", areas=areas).pk):
            seen[name] = {queued.pair_id for queued in selectors.queue()}
            assert selectors.count_open() >= len(seen[name])
    assert seen == {
        "lahore": {lahore.pk},
        "bagh": {bagh.pk},
        "both": {lahore.pk, bagh.pk, across.pk},
        "none": set(),
    }
    with acting_as(officer_id=officer(desk="verifier", areas=[LAHORE]).pk):
        assert _held(across.person_a_id)  # enrolment must know, wherever the other lives
        for act in (
            lambda: selectors.get_pair(pair_id=across.pk),
            lambda: services.decide_pair(pair_id=across.pk, decision="different"),
            lambda: services.decide_pair(pair_id=bagh.pk, decision="different"),
        ):
            with pytest.raises(Refusal, match="DED-001"):
                act()


def test_the_database_itself_refuses_to_change_half_a_pair(pair: PairMaker, officer: Callable[..., Any]) -> None:
    across = pair(areas=(LAHORE, BAGH))
    with acting_as(officer_id=officer(desk="verifier", areas=[LAHORE]).pk):
        assert MatchedPair.objects.filter(pk=across.pk).update(weight=0.0) == 0


def test_the_queue_can_be_narrowed_to_an_area(pair: PairMaker, system: None) -> None:
    lahore, bagh = pair(weight=8), pair(weight=9, areas=(BAGH, BAGH))
    assert [queued.pair_id for queued in selectors.queue()] == [bagh.pk, lahore.pk]
    assert [queued.pair_id for queued in selectors.queue(areas=[LAHORE])] == [lahore.pk]
    assert selectors.next_in_queue() == bagh.pk
    assert selectors.next_in_queue(after_pair_id=bagh.pk) == lahore.pk


def test_a_decision_once_made_cannot_be_rewritten(pair: PairMaker, officer: Callable[..., Any]) -> None:
    made = pair()
    with acting_as(officer_id=officer(desk="verifier").pk):
        services.decide_pair(pair_id=made.pk, decision="different")
        for statement in ("UPDATE deduplication_pairdecision SET note = 'x'", "DELETE FROM deduplication_pairdecision"):
            refused = pytest.raises(Exception, match="permission denied")
            with refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        assert PairDecision.objects.count() == 1


def test_nobody_is_paired_with_themselves(pair: PairMaker, person: Callable[..., int]) -> None:
    one = person()
    with pytest.raises(Exception, match="matched_pair_two_people") as raised, transaction.atomic():
        pair(one, one)
    assert isinstance(raised.value.__cause__, psycopg.errors.CheckViolation)
