"""Doors into verification: ask the authority about everybody who must be asked, record what a verifier found, close a
discrepancy.

Callers have said who acts. A batch is one transaction: the requests it took are locked while the authority is asked, so
two workers never ask about the same person and a kill in between leaves every request as it was. Asking twice is safe,
for asking only reads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.verification import answers, refusals
from mazdoor.delivery.verification.models import Discrepancy, Kind, Method, Outcome, Verification
from mazdoor.delivery.verification.ports import AuthorityUnavailableError, Claim, IdentityAuthority
from mazdoor.delivery.verification.states import DISCREPANCY_MOVES, DiscrepancyState
from mazdoor.journal import services as journal

LONGEST_PAUSE_SECONDS = 3600
VALID_FOR = {Kind.OCCUPATION: dt.timedelta(days=730), Kind.RESIDENCE: dt.timedelta(days=730)}
"""What a verifier saw is believed for two years (Cadastro Único's recertification); an identity until contradicted."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What one batch did: requests taken, by what came of them. ``delayed`` are asked again later."""

    taken: int
    answered: int
    delayed: int
    withdrawn: int


_REQUEST_IDENTITY = """
INSERT INTO verification_verificationrequest (person_id, kind, area_code)
SELECT p.person_id, 'identity', p.area_code
FROM registration.person_now p
WHERE p.has_cnic
  AND (%(people)s::bigint[] IS NULL OR p.person_id = ANY (%(people)s::bigint[]))
  AND EXISTS (SELECT 1 FROM registration.consent_now c
              WHERE c.person_id = p.person_id AND 'verification' = ANY (c.purposes))
  AND (%(again)s OR NOT EXISTS (SELECT 1 FROM verification_verification v
                                WHERE v.person_id = p.person_id AND v.kind = 'identity' AND v.superseded_at IS NULL))
ORDER BY p.person_id
ON CONFLICT DO NOTHING
"""

_REQUEST_PROFILES = """
INSERT INTO verification_verificationrequest (person_id, kind, area_code)
SELECT v.person_id, 'wealth_profile', v.area_code
FROM verification_verification v
WHERE v.kind = 'identity' AND v.outcome = 'match' AND v.superseded_at IS NULL
  AND (%(people)s::bigint[] IS NULL OR v.person_id = ANY (%(people)s::bigint[]))
  AND (%(again)s OR NOT EXISTS (SELECT 1 FROM verification_wealthprofile w WHERE w.person_id = v.person_id))
ORDER BY v.person_id
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def request_identity(*, person_ids: Sequence[int] | None = None, again: bool = False) -> int:
    """Queue a question to the identity authority for each person (all the caller sees, where none are named) who has a
    CNIC, agreed to be verified, and was not answered before (unless ``again``). Returns how many are new."""
    return _request(_REQUEST_IDENTITY, Kind.IDENTITY, person_ids, again=again)


@transaction.atomic
def request_wealth_profiles(*, person_ids: Sequence[int] | None = None, again: bool = False) -> int:
    """Queue a question for what other registers hold on each person whose identity matched and whose profile is not
    here yet (unless ``again``). Returns how many are new."""
    return _request(_REQUEST_PROFILES, Kind.WEALTH_PROFILE, person_ids, again=again)


def _request(statement: str, kind: Kind, person_ids: Sequence[int] | None, *, again: bool) -> int:
    people = None if person_ids is None else list(person_ids)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"people": people, "again": again})
        new = int(cursor.rowcount)
    if new:
        journal.record(act=f"verification.{kind.value}.requested", subject="verification", count=new)
    return new


def run_batch(*, authority: IdentityAuthority, kind: str = Kind.IDENTITY, limit: int = 2000) -> Batch:
    """Ask the authority about up to ``limit`` waiting requests of one kind and keep its answers, in one transaction.

    An authority that is down delays the batch, with growing pauses; a record it did not answer for likewise.
    Refuses VER-001 for a kind no authority answers.
    """
    if kind not in (Kind.IDENTITY, Kind.WEALTH_PROFILE):
        raise refusals.KIND_BY_HAND_ONLY.because(kind=kind)
    with transaction.atomic():
        taken = _take(kind, limit)
        if not taken:
            return Batch(taken=0, answered=0, delayed=0, withdrawn=0)
        identities = {row.person_id: row for row in registration.get_identities(person_ids=list(taken))}
        questions = [
            answers.Asked(request_id, person_id, area_code, _claim(request_id, identities[person_id]))
            for person_id, (request_id, area_code) in taken.items()
            if person_id in identities
        ]
        without_cnic = [request for person, (request, _) in taken.items() if person not in identities]
        try:
            answered = _ask(authority, Kind(kind), questions)
        except AuthorityUnavailableError:
            answered = set()
        asked = {question.request_id for question in questions}
        _end(sorted(answered), "answered")
        _end(without_cnic, "withdrawn")
        _delay(sorted(asked - answered))
        batch = Batch(
            taken=len(taken), answered=len(answered), delayed=len(asked - answered), withdrawn=len(without_cnic)
        )
        journal.record(
            act=f"verification.{kind}.asked",
            subject="verification",
            details={"answered": batch.answered, "delayed": batch.delayed, "withdrawn": batch.withdrawn},
            count=batch.taken,
        )
    return batch


def _take(kind: str, limit: int) -> dict[int, tuple[int, str]]:
    """Person → (request, area) of those that wait and are due, locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, id, area_code FROM verification_verificationrequest "
            "WHERE kind = %s AND state = 'waiting' AND next_at <= clock_timestamp() "
            "ORDER BY next_at, id LIMIT %s FOR UPDATE SKIP LOCKED",
            [kind, limit],
        )
        return {int(person): (int(request), str(area)) for person, request, area in cursor.fetchall()}


def _claim(request_id: int, identity: registration.Identity) -> Claim:
    """What a person claims, under a reference that says nothing about them."""
    return Claim(
        reference=str(request_id),
        cnic=identity.cnic,
        name=f"{identity.given_name} {identity.surname}".strip(),
        father_name=identity.father_name,
        birth_date=identity.birth_date,
    )


def _ask(authority: IdentityAuthority, kind: Kind, questions: Sequence[answers.Asked]) -> set[int]:
    """Ask, keep what came, and return the requests that are answered."""
    claims = [question.claim for question in questions]
    if not claims:
        return set()
    if kind is Kind.IDENTITY:
        return answers.keep_identities(questions, authority.verify(claims))
    return answers.keep_profiles(questions, authority.profiles(claims))


def _end(requests: Sequence[int], state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE verification_verificationrequest SET state = %s, attempts = attempts + 1, "
            "ended_at = clock_timestamp() WHERE id = ANY (%s)",
            [state, list(requests)],
        )


def _delay(requests: Sequence[int]) -> None:
    """Ask again later: after 2, 4, 8… seconds, at most an hour."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE verification_verificationrequest SET attempts = least(attempts + 1, 1000), "
            "next_at = clock_timestamp() + make_interval(secs => least(2 ^ least(attempts + 1, 12), %s)) "
            "WHERE id = ANY (%s)",
            [LONGEST_PAUSE_SECONDS, list(requests)],
        )


def record_finding(*, person_id: int, kind: str, method: str, confirmed: bool, note: str) -> int:
    """Record what the acting verifier found about a person's occupation, residence or (on papers) identity.

    ``note`` says how, without personal values. Returns the verification's number. Refuses VER-003, VER-004, and
    OFF-002 or OFF-003 unless a verifier acts.
    """
    access.check_may(access.current_officer(), "verification.decide")
    if not note.strip():
        raise refusals.REASON_NEEDED.because()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT area_code FROM registration.person_now WHERE person_id = %s", [person_id])
        row = cursor.fetchone()
        if row is None:
            raise refusals.PERSON_UNKNOWN.because()
        now = timezone.now()
        Verification.objects.filter(person_id=person_id, kind=kind, superseded_at__isnull=True).update(
            superseded_at=now
        )
        valid_for = VALID_FOR.get(Kind(kind))
        found = Verification.objects.create(
            person_id=person_id,
            kind=Kind(kind),
            method=Method(method),
            outcome=Outcome.MATCH if confirmed else Outcome.NO_MATCH,
            evidence={"note": note.strip()},
            officer_id=access.current_officer_id(),
            verified_at=now,
            expires_on=None if valid_for is None else timezone.localdate() + valid_for,
            area_code=row[0],
        )
        journal.record(
            act=f"verification.{kind}.found",
            subject=f"person:{person_id}",
            details={"method": method, "outcome": found.outcome},
        )
    return int(found.pk)


def close_discrepancy(*, discrepancy_id: int, state: str, resolution: str) -> None:
    """Close an open discrepancy as ``resolved`` or ``dismissed``, saying what was found.

    Refuses VER-002, VER-003, and OFF-002 or OFF-003 unless a verifier acts.
    """
    access.check_may(access.current_officer(), "verification.decide")
    if not resolution.strip():
        raise refusals.REASON_NEEDED.because()
    wanted = DiscrepancyState(state)
    with transaction.atomic():
        found = Discrepancy.objects.select_for_update().filter(pk=discrepancy_id).first()
        if found is None or wanted not in DISCREPANCY_MOVES[DiscrepancyState(found.state)]:
            raise refusals.DISCREPANCY_CLOSED.because()
        found.state = wanted
        found.resolution = resolution.strip()
        found.closed_at = timezone.now()
        found.closed_by_officer_id = access.current_officer_id()
        found.save(update_fields=["state", "resolution", "closed_at", "closed_by_officer_id"])
        journal.record(act=f"verification.discrepancy.{wanted.value}", subject=f"discrepancy:{discrepancy_id}")
