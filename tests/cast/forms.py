"""Bushra's household as a form from any door; any answer can be changed by its place."""

from __future__ import annotations

import copy
import re
from typing import Any

_FORM: dict[str, Any] = {
    "household": {
        "area_code": "PK618", "address": "House 12, Street 4", "urban": "yes", "rooms": "2", "roof": "iron",
        "toilet": "flush", "water": "pump", "land_acres": "0", "livestock": "1", "has_refrigerator": "no",
        "has_washing_machine": "no", "has_television": "yes", "has_motorcycle": "no", "has_car": "no",
        "utility_bill_amount": "3500.50",
    },
    "people": [
        {
            "given_name": "Bushra", "surname": "Bibi", "father_name": "Ghulam Rasool", "given_name_ur": "بشریٰ",
            "surname_ur": "بی بی", "sex": "female", "birth_date": "1987-03-07", "marital_status": "widowed",
            "cnic": "01234-1234567-2", "mobile": "0300 1234567", "relationship": "head",
            "functioning": {"seeing": "a_lot", "hearing": "none", "walking": "none", "remembering": "none",
                            "self_care": "none", "communicating": "none"},
            "training": {"literate": "yes", "education": "middle", "skills": "sewing cooking", "certificate": "no"},
            "origin": {"permanent_area_code": "PK603", "permanent_address": "Chak 12", "moved_on": "2019",
                       "migration_reason": "work"},
            "account": {"account_kind": "wallet", "wallet_provider": "jazzcash", "account_number": "03001234567",
                        "account_own_name": "yes"},
            "employments": [
                {
                    "status": "employee", "category": "home_based", "occupation_text": "weaves shawls",
                    "occupation": "7318", "industry": "1312", "started_on": "2022", "employer_kind": "business",
                    "pay_period": "piece", "pay_amount": "45", "days_per_month": "24", "season": "all_year",
                    "written_contract": "no", "paid_leave": "no", "paid_sick_leave": "no", "social_security": "no",
                    "business": {"name": "Noor Looms", "premises": "home", "persons_engaged": "6",
                                 "owner_kind": "household", "keeps_accounts": "no", "tax_registered": "no"},
                }
            ],
        },
        {"given_name": "Ali", "surname": "Raza", "sex": "male", "birth_date": "2015", "relationship": "child"},
    ],
    "consent": {"consents": ["registration", "verification", "account"], "given_how": "spoken",
                "consent_language": "ur"},
}  # fmt: skip


def form(**changes: Any) -> dict[str, Any]:
    """The form. ``changes`` set answers by place, with ``__`` for dots: ``people0__cnic="…"``; ``None`` takes one out."""
    made = copy.deepcopy(_FORM)
    for place, value in changes.items():
        put(made, place.replace("__", "."), value)
    return made


def put(form: dict[str, Any], place: str, value: Any) -> None:
    """Set one answer at a place (``people0.employments0.status``); ``None`` takes it out."""
    here: Any = form
    *way, last = [part for each in place.split(".") for part in re.findall(r"[a-z_]+|\d+", each)]
    for part, following in zip(way, [*way[1:], last], strict=True):
        empty: Any = [] if following.isdigit() else {}
        if not part.isdigit():
            here = here.setdefault(part, empty)
        else:
            if int(part) == len(here):
                here.append(empty)
            here = here[int(part)]
    if value is None:
        here.pop(int(last) if last.isdigit() else last, None)
    elif isinstance(here, list):
        here.insert(int(last), value)
    else:
        here[last] = value
