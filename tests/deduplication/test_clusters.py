"""Pairs that hang together are one cluster, and chains are cut."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from typing import Any

import pytest
from tests.cast.households import BAGH, LAHORE

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.deduplication import clustering, selectors, services
from mazdoor.delivery.deduplication.limits import limits_at
from mazdoor.delivery.deduplication.models import Cluster, MatchedPair
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

Make = Callable[..., Any]


def _drawn() -> dict[int, tuple[Any, ...]]:
    with acting_as_system(reason="test"):
        marks = dict(MatchedPair.objects.values_list("pk", "cluster_id"))
        clusters = Cluster.objects.order_by("pk").values_list("pk", "records", "pairs", "chain", "area_code", "weight")
        return {number: tuple(row) for number, *row in clusters} | {-pk: (mark,) for pk, mark in marks.items()}


def test_three_records_that_hang_together_come_together(pair: Make, person: Make, system: None) -> None:
    a, b, c = person(), person(), person()
    heavy, light = pair(a, b, weight=12.0), pair(b, c, weight=8.0)
    alone = pair(weight=9.0)
    found = selectors.clusters()
    assert [(c.pair_id, c.records, c.pairs) for c in found] == [(heavy.pk, 3, 2), (alone.pk, 2, 1)]
    shown = selectors.get_cluster(pair_id=light.pk)
    assert [each.pair_id for each in shown.pairs] == [heavy.pk, light.pk]
    assert shown.unpaired == [(a, c)]
    assert selectors.count_open() == 2


def test_a_cluster_said_to_be_one_person_and_two_at_once_is_refused_for_the_two(
    pair: Make, person: Make, officer: Make
) -> None:
    """Partings before unions: the refusal names the pair found different, not a union that came before it."""
    a, b, c = person(), person(), person()
    ab, bc, ac = pair(a, b, weight=12.0), pair(b, c, weight=11.0), pair(a, c, weight=9.0)
    with acting_as(officer_id=officer(desk="verifier").pk):
        seen = selectors.get_cluster(pair_id=ab.pk).seen
        with pytest.raises(Refusal, match="DED-011"):
            services.decide_cluster(decisions={ab.pk: "same", bc.pk: "same", ac.pk: "different"}, seen=seen)
        assert selectors.get_cluster(pair_id=ab.pk).seen == seen, "all of it or nothing"


def test_a_long_chain_is_cut_where_it_is_lightest(pair: Make, person: Make, system: None) -> None:
    most = limits_at().cluster_records
    people = [person() for _ in range(most + 4)]
    weights = [5.0 if place == 5 else 12.0 for place in range(len(people) - 1)]
    made = [pair(one, other, weight=w) for one, other, w in zip(people, people[1:], weights, strict=False)]
    drawn = list(Cluster.objects.order_by("pk").values_list("records", "pairs", "chain"))
    assert sorted(drawn) == [(2, 1, True), (6, 5, True), (6, 5, True)]
    lone = MatchedPair.objects.get(pk=made[5].pk)
    assert Cluster.objects.get(pk=lone.cluster_id).pairs == 1
    assert max(row[0] for row in drawn) <= most


def test_where_all_links_weigh_the_same_a_chain_falls_into_pairs(pair: Make, person: Make, system: None) -> None:
    people = [person() for _ in range(limits_at().cluster_records + 1)]
    for one, other in itertools.pairwise(people):
        pair(one, other, weight=9.0)
    assert set(Cluster.objects.values_list("records", "pairs")) == {(2, 1)}


def test_drawing_around_what_changed_is_drawing_everything(pair: Make, person: Make, officer: Make) -> None:
    """Whatever is decided, merged and undone, in any order."""
    chance = random.Random(5)
    people = [person() for _ in range(9)]
    with acting_as_system(reason="test"):
        for _ in range(16):
            one, other = sorted(chance.sample(people, 2))
            if not MatchedPair.objects.filter(person_a_id=one, person_b_id=other).exists():
                pair(one, other, weight=float(chance.randint(3, 15)))
    verifier = officer(desk="verifier")
    merges: list[int] = []
    for _ in range(12):
        with acting_as(officer_id=verifier.pk):
            queued = selectors.queue()
            if merges and chance.random() < 0.4:
                services.undo_merge(merge_id=merges.pop(chance.randrange(len(merges))), reason="two")
            elif queued:
                chosen = chance.choice(queued)
                try:
                    made = services.decide_pair(
                        pair_id=chosen.pair_id, decision=chance.choice(["same", "different", "cannot_tell"])
                    )
                except Refusal as refusal:
                    assert refusal.code == "DED-011"
                    continue
                if made:
                    merges.append(made)
        around = _drawn()
        with acting_as_system(reason="test"):
            clustering.draw_all()
        assert _drawn() == around


def test_a_cluster_across_areas_is_for_an_officer_of_all_of_them(pair: Make, person: Make, officer: Make) -> None:
    a, b, c = person(), person(), person(area=BAGH)
    pair(a, b)
    pair(b, c, areas=(LAHORE, BAGH))
    seen = {}
    for name, areas in {"lahore": [LAHORE], "both": [LAHORE, BAGH], "country": ["PK"]}.items():
        with acting_as(officer_id=officer(desk="verifier", areas=areas).pk):
            seen[name] = selectors.count_clusters(), len(selectors.clusters())
    assert seen == {"lahore": (0, 0), "both": (1, 1), "country": (1, 1)}


def test_a_cluster_is_decided_in_one_act_partings_before_unions(pair: Make, person: Make, officer: Make) -> None:
    a, b, c = person(), person(), person()
    ab, bc, ac = pair(a, b, weight=12.0), pair(b, c, weight=8.0), pair(a, c, weight=7.5)
    with acting_as(officer_id=officer(desk="verifier").pk):
        seen = selectors.get_cluster(pair_id=ab.pk).seen
        done = services.decide_cluster(
            decisions={ab.pk: "same", bc.pk: "different", ac.pk: "different"}, seen=seen, note="sisters"
        )
        assert {outcome.pair_id: outcome.state for outcome in done} == {
            ab.pk: "same",
            bc.pk: "different",
            ac.pk: "different",
        }
        assert selectors.records_of(person_id=a) == [a, b]
        assert selectors.clusters() == []


def test_all_of_a_cluster_may_be_one_person(pair: Make, person: Make, officer: Make) -> None:
    a, b, c = person(), person(), person()
    pairs = [pair(a, b, weight=12.0), pair(b, c, weight=8.0), pair(a, c, weight=7.5)]
    with acting_as(officer_id=officer(desk="verifier").pk):
        seen = selectors.get_cluster(pair_id=pairs[0].pk).seen
        done = services.decide_cluster(decisions={p.pk: "same" for p in pairs}, seen=seen)
        assert [outcome.state for outcome in done] == ["same"] * 3
        assert [outcome.merge_id is None for outcome in done] == [False, False, True]  # the third came with the others
        assert selectors.records_of(person_id=c) == [a, b, c]
        first = done[0].merge_id
        assert first is not None
        services.undo_merge(merge_id=first, reason="two women")
        assert selectors.count_by_state()["same"] == 1
        assert selectors.count_by_state()["queued"] == 2  # whatever rested on it waits again


def test_records_never_found_alike_are_joined_only_by_who_has_looked(pair: Make, person: Make, officer: Make) -> None:
    a, b, c = person(), person(), person()
    ab, bc = pair(a, b), pair(b, c)
    with acting_as(officer_id=officer(desk="verifier").pk):
        seen = selectors.get_cluster(pair_id=ab.pk).seen
        with pytest.raises(Refusal, match="DED-013"):
            services.decide_cluster(decisions={ab.pk: "same", bc.pk: "same"}, seen=seen)
        services.decide_cluster(decisions={ab.pk: "same", bc.pk: "same"}, seen=seen, unpaired_looked_at=True)
        assert selectors.records_of(person_id=c) == [a, b, c]


def test_who_looked_at_something_else_is_refused(pair: Make, person: Make, officer: Make) -> None:
    a, b, c = person(), person(), person()
    ab = pair(a, b)
    verifier = officer(desk="verifier")
    with acting_as(officer_id=verifier.pk):
        seen = selectors.get_cluster(pair_id=ab.pk).seen
    pair(b, c)  # a comparison ran meanwhile
    with acting_as(officer_id=verifier.pk), pytest.raises(Refusal, match="DED-012"):
        services.decide_cluster(decisions={ab.pk: "same"}, seen=seen)
