"""Two variants of a policy over one snapshot, set side by side, unit by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import duckdb

from mazdoor.rules import PolicySet, RunSummary, run_duckdb
from mazdoor.simulation.places import only_inside


@dataclass(frozen=True, slots=True)
class Line:
    """One group of units: how many are eligible before and after, who gains and loses, and the cost (exact rupees).

    ``gained``: not eligible before, eligible after; ``lost`` the reverse. ``more`` and ``less``: eligible in both, with a
    larger or smaller amount. ``opened``: the answer is unknown after and was not before. ``open_before``, ``open_after``: the
    answer is unknown. Costs are for one cycle. Counts are whole, or estimates where the snapshot carries weights.
    """

    group: str
    units: Decimal
    eligible_before: Decimal
    eligible_after: Decimal
    gained: Decimal
    lost: Decimal
    more: Decimal
    less: Decimal
    opened: Decimal
    open_before: Decimal
    open_after: Decimal
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


COUNTS: Final = """
    sum(weight), sum(weight) FILTER (WHERE before), sum(weight) FILTER (WHERE after),
    sum(weight) FILTER (WHERE after AND before IS DISTINCT FROM true),
    sum(weight) FILTER (WHERE before AND after IS NOT DISTINCT FROM false),
    sum(weight) FILTER (WHERE before AND after AND cost_after > cost_before),
    sum(weight) FILTER (WHERE before AND after AND cost_after < cost_before),
    sum(weight) FILTER (WHERE after IS NULL AND before IS NOT NULL),
    sum(weight) FILTER (WHERE before IS NULL), sum(weight) FILTER (WHERE after IS NULL),
    sum(weight * cost_before), sum(weight * cost_after)
"""
"""The figures of a :class:`Line`, over rows of a table like the one :func:`lay_sides` makes."""


def lay_sides(
    connection: duckdb.DuckDBPyConnection, baseline: str | None, reform: str | None, *, folk: str | None
) -> None:
    """Make table ``sides``: each unit with what holds before and after, its cost and its groups.

    ``baseline`` and ``reform`` are results of runs (Parquet); None: the programme does not run then, so nobody is eligible.
    ``folk`` names a table of units (weight, groups); without it each unit counts once and stands in no group.
    """
    groups = "weight, household_id, province, district, sex, sector, work, decile::VARCHAR AS decile"
    units = f"SELECT unit_id, {groups} FROM {folk}" if folk else _plain_units(baseline, reform)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE sides AS
        WITH units AS ({units}), before AS ({_side(baseline)}), changed AS ({_side(reform)})
        SELECT u.*, CASE WHEN b.unit_id IS NULL THEN false ELSE b.eligible END AS before,
               CASE WHEN a.unit_id IS NULL THEN false ELSE a.eligible END AS after,
               coalesce(b.amount, 0)::DECIMAL(18,2) AS cost_before, coalesce(a.amount, 0)::DECIMAL(18,2) AS cost_after,
               coalesce(a.category, b.category) AS category
        FROM units u LEFT JOIN before b USING (unit_id) LEFT JOIN changed a USING (unit_id)
        """
    )


def _side(files: str | None) -> str:
    if files is None:
        return (
            "SELECT NULL::VARCHAR AS unit_id, NULL::BOOLEAN AS eligible, NULL::DECIMAL(18,2) AS amount, "
            "NULL::VARCHAR AS category WHERE false"
        )
    quoted = files.replace("'", "''")
    return f"SELECT unit_id, eligible, amount, category FROM read_parquet('{quoted}')"


def _plain_units(baseline: str | None, reform: str | None) -> str:
    """The units of a run, without weights or groups."""
    files = baseline or reform
    nothing = ", ".join(
        f"NULL::VARCHAR AS {name}"
        for name in ("household_id", "province", "district", "sex", "sector", "work", "decile")
    )
    return f"SELECT unit_id, 1::DECIMAL(18,6) AS weight, {nothing} FROM ({_side(files)})"


def total_line(connection: duckdb.DuckDBPyConnection) -> Line:
    """The line of all units of ``sides``."""
    return _line(connection.execute(f"SELECT 'all', {COUNTS} FROM sides").fetchone())


def lines_by(connection: duckdb.DuckDBPyConnection, group: str) -> tuple[Line, ...]:
    """A line for each value of a column of ``sides``; units without one stand under an empty name, last."""
    order = "TRY_CAST(g AS INTEGER)" if group == "decile" else "g"
    rows = connection.execute(
        f"SELECT g, {COUNTS} FROM (SELECT *, coalesce({group}, '') AS g FROM sides) GROUP BY g ORDER BY g = '', {order}"
    ).fetchall()
    return tuple(_line(row) for row in rows)


def _line(row: Sequence[object] | None) -> Line:
    assert row is not None
    return Line(str(row[0]), *(Decimal(0) if each is None else tidy(Decimal(str(each))) for each in row[1:]))


def tidy(value: Decimal) -> Decimal:
    """A number without the zeros behind its point."""
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()


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
    """Run ``programme`` of both policies over ``snapshot`` at a date and compare, unit by unit, each counted once. Who
    qualifies and has no place of a quota counts as not eligible.

    ``work`` is an empty folder for the two results (Parquet, kept for a closer look). Raises what
    :func:`mazdoor.rules.run_duckdb` raises. The whole picture is :func:`mazdoor.simulation.simulate`.
    """
    before = run_duckdb(baseline, programme, snapshot, at=at, known_at=known_at, out=work / "baseline.parquet")
    after = run_duckdb(reform, programme, snapshot, at=at, known_at=known_at, out=work / "reform.parquet")
    with duckdb.connect() as connection:
        sides = [
            only_inside(
                connection,
                policies,
                programme,
                result_files(found.out),
                at=at,
                known_at=known_at,
                out=work / f"{name}-inside.parquet",
                folk=None,
            )
            for name, policies, found in (("baseline", baseline, before), ("reform", reform, after))
        ]
        lay_sides(connection, sides[0], sides[1], folk=None)
        total = total_line(connection)
        groups = tuple(each for each in lines_by(connection, "category") if each.group)
    return Comparison(programme, before, after, total, groups)


def result_files(out: str) -> str:
    """The Parquet of a run's results, as DuckDB reads it."""
    return f"{out}/part-*.parquet" if Path(out).is_dir() else out
