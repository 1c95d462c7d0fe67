"""Opening a change: who may ask for what, what shows it, and whether it could be applied at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.casework import refusals_changes
from mazdoor.casework.changes.applying import Asked
from mazdoor.casework.changes.fields import both, read_values
from mazdoor.casework.changes.holding import claims_of
from mazdoor.casework.changes.kept import (
    PURPOSE,
    asked_by,
    check_can_apply,
    fingerprint,
    get_open,
    sealed_before,
    sealed_values,
)
from mazdoor.casework.changes.kinds import Kind, find_kind
from mazdoor.casework.models_changes import Change, ChangeField
from mazdoor.casework.states_changes import OPEN, ChangeState
from mazdoor.database.acting import acting
from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.verification import selectors as verification
from mazdoor.journal import services as journal

OPENED_BY: Final = {
    "officer": "officer",
    "api": "officer",
    "worker": "worker",
    "message": "worker",
    "verification": "system",
}
"""Who stands behind each channel, as the kinds of change name them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What came of asking: the change, its state, and whether an open change that asks for the very same was found."""

    change_id: int
    state: ChangeState
    linked: bool


def open_change(
    *,
    person_id: int,
    type_code: str,
    values: Mapping[str, Any],
    evidence: Sequence[str] = (),
    channel: str,
    effective_on: dt.date | None = None,
    subject_id: int | None = None,
    words: str = "",
    source: str = "",
) -> Opened:
    """Ask for a change; nothing on the register changes before it is approved. One transaction, one journal entry.

    Refused at once is what could never be applied: it is tried and undone. An open change that asks for the very same is
    found instead of opened twice, and takes the new evidence; one that asks for something else about the same field is
    named by ``CSW-011``. Raises ``CSW-010`` to ``CSW-014``, ``CSW-022``, ``REG-011``, ``OFF-002`` and what registration
    refuses.
    """
    access.check_acting_may("casework.open")
    own = access.current_person_ids()
    if own and (person_id not in own or channel not in ("worker", "message")):
        raise refusals_changes.NOT_ONES_OWN.because()
    kind = find_kind(type_code)
    if kind is None or OPENED_BY.get(channel) not in kind.open_by:
        raise refusals_changes.KIND_UNKNOWN.because()
    area_code = str(registration.get_person(person_id=person_id)["area_code"])
    with transaction.atomic(), _writing(area_code if own else ""):
        asked = _asked(kind, person_id, subject_id, values, effective_on)
        state = ChangeState.PROPOSED
        if not values and channel == "verification":
            state = ChangeState.ASKED  # something parts from the record; an officer finds out what is right
        else:
            _check_values(kind, asked)
        _check_evidence(kind, evidence, needed=state is ChangeState.PROPOSED and not own)
        if source and (before := Change.objects.filter(source=source).first()) is not None:
            return Opened(change_id=before.pk, state=ChangeState(before.state), linked=True)
        claims = claims_of(kind.how, asked) if asked.values else [(f"person:{person_id}", f"asked {kind.code}"[:30])]
        if (same := _same_or_conflict(kind, asked, claims)) is not None:
            same.evidence = sorted({*same.evidence, *evidence})
            same.save(update_fields=["evidence"])
            journal.record(act="casework.change.asked_again", subject=f"change:{same.pk}", details={"channel": channel})
            return Opened(change_id=same.pk, state=ChangeState(same.state), linked=True)
        if state is ChangeState.PROPOSED:
            check_can_apply(kind, asked)
        change = Change.objects.create(
            kind=kind.code,
            person_id=person_id,
            subject_id=asked.subject_id,
            channel=Change.Channel(channel),
            source=source,
            fields=sorted(asked.values),
            values_encrypted=sealed_values(asked),
            before_encrypted=sealed_before(kind, asked),
            fingerprint=fingerprint(kind, asked),
            evidence=sorted(set(evidence)),
            words_encrypted=keyring().seal(words, purpose=PURPOSE) if words.strip() else None,
            effective_on=asked.on,
            four_eyes=_needs_four_eyes(kind, person_id),
            state=state,
            opened_by=access.current_officer_id(),
            due_on=timezone.localdate() + dt.timedelta(days=kind.days),
            area_code=area_code,
        )
        _claim(change, claims)
        journal.record(
            act="casework.change.opened",
            subject=f"change:{change.pk}",
            details={"kind": kind.code, "channel": channel, "fields": change.fields, "four_eyes": change.four_eyes},
        )
    return Opened(change_id=change.pk, state=state, linked=False)


@transaction.atomic
def fill_change(
    *,
    change_id: int,
    values: Mapping[str, Any],
    evidence: Sequence[str],
    effective_on: dt.date | None = None,
    type_code: str = "",
) -> None:
    """Say what is right where only a difference was known: the change is then proposed, in the name of whoever said it.

    ``type_code`` where it turned out to be about something else. Raises ``CSW-011`` to ``CSW-016``.
    """
    access.check_acting_may("casework.open")
    change = get_open(change_id, ChangeState.ASKED)
    kind = find_kind(type_code or change.kind)
    if kind is None:
        raise refusals_changes.KIND_UNKNOWN.because()
    asked = _asked(kind, change.person_id, None, values, effective_on)
    _check_values(kind, asked)
    _check_evidence(kind, evidence, needed=True)
    change.claims.all().delete()
    claims = claims_of(kind.how, asked)
    _same_or_conflict(kind, asked, claims, but=change.pk)
    check_can_apply(kind, asked)
    change.kind, change.subject_id, change.effective_on = kind.code, asked.subject_id, asked.on
    change.fields, change.evidence = sorted(asked.values), sorted(set(evidence))
    change.values_encrypted = sealed_values(asked)
    change.before_encrypted = sealed_before(kind, asked)
    change.fingerprint = fingerprint(kind, asked)
    change.four_eyes = change.four_eyes or _needs_four_eyes(kind, change.person_id)
    change.opened_by = access.current_officer_id()
    change.state = ChangeState.PROPOSED
    change.save()
    _claim(change, claims)
    journal.record(
        act="casework.change.filled",
        subject=f"change:{change_id}",
        details={"kind": kind.code, "fields": change.fields},
    )


@transaction.atomic
def look_again(*, change_id: int) -> None:
    """Confirm that a change still holds against what the registry says today. Raises ``CSW-015``, ``CSW-016``."""
    access.check_acting_may("casework.open")
    change = get_open(change_id, ChangeState.PROPOSED)
    kind, asked = asked_by(change)
    check_can_apply(kind, asked)
    change.before_encrypted = sealed_before(kind, asked)
    change.save(update_fields=["before_encrypted"])
    journal.record(act="casework.change.looked_at_again", subject=f"change:{change_id}", details={})


def _needs_four_eyes(kind: Kind, person_id: int) -> bool:
    """Whether a second person approves: always, or where an authority has confirmed who the person is."""
    return kind.four_eyes == "always" or (
        kind.four_eyes == "verified" and verification.find_identity(person_id=person_id) == "match"
    )


@contextmanager
def _writing(area_code: str) -> Iterator[None]:
    """A worker asks, and the system writes it down for the office of the area: workers write nothing themselves."""
    if not area_code:
        yield
        return
    with acting(officer="", areas=area_code, reason="asked by the worker"):
        yield


def _asked(
    kind: Kind, person_id: int, subject_id: int | None, values: Mapping[str, Any], effective_on: dt.date | None
) -> Asked:
    """What is asked for, typed; nothing that was left empty."""
    return Asked(
        person_id=person_id,
        subject_id=_subject(kind, person_id, subject_id),
        values=read_values({name: value for name, value in values.items() if value is not None}),
        on=effective_on if kind.dated != "no" else None,
    )


def _subject(kind: Kind, person_id: int, subject_id: int | None) -> int:
    """Whom or what the change is about; the person's own household or job where none is named. Raises ``CSW-012``."""
    if kind.subject == "person":
        return person_id
    if kind.subject == "household":
        own = registration.household_of(person_id=person_id)
        if subject_id not in (None, own):
            raise refusals_changes.VALUES_MISSING.because(field="household")
        return own
    jobs = [job["employment_id"] for job in registration.employments_of(person_id=person_id)]
    if subject_id is None and len(jobs) == 1:
        return int(jobs[0])
    if subject_id not in jobs:
        raise refusals_changes.VALUES_MISSING.because(field="employment")
    return int(subject_id or 0)


def _check_values(kind: Kind, asked: Asked) -> None:
    unknown = next((name for name in asked.values if name not in kind.fields), None)
    if unknown is not None:
        raise refusals_changes.VALUE_UNREADABLE.because(field=unknown)
    missing = next((name for name in kind.needs if asked.values.get(name) in (None, "", {})), None)
    if missing is None and not asked.values and kind.fields and kind.how not in ("death", "end_of_job"):
        missing = kind.fields[0]
    if missing is not None:
        raise refusals_changes.VALUES_MISSING.because(field=both(missing))
    if kind.dated == "yes" and asked.on is None and not ({"died_on", "ended_on"} & set(asked.values)):
        raise refusals_changes.VALUES_MISSING.because(field="effective_on")


def _check_evidence(kind: Kind, evidence: Sequence[str], *, needed: bool) -> None:
    if any(each not in kind.evidence for each in evidence) or (needed and kind.evidence and not evidence):
        raise refusals_changes.EVIDENCE_MISSING.because()


def _same_or_conflict(
    kind: Kind, asked: Asked, claims: Sequence[tuple[str, str]], *, but: int | None = None
) -> Change | None:
    """An open change that asks for the very same, or ``None``. Raises ``CSW-011`` where one asks for something else."""
    with connection.cursor() as cursor:  # two who ask in one moment: the second waits here, and then finds the first
        for claim_ in sorted(claims):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", ["change " + " ".join(claim_)])
    for subject, field in claims:
        claim = (
            ChangeField.objects.select_related("change")
            .filter(subject=subject, field=field)
            .exclude(change_id=but or 0)
            .first()
        )
        if claim is None:
            continue
        if bytes(claim.change.fingerprint) == fingerprint(kind, asked) and claim.change.state in OPEN:
            return claim.change
        raise refusals_changes.FIELD_UNDER_CHANGE.because(change=claim.change_id, field=both(field))
    return None


def _claim(change: Change, claims: Sequence[tuple[str, str]]) -> None:
    ChangeField.objects.bulk_create(
        ChangeField(change=change, subject=subject, field=field, area_code=change.area_code)
        for subject, field in claims
    )
