"""Doors into deduplication: compare, decide, merge, undo, take part.

Callers have said who acts (`access.services.acting_as`); only `find_pairs` says it itself, because it commits by steps.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.delivery.deduplication import refusals, selectors
from mazdoor.delivery.deduplication.finding import Found, find_pairs
from mazdoor.delivery.deduplication.merging import merge, undo_merge
from mazdoor.delivery.deduplication.models import MatchedPair, PairDecision
from mazdoor.delivery.deduplication.participants import Merged, forget_participant, register_participant
from mazdoor.delivery.deduplication.states import DECISIONS, PAIR_MOVES, PairState
from mazdoor.journal import services as journal

__all__ = [
    "Found",
    "Merged",
    "decide_pair",
    "find_pairs",
    "forget_participant",
    "merge",
    "register_participant",
    "undo_merge",
]


@transaction.atomic
def decide_pair(*, pair_id: int, decision: str, note: str = "", keep_person_id: int | None = None) -> int | None:
    """Record what the acting officer found of a pair: ``same``, ``different``, ``cannot_tell`` or ``fraud``.

    ``same`` merges the two (``keep_person_id`` says whose record stands for both, else the older registration) and gives
    the number of the merge; everything else gives None. Fraud must say why. Refuses DED-001 for a pair that is not there
    or reaches outside the officer's areas, DED-002 where the pair cannot be decided so any more, DED-003, DED-004,
    DED-005, and DED-006 where other merges have made the two one already.
    """
    officer = access.current_officer_id()
    if officer is None:
        raise refusals.OFFICER_NEEDED.because()
    access.check_may(access.current_officer(), "deduplication.decide")
    if decision not in DECISIONS:
        raise refusals.DECISION_UNKNOWN.because(decision=decision)
    wanted = PairState(decision)
    if wanted is PairState.FRAUD and not note.strip():
        raise refusals.REASON_NEEDED.because()
    pair = MatchedPair.objects.select_for_update().filter(pk=pair_id).first()
    if pair is None or not selectors.sees_both(pair):
        raise refusals.PAIR_UNKNOWN.because()
    if wanted not in PAIR_MOVES[PairState(pair.state)]:
        raise refusals.PAIR_DECIDED.because(state=pair.state)
    pair.state, pair.decided_at = wanted, timezone.now()
    pair.save(update_fields=["state", "decided_at"])
    PairDecision.objects.create(
        pair=pair, decision=wanted, officer_id=officer, note=note.strip(), area_a=pair.area_a, area_b=pair.area_b
    )
    journal.record(act="deduplication.pair.decided", subject=f"pair:{pair.pk}", details={"decision": wanted.value})
    if wanted is not PairState.SAME:
        return None
    return merge(
        person_a_id=pair.person_a_id,
        person_b_id=pair.person_b_id,
        reason=note.strip() or "one person, as decided on the pair",
        keep_person_id=keep_person_id,
        pair_id=pair.pk,
    )
