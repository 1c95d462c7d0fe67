"""What an officer finds of a pair or of a cluster of pairs, and when it takes effect.

Where much is at stake, or a finding goes against heavy evidence, it takes effect when two different officers have said the
same since the pair came into the queue; until then it is a proposal, and the money that waits goes on waiting.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from mazdoor.delivery.deduplication import clustering, participants, refusals
from mazdoor.delivery.deduplication.limits import limits_at
from mazdoor.delivery.deduplication.looking import sees_both
from mazdoor.delivery.deduplication.merging import deciding_officer, group_of, head_of, hold_merges, merge
from mazdoor.delivery.deduplication.models import BulkAcceptance, MatchedPair, PairDecision
from mazdoor.delivery.deduplication.seen import fingerprint, unpaired
from mazdoor.delivery.deduplication.states import DECISIONS, OPEN, PAIR_MOVES, PairState
from mazdoor.delivery.verification import services as verification
from mazdoor.journal import services as journal

_ORDER: Final = (PairState.DIFFERENT, PairState.FRAUD, PairState.CANNOT_TELL, PairState.SAME)
"""Partings before unions: what is said to be two persons stops a chain of unions that would make them one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a decision: the state the pair is in, and the merge where there is one."""

    pair_id: int
    state: str
    merge_id: int | None = None


class Said(TypedDict, total=False):
    """What an officer says beside the decision: why, whose record stands for both, and, where nobody can tell, whether
    verification is asked about both, and the day the pair comes back."""

    note: str
    keep_person_id: int | None
    verify: bool
    due_on: dt.date | None


@transaction.atomic
def decide_pair(*, pair_id: int, decision: str, **said: Unpack[Said]) -> int | None:
    """Record what the acting officer found of a pair: ``same``, ``different``, ``cannot_tell`` or ``fraud``.

    ``same`` merges the two (``keep_person_id`` says whose record stands for both, else the older registration) and gives
    the number of the merge; everything else, and what waits for a second opinion, gives None. ``cannot_tell`` puts the pair
    aside until ``due_on`` and, with ``verify``, asks verification about both. Fraud must say why.

    Refuses DED-001 for a pair that is not there or reaches outside the officer's areas, DED-002 where the pair cannot be
    decided so any more, DED-003, DED-004, DED-005, DED-006 where other merges have made the two one already, DED-010 where
    a second opinion is needed and this officer gave the first, DED-011 where the two groups hold a pair found different.
    """
    officer = deciding_officer()
    hold_merges()
    return decide_one(pair_id, decision, officer, **said).merge_id


@transaction.atomic
def decide_cluster(
    *, decisions: Mapping[int, str], seen: str, unpaired_looked_at: bool = False, **said: Unpack[Said]
) -> list[Outcome]:
    """Decide pairs of one cluster (number of the pair → decision) in one act; all of them or none.

    ``seen`` is the cluster's fingerprint as the officer saw it: DED-012 where anything in it has changed since, such as by
    another officer. DED-013 where the unions would make two records one that were never found alike, unless the officer
    says that those were looked at too. Otherwise as `decide_pair`.
    """
    officer = deciding_officer()
    hold_merges()
    pairs = list(MatchedPair.objects.select_for_update().filter(pk__in=decisions))
    whole = _cluster_of(pairs)
    if not decisions or len(pairs) != len(decisions) or fingerprint(whole) != seen:
        raise refusals.CLUSTER_CHANGED.because()
    for decision in decisions.values():
        if decision not in DECISIONS:
            raise refusals.DECISION_UNKNOWN.because(decision=decision)
    if not unpaired_looked_at and unpaired(whole, joined=[p for p in whole if decisions.get(p.pk) == PairState.SAME]):
        raise refusals.NEVER_COMPARED.because()
    weights = {pair.pk: pair.weight for pair in pairs}
    order = sorted(decisions, key=lambda pk: (_ORDER.index(PairState(decisions[pk])), -weights[pk], pk))
    return [decide_one(pk, decisions[pk], officer, joined=True, **said) for pk in order]


def _cluster_of(pairs: Sequence[MatchedPair]) -> list[MatchedPair]:
    """All pairs of the one cluster that these are in; empty where they are in several."""
    clusters = {pair.cluster_id for pair in pairs}
    if len(clusters) != 1:
        return []
    (cluster,) = clusters
    if cluster is None:
        return list(pairs) if len(pairs) == 1 else []
    return list(MatchedPair.objects.select_for_update().filter(cluster_id=cluster))


def decide_one(pair_id: int, decision: str, officer: int, *, joined: bool = False, **said: Unpack[Said]) -> Outcome:
    """One decision, with the merges held. ``joined``: the two may have become one by another decision of the same act."""
    if decision not in DECISIONS:
        raise refusals.DECISION_UNKNOWN.because(decision=decision)
    wanted = PairState(decision)
    note, keep = said.get("note", "").strip(), said.get("keep_person_id")
    if wanted is PairState.FRAUD and not note:
        raise refusals.REASON_NEEDED.because()
    pair = MatchedPair.objects.select_for_update().filter(pk=pair_id).first()
    if pair is None or not sees_both(pair):
        raise refusals.PAIR_UNKNOWN.because()
    before = PairState(pair.state)
    if wanted not in PAIR_MOVES[before]:
        raise refusals.PAIR_DECIDED.because(state=pair.state)
    one_already = head_of(pair.person_a_id) == head_of(pair.person_b_id)
    if one_already and not (joined and wanted is PairState.SAME):
        raise refusals.SAME_PERSON.because()
    agreed = _agreed(pair, wanted, officer)
    opinion = write_opinion(pair, wanted, officer=officer, note=note, keep=keep, took_effect=agreed is not None)
    if agreed is None:
        pair.state, pair.decided_at, pair.due_on = PairState.PROPOSED, None, None
        pair.save(update_fields=["state", "decided_at", "due_on"])
        journal.record(act="deduplication.pair.proposed", subject=f"pair:{pair.pk}", details={"decision": wanted.value})
        if before not in OPEN:
            clustering.draw_around([pair.person_a_id, pair.person_b_id])
        return Outcome(pair_id=pair.pk, state=PairState.PROPOSED)
    kept = keep if keep is not None else _kept_before(pair)
    put(pair, wanted, said.get("due_on"))
    journal.record(
        act="deduplication.pair.decided",
        subject=f"pair:{pair.pk}",
        details={"decision": wanted.value, "opinions": [*agreed, officer], "opinion": opinion.pk},
    )
    if wanted is PairState.CANNOT_TELL and said.get("verify"):
        _ask_verification(pair)
    merge_id = None
    if wanted is PairState.SAME and not one_already:
        merge_id = merge(
            person_a_id=pair.person_a_id,
            person_b_id=pair.person_b_id,
            reason=note or "one person, as decided on the pair",
            keep_person_id=kept,
            pair_id=pair.pk,
        )
    participants.tell_decided(
        participants.Decided(
            pair_id=pair.pk,
            decision=wanted.value,
            before=before.value,
            person_a_id=pair.person_a_id,
            person_b_id=pair.person_b_id,
            note=note,
        )
    )
    return Outcome(pair_id=pair.pk, state=wanted, merge_id=merge_id)


def needs_second_opinion(pair: MatchedPair, wanted: PairState, stake_amount: int) -> bool:
    """Whether this finding of this pair takes two officers. ``stake_amount``: paisa a cycle, both persons together."""
    limits = limits_at()
    if wanted is PairState.CANNOT_TELL:
        return False
    if wanted is PairState.DIFFERENT and pair.weight >= limits.second_opinion_weight:
        return True
    return stake_amount >= limits.second_opinion_amount


def stake_of(pair: MatchedPair) -> int:
    """What both persons of a pair are paid together, under all their records: paisa a cycle."""
    people = [*group_of(head_of(pair.person_a_id)), *group_of(head_of(pair.person_b_id))]
    return sum(stake.amount for stake in participants.stakes_of(people))


def _agreed(pair: MatchedPair, wanted: PairState, officer: int) -> list[int] | None:
    """The other officers whose last word in this round is the same; None where one is needed and there is none yet."""
    last: dict[int, str] = {}
    for row in PairDecision.objects.filter(pair=pair, round=pair.round, took_effect=False).order_by("pk"):
        last[row.officer_id] = row.decision
    if not needs_second_opinion(pair, wanted, stake_of(pair)):
        return []
    if last.get(officer) == wanted and pair.state == PairState.PROPOSED:
        others = [number for number, said in last.items() if number != officer and said == wanted]
        if not others:
            raise refusals.SECOND_OPINION_NEEDED.because()
    return [number for number, said in last.items() if number != officer and said == wanted] or None


def _kept_before(pair: MatchedPair) -> int | None:
    """Whose record the first officer wanted to stand for both."""
    opinions = PairDecision.objects.filter(
        pair=pair, round=pair.round, decision=PairState.SAME, keep_person_id__isnull=False
    )
    return opinions.order_by("-pk").values_list("keep_person_id", flat=True).first()


def write_opinion(
    pair: MatchedPair,
    decision: PairState,
    *,
    officer: int,
    note: str = "",
    keep: int | None = None,
    took_effect: bool = True,
    bulk: BulkAcceptance | None = None,
) -> PairDecision:
    """Write down what an officer said of a pair, with what they saw of it; it changes nothing yet."""
    return PairDecision.objects.create(
        pair=pair,
        decision=decision,
        officer_id=officer,
        note=note,
        round=pair.round,
        took_effect=took_effect,
        keep_person_id=keep,
        weight=pair.weight,
        evidence=pair.evidence,
        bulk=bulk,
        area_a=pair.area_a,
        area_b=pair.area_b,
    )


def put(pair: MatchedPair, wanted: PairState, due_on: dt.date | None = None) -> None:
    """Bring the pair into the state found, out of its cluster, and draw what is left of that anew."""
    left = pair.cluster_id
    pair.state, pair.decided_at, pair.cluster_id, pair.due_on = wanted, timezone.now(), None, None
    pair.round += 1  # opinions that led here have had their effect
    if wanted is PairState.CANNOT_TELL:
        pair.due_on = due_on or timezone.localdate() + dt.timedelta(days=limits_at().aside_days)
    pair.save(update_fields=["state", "decided_at", "cluster_id", "due_on", "round"])
    clustering.draw_around([pair.person_a_id, pair.person_b_id], clusters=[] if left is None else [left])


def _ask_verification(pair: MatchedPair) -> None:
    """Ask about both by hand where they live, and the identity authority where they have a card and agreed."""
    people = [pair.person_a_id, pair.person_b_id]
    for kind in ("residence", "identity"):
        verification.request(kind=kind, person_ids=people, again=True, reason="again")


@transaction.atomic
def bring_back_due(*, on: dt.date | None = None) -> int:
    """Put pairs that nobody could tell apart back into the queue on the day they are due; returns how many."""
    day = on or timezone.localdate()
    due = MatchedPair.objects.select_for_update().filter(state=PairState.CANNOT_TELL, due_on__lte=day)
    people = [number for pair in due.values_list("person_a_id", "person_b_id") for number in pair]
    count = due.update(state=PairState.QUEUED, decided_at=None, due_on=None)
    if count:
        clustering.draw_around(people)
        journal.record(act="deduplication.pairs.due", subject="deduplication", details={}, count=count)
    return count
