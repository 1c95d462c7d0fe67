"""Two variants of a policy over one snapshot, set side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import duckdb

from mazdoor.rules import PolicySet, RunSummary, run_duckdb


@dataclass(frozen=True, slots=True)
class Line:
    """One group of units: how many are eligible before and after, who gains and loses, and the cost (exact rupees).

    ``gained``: not eligible before, eligible after; ``lost`` the reverse. ``more`` and ``less``: eligible in both, with a
    larger or smaller amount. ``opened``: the answer is unknown after and was not before. Costs are for one cycle.
    """

    group: str
    units: int
    eligible_before: int
    eligible_after: int
    gained: int
    lost: int
    more: int
    less: int
    opened: int
    cost_before: Decimal
    cost_after: Decimal

    @property
    def cost_change(self) -> Decimal:
        """What the reform adds to the cost of one cycle (negative: saves)."""
        return self.cost_after - self.cost_before


@dataclass(frozen=True, slots=True)
class Comparison:
    """Baseline and reform over one snapshot: the two runs, the total, and a line for each category (after, else before)."""

    programme: str
    baseline: RunSummary
    reform: RunSummary
    total: Line
    by_category: tuple[Line, ...]


_SIDES: Final = """
    SELECT unit_id, b.eligible AS before, a.eligible AS after,
           coalesce(b.amount, 0) AS cost_before, coalesce(a.amount, 0) AS cost_after,
           coalesce(a.category, b.category, '') AS category
    FROM read_parquet(?) AS b JOIN read_parquet(?) AS a USING (unit_id)
"""
_COUNTS: Final = """
    count(*), count(*) FILTER (WHERE before), count(*) FILTER (WHERE after),
    count(*) FILTER (WHERE after AND before IS DISTINCT FROM true),
    count(*) FILTER (WHERE before AND after IS NOT DISTINCT FROM false),
    count(*) FILTER (WHERE before AND after AND cost_after > cost_before),
    count(*) FILTER (WHERE before AND after AND cost_after < cost_before),
    count(*) FILTER (WHERE after IS NULL AND before IS NOT NULL),
    coalesce(sum(cost_before), 0), coalesce(sum(cost_after), 0)
"""


def compare(
    baseline: PolicySet,
    reform: PolicySet,
    programme: str,
    snapshot: Path,
    *,
    at: date,
    work: Path,
    known_at: datetime | date | None = None,
) -> Comparison:
    """Run ``programme`` of both policies over ``snapshot`` at a date and compare, unit by unit.

    ``work`` is an empty folder for the two results (Parquet, kept for a closer look). Raises what
    :func:`mazdoor.rules.run_duckdb` raises.
    """
    before = run_duckdb(baseline, programme, snapshot, at=at, known_at=known_at, out=work / "baseline.parquet")
    after = run_duckdb(reform, programme, snapshot, at=at, known_at=known_at, out=work / "reform.parquet")
    files = [_files(before.out), _files(after.out)]
    with duckdb.connect() as connection:
        total = connection.execute(f"WITH s AS ({_SIDES}) SELECT 'all', {_COUNTS} FROM s", files).fetchall()
        groups = connection.execute(
            f"WITH s AS ({_SIDES}) SELECT category, {_COUNTS} FROM s WHERE category <> '' GROUP BY category ORDER BY 1",
            files,
        ).fetchall()
    return Comparison(programme, before, after, Line(*total[0]), tuple(Line(*row) for row in groups))


def _files(out: str) -> str:
    return f"{out}/part-*.parquet" if Path(out).is_dir() else out
