"""Doors out of registration: who is on the register, and what do we hold about them?

Reads go through row-level security: an officer finds only people of their own areas, and a person elsewhere is the
same to them as a person nowhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from mazdoor.database.keys import keyring
from mazdoor.database.prepared import ask_named
from mazdoor.delivery.registration import refusals
from mazdoor.delivery.registration.models import Load, Person, PersonRecord
from mazdoor.delivery.registration.people import name_sounds
from mazdoor.kernel.identifiers import is_registry_number, mask_cnic, mask_mobile, parse_cnic, parse_mobile

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What the identity authority is asked about one person. Holds personal values: for the call, never for a log."""

    person_id: int
    cnic: str
    given_name: str
    surname: str
    father_name: str
    birth_date: dt.date | None
    sex: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """One line of a search result."""

    person_id: int
    registry_number: str
    name: str
    name_ur: str
    father_name: str
    father_name_ur: str
    sex: str
    birth_date: dt.date | None
    area_code: str
    why: str


def rows(sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[dict[str, Any]]:
    """Rows of a query as dictionaries, in the order of its columns."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def get_person(*, person_id: int) -> dict[str, Any]:
    """The current record of a person (columns of ``registration.person_now``) with masked CNIC and mobile.

    Raises ``REG-011``.
    """
    found = ask_named(
        "SELECT n.*, r.cnic_encrypted, r.mobile_encrypted FROM registration.person_now n "
        "JOIN registration_personrecord r ON r.person_id = n.person_id AND r.valid_to IS NULL AND r.recorded_to IS NULL "
        "WHERE n.person_id = %s::bigint",
        [str(person_id)],
    )
    if not found:
        raise refusals.PERSON_UNKNOWN.because()
    return with_masked_numbers(found[0])


def with_masked_numbers(person: dict[str, Any]) -> dict[str, Any]:
    """A person's row with ``cnic_masked`` and ``mobile_masked`` in place of the sealed numbers."""
    keys = keyring()
    cnic, mobile = person.pop("cnic_encrypted"), person.pop("mobile_encrypted")
    person["cnic_masked"] = mask_cnic(keys.open(cnic, purpose="cnic")) if cnic else ""
    person["mobile_masked"] = mask_mobile(keys.open(mobile, purpose="mobile")) if mobile else ""
    return person


def birth_precisions(*, person_ids: Sequence[int]) -> dict[int, str]:
    """How exactly the birth of each person is known (``day``, ``month``, ``year``), of those the officer sees."""
    if not person_ids:
        return {}
    found = PersonRecord.objects.filter(
        person_id__in=person_ids, valid_to__isnull=True, recorded_to__isnull=True
    ).values_list("person_id", "birth_date_precision")
    return dict(found)


def household_of(*, person_id: int) -> int:
    """The household a person lives in now. Raises ``REG-011``."""
    found = ask_named("SELECT household_id FROM registration.person_now WHERE person_id = %s::bigint", [str(person_id)])
    if not found or found[0]["household_id"] is None:
        raise refusals.PERSON_UNKNOWN.because()
    return int(found[0]["household_id"])


def find_household_of(registry_number: str) -> int | None:
    """The household somebody with this registry number lives in now, ``None`` where nobody the officer sees has it."""
    found = rows("SELECT household_id FROM registration.person_now WHERE registry_number = %s", [registry_number])
    return int(found[0]["household_id"]) if found and found[0]["household_id"] is not None else None


def people_of_form(*, form_id: int) -> list[int]:
    """The numbers of the people a form registered, in its order, as far as the officer sees them."""
    return list(Person.objects.filter(form_id=form_id).order_by("pk").values_list("pk", flat=True))


def household_members(*, household_id: int) -> list[dict[str, Any]]:
    """The members of a household now, head first, then by age."""
    return ask_named(
        "SELECT * FROM registration.person_now WHERE household_id = %s::bigint "
        "ORDER BY (relationship = 'head') DESC, birth_date NULLS LAST, person_id",
        [str(household_id)],
    )


def get_household(*, household_id: int) -> dict[str, Any]:
    """The current record of a household. Raises ``REG-011``."""
    found = ask_named("SELECT * FROM registration.household_now WHERE household_id = %s::bigint", [str(household_id)])
    if not found:
        raise refusals.PERSON_UNKNOWN.because()
    return found[0]


def employments_of(*, person_id: int) -> list[dict[str, Any]]:
    """A person's employments, the present ones first, with the name of the business."""
    return ask_named(
        "SELECT e.*, b.name AS business_name, b.persons_engaged FROM registration.employment_now e "
        "LEFT JOIN registration.business_now b USING (business_id) WHERE e.person_id = %s::bigint "
        "ORDER BY e.ended_on DESC NULLS FIRST, e.is_primary DESC, e.employment_id",
        [str(person_id)],
    )


def business_of_job(*, employment_id: int) -> int | None:
    """The business of an employment: the one that employs, or (of own-account work) the one the worker owns."""
    found = rows(
        """
        SELECT coalesce(e.business_id, (
            SELECT b.business_id FROM registration_businessrecord b
            WHERE b.owner_id = j.person_id AND b.valid_to IS NULL AND b.recorded_to IS NULL
              AND e.status IN ('own_account', 'employer')
            ORDER BY (b.isic_code = e.isic_code) DESC, b.business_id LIMIT 1
        )) AS business_id
        FROM registration_employmentrecord e JOIN registration_employment j ON j.id = e.employment_id
        WHERE e.employment_id = %s AND e.valid_to IS NULL AND e.recorded_to IS NULL
        """,
        [employment_id],
    )
    return found[0]["business_id"] if found else None


def owner_of_job(*, employment_id: int) -> int | None:
    """Who owns the business of an employment; ``None`` where it has none, or nobody is known to own it."""
    business_id = business_of_job(employment_id=employment_id)
    found = rows("SELECT owner_person_id FROM registration.business_now WHERE business_id = %s", [business_id])
    return found[0]["owner_person_id"] if found else None


def businesses_of(*, person_id: int) -> list[dict[str, Any]]:
    """The businesses somebody owns or works for now: ``business_id`` and ``name``, of those the officer sees."""
    return rows(
        """
        SELECT b.business_id, b.name FROM registration.business_now b
        WHERE b.owner_person_id = %(person)s OR b.business_id IN (
            SELECT e.business_id FROM registration.employment_now e WHERE e.person_id = %(person)s AND e.ended_on IS NULL)
        ORDER BY b.business_id
        """,
        {"person": person_id},
    )


def tax_number_of(*, business_id: int) -> str:
    """The tax number a business claims now, opened: for the call, never for a log; "" where there is none."""
    found = rows(
        "SELECT tax_number_encrypted AS sealed FROM registration_businessrecord "
        "WHERE business_id = %s AND valid_to IS NULL AND recorded_to IS NULL",
        [business_id],
    )
    return keyring().open(found[0]["sealed"], purpose="tax_number") if found and found[0]["sealed"] else ""


def business_name(*, business_id: int) -> str:
    """What a business is called now; "" where the officer does not see it."""
    found = rows("SELECT name FROM registration.business_now WHERE business_id = %s", [business_id])
    return str(found[0]["name"]) if found else ""


def consents_of(*, person_id: int) -> Sequence[Mapping[str, Any]]:
    """What a person agreed to, and when they took it back."""
    # Two halves, each with its own narrow index: a whole one on the person would slow every load.
    receipts = (
        "SELECT purposes, text_version, channel, given_at, withdrawn_at FROM registration_consent "
        "WHERE person_id = %s::bigint AND withdrawn_at"
    )
    return ask_named(
        f"SELECT * FROM ({receipts} IS NULL UNION ALL {receipts} IS NOT NULL) receipts "
        "ORDER BY withdrawn_at IS NOT NULL, given_at DESC",
        [str(person_id)] * 2,
    )


def search(*, text: str, limit: int = PAGE) -> list[Found]:
    """People who may be meant by ``text``: a registry number, a CNIC, a mobile number, or a name in either script.

    Numbers are looked up exactly (CNIC and mobile by blind index); a name by how its words sound, so spellings
    and scripts meet.
    """
    text = text.strip()
    if not text:
        return []
    sought: str | bytes
    if is_registry_number(text.replace(" ", "")):
        why, where, sought = "registry_number", "p.registry_number = %s", text.replace(" ", "")
    elif cnic := parse_cnic(text):
        why, where, sought = "cnic", "r.cnic_index = %s", keyring().index(cnic, purpose="cnic")
    elif mobile := parse_mobile(text):
        why, where, sought = "mobile", "r.mobile_index = %s", keyring().index(mobile, purpose="mobile")
    else:
        sounds = name_sounds(text)
        if not sounds:
            return []
        alike = ask_named("SELECT * FROM registration.of_name(%s::varchar[], %s::integer)", [sounds, limit])
        return [Found(why="name", **row) for row in alike]
    found = ask_named(
        f"""
        SELECT p.id AS person_id, p.registry_number,
               concat_ws(' ', nullif(r.given_name, ''), nullif(r.surname, '')) AS name,
               concat_ws(' ', nullif(r.given_name_ur, ''), nullif(r.surname_ur, '')) AS name_ur,
               r.father_name, r.father_name_ur, r.sex, r.birth_date, r.area_code
        FROM registration_personrecord r JOIN registration_person p ON p.id = r.person_id
        WHERE {where} AND r.valid_to IS NULL AND r.recorded_to IS NULL
        ORDER BY r.given_name, r.surname, p.id LIMIT %s::integer
        """,
        [sought, limit],
    )
    return [Found(why=why, **row) for row in found]


def get_identities(*, person_ids: Sequence[int]) -> list[Identity]:
    """What to ask the identity authority about these people; those without a CNIC are left out. In order of id."""
    ring = keyring()
    records = (
        PersonRecord.objects.filter(
            person_id__in=person_ids, valid_to__isnull=True, recorded_to__isnull=True, cnic_encrypted__isnull=False
        )
        .order_by("person_id")
        .values_list("person_id", "cnic_encrypted", "given_name", "surname", "father_name", "birth_date", "sex")
    )
    return [
        Identity(
            person_id=person_id,
            cnic=ring.open(sealed or b"", purpose="cnic"),
            given_name=given_name,
            surname=surname,
            father_name=father_name,
            birth_date=birth_date,
            sex=sex,
        )
        for person_id, sealed, given_name, surname, father_name, birth_date, sex in records.iterator(chunk_size=5000)
    ]


def other_sources(*, source: str) -> list[str]:
    """Sources of bulk loads on this register other than ``source``."""
    return list(Load.objects.exclude(source=source).order_by("source").values_list("source", flat=True))


def register_mark() -> str:
    """A short mark of this register, made with its database and never again: whoever deals with us can tell it from
    another one that carries the same numbers."""
    (found,) = rows(
        "SELECT left(md5(system_identifier::text || d.oid::text), 8) AS mark "
        "FROM pg_control_system(), pg_database d WHERE d.datname = current_database()"
    )
    return str(found["mark"])


def get_load(*, source: str) -> Load:
    """The bulk load of a source: its id offsets. Raises ``Load.DoesNotExist``."""
    return Load.objects.get(source=source)
