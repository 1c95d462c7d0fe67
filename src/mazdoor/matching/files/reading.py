"""Files as they come, brought into one table; what cannot be compared is refused before anything is computed."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Final

import duckdb

from mazdoor.matching.files.among import Among
from mazdoor.matching.files.columns import UnknownColumn, same_columns
from mazdoor.matching.written import literal, quoted

PARQUET: Final = (".parquet", ".pq")
_SEPARATORS: Final = ",;\t|"


def read_files(
    con: duckdb.DuckDBPyConnection, files: list[tuple[Path, int]], among: Among, *, fixed: Collection[str] = ()
) -> tuple[list[str], dict[str, str]]:
    """Table `given`: the rows of the files one after the other with `source` (1, 2), all columns as text.

    Gives its columns, and what a later file calls otherwise → the column of the first file it is taken for (`same_columns`;
    columns in ``fixed`` keep their names).

    Raises :class:`UnknownColumn` where two columns have one name, where the heading of a CSV and its rows do not fit, or
    where there are no two rows to compare; ``duckdb.Error`` where a file cannot be read.
    """
    selects: list[str] = []
    first: list[str] = []
    together: dict[str, str] = {}
    for path, number in files:
        if not path.is_file():
            raise FileNotFoundError(f"there is no file {path.name}")
        headings: list[str] = []
        if path.suffix.lower() in PARQUET:
            source = f"read_parquet({literal(path)})"
        else:
            headings = _headings(path)
            source = f"read_csv({literal(path)}, all_varchar = true, header = true)"
        names = [str(row[0]) for row in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
        _check_columns(path, headings, names)
        plain = [name.strip() for name in names]
        same = same_columns(first, plain, fixed=fixed) if first else {}
        together |= same
        first = first or plain
        kept = ", ".join(
            f"CAST({quoted(name)} AS VARCHAR) AS {quoted(same.get(name.strip(), name.strip()))}" for name in names
        )
        selects.append(f"SELECT {kept}, {number} AS source FROM {source}")
    con.execute("CREATE OR REPLACE TABLE given AS " + " UNION ALL BY NAME ".join(selects))
    rows = dict(con.execute("SELECT source, count(*) FROM given GROUP BY source").fetchall())
    if among.pairs({int(source): int(count) for source, count in rows.items()}) < 1:
        raise UnknownColumn(f"there is nothing to compare: {sum(rows.values())} rows in all")
    return [str(row[0]) for row in con.execute("DESCRIBE given").fetchall() if row[0] != "source"], together


def is_utf8(path: Path) -> bool:
    """Whether all of a file is text in UTF-8."""
    try:
        with path.open(encoding="utf-8") as lines:
            while lines.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _headings(path: Path) -> list[str]:
    """The first line of a CSV as it stands: DuckDB gives columns of one name other names."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        first = lines.readline()
    separator = max(_SEPARATORS, key=first.count)
    return [heading.strip() for heading in next(csv.reader([first], delimiter=separator), [])]


def _check_columns(path: Path, headings: list[str], names: list[str]) -> None:
    told = Counter(headings or [name.strip() for name in names])
    twice = [name for name, times in told.items() if times > 1 and name]
    if twice:
        raise UnknownColumn(f'two columns of {path.name} are called "{twice[0]}"; give each a name of its own')
    if len(names) == 1 < len(headings):
        raise UnknownColumn(f"the rows of {path.name} do not all have the columns of its heading")
