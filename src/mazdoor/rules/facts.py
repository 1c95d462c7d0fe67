"""Facts written by people (JSON, CSV, YAML cases) ↔ canonical rows as in a snapshot (money in whole paisa).

In hand-made files money is written in rupees and dates as YYYY-MM-DD; a column left out, empty or null is not known.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mazdoor.rules.language import typed
from mazdoor.rules.model import Entity, FactField, PolicySet
from mazdoor.rules.problems import did_you_mean

Rows = list[dict[str, Any]]


class FactsError(ValueError):
    """Facts that cannot be read. Names the table, the column and the row's number; never the value."""


def canonical(policy_set: PolicySet, facts: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, Rows]:
    """Hand-made facts as canonical rows, every column there (unknown where it was not given). Raises :class:`FactsError`."""
    tables = {entity.table: entity for entity in policy_set.entities.values()}
    found: dict[str, Rows] = {table: [] for table in tables}
    for table, rows in facts.items():
        if table not in tables:
            raise FactsError(f'there is no table "{table}" {did_you_mean(table, tables)}'.strip())
        for number, row in enumerate(rows, start=1):
            found[table].append(_row(tables[table], row, number))
    return found


def _row(entity: Entity, row: Mapping[str, Any], number: int) -> dict[str, Any]:
    known = {entity.key, *entity.fields}
    for name in row:
        if name not in known:
            raise FactsError(f'{entity.table}, row {number}: no column "{name}" {did_you_mean(name, known)}'.strip())
    if row.get(entity.key) in (None, ""):
        raise FactsError(f'{entity.table}, row {number}: "{entity.key}" is missing')
    found: dict[str, Any] = {entity.key: str(row[entity.key])}
    for field in entity.fields.values():
        try:
            found[field.name] = _value(field, row.get(field.name))
        except (ValueError, TypeError, InvalidOperation):
            raise FactsError(f'{entity.table}, row {number}: "{field.name}" is not {field.type}') from None
    return found


def _value(field: FactField, value: Any) -> Any:
    if value is None or value == "":
        return None
    if isinstance(field.type, typed.Number):
        if isinstance(value, bool | float):
            raise TypeError
        exact = Decimal(str(value))
        if field.money:
            paisa = exact * 100
            if paisa != paisa.to_integral_value():
                raise ValueError
            return int(paisa)
        return int(exact) if field.type.shape.scale == 0 and exact == exact.to_integral_value() else exact
    if isinstance(field.type, typed.YesNo):
        if isinstance(value, bool):
            return value
        return (
            {"true": True, "false": False}[str(value).lower()] if str(value).lower() in ("true", "false") else _refuse()
        )
    if isinstance(field.type, typed.Day):
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    return str(value)


def _refuse() -> Any:
    raise ValueError


def read_facts(policy_set: PolicySet, path: Path, table: str | None = None) -> dict[str, Rows]:
    """Canonical rows of a fact file: ``.json`` ({table: [rows]}), ``.csv`` (one table), ``.parquet`` (one table).

    A folder is a snapshot: its ``<table>.parquet`` (or ``<table>/*.parquet``), or those of its ``bucket-*`` folders together.
    Raises :class:`FactsError`.
    """
    if path.is_dir():
        found: dict[str, Rows] = {}
        for folder in sorted(each for each in path.glob("bucket-*") if each.is_dir()) or [path]:
            for entity in policy_set.entities.values():
                for place in (folder / f"{entity.table}.parquet", folder / entity.table):
                    if place.exists():
                        found.setdefault(entity.table, []).extend(_parquet(place))
        if not found:
            raise FactsError("the folder holds no table of the vocabulary")
        return found
    if path.suffix == ".json":
        data = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        if not isinstance(data, dict):
            raise FactsError('a JSON file of facts holds tables: {"persons": [{…}]}')
        return canonical(policy_set, data)
    name = table or path.stem
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return canonical(policy_set, {name: list(csv.DictReader(file))})
    if path.suffix == ".parquet":
        return {name: _parquet(path)}
    raise FactsError("facts are .json, .csv, .parquet, or a folder of .parquet")


def _parquet(path: Path) -> Rows:
    rows: Rows = pq.read_table(path).to_pylist()
    return rows


def arrow_schema(entity: Entity) -> pa.Schema:
    """The columns of a table in a snapshot: the contract of whoever freezes one."""
    columns = [pa.field(entity.key, pa.string(), nullable=False)]
    columns.extend(pa.field(field.name, _arrow_type(field)) for field in entity.fields.values())
    return pa.schema(columns)


def _arrow_type(field: FactField) -> pa.DataType:
    if field.money:
        return pa.int64()
    if isinstance(field.type, typed.Number):
        return pa.decimal128(field.type.shape.digits, field.type.shape.scale) if field.type.shape.scale else pa.int64()
    return {typed.YesNo: pa.bool_(), typed.Text: pa.string(), typed.Day: pa.date32()}[type(field.type)]


def write_snapshot(policy_set: PolicySet, rows: Mapping[str, Rows], folder: Path) -> Path:
    """Canonical rows as a snapshot folder, one ``<table>.parquet`` for each table of the vocabulary. Returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for entity in policy_set.entities.values():
        schema = arrow_schema(entity)
        table = pa.Table.from_pylist(list(rows.get(entity.table, ())), schema=schema)
        pq.write_table(table, folder / f"{entity.table}.parquet")
    return folder
