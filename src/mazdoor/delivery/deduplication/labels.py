"""What officers decided, for a model to learn from: no names, no numbers of cards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from mazdoor.delivery.deduplication.models import PairDecision
from mazdoor.delivery.deduplication.states import PairState


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What officers found of two records, for training: no names, no numbers of cards.

    ``same``: one human being (a fraud is one, too). ``officer_ids`` are those whose word it took effect by.
    """

    person_a_id: int
    person_b_id: int
    same: bool
    decision: str
    officer_ids: tuple[int, ...]
    decided_on: dt.date
    weight: float | None
    """What the pair weighed when it was decided (bits), as the model of that day had it."""


_TELLING = (PairState.SAME, PairState.DIFFERENT, PairState.FRAUD)


def telling_decisions() -> QuerySet[PairDecision]:
    """Decisions that say whether two records are one person, of officers who looked at the pair; undone ones among them."""
    return PairDecision.objects.filter(took_effect=True, bulk__isnull=True, decision__in=_TELLING)


def clerical_labels(*, since: dt.date | None = None) -> Iterator[Label]:
    """Every pair that officers looked at and decided, as it stands now, by pair.

    What was undone, waits for a second opinion or could not be told is no label, and neither is a pair accepted in bulk
    that nobody looked at.
    """
    rows = (
        telling_decisions()
        .filter(pair__state__in=_TELLING)
        .order_by("pair_id", "-pk")
        .distinct("pair_id")
        .select_related("pair")
    )
    for row in rows.iterator(chunk_size=5_000):
        if row.decision != row.pair.state or (since is not None and timezone.localdate(row.decided_at) < since):
            continue
        # opinions before it in the same round that said the same
        first = PairDecision.objects.filter(
            pair_id=row.pair_id, round=row.round, decision=row.decision, took_effect=False
        ).values_list("officer_id", flat=True)
        yield Label(
            person_a_id=row.pair.person_a_id,
            person_b_id=row.pair.person_b_id,
            same=row.decision != PairState.DIFFERENT,
            decision=row.decision,
            officer_ids=tuple(dict.fromkeys([*first, row.officer_id])),
            decided_on=timezone.localdate(row.decided_at),
            weight=row.weight,
        )
