"""A case is opened once, sealed, and answered by somebody else, in the areas and at the desks that may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.cast.households import registered

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.casework import selectors, services
from mazdoor.casework.models import Case
from mazdoor.casework.states import CaseState
from mazdoor.journal.selectors import list_acts
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

WORDS = "I was told I own a car. I sold it in 2019."


@pytest.fixture
def worker() -> int:
    """Bushra of Lahore."""
    with acting_as_system(reason="test"):
        return registered().person_ids[0]


def appeal(person: int, subject: str = "decision:17") -> int:
    return services.open_case(kind="appeal", person_id=person, subject=subject, words=WORDS)


def test_an_appeal_is_opened_once_and_answered_by_somebody_else(worker: int, officer: Callable[..., Any]) -> None:
    with acting_as(officer_id=officer(desk="registrar").pk):
        case = appeal(worker)
        assert appeal(worker) == case
    verifier = officer(desk="verifier")
    with acting_as(officer_id=verifier.pk):
        assert [each["id"] for each in selectors.open_cases()] == [case]
        services.answer_case(case_id=case, answer=CaseState.UPHELD, words="The car was sold.")
        (told,) = selectors.cases_of(person_id=worker)
        assert (told["state"], told["words"], told["answer"]) == ("upheld", WORDS, "The car was sold.")
        assert selectors.count_open() == 0
        with pytest.raises(Refusal, match="CSW-002"):
            services.answer_case(case_id=case, answer=CaseState.DISMISSED, words="no")


def test_what_was_said_is_sealed_and_stands_in_no_journal(worker: int, system: None) -> None:
    case = appeal(worker)
    assert b"car" not in bytes(Case.objects.get(pk=case).words_encrypted or b"car")
    (act,) = list_acts(subject=f"case:{case}")
    assert act.act == "casework.appeal.opened" and "car" not in str(act)


def test_whoever_opened_a_case_does_not_answer_it(worker: int, officer: Callable[..., Any]) -> None:
    with acting_as(officer_id=officer(desk="verifier").pk):
        case = appeal(worker)
        with pytest.raises(Refusal, match="CSW-003"):
            services.answer_case(case_id=case, answer=CaseState.DISMISSED, words="no")


@pytest.mark.parametrize(("desk", "areas", "code"), [("finance", ["*"], "OFF-002"), ("verifier", ["PK1"], "CSW-001")])
def test_another_desk_and_another_area_do_not_answer(
    worker: int, officer: Callable[..., Any], desk: str, areas: list[str], code: str
) -> None:
    with acting_as_system(reason="test"):
        case = appeal(worker)
    with acting_as(officer_id=officer(desk=desk, areas=areas).pk), pytest.raises(Refusal, match=code):
        services.answer_case(case_id=case, answer=CaseState.SETTLED, words="done")
    with acting_as_system(reason="test"):
        assert selectors.count_open() == 1
