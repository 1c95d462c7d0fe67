"""When each column is computed: as few joins as can be, each with all it brings.

A table goes through stages; between two stages stands one join for each link or collection that it imports from there.
An import may come as early as what it reads is there, and must come before what reads it; of the stages between, the
fewest that serve all imports over one link or collection are chosen. Everything else is computed as late as it may.
"""

from __future__ import annotations

from typing import TypeAlias

from mazdoor.rules.engines.sql.columns import Column, Columns, Spot, reads
from mazdoor.rules.language import typed

Way: TypeAlias = tuple[str, tuple[str, ...]]
"""Where an import comes from: (entity that imports, its links) or (entity that imports, (collection,))."""


def way_of(column: Column) -> Way:
    """The way an import takes."""
    source = column.source
    assert source is not None
    if isinstance(source, typed.Gathered):
        return column.entity, (source.collection,)
    return column.entity, ("over", *source.links)


def set_stages(columns: Columns) -> int:
    """Give every column its stage. Returns the last one."""
    needs = {spot: reads(column) for spot, column in columns.found.items()}
    chosen: dict[Spot, int] = {}
    ways: dict[Way, list[Spot]] = {}
    for spot, column in columns.found.items():
        if column.source is not None:
            ways.setdefault(way_of(column), []).append(spot)
    last = max(_earliest(needs, columns, chosen).values(), default=0)
    for spots in ways.values():
        waiting = list(spots)
        while waiting:
            latest = _latest(needs, chosen, last)
            point = min(latest[spot] for spot in waiting)
            for spot in sorted(waiting, key=lambda each: latest[each]):
                # Choosing one moves the others' bounds: an import may read, by a round about way, another of its own way.
                soonest, latest = _earliest(needs, columns, chosen), _latest(needs, chosen, last)
                if soonest[spot] <= point <= latest[spot]:
                    chosen[spot] = point
                    waiting.remove(spot)
    for spot, stage in _latest(needs, chosen, last).items():
        columns.found[spot].stage = stage
    return last


def _earliest(needs: dict[Spot, list[tuple[Spot, int]]], columns: Columns, chosen: dict[Spot, int]) -> dict[Spot, int]:
    found: dict[Spot, int] = {}
    for spot, read in needs.items():
        least = 0 if columns.found[spot].source is None else 1
        found[spot] = max([chosen.get(spot, least), *(found[each] + joins for each, joins in read)])
    return found


def _latest(needs: dict[Spot, list[tuple[Spot, int]]], chosen: dict[Spot, int], last: int) -> dict[Spot, int]:
    found = dict.fromkeys(needs, last)
    for spot in reversed(needs):
        found[spot] = min(found[spot], chosen.get(spot, last))
        for each, joins in needs[spot]:
            found[each] = min(found[each], found[spot] - joins)
    return found
