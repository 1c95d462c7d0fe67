"""The people who come to the doors in the demonstration. None exists: their CNICs begin with 0, which no province has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Interested:
    """Somebody who asks by SMS to be registered."""

    mobile: str
    text: str


INTERESTED: Final = Interested(mobile="03009990017", text="شناختی کارڈ 09990-0000017-1 لاہور")

_WORK: Final = {
    "employment1_status": "employee", "employment1_employer_kind": "business", "employment1_started_on": "2021",
    "employment1_pay_period": "day", "employment1_pay_amount": "1200", "employment1_days_per_month": "24",
    "consents": "registration verification programmes", "household_area_code": "PK618",
}  # fmt: skip
_KILN: Final = {
    **_WORK, "employment1_category": "brick_kiln", "employment1_occupation": "7314", "employment1_industry": "2392",
    "employment1_business_name": "Malik Bricks", "employment1_business_premises": "kiln",
    "employment1_business_persons_engaged": "40", "household_address": "Kiln road, Raiwind",
}  # fmt: skip
_SHOP: Final = {
    **_WORK, "employment1_category": "regular", "employment1_occupation": "5223", "employment1_industry": "4711",
    "employment1_business_name": "Al-Noor Karyana", "employment1_business_premises": "shop",
    "employment1_business_persons_engaged": "3", "household_address": "Street 9, Shahdara",
}  # fmt: skip

BY_FILE: Final[tuple[dict[str, str], ...]] = (
    {"household_key": "K1", "given_name": "Allah Ditta", "father_name": "Karam Din", "sex": "male", "birth_date": "1979",
     "relationship": "head", "cnic": "09990-0000001-1", "mobile": "0300 9990001", **_KILN},
    {"household_key": "K1", "given_name": "Shamim", "surname": "Bibi", "sex": "female", "birth_date": "1983",
     "relationship": "spouse", "cnic": "09990-0000002-2", "mobile": "+92 300 9990002", **_KILN},
    {"household_key": "K2", "given_name": "Ghulam Hussain", "father_name": "Fazal Karim", "sex": "male",
     "birth_date": "12.04.1990", "relationship": "head", "cnic": "O9990-OOOOOO3-3", "mobile": "3009990003", **_KILN},
    {"household_key": "S1", "given_name": "Imran", "surname": "Ali", "sex": "male", "birth_date": "1995-08-21",
     "relationship": "head", "cnic": "0999000000045", "mobile": "03009990004", **_SHOP},
    {"household_key": "S2", "given_name": "نصرت", "sex": "female", "birth_date": "1988", "relationship": "head",
     "cnic": "09990-0000005-6", "mobile": "0300-9990005", **_SHOP},
    {"household_key": "S3", "given_name": "Waseem", "sex": "male", "birth_date": "1992", "relationship": "head",
     "cnic": "09990-00006", **_SHOP},
    {"household_key": "S4", "given_name": "Rehana", "sex": "f?", "birth_date": "31/02/1990", "relationship": "head",
     "cnic": "09990-0000007-8", **_SHOP},
)  # fmt: skip
"""Seven rows as they come: a CNIC with letters O, telephones in four spellings, a name in Urdu, and two rows that cannot be
registered (a short CNIC; no sex and no such day)."""

BY_DEVICE: Final[dict[str, Any]] = {
    "household": {"area_code_province": "PK6", "area_code_district": "PK618", "address": "گلی 3، بادامی باغ", "rooms": 2},
    "people": [
        {
            "given_name_ur": "زاہدہ", "surname_ur": "پروین", "sex": "female", "birth_date_known": "year",
            "birth_date_year": 1985, "marital_status": "widowed", "relationship": "head", "cnic": "09990-0000008-2",
            "mobile": "03009990008", "employments_any": "yes",
            "employments": {
                "status": "own_account", "category": "home_based", "occupation": 7533, "industry": 1410,
                "started_on_known": "year", "started_on_year": 2016, "employer_kind": "none", "pay_period": "piece",
                "pay_amount": 60, "days_per_month": 22,
                "business": {"premises": "home", "persons_engaged": 1},
            },
        },
        {
            "given_name_ur": "احمد", "sex": "male", "birth_date_known": "day", "birth_date": "2014-02-11",
            "relationship": "child", "employments_any": "no",
        },
    ],
    "consent": {"consents": "registration verification programmes", "given_how": "spoken", "consent_language": "ur"},
}  # fmt: skip

BY_SYSTEM: Final[dict[str, Any]] = {
    "household": {"area_code": "PK618", "address": "Quarter 14, Kot Lakhpat"},
    "people": [
        {
            "given_name": "Rashida", "surname": "Khatoon", "given_name_ur": "راشدہ", "surname_ur": "خاتون",
            "father_name": "Muhammad Sharif", "sex": "female", "birth_date": "1991-03-02", "relationship": "head",
            "cnic": "09990-0000009-2", "mobile": "03009990009", "language": "ur",
            "employments": [
                {
                    "status": "employee", "category": "regular", "occupation": "8153", "industry": "1410",
                    "started_on": "2020", "employer_kind": "business", "pay_period": "month", "pay_amount": "32000",
                    "days_per_month": 26,
                    "business": {"name": "Kot Lakhpat Garments", "premises": "workshop", "persons_engaged": 85},
                }
            ],
        }
    ],
    "consent": {"consents": ["registration", "verification", "programmes"], "given_how": "signed"},
}  # fmt: skip

NEW_NAME: Final = {"surname": "Begum", "surname_ur": "بیگم"}
EVIDENCE: Final = ("cnic",)
