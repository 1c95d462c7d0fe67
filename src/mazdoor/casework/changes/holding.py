"""What a change would write, so that no two open ones write the same, and what the registry holds of it now."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.utils import timezone

from mazdoor.casework.changes.applying import NAMED_OTHERWISE, Asked, business_of
from mazdoor.delivery.accounts import selectors as accounts
from mazdoor.delivery.registration import history
from mazdoor.delivery.registration import selectors as registration

_OF_A_BUSINESS: Final = frozenset({"business_name", "tax_number"})
"""Fields that only a change of a business has: its other fields are then of the business too."""


def claims_of(how: str, asked: Asked) -> list[tuple[str, str]]:
    """(subject, field) of everything a change would write: no two open changes may share one."""
    values = asked.values
    person = f"person:{asked.person_id}"
    match how:
        case "person" | "bank_account":
            return [(f"person:{asked.subject_id}", name) for name in values]
        case "skills":  # each skill by itself: two officers who know of two skills do not wait for each other
            return [(f"person:{asked.subject_id}", f"skill {code}"[:30]) for code in values["skill_items"]]
        case "household":
            return [(f"household:{asked.subject_id}", name) for name in values]
        case "move" | "place":
            return [(f"household:{asked.subject_id}", "area_code"), (f"household:{asked.subject_id}", "members")]
        case "marriage" | "divorce":
            both = (f"person:{values['husband_id']}", f"person:{values['wife_id']}")
            return [(each, field) for each in both for field in ("marital_status", "husband_name", "household")]
        case "birth":
            return [
                (f"household:{asked.subject_id}", f"birth {values['birth_date']} {values.get('given_name', '')}"[:30])
            ]
        case "death":
            return [(person, "died_on"), (person, "household")]
        case "join" | "relationship" | "wrong_household":
            return [(person, "household")]
        case "split":
            household = (f"household:{asked.subject_id}", "members")
            return [household, *((f"person:{number}", "household") for number in values["leaving"])]
        case "start_of_job":
            return [(person, f"job {values['started_on']} {values['isco_code']}"[:30])]
        case "employer":
            return [(f"employment:{asked.subject_id}", name) for name in ("employer", *({"status"} & set(values)))]
        case "first_day":
            return [(f"employment:{asked.subject_id}", "started_on")]
        case "employment" | "business":
            return [(f"employment:{asked.subject_id}", name) for name in values]
        case _:
            return [(f"employment:{asked.subject_id}", "ended_on")]


def facts(subject: str, asked: Asked, fields: tuple[str, ...]) -> dict[str, Any]:
    """What the registry holds of the fields of a change, as of the day it is about: what a preview sets beside it."""
    day = asked.on or timezone.localdate()
    if subject == "employment":
        return _facts_of_work(asked, day, fields)
    if subject == "household":
        row = history.household_at(household_id=asked.subject_id, on=day) or {}
        known = {name: row.get(name) for name in fields if name in row}
        return {**known, **({"area_code": row.get("lived_in")} if "area_code" in fields else {})}
    known = dict(history.person_at(person_id=asked.subject_id, on=day) or {})
    identity = {each.person_id: each for each in registration.get_identities(person_ids=[asked.subject_id])}
    known["cnic"] = identity[asked.subject_id].cnic if asked.subject_id in identity else ""
    known["mobile"] = known.get("mobile_masked", "")
    known["household_id"] = history.household_of_at(person_id=asked.subject_id, on=day)
    if "relationship" in fields:
        known["relationship"] = registration.get_person(person_id=asked.person_id)["relationship"]
    if "skill_items" in fields:
        has = set(known.get("skills") or ())
        known["skill_items"] = {code: code in has for code in asked.values.get("skill_items") or {}}
    if "iban" in fields:
        live = [row for row in accounts.accounts_of(person_id=asked.subject_id) if row["state"] == "opened"]
        known["iban"] = f"···· {live[0]['iban_last4']}" if live else ""
    return {name: known[name] for name in fields if name in known}


def _facts_of_work(asked: Asked, day: dt.date, fields: tuple[str, ...]) -> dict[str, Any]:
    """Of a job or of its business, as the fields are of the one or the other; of the employer of both."""
    job = history.employment_at(employment_id=asked.subject_id, on=day) or {}
    business_id = business_of(asked)
    business = (history.business_at(business_id=business_id, on=day) if business_id else None) or {}
    if "employer_kind" in fields:
        known = {**business, **job}
    elif _OF_A_BUSINESS & set(fields):
        known = dict(business)
    else:
        known = dict(job)
    found = {name: known.get(NAMED_OTHERWISE.get(name, name)) for name in fields}
    if "tax_number" in fields:
        found["tax_number"] = registration.tax_number_of(business_id=business_id) if business_id else ""
    return found
