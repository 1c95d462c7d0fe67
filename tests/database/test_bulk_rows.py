"""Many rows in and out: what goes in comes back the same, also under row-level security."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from mazdoor.access.services import acting_as_system
from mazdoor.database.acting import acting
from mazdoor.database.bulk import copy_in, copy_out, duckdb_with_postgres, staged

_AWKWARD = ["plain", "", None, 'quo"ted', "two\nlines", "comma, and \\N", "مزدور", "\\x00"]


def _awkward() -> pa.Table:
    count = len(_AWKWARD)
    return pa.table(
        {
            "id": pa.array(range(count), pa.int64()),
            "words": pa.array(_AWKWARD, pa.string()),
            "sealed": pa.array([None, b"", b"\x00\xff", *[b"x"] * (count - 3)], pa.binary()),
            "born_on": pa.array([None, dt.date(1900, 2, 28), *[dt.date(2024, 2, 29)] * (count - 2)], pa.date32()),
            "at": pa.array([dt.datetime(2026, 1, 1, 12, 0, 0, 123456, dt.UTC)] * count, pa.timestamp("us", "UTC")),
            "share": pa.array([None, Decimal("-0.01"), *[Decimal("99.99")] * (count - 2)], pa.decimal128(6, 2)),
            "yes": pa.array([None, True, *[False] * (count - 2)], pa.bool_()),
            "kinds": pa.array([None, [], ["a", 'b"c', None], *[["x,y"]] * (count - 3)], pa.list_(pa.string())),
            "kind": pa.array(["one", None, *["two"] * (count - 2)]).dictionary_encode(),
        }
    )


_TYPES = {
    "id": "bigint",
    "words": "text",
    "sealed": "bytea",
    "born_on": "date",
    "at": "timestamptz",
    "share": "numeric(6,2)",
    "yes": "boolean",
    "kinds": "text[]",
    "kind": "text",
}


@pytest.mark.django_db
def test_arrow_columns_of_every_kind_arrive_as_they_were() -> None:
    table = _awkward()
    with staged(_TYPES, table) as name, connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {name} ORDER BY id")
        found = cursor.fetchall()
    for row, expected in zip(found, table.to_pylist(), strict=True):
        got = [bytes(value) if isinstance(value, memoryview) else value for value in row]
        assert got == list(expected.values())


@pytest.mark.django_db
def test_tuples_arrive_as_they_were_and_the_table_is_gone_afterwards() -> None:
    with staged({"id": "bigint", "words": "text"}, [(1, None), (2, "")]) as name, connection.cursor() as cursor:
        cursor.execute(f"SELECT id, words FROM {name} ORDER BY 1")
        assert cursor.fetchall() == [(1, None), (2, "")]
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {name}")


@pytest.mark.django_db(transaction=True)
def test_rows_copied_into_a_table_by_area_obey_the_areas(owner_connection: Any) -> None:
    from mazdoor.database.sql import rls_by_area

    owner_connection.execute("CREATE TABLE bulk_people (id bigint GENERATED ALWAYS AS IDENTITY, area_code text, n int)")
    owner_connection.execute(rls_by_area("bulk_people", "area_code"))
    rows = pa.table({"area_code": ["PK601", "PK701"], "n": pa.array([1, 2], pa.int32())})
    with acting_as_system(reason="test"):
        assert copy_in("bulk_people", rows) == 2
        assert copy_in("bulk_people", [("PK801", 3)], ["area_code", "n"]) == 1
        assert copy_in("bulk_people", rows.schema.empty_table()) == 0
    with acting(officer="", areas="PK6", reason="test"):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            copy_in("bulk_people", rows)
        with connection.cursor() as cursor:
            cursor.execute("SELECT n FROM bulk_people")
            assert cursor.fetchall() == [(1,)]


@pytest.mark.django_db
def test_what_is_copied_out_to_parquet_is_what_was_asked_for(tmp_path: Path) -> None:
    table = _awkward().select(["id", "words", "born_on", "at", "share", "yes"])
    path = tmp_path / "out.parquet"
    with staged({name: _TYPES[name] for name in table.column_names}, table) as name:
        assert copy_out(f"SELECT * FROM {name} WHERE id < %s ORDER BY id", path, [100], schema=table.schema) == 8
    assert pq.read_table(path).to_pylist() == table.to_pylist()
    assert not path.with_name("out.parquet.part").exists()


@pytest.mark.django_db(transaction=True)
def test_duckdb_reads_this_database_and_writes_into_staging() -> None:
    with duckdb_with_postgres(read_only=False, areas="PK6") as duck:
        duck.execute("CREATE TABLE pg.staging.numbers AS SELECT range AS n FROM range(1000)")
        said = duck.execute(
            "SELECT * FROM postgres_query('pg', 'SELECT access_sees(''PK603'') AS a, access_sees(''PK7'') AS b')"
        )
        assert said.fetchone() == (True, False)
        assert duck.execute("SELECT count(*), sum(n) FROM pg.staging.numbers").fetchone() == (1000, 499500)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n) FROM staging.numbers")
        assert cursor.fetchone() == (499500,)
    with duckdb_with_postgres() as duck, pytest.raises(Exception, match="read-only"):
        duck.execute("CREATE TABLE pg.staging.more AS SELECT 1 AS n")
