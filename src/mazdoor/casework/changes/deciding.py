"""Deciding a change: a second person approves and it is applied in the same transaction; or refuses; or it is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.casework import refusals_changes
from mazdoor.casework.changes.applying import APPLY, Asked
from mazdoor.casework.changes.kept import PURPOSE, asked_by, get_open, same_as_before
from mazdoor.casework.changes.kinds import Kind, find_kind
from mazdoor.casework.models_changes import Change
from mazdoor.casework.recertification import recertify
from mazdoor.casework.states_changes import OPEN, ChangeState
from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import events
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.verification import services as verification
from mazdoor.journal import services as journal
from mazdoor.kernel.refusals import Refusal

MAY_STAND_IN: Final[Mapping[str, tuple[str, ...]]] = {"registrar": ("registrar", "verifier")}
"""What a registrar may approve a verifier may as well."""


@transaction.atomic
def approve_change(*, change_id: int, words: str = "") -> int | None:
    """Approve a change and apply it, in one transaction; returns the event of registration, where there is one.

    Raises ``CSW-015`` to ``CSW-019``, and whatever registration refuses: then nothing is applied and the change stays
    open. A verification that the kind names is asked for again.
    """
    change = get_open(change_id, ChangeState.PROPOSED)
    kind, asked = asked_by(change)
    officer = _approver(kind)
    if change.four_eyes and (officer is None or officer == change.opened_by):
        raise refusals_changes.SECOND_PERSON_NEEDED.because(desk=kind.approver)
    if not same_as_before(change, kind, asked):
        raise refusals_changes.CHANGED_MEANWHILE.because()
    _decide(change, ChangeState.APPLIED, words)  # before it is applied: a move takes the change along to the new office
    event_id = APPLY[kind.how](asked)
    Change.objects.filter(pk=change_id).update(event_id=event_id)
    _ask_again(kind, change)
    _close_finding(change, "resolved")
    _count_as_visit(kind, asked, change)
    journal.record(
        act="casework.change.applied",
        subject=f"change:{change_id}",
        details={"kind": kind.code, "event": event_id, "four_eyes": change.four_eyes},
    )
    return event_id


@transaction.atomic
def refuse_change(*, change_id: int, words: str) -> None:
    """Refuse a change; ``words`` are the reason, sealed, to be told. Raises ``CSW-015`` to ``CSW-018``, ``CSW-021``."""
    if not words.strip():
        raise refusals_changes.WORDS_NEEDED.because()
    change = get_open(change_id, *OPEN)
    kind = find_kind(change.kind)
    if kind is None:
        raise refusals_changes.KIND_UNKNOWN.because()
    officer = _approver(kind)
    if change.four_eyes and officer is not None and officer == change.opened_by:
        raise refusals_changes.SECOND_PERSON_NEEDED.because(desk=kind.approver)
    _decide(change, ChangeState.REFUSED, words)
    _close_finding(change, "dismissed")
    journal.record(act="casework.change.refused", subject=f"change:{change_id}", details={"kind": change.kind})


@transaction.atomic
def withdraw_change(*, change_id: int, words: str = "") -> None:
    """Take an open change out of the queue: whoever asked for it thought better. Raises ``CSW-015``, ``CSW-016``."""
    access.check_acting_may("casework.open")
    change = get_open(change_id, *OPEN)
    own = access.current_person_ids()
    if own and change.person_id not in own:
        raise refusals_changes.NOT_ONES_OWN.because()
    _decide(change, ChangeState.WITHDRAWN, words)
    journal.record(act="casework.change.withdrawn", subject=f"change:{change_id}", details={"kind": change.kind})


@transaction.atomic
def reverse_change(*, change_id: int, words: str) -> int:
    """Take an applied change back to exactly the state before it; returns the event of doing so.

    By somebody else than who approved it. Raises ``CSW-015`` to ``CSW-018``, ``CSW-020`` for a kind that is not taken
    back, ``CSW-021`` without a reason, ``REG-081`` where a later event stands on it.
    """
    if not words.strip():
        raise refusals_changes.WORDS_NEEDED.because()
    change = get_open(change_id, ChangeState.APPLIED)
    kind, _ = asked_by(change)
    officer = _approver(kind)
    if change.four_eyes and (officer is None or officer == change.decided_by):
        raise refusals_changes.SECOND_PERSON_NEEDED.because(desk=kind.approver)
    if not kind.reversible or change.event_id is None:
        raise refusals_changes.NOT_REVERSIBLE.because()
    change.state = ChangeState.REVERSED
    change.reversed_at, change.reversed_by = timezone.now(), officer
    change.reversal_encrypted = keyring().seal(words, purpose=PURPOSE)
    change.save(update_fields=["state", "reversed_at", "reversed_by", "reversal_encrypted"])
    event_id = events.take_back(event_id=change.event_id)
    _ask_again(kind, change)
    journal.record(
        act="casework.change.reversed", subject=f"change:{change_id}", details={"kind": kind.code, "event": event_id}
    )
    return event_id


def can_decide(*, change_id: int) -> Refusal | None:
    """What keeps whoever acts from approving a change now; ``None`` where nothing does."""
    change = Change.objects.filter(pk=change_id, state=ChangeState.PROPOSED).first()
    if change is None:
        return refusals_changes.CHANGE_UNKNOWN.because()
    kind, _ = asked_by(change)
    try:
        officer = _approver(kind)
    except Refusal as refusal:
        return refusal
    if change.four_eyes and (officer is None or officer == change.opened_by):
        return refusals_changes.SECOND_PERSON_NEEDED.because(desk=kind.approver)
    return None


def _approver(kind: Kind) -> int | None:
    """The officer who acts, if their desk decides on changes of this kind. Raises ``CSW-018``, ``OFF-002``."""
    access.check_acting_may("casework.approve")
    officer = access.current_officer()
    if officer is not None and officer.desk not in MAY_STAND_IN.get(kind.approver, (kind.approver,)):
        raise refusals_changes.DESK_DOES_NOT_APPROVE.because(desk=kind.approver)
    return officer.pk if officer is not None else None


def _ask_again(kind: Kind, change: Change) -> None:
    """What was verified of the record that changed is asked again: of a business, of its owner."""
    for what in kind.reverify:
        about: int | None = change.person_id
        if what == "business":
            about = registration.owner_of_job(employment_id=change.subject_id)
        if about is not None:
            verification.request(kind=what, person_ids=[about], again=True)


def _decide(change: Change, state: ChangeState, words: str) -> None:
    change.state = state
    change.decided_at, change.decided_by = timezone.now(), access.current_officer_id()
    change.answer_encrypted = keyring().seal(words, purpose=PURPOSE) if words.strip() else None
    change.save(update_fields=["state", "decided_at", "decided_by", "answer_encrypted"])
    change.claims.all().delete()


def _close_finding(change: Change, state: str) -> None:
    """The finding that opened a change is settled with it, where whoever acts may settle findings."""
    kind, _, number = change.source.partition(":")
    officer = access.current_officer()
    if kind == "discrepancy" and officer is not None and officer.desk == "verifier":
        try:
            verification.close_discrepancy(
                discrepancy_id=int(number), state=state, resolution=f"decided with change {change.pk}"
            )
        except Refusal as refusal:
            if refusal.code != "VER-002":  # closed meanwhile by a later answer: nothing is left to settle
                raise


def _count_as_visit(kind: Kind, asked: Asked, change: Change) -> None:
    """Who was visited for a change of the dwelling or the place has confirmed the household as well."""
    if kind.subject != "household" or "visit" not in change.evidence:
        return
    try:
        recertify(household_id=asked.subject_id, how="visit")
    except Refusal as refusal:
        if refusal.code != "CSW-031":  # not on the calendar yet: nothing to reset
            raise
