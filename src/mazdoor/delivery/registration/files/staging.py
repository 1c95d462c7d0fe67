"""A file laid down as a table of texts, so that what follows can be asked of sets of rows.

The table ``stage`` (DuckDB, in the import's own folder) has ``n`` (the row as a spreadsheet counts it), ``h`` (the first row
of its household; its own number where no column groups people), ``fault`` and ``found`` (a row that is wrong as a row), and
``c0, c1, …``, one text for each heading. It appears under its name only when it is whole; killed half-way, it is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from mazdoor.delivery.registration.files.reading import LONGEST_CELL, Opened, RawRow, rows_of

MEMORY: Final = "400MB"
MEMORY_TO_READ: Final = "150MB"
"""Of a stage that is laid down: chunks are read one after the other, and what was read need not stay."""
BATCH_ROWS: Final = 20_000
NAME: Final = "stage.duckdb"
THREADS: Final = 2
_BLOCK: Final = 1 << 20

Progress = Callable[[int], None]


def open_stage(folder: Path) -> duckdb.DuckDBPyConnection:
    """The stage of an import, within bounds of memory. Close it when done."""
    connection = duckdb.connect(str(folder / NAME))
    _bound(connection, folder, MEMORY_TO_READ)
    return connection


@contextmanager
def in_memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """A session of this process's own database in memory, for questions about sets of rows; what is registered goes with it.

    Making a database takes as long as checking a thousand rows, a session of one that is there takes nothing.
    """
    with closing(_memory().cursor()) as session:
        yield session


@cache
def _memory() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    return connection


def is_staged(folder: Path) -> bool:
    """Whether the whole file lies in the stage."""
    return (folder / NAME).exists()


def stage(opened: Opened, folder: Path, *, household_column: int | None, progress: Progress | None = None) -> int:
    """Lay a file down; returns its rows. ``household_column`` is the place of the column that groups people."""
    waiting = folder / f"{NAME}.part"
    for old in (waiting, folder / f"{NAME}.part.wal"):
        old.unlink(missing_ok=True)
    with duckdb.connect(str(waiting)) as connection:
        _bound(connection, folder, MEMORY)
        width = len(opened.headings)
        cells = ", ".join(f"c{number} VARCHAR" for number in range(width))
        connection.execute(f"CREATE TABLE read (n BIGINT, h BIGINT, fault VARCHAR, found INTEGER, {cells})")
        # Two threads that must keep the order of rows wait for each other: one reads as fast, with half the work. And the stage
        # lives for minutes: packing it, a third of that work, would save the room of a second copy of the file.
        connection.execute("SET threads = 1")
        connection.execute("PRAGMA force_compression = 'uncompressed'")
        if opened.kind != "csv" or not _read_quickly(connection, opened):
            _read_patiently(connection, opened, progress)
        connection.execute(f"SET threads = {THREADS}")
        _group(connection, width, household_column)
        (count,) = connection.execute("SELECT count(*) FROM stage").fetchone() or (0,)
        connection.execute("CHECKPOINT")
    waiting.replace(folder / NAME)
    return int(count)


def _bound(connection: duckdb.DuckDBPyConnection, folder: Path, memory: str) -> None:
    connection.execute(f"SET memory_limit = '{memory}'")
    connection.execute(f"SET threads = {THREADS}")
    connection.execute("SET preserve_insertion_order = true")
    connection.execute(f"SET temp_directory = '{str(folder / 'spill').replace(chr(39), chr(39) * 2)}'")


def _read_quickly(connection: duckdb.DuckDBPyConnection, opened: Opened) -> bool:
    """By DuckDB's own reader, when every line is made as it should be; False, and nothing read, when one is not."""
    width = len(opened.headings)
    names = [f"c{number}" for number in range(width)]
    columns = "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in names) + "}"
    lines, quoted, clean = _look(opened.path)
    if not clean:
        return False
    every = " || ".join(names)
    connection.execute("BEGIN")
    try:
        connection.execute(
            f"INSERT INTO read SELECT row_number() OVER () + {opened.first_row - 1} AS n, n, '', {width}, {', '.join(names)} "
            f"FROM read_csv($1, auto_detect = false, header = false, skip = {opened.skip}, columns = {columns}, "
            f"force_not_null = {names}, delim = $2, quote = '\"', escape = '\"', strict_mode = true, null_padding = false, "
            f"ignore_errors = false)",
            [str(opened.path), opened.separator],
        )
        _cut_long_cells(connection, names)
        rows, odd = connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE " + " AND ".join(f"{name} = ''" for name in names) + ") FROM read"
        ).fetchone() or (0, 0)
        marks = broken = 0
        if quoted:
            marks, broken = connection.execute(
                f"SELECT count(*) FILTER (WHERE contains({every}, chr(34))), "
                f"coalesce(sum(length({every}) - length(replace({every}, chr(10), ''))), 0) FROM read"
            ).fetchone() or (0, 0)
    except duckdb.Error:
        connection.execute("ROLLBACK")
        return False
    # Rows of separators alone, lines passed over and quotation marks where none belong: the patient reader knows which.
    if odd or marks or rows + broken + opened.skip != lines:
        connection.execute("ROLLBACK")
        return False
    connection.execute("COMMIT")
    return True


def _cut_long_cells(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
    """Cells longer than any answer, to one letter more than is allowed: enough to be refused, and no more is kept."""
    bytes_of = ", ".join(f"max(strlen({name}))" for name in names)
    longest = connection.execute(f"SELECT {bytes_of} FROM read").fetchone() or ()
    long = [name for name, most in zip(names, longest, strict=True) if (most or 0) > LONGEST_CELL + 1]
    if long:
        cut = ", ".join(f"{name} = left({name}, {LONGEST_CELL + 1})" for name in long)
        connection.execute(f"UPDATE read SET {cut}")


def _look(path: Path) -> tuple[int, bool, bool]:
    """(lines of a file but for blank ones at its end, whether anything is in quotation marks, whether no byte is nought)."""
    lines = 0
    quoted = False
    last = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if b"\x00" in block:
                return 0, False, False
            lines += block.count(b"\n")
            quoted = quoted or b'"' in block
            last = (last + block)[-4096:]
    end = last.rstrip(b"\r\n")
    return lines - last[len(end) :].count(b"\n") + 1, quoted, True


def _read_patiently(connection: duckdb.DuckDBPyConnection, opened: Opened, progress: Progress | None) -> None:
    width = len(opened.headings)
    names = ["n", "h", "fault", "found", *(f"c{number}" for number in range(width))]
    read = 0
    for batch in _batches(rows_of(opened)):
        columns: list[pa.Array] = [
            pa.array([row.number for row in batch], pa.int64()),
            pa.array([row.number for row in batch], pa.int64()),
            pa.array([row.fault for row in batch], pa.string()),
            pa.array([row.found for row in batch], pa.int32()),
        ]
        for cells in zip(*(row.cells for row in batch), strict=True):
            columns.append(pa.array([cell[: LONGEST_CELL + 1] for cell in cells], pa.string()))
        arrived = pa.table(columns, names=names)
        connection.register("arrived", arrived)
        connection.execute("INSERT INTO read SELECT * FROM arrived")
        connection.unregister("arrived")
        read += len(batch)
        if progress is not None:
            progress(read)


def _batches(rows: Iterator[RawRow]) -> Iterator[list[RawRow]]:
    while batch := list(islice(rows, BATCH_ROWS)):
        yield batch


def _group(connection: duckdb.DuckDBPyConnection, width: int, household_column: int | None) -> None:
    """Give each row the number of its household's first row, and lay households down one after the other."""
    cells = ", ".join(f"c{number}" for number in range(width))
    if household_column is None:
        connection.execute("ALTER TABLE read RENAME TO stage")
        return
    key = f"lower(trim(c{household_column}))"
    connection.execute(
        f"CREATE TABLE stage AS SELECT n, fault, found, {cells}, "
        f"CASE WHEN {key} = '' THEN n ELSE min(n) OVER (PARTITION BY {key}) END AS h FROM read ORDER BY h, n"
    )
    connection.execute("DROP TABLE read")
