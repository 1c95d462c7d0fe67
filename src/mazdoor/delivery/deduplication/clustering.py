"""Open pairs that hang together are one cluster: drawn by sets in the database, with a guard against chains.

A links to B and B to C although A and C have little in common: so grow chains, in which one common name can tie hundreds
of people together. A cluster of more records than the limit is cut where its links are lightest, two bits at a time, until
what is left can be compared side by side; each link that was cut waits as a pair of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection

from mazdoor.database.acting import acting, current
from mazdoor.delivery.deduplication.limits import limits_at

_STEP: Final = 2.0

# Records that stand for one person are one knot.
_LINKS: Final = """
CREATE TEMPORARY TABLE link ON COMMIT DROP AS
SELECT p.id, coalesce(a.canonical_person_id, p.person_a_id) AS one, coalesce(b.canonical_person_id, p.person_b_id) AS other,
       p.weight, p.strong, p.area_a::text AS area_a, p.area_b::text AS area_b, false AS cut, NULL::bigint AS label
FROM deduplication_matchedpair p
LEFT JOIN deduplication_canonicalperson a ON a.person_id = p.person_a_id
LEFT JOIN deduplication_canonicalperson b ON b.person_id = p.person_b_id
WHERE p.state IN ('queued', 'proposed') AND {these}
  AND coalesce(a.canonical_person_id, p.person_a_id) <> coalesce(b.canonical_person_id, p.person_b_id)
"""
# Everybody who hangs together with these records by open pairs, or by standing for one person.
_REACH: Final = """
WITH RECURSIVE reached(person_id) AS (
    SELECT unnest(%(people)s::bigint[])
    UNION
    SELECT beside.person_id FROM reached r, LATERAL (
        SELECT p.person_b_id FROM deduplication_matchedpair p
        WHERE p.person_a_id = r.person_id AND p.state IN ('queued', 'proposed')
        UNION ALL
        SELECT p.person_a_id FROM deduplication_matchedpair p
        WHERE p.person_b_id = r.person_id AND p.state IN ('queued', 'proposed')
        UNION ALL
        SELECT c.canonical_person_id FROM deduplication_canonicalperson c WHERE c.person_id = r.person_id
        UNION ALL
        SELECT c.person_id FROM deduplication_canonicalperson c WHERE c.canonical_person_id = r.person_id
    ) beside(person_id)
)
SELECT p.id, p.cluster_id FROM deduplication_matchedpair p JOIN reached r ON r.person_id = p.person_a_id
WHERE p.state IN ('queued', 'proposed')
"""
_KNOTS: Final = """
DROP TABLE IF EXISTS knot;
CREATE TEMPORARY TABLE knot ON COMMIT DROP AS
SELECT number, number AS label FROM (SELECT one AS number FROM link WHERE NOT cut AND label IS NULL
                                     UNION SELECT other FROM link WHERE NOT cut AND label IS NULL) ends;
CREATE UNIQUE INDEX ON knot (number);
ANALYZE knot;
"""
# Each knot takes the smallest label beside it, then the label of its label: chains of n fall together in log n rounds.
_BESIDE: Final = """
UPDATE knot k SET label = near.label
FROM (SELECT at AS number, min(label) AS label FROM (
          SELECT l.one AS at, o.label FROM link l JOIN knot o ON o.number = l.other WHERE NOT l.cut AND l.label IS NULL
          UNION ALL
          SELECT l.other, o.label FROM link l JOIN knot o ON o.number = l.one WHERE NOT l.cut AND l.label IS NULL) both_ways
      GROUP BY at) near
WHERE near.number = k.number AND near.label < k.label
"""
_JUMP: Final = "UPDATE knot k SET label = n.label FROM knot n WHERE n.number = k.label AND n.label < k.label"
# What fits is settled; of what does not the lightest links are cut.
_SETTLE: Final = """
WITH sizes AS (SELECT label, count(*) AS records FROM knot GROUP BY label)
UPDATE link l SET label = k.label FROM knot k JOIN sizes s USING (label)
WHERE l.one = k.number AND NOT l.cut AND l.label IS NULL AND s.records <= %(most)s
"""
_CUT: Final = """
WITH of_link AS (SELECT l.id, l.weight, min(l.weight) OVER (PARTITION BY k.label) AS lightest
                 FROM link l JOIN knot k ON k.number = l.one WHERE NOT l.cut AND l.label IS NULL)
UPDATE link l SET cut = true FROM of_link o WHERE o.id = l.id AND o.weight < o.lightest + %(step)s
"""
_UNMARK: Final = """
UPDATE deduplication_matchedpair p SET cluster_id = NULL
WHERE p.cluster_id IS NOT NULL AND NOT EXISTS (SELECT FROM grouped g WHERE g.id = p.id)
"""
# A link that was cut is a cluster of its own; it says so, and so does the cluster it was cut from.
_GROUPS: Final = """
CREATE TEMPORARY TABLE grouped ON COMMIT DROP AS
WITH loose AS (SELECT one AS number FROM link WHERE cut UNION SELECT other FROM link WHERE cut)
SELECT id, one, other, weight, strong, area_a, area_b,
       min(id) OVER (PARTITION BY CASE WHEN cut THEN -id ELSE label END) AS cluster_id,
       cut OR one IN (SELECT number FROM loose) OR other IN (SELECT number FROM loose) AS chain
FROM link
"""
_MARK: Final = """
UPDATE deduplication_matchedpair p SET cluster_id = g.cluster_id FROM grouped g
WHERE g.id = p.id AND p.cluster_id IS DISTINCT FROM g.cluster_id
"""
_CLUSTERS: Final = """
INSERT INTO deduplication_cluster (id, weight, strong, records, pairs, chain, area_code, areas)
SELECT cluster_id, weight, strong, records, pairs, chain,
       left(areas[1], (SELECT coalesce(max(n), 0) FROM generate_series(1, length(areas[1])) n
                       WHERE left(areas[1], n) = left(areas[cardinality(areas)], n))), areas
FROM (
    SELECT g.cluster_id, max(g.weight) AS weight, bool_or(g.strong) AS strong, count(DISTINCT ends.number) AS records,
           count(DISTINCT g.id) AS pairs, bool_or(g.chain) AS chain,
           array_agg(DISTINCT ends.area COLLATE "C" ORDER BY ends.area COLLATE "C") AS areas
    FROM grouped g, LATERAL (VALUES (g.one, g.area_a), (g.other, g.area_b)) ends(number, area)
    GROUP BY g.cluster_id
) drawn
"""


def draw_all() -> int:
    """Draw every cluster anew, after a run; returns how many there are."""
    return _draw(None, [])


def draw_around(person_ids: Sequence[int], *, clusters: Sequence[int] = ()) -> None:
    """Draw the clusters anew that these records are in, or come into; ``clusters`` are those their decided pairs were in.

    An officer may decide on a pair of a cluster that reaches beyond their areas, so it is drawn as the system sees it.
    What is drawn around a record is what drawing everything would give.
    """
    officer, _, reason = current()
    with acting(officer=officer, areas="*", reason=reason):
        with connection.cursor() as cursor:
            cursor.execute(_REACH, {"people": list(person_ids)})
            found = cursor.fetchall()
        _draw(
            [int(pair) for pair, _ in found],
            sorted({int(cluster) for _, cluster in found if cluster is not None} | set(clusters)),
        )


def _draw(pairs: list[int] | None, clusters: list[int]) -> int:
    """Draw the clusters of these open pairs (of all where None), of which the old ones are forgotten."""
    values = {"pairs": pairs, "clusters": clusters, "most": limits_at().cluster_records, "step": _STEP}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS link, knot, grouped")
        cursor.execute(_LINKS.format(these="true" if pairs is None else "p.id = ANY (%(pairs)s)"), values)
        while True:
            cursor.execute(_KNOTS)
            if not _fall_together(cursor):
                break
            cursor.execute(_SETTLE, values)
            cursor.execute(_CUT, values)
        cursor.execute(_GROUPS)
        cursor.execute(
            "DELETE FROM deduplication_cluster"
            + ("" if pairs is None else " WHERE id = ANY (%(clusters)s) OR id IN (SELECT cluster_id FROM grouped)"),
            values,
        )
        cursor.execute(_UNMARK + ("" if pairs is None else " AND p.id = ANY (%(pairs)s)"), values)
        cursor.execute(_MARK)
        cursor.execute(_CLUSTERS)
        made = int(cursor.rowcount)
        cursor.execute("DROP TABLE link, knot, grouped")
    return made


def _fall_together(cursor: Any) -> bool:
    """Give every knot the smallest label it can reach; False where no knot is left."""
    cursor.execute("SELECT EXISTS (SELECT FROM knot)")
    if not cursor.fetchone()[0]:
        return False
    while True:
        cursor.execute(_BESIDE)
        if not cursor.rowcount:
            return True
        cursor.execute(_JUMP)
