"""Doors in for workers: a code by SMS proves a telephone, and what is known about oneself opens the own record.

A visit goes through three steps, each with a new token, so that a token somebody planted beforehand is worth nothing:

1. *asked*: a number was given and a code sent to it. The answer is the same whoever the number belongs to; nothing is
   looked up, because a number nobody has registered may be registered now.
2. *proved*: the code came back. The telephone is proved, not the person: a telephone is often shared.
3. *known*: the worker said which record is theirs, and that record carries this telephone. From here on the database
   shows this worker's rows and nobody else's (:func:`acting_as_worker`).

Guessing is made hopeless by counting: wrong guesses for each code, each telephone and each address, codes for each
telephone and each address, claims for each telephone. Counts live in tables, so they hold across processes and restarts.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from mazdoor.access.models_workers import OneTimeCode, WorkerClaim, WorkerVisit
from mazdoor.access.refusals import (
    MANY_CLAIMS,
    MANY_CODES,
    MANY_FROM_HERE,
    MANY_GUESSES,
    NO_MOBILE,
    SOON_AGAIN,
    VISIT_ENDED,
)
from mazdoor.access.services import acting_as_system
from mazdoor.database.acting import acting
from mazdoor.database.keys import keyring
from mazdoor.journal.services import record
from mazdoor.kernel.identifiers import ascii_digits, parse_mobile

DIGITS: Final = 6
CODE_LASTS: Final = dt.timedelta(minutes=10)
GUESSES_A_CODE: Final = 5
GUESSES_A_DAY: Final = 15
"""Wrong guesses for one telephone in a day: with six digits, fifteen in a million."""
CODES_AN_HOUR: Final = 5
CODES_A_DAY: Final = 10
CODES_AN_HOUR_FROM_HERE: Final = 60
"""From one network address. Mobile networks put thousands of subscribers behind one, so this is wide; it stops a machine."""
GUESSES_AN_HOUR_FROM_HERE: Final = 60
CLAIMS_A_DAY: Final = 8
"""Wrong claims for one telephone in a day: who is on the register cannot be found out by trying."""
WAITS: Final = (30, 60, 120, 300)
"""Seconds before a code can be sent again: after the first, the second, ... code of one visit."""
IDLE: Final = dt.timedelta(minutes=15)
LONGEST: Final = dt.timedelta(hours=2)
REASON: Final = "a worker at the own pages"

_HOUR: Final = dt.timedelta(hours=1)
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A code to be sent. ``code`` is here and in the message, nowhere else; ``key`` names the message at the gateway."""

    token: str
    code: str
    mobile: str
    key: str


class Outcome(StrEnum):
    """What came of giving a code back."""

    PROVED = "proved"
    WRONG = "wrong"
    SPENT = "spent"
    """Too old, used, or guessed at too often: a new code is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """``token`` is the new one where the code was right; ``left`` how many guesses this code still has."""

    outcome: Outcome
    token: str = ""
    left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit as the pages know it. ``kept`` is what was written so far, as it was given to :func:`keep`."""

    number: int
    mobile: str
    mobile_index: bytes
    proved: bool
    person_ids: tuple[int, ...]
    kept: str
    again_in: int
    """Seconds until another code may be asked for."""


def ask_code(*, mobile: str, address: str) -> Asked:
    """Begin a visit: make a code for a mobile number, asked for from a network address. The caller sends it.

    Raises ``WRK-001`` for what is no mobile number, ``WRK-002`` and ``WRK-003`` where too many codes were asked for.
    """
    number = parse_mobile(mobile)
    if number is None:
        raise NO_MOBILE.because(field="mobile")
    ring = keyring()
    token = _new_token()
    with acting_as_system(reason=REASON):
        index = ring.index(number, purpose="mobile")
        _check_may_ask(index, address)
        visit = WorkerVisit.objects.create(
            token_hash=_hash(token), mobile_encrypted=ring.seal(number, purpose="mobile"), mobile_index=index
        )
        return _make_code(visit, number, token=token, address=address)


def ask_again(*, token: str, address: str) -> Asked:
    """Another code for the same visit; the one before is worth nothing from now on.

    Raises ``WRK-004`` before the wait is over, ``WRK-002`` and ``WRK-003`` where too many were asked for, ``WRK-006``
    where the visit has ended.
    """
    with acting_as_system(reason=REASON):
        visit = _get(token)
        wait = _again_in(visit)
        if wait > 0:
            raise SOON_AGAIN.because(seconds=wait)
        _check_may_ask(bytes(visit.mobile_index), address)
        return _make_code(visit, _mobile(visit), token=token, address=address)


def prove(*, token: str, code: str, address: str) -> Proof:
    """Give a code back. A wrong guess is counted whatever becomes of the caller's own transaction.

    Raises ``WRK-005`` where too many were wrong, ``WRK-006`` where the visit has ended.
    """
    given = ascii_digits(code)
    with acting_as_system(reason=REASON):
        visit = _get(token)
        _lock("guesses", bytes(visit.mobile_index))
        newest = visit.codes.select_for_update().order_by("-id").first()
        _check_may_guess(bytes(visit.mobile_index), address)
        now = timezone.now()
        right = newest is not None and hmac.compare_digest(bytes(newest.code_hash), _code_hash(visit.pk, given))
        if newest is None or newest.used_at or newest.expires_at <= now or newest.wrong_guesses >= GUESSES_A_CODE:
            return Proof(outcome=Outcome.SPENT)
        if not right:
            newest.wrong_guesses += 1
            newest.save(update_fields=["wrong_guesses"])
            record(act="access.code.wrong", subject=f"visit:{visit.pk}", details={})
            left = GUESSES_A_CODE - newest.wrong_guesses
            return Proof(outcome=Outcome.WRONG if left else Outcome.SPENT, left=left)
        newest.used_at = now
        newest.save(update_fields=["used_at"])
        visit.proved_at = now
        fresh = _renew(visit)
        record(act="access.code.right", subject=f"visit:{visit.pk}", details={})
        return Proof(outcome=Outcome.PROVED, token=fresh)


def find_visit(*, token: str) -> Visit | None:
    """The visit of a browser's token; None where there is none, it was left, or nobody was there for too long."""
    with acting_as_system(reason=REASON):
        visit = _find(token)
        if visit is None:
            return None
        now = timezone.now()
        if now - visit.seen_at > dt.timedelta(seconds=20):
            visit.seen_at = now
            visit.save(update_fields=["seen_at"])
        ring = keyring()
        return Visit(
            number=visit.pk,
            mobile=_mobile(visit),
            mobile_index=bytes(visit.mobile_index),
            proved=visit.proved_at is not None,
            person_ids=tuple(visit.person_ids),
            kept=ring.open(visit.kept_encrypted, purpose="worker-form") if visit.kept_encrypted else "",
            again_in=_again_in(visit),
        )


def check_may_claim(*, token: str) -> None:
    """Raises ``WRK-007`` where too many wrong claims were made at this telephone today, ``WRK-006`` without a proved visit."""
    with acting_as_system(reason=REASON):
        visit = _get(token, proved=True)
        since = timezone.now() - _DAY
        wrong = WorkerClaim.objects.filter(mobile_index=visit.mobile_index, claimed_at__gt=since, right=False).count()
        if wrong >= CLAIMS_A_DAY:
            raise MANY_CLAIMS.because()


def count_wrong_claim(*, token: str) -> None:
    """Count a claim that was not right, so that trying comes to an end. Raises ``WRK-006``."""
    with acting_as_system(reason=REASON):
        visit = _get(token, proved=True)
        WorkerClaim.objects.create(mobile_index=visit.mobile_index, right=False)
        record(act="access.worker.not-recognised", subject=f"visit:{visit.pk}", details={})


def recognise(*, token: str, person_ids: Sequence[int]) -> str:
    """The worker is this person, who may have several records: returns the new token. What was written so far is dropped.

    The caller has compared what the worker said with the record, and the record's telephone with the proved one.
    Raises ``WRK-006`` without a proved visit.
    """
    with acting_as_system(reason=REASON):
        visit = _get(token, proved=True)
        visit.person_ids = sorted(set(person_ids))
        visit.kept_encrypted = None
        WorkerClaim.objects.create(mobile_index=visit.mobile_index, right=True)
        fresh = _renew(visit)
        record(act="access.worker.recognised", subject=f"person:{visit.person_ids[0]}", details={"visit": visit.pk})
        return fresh


def keep(*, token: str, words: str) -> None:
    """Keep what has been written so far, sealed, for as long as the visit lasts. Raises ``WRK-006`` without a proved one."""
    with acting_as_system(reason=REASON):
        visit = _get(token, proved=True)
        visit.kept_encrypted = keyring().seal(words, purpose="worker-form") if words else None
        visit.save(update_fields=["kept_encrypted"])


def end(*, token: str) -> None:
    """Leave: the token opens nothing any more and what was written is gone. A visit that has ended stays ended."""
    with acting_as_system(reason=REASON):
        visit = _find(token)
        if visit is not None:
            visit.ended_at = timezone.now()
            visit.kept_encrypted = None
            visit.save(update_fields=["ended_at", "kept_encrypted"])
            record(act="access.visit.left", subject=f"visit:{visit.pk}", details={})


def forget_old(*, now: dt.datetime | None = None) -> int:
    """Remove visits nobody has come back to for two days, with their codes, and old claims. Returns how many visits."""
    before = (now or timezone.now()) - 2 * _DAY
    with acting_as_system(reason="visits are forgotten"):
        gone, _ = WorkerVisit.objects.filter(seen_at__lt=before).delete()
        WorkerClaim.objects.filter(claimed_at__lt=before).delete()
        if gone:
            record(act="access.visits.forgotten", subject="visits", details={}, count=gone)
    return gone


@contextmanager
def acting_as_worker(*, person_ids: Sequence[int]) -> Iterator[None]:
    """A transaction in which the database shows the rows of this one worker, and of nobody else.

    No area is seen; policies ``also_own_…`` (each room's ``own.sql``) open the worker's own rows. The journal
    says that the worker acted.
    """
    if not person_ids:
        raise VISIT_ENDED.because()
    numbers = ",".join(str(int(number)) for number in person_ids)
    with acting(officer="", areas="", reason=REASON, person=numbers):
        yield


def _check_may_ask(mobile_index: bytes, address: str) -> None:
    """The advisory lock makes requests for one telephone wait for each other, so that the count holds."""
    _lock("codes", mobile_index)
    now = timezone.now()
    asked = OneTimeCode.objects.filter(mobile_index=mobile_index)
    if asked.filter(asked_at__gt=now - _HOUR).count() >= CODES_AN_HOUR:
        raise MANY_CODES.because(hours=1)
    if asked.filter(asked_at__gt=now - _DAY).count() >= CODES_A_DAY:
        raise MANY_CODES.because(hours=24)
    here = OneTimeCode.objects.filter(address_index=_address(address), asked_at__gt=now - _HOUR).count()
    if here >= CODES_AN_HOUR_FROM_HERE:
        raise MANY_FROM_HERE.because()


def _check_may_guess(mobile_index: bytes, address: str) -> None:
    now = timezone.now()
    of_mobile = OneTimeCode.objects.filter(mobile_index=mobile_index, asked_at__gt=now - _DAY)
    if (of_mobile.aggregate(wrong=Sum("wrong_guesses"))["wrong"] or 0) >= GUESSES_A_DAY:
        raise MANY_GUESSES.because()
    from_here = OneTimeCode.objects.filter(address_index=_address(address), asked_at__gt=now - _HOUR)
    if (from_here.aggregate(wrong=Sum("wrong_guesses"))["wrong"] or 0) >= GUESSES_AN_HOUR_FROM_HERE:
        raise MANY_FROM_HERE.because()


def _make_code(visit: WorkerVisit, mobile: str, *, token: str, address: str) -> Asked:
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    OneTimeCode.objects.create(
        visit=visit,
        mobile_index=visit.mobile_index,
        address_index=_address(address),
        code_hash=_code_hash(visit.pk, code),
        expires_at=timezone.now() + CODE_LASTS,
    )
    record(act="access.code.asked", subject=f"visit:{visit.pk}", details={})
    return Asked(token=token, code=code, mobile=mobile, key=f"code-{secrets.token_hex(10)}")


def _again_in(visit: WorkerVisit) -> int:
    asked = list(visit.codes.order_by("-id").values_list("asked_at", flat=True)[: len(WAITS)])
    if not asked:
        return 0
    wait = dt.timedelta(seconds=WAITS[len(asked) - 1])
    return max(0, round((asked[0] + wait - timezone.now()).total_seconds()))


def _find(token: str) -> WorkerVisit | None:
    visit = WorkerVisit.objects.filter(token_hash=_hash(token), ended_at__isnull=True).first() if token else None
    now = timezone.now()
    if visit is None or now - visit.seen_at > IDLE or now - visit.began_at > LONGEST:
        return None
    return visit


def _get(token: str, *, proved: bool = False) -> WorkerVisit:
    visit = _find(token)
    if visit is None or (proved and visit.proved_at is None):
        raise VISIT_ENDED.because()
    return visit


def _renew(visit: WorkerVisit) -> str:
    """A new token in place of the old one, saved with everything else that changed."""
    token = _new_token()
    visit.token_hash = _hash(token)
    visit.seen_at = timezone.now()
    visit.save()
    return token


def _mobile(visit: WorkerVisit) -> str:
    return keyring().open(visit.mobile_encrypted, purpose="mobile")


def _new_token() -> str:
    return secrets.token_urlsafe(32)


def _hash(token: str) -> bytes:
    """The token is 256 random bits, so a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).digest()


def _code_hash(visit: int, code: str) -> bytes:
    """Six digits could be tried out against a plain hash; the key of the installation stops that."""
    return keyring().index(f"{visit}:{code}", purpose="worker-code")


def _address(address: str) -> bytes:
    return keyring().index(address, purpose="address-asked")


def _lock(what: str, index: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"worker {what} {index.hex()}"])
