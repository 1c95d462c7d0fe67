"""Areas, and a village of invented workers in three districts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

ATTOCK, LAHORE, BAGH = "PK601", "PK617", "PK101"
DAY = dt.date(2026, 11, 21)


@pytest.fixture
def areas(system: None) -> Iterator[None]:
    """The lists of the reference room."""
    from mazdoor.reference import selectors, services

    services.load()
    yield
    selectors.forget()


@pytest.fixture
def register(areas: None) -> Callable[..., list[int]]:
    """``register(3, area_code=LAHORE, sex="female")``: so many one-person households; returns person ids."""
    from mazdoor.delivery.registration import services
    from mazdoor.delivery.registration.people import EmploymentAnswers, HouseholdAnswers, PersonAnswers

    made = 0

    def make(people: int, *, area_code: str = LAHORE, sex: str = "male", **work: Any) -> list[int]:
        nonlocal made
        ids = []
        for _ in range(people):
            made += 1
            employment = EmploymentAnswers(
                **{
                    "status": "employee",
                    "category": "construction",
                    "employer_kind": "none",
                    "isco_code": "9313",
                    "isic_code": "4100",
                    "sector": "industry",
                    "pay_period": "day",
                    "pay_amount": 1_200_00,
                    "days_per_month": 24,
                    "started_on": dt.date(2022, 3, 1),
                    **work,
                }
            )
            person = PersonAnswers(
                given_name="Bushra" if sex == "female" else "Aslam",
                surname="Noor",
                father_name="Ghulam Rasool",
                sex=sex,
                birth_date=dt.date(1987, 3, 7),
                marital_status="single",
                cnic=f"01234-{made:07d}-1",
                relationship="head",
                employments=(employment,),
            )
            done = services.register(
                answers=HouseholdAnswers(people=(person,), area_code=area_code, address="House 1"),
                channel="counter",
                idempotency_key=f"reporting-{made}",
                on=dt.date(2026, 1, 1),
            )
            ids.extend(done.person_ids)
        return ids

    return make
