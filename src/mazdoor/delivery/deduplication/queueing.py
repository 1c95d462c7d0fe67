"""What waits for a person: clusters by area and weight, pairs by state, and how many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from mazdoor.database.acting import current
from mazdoor.delivery.deduplication.states import PairState
from mazdoor.delivery.registration import selectors as registration

PAGE: Final = 50


@dataclass(frozen=True, kw_only=True)
class FoundPair:
    """A pair as a run found it. ``weight`` in bits; ``strong`` holds enrolment until somebody has looked."""

    pair_id: int
    weight: float
    probability: float
    strong: bool
    state: str
    found_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class QueuedPair(FoundPair):
    """One pair of the queue, with the names and areas of the two."""

    person_a_id: int
    name_a: str
    area_a: str
    person_b_id: int
    name_b: str
    area_b: str


@dataclass(frozen=True, kw_only=True)
class QueuedCluster:
    """One line of the queue: its heaviest pair, which opens it, and how many records hang together.

    ``proposed``: a pair of it waits for a second opinion; ``reopened``: one came back on strong new evidence.
    """

    cluster_id: int
    pair_id: int
    weight: float
    probability: float
    strong: bool
    records: int
    pairs: int
    chain: bool
    proposed: bool
    reopened: bool
    names: tuple[str, ...]
    areas: tuple[str, ...]
    found_at: dt.datetime


_PAIRS: Final = """
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

# The page's clusters are found first, by the cluster table alone; names are looked up for these few only.
_CLUSTERS: Final = """
WITH page AS MATERIALIZED (
    SELECT c.* FROM deduplication_cluster c WHERE {where}
    ORDER BY c.weight DESC, c.id LIMIT %(limit)s OFFSET %(offset)s
)
SELECT c.id AS cluster_id, first.id AS pair_id, c.weight, first.probability, c.strong, c.records, c.pairs, c.chain,
       told.proposed, told.reopened, told.names, c.areas, first.found_at
FROM page c
JOIN LATERAL (SELECT p.id, p.probability, p.found_at FROM deduplication_matchedpair p WHERE p.cluster_id = c.id
              ORDER BY p.weight DESC, p.id LIMIT 1) first ON true
JOIN LATERAL (
    SELECT bool_or(p.state = 'proposed') AS proposed, bool_or(p.reopened IS NOT NULL) AS reopened,
           array_agg(DISTINCT n.name ORDER BY n.name) AS names
    FROM deduplication_matchedpair p
    JOIN LATERAL (
        SELECT {name} AS name
        FROM registration.person_now o WHERE o.person_id IN (p.person_a_id, p.person_b_id)) n ON true
    WHERE p.cluster_id = c.id) told ON true
ORDER BY c.weight DESC, c.id
"""
_NEXT: Final = """
SELECT first.id FROM deduplication_cluster c
JOIN LATERAL (SELECT p.id FROM deduplication_matchedpair p WHERE p.cluster_id = c.id
              ORDER BY p.weight DESC, p.id LIMIT 1) first ON true
WHERE {where} AND first.id IS DISTINCT FROM %(after)s
  AND EXISTS (SELECT FROM deduplication_matchedpair p WHERE p.cluster_id = c.id
              AND NOT EXISTS (SELECT FROM deduplication_pairdecision d
                              WHERE d.pair_id = p.id AND d.round = p.round AND NOT d.took_effect
                                AND d.officer_id = %(officer)s))
ORDER BY c.weight DESC, c.id LIMIT 1
"""
_NAME: Final = "concat_ws(' ', nullif(o.given_name, ''), nullif(o.surname, ''))"
_NAME_UR: Final = (
    f"coalesce(nullif(concat_ws(' ', nullif(o.given_name_ur, ''), nullif(o.surname_ur, '')), ''), {_NAME})"
)


def clusters(
    *, area: str = "", strong_only: bool = False, language: str = "en", limit: int = PAGE, offset: int = 0
) -> list[QueuedCluster]:
    """Clusters that wait, heaviest first; ``area`` (a P-code) narrows them to those that lie in it whole."""
    where, values = _where(area, strong_only)
    found = registration.rows(
        _CLUSTERS.format(where=where, name=_NAME_UR if language == "ur" else _NAME),
        {**values, "limit": limit, "offset": offset},
    )
    return [
        QueuedCluster(**{**row, "names": tuple(row["names"]), "areas": tuple(dict.fromkeys(row["areas"]))})
        for row in found
    ]


def count_clusters(*, area: str = "", strong_only: bool = False) -> int:
    """How many clusters wait, among those the caller sees."""
    where, values = _where(area, strong_only)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM deduplication_cluster c WHERE {where}", values)
        return int(cursor.fetchone()[0])


def _where(area: str, strong_only: bool) -> tuple[str, dict[str, Any]]:
    """What is asked for, with the officer's own areas written out beside row-level security: ranges an index answers."""
    values: dict[str, Any] = {}
    terms = ["true"]
    if strong_only:
        terms.append("c.strong")
    if area:
        terms.append(_inside("area", area, values))
    _, areas, _ = current()
    own = [each for each in areas.split(",") if each] if areas != "*" else []
    if own and min(len(each) for each in own) >= 3:  # whoever has the country reads from the heaviest on, and stops
        inside = [_inside(f"own_{number}", each, values) for number, each in enumerate(own)]
        if len(own) > 1:  # a cluster across two of the officer's areas bears the beginning they share
            values["wider"] = sorted({each[:n] for each in own for n in range(len(each))})
            inside.append("c.area_code = ANY (%(wider)s)")
        terms.append(f"({' OR '.join(inside)})")
    return " AND ".join(terms), values


def _inside(name: str, area: str, values: dict[str, Any]) -> str:
    """The range of codes that begin with ``area``, for an index in byte order."""
    values[name], values[f"{name}_end"] = area, f"{area}\x7f"
    return f"(c.area_code ~>=~ %({name})s AND c.area_code ~<~ %({name}_end)s)"


def queue(
    *,
    areas: Sequence[str] | None = None,
    state: str = PairState.QUEUED,
    strong_only: bool = False,
    limit: int = PAGE,
    offset: int = 0,
) -> list[QueuedPair]:
    """Pairs of one state (queued, proposed, put aside, fraud), heaviest first, of which one person lives in one of ``areas``
    (P-codes; everywhere where None)."""
    parameters = {
        "state": str(state),
        "strong_only": strong_only,
        "areas": None if areas is None else list(areas),
        "limit": limit,
        "offset": offset,
    }
    return [QueuedPair(**row) for row in registration.rows(_PAIRS, parameters)]


def count_open() -> int:
    """Clusters that wait for a person, among those the caller sees."""
    return count_clusters()


def count_by_state() -> dict[str, int]:
    """How many pairs are in each state, among those the caller sees; states without a pair are 0."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, count(*) FROM deduplication_matchedpair GROUP BY state")
        found = dict(cursor.fetchall())
    return {state.value: int(found.get(state.value, 0)) for state in PairState}


def next_in_queue(*, after_pair_id: int | None = None, area: str = "") -> int | None:
    """The pair that opens the cluster the acting officer looks at next: the heaviest that ``after_pair_id`` does not open,
    and of which not every pair waits for somebody else's opinion beside theirs; None where none waits."""
    where, values = _where(area, strong_only=False)
    officer, _, _ = current()
    values |= {"after": after_pair_id, "officer": int(officer) if officer else None}
    with connection.cursor() as cursor:
        cursor.execute(_NEXT.format(where=where), values)
        row = cursor.fetchone()
    return None if row is None else int(row[0])
