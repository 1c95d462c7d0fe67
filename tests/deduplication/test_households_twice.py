"""One household registered twice, and one person in two households."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.deduplication import selectors, services
from mazdoor.delivery.registration import events
from mazdoor.delivery.registration import selectors as registration
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

Make = Callable[..., Any]


def test_half_the_members_alike_is_a_household_twice_and_a_union_brings_them_together(
    homes: Make, pair: Make, officer: Make
) -> None:
    (one, first), (two, second) = homes("1"), homes("2")
    pair(first[0], second[0])
    with acting_as_system(reason="test"):
        assert services.find_households() == 0  # one member alike is a daughter who married
    pair(first[1], second[1])
    verifier = officer(desk="verifier")
    with acting_as_system(reason="test"):
        assert services.find_households() == 1
        assert services.find_households() == 0
    with acting_as(officer_id=verifier.pk):
        (found,) = selectors.household_pairs()
        assert (found["household_a_id"], found["household_b_id"], found["shared"], found["share"]) == (one, two, 2, 1.0)
        before = {number: registration.household_members(household_id=number) for number in (one, two)}
        event = services.decide_households(
            household_pair_id=found["household_pair_id"], decision="same", note="one roof"
        )
        assert event is not None
        assert {row["person_id"] for row in registration.household_members(household_id=one)} == {*first, *second}
        assert registration.household_members(household_id=two) == []
        with pytest.raises(Refusal, match="DED-018"):
            services.decide_households(household_pair_id=found["household_pair_id"], decision="same")
        services.undo_households(household_pair_id=found["household_pair_id"], reason="two floors")
        assert {number: registration.household_members(household_id=number) for number in (one, two)} == before
        services.decide_households(household_pair_id=found["household_pair_id"], decision="different")
        assert services.find_households() == 0
        assert selectors.household_pairs() == []


def test_whoever_stands_for_the_head_heads_the_household(homes: Make, pair: Make, officer: Make) -> None:
    (one, first), (_, second) = homes("1"), homes("2")
    for each, other in zip(first, second, strict=True):
        pair(each, other)
    verifier = officer(desk="verifier")
    with acting_as(officer_id=verifier.pk):
        services.find_households()
        (found,) = selectors.household_pairs()
        services.decide_households(household_pair_id=found["household_pair_id"], decision="same")
        made = next(each.pair_id for each in selectors.queue() if first[0] in (each.person_a_id, each.person_b_id))
        services.decide_pair(pair_id=made, decision="same", keep_person_id=second[0])
    heads = "SELECT household_id, family_id, person_id FROM deduplication.head_by_merge"
    twice = "SELECT person_id, household_id FROM deduplication.twice_at_home"
    with acting_as(officer_id=verifier.pk):
        members = {row["person_id"]: row for row in registration.household_members(household_id=one)}
        assert (members[first[0]]["relationship"], members[second[0]]["relationship"]) == ("head", "other")
        assert registration.rows(heads, {}) == [
            {"household_id": one, "family_id": members[first[0]]["family_id"], "person_id": second[0]}
        ]
        assert registration.rows(twice, {}) == [{"person_id": first[0], "household_id": one}]
        services.undo_merge(merge_id=selectors.merges_of(person_id=first[0])[0]["id"], reason="two sisters")
        assert registration.rows(heads, {}) == registration.rows(twice, {}) == []


def test_a_person_in_two_households_is_listed_and_one_membership_ends(homes: Make, pair: Make, officer: Make) -> None:
    (one, first), (two, second) = homes("1"), homes("2")
    made = pair(first[0], second[0])
    with acting_as(officer_id=officer(desk="verifier").pk):
        services.decide_pair(pair_id=made.pk, decision="same")
        (row,) = selectors.in_two_households()
        assert (row["canonical_person_id"], row["canonical_household_id"]) == (first[0], one)
        assert (row["person_id"], row["household_id"]) == (second[0], two)
        with pytest.raises(Refusal, match="REG-076"):  # she heads it, and her son stays
            services.end_membership(person_id=second[0], household_id=two)
        with pytest.raises(Refusal, match="DED-019"):
            services.end_membership(person_id=second[1], household_id=two)
        before = registration.household_members(household_id=two)
        ended = services.end_membership(person_id=second[0], household_id=two, stays_head=second[1])
        assert selectors.in_two_households() == []
        assert [m["person_id"] for m in registration.household_members(household_id=two)] == [second[1]]
        for number in reversed(ended.event_ids):
            events.take_back(event_id=number)
        assert registration.household_members(household_id=two) == before
        assert len(selectors.in_two_households()) == 1
