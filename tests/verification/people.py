"""People to verify: registered through the front door, known to the sandbox authority or not."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from typing import Any

from tests.sandbox.running import Sandbox

from mazdoor.delivery.registration import services as registration
from mazdoor.delivery.registration.people import HouseholdAnswers, PersonAnswers
from mazdoor.reference import services as reference

LAHORE = "PK618"
BAGH = "PK101"
EVERYTHING = ("registration", "verification", "account", "programmes", "statistics")
BIRTH = dt.date(1987, 3, 7)


def cnic(number: int) -> str:
    """An invented CNIC: no province has the digit 0."""
    return f"0{number:012d}"


def register(number: int, *, area_code: str = LAHORE, consents: tuple[str, ...] = EVERYTHING, **changes: Any) -> int:
    """Register Bushra with a CNIC of this number; returns her person id."""
    reference.load()
    answers = {
        "given_name": "Bushra",
        "surname": "Bibi",
        "father_name": "Ghulam Rasool",
        "sex": "female",
        "birth_date": BIRTH,
        "marital_status": "widowed",
        "cnic": cnic(number),
        "relationship": "head",
        **changes,
    }
    registered = registration.register(
        answers=HouseholdAnswers(people=(PersonAnswers(**answers),), area_code=area_code, consents=consents),
        channel="web",
        idempotency_key=f"test-{number}-{area_code}-{sha256(repr(sorted(changes.items())).encode()).hexdigest()[:40]}",
    )
    return registered.person_ids[0]


def citizen(number: int, **changes: Any) -> dict[str, Any]:
    """Bushra as the authority's book has her."""
    return {
        "cnic": cnic(number),
        "given_name": "Bushra",
        "surname": "Bibi",
        "father_name": "Ghulam Rasool",
        "birth_date": BIRTH.isoformat(),
        "family_key": f"F{number}",
        "family_place": "head",
        "profile": {
            "foreign_travel": False, "passport_executive_fee": False, "cnic_executive_fee": False, "vehicle": True,
            "phone_bill_amount": 45_000, "property": False, "government_employee": False, "income_taxpayer": False,
            "other_relief": False, "kafaalat_beneficiary": True, "pmt_score": "21.35",
        },
        **changes,
    }  # fmt: skip


def known_to(authority: Sandbox, *citizens: dict[str, Any]) -> None:
    """Write citizens into the authority's book."""
    authority.post("/admin/citizens", {"citizens": list(citizens)})
