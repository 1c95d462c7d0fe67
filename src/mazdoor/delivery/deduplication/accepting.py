"""The long work of a bulk acceptance, behind the page: its pairs merged, or what was merged undone.

A portion is one transaction, and lets others decide and merge between portions. What is left to do is read from the pairs
themselves: a run that was killed is begun again and goes on. An undoing asked for meanwhile ends the merging where it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from mazdoor.access.services import acting_as
from mazdoor.delivery.deduplication import refusals
from mazdoor.delivery.deduplication.deciding import put, write_opinion
from mazdoor.delivery.deduplication.merging import head_of, hold_merges, merge, undo_merge
from mazdoor.delivery.deduplication.models import BulkAcceptance, BulkPair, MatchedPair, Merge
from mazdoor.delivery.deduplication.states import BULK_MOVES, BulkState, PairState
from mazdoor.journal import services as journal
from mazdoor.kernel.refusals import Refusal

PORTION: Final = 25
"""Pairs in one transaction: others wait for it, about a second."""

Told = Callable[[int], None]


def accept_bulk(*, bulk_id: int, officer_id: int, portion: int = PORTION, on_portion: Told | None = None) -> None:
    """Merge every pair of a confirmed acceptance that still waits unchanged, each as a merge of its own, in the name of
    the officer who confirmed. A pair that was decided, changed or drawn into a cluster meanwhile, or that may not be merged,
    is left to people. ``on_portion`` is told how many pairs were gone through in each transaction.
    """
    _in_portions(_accept_some, bulk_id, officer_id, portion, on_portion)


def undo_accepted(*, bulk_id: int, officer_id: int, portion: int = PORTION, on_portion: Told | None = None) -> None:
    """Undo every merge an acceptance made and that still stands, the last one first. Refuses as `undo_merge`; what was
    undone before stays so."""
    _in_portions(_undo_some, bulk_id, officer_id, portion, on_portion)


def _in_portions(
    some: Callable[[int, int], int | None], bulk_id: int, officer_id: int, portion: int, on_portion: Told | None
) -> None:
    while True:
        with acting_as(officer_id=officer_id):
            hold_merges()
            done = some(bulk_id, portion)
        if done is None:
            return
        if on_portion is not None:
            on_portion(done)


def _accept_some(bulk_id: int, portion: int) -> int | None:
    """One portion; None where nothing is left, or the merging was stopped."""
    bulk = find_held(bulk_id, to=BulkState.CONFIRMED)
    if bulk is None:
        return None
    members = list(waiting(bulk).order_by("pair_id")[:portion])
    for member in members:
        if not _accept(bulk, member):
            member.left_to_people = True
            member.save(update_fields=["left_to_people"])
    if members:
        return len(members)
    bulk.state = BulkState.CONFIRMED
    bulk.save(update_fields=["state"])
    rest = bulk.members.filter(sampled=False)
    merged = rest.filter(merge__isnull=False).count()
    journal.record(
        act="deduplication.bulk.confirmed",
        subject=f"bulk:{bulk.pk}",
        details={
            "asked_by": bulk.asked_by,
            "confirmed_by": bulk.confirmed_by,
            "sample": bulk.sample_size,
            "wrong": bulk.wrong,
            "bound": f"{bulk.bound:.6f}",
            "left_to_people": rest.count() - merged,
        },
        count=merged,
        root=root_of(bulk),
    )
    return None


def _accept(bulk: BulkAcceptance, member: BulkPair) -> bool:
    """Merge one pair of a confirmed acceptance, unless it is no longer what was accepted."""
    pair = MatchedPair.objects.select_for_update().get(pk=member.pair_id)
    if pair.state != PairState.QUEUED or pair.weight < bulk.weight_from or pair.reopened is not None:
        return False
    if MatchedPair.objects.filter(cluster_id=pair.cluster_id).exclude(pk=pair.pk).exists():
        return False
    if head_of(pair.person_a_id) == head_of(pair.person_b_id):
        return False
    try:
        with transaction.atomic():
            write_opinion(pair, PairState.SAME, officer=bulk.confirmed_by or 0, bulk=bulk)
            put(pair, PairState.SAME)
            member.merge_id = merge(
                person_a_id=pair.person_a_id, person_b_id=pair.person_b_id, reason=bulk.reason, pair_id=pair.pk
            )
            member.save(update_fields=["merge"])
    except Refusal:  # such as another pair between the two that says they are two persons: whoever decides it is told
        return False
    return True


def _undo_some(bulk_id: int, portion: int) -> int | None:
    """One portion; None where nothing is left."""
    bulk = find_held(bulk_id, to=BulkState.UNDONE)
    if bulk is None:
        return None
    numbers = list(standing(bulk).order_by("-pk").values_list("pk", flat=True)[:portion])
    for number in numbers:
        undo_merge(merge_id=number, reason=bulk.undo_reason)
    if numbers:
        return len(numbers)
    bulk.state = BulkState.UNDONE
    bulk.save(update_fields=["state"])
    journal.record(
        act="deduplication.bulk.undone",
        subject=f"bulk:{bulk.pk}",
        details={},
        count=bulk.members.filter(sampled=False, merge__isnull=False).count(),
    )
    return None


def waiting(bulk: BulkAcceptance) -> QuerySet[BulkPair]:
    """The pairs outside the sample that nothing has become of yet."""
    return bulk.members.filter(sampled=False, merge__isnull=True, left_to_people=False)


def standing(bulk: BulkAcceptance) -> QuerySet[Merge]:
    """The merges an acceptance made that nobody has undone."""
    made = bulk.members.filter(sampled=False, merge__isnull=False)
    return Merge.objects.filter(pk__in=made.values("merge"), undone_at__isnull=True)


def find_held(bulk_id: int, *, to: BulkState) -> BulkAcceptance | None:
    """The acceptance, kept from others until the transaction ends; None where it cannot come ``to`` this state next, or is
    not seen."""
    before = [state for state, moves in BULK_MOVES.items() if to in moves]
    return BulkAcceptance.objects.select_for_update().filter(pk=bulk_id, state__in=before).first()


def get_held(bulk_id: int, *, to: BulkState) -> BulkAcceptance:
    """As `find_held`; refuses DED-015."""
    bulk = find_held(bulk_id, to=to)
    if bulk is None:
        raise refusals.BULK_UNKNOWN.because()
    return bulk


def root_of(bulk: BulkAcceptance) -> str:
    """The hash of the pairs of an acceptance, with those of its sample marked."""
    rows = bulk.members.order_by("pair_id").values_list("pair_id", "sampled")
    return hashlib.sha256("|".join(f"{pair}{'*' if sampled else ''}" for pair, sampled in rows).encode()).hexdigest()
