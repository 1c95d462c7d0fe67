"""Merges keep both records and can be undone, whatever happened in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast.households import BAGH, LAHORE

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.deduplication import selectors, services
from mazdoor.delivery.deduplication.models import CanonicalPerson, MatchedPair, Merge
from mazdoor.delivery.registration import selectors as registration
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db


def _state() -> dict[str, list[tuple[Any, ...]]]:
    """Everything a merge may touch, except the history of merges itself."""
    with connection.cursor() as cursor:
        out = {}
        for name, sql in {
            "map": "SELECT person_id, canonical_person_id, area_code, canonical_area FROM deduplication_canonicalperson ORDER BY 1",
            "people": "SELECT * FROM registration.person_now ORDER BY person_id",
            "queue": "SELECT pair_id, state FROM deduplication.queue ORDER BY 1",
            "open": "SELECT person_id, pair_id FROM deduplication.open_pair ORDER BY 1, 2",
        }.items():
            cursor.execute(sql)
            out[name] = cursor.fetchall()
        return out


class Holdings:
    """A later room that keeps one thing a canonical person: what it moves at a merge it puts back at the undoing."""

    def __init__(self) -> None:
        self.holds: dict[int, list[str]] = {}

    def on_merge(self, news: services.Merged) -> dict[str, Any]:
        taken = self.holds.pop(news.merged_person_id, [])
        self.holds.setdefault(news.canonical_person_id, []).extend(taken)
        return {"taken": taken}

    def on_undo(self, news: services.Merged, record: dict[str, Any]) -> None:
        kept = [thing for thing in self.holds.get(news.canonical_person_id, []) if thing not in record["taken"]]
        self.holds[news.canonical_person_id] = kept
        self.holds[news.merged_person_id] = list(record["taken"])


@pytest.fixture
def holdings() -> Iterator[Holdings]:
    room = Holdings()
    services.register_participant("holdings", room.on_merge, room.on_undo)
    yield room
    services.forget_participant("holdings")


@pytest.fixture
def verifier(officer: Callable[..., Any]) -> Iterator[None]:
    with acting_as(officer_id=officer(desk="verifier").pk):
        yield


def test_a_merge_keeps_both_records_and_moves_nothing(person: Callable[..., int], verifier: None) -> None:
    one, two = person(given_name="Bushra"), person(given_name="Bushrah")
    before = [registration.get_person(person_id=number) for number in (one, two)]
    services.merge(person_a_id=one, person_b_id=two, reason="one thumb print")
    assert [registration.get_person(person_id=number) for number in (one, two)] == before
    assert selectors.canonical_of(two) == selectors.canonical_of(one) == one
    assert selectors.records_of(person_id=two) == [one, two]


def test_undoing_restores_the_state_and_says_so_in_the_history(person: Callable[..., int], verifier: None) -> None:
    one, two = person(), person()
    before = _state()
    merge = services.merge(person_a_id=one, person_b_id=two, reason="looked alike")
    assert _state() != before
    services.undo_merge(merge_id=merge, reason="two sisters came together")
    assert _state() == before
    (history,) = selectors.merges_of(person_id=one)
    assert history["undo_reason"] == "two sisters came together"
    with pytest.raises(Refusal, match="DED-008"):
        services.undo_merge(merge_id=merge, reason="again")


def test_undoing_an_earlier_merge_leaves_together_whom_a_later_one_was_made_about(
    person: Callable[..., int], holdings: Holdings, verifier: None
) -> None:
    """Dost stood for Amna when Amna and Bushra were found to be one; that Dost and Amna are two says nothing of Bushra."""
    amna, bushra, dost, emma = (person() for _ in range(4))
    holdings.holds = {amna: ["hers"], bushra: ["Bushra's"], dost: ["his"], emma: ["Emma's"]}
    mistaken = services.merge(person_a_id=dost, person_b_id=amna, keep_person_id=dost, reason="one")
    right = services.merge(person_a_id=amna, person_b_id=bushra, keep_person_id=bushra, reason="one")
    last = services.merge(person_a_id=emma, person_b_id=dost, keep_person_id=emma, reason="one")
    assert selectors.records_of(person_id=amna) == [emma, amna, bushra, dost]
    services.undo_merge(merge_id=mistaken, reason="two")
    assert selectors.records_of(person_id=amna) == [bushra, amna]
    assert selectors.records_of(person_id=dost) == [emma, dost]
    assert selectors.heads_ever(person_ids=[dost]) == sorted([bushra, dost, emma]), "Bushra stood for Dost for a while"
    assert {who: sorted(things) for who, things in holdings.holds.items() if things} == {
        bushra: ["Bushra's", "hers"], emma: ["Emma's", "his"],
    }  # fmt: skip
    services.undo_merge(merge_id=last, reason="two")
    services.undo_merge(merge_id=right, reason="two")
    assert {who: things for who, things in holdings.holds.items() if things} == {
        amna: ["hers"], bushra: ["Bushra's"], dost: ["his"], emma: ["Emma's"],
    }  # fmt: skip


def test_merges_after_the_one_undone_are_made_again_in_the_order_they_were_made(
    person: Callable[..., int], holdings: Holdings, verifier: None
) -> None:
    """Whoever joined last stays at the head, although what came between was taken out."""
    amna, bushra, dost, emma = (person() for _ in range(4))
    holdings.holds = {number: [f"of {number}"] for number in (amna, bushra, dost, emma)}
    mistaken = services.merge(person_a_id=dost, person_b_id=amna, keep_person_id=dost, reason="one")
    services.merge(person_a_id=bushra, person_b_id=amna, keep_person_id=bushra, reason="one")
    services.merge(person_a_id=emma, person_b_id=amna, keep_person_id=emma, reason="one")
    services.undo_merge(merge_id=mistaken, reason="two")
    assert selectors.records_of(person_id=amna) == [emma, *sorted([amna, bushra])]
    assert selectors.records_of(person_id=dost) == [dost]
    assert sorted(holdings.holds[emma]) == sorted(f"of {number}" for number in (amna, bushra, emma))


def test_a_person_cannot_be_merged_with_themselves(person: Callable[..., int], verifier: None) -> None:
    one, two = person(), person()
    with pytest.raises(Refusal, match="DED-006"):
        services.merge(person_a_id=one, person_b_id=one, reason="a slip")
    services.merge(person_a_id=one, person_b_id=two, reason="one person")
    with pytest.raises(Refusal, match="DED-006"):
        services.merge(person_a_id=two, person_b_id=one, reason="again")


def test_a_third_record_joins_the_group_and_the_pair_between_the_others_waits_no_longer(
    person: Callable[..., int], pair: Callable[..., MatchedPair], verifier: None
) -> None:
    a, b, c = person(), person(), person()
    between = pair(b, c)
    services.merge(person_a_id=a, person_b_id=b, reason="one")
    services.merge(person_a_id=a, person_b_id=c, reason="one")
    assert selectors.records_of(person_id=c) == [a, b, c]
    assert selectors.queue() == []
    (_, last) = Merge.objects.order_by("pk").values_list("pk", flat=True)
    services.undo_merge(merge_id=last, reason="another woman")
    assert [queued.pair_id for queued in selectors.queue()] == [between.pk]


def test_undoing_a_decided_pair_puts_it_back_into_the_queue(pair: Callable[..., MatchedPair], verifier: None) -> None:
    made = pair()
    before = _state()
    merge = services.decide_pair(pair_id=made.pk, decision="same")
    assert merge is not None
    assert selectors.queue() == []
    services.undo_merge(merge_id=merge, reason="wrong person at the desk")
    assert _state() == before


def test_a_participant_that_refuses_stops_the_whole_merge(person: Callable[..., int], verifier: None) -> None:
    def refuse(news: services.Merged) -> dict[str, Any]:
        raise RuntimeError("two live enrolments")

    one, two = person(), person()
    before = _state()
    services.register_participant("refuses", refuse, lambda news, record: None)
    try:
        with pytest.raises(RuntimeError, match="two live enrolments"), transaction.atomic():
            services.merge(person_a_id=one, person_b_id=two, reason="one")
    finally:
        services.forget_participant("refuses")
    assert _state() == before
    assert Merge.objects.count() == 0


def test_a_merge_is_not_undone_without_the_participant_that_took_part(
    person: Callable[..., int], holdings: Holdings, verifier: None
) -> None:
    merge = services.merge(person_a_id=person(), person_b_id=person(), reason="one")
    services.forget_participant("holdings")
    with pytest.raises(LookupError, match="holdings"), transaction.atomic():
        services.undo_merge(merge_id=merge, reason="two")
    assert CanonicalPerson.objects.count() == 1


def test_merging_across_areas_needs_an_officer_who_sees_both(
    person: Callable[..., int], officer: Callable[..., Any]
) -> None:
    here, there, near = person(), person(area=BAGH), person()
    with acting_as(officer_id=officer(desk="verifier", areas=[LAHORE]).pk), pytest.raises(Refusal, match="DED-007"):
        services.merge(person_a_id=here, person_b_id=there, reason="one")
    with acting_as(officer_id=officer(desk="verifier", areas=["PK"]).pk):
        merge = services.merge(person_a_id=there, person_b_id=here, reason="one", keep_person_id=there)
    with acting_as(officer_id=officer(desk="verifier", areas=[LAHORE]).pk):
        assert selectors.canonical_of(here) == there  # known, though who that is stays hidden
        with pytest.raises(Refusal, match="DED-007"):
            services.merge(person_a_id=here, person_b_id=near, reason="one")
        with pytest.raises(Refusal, match="DED-008"):
            services.undo_merge(merge_id=merge, reason="two")


def test_a_merge_needs_a_reason_and_an_officer(person: Callable[..., int], officer: Callable[..., Any]) -> None:
    one, two = person(), person()
    with acting_as_system(reason="test"), pytest.raises(Refusal, match="DED-005"):
        services.merge(person_a_id=one, person_b_id=two, reason="one")
    with acting_as(officer_id=officer(desk="verifier").pk), pytest.raises(Refusal, match="DED-004"):
        services.merge(person_a_id=one, person_b_id=two, reason="")


# --- random histories ------------------------------------------------------------------------------------------

PEOPLE = 5
_merges = st.tuples(st.just("merge"), st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1), st.booleans())
_undos = st.tuples(st.just("undo"), st.integers(0, 20), st.just(0), st.just(False))


def _expected(live: dict[int, tuple[int, int]], people: list[int]) -> dict[int, int]:
    """Who stands for whom if only the live merges had ever been made, in their order, of the two each was made about."""
    heads = {number: number for number in people}
    for number in sorted(live):
        kept, gone = (heads[each] for each in live[number])
        heads = {each: kept if head == gone else head for each, head in heads.items()}
    return heads


def _rebuilt(live: dict[int, tuple[int, int]], held: dict[int, list[str]]) -> dict[int, list[str]]:
    """What each canonical person would hold then."""
    holds: dict[int, list[str]] = {}
    for number, head in _expected(live, list(held)).items():
        holds.setdefault(head, []).extend(held[number])
    return holds


def _held(holds: dict[int, list[str]]) -> dict[int, list[str]]:
    return {number: sorted(things) for number, things in holds.items() if things}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(_merges, _undos), max_size=10))
def test_any_history_of_merges_and_undos_comes_back_to_where_it_began(
    five: list[int], holdings: Holdings, steps: list[tuple[str, int, int, bool]]
) -> None:
    """After every step the map is what the live merges say; undone one by one, last first, everything is as before."""
    with transaction.atomic():
        holdings.holds = {number: [f"enrolment of {number}"] for number in five}
        beginning, held = _state(), {number: list(things) for number, things in holdings.holds.items()}
        live: dict[int, tuple[int, int]] = {}
        for kind, one, other, keep_first in steps:
            if kind == "merge":
                a, b = five[one], five[other]
                heads = _expected(live, five)
                if heads[a] == heads[b]:
                    with pytest.raises(Refusal, match="DED-006"):
                        services.merge(person_a_id=a, person_b_id=b, reason="one")
                    continue
                number = services.merge(
                    person_a_id=a, person_b_id=b, reason="one", keep_person_id=a if keep_first else b
                )
                live[number] = (a, b) if keep_first else (b, a)
            elif live:
                number = list(live)[one % len(live)]
                services.undo_merge(merge_id=number, reason="two")
                del live[number]
            assert {number: selectors.canonical_of(number) for number in five} == _expected(live, five)
            rows = {row.pk: row.canonical_person_id for row in CanonicalPerson.objects.all()}
            assert rows == {person: head for person, head in _expected(live, five).items() if person != head}
            assert _held(holdings.holds) == _held(_rebuilt(live, held))
        for number in sorted(live, reverse=True):
            services.undo_merge(merge_id=number, reason="two")
        assert _state() == beginning
        assert _held(holdings.holds) == _held(held)
        transaction.set_rollback(True)


@pytest.fixture
def five(person: Callable[..., int], verifier: None) -> list[int]:
    return [person() for _ in range(PEOPLE)]
