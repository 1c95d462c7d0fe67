"""From pairs to persons, with a guard against chains.

Rows joined by any chain of likely pairs form a component; of a component of three or more, two parts become one only
while the pairs between them agree **on average** (average linkage). Two people who are each like a third person do not
become one through them.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable

Pair = tuple[int, int, float]


def components(pairs: Iterable[Pair], threshold: float) -> dict[int, int]:
    """Row → the smallest row of its component, over the pairs of at least ``threshold`` bits."""
    parent: dict[int, int] = {}

    def root(row: int) -> int:
        parent.setdefault(row, row)
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for first, second, weight in pairs:
        if weight >= threshold:
            one, other = sorted((root(first), root(second)))
            parent[other] = one
    return {row: root(row) for row in list(parent)}


def group(pairs: list[Pair], *, threshold: float, unseen: float) -> list[list[int]]:
    """Groups of two or more rows, each sorted, in order of their first row.

    ``pairs``: every pair that was weighed, bits; ``threshold``: what the average must reach; ``unseen``: what a pair
    counts that shares no key and so was never weighed.
    """
    of = components(pairs, threshold)
    inside: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair[0] in of and of.get(pair[1]) == of[pair[0]]:
            inside[of[pair[0]]].append(pair)
    found: list[list[int]] = []
    for within in inside.values():
        found += [[within[0][0], within[0][1]]] if len(within) == 1 else _average_linkage(within, threshold, unseen)
    return sorted(sorted(each) for each in found)


def _average_linkage(pairs: list[Pair], threshold: float, unseen: float) -> list[list[int]]:
    members = {row: [row] for pair in pairs for row in pair[:2]}
    between: dict[int, dict[int, tuple[float, int]]] = {row: {} for row in members}  # sum and number of weighed pairs
    for first, second, weight in pairs:
        between[first][second] = between[second][first] = (weight, 1)
    heap = [(-weight, min(first, second), max(first, second)) for first, second, weight in pairs]
    heapq.heapify(heap)
    number = max(members) + 1
    nothing = (0.0, 0)
    while heap:
        negative, first, second = heapq.heappop(heap)
        if -negative < threshold:
            break
        if first not in members or second not in members:
            continue  # one of the two has grown since; the grown one has its own entry
        joined, number = number, number + 1
        members[joined] = members.pop(first) + members.pop(second)
        one, other = between.pop(first), between.pop(second)
        between[joined] = {}
        for neighbour in sorted((one.keys() | other.keys()) & members.keys()):
            here, there = one.get(neighbour, nothing), other.get(neighbour, nothing)
            weight, seen = here[0] + there[0], here[1] + there[1]
            possible = len(members[joined]) * len(members[neighbour])
            between[joined][neighbour] = between[neighbour][joined] = (weight, seen)
            heapq.heappush(heap, (-(weight + (possible - seen) * unseen) / possible, neighbour, joined))
    return [rows for rows in members.values() if len(rows) > 1]
