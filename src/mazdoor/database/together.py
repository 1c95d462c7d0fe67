"""Rows of several tables written by one statement: one round trip for a whole that belongs together.

For a handful of rows (a form, an order with its lines). Thousands go by `bulk.copy_in`. Defaults of the database hold for
columns that are not given; foreign keys between the tables are checked when the transaction ends, as Django makes them.

The one row of a table, as most are, comes value by value; several come as one JSON text, so that the statement is the same
however many they are. To read thirteen such texts took a fifth of the writing.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from psycopg import sql

from mazdoor.database.prepared import ask

Table = tuple[str, tuple[str, ...], bool]
"""Name, columns, whether it gets one row."""


def insert_together(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Insert rows into tables, in one statement that the connection plans once. Tables without rows are left out.

    All rows of a table give the same columns. A list or tuple is an array. Raises whatever the database says of them.
    """
    given = {table: rows for table, rows in tables.items() if rows}
    if not given:
        return
    shape = tuple((table, tuple(rows[0]), len(rows) == 1) for table, rows in given.items())
    values: list[str | None] = []
    for rows in given.values():
        if len(rows) == 1:
            values += map(_written, rows[0].values())
        else:
            values.append(_encode(list(rows)))
    ask(_statement(shape), values)


@lru_cache(maxsize=256)
def _statement(shape: tuple[Table, ...]) -> bytes:
    parts = []
    first = 1
    for number, (table, columns, one) in enumerate(shape, start=1):
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        if one:
            places = sql.SQL(", ").join(sql.SQL(f"${first + at}") for at in range(len(columns)))
            rows: sql.Composable = sql.SQL("VALUES ({})").format(places)
        else:
            rows = sql.SQL("SELECT {names} FROM json_populate_recordset(NULL::{table}, {place})").format(
                names=names, table=sql.Identifier(table), place=sql.SQL(f"${first}")
            )
        first += len(columns) if one else 1
        parts.append(
            sql.SQL("t{n} AS (INSERT INTO {table} ({names}) {rows})").format(
                n=sql.SQL(str(number)), table=sql.Identifier(table), names=names, rows=rows
            )
        )
    return (sql.SQL("WITH ") + sql.SQL(", ").join(parts) + sql.SQL(" SELECT 1")).as_bytes(None)


def _written(value: Any) -> str | None:
    """A value as PostgreSQL reads it from text, so that the types of parameters are those of the columns, always."""
    if value is None or type(value) is str:
        return value
    if isinstance(value, str):  # a choice of a list: its value, not its name
        return str.__str__(value)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple):
        return "{" + ",".join(_elements(value)) + "}"
    return _plain(value)


def _elements(values: Sequence[Any]) -> Iterator[str]:
    for value in values:
        text = _written(value)
        if text is None:
            yield "NULL"
        else:
            yield '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return "\\x" + bytes(value).hex()
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"no column takes a {type(value).__name__}")


_encode: Final = json.JSONEncoder(default=_plain, ensure_ascii=False, check_circular=False).encode
"""What `json.dumps` makes anew for each text."""
