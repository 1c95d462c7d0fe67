"""What a verifier found: on papers, by a visit, or from somebody who attests."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.database.keys import keyring
from mazdoor.delivery.verification import refusals
from mazdoor.delivery.verification.answers import OPENED
from mazdoor.delivery.verification.documents import DOCUMENTS
from mazdoor.delivery.verification.models import (
    Capacity,
    Discrepancy,
    Kind,
    Method,
    Outcome,
    Verification,
    VerificationRequest,
)
from mazdoor.delivery.verification.terms import expires_on
from mazdoor.journal import services as journal

ATTESTER = "attester"
"""The purpose the name of who attests is sealed for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper that was looked at: its type (``documents.DOCUMENTS``), the copy that was kept, and its last day."""

    type: str
    attachment_id: int | None = None
    valid_until: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """Who says so: name (and how to reach them) and capacity. Personal: kept sealed."""

    name: str
    capacity: str


def record_finding(
    *,
    person_id: int,
    kind: str,
    method: str,
    confirmed: bool,
    note: str,
    about: int = 0,
    document: Document | None = None,
    attestation: Attestation | None = None,
    evidence_on: dt.date | None = None,
) -> int:
    """Record what the acting verifier found about a claim; ``about`` is the employment or business, 0 for the person.

    ``note`` says how, without personal values; ``evidence_on`` is the day of the visit, of the paper or of the testimony.
    A claim that was not confirmed opens a discrepancy; nothing on the register is changed. Returns the verification's
    number. Refuses VER-003, VER-004, VER-007 to VER-010, VER-013, and OFF-002 or OFF-003 unless a verifier acts.
    """
    access.check_may(access.current_officer(), "verification.decide")
    if not note.strip():
        raise refusals.REASON_NEEDED.because()
    today = timezone.localdate()
    wanted = Kind(kind)
    _check_evidence(wanted, Method(method), document, attestation, evidence_on, today)
    with transaction.atomic():
        area_code = _area_of(person_id)
        if about and about not in _subjects(person_id, wanted):
            raise refusals.NOT_THEIRS.because()
        _check_no_discrepancy(person_id, wanted, about)
        now = timezone.now()
        live = Verification.objects.filter(person_id=person_id, kind=wanted, about=about, superseded_at__isnull=True)
        # The CNIC an identity was held against stays with it: at most one person holds a live match for it.
        held = live.first()
        live.update(superseded_at=now)
        found = Verification.objects.create(
            person_id=person_id,
            kind=wanted,
            about=about,
            method=Method(method),
            outcome=Outcome.MATCH if confirmed else Outcome.NO_MATCH,
            evidence={"note": note.strip()},
            attachment_id=document.attachment_id if document else None,
            document_type=document.type if document else "",
            attester_encrypted=keyring().seal(attestation.name.strip(), purpose=ATTESTER) if attestation else None,
            attester_capacity=attestation.capacity if attestation else "",
            evidence_on=evidence_on or today,
            cnic_index=held.cnic_index if held else None,
            family_index=held.family_index if held else None,
            family_place=held.family_place if held else "",
            officer_id=access.current_officer_id(),
            verified_at=now,
            expires_on=expires_on(wanted, on=today, document_until=document.valid_until if document else None),
            area_code=area_code,
        )
        VerificationRequest.objects.filter(person_id=person_id, kind=wanted, about=about, state="waiting").update(
            state="answered", ended_at=now
        )
        if not confirmed:
            _open_discrepancy(found)
        journal.record(
            act=f"verification.{wanted.value}.found",
            subject=f"person:{person_id}",
            details={"method": method, "outcome": found.outcome, "document": found.document_type},
        )
    return int(found.pk)


def _check_evidence(
    kind: Kind,
    method: Method,
    document: Document | None,
    attestation: Attestation | None,
    evidence_on: dt.date | None,
    today: dt.date,
) -> None:
    if method is Method.AUTHORITY:
        raise refusals.NOT_BY_HAND.because()
    if (method is Method.DOCUMENT) != (document is not None):
        raise refusals.DOCUMENT_NEEDED.because()
    if document is not None:
        known = DOCUMENTS.get(document.type)
        if known is None or kind not in known.shows:
            raise refusals.DOCUMENT_NEEDED.because()
        if document.valid_until is not None and document.valid_until <= today:
            raise refusals.DOCUMENT_RUN_OUT.because()
    if (method is Method.TESTIMONY) != (attestation is not None):
        raise refusals.ATTESTER_NEEDED.because()
    if attestation is not None and (not attestation.name.strip() or attestation.capacity not in Capacity.values):
        raise refusals.ATTESTER_NEEDED.because()
    if evidence_on is not None and evidence_on > today:
        raise refusals.EVIDENCE_IN_FUTURE.because()


def _area_of(person_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT area_code FROM registration.person_now WHERE person_id = %s", [person_id])
        row = cursor.fetchone()
    if row is None:
        raise refusals.PERSON_UNKNOWN.because()
    return str(row[0])


def _subjects(person_id: int, kind: Kind) -> set[int]:
    """What a claim of this kind may be about, besides the person as such."""
    table = {
        Kind.OCCUPATION: "SELECT employment_id FROM registration.employment_now WHERE person_id = %s",
        Kind.BUSINESS: "SELECT business_id FROM registration.business_now WHERE owner_person_id = %s",
    }.get(kind)
    if table is None:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(table, [person_id])
        return {int(number) for (number,) in cursor.fetchall()}


def _check_no_discrepancy(person_id: int, kind: Kind, about: int) -> None:
    """A finding does not go past an open discrepancy: against an authority two must decide."""
    if Discrepancy.objects.filter(person_id=person_id, kind=kind, about=about, state__in=["open", "proposed"]).exists():
        raise refusals.DECIDE_THE_DISCREPANCY.because()


def _open_discrepancy(found: Verification) -> None:
    opened = Discrepancy.objects.create(
        person_id=found.person_id,
        kind=found.kind,
        about=found.about,
        outcome=found.outcome,
        fields=[found.kind],
        area_code=found.area_code,
    )
    news: dict[str, Any] = {
        "id": opened.pk,
        "person_id": opened.person_id,
        "about": opened.about,
        "outcome": opened.outcome,
        "fields": opened.fields,
    }
    journal.publish(topic=OPENED, payload={"kind": found.kind, "discrepancies": [news]})
