"""A cluster as an officer saw it: what it is known by while it stays so, and which of its records nothing compares."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from mazdoor.delivery.deduplication.merging import head_of
from mazdoor.delivery.deduplication.models import MatchedPair


def fingerprint(pairs: Iterable[MatchedPair]) -> str:
    """What a cluster is known by while it stays as it is: its pairs, their states, rounds and weights."""
    said = "|".join(
        f"{pair.pk}:{pair.state}:{pair.round}:{pair.weight!r}" for pair in sorted(pairs, key=lambda each: each.pk)
    )
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def unpaired(pairs: Sequence[MatchedPair], *, joined: Sequence[MatchedPair] | None = None) -> list[tuple[int, int]]:
    """Records of a cluster that no pair compares, among those that these unions would make one person."""
    known = {frozenset((head_of(p.person_a_id), head_of(p.person_b_id))) for p in pairs}
    groups: dict[int, set[int]] = {}
    for pair in pairs if joined is None else joined:
        one, other = head_of(pair.person_a_id), head_of(pair.person_b_id)
        union = groups.get(one, {one}) | groups.get(other, {other})
        for number in union:
            groups[number] = union
    found = {
        (one, other)
        for union in groups.values()
        for one in union
        for other in union
        if one < other and frozenset((one, other)) not in known
    }
    return sorted(found)
