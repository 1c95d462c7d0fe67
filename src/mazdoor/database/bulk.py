"""Many rows in and out: by ``COPY``, never by one statement per row.

On the way in, Arrow tables and batches go as CSV written by Arrow itself (about 950 thousand rows a second; Python
tuples a quarter of that). PostgreSQL refuses ``COPY`` into a table under row-level security, so rows for such a table
are copied into a temporary one and inserted from there, where the policy is asked for each of them.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from django.db import connection, transaction
from psycopg import sql

from mazdoor.database.acting import current
from mazdoor.database.address import current_address
from mazdoor.database.refusals import SCANNER_MISSING

BATCH_ROWS: Final = 100_000
ANALYSE_FROM: Final = 5_000
"""Rows from which a load is worth fresh statistics."""

_names = itertools.count(1)

Rows = Iterable[Any]  # an Arrow table, batch or reader (which come without types), or an iterable


def copy_in(table: str, rows: Rows, columns: Sequence[str] | None = None) -> int:
    """Append ``rows`` to ``table`` (``name`` or ``schema.name``) in the current transaction; returns how many.

    ``rows`` is an Arrow table, a batch, a reader, an iterable of batches, or an iterable of tuples, which needs
    ``columns``. Arrow columns go by their names. Columns not given take their defaults.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT row_security_active(%s)", [table])
        if not cursor.fetchone()[0]:
            count = _copy(cursor, _identifier(table), rows, columns)
        else:
            batches, columns = _peek(rows, columns)
            with _temporary_like(cursor, table, columns) as temporary:
                _copy(cursor, sql.Identifier(temporary), batches, columns)
                cursor.execute(
                    sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
                        _identifier(table), _list(columns), _list(columns), sql.Identifier(temporary)
                    )
                )
                count = int(cursor.rowcount)
        if count >= ANALYSE_FROM and "." not in table:
            analyse(table)
        return count


def analyse(*tables: str) -> None:
    """Fresh statistics of these tables for the planner; after a large change, before the queries that follow it."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute("SELECT database_analyse(%s)", [table])


@contextmanager
def staged(columns: Mapping[str, str], rows: Rows) -> Iterator[str]:
    """A temporary table with ``columns`` (name → SQL type) holding ``rows``, analysed, gone after the block.

    >>> with staged({"person_id": "bigint", "net_amount": "bigint"}, table) as name: ...   # SELECT … FROM {name}
    """
    name = f"staged_{next(_names)}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TEMPORARY TABLE {} ({})").format(
                sql.Identifier(name),
                sql.SQL(", ").join(
                    sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(_type(kind)))
                    for column, kind in columns.items()
                ),
            )
        )
        _copy(cursor, sql.Identifier(name), rows, list(columns))
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(name)))
        yield name
        cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))


def copy_out(query: str, path: Path, parameters: Sequence[Any] = (), *, schema: pa.Schema) -> int:
    """Write what ``query`` gives to a Parquet file, in batches, under the areas of whoever acts; returns the rows.

    ``schema`` names and types the columns. The file appears under its name only when it is whole.
    """
    temporary = path.with_name(path.name + ".part")
    total = 0
    with transaction.atomic(), pa.parquet.ParquetWriter(temporary, schema, compression="zstd") as writer:
        for batch in read_batches(query, parameters, schema=schema):
            writer.write_batch(batch)
            total += batch.num_rows
    temporary.replace(path)
    return total


def read_batches(query: str, parameters: Sequence[Any] = (), *, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """What ``query`` gives, as Arrow batches read from ``COPY … TO``; memory stays that of one batch."""
    options = pa.csv.ConvertOptions(
        column_types=schema,
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        true_values=["t"],
        false_values=["f"],
    )
    reading = pa.csv.ReadOptions(column_names=schema.names)
    parsing = pa.csv.ParseOptions(newlines_in_values=True)
    with connection.cursor() as cursor:
        inner = cursor.mogrify(query, parameters) if parameters else query
        buffer = io.BytesIO()
        lines = 0
        with cursor.copy(f"COPY ({inner}) TO STDOUT (FORMAT csv)") as copy:
            for block in copy:  # psycopg hands over whole rows
                buffer.write(block)
                lines += 1
                if lines >= BATCH_ROWS:
                    yield from _parsed(buffer, reading, parsing, options)
                    buffer, lines = io.BytesIO(), 0
        if lines:
            yield from _parsed(buffer, reading, parsing, options)


def duckdb_with_postgres(
    *,
    name: str = "pg",
    read_only: bool = True,
    areas: str | None = None,
    database: str = ":memory:",
    memory_limit: str | None = None,
    threads: int | None = None,
) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with this database attached as ``name``, signed in as the application.

    DuckDB signs in by itself: it sees what is committed, and the ``areas`` given here (default: those of whoever
    acts now). It can write into schema ``staging`` and tables without row-level security; for the rest, stage and
    insert. Refuses DB-014 where DuckDB's extension is not installed.
    """
    duck = duckdb.connect(database)
    if memory_limit:
        duck.execute(f"SET memory_limit = '{memory_limit}'")
    if threads:
        duck.execute(f"SET threads = {int(threads)}")
    duck.execute(f"LOAD '{_quoted(str(_scanner()))}'")
    officer, current_areas, _ = current()
    seen = current_areas if areas is None else areas
    address = current_address()
    parameters = address.parameters("app") | {"dbname": connection.settings_dict["NAME"]}
    parameters["options"] = f"-c mazdoor.areas={seen} -c mazdoor.officer={officer}"
    words = " ".join(f"{key}='{_escaped(value)}'" for key, value in parameters.items())
    attach = f"ATTACH '{_quoted(words)}' AS {name} (TYPE postgres{', READ_ONLY' if read_only else ''})"
    duck.execute(attach)
    return duck


def _scanner() -> Path:
    """The file of DuckDB's PostgreSQL extension, which comes as a package: nothing is fetched from the network."""
    import importlib.util

    spec = importlib.util.find_spec("duckdb_extension_postgres_scanner")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    file = next(iter(folder.glob(f"extensions/v{duckdb.__version__}/*.duckdb_extension")), None) if folder else None
    if file is None:
        raise SCANNER_MISSING.because(version=duckdb.__version__)
    return file


def _copy(cursor: Any, target: sql.Composable, rows: Rows, columns: Sequence[str] | None) -> int:
    batches, columns = _peek(rows, columns)
    first = next(batches, None)
    if first is None:
        return 0
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(target, _list(columns))
    everything = itertools.chain([first], batches)
    if isinstance(first, pa.RecordBatch):
        with cursor.copy(statement + sql.SQL(" (FORMAT csv)")) as copy:
            for batch in everything:
                copy.write(_csv(batch.select(list(columns))))
    else:
        with cursor.copy(statement) as copy:
            for row in everything:
                copy.write_row(row)
    return int(cursor.rowcount)


def _peek(rows: Rows, columns: Sequence[str] | None) -> tuple[Iterator[Any], list[str]]:
    """``rows`` as one iterator of batches or tuples, and the names of its columns."""
    if isinstance(rows, pa.Table):
        return iter(rows.to_batches(max_chunksize=BATCH_ROWS)), list(columns or rows.column_names)
    if isinstance(rows, pa.RecordBatch):
        return iter([rows]), list(columns or rows.schema.names)
    if isinstance(rows, pa.RecordBatchReader):
        return iter(rows), list(columns or rows.schema.names)
    iterator: Iterator[Any] = iter(rows)
    if columns is None:
        first = next(iterator, None)
        if first is None:
            return iter(()), []
        if not isinstance(first, pa.RecordBatch):
            raise ValueError("rows that are not Arrow batches need the names of their columns")
        return itertools.chain([first], iterator), list(first.schema.names)
    return iterator, list(columns)


@contextmanager
def _temporary_like(cursor: Any, table: str, columns: Sequence[str]) -> Iterator[str]:
    """An empty temporary table with these columns of ``table``, without its constraints."""
    name = f"staged_{next(_names)}"
    cursor.execute(
        sql.SQL("CREATE TEMPORARY TABLE {} AS SELECT {} FROM {} WITH NO DATA").format(
            sql.Identifier(name), _list(columns), _identifier(table)
        )
    )
    yield name
    cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))


def _csv(batch: pa.RecordBatch) -> bytes:
    """A batch as PostgreSQL reads CSV: an unquoted nothing is NULL, a quoted one the empty text."""
    arrays = [_plain(array) for array in batch.columns]
    sink = io.BytesIO()
    pa.csv.write_csv(
        pa.RecordBatch.from_arrays(arrays, names=batch.schema.names),
        sink,
        pa.csv.WriteOptions(include_header=False, quoting_style="needed"),
    )
    return sink.getvalue()


def _plain(array: pa.Array) -> pa.Array:
    """A column Arrow can write as CSV and PostgreSQL can read back to its own type."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _plain(array.cast(kind.value_type))
    if pa.types.is_decimal(kind):
        return array.cast(pa.string())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return _hexadecimal(array.cast(pa.large_binary()))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.array([None if value is None else _array_text(value) for value in array.to_pylist()], pa.string())
    if pa.types.is_null(kind):
        return array.cast(pa.string())
    return array


def _hexadecimal(array: pa.LargeBinaryArray) -> pa.Array:
    """Bytes as PostgreSQL writes them: all values of the column turned at once, since each letter takes two places."""
    _, offsets, content = array.buffers()
    starts = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    first, last = int(starts[0]), int(starts[-1])
    letters = (content.slice(first, last - first).to_pybytes() if content is not None else b"").hex().encode()
    places = pa.py_buffer(((starts - first) * 2).tobytes())
    written = pa.Array.from_buffers(pa.large_string(), len(array), [None, places, pa.py_buffer(letters)])
    written = pc.binary_join_element_wise(
        pa.scalar("\\x", pa.large_string()), written, pa.scalar("", pa.large_string())
    )
    return pc.if_else(array.is_valid(), written, pa.scalar(None, pa.large_string()))


def _array_text(values: list[Any]) -> str:
    """A list in PostgreSQL's own notation for arrays."""
    words = []
    for value in values:
        if value is None:
            words.append("NULL")
        else:
            words.append('"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"')
    return "{" + ",".join(words) + "}"


def _parsed(
    buffer: io.BytesIO, reading: pa.csv.ReadOptions, parsing: pa.csv.ParseOptions, options: pa.csv.ConvertOptions
) -> Iterator[pa.RecordBatch]:
    buffer.seek(0)
    table = pa.csv.read_csv(buffer, read_options=reading, parse_options=parsing, convert_options=options)
    yield from table.combine_chunks().to_batches()


def _identifier(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split("."))


def _list(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)


def _type(kind: str) -> Any:
    """A SQL type name; refuses anything else, since types cannot be parameters."""
    if not kind.replace("(", "").replace(")", "").replace(",", "").replace(" ", "").replace("[]", "").isalnum():
        raise ValueError(f"not a SQL type: {kind!r}")
    return kind


def _quoted(text: str) -> str:
    """For use between single quotes of SQL."""
    return text.replace("'", "''")


def _escaped(text: str) -> str:
    """For use between single quotes of a libpq connection string."""
    return text.replace("\\", "\\\\").replace("'", "\\'")
