"""The SQL plan run by DuckDB over Parquet snapshots, bucket after bucket: bounded memory, resumable."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import duckdb

from mazdoor.rules.engines.checks import execute, open_tables, quoted
from mazdoor.rules.engines.proofs import fingerprint
from mazdoor.rules.engines.sql.halves import STATES
from mazdoor.rules.engines.sql.plan import Plan, make_plan, make_variants_plan
from mazdoor.rules.engines.sql.writing import write_sql
from mazdoor.rules.hashing import content_hash
from mazdoor.rules.model import PolicySet
from mazdoor.rules.problems import RunStopped
from mazdoor.rules.results import RunSummary, known_day

_FAULT: Final = '"_fault"'


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
    key = json.dumps([programme, digest, at.isoformat(), str(known_at)])
    parts = _run_parts(policy_set, programme, plan, snapshot, out, key, memory, threads)
    counts = _totals(parts, "")
    return _summary(programme, digest, at, known_at, counts, time.monotonic() - started, out, len(parts))


def run_variants(
    variants: Mapping[str, PolicySet],
    programme: str,
    snapshot: Path,
    *,
    at: date,
    out: Path,
    known_at: datetime | date | None = None,
    memory: str = "4GB",
    threads: int | None = None,
) -> dict[str, RunSummary]:
    """Assess every unit of a snapshot under several variants of a policy in one pass. Gives a summary for each variant.

    ``variants``: the law and its reforms, or one reform with several values, by names such as ``law`` and ``reform``. They
    may differ in parameters, formulas, clauses and amounts; the vocabulary of facts and the programme's unit must be the
    same (``ValueError``). What variants share is computed once; a column stands twice only where something it reads was
    changed. Each variant's answers are those :func:`run_duckdb` gives for it alone.

    ``snapshot`` and ``out`` are as there, parts of an earlier run are kept as there. One row for each unit: ``unit_id`` and
    for each variant ``<name>.eligible``, ``<name>.amount`` (decimal(18,2) rupees), ``<name>.category`` and
    ``<name>.deciding_clause``. The seconds in each summary are those of the whole pass. Raises what ``run_duckdb`` raises; a
    fault of any variant stops the run.
    """
    started = time.monotonic()
    plan = make_variants_plan(variants, programme, at=at, known=known_day(known_at))
    digests = {name: content_hash(each, programme) for name, each in variants.items()}
    key = json.dumps([programme, digests, at.isoformat(), str(known_at)])
    parts = _run_parts(next(iter(variants.values())), programme, plan, snapshot, out, key, memory, threads)
    counts = {name: _totals(parts, f"{name}.") for name in variants}
    seconds = time.monotonic() - started
    return {
        name: _summary(programme, digests[name], at, known_at, counts[name], seconds, out, len(parts))
        for name in variants
    }


def _run_parts(
    policy_set: PolicySet,
    programme: str,
    plan: Plan,
    snapshot: Path,
    out: Path,
    key: str,
    memory: str,
    threads: int | None,
) -> list[Path]:
    """Run a plan over a snapshot, bucket after bucket. Gives the files written or kept."""
    buckets = sorted(each for each in snapshot.glob("bucket-*") if each.is_dir())
    if not buckets:
        _run_part(policy_set, programme, plan, snapshot, out, f"{key} {fingerprint(snapshot)}", memory, threads)
        return [out]
    out.mkdir(parents=True, exist_ok=True)
    parts = []
    for bucket in buckets:
        part = out / f"part-{bucket.name.removeprefix('bucket-')}.parquet"
        marker = f"{key} {fingerprint(bucket)}"
        if not part.exists() or _marker(part) != marker:
            _run_part(policy_set, programme, plan, bucket, part, marker, memory, threads)
        parts.append(part)
    return parts


def _summary(
    programme: str,
    digest: str,
    at: date,
    known_at: datetime | date | None,
    counts: tuple[int, int, int, Decimal],
    seconds: float,
    out: Path,
    parts: int,
) -> RunSummary:
    units, eligible, refused, total = counts
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
        seconds,
        str(out),
        parts,
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
        connection.execute(f"SET temp_directory = {quoted(str(part.parent / '.spill'))}")
        if threads:
            connection.execute(f"SET threads = {int(threads)}")
        open_tables(connection, policy_set, plan, bucket)
        part.parent.mkdir(parents=True, exist_ok=True)
        halves = plan.halves
        execute(connection, f"CREATE TEMP TABLE _units AS {write_sql(halves.units, 'duckdb')}")
        told = f"SELECT {_FAULT}, count(*) FROM _units WHERE {_FAULT} IS NOT NULL GROUP BY {_FAULT}"
        found = connection.execute(told).fetchall()
        if found:
            raise RunStopped([(str(what), f"programme {programme}", int(rows)) for what, rows in found])
        keys = ", ".join(f'"{key}"' for key in halves.keys)
        connection.execute(f"CREATE TEMP TABLE {STATES} AS SELECT DISTINCT {keys} FROM _units")
        execute(connection, f"CREATE TEMP TABLE _answers AS {write_sql(halves.answers, 'duckdb')}")
        _as_codes(connection, "_answers")
        columns = ", ".join(f'{"u" if own else "a"}."{name}"' for name, own in halves.columns)
        # Written beside and moved into place, so that a part is there whole or not at all.
        beside = part.with_name(f".{part.name}.{os.getpid()}")
        copy = (
            f"COPY (SELECT {columns} FROM _units AS u JOIN _answers AS a USING ({keys})) TO {quoted(str(beside))} "
            f"(FORMAT parquet, COMPRESSION snappy, KV_METADATA {{mazdoor: {quoted(marker)}}})"
        )
        written = connection.execute(copy).fetchone()
        units = connection.execute("SELECT count(*) FROM _units").fetchone()
        assert written == units, "each unit has one state, and each state one answer"
        beside.replace(part)


def _as_codes(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Texts of a small table as codes of a dictionary of their own: joined and written as numbers, read as texts."""
    for name, kind, *_ in connection.execute(f"DESCRIBE {table}").fetchall():
        if kind != "VARCHAR":
            continue
        texts = f'SELECT DISTINCT "{name}" FROM {table} WHERE "{name}" IS NOT NULL'
        if connection.execute(f"SELECT 1 FROM ({texts}) LIMIT 1").fetchone() is None:
            continue
        connection.execute(f'CREATE TYPE "{name} text" AS ENUM ({texts})')
        connection.execute(f'ALTER TABLE {table} ALTER "{name}" TYPE "{name} text"')


def _marker(part: Path) -> str | None:
    with duckdb.connect() as connection:
        try:
            found = connection.execute(
                "SELECT value FROM parquet_kv_metadata(?) WHERE key = 'mazdoor'", [str(part)]
            ).fetchone()
        except duckdb.Error:  # a part damaged by a crash is simply written again
            return None
    return None if found is None else bytes(found[0]).decode()


def _totals(parts: list[Path], prefix: str) -> tuple[int, int, int, Decimal]:
    """Units, eligible, refused, and the sum of amounts."""
    eligible, amount = f'"{prefix}eligible"', f'"{prefix}amount"'
    with duckdb.connect() as connection:
        row = connection.execute(
            f"SELECT count(*), count(*) FILTER (WHERE {eligible}), count(*) FILTER (WHERE NOT {eligible}), "
            f"coalesce(sum({amount}), 0) FROM read_parquet(?)",
            [[str(part) for part in parts]],
        ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1]), int(row[2]), Decimal(row[3])
