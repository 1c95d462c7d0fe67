"""A register of millions for `benchmarks.door`: what the door reads, in the product's own tables, written by ``COPY``.

Indexes that are no constraint are put aside while rows come in and built afterwards, as anybody would who loads a nation;
references to tables that stay empty are dropped.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from mazdoor.database.address import current_address

BATCH: Final = 250_000
TABLES: Final = ("registration_person", "registration_personrecord", "registration_personkeys", "registration_member")
#: Indexes that the door does not read.
LEFT_OUT: Final = (
    "person_record_area",
    "person_record_sounds",
    "registration_member_family",
    "registration_member_household",
)
_SEALED_CNIC, _SEALED_MOBILE = 1 + 12 + 13 + 16, 1 + 12 + 11 + 16


@dataclass(frozen=True, slots=True)
class Questions:
    """Second records with who each is, and people who are not on the register."""

    told: list[tuple[dict[str, Any], int]]
    strangers: list[dict[str, Any]]


def load(population: Path, home: Path, *, rows: str | None = None, known_by: str = "person_no") -> int:
    """Put the first records of a population on the register, unless it is there; returns how many.

    ``rows``: SQL for other records of it. ``known_by``: what `known` tells of each person.
    """
    marker = home / "loaded.npy"
    if marker.exists():
        return len(np.load(marker))
    with psycopg.connect(current_address().conninfo("owner")) as owner:
        definitions = _bare(owner)
        numbers = _copy_all(rows or _first_records(population), known_by, owner)
        for statement in definitions:
            owner.execute(statement)
    with psycopg.connect(current_address().conninfo("owner"), autocommit=True) as owner:
        for table in TABLES:
            owner.execute(f"VACUUM (ANALYZE) {table}")
    np.save(marker, numbers)
    return len(numbers)


def known(home: Path) -> Any:
    """The truth's number of each person (or by what else they are known), in order of person: the first is person 1."""
    return np.load(home / "loaded.npy")


def _bare(owner: psycopg.Connection[Any]) -> list[str]:
    """Take off the tables what slows a load down; returns what puts the indexes on again."""
    tables = list(TABLES)
    indexes = owner.execute(
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indrelid::regclass::text = ANY (%s) AND NOT EXISTS "
        "(SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))",
        [tables],
    ).fetchall()
    references = owner.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 "
        "AND (conrelid::regclass::text = ANY (%s) OR confrelid::regclass::text = ANY (%s))",
        [tables, tables],
    ).fetchall()
    for table, name in references:
        owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in indexes:
        owner.execute(f'DROP INDEX "{name}"')
    for table in tables:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    owner.execute(f"TRUNCATE {', '.join(tables)}")
    kept = [definition for name, definition in indexes if not name.startswith(LEFT_OUT)]
    return [*kept, *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables)]


def _first_records(population: Path) -> str:
    """SQL for the first records without those of the strangers, who are kept back: one in so many of those who stand there once."""
    return (
        f"SELECT * FROM read_parquet('{population}') WHERE errors IS NULL AND NOT ({_STRANGER.format(file=population)})"
    )


_STRANGER: Final = (
    "hash(person_no) % (SELECT greatest(count(*) // 2500, 2) FROM read_parquet('{file}')) = 1 "
    "AND person_no NOT IN (SELECT person_no FROM read_parquet('{file}') WHERE errors IS NOT NULL)"
)


def _copy_all(rows: str, known_by: str, owner: psycopg.Connection[Any]) -> Any:
    """Write these records; returns by what each person is known, in order of person."""
    numbers = []
    done = 0
    with duckdb.connect() as duck:
        duck.execute("SET threads = 1")
        for batch in duck.execute(rows).to_arrow_reader(BATCH):
            people = pa.Table.from_batches([batch])
            ids = np.arange(done + 1, done + 1 + people.num_rows, dtype=np.int64)
            for table, columns in _rows(people, pa.array(ids)).items():
                _copy(owner, table, pa.table(columns))
            numbers.append(people[known_by].to_numpy())
            done += people.num_rows
            print(f"\r{done:,} persons written", end="", flush=True)
    print()
    return np.concatenate(numbers)


def _rows(people: pa.Table, ids: pa.Array) -> dict[str, dict[str, Any]]:
    from mazdoor.database.keys import keyring
    from mazdoor.delivery.registration.bulk_columns import cnic_index_columns, door_key_columns, registry_numbers

    count = people.num_rows
    area, day = people["area_code"].combine_chunks(), pa.repeat(pa.scalar("2026-01-01"), count)
    cnics, mobiles = (people[name].to_pylist() for name in ("cnic", "mobile"))
    written = {
        name: pc.fill_null(people[name], "").combine_chunks()
        for name in ("given_name", "surname", "father_name", "husband_name")
    }
    blank = pa.repeat(pa.scalar(""), count)
    record = {
        "person_id": ids,
        "valid_from": day,
        **written,
        "given_name_ur": blank,
        "surname_ur": blank,
        "father_name_ur": blank,
        "sex": people["sex"].combine_chunks(),
        "birth_date": people["birth_date"].combine_chunks(),
        "marital_status": blank,
        "cnic_encrypted": _sealed(cnics, _SEALED_CNIC),
        **cnic_index_columns(cnics),
        "mobile_encrypted": _sealed(mobiles, _SEALED_MOBILE),
        "mobile_index": pa.array(keyring().index_all(mobiles, purpose="mobile"), pa.binary()),
        "old_nic_index": pa.array(keyring().index_all(people["old_nic"].to_pylist(), purpose="old_nic"), pa.binary()),
        "area_code": area,
        "name_sounds": pa.array(
            [
                _sounds(*names)
                for names in zip(written["given_name"].to_pylist(), written["surname"].to_pylist(), strict=True)
            ]
        ),
    }
    return {
        "registration_person": {
            "id": ids, "registry_number": registry_numbers(ids.to_numpy()), "registered_on": day, "area_code": area,
        },
        "registration_personrecord": record,
        "registration_personkeys": door_key_columns(record),
        "registration_member": {
            "person_id": ids, "household_id": people["household_id"], "family_id": people["household_id"],
            "relationship": pa.repeat(pa.scalar("head"), count), "valid_from": day, "area_code": area,
        },
    }  # fmt: skip


@lru_cache(maxsize=500_000)
def _sounds(given: str, surname: str) -> str:
    from mazdoor.delivery.registration.people import name_sounds

    return "{" + ",".join(name_sounds(given, surname)) + "}"


def _sealed(values: list[str | None], width: int) -> pa.Array:
    """Bytes as wide as the sealed values, which nobody opens here."""
    noise = np.random.default_rng(1).bytes(width * len(values))
    return pa.array(
        [noise[n * width : (n + 1) * width] if value else None for n, value in enumerate(values)], pa.binary()
    )


def _copy(owner: psycopg.Connection[Any], table: str, rows: pa.Table) -> None:
    with duckdb.connect() as duck:
        duck.register("coming", rows)
        columns = ", ".join(
            f"'\\x' || lower(hex({field.name})) AS {field.name}" if pa.types.is_binary(field.type) else field.name
            for field in rows.schema
        )
        plain = duck.execute(f"SELECT {columns} FROM coming").to_arrow_table()
    sink = io.BytesIO()
    pyarrow.csv.write_csv(plain, sink, pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed"))
    into = ", ".join(rows.column_names)
    with owner.cursor().copy(f"COPY {table} ({into}) FROM STDIN (FORMAT csv, FREEZE)") as copy:
        copy.write(sink.getbuffer())


def questions(population: Path, home: Path, *, told: int, strangers: int) -> Questions:
    """Second records and strangers, so many of each or as many as there are, always the same; kept with the register."""
    second, others = (home / f"{name}.parquet" for name in (f"told-{told}", f"strangers-{strangers}"))
    if not second.exists() or not others.exists():
        _choose(population, home, {second: told, others: strangers})
    return Questions(
        [(row, row.pop("person_id")) for row in pq.read_table(second).to_pylist()], pq.read_table(others).to_pylist()
    )


def _choose(population: Path, home: Path, wanted: dict[Path, int]) -> None:
    numbers = known(home)
    fields = (
        "given_name, surname, coalesce(father_name, '') AS father_name, coalesce(husband_name, '') AS husband_name, "
        "birth_date, sex, area_code, coalesce(mobile, '') AS mobile, coalesce(cnic, '') AS cnic, "
        "coalesce(old_nic, '') AS old_nic"
    )
    (second, told), (others, strangers) = wanted.items()
    with duckdb.connect() as duck:
        duck.register("register", pa.table({"person_no": numbers, "person_id": np.arange(1, len(numbers) + 1)}))
        duck.execute(
            f"COPY (SELECT r.person_id, {fields} FROM read_parquet('{population}') p JOIN register r USING (person_no) "
            f"WHERE p.errors IS NOT NULL ORDER BY hash(record_id) LIMIT {told}) TO '{second}' (FORMAT parquet)"
        )
        duck.execute(
            f"COPY (SELECT {fields} FROM read_parquet('{population}') p WHERE {_STRANGER.format(file=population)} "
            f"ORDER BY hash(record_id) LIMIT {strangers}) TO '{others}' (FORMAT parquet)"
        )


def size_on_disk() -> dict[str, int]:
    """Whole megabytes of each table and of its indexes."""
    with psycopg.connect(current_address().conninfo("owner")) as owner:
        rows = owner.execute(
            "SELECT relname, pg_table_size(oid) / 1000000, pg_indexes_size(oid) / 1000000 FROM pg_class WHERE relname = ANY (%s)",
            [list(TABLES)],
        ).fetchall()
    return {
        name: int(size)
        for table, rows_, indexes in rows
        for name, size in ((table, rows_), (f"{table} indexes", indexes))
    }
