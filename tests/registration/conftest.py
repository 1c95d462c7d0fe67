"""A household to register, the same in every test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from mazdoor.delivery.registration.people import (
    BusinessAnswers,
    EmploymentAnswers,
    HouseholdAnswers,
    PersonAnswers,
)

LAHORE = "PK618"
BAGH = "PK101"


@pytest.fixture(autouse=True)
def areas(request: pytest.FixtureRequest) -> None:
    """The areas of the country, where the test has a database."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        from mazdoor.reference import services as reference

        reference.load()


@pytest.fixture
def household() -> Callable[..., HouseholdAnswers]:
    """Bushra, who weaves at home for a workshop, and her son; any answer can be changed."""

    def answers(*, area_code: str = LAHORE, head: dict[str, Any] | None = None, **changes: Any) -> HouseholdAnswers:
        weaving = EmploymentAnswers(
            status="employee",
            category="home_based",
            employer_kind="business",
            isco_code="7318",
            isic_code="1312",
            sector="industry",
            pay_period="piece",
            pay_amount=4500,
            days_per_month=24,
            started_on=dt.date(2022, 3, 1),
            business=BusinessAnswers(name="Noor Looms", isic_code="1312", premises="home", persons_engaged=6),
        )
        bushra = {
            "given_name": "Bushra",
            "surname": "Bibi",
            "father_name": "Ghulam Rasool",
            "given_name_ur": "بشریٰ",
            "surname_ur": "بی بی",
            "sex": "female",
            "birth_date": dt.date(1987, 3, 7),
            "marital_status": "widowed",
            "cnic": "01234-1234567-1",
            "mobile": "0300 1234567",
            "relationship": "head",
            "employments": (weaving,),
        }
        son = PersonAnswers(
            given_name="Ali", surname="Raza", sex="male", birth_date=dt.date(2015, 5, 1), relationship="child"
        )
        return HouseholdAnswers(
            people=(PersonAnswers(**{**bushra, **(head or {})}), son),
            area_code=area_code,
            address="House 12, Street 4",
            **changes,
        )

    return answers
