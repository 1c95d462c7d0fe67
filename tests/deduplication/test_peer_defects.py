"""Defects other systems have, as tests we pass. Their numbers are those of the list of defects the project began with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from tests.deduplication.cast import enrol, link_account, pay_in, state

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.contributions import selectors as contributions
from mazdoor.delivery.deduplication import selectors, services
from mazdoor.delivery.deduplication.models import MatchedPair
from mazdoor.delivery.registration import selectors as registration

pytestmark = pytest.mark.django_db

Make = Callable[..., Any]


def test_defect_16_equal_first_and_last_names_alone_are_no_duplicate_and_two_spellings_of_one_are_compared(
    person: Make, system: None
) -> None:
    """HOPE takes equal first and last names for a duplicate; OpenG2P never compares Muhammad Aslam with Mohammed Aslam."""
    person(given_name="Muhammad", surname="Ali", sex="male", birth_date=dt.date(1971, 2, 3), father_name="Karim Bakhsh")
    person(given_name="Muhammad", surname="Ali", sex="male", birth_date=dt.date(1992, 9, 21), father_name="Noor Din")
    who: dict[str, Any] = {"surname": "Butt", "sex": "male", "birth_date": dt.date(1980, 3, 7), "mobile": "03009999999"}
    one = person(given_name="Muhammad Aslam", father_name="Abdul Rehman", **who)
    other = person(given_name="Mohammed Aslam", father_name="Abdurrahman", **who)
    services.find_pairs()
    assert list(MatchedPair.objects.values_list("person_a_id", "person_b_id")) == [(one, other)]
    assert len(selectors.clusters()) == 1


def test_defect_20_a_merge_removes_nobody_and_can_be_taken_back_to_the_row(pair: Make, officer: Make) -> None:
    """openIMIS merges duplicates by soft-deleting the other beneficiaries, with no way back."""
    made = pair()
    a, b = made.person_a_id, made.person_b_id
    with acting_as_system(reason="test"):
        for one in (a, b):
            enrol(one, amount=2_000_00)
            link_account(one)
        pay_in(a, 2021)
        pay_in(b, 2022)
    with acting_as(officer_id=officer(desk="verifier").pk):
        before = state()
        merge = services.decide_pair(pair_id=made.pk, decision="same", note="one thumb print")
        assert merge is not None
        assert [registration.get_person(person_id=one)["person_id"] for one in (a, b)] == [a, b]  # both are still there
        assert contributions.statement_of(person_id=a).insured_months == 24
        now = state()
        assert now["contributions"] == before["contributions"]
        assert len(now["enrolments"]) == len(now["accounts"]) == 1
        services.undo_merge(merge_id=merge, reason="two sisters came together")
        assert state() == before
