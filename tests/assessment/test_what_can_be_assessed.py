"""The register is assessed for what its snapshots hold; the rest is law to read, and asking anyway is refused in words."""

from __future__ import annotations

import datetime as dt

import pytest

from mazdoor.delivery.assessment import selectors, services
from mazdoor.delivery.assessment.checking import facts_of_units
from mazdoor.delivery.assessment.models import AssessmentRun
from mazdoor.delivery.assessment.policies import policy_set
from mazdoor.delivery.assessment.snapshots import SNAPSHOT_TABLES
from mazdoor.kernel.refusals import Refusal
from mazdoor.rules.reach import reach_of

CAN = {"emergency_cash", "kafaalat", "old_age_pension", "old_age_grant", "savings_match"}


def test_the_register_can_assess_what_its_snapshots_hold_of_persons_families_and_households() -> None:
    found = {code for code in policy_set().programmes if selectors.can_assess(programme_code=code)}
    assert found == CAN
    for code in found:
        reach = reach_of(policy_set(), policy_set().programmes[code])
        assert {policy_set().entities[each].table for each in reach.entities()} <= SNAPSHOT_TABLES


@pytest.mark.parametrize(
    ("programme", "named"),
    [
        ("survivors_pension", "survivor"),  # a unit the register does not answer for
        ("minimum_wage", "wage"),  # its tables are held, but nobody is a wage
        ("invalidity_pension", "incapacity"),  # persons, but a table no snapshot holds
    ],
)
def test_what_is_missing_is_named_in_both_languages(programme: str, named: str) -> None:
    reason = selectors.why_not_assessable(programme_code=programme)
    assert reason is not None
    assert policy_set().entities[named].title.en in reason.en
    assert policy_set().entities[named].title.ur in reason.ur


def test_a_programme_nobody_knows_is_refused_as_unknown() -> None:
    with pytest.raises(Refusal, match="ASM-003"):
        selectors.why_not_assessable(programme_code="free_money")


@pytest.mark.django_db
@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("language", ["en", "ur"])
def test_assessing_the_rest_is_refused_before_anything_runs_with_the_reason_and_what_can_be_done(language: str) -> None:
    with pytest.raises(Refusal, match="ASM-009") as refused:
        services.assess(snapshot_id=0, programme_code="survivors_pension", at=dt.date(2026, 7, 1))
    reason = selectors.why_not_assessable(programme_code="survivors_pension")
    assert reason is not None and reason.in_language(language) in refused.value.cause(language)
    assert "mazdoor rules run survivors_pension" in refused.value.remedy(language)
    assert not AssessmentRun.objects.exists()


def test_every_table_of_a_snapshot_is_read_back_for_one_household() -> None:
    from mazdoor.delivery.assessment import checking

    assert set(checking._BELONGS_BY) == SNAPSHOT_TABLES and facts_of_units is checking.facts_of_units
