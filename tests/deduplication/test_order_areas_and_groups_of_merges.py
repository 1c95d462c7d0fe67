"""What a merge and its undoing must do besides joining and parting two records: order, areas, groups, and what is written down.

Written after mistakes had been planted into the services by hand that no test noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.cast.households import BAGH, LAHORE

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.deduplication import selectors, services
from mazdoor.delivery.deduplication.models import CanonicalPerson, MatchedPair, Merge
from mazdoor.journal.selectors import list_acts
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

Make = Callable[..., Any]


@pytest.fixture
def verifier(officer: Make) -> Iterator[None]:
    with acting_as(officer_id=officer(desk="verifier").pk):
        yield


@pytest.fixture
def heard() -> Iterator[list[tuple[str, str, int]]]:
    """Two rooms that write down what they hear: (room, merged or undone, whose merge)."""
    told: list[tuple[str, str, int]] = []

    def room(name: str) -> None:
        def on_merge(news: services.Merged) -> dict[str, Any]:
            told.append((name, "merged", news.merge_id))
            return {"heard": len(told)}

        def on_undo(news: services.Merged, record: dict[str, Any]) -> None:
            assert told[record["heard"] - 1] == (name, "merged", news.merge_id), "the record of another merge"
            told.append((name, "undone", news.merge_id))

        services.register_participant(name, on_merge, on_undo)

    room("earlier room")
    room("later room")
    yield told
    services.forget_participant("earlier room")
    services.forget_participant("later room")


def test_rooms_hear_of_undoings_in_the_reverse_order_of_merges(
    person: Make, heard: list[tuple[str, str, int]], verifier: None
) -> None:
    """And a merge that was made again is undone by what the rooms wrote down the second time."""
    amna, bushra, dost = person(), person(), person()
    first = services.merge(person_a_id=amna, person_b_id=dost, keep_person_id=dost, reason="one")
    second = services.merge(person_a_id=amna, person_b_id=bushra, keep_person_id=amna, reason="one")
    before = len(heard)
    services.undo_merge(merge_id=first, reason="two")
    back, again = ("later room", "earlier room"), ("earlier room", "later room")
    assert heard[before:] == [
        *((room, "undone", second) for room in back),
        *((room, "undone", first) for room in back),
        *((room, "merged", second) for room in again),
    ]
    services.undo_merge(merge_id=second, reason="two")
    assert heard[-2:] == [(room, "undone", second) for room in back]


def test_a_merge_made_again_and_the_map_lie_where_the_records_lie(person: Make, verifier: None) -> None:
    """Rows are seen by the areas they bear: a wrong one would show them to another office."""
    dost, amna, bushra, emma = person(), person(area=BAGH), person(), person(area=BAGH)
    mistaken = services.merge(person_a_id=dost, person_b_id=amna, keep_person_id=dost, reason="one")
    right = services.merge(person_a_id=amna, person_b_id=bushra, keep_person_id=bushra, reason="one")
    services.undo_merge(merge_id=mistaken, reason="two")
    made = Merge.objects.get(pk=right)
    assert (made.merged_person_id, made.merged_area) == (amna, BAGH)
    assert (made.canonical_person_id, made.canonical_area) == (bushra, LAHORE)
    services.merge(person_a_id=bushra, person_b_id=emma, keep_person_id=emma, reason="one")
    rows = CanonicalPerson.objects.order_by("person_id").values_list(
        "person_id", "canonical_person_id", "area_code", "canonical_area"
    )
    assert list(rows) == [(amna, emma, BAGH, BAGH), (bushra, emma, LAHORE, BAGH)]


def test_a_group_is_joined_and_taken_apart_only_by_who_sees_all_of_it(person: Make, officer: Make) -> None:
    here, near, there, beside = person(), person(), person(area=BAGH), person()
    wide, narrow = officer(desk="verifier", areas=["PK"]).pk, officer(desk="verifier", areas=[LAHORE]).pk
    with acting_as(officer_id=wide):
        merge = services.merge(person_a_id=here, person_b_id=near, keep_person_id=here, reason="one")
        services.merge(person_a_id=here, person_b_id=there, keep_person_id=here, reason="one")
    with acting_as(officer_id=narrow):
        with pytest.raises(Refusal, match="DED-007"):
            services.undo_merge(merge_id=merge, reason="two")
        with pytest.raises(Refusal, match="DED-007"):
            services.merge(person_a_id=beside, person_b_id=here, keep_person_id=beside, reason="one")
    with acting_as_system(reason="test"):
        assert selectors.records_of(person_id=near) == [here, near, there]
        assert selectors.records_of(person_id=beside) == [beside]


@pytest.mark.parametrize("keep", [0, 3])
def test_any_two_records_found_different_hold_their_groups_apart(
    person: Make, pair: Callable[..., MatchedPair], verifier: None, keep: int
) -> None:
    """Whichever group would stand for both, and although neither of the two heads theirs."""
    four = [person() for _ in range(4)]
    services.decide_pair(pair_id=pair(four[1], four[2]).pk, decision="different")
    services.merge(person_a_id=four[0], person_b_id=four[1], keep_person_id=four[0], reason="one")
    services.merge(person_a_id=four[2], person_b_id=four[3], keep_person_id=four[3], reason="one")
    with pytest.raises(Refusal, match="DED-011"):
        services.merge(person_a_id=four[0], person_b_id=four[3], keep_person_id=four[keep], reason="one")


def test_whoever_stood_for_the_person_kept_goes_on_standing_for_them(person: Make, verifier: None) -> None:
    amna, bushra, dost = person(), person(), person()
    services.merge(person_a_id=amna, person_b_id=bushra, keep_person_id=amna, reason="one")
    services.merge(person_a_id=dost, person_b_id=bushra, keep_person_id=bushra, reason="one")
    assert selectors.records_of(person_id=dost) == [amna, bushra, dost]


def test_a_merge_and_its_undoing_are_acts_in_the_journal_without_names(
    person: Make, officer: Make, heard: list[tuple[str, str, int]]
) -> None:
    one, two = person(given_name="Bushra"), person(given_name="Bushrah")
    first, second = officer(desk="verifier").pk, officer(desk="verifier").pk
    with acting_as(officer_id=first):
        merge = services.merge(person_a_id=one, person_b_id=two, reason="one thumb print")
    with acting_as(officer_id=second):
        services.undo_merge(merge_id=merge, reason="two sisters")
    with acting_as_system(reason="test"):
        undone, made = list_acts(subject=f"merge:{merge}")
        row = Merge.objects.get(pk=merge)
    assert (made.act, made.officer_id) == ("deduplication.merge.made", first)
    assert made.details == {"canonical": one, "merged": two, "records": 1}
    assert (undone.act, undone.officer_id) == ("deduplication.merge.undone", second)
    assert undone.details == {"canonical": one, "merged": two, "records": 1, "made_again": 0}
    assert (row.officer_id, row.undone_by_officer_id, row.undo_reason) == (first, second, "two sisters")
