"""The SQL plan run by DuckDB over Parquet snapshots, bucket after bucket: bounded memory, resumable."""

from __future__ import annotations

import json
import os
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import duckdb

from mazdoor.kernel.numbers import MOST_ROWS
from mazdoor.rules.engines.sql.plan import Plan, make_plan
from mazdoor.rules.engines.sql.writing import write_sql
from mazdoor.rules.hashing import content_hash
from mazdoor.rules.language import typed
from mazdoor.rules.model import Entity, PolicySet
from mazdoor.rules.problems import RunStopped, did_you_mean
from mazdoor.rules.results import RunSummary, known_day

_FAULT: Final = '"_fault"'
TOO_MANY: Final = f"more than {MOST_ROWS:,} rows belong to one"
_WHOLE: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")


def run_duckdb(
    policy_set: PolicySet,
    programme: str,
    snapshot: Path,
    *,
    at: date,
    out: Path,
    known_at: datetime | date | None = None,
    memory: str = "4GB",
    threads: int | None = None,
) -> RunSummary:
    """Assess every unit of a snapshot under ``programme`` and write the results to ``out`` (Parquet).

    ``snapshot``: a folder with ``<table>.parquet`` (or ``<table>/*.parquet``), or with ``bucket-*`` folders that each hold
    such tables. ``out`` is one file, or for buckets a folder of ``part-*.parquet``; parts of an earlier run of the very same
    policy, date and snapshot are kept. Columns: unit_id, eligible (null: unknown), amount (decimal(18,2) rupees, where
    eligible), category, deciding_clause, failed_clauses and unknown_clauses (ids with commas), outcomes (T, F, U for each
    coded clause), and the programme's further results.

    Raises :class:`RunStopped` where anything cannot be evaluated (that part is not written), ``KeyError`` for an unknown
    programme, ``FileNotFoundError`` without a snapshot.
    """
    started = time.monotonic()
    plan = make_plan(policy_set, policy_set.programmes[programme], at=at, known=known_day(known_at))
    digest = content_hash(policy_set, programme)
    buckets = sorted(each for each in snapshot.glob("bucket-*") if each.is_dir())
    if buckets:
        out.mkdir(parents=True, exist_ok=True)
        parts = [(bucket, out / f"part-{bucket.name.removeprefix('bucket-')}.parquet") for bucket in buckets]
    else:
        parts = [(snapshot, out)]
    key = json.dumps([programme, digest, at.isoformat(), str(known_at)])
    for bucket, part in parts:
        marker = f"{key} {_fingerprint(bucket)}"
        if buckets and part.exists() and _marker(part) == marker:
            continue
        _run_part(policy_set, programme, plan, bucket, part, marker, memory, threads)
    units, eligible, refused, total = _totals([part for _, part in parts])
    return RunSummary(
        programme,
        digest,
        at,
        known_at,
        "duckdb",
        units,
        eligible,
        refused,
        units - eligible - refused,
        total,
        time.monotonic() - started,
        str(out),
        len(parts),
    )


def _run_part(
    policy_set: PolicySet,
    programme: str,
    plan: Plan,
    bucket: Path,
    part: Path,
    marker: str,
    memory: str,
    threads: int | None,
) -> None:
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(f"SET memory_limit = '{memory}'")
        connection.execute(f"SET temp_directory = {_quoted(str(part.parent / '.spill'))}")
        if threads:
            connection.execute(f"SET threads = {int(threads)}")
        for table in plan.tables:
            _open_table(connection, policy_set, plan, table, bucket)
        reasons = _large_groups(connection, plan)
        for table, query in plan.domains.items():
            for what, rows in _execute(connection, write_sql(query, "duckdb")).fetchall():
                reasons.append((str(what), f"table {table}", int(rows)))
        if reasons:
            raise RunStopped(reasons)
        part.parent.mkdir(parents=True, exist_ok=True)
        # Written beside and moved into place, so that a part is there whole or not at all.
        beside = part.with_name(f".{part.name}.{os.getpid()}")
        sql = write_sql(plan.results, "duckdb")
        metadata = f"KV_METADATA {{mazdoor: {_quoted(marker)}}}"
        # error() makes the COPY fail at the first fault: one pass where all is well, and nothing written where not.
        check = f"CASE WHEN {_FAULT} IS NULL THEN TRUE ELSE error({_FAULT})::BOOLEAN END"
        sound = f"SELECT * EXCLUDE ({_FAULT}) FROM ({sql}) WHERE {check}"
        copy = f"COPY ({sound}) TO {_quoted(str(beside))} (FORMAT parquet, COMPRESSION zstd, {metadata})"
        try:
            _execute(connection, copy)
        except duckdb.InvalidInputException:
            beside.unlink(missing_ok=True)
            told = f"SELECT {_FAULT}, count(*) FROM ({sql}) WHERE {_FAULT} IS NOT NULL GROUP BY {_FAULT}"
            found = _execute(connection, told).fetchall()
            where = f"programme {programme}"
            raise RunStopped([(str(what), where, int(rows)) for what, rows in found]) from None
        beside.replace(part)


def _large_groups(connection: duckdb.DuckDBPyConnection, plan: Plan) -> list[tuple[str, str, int]]:
    """Groups with more rows than an aggregate may run over (its sum could outgrow the domain)."""
    found: list[tuple[str, str, int]] = []
    for table, by in plan.groups:
        large = f'SELECT 1 FROM "{table}" WHERE "{by}" IS NOT NULL GROUP BY "{by}" HAVING count(*) > {MOST_ROWS}'
        sql = f"SELECT count(*) FROM ({large})"
        row = connection.execute(sql).fetchone()
        if row and row[0]:
            found.append((TOO_MANY, f"table {table}", int(row[0])))
    return found


def _execute(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyConnection:
    """Run ``sql``. DuckDB's own words for a failed conversion hold the value, so they are not passed on."""
    try:
        return connection.execute(sql)
    except (duckdb.ConversionException, duckdb.OutOfRangeException) as error:
        raise RunStopped([(f"a value outside the domain ({type(error).__name__})", "the snapshot", 0)]) from None


def table_files(folder: Path, table: str) -> str | None:
    """The Parquet of a table in a snapshot folder, as DuckDB reads it; None where there is none."""
    if (folder / f"{table}.parquet").is_file():
        return str(folder / f"{table}.parquet")
    return str(folder / table / "*.parquet") if any((folder / table).glob("*.parquet")) else None


def _open_table(
    connection: duckdb.DuckDBPyConnection, policy_set: PolicySet, plan: Plan, table: str, folder: Path
) -> None:
    if not folder.is_dir():
        raise FileNotFoundError("there is no snapshot folder")
    files = table_files(folder, table)
    if files is None:
        raise RunStopped([(f'the snapshot has no table "{table}"', "the snapshot", 0)])
    connection.execute(f'CREATE VIEW "{table}" AS SELECT * FROM read_parquet({_quoted(files)}, union_by_name = true)')
    there = {str(name): str(kind) for name, kind, *_ in connection.execute(f'DESCRIBE "{table}"').fetchall()}
    entity = policy_set.table_entity(table)
    reasons = [reason for name in plan.tables[table] for reason in [_wrong(entity, name, there)] if reason]
    if reasons:
        raise RunStopped([(reason, f"table {table}", 0) for reason in reasons])
    twice = connection.execute(f'SELECT count(*) - count(DISTINCT "{entity.key}") FROM "{table}"').fetchone()
    if twice and twice[0]:
        raise RunStopped([(f'"{entity.key}" is empty or stands twice', f"table {table}", int(twice[0]))])


def _wrong(entity: Entity, name: str, there: dict[str, str]) -> str:
    """What is wrong with a column of the snapshot, or an empty string."""
    if name not in there:
        hint = did_you_mean(name, there)
        return f'the column "{name}" is missing' + (f" ({hint})" if hint else "")
    kind = there[name]
    wanted = entity.fields[name].type if name in entity.fields else typed.Text()
    if isinstance(wanted, typed.Number):
        scale = 0 if entity.fields[name].money else wanted.shape.scale
        if kind in _WHOLE:
            return ""
        if kind.startswith("DECIMAL(") and int(kind.rstrip(")").split(",")[1]) <= scale:
            return ""
        return f'the column "{name}" is {kind}, and must be exact with {scale} decimal places'
    name_wanted = {typed.Text: "VARCHAR", typed.YesNo: "BOOLEAN", typed.Day: "DATE"}[type(wanted)]
    return "" if kind == name_wanted else f'the column "{name}" is {kind}, and must be {name_wanted}'


def _fingerprint(folder: Path) -> str:
    """What tells one state of a bucket from another: names, sizes and times of its files."""
    files = sorted(folder.rglob("*.parquet"))
    return ";".join(f"{each.relative_to(folder)}:{each.stat().st_size}:{each.stat().st_mtime_ns}" for each in files)


def _marker(part: Path) -> str | None:
    with duckdb.connect() as connection:
        try:
            found = connection.execute(
                "SELECT value FROM parquet_kv_metadata(?) WHERE key = 'mazdoor'", [str(part)]
            ).fetchone()
        except duckdb.Error:  # a part damaged by a crash is simply written again
            return None
    return None if found is None else bytes(found[0]).decode()


def _totals(parts: list[Path]) -> tuple[int, int, int, Decimal]:
    with duckdb.connect() as connection:
        row = connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE eligible), count(*) FILTER (WHERE NOT eligible), "
            "coalesce(sum(amount), 0) FROM read_parquet(?)",
            [[str(part) for part in parts]],
        ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1]), int(row[2]), Decimal(row[3])


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
