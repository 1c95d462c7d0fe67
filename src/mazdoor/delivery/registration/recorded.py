"""What is on the register of a form's people, as a form: for the worker to read over and keep, and to be told by any door.

The shape is that of `Checked.form`, so whatever shows a form shows this too. Sealed answers are opened: the caller masks
what paper should not carry. Rows are read under row-level security, as believed now.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import refusals
from mazdoor.delivery.registration.models import (
    Attachment,
    BusinessRecord,
    Consent,
    Employment,
    EmploymentRecord,
    Family,
    Form,
    HouseholdRecord,
    Member,
    Person,
    PersonRecord,
    Premises,
)
from mazdoor.delivery.registration.questionnaire import get_questionnaire

_NOW: Final = {"valid_to__isnull": True, "recorded_to__isnull": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A live receipt of consent (fields of ISO/IEC TS 27560)."""

    receipt_id: UUID
    controller: str
    purposes: tuple[str, ...]
    text_version: str
    language: str
    given_how: str
    channel: str
    given_at: dt.datetime
    retention_months: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A form as it stands on the register. ``received_at`` is when it came (of a household as it stands: now); ``receipts``
    are in the order of the people."""

    form: dict[str, Any]
    received_at: dt.datetime
    person_ids: tuple[int, ...]
    registry_numbers: tuple[str, ...]
    receipts: tuple[Receipt | None, ...]


def recorded_form(*, form_id: int) -> Recorded:
    """What a form registered. Raises ``REG-011`` where the officer sees nobody of it."""
    people = list(Person.objects.filter(form_id=form_id).order_by("id"))
    if not people:
        raise refusals.PERSON_UNKNOWN.because()
    return _recorded(people, at=Form.objects.get(pk=form_id).received_at)


def recorded_of(*, person_id: int) -> Recorded:
    """What stands today of a person and of whoever lives with them, the person first; whichever form each came by, or
    none. Raises ``REG-011`` where the officer does not see the person."""
    lives = Member.objects.filter(person_id=person_id, **_NOW).values("household_id")
    together = Member.objects.filter(household_id__in=lives, **_NOW).values("person_id")
    people = list(Person.objects.filter(Q(pk=person_id) | Q(pk__in=together)))
    people.sort(key=lambda person: (person.pk != person_id, person.pk))
    if not people or people[0].pk != person_id:
        raise refusals.PERSON_UNKNOWN.because()
    return _recorded(people, at=timezone.now())


def _recorded(people: Sequence[Person], *, at: dt.datetime) -> Recorded:
    ids = [person.pk for person in people]
    records = {row.person_id: row for row in PersonRecord.objects.filter(person_id__in=ids, **_NOW)}
    members = {row.person_id: row for row in Member.objects.filter(person_id__in=ids, **_NOW)}
    household_ids = {row.household_id for row in members.values()}
    homes = HouseholdRecord.objects.filter(household_id__in=household_ids, **_NOW)
    home = homes.first()
    families = list(Family.objects.filter(household_id__in=household_ids).order_by("id").values_list("id", flat=True))
    receipts = {row.person_id: row for row in Consent.objects.filter(person_id__in=ids, withdrawn_at__isnull=True)}
    works, used = _works(ids)
    files = {(row.person_id, row.kind): str(row.file_id) for row in Attachment.objects.filter(person_id__in=ids)}
    said = [
        _person(records[number], members.get(number), families, works.get(number, []), files)
        for number in ids
        if number in records
    ]
    first = records[ids[0]]
    form: dict[str, Any] = {
        "household": _given(home, "household") | {"area_code": first.area_code} | _sealed(first.address_encrypted, "address"),
        "people": said,
        "businesses": [
            _business(row) | {"owner": ids.index(row.owner_id or 0) + 1}
            for row in BusinessRecord.objects.filter(owner_id__in=ids, **_NOW).order_by("business_id")
            if row.business_id not in used
        ],
    }  # fmt: skip
    if live := receipts.get(ids[0]):
        form["consent"] = {
            "consents": tuple(live.purposes),
            "given_how": live.given_how,
            "consent_language": live.language,
        }
    return Recorded(
        form=form,
        received_at=at,
        person_ids=tuple(ids),
        registry_numbers=tuple(person.registry_number for person in people),
        receipts=tuple(_receipt(receipts.get(number)) for number in ids),
    )


def _person(
    record: PersonRecord,
    member: Member | None,
    families: Sequence[int],
    works: list[dict[str, Any]],
    files: Mapping[tuple[int | None, str], str],
) -> dict[str, Any]:
    person = _given(record, "people")
    person |= _sealed(record.cnic_encrypted, "cnic") | _sealed(record.mobile_encrypted, "mobile")
    person |= _sealed(record.old_nic_encrypted, "old_nic")
    for kind in ("photo", "identity_document"):
        if name := files.get((record.person_id, kind)):
            person[kind] = name
    if member is not None:
        person["relationship"] = member.relationship
        person["family"] = families.index(member.family_id) + 1 if member.family_id in families else None
    person["employments"] = works
    person["training"] = _given(record, "people", "training") | {"skills": tuple(record.skills or ())}
    person["origin"] = _given(record, "people", "origin")
    if record.permanent_address_encrypted:
        opened = keyring().open(record.permanent_address_encrypted, purpose="address")
        person["origin"]["permanent_address"] = opened
    for name, sealed, purpose in (
        ("functioning", record.functioning_encrypted, "functioning"),
        ("account", record.account_encrypted, "account_claim"),
    ):
        if sealed:
            person[name] = json.loads(keyring().open(sealed, purpose=purpose))
    return person


def _works(person_ids: Sequence[int]) -> tuple[dict[int, list[dict[str, Any]]], set[int]]:
    """Each person's employments as answers, and the businesses named with them."""
    jobs = list(Employment.objects.filter(person_id__in=person_ids).order_by("id"))
    records = {
        row.employment_id: row
        for row in EmploymentRecord.objects.filter(employment_id__in=[job.pk for job in jobs], **_NOW)
    }
    businesses = {
        row.business_id: row
        for row in BusinessRecord.objects.filter(
            business_id__in=[row.business_id for row in records.values() if row.business_id], **_NOW
        )
    }
    own = list(BusinessRecord.objects.filter(owner_id__in=person_ids, **_NOW).order_by("business_id"))
    found: dict[int, list[dict[str, Any]]] = {}
    used: set[int] = set(businesses)
    for job in jobs:
        record = records.get(job.pk)
        if record is None:
            continue
        answers = _given(record, "people", "employments") | {
            "occupation": record.isco_code,
            "industry": record.isic_code,
            "started_on": job.started_on,
            "started_on_precision": record.started_on_precision,
        }
        business = businesses.get(record.business_id or 0)
        if business is None and record.status in ("own_account", "employer"):
            # Own-account work has no employer: the business is known by its owner.
            business = next((row for row in own if row.owner_id == job.person_id and row.business_id not in used), None)
        if business is not None:
            used.add(business.business_id)
            answers["business"] = _business(business)
        found.setdefault(job.person_id, []).append(answers)
    return found, used


def _business(record: BusinessRecord) -> dict[str, Any]:
    premises = Premises.objects.filter(business_id=record.business_id, **_NOW).first()
    answers = _given(record, "people", "employments", "business")
    answers |= {"activity": record.isic_code, "area_code": record.area_code}
    if premises is not None:
        answers["premises"] = premises.kind
    return answers | _sealed(record.tax_number_encrypted, "tax_number")


def _receipt(row: Consent | None) -> Receipt | None:
    if row is None:
        return None
    return Receipt(
        receipt_id=row.receipt_id,
        controller=row.controller,
        purposes=tuple(row.purposes),
        text_version=row.text_version,
        language=row.language,
        given_how=row.given_how,
        channel=row.channel,
        given_at=row.given_at,
        retention_months=row.retention_months,
    )


def _given(row: Any, *path: str) -> dict[str, Any]:
    """The answers of a section that stand in columns of their own name on a row, with how exact dates are."""
    found = {}
    for question in get_questionnaire().section(*path).questions:
        value = getattr(row, question.name, None)
        if value is not None and value != "":
            found[question.name] = value
            if question.or_year:
                found[f"{question.name}_precision"] = getattr(row, f"{question.name}_precision", "day")
    return found


def _sealed(sealed: bytes | memoryview | None, purpose: str) -> dict[str, str]:
    return {purpose: keyring().open(sealed, purpose=purpose)} if sealed else {}
