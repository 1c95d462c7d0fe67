"""Whoever is decided on hears it: in Urdu, in three SMS at most, with the reason and how to appeal."""

from __future__ import annotations

import pytest
from tests.cast.households import registered
from tests.enrolment.test_merges_and_pauses import DAY, assessed, decide, people

from mazdoor.delivery.assessment.policies import policy_set
from mazdoor.delivery.enrolment.telling import refusal
from mazdoor.delivery.registration import services as registration_services
from mazdoor.notices import selectors as notices
from mazdoor.notices.segments import MOST_SEGMENTS, count_segments
from mazdoor.notices.templates import fill, render


@pytest.mark.parametrize("language", ["en", "ur"])
def test_every_clause_that_can_refuse_fits_a_message(language: str) -> None:
    policies = policy_set()
    for programme in policies.programmes.values():
        for clause in policies.rules[programme.rule].root.leaves():
            text = render("refused", fill(refusal(programme.id, clause.id), language), language)
            assert clause.title.in_language(language) in text and programme.appeal.in_language(language) in text
            assert count_segments(text) <= MOST_SEGMENTS, (programme.id, clause.id, text)


def test_an_exclusion_is_the_reason_and_a_condition_is_named_as_not_met() -> None:
    vehicle = refusal("emergency_cash", "vehicle")["reason"]
    cnic = refusal("emergency_cash", "cnic_invalid")["reason"]
    assert vehicle.en == "the head or spouse has a vehicle registered (filter vehicle)"
    assert cnic.en == "This condition is not met: the head of the family has a valid CNIC (filter cnic_invalid)"
    assert "\u2066" not in cnic.ur  # a simple telephone would show it as a box


@pytest.mark.django_db
@pytest.mark.usefixtures("system")
def test_the_enrolled_are_told_once() -> None:
    (person,) = people(1)
    run = assessed(person)
    assert decide(run).told == 1
    assert decide(run).told == 0
    (notice,) = notices.notices_of(person_id=person)
    assert (notice.template, notice.language) == ("enrolled", "ur")


@pytest.mark.django_db
@pytest.mark.usefixtures("system")
def test_the_refused_are_told_why_and_how_to_appeal_if_their_family_had_applied() -> None:
    applied = registered(key="applicant").person_ids[0]
    (silent,) = people(1)
    registration_services.record_applications(programme_code="emergency_cash", route="sms", applied_on=DAY)
    assert decide(assessed(applied, silent, eligible=False, amount=None)).told == 1
    assert notices.notices_of(person_id=silent) == []
    (notice,) = notices.notices_of(person_id=applied)
    assert notice.template == "refused"
    assert policy_set().programmes["emergency_cash"].appeal.ur in notice.text
