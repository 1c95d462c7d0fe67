"""Rows of several tables by one statement: a single row and several come to the same values, whatever they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from django.db import DataError, connection

from mazdoor.database.together import insert_together

pytestmark = pytest.mark.django_db

COLUMNS = {
    "number": "bigint", "small": "integer", "said": "varchar(12)", "told": "text", "sealed": "bytea", "born": "date",
    "at": "timestamptz", "acres": "numeric(8, 2)", "well": "boolean", "words": "varchar(20)[]", "numbers": "bigint[]",
    "key": "uuid",
}  # fmt: skip


class Kind(StrEnum):
    """A choice, as forms bring it."""

    OWN = "own_account"


FULL: dict[str, Any] = {
    "number": 2**40, "small": -7, "said": Kind.OWN, "told": 'خان "the" \\ {elder}, NULL', "sealed": b"\x00\x01'\\\xff",
    "born": dt.date(1980, 2, 29), "at": dt.datetime(2026, 11, 22, 8, 30, 1, 5, tzinfo=dt.UTC), "acres": Decimal("12.50"),
    "well": False, "words": ["a", 'b "c"', "d\\e", "f,g", "", "NULL", "{h}", "ن"], "numbers": (3, 2**33),
    "key": UUID("00000000-0000-4000-8000-000000000001"),
}  # fmt: skip
EMPTY: dict[str, Any] = dict.fromkeys(FULL) | {"words": [], "numbers": ()}


@pytest.fixture(autouse=True)
def tables() -> Iterator[None]:
    written = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    with connection.cursor() as cursor:
        for table in ("one_row", "many_rows"):
            cursor.execute(f"CREATE TEMPORARY TABLE {table} ({written}, extra text DEFAULT 'by itself')")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE one_row, many_rows")


def _rows(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY number NULLS LAST")
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _back(row: dict[str, Any]) -> dict[str, Any]:
    """A row as it is read again."""
    listed = {name: list(value) for name, value in row.items() if isinstance(value, list | tuple)}
    return row | listed | {"extra": "by itself"}


def test_one_row_comes_back_as_it_was_given() -> None:
    insert_together({"one_row": [FULL]})
    insert_together({"one_row": [EMPTY]})
    assert _rows("one_row") == [_back(FULL), _back(EMPTY)]


def test_several_rows_come_to_the_same_as_single_ones() -> None:
    other = FULL | {"number": 5, "well": True, "said": "میرا"}
    insert_together({"one_row": [FULL], "many_rows": [other, FULL, EMPTY]})
    insert_together({"one_row": [other], "many_rows": []})
    insert_together({"one_row": [EMPTY]})
    assert _rows("one_row") == _rows("many_rows") == [_back(other), _back(FULL), _back(EMPTY)]


def test_what_a_column_cannot_hold_is_refused() -> None:
    for wrong in ({"said": "thirteen long"}, {"small": 2**31}, {"told": "\x00"}):
        for rows in ([FULL | wrong], [FULL | wrong, FULL]):
            with pytest.raises(DataError), connection.cursor() as cursor:
                cursor.execute("SAVEPOINT here")
                try:
                    insert_together({"one_row": rows})
                finally:
                    cursor.execute("ROLLBACK TO here")
    with pytest.raises(TypeError, match="no column takes a complex"):
        insert_together({"one_row": [FULL | {"number": 1j}]})
    assert _rows("one_row") == []
