"""Comparing the register: who is queued, once, and nothing merges by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from tests.deduplication.conftest import TWICE

from mazdoor.access.services import acting_as
from mazdoor.database.home import home_folder
from mazdoor.delivery.deduplication import selectors, services
from mazdoor.delivery.deduplication.models import CanonicalPerson, MatchedPair, MatchRun, Merge
from mazdoor.kernel.refusals import Refusal
from mazdoor.matching.linkage import LinkSettings

pytestmark = pytest.mark.django_db


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
    with acting_as(officer_id=officer(desk="verifier").pk):
        services.decide_pair(pair_id=queued.pair_id, decision="different")
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
