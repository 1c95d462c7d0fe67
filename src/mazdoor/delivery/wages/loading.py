"""Wage evidence taken in by bulk from a population folder, one part at a time; the same part twice changes nothing."""

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

# The province whose rate governs is where the work is done, not where the worker lives.
_READ = """
SELECT w.employment_no + $employment_offset AS employment_id,
       w.person_no + $person_offset AS person_id,
       w.month, w.pay_period, w.units, w.days_worked::DECIMAL(5,2) AS days_worked, w.paid_amount, w.paid_on, w.method,
       left(e.work_area_code, 3) AS jurisdiction,
       $source AS source,
       p.area_code
FROM read_parquet($part) w
JOIN read_parquet($employments) e USING (employment_no)
JOIN {people} p ON p.person_no = w.person_no
ORDER BY w.wage_no
"""


def load_wage_records(*, folder: Path, source: str, progress: Progress | None = None) -> int:
    """Take the wage records of a population already registered under ``source``. Returns how many the source holds."""
    load = registration.get_load(source=source)
    parts = sorted((folder / "wage_records").glob("part-*.parquet"))
    for number, part in enumerate(parts, start=1):
        part_source = f"{source}/{part.name}"
        with acting_as_system(reason="wage evidence load"), connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM wages_wagerecord WHERE source = %s)", [part_source])
            (already,) = cursor.fetchone()
            if not already:
                with duckdb.connect() as reader:
                    rows = reader.execute(
                        _READ.format(people=people_sql(folder)),
                        {
                            "employment_offset": load.employment_offset,
                            "person_offset": load.person_offset,
                            "source": part_source,
                            "part": str(part),
                            "employments": str(folder / "employments" / "*.parquet"),
                        },
                    ).to_arrow_table()
                copy_in("wages_wagerecord", rows)
                journal.record(
                    act="wages.evidence.loaded", subject=f"load:{load.pk}", details={"part": part.name}, count=len(rows)
                )
        if progress is not None:
            progress(part.name, number, len(parts))
    return sum(pq.read_metadata(part).num_rows for part in parts)
