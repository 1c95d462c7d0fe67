"""The slow engine looks over the fast one's shoulder: facts of chosen units, evaluated anew, compared to the paisa."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb

from mazdoor.delivery.assessment import refusals
from mazdoor.delivery.assessment.models import Assessment
from mazdoor.delivery.assessment.policies import policy_set
from mazdoor.delivery.assessment.snapshots import INDEX
from mazdoor.delivery.assessment.standing import recount, worth_checking
from mazdoor.kernel.money import Rounding, to_paisa
from mazdoor.rules import Result, evaluate_reference

Facts = dict[str, list[dict[str, Any]]]

# Which column tells the household, or the person of a household, that a row of each table belongs to.
_BELONGS_BY: Final = {
    "households": "household_id",
    "families": "household_id",
    "persons": "household_id",
    "employments": "person_id",
    "contributions": "person_id",
    "savings": "person_id",
    "wages": "person_id",
}


def facts_of_units(folder: Path, *, unit: str, pseudonyms: Sequence[str]) -> Facts:
    """Every fact of the households these units belong to: table → rows, values as the snapshot holds them.

    A snapshot is sorted for this: keys are written into the statements, so that only the row groups that can hold them
    are read, whatever the size of the snapshot.
    """
    source = {"person": "persons", "family": "families", "household": "households"}[unit]
    index = folder / INDEX / f"{source}.parquet"
    wanted = (
        _file(index) if index.exists() else _table(folder, source)
    )  # older snapshots have no index: they are scanned
    with duckdb.connect() as engine:
        households = engine.execute(
            f"SELECT DISTINCT household_id FROM {wanted} WHERE {unit}_id IN ({_listed(pseudonyms)})"
        ).fetchall()
        keys = {"household_id": _listed(row[0] for row in households), "person_id": "NULL"}
        facts: Facts = {}
        for table, column in _BELONGS_BY.items():
            cursor = engine.execute(f"SELECT * FROM {_table(folder, table)} WHERE {column} IN ({keys[column]})")
            names = [each[0] for each in cursor.description or ()]
            facts[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            if table == "persons":
                keys["person_id"] = _listed(row["person_id"] for row in facts["persons"])
        return facts


def recompute(
    programme_code: str, *, folder: Path, pseudonyms: Sequence[str], at: dt.date, known_at: dt.datetime
) -> dict[str, Result]:
    """What the reference engine says of these units, by pseudonym."""
    policies = policy_set()
    unit = policies.programmes[programme_code].unit
    facts = facts_of_units(folder, unit=unit, pseudonyms=pseudonyms)
    wanted = set(pseudonyms)
    return {
        result.unit: result
        for result in evaluate_reference(policies, programme_code, facts, at=at, known_at=known_at)
        if result.unit in wanted
    }


def check_results(
    programme_code: str, *, folder: Path, results: Path, at: dt.date, known_at: dt.datetime, units: int
) -> int:
    """Compare a sample of a bulk run, and one unit for each outcome that occurs, with the reference engine.

    Returns how many were compared. Raises ``ASM-004`` on any difference in outcome, amount or deciding clause.
    """
    with duckdb.connect() as engine:
        chosen = engine.execute(
            """
            WITH r AS (SELECT unit_id AS unit, eligible, amount, coalesce(deciding_clause, '') AS deciding
                       FROM read_parquet($results)),
            sample AS (SELECT unit FROM r ORDER BY md5(unit) LIMIT $units),
            kinds AS (SELECT min(unit) AS unit FROM r GROUP BY eligible, deciding),
            ends AS (SELECT arg_min(unit, (amount, unit)) AS unit FROM r WHERE eligible
                     UNION SELECT arg_max(unit, (amount, unit)) FROM r WHERE eligible)
            SELECT r.unit, r.eligible, r.amount, r.deciding FROM r
            WHERE unit IN (SELECT unit FROM sample UNION SELECT unit FROM kinds UNION SELECT unit FROM ends)
            """,
            {"results": result_files(results), "units": units},
        ).fetchall()
    again = recompute(programme_code, folder=folder, pseudonyms=[row[0] for row in chosen], at=at, known_at=known_at)
    wrong = sum(1 for row in chosen if not _same(row, again.get(row[0])))
    if wrong:
        raise refusals.ENGINES_DISAGREE.because(count=wrong, checked=len(chosen))
    return len(chosen)


def check_standing(
    programme_code: str,
    *,
    folder: Path,
    results: Path,
    standing: Path,
    at: dt.date,
    known_at: dt.datetime,
    units: int,
) -> int:
    """Recount the standing of a sample of a run, and of the ends of every order, from what the reference engine says.

    Returns how many were compared. Raises ``ASM-004`` on any difference.
    """
    ranked = worth_checking(standing, units=units)
    again = recompute(programme_code, folder=folder, pseudonyms=list(ranked), at=at, known_at=known_at)
    counted = recount(programme_code, again, results=result_files(results), at=at, known_at=known_at)
    wrong = sum(1 for unit, place in ranked.items() if unit not in counted or counted[unit] != place)
    if wrong:
        raise refusals.ENGINES_DISAGREE.because(count=wrong, checked=len(ranked))
    return len(ranked)


def standing_differs(stored: Assessment, result: Result, *, results: Path, at: dt.date, known_at: dt.datetime) -> bool:
    """Whether the stored standing of a unit departs from a recount over the results of its run."""
    if stored.quota_rank is None and policy_set().programmes[stored.run.programme_code].quota is None:
        return False
    recorded = None if stored.quota_rank is None else (stored.quota_area, stored.quota_rank, stored.quota_places)
    counted = recount(
        stored.run.programme_code, {stored.pseudonym: result}, results=result_files(results), at=at, known_at=known_at
    )
    return counted.get(stored.pseudonym) != recorded


def what_differs(stored: Assessment, result: Result) -> list[str]:
    """Names of the columns in which what is stored of a unit departs from what the reference engine says of it."""
    amount = None if result.amount is None else to_paisa(result.amount, rounding=Rounding.HALF_UP)
    pairs = {
        "eligible": (stored.eligible, result.eligible),
        "amount": (stored.amount, amount),
        "category": (stored.category, result.category or ""),
        "deciding_clause": (stored.deciding_clause, result.deciding),
        "failed_clauses": (list(stored.failed_clauses), list(result.failed)),
    }
    return [name for name, (recorded, again) in pairs.items() if recorded != again]


def _same(row: Iterable[Any], result: Result | None) -> bool:
    _, eligible, amount, deciding = row
    if result is None:
        return False
    amounts_agree = (amount is None) == (result.amount is None) and Decimal(amount or 0) == Decimal(result.amount or 0)
    return bool(eligible == result.eligible and amounts_agree and deciding == (result.deciding or ""))


def result_files(results: Path) -> str:
    """The Parquet of a run: one file, or a part for each bucket."""
    return str(results / "part-*.parquet") if results.is_dir() else str(results)


def _table(folder: Path, table: str) -> str:
    return _file(folder / f"{table}.parquet")


def _file(path: Path) -> str:
    return f"read_parquet('{str(path).replace(chr(39), chr(39) * 2)}')"


def _listed(keys: Iterable[str]) -> str:
    """Keys as a list of SQL literals; NULL, which equals nothing, where there are none."""
    return ", ".join("'" + key.replace("'", "''") + "'" for key in keys if key) or "NULL"
