"""Any history of merges, undos and later edits, undone to the end, is the history of the edits alone.

A state machine (Hypothesis) plays random merges (chains too), undos in any order, and edits of later rooms between them, on
PostgreSQL. Beside it a second register of the same people, in which nobody was ever merged, gets the same edits. When
everything is undone the views of every room must say the same of both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.deduplication.cast import enrol, link_account, owe, pay_in, state
from tests.deduplication.conftest import LAHORE

from mazdoor.database.acting import acting
from mazdoor.delivery.contributions import selectors as contributions
from mazdoor.delivery.deduplication import clustering, selectors, services
from mazdoor.delivery.deduplication.models import MatchedPair, MatchRun
from mazdoor.delivery.enrolment.models import Enrolment
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

PEOPLE = 5
ALIKE = ((0, 1), (1, 2), (0, 3), (3, 4))
"""Of whom a run found that they may be one person."""
WHO = st.integers(0, PEOPLE - 1)


class Merging(RuleBasedStateMachine):
    """Random merges, undos and edits; ``people`` and ``verifier`` are given by the test."""

    people: list[int]
    verifier: int

    def __init__(self) -> None:
        super().__init__()
        self.edits: list[Callable[[], None]] = []
        self.live: dict[int, tuple[int, int]] = {}
        self.months = dict.fromkeys(self.people, 0)
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.acting = acting(officer=str(self.verifier), areas="*", reason="")
        self.acting.__enter__()

    @initialize()
    def begin(self) -> None:
        for place, person in enumerate(self.people):
            if place % 2 == 0:
                enrol(person, amount=1_000_00 * (place + 1))
            if place in (0, 1, 2):
                link_account(person)
        for person in self.people:
            self.months[person] += 12
            pay_in(person, 2020)
        owe(self.people[1], 700_00)
        self.pairs = _found_alike([(self.people[one], self.people[other]) for one, other in ALIKE])
        self.start = transaction.savepoint()

    def teardown(self) -> None:
        try:
            for number in sorted(self.live, reverse=True):
                services.undo_merge(merge_id=number, reason="two")
            undone = state()
            transaction.savepoint_rollback(self.start)
            for edit in self.edits:
                edit()
            never_merged = state()
            for name in undone:
                assert _plain(undone[name]) == _plain(never_merged[name]), name
        finally:
            transaction.set_rollback(True)
            self.acting.__exit__(None, None, None)
            self.outer.__exit__(None, None, None)

    # --- merges ---------------------------------------------------------------------------------------------------

    @rule(one=WHO, other=WHO, keep_first=st.booleans())
    def merge(self, one: int, other: int, keep_first: bool) -> None:
        a, b = self.people[one], self.people[other]
        if selectors.canonical_of(a) == selectors.canonical_of(b):
            with pytest.raises(Refusal, match="DED-006"):
                services.merge(person_a_id=a, person_b_id=b, reason="one")
            return
        number = services.merge(person_a_id=a, person_b_id=b, reason="one", keep_person_id=a if keep_first else b)
        self.live[number] = (a, b)

    @rule(which=st.integers(0, len(ALIKE) - 1), keep_first=st.booleans())
    def decide(self, which: int, keep_first: bool) -> None:
        """A pair is found to be one person: its merge, and the pair out of the queue until that is undone."""
        pair_id, (one, other) = self.pairs[which], ALIKE[which]
        a, b = self.people[one], self.people[other]
        keep = a if keep_first else b
        if selectors.canonical_of(a) == selectors.canonical_of(b):
            with pytest.raises(Refusal, match=r"DED-00[26]"):  # decided before, or one already by other merges
                services.decide_pair(pair_id=pair_id, decision="same", keep_person_id=keep)
            return
        number = services.decide_pair(pair_id=pair_id, decision="same", keep_person_id=keep)
        assert number is not None
        self.live[number] = (a, b)

    @precondition(lambda self: self.live)
    @rule(which=st.integers(0, 20))
    def undo(self, which: int) -> None:
        number = list(self.live)[which % len(self.live)]
        services.undo_merge(merge_id=number, reason="two")
        del self.live[number]

    # --- edits of later rooms; each is done again on the register never merged ------------------------------------------

    @rule(who=WHO, year=st.integers(2021, 2025))
    def contribute(self, who: int, year: int) -> None:
        person = self.people[who]

        def edit() -> None:
            pay_in(person, year)

        if ("paid", person, year) in self._said:
            return
        self._said.add(("paid", person, year))
        self.months[person] += 12
        self._do(edit)

    @rule(who=WHO)
    def arrears(self, who: int) -> None:
        person = self.people[who]

        def edit() -> None:
            owe(person, 100_00)

        self._do(edit)

    @rule(who=WHO, literate=st.booleans())
    def correct(self, who: int, literate: bool) -> None:
        person = self.people[who]

        def edit() -> None:
            from mazdoor.delivery.registration.models import PersonRecord

            PersonRecord.objects.filter(person_id=person, valid_to=None, recorded_to=None).update(literate=literate)

        self._do(edit)

    @rule(who=WHO)
    def pause(self, who: int) -> None:
        """Pause the record's own enrolment where it is enrolled, merged or not."""
        mine = Enrolment.objects.filter(person_id=self.people[who], state="enrolled").first()
        if mine is None:
            return
        number = mine.pk

        def edit() -> None:
            Enrolment.objects.filter(pk=number).update(state="paused")

        self._do(edit)

    @property
    def _said(self) -> set[tuple[Any, ...]]:
        return self.__dict__.setdefault("_already", set())

    def _do(self, edit: Callable[[], None]) -> None:
        edit()
        self.edits.append(edit)

    # --- what must hold at every step ---------------------------------------------------------------------------------

    @invariant()
    def nobody_has_two_live_enrolments_or_accounts(self) -> None:
        with connection.cursor() as cursor:
            for table, condition in (
                ("enrolment_enrolment", "state <> 'exited'"),
                ("accounts_account", "state = 'opened'"),
            ):
                cursor.execute(
                    f"SELECT count(*) - count(DISTINCT coalesce(c.canonical_person_id, t.person_id)) FROM {table} t "
                    f"LEFT JOIN deduplication.canonical_person c ON c.person_id = t.person_id WHERE {condition}"
                )
                assert cursor.fetchone() == (0,), table

    @invariant()
    def no_month_paid_in_is_ever_lost(self) -> None:
        for head in {selectors.canonical_of(person) for person in self.people}:
            records = selectors.records_of(person_id=head)
            for record in records:
                statement = contributions.statement_of(person_id=record)
                assert statement.insured_months == sum(self.months[each] for each in records)

    @invariant()
    def who_is_two_waits_in_the_queue_and_who_is_one_does_not(self) -> None:
        waits = {row[0] for row in state()["queue"] if row[4] == "queued"}
        for pair_id, (one, other) in zip(self.pairs, ALIKE, strict=True):
            two = selectors.canonical_of(self.people[one]) != selectors.canonical_of(self.people[other])
            assert (pair_id in waits) == two

    @invariant()
    def the_map_says_who_stands_for_whom(self) -> None:
        joined = {person: {person} for person in self.people}
        for a, b in self.live.values():
            union = joined[a] | joined[b]
            for each in union:
                joined[each] = union
        for person in self.people:
            assert set(selectors.records_of(person_id=person)) == joined[person]


def _found_alike(pairs: list[tuple[int, int]]) -> list[int]:
    """Pairs in the queue, as a run leaves them; their numbers."""
    run = MatchRun.objects.create(everything=True, state="finished", finished_at=dt.datetime.now(dt.UTC))
    made = [
        MatchedPair.objects.create(
            run=run, person_a_id=min(pair), person_b_id=max(pair), weight=9.0, probability=0.99, strong=True,
            evidence={"given": {"level": "same_sound", "weight": 6.5}}, area_a=LAHORE, area_b=LAHORE,
        )
        for pair in pairs
    ]  # fmt: skip
    clustering.draw_all()
    return [pair.pk for pair in made]


def _plain(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows without times of writing: the same edit is written at another moment."""
    return [tuple(value for value in row if not isinstance(value, dt.datetime)) for row in rows]


@pytest.fixture
def five(person: Callable[..., int]) -> list[int]:
    return [person() for _ in range(PEOPLE)]


def test_undoing_everything_leaves_the_edits_and_nothing_else(five: list[int], officer: Callable[..., Any]) -> None:
    verifier = officer(desk="verifier")

    class Machine(Merging):
        people = five

    Machine.verifier = verifier.pk
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=12,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
