"""Two records side by side, and all records of a cluster: what an officer looks at before deciding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from mazdoor.delivery.deduplication import refusals
from mazdoor.delivery.deduplication.models import Cluster, MatchedPair
from mazdoor.delivery.deduplication.queueing import FoundPair
from mazdoor.delivery.deduplication.seen import fingerprint, unpaired
from mazdoor.delivery.deduplication.states import DECISIONS, PAIR_MOVES, PairState
from mazdoor.delivery.registration import selectors as registration


@dataclass(frozen=True, kw_only=True)
class FieldEvidence:
    """One field of the two records: both values as shown, the level of likeness, what it adds in bits."""

    field: str
    value_a: str
    value_b: str
    level: str | None
    weight: float


@dataclass(frozen=True, kw_only=True)
class PairSideBySide(FoundPair):
    """Two records with the weight of each field. ``person_a`` and ``person_b`` are as `registration.get_person`."""

    person_a: dict[str, Any]
    person_b: dict[str, Any]
    fields: list[FieldEvidence]
    decisions: list[dict[str, Any]] = field(default_factory=list)
    can_become: tuple[str, ...] = ()
    round: int = 1
    due_on: dt.date | None = None
    reopened: dict[str, Any] | None = None
    """Why it came back although it was found different: gain in bits, fields, weight before, when it was decided."""

    @property
    def opinions(self) -> list[dict[str, Any]]:
        """What officers have said of it since it came into the queue, and that waits for a second opinion."""
        return [row for row in self.decisions if row["round"] == self.round and not row["took_effect"]]


#: Field of the comparison -> fields of a person it looks at, as shown side by side.
_SHOWN: dict[str, tuple[str, ...]] = {
    "given": ("given_name", "given_name_ur"),
    "surname": ("surname", "surname_ur"),
    "father": ("father_name", "father_name_ur"),
    "husband": ("husband_name", "husband_name_ur"),
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
        for name, shown in _fields(pair.evidence).items()
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
            dict(row)
            for row in pair.decisions.order_by("pk").values(
                "decision", "officer_id", "note", "decided_at", "took_effect", "round"
            )
        ],
        can_become=tuple(sorted(state.value for state in PAIR_MOVES[PairState(pair.state)] & DECISIONS)),
        round=pair.round,
        due_on=pair.due_on,
        reopened=pair.reopened,
    )


def _fields(evidence: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The fields to show, and what of a person each looks at: those that are known, then whatever else was compared."""
    return {**_SHOWN, **{name: () for name in sorted(evidence) if name not in _SHOWN}}


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


@dataclass(frozen=True, kw_only=True)
class ClusterSideBySide:
    """All records of a cluster and the pairs that hold it together, the heaviest first.

    ``seen`` is what `services.decide_cluster` asks back, to know that nothing changed meanwhile. ``chain``: lighter links of
    a longer chain were cut off. A pair that is not open makes a cluster of its own.
    """

    pairs: list[PairSideBySide]
    people: list[dict[str, Any]]
    seen: str
    chain: bool
    unpaired: list[tuple[int, int]]


def get_cluster(*, pair_id: int) -> ClusterSideBySide:
    """The cluster a pair waits in; refuses DED-001 where the pair, or any record of its cluster, is not seen."""
    pair = MatchedPair.objects.filter(pk=pair_id).first()
    if pair is None:
        raise refusals.PAIR_UNKNOWN.because()
    rows = [pair] if pair.cluster_id is None else list(MatchedPair.objects.filter(cluster_id=pair.cluster_id))
    rows.sort(key=lambda row: (-row.weight, row.pk))
    pairs = [get_pair(pair_id=row.pk) for row in rows]
    people = {person["person_id"]: person for each in pairs for person in (each.person_a, each.person_b)}
    cluster = None if pair.cluster_id is None else Cluster.objects.filter(pk=pair.cluster_id).first()
    return ClusterSideBySide(
        pairs=pairs,
        people=[people[number] for number in sorted(people)],
        seen=fingerprint(rows),
        chain=bool(cluster and cluster.chain),
        unpaired=unpaired(rows),
    )
