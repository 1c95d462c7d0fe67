"""The Spark that linkage grows onto: the statements of `blocking` and `scoring`, written for Spark by sqlglot.

Tables are Parquet in one folder, which on a cluster lies where every worker reads it. Functions that Spark lacks are not
written a second time: the rows are handed in Arrow batches to a DuckDB inside each worker, which runs the very same text.
A worker needs Python with ``duckdb`` and ``pyarrow``, and none of this package.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import exp

from mazdoor.matching.written import literal
from mazdoor.rules.engines.spark_session import spark_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Item = TypeVar("Item")

#: DuckDB's function -> Spark's of the same meaning, where sqlglot does not know it. The two hashes differ, and no result
#: depends on them: they are only held against each other.
_FUNCTIONS = {"hash": "xxhash64", "list_intersect": "array_intersect"}
_SETTINGS = {
    "spark.sql.autoBroadcastJoinThreshold": "64MB",  # a table of names fits every worker; joined by sorting it costs a shuffle
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
}
#: Spark has no numbers without a sign.
_WIDER = {"UTINYINT": "SMALLINT", "USMALLINT": "INTEGER", "UINTEGER": "BIGINT"}
#: Records to a part of a shuffle, where Spark runs on this machine; a cluster has its own opinion.
_A_PART = 250_000


def matching_session(memory: str = "2GB") -> SparkSession:
    """A session of its own whose workers run the Python that runs this. ``memory``: of the driver, as DuckDB writes it (4GB).

    Raises `mazdoor.rules.problems.EngineMissing` where PySpark or Java is not there.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = spark_session(memory=_megabytes(memory))
    for name, value in _SETTINGS.items():
        session.conf.set(name, value)
    return session


class SparkEngine:
    """Tables as Parquet in ``folder``, made by Spark; ``con`` is the DuckDB that holds the people."""

    together = True

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Path, *, memory: str = "2GB", records: int = 0) -> None:
        self._con = con
        self._folder = folder
        self._number = itertools.count(1)
        self._parts: dict[str, list[Path]] = {}
        self._session = matching_session(memory)
        if str(self._session.sparkContext.master).startswith("local"):
            self._session.conf.set("spark.sql.shuffle.partitions", str(max(4, records // _A_PART)))

    def take(self, table: str) -> None:
        """Hand a table of DuckDB over. Numbers without a sign are shifted, and values of an ENUM are their places: only
        equality is asked of either.
        """
        columns = ", ".join(_handed(*row[:2]) for row in self._con.execute(f"DESCRIBE {table}").fetchall())
        handed = f"SELECT {columns} FROM {table}"
        path = self._next(table)
        self._con.execute(f"COPY ({handed}) TO {literal(path)} (FORMAT parquet, PER_THREAD_OUTPUT)")
        self._show(table, [path], _schema(self._con.sql(f"{handed} LIMIT 0")))

    def batches(self, items: Sequence[Item]) -> list[list[Item]]:
        """All at once: one job."""
        return [list(items)] if items else []

    def passes(self, pairs: int) -> int:
        """One: Spark goes to disk by itself."""
        return 1

    def make(self, table: str, select: str) -> None:
        """Written out, so that it is computed once."""
        path = self._next(table)
        rows = self._session.sql(for_spark(select))
        rows.write.parquet(str(path))
        self._show(table, [path], rows.schema)

    def make_by_row(self, table: str, rows: str, select: str) -> None:
        """In Arrow batches through a DuckDB in each worker."""
        from pyspark.sql.functions import struct
        from pyspark.sql.pandas.types import to_arrow_schema

        given = self._session.sql(for_spark(rows))
        with duckdb.connect() as con:  # what the text gives is what it gives over no rows
            con.register("rows", to_arrow_schema(given.schema).empty_table())
            made_by = _arrow_function(_worker(select), _schema(con.sql(select)))
        made = given.select(made_by(struct("*")).alias("made")).select("made.*")
        path = self._next(table)
        made.write.parquet(str(path))
        self._show(table, [path], made.schema)

    def add(self, table: str, select: str) -> None:
        """One more folder of Parquet under the same name."""
        path = self._next(table)
        rows = self._session.sql(for_spark(select))
        rows.write.parquet(str(path))
        self._show(table, [*self._parts.get(table, []), path], rows.schema)

    def drop(self, *tables: str) -> None:
        """The files go with the name."""
        for table in tables:
            self._session.catalog.dropTempView(table)
            for path in self._parts.pop(table, []):
                shutil.rmtree(path, ignore_errors=True)

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Collected."""
        return [tuple(row) for row in self._session.sql(for_spark(select)).collect()]

    def bring(self, name: str, select: str) -> None:
        """Written by Spark, read by DuckDB."""
        self.make(name, select)
        files = ", ".join(literal(path / "*.parquet") for path in self._parts[name])
        self._con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM read_parquet([{files}])")

    def _next(self, table: str) -> Path:
        return self._folder / f"{table}-{next(self._number)}.parquet"

    def _show(self, table: str, paths: list[Path], schema: Any) -> None:
        shown = self._session.read.schema(schema).parquet(*map(str, paths))  # told: no job to ask
        shown.createOrReplaceTempView(table)
        before, self._parts[table] = self._parts.get(table, []), paths
        for path in set(before).difference(paths):
            shutil.rmtree(path, ignore_errors=True)


@lru_cache(maxsize=256)
def for_spark(select: str) -> str:
    """A SELECT in DuckDB's SQL, in Spark's."""
    tree = sqlglot.parse_one(select, read="duckdb")
    for cte in tree.find_all(exp.CTE):
        cte.set("materialized", None)  # a hint to DuckDB
    for call in tree.find_all(exp.Anonymous):
        call.set("this", _FUNCTIONS.get(call.name.lower(), call.name))
    return tree.sql(dialect="spark")


def _megabytes(memory: str) -> str:
    """As Java writes it. Raises ValueError for what is no size."""
    told = re.fullmatch(r"\s*([0-9.]+)\s*([MGT])(i?)B\s*", memory, re.IGNORECASE)
    if told is None:
        raise ValueError(f"{memory} is no size of memory: 4GB, 512MB")
    base = 1024 if told[3] else 1000
    return f"{int(float(told[1]) * base ** ' MGT'.index(told[2].upper()) * base / 1024**2)}m"


def _handed(column: str, kind: str) -> str:
    if kind == "UBIGINT":
        return f"CAST(CAST({column} AS HUGEINT) - 9223372036854775808 AS BIGINT) AS {column}"
    if kind in _WIDER:
        return f"CAST({column} AS {_WIDER[kind]}) AS {column}"
    return f"enum_code({column})::INTEGER AS {column}" if kind.startswith("ENUM") else column


def _worker(select: str) -> Callable[[Iterator[pa.Array]], Iterator[pa.Array]]:
    """What a worker runs: named in no module, so sent as it is."""

    def run(batches: Iterator[pa.Array]) -> Iterator[pa.Array]:
        import duckdb
        import pyarrow

        with duckdb.connect(config={"threads": 1}) as con:  # one thread keeps the order of the rows
            for batch in batches:
                con.register("rows", pyarrow.Table.from_batches([pyarrow.RecordBatch.from_struct_array(batch)]))
                yield con.sql(select).to_arrow_table().combine_chunks().to_struct_array().combine_chunks()

    return run


def duckdb_function(name: str, returns: str) -> Any:
    """A function of DuckDB over two columns as one of Spark, to be registered there; a batch at a time."""

    def run(first: pa.Array, second: pa.Array) -> pa.Array:
        import duckdb
        import pyarrow

        with duckdb.connect(config={"threads": 1}) as con:
            con.register("rows", pyarrow.table({"a": first, "b": second}))
            return con.sql(f"SELECT {name}(a, b) AS made FROM rows").to_arrow_table()["made"].combine_chunks()

    return _arrow_function(run, returns)


def _arrow_function(run: Callable[..., Any], returns: Any) -> Any:
    """A function of Spark over Arrow columns; which kind it is, Spark reads from the types of its arguments."""
    from pyspark.sql import functions

    return functions.arrow_udf(run, returns)  # type: ignore[attr-defined]  # there since Spark 4.1, in no stub


def _schema(rows: duckdb.DuckDBPyRelation) -> Any:
    """Spark's schema of a relation without rows."""
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(rows.to_arrow_table().schema)
