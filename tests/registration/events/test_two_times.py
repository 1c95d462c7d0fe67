"""Random lives against a naive memory of every day at every moment: as of, as known on, never two at once, taken back."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.cast.households import household

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.registration import events, history, services
from mazdoor.delivery.registration.events.happening import happening
from mazdoor.delivery.registration.models import Member, PersonRecord
from mazdoor.delivery.registration.models_events import Event
from mazdoor.kernel.refusals import Refusal

FIRST = dt.date(2026, 1, 1)
DAYS = 8
NAMES = ("Bibi", "Begum", "Khatoon", "Khan")
Life = dict[int, Any]  # day number → what was so on it; a day that is missing: nothing is believed


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


def moment() -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


class Lives(RuleBasedStateMachine):
    """Two households and three people; the naive model keeps, for each moment, the whole of what was believed."""

    @initialize()
    def begin(self) -> None:
        self.around = transaction.atomic()
        self.around.__enter__()
        self.acting = acting_as_system(reason="test")
        self.acting.__enter__()
        one = services.register(answers=household(), channel="web", idempotency_key="one", on=FIRST)
        two = services.register(
            answers=household(head={"cnic": "", "mobile": ""}), channel="web", idempotency_key="two", on=FIRST
        )
        self.homes = [one.household_id, two.household_id]
        self.person, self.child = one.person_ids
        self.surname: Life = dict.fromkeys(range(DAYS), "Bibi")
        self.mobile: Life = dict.fromkeys(range(DAYS), "03*****4567")
        self.lives: Life = dict.fromkeys(range(DAYS), one.household_id)
        self.known: list[tuple[dt.datetime, Life, Life, Life]] = []
        self.made: list[tuple[int, Life, Life, Life]] = []
        self.remember()

    def teardown(self) -> None:
        if hasattr(self, "around"):
            self.acting.__exit__(None, None, None)
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)

    def remember(self) -> None:
        self.known.append((moment(), dict(self.surname), dict(self.mobile), dict(self.lives)))

    def act(self, do: Callable[[], int], then: Callable[[], None], *, may: tuple[str, ...] = ()) -> None:
        before = (dict(self.surname), dict(self.mobile), dict(self.lives))
        try:
            with transaction.atomic():
                event = do()
        except Refusal as refusal:
            assert refusal.code in may, refusal
            return
        then()
        self.made.append((event, *before))
        self.remember()

    @rule(since=st.integers(0, DAYS - 1), name=st.sampled_from(NAMES))
    def change_the_surname(self, since: int, name: str) -> None:
        self.act(
            lambda: events.change_person(person_id=self.person, on=day(since), fields={"surname": name}),
            lambda: self.surname.update(dict.fromkeys(range(since, DAYS), name)),
            may=("REG-085",),
        )

    @rule(ends=st.tuples(st.integers(0, DAYS - 1), st.integers(1, DAYS)), name=st.sampled_from(NAMES))
    def correct_the_surname_of_a_time(self, ends: tuple[int, int], name: str) -> None:
        since, until = min(ends), max(ends)
        if since == until:
            return
        self.act(
            lambda: events.correct_fields(
                person_id=self.person, fields={"surname": name}, since=day(since), until=day(until)
            ),
            lambda: self.surname.update(dict.fromkeys(range(since, min(until, DAYS)), name)),
            may=("REG-085",),
        )

    @rule(since=st.integers(0, DAYS - 1), last=st.integers(0, 3))
    def change_the_mobile(self, since: int, last: int) -> None:
        self.act(
            lambda: events.change_person(person_id=self.person, on=day(since), fields={"mobile": f"0300123400{last}"}),
            lambda: self.mobile.update(dict.fromkeys(range(since, DAYS), f"03*****400{last}")),
            may=("REG-085",),
        )

    @rule(on=st.integers(1, DAYS - 1), where=st.integers(0, 1))
    def the_child_moves(self, on: int, where: int) -> None:
        home = self.homes[where]
        self.act(
            lambda: events.join_household(household_id=home, relationships={self.child: "other"}, on=day(on)).event_id,
            lambda: self.lives.update(dict.fromkeys(range(on, DAYS), home)),
            may=("REG-072", "REG-084"),
        )

    @rule(on=st.integers(1, DAYS - 1))
    def the_child_keeps_house_alone(self, on: int) -> None:
        home = self.lives[on]
        founded: list[int] = []

        def split() -> int:
            moved = events.split_household(household_id=home, relationships={self.child: "head"}, on=day(on))
            founded.append(moved.household_id)
            return moved.event_id

        self.act(
            split,
            lambda: self.lives.update(dict.fromkeys(range(on, DAYS), founded[0])),
            may=("REG-071", "REG-072", "REG-076"),
        )

    @rule(where=st.integers(0, 1))
    def a_wrong_link_is_undone(self, where: int) -> None:
        wrong, right = self.homes[where], self.homes[1 - where]

        def then() -> None:
            for number in range(DAYS):
                if self.lives[number] == wrong:
                    self.lives[number] = right

        self.act(
            lambda: events.undo_link(person_id=self.child, household_id=wrong, belongs_to=right),
            then,
            may=("REG-075",),
        )

    @precondition(lambda self: bool(self.made))
    @rule(which=st.integers(0, 5))
    def something_is_taken_back(self, which: int) -> None:
        event, surname, mobile, lives = self.made[-1 - which % len(self.made)]
        last = which % len(self.made) == 0
        try:
            with transaction.atomic():
                events.take_back(event_id=event)
        except Refusal as refusal:
            assert not last, refusal  # nothing stands on the newest event
            assert refusal.code in ("REG-081", "REG-083"), refusal
            return
        if last:
            self.surname, self.mobile, self.lives = surname, mobile, lives
            self.made.pop()
        else:  # an older one on which nothing stands: only what it wrote goes back, and what came before the rest is moot
            self.read_anew()
            self.made = []
        self.remember()

    def read_anew(self) -> None:
        """What the register says after something older was taken back; checked for order below, and kept from here."""
        self.surname, self.mobile, self.lives = {}, {}, {}
        for number in range(DAYS):
            there = history.person_at(person_id=self.person, on=day(number))
            assert there is not None
            self.surname[number], self.mobile[number] = there["surname"], there["mobile_masked"]
            self.lives[number] = history.household_of_at(person_id=self.child, on=day(number))

    @invariant()
    def the_register_says_what_the_memory_says(self) -> None:
        if not hasattr(self, "known"):
            return
        checked = [(None, *self.known[-1][1:]), *self.known[-3:]]
        for known_at, surname, mobile, lives in checked:
            for number in range(DAYS):
                there = history.person_at(person_id=self.person, on=day(number), known_at=known_at)
                assert there is not None
                assert (there["surname"], there["mobile_masked"]) == (surname[number], mobile[number])
                home = history.household_of_at(person_id=self.child, on=day(number), known_at=known_at)
                assert home == lives[number], (known_at, number)

    @invariant()
    def no_two_spells_overlap_within_one_belief(self) -> None:
        if not hasattr(self, "known"):
            return
        for model, anchor in ((PersonRecord, self.person), (Member, self.child)):
            rows = list(model.objects.filter(person_id=anchor, recorded_to__isnull=True).order_by("valid_from"))
            for one, two in itertools.pairwise(rows):
                assert one.valid_to is not None and one.valid_to <= two.valid_from


@pytest.mark.django_db(transaction=False)
def test_random_events_and_corrections_agree_with_a_naive_memory() -> None:
    from mazdoor.reference import services as reference

    with acting_as_system(reason="test"):
        reference.load()
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=12,
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            derandomize=True,
        ),
    )


@pytest.mark.django_db
def test_an_event_that_fails_half_way_leaves_nothing(system: None) -> None:
    one = services.register(answers=household(), channel="web", idempotency_key="one", on=FIRST)
    before = PersonRecord.objects.count()
    with (
        pytest.raises(RuntimeError),
        transaction.atomic(),
        happening(kind=Event.Kind.CHANGE, on=day(3), person_ids=[one.person_ids[0]]) as event,
    ):
        event.person(one.person_ids[0])
        event.pen.alter("person", one.person_ids[0], {"surname": "Khan"}, since=day(3))
        raise RuntimeError
    assert (PersonRecord.objects.count(), Event.objects.count()) == (before, 0)
