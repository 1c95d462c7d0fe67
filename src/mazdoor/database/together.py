"""Rows of several tables written by one statement: one round trip for a whole that belongs together.

For a handful of rows (a form, an order with its lines). Thousands go by `bulk.copy_in`. Defaults of the database hold for
columns that are not given; foreign keys between the tables are checked when the transaction ends, as Django makes them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from psycopg import sql

from mazdoor.database.prepared import ask

Table = tuple[str, tuple[str, ...]]


def insert_together(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Insert rows into tables, in one statement that the connection plans once. Tables without rows are left out.

    All rows of a table give the same columns. Raises whatever the database says of them.
    """
    given = {table: rows for table, rows in tables.items() if rows}
    if not given:
        return
    shape = tuple((table, tuple(rows[0])) for table, rows in given.items())
    ask(_statement(shape), [_encode(list(rows)) for rows in given.values()])


@lru_cache(maxsize=256)
def _statement(shape: tuple[Table, ...]) -> bytes:
    parts = []
    for number, (table, columns) in enumerate(shape, start=1):
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        parts.append(
            sql.SQL(
                "t{n} AS (INSERT INTO {table} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{table}, ${n}))"
            ).format(n=sql.SQL(str(number)), table=sql.Identifier(table), names=names)
        )
    return (sql.SQL("WITH ") + sql.SQL(", ").join(parts) + sql.SQL(" SELECT 1")).as_bytes(None)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return "\\x" + bytes(value).hex()
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"no column takes a {type(value).__name__}")


_encode: Final = json.JSONEncoder(default=_plain, ensure_ascii=False, check_circular=False).encode
"""What `json.dumps` makes anew for each text."""
