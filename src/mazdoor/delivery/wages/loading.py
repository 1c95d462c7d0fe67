"""Wage evidence taken in by bulk from a population folder, one part at a time; the same part twice changes nothing."""

from __future__ import annotations

from pathlib import Path

from mazdoor.delivery.registration.population import Progress, load_parts

# The province whose rate governs is where the work is done, not where the worker lives.
_READ = """
SELECT w.employment_no + $employment_offset AS employment_id,
       w.person_no + $person_offset AS person_id,
       w.month, w.pay_period, w.units, w.days_worked::DECIMAL(5,2) AS days_worked, w.paid_amount, w.paid_on, w.method,
       left(e.work_area_code, 3) AS jurisdiction,
       $source AS source,
       p.area_code
FROM read_parquet($part) w
JOIN read_parquet({employments}) e USING (employment_no)
JOIN {people} p ON p.person_no = w.person_no
ORDER BY w.wage_no
"""


def load_wage_records(*, folder: Path, source: str, progress: Progress | None = None) -> int:
    """Take the wage records of a population already registered under ``source``. Returns how many the source holds."""
    return load_parts(
        folder=folder,
        source=source,
        kind="wage_records",
        table="wages_wagerecord",
        read=_READ,
        offsets=lambda load: {"employment_offset": load.employment_offset, "person_offset": load.person_offset},
        act="wages.evidence.loaded",
        progress=progress,
    )
