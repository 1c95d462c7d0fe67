"""Contribution histories taken in by bulk from a population folder; the same part twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from django.db import connection

from mazdoor.access.services import acting_as_system
from mazdoor.database.bulk import copy_in
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.registration.population import people_sql
from mazdoor.journal import services as journal

Progress = Callable[[str, int, int], None]

_READ = """
SELECT c.person_no + $person_offset AS person_id,
       c.business_no + $business_offset AS business_id,
       c.from_month, c.to_month, c.months_paid,
       c.monthly_wage AS monthly_wage_amount,
       c.employer_amount, c.employee_amount,
       $source AS source,
       c.contribution_no AS source_key,
       p.area_code
FROM read_parquet($part) c
JOIN {people} p USING (person_no)
ORDER BY c.contribution_no
"""


def load_contributions(*, folder: Path, source: str, progress: Progress | None = None) -> int:
    """Take the contribution spells of a population already registered under ``source``. Returns how many it holds."""
    load = registration.get_load(source=source)
    parts = sorted((folder / "contributions").glob("part-*.parquet"))
    for number, part in enumerate(parts, start=1):
        part_source = f"{source}/{part.name}"
        with acting_as_system(reason="contribution history load"), connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM contributions_contribution WHERE source = %s)", [part_source])
            (already,) = cursor.fetchone()
            if not already:
                with duckdb.connect() as reader:
                    rows = reader.execute(
                        _READ.format(people=people_sql(folder)),
                        {
                            "person_offset": load.person_offset,
                            "business_offset": load.business_offset,
                            "source": part_source,
                            "part": str(part),
                        },
                    ).to_arrow_table()
                copy_in("contributions_contribution", rows)
                journal.record(
                    act="contributions.history.loaded",
                    subject=f"load:{load.pk}",
                    details={"part": part.name},
                    count=len(rows),
                )
        if progress is not None:
            progress(part.name, number, len(parts))
    return sum(pq.read_metadata(part).num_rows for part in parts)
