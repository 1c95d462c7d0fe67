"""From a checked form to what the register takes: plain dataclasses of `people`, nothing asked of the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mazdoor.delivery.registration.people import (
    DWELLING,
    BusinessAnswers,
    EmploymentAnswers,
    HouseholdAnswers,
    PersonAnswers,
)
from mazdoor.delivery.registration.questionnaire.named import sector_of

EmployerOf = Callable[[str], int | None]
"""The household of somebody by registry number, ``None`` where nobody has it."""

_PERSON = (
    "given_name", "surname", "father_name", "husband_name", "given_name_ur", "surname_ur", "father_name_ur",
    "husband_name_ur", "sex", "birth_date", "birth_date_precision", "marital_status", "cnic", "old_nic", "mobile",
    "mobile_shared", "language", "relationship", "family", "photo", "identity_document",
)  # fmt: skip
_TRAINING = ("literate", "education", "skills", "certificate")
_ORIGIN = ("permanent_area_code", "permanent_address", "moved_on", "moved_on_precision", "migration_reason")
_WORK = (
    "status", "category", "employer_kind", "employer_name", "occupation_text", "started_on", "started_on_precision",
    "pay_period", "pay_amount", "days_per_month", "hours_per_week", "season", "written_contract", "paid_leave",
    "paid_sick_leave", "social_security", "work_area_code",
)  # fmt: skip
_BUSINESS = (
    "premises", "persons_engaged", "owner_kind", "keeps_accounts", "sells_on_the_market", "tax_registered", "tax_number",
    "eobi_registered", "social_security_registered", "set_up_on", "set_up_on_precision",
)  # fmt: skip
_UNNAMED = "—"


def household_answers(form: Mapping[str, Any], *, employer_of: EmployerOf) -> HouseholdAnswers:
    """What a checked form says, as the register takes it. ``form`` is `Checked.form` of a form that is well."""
    home = form["household"]
    consent = form.get("consent") or {}
    place = home.get("place")
    return HouseholdAnswers(
        people=[_person(person, employer_of) for person in form["people"]],
        area_code=home["area_code"],
        address=home.get("address", ""),
        place=f"{place[0]} {place[1]}" if place else "",
        businesses=[
            _business(each, area_code="", isic_code=each.get("activity", ""), owner=each.get("owner", 1) - 1)
            for each in form.get("businesses") or []
        ],
        consents=consent.get("consents", ()),
        given_how=consent.get("given_how", ""),
        consent_language=consent.get("consent_language", ""),
        **_given(home, DWELLING),
    )


def employers_of(form: Mapping[str, Any], *, find: EmployerOf) -> dict[str, tuple[str, int | None]]:
    """The registry numbers a form names as employers: number → where it stands, and the household ``find`` gives."""
    return {
        work["employer_number"]: (f"people[{n}].employments[{m}].employer_number", find(work["employer_number"]))
        for n, person in enumerate(form.get("people") or [])
        for m, work in enumerate(person.get("employments") or [])
        if work.get("employer_number")
    }


def _person(person: Mapping[str, Any], employer_of: EmployerOf) -> PersonAnswers:
    return PersonAnswers(
        **{"given_name": "", **_given(person, _PERSON)},
        **_given(person.get("training") or {}, _TRAINING),
        **_given(person.get("origin") or {}, _ORIGIN),
        functioning=person.get("functioning") or {},
        account=person.get("account") or {},
        employments=tuple(_employment(work, employer_of) for work in person.get("employments") or []),
    )


def _employment(work: Mapping[str, Any], employer_of: EmployerOf) -> EmploymentAnswers:
    business = work.get("business")
    number = work.get("employer_number", "")
    return EmploymentAnswers(
        **_given(work, _WORK),
        isco_code=work["occupation"],
        isic_code=work["industry"],
        sector=sector_of(work["industry"]),
        employer_household_id=employer_of(number) if number else None,
        business=_business(
            business, area_code=work.get("work_area_code", ""), isic_code=business.get("activity") or work["industry"]
        )
        if business
        else None,
    )


def _business(
    business: Mapping[str, Any], *, area_code: str, isic_code: str, owner: int | None = None
) -> BusinessAnswers:
    return BusinessAnswers(
        **_given(business, _BUSINESS),
        name=business.get("name") or _UNNAMED,
        isic_code=isic_code,
        area_code=business.get("area_code") or area_code,
        owner=owner,
    )


def _given(answers: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: answers[name] for name in names if name in answers}
