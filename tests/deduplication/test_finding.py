"""Comparing the register: who is queued, once, and nothing merges by itself."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.deduplication.conftest import TWICE

from mazdoor.access.services import acting_as
from mazdoor.database.home import home_folder
from mazdoor.delivery.deduplication import finding, selectors, services
from mazdoor.delivery.deduplication.limits import limits_at
from mazdoor.delivery.deduplication.models import CanonicalPerson, MatchedPair, MatchRun, Merge
from mazdoor.kernel.refusals import Refusal
from mazdoor.matching.linkage import LinkResult, LinkSettings, link
from mazdoor.matching.thresholds import Costs, thresholds

pytestmark = pytest.mark.django_db


def _found_different(pair_id: int, officer: Callable[..., Any]) -> None:
    """Two officers say so: a pair this heavy takes both."""
    for _ in range(2):
        with acting_as(officer_id=officer(desk="verifier").pk):
            services.decide_pair(pair_id=pair_id, decision="different")
    assert MatchedPair.objects.get(pk=pair_id).state == "different"


def test_a_woman_registered_twice_is_queued_and_nobody_is_merged(person: Callable[..., int], system: None) -> None:
    first, second = person(mobile="03001234567", **TWICE[0]), person(mobile="03001234567", **TWICE[1])
    person(given_name="Zubaida", birth_date=dt.date(1970, 6, 30))
    found = services.find_pairs()
    assert found.queued == 1
    (queued,) = selectors.queue()
    assert (queued.person_a_id, queued.person_b_id) == (first, second)
    assert queued.strong
    assert Merge.objects.count() == CanonicalPerson.objects.count() == 0
    assert selectors.canonical_of(second) == second


def test_equal_names_alone_are_no_pair(person: Callable[..., int], system: None) -> None:
    """A known defect elsewhere: equal first and last names alone are taken for a duplicate."""
    person(given_name="Muhammad", surname="Ali", sex="male", birth_date=dt.date(1971, 2, 3), father_name="Karim Bakhsh")
    person(given_name="Muhammad", surname="Ali", sex="male", birth_date=dt.date(1992, 9, 21), father_name="Noor Din")
    services.find_pairs()
    assert selectors.queue() == []


def test_two_spellings_are_compared(person: Callable[..., int], system: None) -> None:
    """A known defect elsewhere: Muhammad Aslam and Mohammed Aslam are never even compared."""
    who: dict[str, Any] = {"surname": "Butt", "sex": "male", "birth_date": dt.date(1980, 3, 7), "mobile": "03009999999"}
    person(given_name="Muhammad Aslam", father_name="Abdul Rehman", **who)
    person(given_name="Mohammed Aslam", father_name="Abdurrahman", **who)
    services.find_pairs()
    (queued,) = selectors.queue()
    given = next(field for field in selectors.get_pair(pair_id=queued.pair_id).fields if field.field == "given")
    fields = {field.field: field.level for field in selectors.get_pair(pair_id=queued.pair_id).fields}
    assert (fields["given"], fields["father"]) == ("same", "same_sound")
    assert (given.value_a, given.value_b) == ("Muhammad Aslam · بشریٰ", "Mohammed Aslam · بشریٰ")


def test_a_pair_found_different_is_never_queued_again(
    person: Callable[..., int], officer: Callable[..., Any], system: None
) -> None:
    person(mobile="03001234567", **TWICE[0])
    person(mobile="03001234567", **TWICE[1])
    services.find_pairs()
    (queued,) = selectors.queue()
    _found_different(queued.pair_id, officer)
    again = services.find_pairs(everything=True)
    assert again.found >= 1
    assert again.queued == 0
    assert selectors.queue() == []


def test_the_same_register_again_queues_nothing_and_only_new_people_are_compared(
    person: Callable[..., int], system: None
) -> None:
    person(mobile="03001234567", **TWICE[0])
    assert services.find_pairs().queued == 0
    MatchRun.objects.update(seen_until=dt.datetime.now(dt.UTC) + dt.timedelta(hours=2))  # past the margin
    assert services.find_pairs().new_records == 0
    MatchRun.objects.update(seen_until=dt.datetime.now(dt.UTC) - dt.timedelta(days=1))
    person(mobile="03001234567", **TWICE[1])
    assert services.find_pairs().queued == 1
    assert services.find_pairs().queued == 0
    assert MatchedPair.objects.count() == 1


def test_the_weights_shown_add_up_to_the_weight_of_the_pair(person: Callable[..., int], system: None) -> None:
    person(mobile="03001234567", **TWICE[0])
    person(mobile="03001234567", **TWICE[1])
    services.find_pairs()
    (queued,) = selectors.queue()
    pair = selectors.get_pair(pair_id=queued.pair_id)
    assert sum(field.weight for field in pair.fields) == pytest.approx(pair.weight, abs=0.01)
    cnic = next(field for field in pair.fields if field.field == "cnic")
    assert cnic.value_a.startswith("*****-*****")
    assert "1234567" not in cnic.value_a


def test_the_lines_of_a_run_are_drawn_from_the_costs_in_the_limits(person: Callable[..., int], system: None) -> None:
    person(mobile="03001234567", **TWICE[0])
    person(mobile="03001234567", **TWICE[1])
    services.find_pairs()
    run = MatchRun.objects.get()
    drawn = thresholds(Costs(false_merge=200, missed=10, look=1))
    assert (run.lower, run.upper) == (drawn.lower, drawn.upper) == (-3.17, 7.64)
    assert MatchedPair.objects.get().strong == (MatchedPair.objects.get().weight >= 7.64)
    assert limits_at().costs == Costs(200, 10, 1)


def test_no_more_doubtful_pairs_are_queued_than_officers_can_look_at(
    person: Callable[..., int], system: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (limits_at().most_to_review(100), limits_at().most_to_review(1_000_000)) == (500, 7_500)
    person(mobile="03001234567", **TWICE[0])
    person(mobile="03001234567", **TWICE[1])
    none_looked_at = dataclasses.replace(limits_at(), cost_false_merge=1e30, review_share=0.0, review_least=0)
    monkeypatch.setattr(finding, "limits_at", lambda: none_looked_at)  # an upper line that no pair reaches
    found = services.find_pairs()
    assert (found.found, found.queued) == (1, 0)
    assert MatchRun.objects.get().lower > 0, "the line rose over the pair"
    monkeypatch.undo()
    assert services.find_pairs(everything=True).queued == 1


def test_a_model_is_learnt_from_what_officers_decided_too(
    person: Callable[..., int], officer: Callable[..., Any], system: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(mobile="03001234567", **TWICE[0])
    person(mobile="03001234567", **TWICE[1])
    learnt_from: list[list[dict[str, Any]] | None] = []

    def watched(people: Path, *, settings: LinkSettings, **how: Any) -> LinkResult:
        labels = settings.labels
        learnt_from.append(None if labels is None else pq.read_table(labels).to_pylist())
        return link(people, settings=settings, **how)

    monkeypatch.setattr(finding, "link", watched)
    services.find_pairs()
    (queued,) = selectors.queue()
    _found_different(queued.pair_id, officer)
    services.find_pairs(everything=True)
    told = {"record_id_a": queued.person_a_id, "record_id_b": queued.person_b_id, "same": False}
    assert learnt_from == [None, [told]]
    assert not (home_folder() / "work" / "deduplication").exists(), "numbers of people are removed with the names"


def test_names_leave_no_file_behind_even_when_linking_fails(person: Callable[..., int], system: None) -> None:
    person()
    services.find_pairs()
    with pytest.raises(Exception, match="Memory"):
        services.find_pairs(everything=True, settings=LinkSettings(memory_limit="no memory at all"))
    assert list((home_folder() / "work").rglob("*.parquet")) == []
    assert MatchRun.objects.order_by("-pk").first().state == "failed"  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_are_refused(owner_connection: Any) -> None:
    owner_connection.execute("SELECT pg_advisory_lock(5170002)")
    with pytest.raises(Refusal, match="DED-009"):
        services.find_pairs()
