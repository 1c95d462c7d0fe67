"""Doors out for those who ask the outside about people: what somebody claims, opened for the call and never for a log.

The values are personal. Callers have said who acts, so row-level security decides whose they may read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mazdoor.database.keys import keyring
from mazdoor.delivery.registration.models import BusinessRecord, PersonRecord

_NOW = {"valid_to__isnull": True, "recorded_to__isnull": True}
_CHUNK = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonClaim:
    """What one person says of who they are, in both scripts. ``birth_date`` is 1 January where only the year is known."""

    person_id: int
    cnic: str
    name: str
    father_name: str
    name_ur: str
    father_name_ur: str
    birth_date: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessClaim:
    """What an owner says of a business."""

    business_id: int
    owner_person_id: int
    owner_cnic: str
    name: str
    tax_registered: bool
    tax_number: str


def person_claims(*, person_ids: Sequence[int]) -> list[PersonClaim]:
    """The claims of these people; those without a CNIC are left out. In order of id."""
    ring = keyring()
    records = (
        PersonRecord.objects.filter(person_id__in=person_ids, cnic_encrypted__isnull=False, **_NOW)
        .order_by("person_id")
        .values_list(
            "person_id", "cnic_encrypted", "given_name", "surname", "father_name",
            "given_name_ur", "surname_ur", "father_name_ur", "birth_date",
        )
    )  # fmt: skip
    return [
        PersonClaim(
            person_id=person_id,
            cnic=ring.open(sealed or b"", purpose="cnic"),
            name=f"{given_name} {surname}".strip(),
            father_name=father_name,
            name_ur=f"{given_name_ur} {surname_ur}".strip(),
            father_name_ur=father_name_ur,
            birth_date=birth_date,
        )
        for (
            person_id, sealed, given_name, surname, father_name, given_name_ur, surname_ur, father_name_ur, birth_date,
        ) in records.iterator(chunk_size=_CHUNK)
    ]  # fmt: skip


def phone_claims(*, person_ids: Sequence[int]) -> Mapping[int, tuple[str, str]]:
    """CNIC and mobile number (``03XXXXXXXXX``) by person; people who lack one of them are left out."""
    ring = keyring()
    records = PersonRecord.objects.filter(
        person_id__in=person_ids, cnic_encrypted__isnull=False, mobile_encrypted__isnull=False, **_NOW
    ).values_list("person_id", "cnic_encrypted", "mobile_encrypted")
    return {
        person_id: (ring.open(cnic or b"", purpose="cnic"), ring.open(mobile or b"", purpose="mobile"))
        for person_id, cnic, mobile in records.iterator(chunk_size=_CHUNK)
    }


def business_claims(*, business_ids: Sequence[int]) -> list[BusinessClaim]:
    """What owners say of these businesses; those whose owner is not known or has no CNIC are left out. In order of id."""
    ring = keyring()
    records = list(
        BusinessRecord.objects.filter(business_id__in=business_ids, owner_id__isnull=False, **_NOW).order_by(
            "business_id"
        )
    )
    cnics = {claim.person_id: claim.cnic for claim in person_claims(person_ids=[int(r.owner_id or 0) for r in records])}
    return [
        BusinessClaim(
            business_id=record.business_id,
            owner_person_id=int(record.owner_id or 0),
            owner_cnic=cnics[int(record.owner_id or 0)],
            name=record.name,
            tax_registered=bool(record.tax_registered),
            tax_number=ring.open(record.tax_number_encrypted, purpose="tax_number")
            if record.tax_number_encrypted
            else "",
        )
        for record in records
        if record.owner_id in cnics
    ]
