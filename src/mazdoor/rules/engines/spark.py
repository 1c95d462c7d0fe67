"""The SQL plan run by Spark, where one machine is outgrown: over a whole snapshot at once.

The same tree as DuckDB's, written for Spark (``sql/writing``). Spark would copy a CTE into each place that reads it, and
the plan's layers read each other: a layer that is read more than once is held (``persist``) instead, and all others are
written where they are read. Many small runs in one job are ``spark_small``'s.
"""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from mazdoor.kernel.numbers import MOST_ROWS
from mazdoor.rules.engines.checks import wrong_column
from mazdoor.rules.engines.spark_session import spark_session
from mazdoor.rules.engines.sql.plan import Plan, make_plan
from mazdoor.rules.engines.sql.writing import write_sql
from mazdoor.rules.hashing import content_hash
from mazdoor.rules.model import PolicySet
from mazdoor.rules.problems import RunStopped
from mazdoor.rules.results import RunSummary, known_day

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_FAULT: Final = "_fault"
_OUTSIDE: Final = (
    "ARITHMETIC_OVERFLOW",
    "BINARY_ARITHMETIC_OVERFLOW",
    "CAST_OVERFLOW",
    "DATETIME_FIELD_OUT_OF_BOUNDS",
    "NUMERIC_OUT_OF_SUPPORTED_RANGE",
    "NUMERIC_VALUE_OUT_OF_RANGE",
)
"""What Spark calls a number that is too long."""


def run_spark(
    policy_set: PolicySet,
    programme: str,
    snapshot: Path,
    *,
    at: date,
    out: Path,
    known_at: datetime | date | None = None,
    master: str | None = None,
    memory: str = "2g",
) -> RunSummary:
    """Assess every unit of a snapshot under ``programme`` and write the results to ``out`` (Parquet).

    As :func:`mazdoor.rules.run_duckdb` in what it takes, gives and refuses: ``snapshot`` is a folder of tables or of
    ``bucket-*`` folders; ``out`` is one file, or for buckets a folder of ``part-*.parquet``. Here the buckets are read
    together in one job and ``out`` is written whole or not at all, so nothing is resumed. On a cluster (``master``) both
    must lie where every worker reads them. ``memory`` is that of the driver, in a process that has not started Spark yet.

    Raises :class:`RunStopped` where anything cannot be evaluated (nothing is written), ``KeyError`` for an unknown
    programme, ``FileNotFoundError`` without a snapshot, :class:`EngineMissing` without Spark or Java.
    """
    from pyspark.sql import Observation
    from pyspark.sql import functions as sql

    started = time.monotonic()
    plan = make_plan(policy_set, policy_set.programmes[programme], at=at, known=known_day(known_at))
    digest = content_hash(policy_set, programme)
    if not snapshot.is_dir():
        raise FileNotFoundError("there is no snapshot folder")
    buckets = sorted(each for each in snapshot.glob("bucket-*") if each.is_dir())
    session = spark_session(master, memory=memory)
    for table in plan.tables:
        _open_files(session, policy_set, plan, table, buckets or [snapshot])
    with values_stay_here():
        reasons = [(row["what"], row["place"], row["rows"]) for row in _checks(session, policy_set, plan).collect()]
    if reasons:
        raise RunStopped(reasons)
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    with values_stay_here(), _layers(session, plan) as results:
        seen = Observation()
        sound = results.observe(
            seen,
            sql.count(sql.lit(1)).alias("units"),
            sql.count(_FAULT).alias("faults"),
            sql.count_if("eligible").alias("eligible"),
            sql.count_if(~sql.col("eligible")).alias("refused"),
            sql.sum("amount").alias("total"),
        ).drop(_FAULT)
        if not buckets:
            sound = sound.repartition(1)
        try:
            sound.write.option("compression", "zstd").parquet(str(beside))
            counts = seen.get
            if counts["faults"]:
                told = results.where(sql.col(_FAULT).isNotNull()).groupBy(_FAULT).count().collect()
                raise RunStopped([(row[_FAULT], f"programme {programme}", row["count"]) for row in told])
            parts = _move(beside, out, one=not buckets)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    units, eligible, refused = counts["units"], counts["eligible"], counts["refused"]
    return RunSummary(
        programme,
        digest,
        at,
        known_at,
        "spark",
        units,
        eligible,
        refused,
        units - eligible - refused,
        counts["total"] if counts["total"] is not None else Decimal(0),
        time.monotonic() - started,
        str(out),
        parts,
    )


def _move(beside: Path, out: Path, *, one: bool) -> int:
    """Put what Spark wrote in its place, under the names every engine gives. Gives the number of parts."""
    written = sorted(beside.glob("part-*.parquet"))
    if one:
        written[0].replace(out)
        return 1
    whole = beside.with_name(f"{beside.name}.whole")
    whole.mkdir(parents=True)
    for number, part in enumerate(written):
        part.replace(whole / f"part-{number:05}.parquet")
    if out.exists():
        shutil.rmtree(out)
    whole.replace(out)
    return len(written)


# --- the tables and the layers


def _open_files(session: SparkSession, policy_set: PolicySet, plan: Plan, table: str, folders: Sequence[Path]) -> None:
    """The Parquet of ``table`` in ``folders`` as a view, its columns checked."""
    paths = []
    for folder in folders:
        if (folder / f"{table}.parquet").is_file():
            paths.append(str(folder / f"{table}.parquet"))
        elif any((folder / table).glob("*.parquet")):
            paths.append(str(folder / table))
        else:
            raise RunStopped([(f'the snapshot has no table "{table}"', "the snapshot", 0)])
    frame = session.read.option("mergeSchema", str(len(paths) > 1).lower()).parquet(*paths)
    entity, there = policy_set.table_entity(table), {name: kind.upper() for name, kind in frame.dtypes}
    reasons = [
        reason for name in plan.tables[table] for reason in [wrong_column(entity, name, there, text="STRING")] if reason
    ]
    if reasons:
        raise RunStopped([(reason, f"table {table}", 0) for reason in reasons])
    frame.select(*plan.tables[table]).createOrReplaceTempView(table)


def _checks(session: SparkSession, policy_set: PolicySet, plan: Plan) -> DataFrame:
    """Everything that stops a run before it begins, as (what, place, rows); no row where all is well."""
    parts = []
    for table in plan.tables:
        key = policy_set.table_entity(table).key
        parts.append(
            f"""SELECT '"{key}" is empty or stands twice' AS what, 'table {table}' AS place,"""
            f" COUNT(*) - COUNT(DISTINCT `{key}`) AS rows FROM `{table}`"
        )
    for table, by in plan.groups:
        parts.append(
            f"SELECT 'more than {MOST_ROWS:,} rows belong to one', 'table {table}', COUNT(*) FROM"
            f" (SELECT 1 FROM `{table}` WHERE `{by}` IS NOT NULL GROUP BY `{by}` HAVING COUNT(*) > {MOST_ROWS})"
        )
    for table, query in plan.domains.items():
        parts.append(f"SELECT fault, 'table {table}', rows FROM ({write_sql(query, 'spark')})")
    return session.sql(f"SELECT * FROM ({' UNION ALL '.join(parts)}) WHERE rows > 0")


@contextmanager
def _layers(session: SparkSession, plan: Plan) -> Iterator[DataFrame]:
    """The results of ``plan`` over the session's views; what is held for them is let go at the end."""
    layers, last = in_one_piece(plan)
    held: list[DataFrame] = []
    try:
        for name, tree in layers:
            held.append(session.sql(write_sql(tree, "spark")).persist())
            held[-1].createOrReplaceTempView(name)
        yield session.sql(write_sql(last, "spark"))
    finally:
        for frame in held:
            frame.unpersist()


def in_one_piece(plan: Plan) -> tuple[list[tuple[str, exp.Expression]], exp.Expression]:
    """The results of ``plan`` with every layer written where it is read, and the layers to hold because two read them."""
    last = plan.results.copy()
    assert isinstance(last, exp.Query)
    layers = {each.alias: each.this for each in last.ctes}
    for name in ("with_", "with"):
        last.set(name, None)
    read = [(table, table.name) for tree in (*layers.values(), last) for table in tree.find_all(exp.Table)]
    used = Counter(name for _, name in read)
    for table, name in read:
        if name in layers and used[name] == 1:
            table.replace(exp.Subquery(this=layers[name], alias=table.args.get("alias")))
    return [(name, tree) for name, tree in layers.items() if used[name] > 1], last


@contextmanager
def values_stay_here() -> Iterator[None]:
    """Spark's own words for a number that is too long hold the number: they are not passed on."""
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as error:
        kind = (error.getCondition() or "").split(".")[0]
        if kind not in _OUTSIDE:
            raise
        raise RunStopped([(f"a value outside the domain ({kind})", "the snapshot", 0)]) from None
