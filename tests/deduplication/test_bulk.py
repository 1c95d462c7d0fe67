"""Many pairs at once: an exact bound from a sample, a second officer, and all of it undone."""

from __future__ import annotations

import datetime as dt
import math
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.deduplication.cast import state

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.deduplication import accepting, limits, participants, refusals, selectors, services, tasks
from mazdoor.delivery.deduplication.bounds import at_most, upper_bound
from mazdoor.delivery.deduplication.models import BulkPair, MatchedPair, Merge
from mazdoor.journal.selectors import find_job, list_acts
from mazdoor.kernel.refusals import Refusal

Make = Callable[..., Any]


@given(sample=st.integers(1, 400), confidence=st.sampled_from([0.9, 0.95, 0.99]))
def test_without_an_error_the_bound_is_what_the_formula_says(sample: int, confidence: float) -> None:
    assert upper_bound(wrong=0, sample=sample, confidence=confidence) == pytest.approx(
        1 - (1 - confidence) ** (1 / sample), abs=1e-12
    )


@settings(max_examples=50, deadline=None)
@given(data=st.data(), sample=st.integers(2, 60))
def test_at_the_bound_so_few_errors_are_exactly_as_likely_as_stated(data: st.DataObject, sample: int) -> None:
    """Checked with exact fractions, which share no step with the floating point of the bound."""
    wrong = data.draw(st.integers(0, sample - 1))
    bound = Fraction(upper_bound(wrong=wrong, sample=sample, confidence=0.95))
    chance = sum(math.comb(sample, k) * bound**k * (1 - bound) ** (sample - k) for k in range(wrong + 1))
    assert float(chance) == pytest.approx(0.05, abs=1e-9)


def test_published_bounds_are_met() -> None:
    """Two-sided 95 % of Clopper and Pearson is one-sided 97.5 %: 10 of 100 gives 17.62 % (tables of R's binom.test)."""
    assert upper_bound(wrong=10, sample=100, confidence=0.975) == pytest.approx(0.1762226, abs=1e-6)
    assert upper_bound(wrong=0, sample=300, confidence=0.95) == pytest.approx(0.0099360, abs=1e-6)
    assert upper_bound(wrong=5, sample=5, confidence=0.95) == 1.0
    assert at_most(0, 10, 0.0) == 1.0
    for nonsense in ({"wrong": 2, "sample": 1}, {"wrong": 0, "sample": 0}):
        with pytest.raises(ValueError, match="no bound"):
            upper_bound(confidence=0.95, **nonsense)


def _ask(officer: Any, **more: Any) -> int:
    with acting_as(officer_id=officer.pk):
        return services.ask_bulk(**{"weight_from": 12.0, "area_code": "PK618", "reason": "the same card", **more})


def _decide_sample(officer: Any, bulk: int, *decisions: str) -> None:
    for decision in decisions:
        with acting_as(officer_id=officer.pk):
            pair = selectors.next_sampled(bulk_id=bulk)
            assert pair is not None
            services.decide_sampled(bulk_id=bulk, pair_id=pair, decision=decision, note="looked")


def _work(bulk: int) -> dict[str, Any]:
    """What the worker does next, in the name of the officer who asked for it."""
    with acting_as_system(reason="test"):
        found = selectors.get_bulk(bulk_id=bulk)
        assert found is not None
        work = selectors.find_bulk_work(found)
        assert work is not None and (work.state, work.done) == ("waiting", 0)
    if work.undoes:
        tasks.undo(bulk_id=bulk, officer_id=found["undone_by"])
    else:
        tasks.accept(bulk_id=bulk, officer_id=found["confirmed_by"])
    with acting_as_system(reason="test"):
        done = selectors.get_bulk(bulk_id=bulk)
        assert done is not None
        return done


@pytest.mark.django_db
def test_a_lot_is_accepted_by_two_officers_below_the_limit_and_undone_whole(
    pair: Make, person: Make, officer: Make, small: None
) -> None:
    for _ in range(6):
        pair(weight=13.0)
    light = pair(weight=11.0)
    a, b, c = person(), person(), person()
    pair(a, b, weight=14.0)
    pair(b, c, weight=14.0)  # a cluster of three is for people
    asks, confirms = officer(desk="verifier", areas=["PK618"]), officer(desk="verifier", areas=["PK618"])
    bulk = _ask(asks)
    with acting_as(officer_id=asks.pk):
        found = selectors.get_bulk(bulk_id=bulk)
        assert found is not None
        assert (found["pairs"], found["sample_size"]) == (6, 4)
        with pytest.raises(Refusal, match="DED-015"):
            services.confirm_bulk(bulk_id=bulk)  # the sample comes first
    _decide_sample(asks, bulk, "same", "same", "same", "same")
    with acting_as(officer_id=asks.pk):
        found = selectors.get_bulk(bulk_id=bulk)
        assert found is not None
        assert (found["state"], found["wrong"]) == ("bounded", 0)
        assert found["bound"] == pytest.approx(1 - 0.1**0.25)
        with pytest.raises(Refusal, match="DED-016"):
            services.confirm_bulk(bulk_id=bulk)
    with acting_as(officer_id=confirms.pk):
        before = state()
        services.confirm_bulk(bulk_id=bulk)
        assert state() == before  # nothing is joined while the officer waits
        with pytest.raises(Refusal, match="DED-015"):
            services.confirm_bulk(bulk_id=bulk)
    done = _work(bulk)
    assert (done["state"], done["merged"], done["standing"], done["left_to_people"]) == ("confirmed", 2, 2, 0)
    with acting_as(officer_id=confirms.pk):
        assert selectors.count_by_state()["same"] == 6
        assert selectors.get_pair(pair_id=light.pk).state == "queued"
        services.undo_bulk(bulk_id=bulk, reason="the cards were copied")
    done = _work(bulk)
    assert (done["state"], done["merged"], done["standing"]) == ("undone", 2, 0)
    with acting_as(officer_id=confirms.pk):
        assert state() == before
        assert selectors.count_by_state()["same"] == 4  # those somebody looked at
        with pytest.raises(Refusal, match="DED-015"):
            services.undo_bulk(bulk_id=bulk, reason="again")
    with acting_as_system(reason="test"):
        labels = list(selectors.clerical_labels())
        acts = [act.act.rpartition(".")[2] for act in list_acts(subject=f"bulk:{bulk}")]
        (confirmed,) = list_acts(subject=f"bulk:{bulk}", act="deduplication.bulk.confirmed")
    assert len(labels) == 4
    assert acts == ["undone", "undoing", "confirmed", "confirming", "bounded", "asked"]
    assert (confirmed.officer_id, confirmed.count, confirmed.details["left_to_people"]) == (confirms.pk, 2, 0)


@pytest.mark.django_db
def test_over_the_limit_nothing_is_accepted(pair: Make, officer: Make, small: None) -> None:
    for _ in range(6):
        pair(weight=13.0)
    asks, other = officer(desk="verifier"), officer(desk="verifier")
    bulk = _ask(asks, area_code="")
    _decide_sample(other, bulk, "same", "different", "same", "cannot_tell")
    with acting_as(officer_id=other.pk):
        found = selectors.get_bulk(bulk_id=bulk)
        assert found is not None
        assert (found["state"], found["wrong"]) == ("refused", 2)
        with pytest.raises(Refusal, match="DED-015"):
            services.confirm_bulk(bulk_id=bulk)
        assert selectors.count_by_state()["same"] == 2


@pytest.mark.django_db
def test_what_changed_since_it_was_asked_for_is_left_to_people(
    pair: Make, person: Make, officer: Make, small: None
) -> None:
    for _ in range(5):
        pair(weight=13.0)
    asks, confirms = officer(desk="verifier"), officer(desk="verifier")
    bulk = _ask(asks)
    _decide_sample(asks, bulk, "same", "same", "same", "same")
    with acting_as_system(reason="test"):
        (left,) = BulkPair.objects.filter(bulk_id=bulk, sampled=False)
        waiting = MatchedPair.objects.get(pk=left.pair_id)
    pair(waiting.person_b_id, person(), weight=13.0)  # it hangs together with a third record now
    with acting_as(officer_id=confirms.pk):
        services.confirm_bulk(bulk_id=bulk)
    done = _work(bulk)
    assert (done["state"], done["merged"], done["left_to_people"]) == ("confirmed", 0, 1)


@pytest.mark.django_db
def test_an_undoing_stops_a_merging_and_goes_on_after_a_refusal(pair: Make, officer: Make, small: None) -> None:
    for _ in range(7):
        pair(weight=13.0)
    asks, confirms = officer(desk="verifier"), officer(desk="verifier")
    bulk = _ask(asks)
    _decide_sample(asks, bulk, "same", "same", "same", "same")
    with acting_as(officer_id=confirms.pk):
        before = state()
        services.confirm_bulk(bulk_id=bulk)
    refuses = True

    def on_undo(news: participants.Merged, record: dict[str, Any]) -> None:
        if refuses:
            raise refusals.PERSON_UNKNOWN.because()

    def stop(_: int) -> None:
        with acting_as(officer_id=asks.pk):
            services.undo_bulk(bulk_id=bulk, reason="the cards were copied")

    services.register_participant("refuses", lambda news: None, on_undo)
    try:
        accepting.accept_bulk(bulk_id=bulk, officer_id=confirms.pk, portion=2, on_portion=stop)
        tasks.undo(bulk_id=bulk, officer_id=asks.pk)
        with acting_as(officer_id=asks.pk):
            found = selectors.get_bulk(bulk_id=bulk)
            assert found is not None
            assert (found["state"], found["merged"], found["standing"]) == ("undoing", 2, 2)
        job = find_job(name=tasks.UNDOING, key=tasks.key_of(bulk))
        assert job is not None and job.error == "DED-007"
        refuses = False
        with acting_as(officer_id=asks.pk):
            services.go_on_with_bulk(bulk_id=bulk)
        assert _work(bulk)["state"] == "undone"
    finally:
        services.forget_participant("refuses")
    with acting_as(officer_id=confirms.pk):
        assert state() == before


_KILLED = """
import sys
from mazdoor.cli.main import set_up_django
set_up_django()
from mazdoor.delivery.deduplication import accepting
work = getattr(accepting, sys.argv[1])
work(bulk_id=int(sys.argv[2]), officer_id=int(sys.argv[3]), portion=2, on_portion=lambda done: print(done, flush=True))
print("ended", flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_merging_and_a_killed_undoing_go_on_and_join_nobody_twice(
    pair: Make, officer: Make, small: None
) -> None:
    from mazdoor.reference import selectors as reference

    reference.forget()
    for _ in range(12):
        pair(weight=13.0)
    asks, confirms = officer(desk="verifier"), officer(desk="verifier")
    bulk = _ask(asks)
    _decide_sample(asks, bulk, "same", "same", "same", "same")
    with acting_as(officer_id=confirms.pk):
        before = state()
        services.confirm_bulk(bulk_id=bulk)
    _killed_and_begun_again("accept_bulk", bulk, confirms)
    with acting_as(officer_id=confirms.pk):
        found = selectors.get_bulk(bulk_id=bulk)
        assert found is not None
        assert (found["state"], found["merged"], found["standing"]) == ("confirmed", 8, 8)
        assert Merge.objects.count() == 12  # four of the sample
        services.undo_bulk(bulk_id=bulk, reason="the cards were copied")
    _killed_and_begun_again("undo_accepted", bulk, confirms)
    with acting_as(officer_id=confirms.pk):
        assert state() == before
        assert [len(list_acts(act=f"deduplication.merge.{what}", limit=50)) for what in ("made", "undone")] == [12, 8]


def _killed_and_begun_again(work: str, bulk: int, officer: Any) -> None:
    """Begins the work in a process of its own, kills it in the middle of its second portion, and begins it again."""
    command = [sys.executable, "-c", _KILLED, work, str(bulk), str(officer.pk)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "2"
    time.sleep(0.02)
    process.kill()
    process.wait(60)
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1] == "ended"


@pytest.mark.django_db
def test_asking_is_refused_for_too_few_without_a_reason_and_elsewhere(pair: Make, officer: Make) -> None:
    pair(weight=13.0)
    asks = officer(desk="verifier", areas=["PK618"])
    for code, more in {"DED-014": {}, "DED-004": {"reason": " "}, "DED-015": {"area_code": "PK2"}}.items():
        with pytest.raises(Refusal, match=code):
            _ask(asks, **more)
    bulk_day = limits.limits_at(dt.date(2026, 11, 22))
    assert upper_bound(wrong=0, sample=bulk_day.bulk_sample, confidence=bulk_day.bulk_confidence) < bulk_day.bulk_error
