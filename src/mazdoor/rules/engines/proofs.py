"""What was proved of a bucket's tables when it was cut, so that no run need prove it again.

Beside the tables of a bucket stands ``proved.json``: that a key is filled and stands once in each row, and how many rows
at most belong to one. It holds for the very files that were looked at, told by their names, sizes and times of writing;
where any of these differs, it says nothing, and a run asks the rows themselves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import duckdb

from mazdoor.rules.model import Entity

NAME: Final = "proved.json"
_SLICES: Final = 4096


@dataclass(frozen=True)
class Proved:
    """What is proved of one table; nothing where it was not looked at."""

    keys: frozenset[str] = frozenset()
    """Columns that are filled and different in every row."""
    at_most: Mapping[str, int] = field(default_factory=dict)
    """By column, how many rows at most share a value."""


def fingerprint(folder: Path, table: str = "**/*") -> str:
    """What tells one state of a bucket, or of a table of it, from another: names, sizes and times of its files."""
    found = {*folder.glob(f"{table}.parquet"), *folder.glob(f"{table}/*.parquet")}
    told = ((each.relative_to(folder), each.stat()) for each in sorted(found))
    return ";".join(f"{name}:{stat.st_size}:{stat.st_mtime_ns}" for name, stat in told)


def group_bound(connection: duckdb.DuckDBPyConnection, relation: str, by: str) -> int:
    """How many rows at most share a value of ``by``: as many as the largest slice of hashes, counted faster than groups."""
    sliced = (
        f'SELECT count(*) AS n FROM {relation} WHERE "{by}" IS NOT NULL GROUP BY (hash("{by}") % {_SLICES})::USMALLINT'
    )
    row = connection.execute(f"SELECT coalesce(max(n), 0) FROM ({sliced})").fetchone()
    assert row is not None
    return int(row[0])


def rows_without_own_key(connection: duckdb.DuckDBPyConnection, relation: str, key: str) -> int:
    """Rows whose key is empty or stood before."""
    row = connection.execute(f'SELECT count(*) - count(DISTINCT "{key}") FROM {relation}').fetchone()
    assert row is not None
    return int(row[0])


def prove(
    connection: duckdb.DuckDBPyConnection, entities: Mapping[str, Entity], folder: Path, relations: Mapping[str, str]
) -> None:
    """Look at the tables of a bucket (entity → how SQL reads its rows) and note in ``folder`` what holds of them."""
    found: dict[str, object] = {}
    for name, relation in relations.items():
        entity = entities[name]
        grouped = {each.by for other in entities.values() for each in other.collections.values() if each.entity == name}
        found[entity.table] = {
            "files": fingerprint(folder, entity.table),
            "keys": [] if rows_without_own_key(connection, relation, entity.key) else [entity.key],
            "at_most": {by: group_bound(connection, relation, by) for by in sorted(grouped)},
        }
    (folder / NAME).write_text(json.dumps(found, indent=1), encoding="utf-8")


def proved(folder: Path, table: str) -> Proved:
    """What is proved of a table as its files are now."""
    try:
        told = json.loads((folder / NAME).read_text(encoding="utf-8"))[table]
    except (FileNotFoundError, KeyError, ValueError):  # not cut by us, or damaged: nothing is proved
        return Proved()
    if told["files"] != fingerprint(folder, table):
        return Proved()
    return Proved(frozenset(told["keys"]), told["at_most"])
