"""Bushra, who weaves at home for a workshop, and her son; any answer can be changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from mazdoor.delivery.registration import services
from mazdoor.delivery.registration.people import (
    BusinessAnswers,
    EmploymentAnswers,
    HouseholdAnswers,
    PersonAnswers,
)

LAHORE = "PK618"
BAGH = "PK101"


def employment(**changes: Any) -> EmploymentAnswers:
    """Weaving by the piece for Noor Looms."""
    answers: dict[str, Any] = {
        "status": "employee",
        "category": "home_based",
        "employer_kind": "business",
        "isco_code": "7318",
        "isic_code": "1312",
        "sector": "industry",
        "pay_period": "piece",
        "pay_amount": 4500,
        "days_per_month": 24,
        "started_on": dt.date(2022, 3, 1),
        "business": BusinessAnswers(name="Noor Looms", isic_code="1312", premises="home", persons_engaged=6),
    }
    return EmploymentAnswers(**{**answers, **changes})


def household(*, area_code: str = LAHORE, head: dict[str, Any] | None = None, **changes: Any) -> HouseholdAnswers:
    """A household of two."""
    bushra: dict[str, Any] = {
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
        "employments": (employment(),),
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


def registered(key: str = "form-1", **changes: Any) -> services.Registered:
    """The household, registered by whoever acts now (areas are loaded where they are not there yet)."""
    from mazdoor.reference import selectors
    from mazdoor.reference import services as reference

    if selectors.find_area(LAHORE) is None:
        reference.load()
    return services.register(answers=household(**changes), channel="web", idempotency_key=key)
