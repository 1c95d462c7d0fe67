"""What a run found comes into the queue: new pairs, those that wait weighed anew, and those that came back on new evidence."""

from __future__ import annotations

from typing import Final

import duckdb
from django.db import connection

from mazdoor.database.bulk import staged
from mazdoor.delivery.deduplication.limits import limits_at
from mazdoor.delivery.deduplication.models import MatchRun
from mazdoor.matching.linkage import LinkResult, reasons_sql
from mazdoor.matching.thresholds import Thresholds

# Pairs decided before stay as decided; what is too light to be looked at is not queued; records that stand for one person
# are no pair.
_QUEUE: Final = """
INSERT INTO deduplication_matchedpair
    (run_id, person_a_id, person_b_id, weight, probability, strong, evidence, state, area_a, area_b)
SELECT %(run)s, s.person_a, s.person_b, s.weight, s.probability, s.weight >= %(upper)s, s.evidence::jsonb, 'queued',
       a.area_code, b.area_code
FROM {staged} s
JOIN registration.person_now a ON a.person_id = s.person_a
JOIN registration.person_now b ON b.person_id = s.person_b
LEFT JOIN deduplication_canonicalperson ca ON ca.person_id = s.person_a
LEFT JOIN deduplication_canonicalperson cb ON cb.person_id = s.person_b
WHERE s.weight >= %(lower)s
  AND coalesce(ca.canonical_person_id, s.person_a) <> coalesce(cb.canonical_person_id, s.person_b)
ORDER BY s.weight DESC, s.person_a, s.person_b
ON CONFLICT (person_a_id, person_b_id) DO NOTHING
"""

# What waits is weighed by the newest run.
_WEIGH: Final = """
UPDATE deduplication_matchedpair p
SET weight = s.weight, probability = s.probability, strong = s.weight >= %(upper)s, evidence = s.evidence::jsonb,
    run_id = %(run)s
FROM {staged} s
WHERE p.person_a_id = s.person_a AND p.person_b_id = s.person_b AND p.state IN ('queued', 'proposed', 'cannot_tell')
  AND p.evidence IS DISTINCT FROM s.evidence::jsonb
"""
# "Different" is for ever, unless the evidence has become much stronger. What counts is what fields gained whose likeness
# is another than when it was decided; what a newer model thinks of the same likeness is no evidence.
_REOPEN: Final = """
WITH gained AS (
    SELECT p.id, s.weight, s.probability, s.evidence::jsonb AS evidence, gain.bits, gain.fields
    FROM deduplication_matchedpair p
    JOIN {staged} s ON s.person_a = p.person_a_id AND s.person_b = p.person_b_id AND s.weight > p.weight
    CROSS JOIN LATERAL (
        SELECT sum((now.value ->> 'weight')::float8 - coalesce((p.evidence -> now.key ->> 'weight')::float8, 0)) AS bits,
               jsonb_agg(now.key ORDER BY now.key) AS fields
        FROM jsonb_each(s.evidence::jsonb) now
        WHERE now.value ->> 'level' IS DISTINCT FROM p.evidence -> now.key ->> 'level'
    ) gain
    WHERE p.state = 'different' AND gain.bits >= %(strong)s
)
UPDATE deduplication_matchedpair p
SET state = 'queued', decided_at = NULL, weight = g.weight, probability = g.probability, strong = g.weight >= %(upper)s,
    evidence = g.evidence, run_id = %(run)s,
    reopened = jsonb_build_object('gain', round(g.bits::numeric, 2), 'fields', g.fields, 'run', %(run)s,
                                  'weight_before', p.weight, 'decided_at', p.decided_at)
FROM gained g WHERE g.id = p.id
"""


def fill_queue(run: MatchRun, result: LinkResult, lines: Thresholds) -> tuple[int, int]:
    """Queue what is new, weigh anew what waits, bring back what gained strong evidence: (queued, brought back)."""
    if not result.found:
        return 0, 0
    columns = {
        "person_a": "bigint",
        "person_b": "bigint",
        "weight": "float8",
        "probability": "float8",
        "evidence": "text",
    }
    with duckdb.connect() as duck:
        reader = duck.execute(
            f"""
            SELECT least(record_id_a, record_id_b) AS person_a, greatest(record_id_a, record_id_b) AS person_b,
                   weight, probability, {reasons_sql(result.model)} AS evidence
            FROM read_parquet(?)
            """,
            [str(result.pairs)],
        ).to_arrow_table()
    with staged(columns, reader) as name, connection.cursor() as cursor:
        values = {"run": run.pk, "lower": lines.lower, "upper": lines.upper, "strong": limits_at().strong_evidence}
        cursor.execute(_REOPEN.format(staged=name), values)
        reopened = int(cursor.rowcount)
        cursor.execute(_WEIGH.format(staged=name), values)
        cursor.execute(_QUEUE.format(staged=name), values)
        return int(cursor.rowcount), reopened
