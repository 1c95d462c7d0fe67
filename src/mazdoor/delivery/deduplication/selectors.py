"""Doors out of deduplication: what waits for a person, two records side by side, who stands for whom.

Reads go through row-level security. A pair across two areas is listed only to those who see both persons.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from mazdoor.delivery.deduplication import merging, refusals
from mazdoor.delivery.deduplication.models import MatchedPair, MatchRun, Merge
from mazdoor.delivery.deduplication.states import PAIR_MOVES, PairState, RunState
from mazdoor.delivery.registration import selectors as registration

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class QueuedPair:
    """One line of the queue. ``weight`` in bits; ``strong`` holds enrolment until somebody has looked."""

    pair_id: int
    weight: float
    probability: float
    strong: bool
    state: str
    found_at: dt.datetime
    person_a_id: int
    name_a: str
    area_a: str
    person_b_id: int
    name_b: str
    area_b: str


@dataclass(frozen=True, kw_only=True)
class FieldEvidence:
    """One field of the two records: both values as shown, the level of likeness, what it adds in bits."""

    field: str
    value_a: str
    value_b: str
    level: str | None
    weight: float


@dataclass(frozen=True, kw_only=True)
class PairSideBySide:
    """Two records with the weight of each field. ``person_a`` and ``person_b`` are as `registration.get_person`."""

    pair_id: int
    weight: float
    probability: float
    strong: bool
    state: str
    found_at: dt.datetime
    person_a: dict[str, Any]
    person_b: dict[str, Any]
    fields: list[FieldEvidence]
    decisions: list[dict[str, Any]] = field(default_factory=list)
    can_become: tuple[str, ...] = ()


_QUEUE = """
SELECT p.pair_id, p.weight, p.probability, p.strong, p.state, p.found_at,
       p.person_a_id, concat_ws(' ', nullif(a.given_name, ''), nullif(a.surname, '')) AS name_a, a.area_code AS area_a,
       p.person_b_id, concat_ws(' ', nullif(b.given_name, ''), nullif(b.surname, '')) AS name_b, b.area_code AS area_b
FROM deduplication.queue p
JOIN registration.person_now a ON a.person_id = p.person_a_id
JOIN registration.person_now b ON b.person_id = p.person_b_id
WHERE p.state = %(state)s
  AND (NOT %(strong_only)s OR p.strong)
  AND (%(areas)s::text[] IS NULL
       OR EXISTS (SELECT 1 FROM unnest(%(areas)s::text[]) AS f(code)
                  WHERE starts_with(a.area_code, f.code) OR starts_with(b.area_code, f.code)))
ORDER BY p.weight DESC, p.pair_id
LIMIT %(limit)s OFFSET %(offset)s
"""


def queue(
    *,
    areas: Sequence[str] | None = None,
    state: str = PairState.QUEUED,
    strong_only: bool = False,
    limit: int = PAGE,
    offset: int = 0,
) -> list[QueuedPair]:
    """Pairs that are queued, cannot be told or are fraud, heaviest first, of which one person lives in one of ``areas``
    (P-codes; everywhere where None)."""
    parameters = {
        "state": str(state),
        "strong_only": strong_only,
        "areas": None if areas is None else list(areas),
        "limit": limit,
        "offset": offset,
    }
    return [QueuedPair(**row) for row in registration.rows(_QUEUE, parameters)]


def count_open() -> int:
    """Pairs that wait for a person, among those the caller sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM deduplication.queue WHERE state = 'queued'")
        return int(cursor.fetchone()[0])


def count_by_state() -> dict[str, int]:
    """How many pairs are in each state, among those the caller sees; states without a pair are 0."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, count(*) FROM deduplication_matchedpair GROUP BY state")
        found = dict(cursor.fetchall())
    return {state.value: int(found.get(state.value, 0)) for state in PairState}


def next_in_queue(*, after_pair_id: int | None = None) -> int | None:
    """The pair to look at next: the heaviest queued one that is not ``after_pair_id``; None when the queue is empty."""
    for pair in queue(limit=2):
        if pair.pair_id != after_pair_id:
            return pair.pair_id
    return None


#: Field of the comparison -> fields of a person it looks at, as shown side by side.
_SHOWN: dict[str, tuple[str, ...]] = {
    "given": ("given_name", "given_name_ur"),
    "surname": ("surname", "surname_ur"),
    "father": ("father_name", "father_name_ur"),
    "birth": ("birth_date",),
    "sex": ("sex",),
    "place": ("area_code",),
    "phone": ("mobile_masked",),
    "cnic": ("cnic_masked",),
    "kinship": (),
    "prior": (),
}


def get_pair(*, pair_id: int) -> PairSideBySide:
    """Two records side by side with the weight of each field; refuses DED-001 where either is not seen.

    The weights are those of the run that found the pair; with ``kinship`` and ``prior`` they add up to the pair's.
    """
    pair = MatchedPair.objects.filter(pk=pair_id).first()
    if pair is None or not sees_both(pair):
        raise refusals.PAIR_UNKNOWN.because()
    person_a = registration.get_person(person_id=pair.person_a_id)
    person_b = registration.get_person(person_id=pair.person_b_id)
    fields = [
        FieldEvidence(
            field=name,
            value_a=_shown(person_a, shown),
            value_b=_shown(person_b, shown),
            level=pair.evidence.get(name, {}).get("level"),
            weight=float(pair.evidence.get(name, {}).get("weight", 0.0)),
        )
        for name, shown in _SHOWN.items()
    ]
    return PairSideBySide(
        pair_id=pair.pk,
        weight=pair.weight,
        probability=pair.probability,
        strong=pair.strong,
        state=pair.state,
        found_at=pair.found_at,
        person_a=person_a,
        person_b=person_b,
        fields=fields,
        decisions=[
            dict(row) for row in pair.decisions.order_by("pk").values("decision", "officer_id", "note", "decided_at")
        ],
        can_become=tuple(sorted(state.value for state in PAIR_MOVES[PairState(pair.state)] - {PairState.QUEUED})),
    )


def sees_both(pair: MatchedPair) -> bool:
    """Whether whoever acts may see both persons of a pair, where they live now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM registration.person_now WHERE person_id = ANY (%s)",
            [[pair.person_a_id, pair.person_b_id]],
        )
        return int(cursor.fetchone()[0]) == 2


def _shown(person: dict[str, Any], names: tuple[str, ...]) -> str:
    return " · ".join(str(person[name]) for name in names if person.get(name))


def pairs_of(*, person_id: int) -> list[dict[str, Any]]:
    """Every pair a person is in, with the other person, heaviest first."""
    return registration.rows(
        """
        SELECT id AS pair_id, CASE WHEN person_a_id = %(id)s THEN person_b_id ELSE person_a_id END AS other_person_id,
               weight, strong, state, found_at, decided_at
        FROM deduplication_matchedpair WHERE person_a_id = %(id)s OR person_b_id = %(id)s
        ORDER BY weight DESC, id
        """,
        {"id": person_id},
    )


def canonical_of(person_id: int) -> int:
    """Who stands for this person: themselves where nobody else does."""
    return merging.head_of(person_id)


def records_of(*, person_id: int) -> list[int]:
    """All records of the person behind this record: the canonical one first."""
    return merging.group_of(merging.head_of(person_id))


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


def last_run() -> dict[str, Any] | None:
    """The last finished run, without its model; None where the register was never compared."""
    found = (
        MatchRun.objects.filter(state=RunState.FINISHED)
        .order_by("-pk")
        .values(
            "id", "started_at", "finished_at", "everything", "records", "new_records", "compared", "found", "queued",
            "lower", "upper", "left_out", "seconds",
        )
        .first()
    )  # fmt: skip
    return None if found is None else dict(found)
