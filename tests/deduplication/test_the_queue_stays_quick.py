"""A hundred thousand pairs wait, and the page of the queue is still read by an index."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.deduplication import clustering, queueing, selectors

pytestmark = pytest.mark.django_db

PAIRS = 100_000
# People in pairs of two, spread over districts, made by copying the rows of two that were registered.
_COPY = """
INSERT INTO registration_person
SELECT (jsonb_populate_record(NULL::registration_person, to_jsonb(p) || jsonb_build_object(
        'id', 10000000 + 2 * n + w.which, 'registry_number', 'X' || (2 * n + w.which),
        'area_code', 'PK' || (601 + n %% 36)))).*
FROM generate_series(1, %(pairs)s) n, (VALUES (0), (1)) w(which), registration_person p WHERE p.id = %(person)s
"""
_PAIRS = """
INSERT INTO deduplication_matchedpair
    (run_id, person_a_id, person_b_id, weight, probability, strong, evidence, state, area_a, area_b)
SELECT %(run)s, 10000000 + 2 * n, 10000001 + 2 * n, 3 + (n %% 997) / 50.0, 0.9, n %% 3 = 0, '{}', 'queued',
       'PK' || (601 + n %% 36), 'PK' || (601 + n %% 36)
FROM generate_series(1, %(pairs)s) n
"""


def test_with_a_hundred_thousand_pairs_a_page_reads_fifty(
    person: Callable[..., int], pair: Callable[..., Any], officer: Callable[..., Any]
) -> None:
    made = pair()
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute(_COPY, {"pairs": PAIRS, "person": made.person_a_id})
        cursor.execute(_PAIRS, {"pairs": PAIRS, "run": made.run_id})
        started = time.process_time()
        assert clustering.draw_all() == PAIRS + 1
        assert time.process_time() - started < 5  # the work is the database's
        cursor.execute("ANALYZE deduplication_cluster, deduplication_matchedpair")
    for areas, most in ((["PK"], 60), (["PK618"], 4_000)):
        verifier = officer(desk="verifier", areas=areas)
        with acting_as(officer_id=verifier.pk), connection.cursor() as cursor:
            where, values = queueing._where("", False)
            page = f"SELECT c.* FROM deduplication_cluster c WHERE {where} ORDER BY c.weight DESC, c.id LIMIT 50"
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {page}", values)
            plan = cursor.fetchone()[0][0]["Plan"]
            assert _rows_read(plan) <= most, (areas, plan)
            assert selectors.count_clusters() in (PAIRS + 1, 2_778, 2_779)


def _rows_read(plan: dict[str, Any]) -> int:
    """Rows the leaves of a plan gave or threw away."""
    below = plan.get("Plans", ())
    if below:
        return sum(_rows_read(each) for each in below)
    return int(plan["Actual Rows"] * plan["Actual Loops"]) + int(plan.get("Rows Removed by Filter", 0))
