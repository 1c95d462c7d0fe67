"""Doors into verification: ask for what must be verified, ask the services about everybody who waits, record what a
verifier found, decide a discrepancy.

Callers have said who acts. A batch is one transaction: the requests it took are locked while the service is asked, so
two workers never ask about the same person and a kill in between leaves every request as it was. Asking twice is safe,
for asking only reads. What a verifier does is in :mod:`findings` and :mod:`deciding`, gathered here for callers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from mazdoor.delivery.verification import refusals
from mazdoor.delivery.verification.asking import ASKINGS, BY_HAND, Taken, candidates
from mazdoor.delivery.verification.deciding import agree_to_dismissal, close_discrepancy, send_back
from mazdoor.delivery.verification.findings import Attestation, Document, record_finding
from mazdoor.delivery.verification.models import Kind
from mazdoor.delivery.verification.ports import ServiceUnavailableError
from mazdoor.delivery.verification.terms import ASKED_AGAIN_BEFORE
from mazdoor.journal import services as journal

__all__ = [
    "Attestation",
    "Batch",
    "Document",
    "agree_to_dismissal",
    "close_discrepancy",
    "record_finding",
    "request",
    "request_after_changes",
    "request_expiring",
    "request_identity",
    "request_wealth_profiles",
    "run_batch",
    "send_back",
]

LONGEST_PAUSE_SECONDS = 3600


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What one batch did: requests taken, by what came of them. ``delayed`` are asked again later."""

    taken: int
    answered: int
    delayed: int
    withdrawn: int


_REQUEST = """
INSERT INTO verification_verificationrequest (person_id, kind, about, reason, area_code)
SELECT c.person_id, %(kind)s, c.about, %(reason)s, c.area_code
FROM ({candidates}) AS c
WHERE %(again)s OR NOT EXISTS ({already})
ORDER BY c.person_id, c.about
ON CONFLICT DO NOTHING
"""
_ALREADY = (
    "SELECT 1 FROM verification_verification v WHERE v.person_id = c.person_id AND v.kind = %(kind)s "
    "AND v.about = c.about AND v.superseded_at IS NULL"
)
_ALREADY_A_PROFILE = "SELECT 1 FROM verification_wealthprofile w WHERE w.person_id = c.person_id"


@transaction.atomic
def request(*, kind: str, person_ids: Sequence[int] | None = None, again: bool = False, reason: str = "first") -> int:
    """Queue a question of one kind about each person it applies to (all the caller sees, where none are named) who was not
    answered before (unless ``again``). Returns how many are new.

    By wire only who agreed to be verified is asked about. For occupation and residence the question goes to a verifier,
    and people must be named (``VER-006``).
    """
    wanted = Kind(kind)
    if wanted in BY_HAND and person_ids is None:
        raise refusals.NAME_THE_PEOPLE.because(kind=kind)
    already = _ALREADY_A_PROFILE if wanted is Kind.WEALTH_PROFILE else _ALREADY
    with connection.cursor() as cursor:
        cursor.execute(
            _REQUEST.format(candidates=candidates(wanted), already=already),
            {
                "people": None if person_ids is None else list(person_ids),
                "again": again,
                "kind": wanted.value,
                "reason": reason,
            },
        )
        new = int(cursor.rowcount)
    if new:
        journal.record(
            act=f"verification.{wanted.value}.requested", subject="verification", details={"reason": reason}, count=new
        )
    return new


def request_identity(*, person_ids: Sequence[int] | None = None, again: bool = False) -> int:
    """Queue a question to the identity authority for each person who has a CNIC and agreed. See :func:`request`."""
    return request(kind=Kind.IDENTITY, person_ids=person_ids, again=again)


def request_wealth_profiles(*, person_ids: Sequence[int] | None = None, again: bool = False) -> int:
    """Queue a question for what other registers hold on each person whose identity matched. See :func:`request`."""
    return request(kind=Kind.WEALTH_PROFILE, person_ids=person_ids, again=again)


_REQUEST_EXPIRING = """
INSERT INTO verification_verificationrequest (person_id, kind, about, reason, area_code)
SELECT v.person_id, v.kind, v.about, 'expired', p.area_code
FROM verification_verification v JOIN registration.person_now p ON p.person_id = v.person_id AND p.died_on IS NULL
WHERE v.superseded_at IS NULL AND v.expires_on <= %(by)s
ORDER BY v.person_id, v.kind, v.about
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def request_expiring(*, on: dt.date) -> int:
    """Queue anew whatever is believed no more within :data:`terms.ASKED_AGAIN_BEFORE` of ``on``. Returns how many are new.

    The old answer stays until the new one comes; past its end it counts no longer.
    """
    with connection.cursor() as cursor:
        cursor.execute(_REQUEST_EXPIRING, {"by": on + ASKED_AGAIN_BEFORE})
        new = int(cursor.rowcount)
    if new:
        journal.record(act="verification.requested", subject="verification", details={"reason": "expired"}, count=new)
    return new


# What was verified has changed since: who they are and their telephone where the record is younger than the answer,
# where they live where the area is another one, their work where its terms were entered anew.
_REQUEST_CHANGED = """
INSERT INTO verification_verificationrequest (person_id, kind, about, reason, area_code)
SELECT v.person_id, v.kind, v.about, 'changed', p.area_code
FROM verification_verification v
JOIN registration.person_now p ON p.person_id = v.person_id AND p.died_on IS NULL
JOIN registration.person_match_features f ON f.person_id = v.person_id
WHERE v.superseded_at IS NULL
  AND (%(people)s::bigint[] IS NULL OR v.person_id = ANY (%(people)s::bigint[]))
  AND CASE v.kind WHEN 'identity' THEN p.has_cnic AND f.recorded_from > v.verified_at
                  WHEN 'phone' THEN p.has_mobile AND p.has_cnic AND f.recorded_from > v.verified_at
                  WHEN 'residence' THEN f.recorded_from > v.verified_at AND p.area_code <> v.area_code
                  ELSE false END
ORDER BY v.person_id, v.kind, v.about
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def request_after_changes(*, person_ids: Sequence[int] | None = None) -> int:
    """Queue anew what was verified of a record that was changed since (of all the caller sees, where none are named).
    Returns how many are new."""
    with connection.cursor() as cursor:
        cursor.execute(_REQUEST_CHANGED, {"people": None if person_ids is None else list(person_ids)})
        new = int(cursor.rowcount)
    if new:
        journal.record(act="verification.requested", subject="verification", details={"reason": "changed"}, count=new)
    return new


def run_batch(*, authority: Any, kind: str = Kind.IDENTITY, limit: int = 2000) -> Batch:
    """Ask a service about up to ``limit`` waiting requests of one kind and keep its answers, in one transaction.

    ``authority`` is the port the kind is asked by: an ``IdentityAuthority``, a ``PhoneRegister``, a ``TaxRegister``. A
    service that is down or turns us away delays the batch, with growing pauses; a record it did not answer for likewise.
    Refuses VER-001 for a kind no service answers.
    """
    asking = ASKINGS.get(Kind(kind)) if kind in Kind.values else None
    if asking is None:
        raise refusals.KIND_BY_HAND_ONLY.because(kind=kind)
    with transaction.atomic():
        taken = _take(kind, limit)
        if not taken:
            return Batch(taken=0, answered=0, delayed=0, withdrawn=0)
        questions = asking.claims(taken)
        asked = {question.request_id for question in questions}
        nothing_to_ask = sorted({each.request_id for each in taken} - asked)
        problem = ""
        try:
            told = asking.ask(authority, [question.claim for question in questions]) if questions else []
            answered = asking.keep(questions, told) if questions else set()
        except ServiceUnavailableError as unavailable:
            answered, problem = set(), unavailable.problem
        _end(sorted(answered), "answered")
        _end(nothing_to_ask, "withdrawn")
        _delay(sorted(asked - answered), problem or "unanswered")
        batch = Batch(
            taken=len(taken), answered=len(answered), delayed=len(asked - answered), withdrawn=len(nothing_to_ask)
        )
        journal.record(
            act=f"verification.{kind}.asked",
            subject="verification",
            details={
                "answered": batch.answered,
                "delayed": batch.delayed,
                "withdrawn": batch.withdrawn,
                **({"problem": problem} if problem else {}),
            },
            count=batch.taken,
        )
    return batch


def _take(kind: str, limit: int) -> list[Taken]:
    """Those that wait and are due, locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, person_id, about, area_code FROM verification_verificationrequest "
            "WHERE kind = %s AND state = 'waiting' AND next_at <= clock_timestamp() "
            "ORDER BY next_at, id LIMIT %s FOR UPDATE SKIP LOCKED",
            [kind, limit],
        )
        return [Taken(int(number), int(person), int(about), str(area)) for number, person, about, area in cursor]


def _end(requests: Sequence[int], state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE verification_verificationrequest SET state = %s, attempts = attempts + 1, last_problem = '', "
            "ended_at = clock_timestamp() WHERE id = ANY (%s)",
            [state, list(requests)],
        )


def _delay(requests: Sequence[int], problem: str) -> None:
    """Later, and each time later still: two seconds, four, … up to an hour."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE verification_verificationrequest SET attempts = least(attempts + 1, 1000), last_problem = %s, "
            "next_at = clock_timestamp() + make_interval(secs => least(2 ^ least(attempts + 1, 12), %s)) "
            "WHERE id = ANY (%s)",
            [problem, LONGEST_PAUSE_SECONDS, list(requests)],
        )
