"""Doors out of deduplication: what waits for a person, records side by side, who stands for whom, labels for training.

Reads go through row-level security. A pair across two areas is listed only to those who see both persons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mazdoor.delivery.deduplication import merging, tasks
from mazdoor.delivery.deduplication.accepting import standing
from mazdoor.delivery.deduplication.households import in_two_households
from mazdoor.delivery.deduplication.labels import Label, clerical_labels
from mazdoor.delivery.deduplication.looking import (
    ClusterSideBySide,
    FieldEvidence,
    PairSideBySide,
    get_cluster,
    get_pair,
    sees_both,
)
from mazdoor.delivery.deduplication.models import BulkAcceptance, HouseholdPair, Merge
from mazdoor.delivery.deduplication.queueing import (
    PAGE,
    QueuedCluster,
    QueuedPair,
    clusters,
    count_by_state,
    count_clusters,
    count_open,
    next_in_queue,
    queue,
)
from mazdoor.delivery.deduplication.runs import (
    Comparison,
    Learning,
    Lines,
    find_comparison,
    last_run,
    learning,
    lines,
    recent_runs,
)
from mazdoor.delivery.deduplication.states import BulkState, HouseholdState, PairState
from mazdoor.journal import selectors as journal

__all__ = [
    "PAGE",
    "BulkWork",
    "ClusterSideBySide",
    "Comparison",
    "FieldEvidence",
    "Label",
    "Learning",
    "Lines",
    "PairSideBySide",
    "QueuedCluster",
    "QueuedPair",
    "bulks",
    "canonical_of",
    "clerical_labels",
    "clusters",
    "count_by_state",
    "count_clusters",
    "count_open",
    "find_bulk_work",
    "find_comparison",
    "find_household_pair",
    "get_bulk",
    "get_cluster",
    "get_pair",
    "heads_ever",
    "household_pairs",
    "in_two_households",
    "last_run",
    "learning",
    "lines",
    "merges_of",
    "next_in_queue",
    "next_sampled",
    "queue",
    "recent_runs",
    "records_of",
    "sees_both",
]


def canonical_of(person_id: int) -> int:
    """Who stands for this person: themselves where nobody else does."""
    return merging.head_of(person_id)


def records_of(*, person_id: int) -> list[int]:
    """All records of the person behind this record: the canonical one first."""
    return merging.group_of(merging.head_of(person_id))


def heads_ever(*, person_ids: Sequence[int]) -> list[int]:
    """These records, and every record that has stood for one of them at any time, undone merges among them."""
    found = set(person_ids)
    stood = Merge.objects.exclude(stood_before=[]).values_list("stood_before", flat=True)
    earlier = [(each["merged"], each["canonical"]) for entries in stood for each in entries]
    while True:
        heads = set(Merge.objects.filter(merged_person__in=found).values_list("canonical_person_id", flat=True))
        heads |= {canonical for merged, canonical in earlier if merged in found}
        heads -= found
        if not heads:
            return sorted(found)
        found |= heads


def merges_of(*, person_id: int) -> list[dict[str, Any]]:
    """Merges this record or its group had part in, newest first, undone ones too."""
    group = records_of(person_id=person_id)
    made = Merge.objects.filter(canonical_person_id__in=group) | Merge.objects.filter(merged_person_id__in=group)
    return [
        dict(row)
        for row in made.order_by("-pk").values(
            "id",
            "canonical_person_id",
            "merged_person_id",
            "pair_id",
            "officer_id",
            "reason",
            "merged_at",
            "undone_at",
            "undone_by_officer_id",
            "undo_reason",
        )
    ]


def household_pairs(*, state: str = HouseholdState.QUEUED, limit: int = PAGE) -> list[dict[str, Any]]:
    """Households that may be one registered twice, among those the caller sees, those that share most first."""
    rows = HouseholdPair.objects.filter(state=state).order_by("-share", "pk")[:limit]
    return [_household_pair(row) for row in rows]


def find_household_pair(*, household_pair_id: int) -> dict[str, Any] | None:
    """One pair of households; None where the caller does not see both."""
    row = HouseholdPair.objects.filter(pk=household_pair_id).first()
    return None if row is None else _household_pair(row)


def _household_pair(row: HouseholdPair) -> dict[str, Any]:
    return {
        "household_pair_id": row.pk,
        "household_a_id": row.household_a_id,
        "household_b_id": row.household_b_id,
        "shared": row.shared,
        "share": row.share,
        "state": row.state,
        "event_id": row.event_id,
        "note": row.note,
        "found_at": row.found_at,
        "decided_at": row.decided_at,
        "area_a": row.area_a,
        "area_b": row.area_b,
    }


def bulks(*, limit: int = PAGE) -> list[dict[str, Any]]:
    """Acceptances of many pairs, the newest first, among those the caller sees."""
    return [_bulk(row) for row in BulkAcceptance.objects.order_by("-pk")[:limit]]


def get_bulk(*, bulk_id: int) -> dict[str, Any] | None:
    """One acceptance with how much of its sample is decided; None where the caller does not see it."""
    row = BulkAcceptance.objects.filter(pk=bulk_id).first()
    return None if row is None else _bulk(row)


def _bulk(row: BulkAcceptance) -> dict[str, Any]:
    sample = row.members.filter(sampled=True)
    return {
        "bulk_id": row.pk,
        **{
            name: getattr(row, name)
            for name in (
                "state", "weight_from", "area_code", "pairs", "sample_size", "confidence", "error_limit", "wrong", "bound",
                "reason", "asked_by", "asked_at", "confirmed_by", "confirmed_at", "undone_by", "undone_at", "undo_reason",
            )
        },
        "looked_at": sample.exclude(found="").count(),
        "merged": row.members.filter(sampled=False, merge__isnull=False).count(),
        "left_to_people": row.members.filter(left_to_people=True).count(),
        "standing": standing(row).count(),
    }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkWork:
    """How far the merging or undoing of an acceptance is, in pairs. ``state`` is that of the job: ``waiting``, ``running`` or
    ``ended``; ``worker``: whether anybody is there to do it; ``error``: the code it ended with before its time, or ''."""

    undoes: bool
    state: str
    worker: bool
    done: int
    total: int
    error: str
    details: Mapping[str, str | int]

    @property
    def under_way(self) -> bool:
        """Whether it waits or runs."""
        return self.state != "ended"


def find_bulk_work(bulk: Mapping[str, Any]) -> BulkWork | None:
    """What is done behind to an acceptance (as `get_bulk` gives it) that is being merged or undone; None for any other."""
    if bulk["state"] not in (BulkState.CONFIRMING, BulkState.UNDOING):
        return None
    undoes = bulk["state"] == BulkState.UNDOING
    name, key = tasks.UNDOING if undoes else tasks.ACCEPTING, tasks.key_of(bulk["bulk_id"])
    behind = journal.find_behind(task=name, key=key)
    state = behind.state if behind is not None else "ended"
    run = journal.find_job(name=name, key=key) if state == "ended" else None
    return BulkWork(
        undoes=undoes,
        state=state,
        worker=journal.is_worker_there(),
        done=bulk["merged"] - bulk["standing"] if undoes else bulk["merged"] + bulk["left_to_people"],
        total=bulk["merged"] if undoes else bulk["pairs"] - bulk["sample_size"],
        error=run.error if run is not None else "",
        details=run.details if run is not None else {},
    )


def next_sampled(*, bulk_id: int) -> int | None:
    """The next pair of a sample that nobody has decided, None where all are."""
    row = BulkAcceptance.objects.filter(pk=bulk_id, state=BulkState.SAMPLING).first()
    if row is None:
        return None
    waiting = row.members.filter(sampled=True, found="").exclude(pair__state=PairState.PROPOSED).order_by("pk")
    first = waiting.values_list("pair_id", flat=True).first()
    return int(first) if first is not None else None
