"""Where an eligible unit stands in the order of its quota: ranked in bulk over a whole run, recounted for chosen units.

A quota ranks units against each other, so it is applied once to the finished results of a run (``mazdoor.rules.quotas``).
The recount shares nothing with the ranking: it takes what the slow engine says of one unit and counts who comes before it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb

from mazdoor.delivery.assessment.policies import policy_set
from mazdoor.rules import Result, apply_quota_to_parquet
from mazdoor.rules.quotas import lot, places_of

Place = tuple[str, int, int]
"""Area, rank and places."""

_RANK: Final = """
SELECT p.unit, 1 + count(*) FILTER (WHERE {before})
FROM probes p JOIN read_parquet($results) r ON r.eligible AND r.category = p.category AND r."{area}" = p.area
GROUP BY p.unit
"""


def standing_file(results: Path) -> Path:
    """Where the standing of a run's units lies, beside its results."""
    return results.with_name(f"{results.stem}-standing.parquet")


def write_standing(programme_code: str, results: Path, *, at: dt.date, known_at: dt.datetime) -> Path | None:
    """Rank the eligible of a run in the order of the programme's quota. None where the programme has no quota."""
    if policy_set().programmes[programme_code].quota is None:
        return None
    out = standing_file(results)
    return apply_quota_to_parquet(policy_set(), programme_code, results, at=at, known_at=known_at, out=out)


def count_without_place(standing: Path) -> int:
    """How many of a run qualify and stand behind the last place of their order."""
    with duckdb.connect() as engine:
        row = engine.execute("SELECT count(*) FROM read_parquet(?) WHERE NOT inside", [str(standing)]).fetchone()
    return int(row[0]) if row else 0


def worth_checking(standing: Path, *, units: int) -> dict[str, Place | None]:
    """A sample of the units of a run with their standing, and the first and last of every order, inside and outside."""
    with duckdb.connect() as engine:
        rows = engine.execute(
            """
            WITH s AS (SELECT * FROM read_parquet($standing)),
            sample AS (SELECT unit_id FROM s ORDER BY md5(unit_id) LIMIT $units),
            ends AS (SELECT unnest([arg_min(unit_id, rank), arg_max(unit_id, rank)]) FROM s WHERE rank IS NOT NULL
                     GROUP BY category, area, inside)
            SELECT unit_id, area, rank, places FROM s
            WHERE unit_id IN (SELECT * FROM sample UNION SELECT * FROM ends)
            """,
            {"standing": str(standing), "units": units},
        ).fetchall()
    return {unit: None if rank is None else (area, rank, places) for unit, area, rank, places in rows}


def recount(
    programme_code: str, found: Mapping[str, Result], *, results: str, at: dt.date, known_at: dt.datetime
) -> dict[str, Place | None]:
    """The place of each unit by what the slow engine found of it: None where no quota limits it.

    ``results`` is the Parquet of the whole run. A unit of which the run holds another category, area or order than the
    slow engine found is left out: it has no place that could be right.
    """
    quota = policy_set().programmes[programme_code].quota
    eligible = {unit: result for unit, result in found.items() if result.eligible}
    if quota is None:
        return dict.fromkeys(eligible)
    places = places_of(policy_set(), programme_code, at=at, known_at=known_at)
    keys = {unit: (result.category, result.results[quota.area]) for unit, result in eligible.items()}
    limited = {unit: result for unit, result in eligible.items() if keys[unit] in places}
    counted: dict[str, Place | None] = {unit: None for unit in eligible if unit not in limited}
    if limited:
        ranks = _ranks(programme_code, limited, results, quota.area, quota.order)
        for unit, rank in ranks.items():
            category, area = keys[unit]
            counted[unit] = (str(area), rank, places[(str(category), str(area))])
    return counted


def _ranks(
    programme_code: str, limited: Mapping[str, Result], results: str, area: str, order: Sequence[str]
) -> dict[str, int]:
    columns = ["category", area, *order]
    quoted = [f'"{each}"' for each in columns]
    with duckdb.connect() as engine:
        engine.execute("CREATE TEMP TABLE asked (unit VARCHAR, lot VARCHAR)")
        engine.executemany("INSERT INTO asked VALUES (?, ?)", [(unit, lot(programme_code, unit)) for unit in limited])
        engine.execute(
            f'CREATE TEMP TABLE probes AS SELECT a.unit, a.lot, r.category, r."{area}" AS area, '
            f"{', '.join(f'r.{each} AS k{number}' for number, each in enumerate(quoted[2:]))} "
            "FROM asked a JOIN read_parquet($results) r ON r.unit_id = a.unit",
            {"results": results},
        )
        rows = engine.execute("SELECT * EXCLUDE (lot) FROM probes").fetchall()
        agreed = [unit for unit, *values in rows if values == _read(limited[unit], columns)]
        engine.execute("DELETE FROM probes WHERE unit NOT IN (SELECT unnest($agreed))", {"agreed": agreed})
        before = f"sha256('{programme_code}:' || r.unit_id) < p.lot"
        for number, name in reversed(list(enumerate(quoted[2:]))):
            # Lower first, what is not known last; only equals come to what stands behind.
            before = (
                f"CASE WHEN r.{name} IS NOT DISTINCT FROM p.k{number} THEN {before} "
                f"ELSE p.k{number} IS NULL OR coalesce(r.{name} < p.k{number}, false) END"
            )
        return dict(engine.execute(_RANK.format(before=before, area=area), {"results": results}).fetchall())


def _read(result: Result, columns: Sequence[str]) -> list[Any]:
    return [result.category, *(result.results[name] for name in columns[1:])]
