"""Contribution histories taken in by bulk from a population folder; the same part twice changes nothing."""

from __future__ import annotations

from pathlib import Path

from mazdoor.delivery.registration.population import Progress, load_parts

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
    return load_parts(
        folder=folder,
        source=source,
        kind="contributions",
        table="contributions_contribution",
        read=_READ,
        offsets=lambda load: {"person_offset": load.person_offset, "business_offset": load.business_offset},
        act="contributions.history.loaded",
        progress=progress,
    )
