"""From pairs to persons in bulk, with a guard against chains, and what the guard cut for somebody to look at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from mazdoor.matching.files.groups import components, group


@dataclass(frozen=True, slots=True)
class Clusters:
    """``groups``: record numbers of one person each, two or more. ``cut``: likely pairs that no group holds (bridges)."""

    groups: list[list[int]]
    cut: list[tuple[int, int, float]]
    largest_component: int


def clusters(pairs: Path, *, threshold: float, unseen: float = -10.0) -> Clusters:
    """Groups from a file of pairs as `link` writes it.

    Records joined by any chain of pairs at ``threshold`` bits form a component. Inside a component parts become one only
    while the pairs between them agree on average, a pair that was never weighed counting ``unseen`` bits: a chain of
    likenesses is cut at its weakest bridge, and the bridge is named instead of decided.
    """
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT least(record_id_a, record_id_b), greatest(record_id_a, record_id_b), CAST(weight AS DOUBLE) "
            "FROM read_parquet(?) WHERE weight >= ? ORDER BY 1, 2",
            [str(pairs), min(threshold, 0.0) - 8.0],
        ).fetchall()
    found = group(rows, threshold=threshold, unseen=unseen)
    of = {row: number for number, each in enumerate(found) for row in each}
    cut = [pair for pair in rows if pair[2] >= threshold and of.get(pair[0]) != of.get(pair[1], -1)]
    sizes: dict[int, int] = {}
    for root in components(rows, threshold).values():
        sizes[root] = sizes.get(root, 0) + 1
    return Clusters(found, cut, max(sizes.values(), default=0))
