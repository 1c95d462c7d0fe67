"""How a change is carried out: which event of registration, or act of another room, each kind comes to.

The same functions try a change for a preview (in a savepoint that is undone) and apply it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from mazdoor.casework import refusals_changes
from mazdoor.casework.changes.fields import FUNCTIONING
from mazdoor.delivery.accounts import selectors as accounts
from mazdoor.delivery.accounts import services as account_services
from mazdoor.delivery.registration import events, history
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.registration.people import BusinessAnswers, EmploymentAnswers, PersonAnswers
from mazdoor.delivery.registration.questionnaire.named import sector_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for: of whom, what, and from which day (``None``: it was never as we had it)."""

    person_id: int
    subject_id: int
    values: Mapping[str, Any]
    on: dt.date | None

    @property
    def day(self) -> dt.date:
        """The day of an event that needs one. Raises ``CSW-012``."""
        if self.on is None:
            raise refusals_changes.VALUES_MISSING.because(field="effective_on")
        return self.on


Apply = Callable[[Asked], int | None]
"""Carries a change out; gives the event of registration, where there is one."""


def _person(asked: Asked) -> int:
    fields = {name: value for name, value in asked.values.items() if name not in FUNCTIONING}
    if difficulties := {name: value for name, value in asked.values.items() if name in FUNCTIONING}:
        fields["functioning"] = difficulties
    if "moved_on" in fields:
        fields["moved_on_precision"] = "day"
    if asked.on is None:
        return events.correct_fields(person_id=asked.subject_id, fields=fields)
    return events.change_person(person_id=asked.subject_id, on=asked.on, fields=fields)


def _skills(asked: Asked) -> int:
    return events.change_skills(person_id=asked.subject_id, items=asked.values["skill_items"], on=asked.on)


def _place(asked: Asked) -> int:
    values = asked.values
    return events.correct_place(
        household_id=asked.subject_id, area_code=values["area_code"], address=values.get("address") or ""
    ).event_id


def _household(asked: Asked) -> int:
    return events.change_household(household_id=asked.subject_id, on=asked.on, fields=asked.values)


def _move(asked: Asked) -> int:
    values = asked.values
    return events.move_household(
        household_id=asked.subject_id, area_code=values["area_code"], on=asked.day, address=values.get("address") or ""
    ).event_id


def _marriage(asked: Asked) -> int:
    values = asked.values
    return events.record_marriage(
        husband_id=values["husband_id"],
        wife_id=values["wife_id"],
        on=asked.day,
        household_id=values.get("household_id"),
        stays_head=values.get("stays_head"),
    ).event_id


def _divorce(asked: Asked) -> int:
    values = asked.values
    return events.record_divorce(
        husband_id=values["husband_id"],
        wife_id=values["wife_id"],
        on=asked.day,
        leaves_id=values["leaves_id"],
        household_id=values.get("household_id"),
        stays_head=values.get("stays_head"),
    ).event_id


def _birth(asked: Asked) -> int:
    values = {name: value for name, value in asked.values.items() if name != "mother_id" and value is not None}
    answers = PersonAnswers(**{"given_name": "", "relationship": "child", **values})
    return events.record_birth(
        household_id=asked.subject_id, answers=answers, mother_id=asked.values.get("mother_id")
    ).event_id


def _death(asked: Asked) -> int:
    on = asked.values.get("died_on") or asked.day
    return events.record_death(person_id=asked.subject_id, on=on, head_id=asked.values.get("head_id"))


def _join(asked: Asked) -> int:
    return events.join_household(
        household_id=asked.values["household_id"],
        relationships={asked.subject_id: asked.values["relationship"]},
        on=asked.day,
    ).event_id


def _relationship(asked: Asked) -> int:
    return events.change_relationship(
        person_id=asked.subject_id, relationship=asked.values["relationship"], on=asked.on
    )


def _split(asked: Asked) -> int:
    values = asked.values
    return events.split_household(
        household_id=asked.subject_id,
        relationships=values["leaving"],
        on=asked.day,
        area_code=values.get("area_code") or "",
        address=values.get("address") or "",
        stays_head=values.get("stays_head"),
    ).event_id


def _wrong_household(asked: Asked) -> int:
    values = asked.values
    return events.undo_link(
        person_id=asked.subject_id,
        household_id=values["household_id"],
        belongs_to=values.get("belongs_to"),
        relationship=values.get("relationship") or "other",
    )


def _employment(asked: Asked) -> int:
    return events.change_employment(employment_id=asked.subject_id, on=asked.day, **asked.values)


def _first_day(asked: Asked) -> int:
    return events.correct_first_day(
        employment_id=asked.subject_id,
        started_on=asked.values["started_on"],
        precision=asked.values.get("started_on_precision") or "day",
    )


def _employer(asked: Asked) -> int:
    """Another employer than was written down; a business that is named and not found comes onto the register."""
    values = asked.values
    job = history.employment_at(employment_id=asked.subject_id, on=timezone.localdate()) or {}
    described = _described(values, job.get("isic_code", "")) if values.get("business_name") else None
    employer = events.Employer(
        kind=values["employer_kind"],
        business_id=values.get("business_id"),
        described=described,
        household_id=values.get("employer_household_id"),
        name=values.get("employer_name") or "",
        status=values.get("status") or "",
    )
    return events.correct_employer(employment_id=asked.subject_id, employer=employer)


def _described(values: Mapping[str, Any], isic_code: str) -> BusinessAnswers:
    return BusinessAnswers(
        name=values["business_name"],
        isic_code=isic_code,
        premises=values.get("premises") or "",
        persons_engaged=values.get("persons_engaged") or 1,
    )


def _end_of_job(asked: Asked) -> int:
    return events.end_employment(employment_id=asked.subject_id, on=asked.values.get("ended_on") or asked.day)


def _start_of_job(asked: Asked) -> int:
    """A new employment; where a business is named it comes onto the register with it."""
    said = {name: value for name, value in asked.values.items() if value not in (None, "")}
    business = _described(said, said["isic_code"]) if said.get("business_name") else None
    for name in ("business_name", "premises", "persons_engaged"):
        said.pop(name, None)
    answers = EmploymentAnswers(**{**said, "sector": sector_of(said["isic_code"]), "business": business})
    return events.start_employment(person_id=asked.person_id, answers=answers)[1]


def _business(asked: Asked) -> int:
    changes = {NAMED_OTHERWISE.get(name, name): value for name, value in asked.values.items()}
    if "tax_number" in changes and len(changes["tax_number"]) not in TAX_NUMBERS:
        raise refusals_changes.VALUE_UNREADABLE.because(field="tax_number")
    if "set_up_on" in changes:
        changes["set_up_on_precision"] = "day"
    return events.change_business(business_id=business_of(asked) or 0, on=asked.on, **changes)


TAX_NUMBERS: Final = (7, 8, 13)
"""How many digits a tax number has: seven, with the check digit eight, and of a person it is the CNIC."""
NAMED_OTHERWISE: Final = {"business_name": "name"}
"""Fields of a change that a business's record calls otherwise."""


def business_of(asked: Asked) -> int | None:
    """The business of a job: where the person works, or what they own."""
    return registration.business_of_job(employment_id=asked.subject_id)


def _bank_account(asked: Asked) -> None:
    """The old account is closed and the new one linked in one transaction: never two, never none by a failure."""
    for account in accounts.accounts_of(person_id=asked.subject_id):
        if account["state"] == "opened" and account["purpose"] == account_services.BENEFITS:
            account_services.close_account(account_id=account["account_id"], reason="changed")
    account_services.link_account(person_id=asked.subject_id, iban=asked.values["iban"])


APPLY: Final[Mapping[str, Apply]] = {
    "person": _person,
    "skills": _skills,
    "household": _household,
    "move": _move,
    "place": _place,
    "marriage": _marriage,
    "divorce": _divorce,
    "birth": _birth,
    "death": _death,
    "join": _join,
    "relationship": _relationship,
    "split": _split,
    "wrong_household": _wrong_household,
    "employment": _employment,
    "first_day": _first_day,
    "employer": _employer,
    "end_of_job": _end_of_job,
    "start_of_job": _start_of_job,
    "business": _business,
    "bank_account": _bank_account,
}
