"""Deciding a discrepancy. What puts a register right one verifier may close; what lets the claim stand against the
authority is proposed by one and agreed to by another (the table refuses the same officer twice)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.delivery.verification import refusals
from mazdoor.delivery.verification.asking import ASKINGS
from mazdoor.delivery.verification.models import Discrepancy, Kind, Method, Outcome, Verification, VerificationRequest
from mazdoor.delivery.verification.states import DISCREPANCY_MOVES, DiscrepancyState
from mazdoor.delivery.verification.terms import expires_on
from mazdoor.journal import services as journal


@transaction.atomic
def close_discrepancy(*, discrepancy_id: int, state: str, resolution: str, ask_again: bool = False) -> str:
    """Close an open discrepancy, saying what was found; returns the state it has now.

    ``resolved``: a register was wrong and is put right (ours by a change request, theirs by them; ``ask_again`` queues the
    question anew). ``dismissed``: the claim stands; that makes it *proposed*, until another verifier agrees. Refuses
    VER-002, VER-003, VER-012 (who holds a contested CNIC is decided with the duplicates), and OFF-002 or OFF-003 unless a
    verifier acts.
    """
    found = _locked(discrepancy_id, resolution)
    wanted = DiscrepancyState(state)
    if wanted is DiscrepancyState.DISMISSED:
        wanted = DiscrepancyState.PROPOSED
    if wanted not in DISCREPANCY_MOVES[DiscrepancyState(found.state)]:
        raise refusals.DISCREPANCY_CLOSED.because()
    if wanted is DiscrepancyState.PROPOSED:
        if found.outcome == Outcome.CONTESTED:
            raise refusals.CONTESTED_ELSEWHERE.because()
        found.proposed_at = timezone.now()
        found.proposed_by_officer_id = access.current_officer_id()
        found.proposed_resolution = resolution.strip()
    else:
        _close(found, wanted, resolution)
        if ask_again and found.kind in ASKINGS:
            VerificationRequest.objects.get_or_create(
                person_id=found.person_id,
                kind=found.kind,
                about=found.about,
                state="waiting",
                defaults={"reason": "asked", "area_code": found.area_code},
            )
    found.state = wanted
    found.save()
    journal.record(act=f"verification.discrepancy.{wanted.value}", subject=f"discrepancy:{discrepancy_id}")
    return wanted.value


@transaction.atomic
def agree_to_dismissal(*, discrepancy_id: int, resolution: str) -> int:
    """Agree, as another verifier, that the claim stands: the discrepancy is dismissed and the claim verified by hand, in
    both names. Returns the verification's number. Refuses VER-002, VER-003, VER-005 (the same officer), VER-011."""
    found = _locked(discrepancy_id, resolution)
    if found.state != DiscrepancyState.PROPOSED:
        raise refusals.DISCREPANCY_CLOSED.because()
    second = access.current_officer_id()
    if second == found.proposed_by_officer_id:
        raise refusals.ANOTHER_OFFICER.because()
    live = Verification.objects.filter(
        person_id=found.person_id, kind=found.kind, about=found.about, superseded_at__isnull=True
    )
    held = live.first()
    cnic_index = held.cnic_index if held else None
    if (
        found.kind == Kind.IDENTITY
        and cnic_index is not None
        and Verification.objects.filter(
            kind=Kind.IDENTITY, outcome=Outcome.MATCH, superseded_at__isnull=True, cnic_index=cnic_index
        )
        .exclude(person_id=found.person_id)
        .exists()
    ):
        raise refusals.CNIC_HELD.because()
    now = timezone.now()
    live.update(superseded_at=now)
    verified = Verification.objects.create(
        person_id=found.person_id,
        kind=found.kind,
        about=found.about,
        method=Method.VISIT if found.outcome == Outcome.DECEASED else Method.DOCUMENT,
        outcome=Outcome.MATCH,
        evidence={"discrepancy": found.pk, "note": found.proposed_resolution},
        cnic_index=cnic_index,
        family_index=held.family_index if held else None,
        family_place=held.family_place if held else "",
        officer_id=found.proposed_by_officer_id,
        second_officer_id=second,
        evidence_on=timezone.localdate(found.proposed_at),
        verified_at=now,
        expires_on=expires_on(found.kind, on=timezone.localdate()),
        area_code=found.area_code,
    )
    _close(found, DiscrepancyState.DISMISSED, resolution)
    found.save()
    journal.record(act="verification.discrepancy.dismissed", subject=f"discrepancy:{discrepancy_id}")
    return int(verified.pk)


@transaction.atomic
def send_back(*, discrepancy_id: int, resolution: str) -> None:
    """Take a proposal back, or refuse to agree to another's: the discrepancy is open again. Refuses VER-002, VER-003."""
    found = _locked(discrepancy_id, resolution)
    if found.state != DiscrepancyState.PROPOSED:
        raise refusals.DISCREPANCY_CLOSED.because()
    found.state = DiscrepancyState.OPEN
    found.proposed_at = found.proposed_by_officer_id = None
    found.proposed_resolution = ""
    found.save()
    journal.record(act="verification.discrepancy.sent-back", subject=f"discrepancy:{discrepancy_id}")


def _locked(discrepancy_id: int, resolution: str) -> Discrepancy:
    access.check_may(access.current_officer(), "verification.decide")
    if not resolution.strip():
        raise refusals.REASON_NEEDED.because()
    found = Discrepancy.objects.select_for_update().filter(pk=discrepancy_id).first()
    if found is None:
        raise refusals.DISCREPANCY_CLOSED.because()
    return found


def _close(found: Discrepancy, state: DiscrepancyState, resolution: str) -> None:
    found.state = state
    found.resolution = resolution.strip()[:200]
    found.closed_at = timezone.now()
    found.closed_by_officer_id = access.current_officer_id()
    found.held_encrypted = None
    if state is DiscrepancyState.RESOLVED:
        # A proposal that came to nothing is no part of how it was closed.
        found.proposed_at = found.proposed_by_officer_id = None
        found.proposed_resolution = ""
