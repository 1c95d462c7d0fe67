"""From what a person said to the row we keep: checks, sealing, blind indexes.

Pure functions over plain values; the services and the bulk loader use the same ones, so a worker is held the same way
whichever door they came through.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import refusals, words
from mazdoor.kernel.identifiers import ascii_digits, parse_cnic, parse_mobile
from mazdoor.kernel.names import analyse_name


@dataclass(frozen=True, kw_only=True)
class PersonAnswers:
    """One person as answered on the form. ``birth_date`` with precision ``year`` means 1 January stands for the year."""

    given_name: str
    sex: str
    surname: str = ""
    father_name: str = ""
    husband_name: str = ""
    given_name_ur: str = ""
    surname_ur: str = ""
    father_name_ur: str = ""
    birth_date: dt.date | None = None
    birth_date_precision: str = "day"
    marital_status: str = ""
    literate: bool | None = None
    disability: bool | None = None
    cnic: str = ""
    mobile: str = ""
    relationship: str = "head"
    family: int = 1
    employments: Sequence[EmploymentAnswers] = field(default_factory=tuple)
    husband_name_ur: str = ""
    old_nic: str = ""
    mobile_shared: bool | None = None
    language: str = ""
    education: str = ""
    skills: Sequence[str] = ()
    certificate: bool | None = None
    permanent_area_code: str = ""
    permanent_address: str = ""
    moved_on: dt.date | None = None
    moved_on_precision: str = "day"
    migration_reason: str = ""
    functioning: Mapping[str, str] = field(default_factory=dict)
    account: Mapping[str, Any] = field(default_factory=dict)
    photo: str = ""
    identity_document: str = ""


@dataclass(frozen=True, kw_only=True)
class BusinessAnswers:
    """A business as its worker or owner knows it."""

    name: str
    isic_code: str
    premises: str
    persons_engaged: int = 1
    area_code: str = ""
    owner_kind: str = ""
    keeps_accounts: bool | None = None
    sells_on_the_market: bool | None = None
    tax_registered: bool | None = None
    tax_number: str = ""
    eobi_registered: bool | None = None
    social_security_registered: bool | None = None
    set_up_on: dt.date | None = None
    set_up_on_precision: str = "day"
    owner: int | None = None
    """Which person of the form owns it, from 0; nobody of it where ``None``."""


@dataclass(frozen=True, kw_only=True)
class EmploymentAnswers:
    """One employment; ``pay_amount`` in paisa for each ``pay_period``."""

    status: str
    category: str
    employer_kind: str
    isco_code: str
    isic_code: str
    sector: str
    pay_period: str
    started_on: dt.date
    pay_amount: int = 0
    days_per_month: int | None = None
    hours_per_week: int | None = None
    written_contract: bool | None = None
    paid_leave: bool | None = None
    social_security: bool | None = None
    business: BusinessAnswers | None = None
    employer_household_id: int | None = None
    work_area_code: str = ""
    employer_name: str = ""
    occupation_text: str = ""
    season: str = ""
    paid_sick_leave: bool | None = None
    started_on_precision: str = "day"


@dataclass(frozen=True, kw_only=True)
class HouseholdAnswers:
    """A whole household on one form: the people, their address and their dwelling."""

    people: Sequence[PersonAnswers]
    area_code: str
    address: str = ""
    urban: bool | None = None
    rooms: int | None = None
    roof: str = ""
    toilet: str = ""
    water: str = ""
    consents: Sequence[str] = ("registration",)
    land_acres: Decimal | None = None
    livestock: int | None = None
    has_refrigerator: bool | None = None
    has_washing_machine: bool | None = None
    has_television: bool | None = None
    has_motorcycle: bool | None = None
    has_car: bool | None = None
    utility_bill_amount: int | None = None
    place: str = ""
    businesses: Sequence[BusinessAnswers] = ()
    given_how: str = ""
    consent_language: str = ""


DWELLING: Final = (
    "urban", "rooms", "roof", "toilet", "water", "land_acres", "livestock", "has_refrigerator", "has_washing_machine",
    "has_television", "has_motorcycle", "has_car", "utility_bill_amount",
)  # fmt: skip
"""The answers about the dwelling and what stands in it, named alike on forms, in files and on the register."""


def check_household(answers: HouseholdAnswers, *, on: dt.date) -> None:
    """Everything that can be wrong with a form, before anything is written. Raises the first refusal found."""
    if "registration" not in answers.consents:
        raise refusals.CONSENT_MISSING.because()
    heads = sum(1 for person in answers.people if person.relationship == "head")
    if heads != 1:
        raise refusals.HEAD_MISSING.because(heads=heads)
    for name, question in (("roof", words.ROOF), ("toilet", words.TOILET), ("water", words.WATER)):
        _check_answer(getattr(answers, name), question, field_name=name, optional=True)
    for person in answers.people:
        check_person(person, on=on)


def check_person(person: PersonAnswers, *, on: dt.date) -> None:
    """What can be wrong with one person's answers. Raises a refusal."""
    if not (person.given_name.strip() or person.given_name_ur.strip()):
        raise refusals.NAME_MISSING.because(field="given_name")
    if person.cnic and parse_cnic(person.cnic) is None:
        raise refusals.CNIC_MALFORMED.because(field="cnic", digits=len(ascii_digits(person.cnic)))
    if person.mobile and parse_mobile(person.mobile) is None:
        raise refusals.MOBILE_MALFORMED.because(field="mobile")
    if person.birth_date is not None and person.birth_date > on:
        raise refusals.BIRTH_IN_FUTURE.because(field="birth_date")
    _check_answer(person.sex, words.SEX, field_name="sex")
    _check_answer(person.relationship, words.RELATIONSHIP, field_name="relationship")
    _check_answer(person.birth_date_precision, words.PRECISION, field_name="birth_date_precision")
    _check_answer(person.marital_status, words.MARITAL_STATUS, field_name="marital_status", optional=True)
    for employment in person.employments:
        check_employment(employment)


def check_employment(employment: EmploymentAnswers) -> None:
    """What can be wrong with the answers on one employment. Raises a refusal."""
    _check_answer(employment.status, words.STATUS, field_name="status")
    _check_answer(employment.category, words.CATEGORY, field_name="category")
    _check_answer(employment.employer_kind, words.EMPLOYER_KIND, field_name="employer_kind")
    _check_answer(employment.sector, words.SECTOR, field_name="sector")
    _check_answer(employment.pay_period, words.PAY_PERIOD, field_name="pay_period")
    if employment.pay_amount < 0:
        raise refusals.PAY_NEGATIVE.because(field="pay_amount")
    if employment.employer_kind == "business" and (employment.business is None or not employment.business.name.strip()):
        raise refusals.BUSINESS_NEEDED.because(field="business")
    if employment.business is not None:
        _check_answer(employment.business.premises, words.PREMISES, field_name="premises")


def _check_answer(value: str, question: words.Answers, *, field_name: str, optional: bool = False) -> None:
    if optional and not value:
        return
    if value not in question.answers:
        raise refusals.ANSWER_UNKNOWN.because(field=field_name)


def record_columns(person: PersonAnswers, *, area_code: str, address: str) -> dict[str, Any]:
    """Column values of a ``PersonRecord``: numbers sealed and indexed, names trimmed, match keys computed."""
    keys = keyring()
    cnic, mobile = parse_cnic(person.cnic), parse_mobile(person.mobile)
    indexes = keys.cnic_indexes(cnic) if cnic else None
    old_nic = ascii_digits(person.old_nic)
    return {
        "given_name": person.given_name.strip(),
        "surname": person.surname.strip(),
        "father_name": person.father_name.strip(),
        "husband_name": person.husband_name.strip(),
        "given_name_ur": person.given_name_ur.strip(),
        "surname_ur": person.surname_ur.strip(),
        "father_name_ur": person.father_name_ur.strip(),
        "sex": person.sex,
        "birth_date": person.birth_date,
        "birth_date_precision": person.birth_date_precision,
        "marital_status": person.marital_status,
        "literate": person.literate,
        "disability": person.disability if not person.functioning else has_disability(person.functioning),
        "cnic_encrypted": keys.seal(cnic, purpose="cnic") if cnic else None,
        "cnic_index": indexes.whole if indexes else None,
        "cnic_segment_1": indexes.segment_1 if indexes else None,
        "cnic_segment_2": indexes.segment_2 if indexes else None,
        "cnic_segment_3": indexes.segment_3 if indexes else None,
        "cnic_sorted_index": indexes.sorted_digits if indexes else None,
        "mobile_encrypted": keys.seal(mobile, purpose="mobile") if mobile else None,
        "mobile_index": keys.index(mobile, purpose="mobile") if mobile else None,
        "husband_name_ur": person.husband_name_ur.strip(),
        "old_nic_encrypted": _sealed(old_nic, "old_nic"),
        "old_nic_index": keys.index(old_nic, purpose="old_nic") if old_nic else None,
        "mobile_shared": person.mobile_shared,
        "language": person.language,
        "education": person.education,
        "skills": list(person.skills),
        "certificate": person.certificate,
        "permanent_area_code": person.permanent_area_code,
        "permanent_address_encrypted": _sealed(person.permanent_address, "address"),
        "moved_on": person.moved_on,
        "moved_on_precision": person.moved_on_precision,
        "migration_reason": person.migration_reason,
        "functioning_encrypted": _sealed(_json(person.functioning), "functioning"),
        "account_encrypted": _sealed(_json(person.account), "account_claim"),
        "address_encrypted": keys.seal(address, purpose="address") if address else None,
        "area_code": area_code,
        "name_sounds": name_sounds(person.given_name, person.surname, person.given_name_ur, person.surname_ur),
    }


def has_disability(functioning: Mapping[str, str]) -> bool:
    """The Washington Group's rule: a lot of difficulty, or cannot do it at all, in any one of the six."""
    return any(answer in ("a_lot", "cannot") for answer in functioning.values())


def _sealed(text: str, purpose: str) -> bytes | None:
    return keyring().seal(text, purpose=purpose) if text else None


def _json(answers: Mapping[str, Any]) -> str:
    return json.dumps(dict(answers), ensure_ascii=False, sort_keys=True) if answers else ""


def name_sounds(*names: str | None) -> list[str]:
    """How the words of a person's own names sound, in either script, each once: what a search by name looks up."""
    return sorted({sound for name in names if name for sound in _sounds_of(name)})


@lru_cache(maxsize=200_000)
def _sounds_of(name: str) -> tuple[str, ...]:
    """Sounds of one name; a million people share a few thousand names, so each is taken apart once."""
    return tuple(sound[:40] for sound in analyse_name(name).parts)
