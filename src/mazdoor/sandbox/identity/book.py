"""The authority's book of citizens, and how it is filled."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb

SCHEMA = """
CREATE TABLE IF NOT EXISTS citizens (
  cnic TEXT PRIMARY KEY, given_name TEXT NOT NULL, surname TEXT, father_name TEXT, birth_date TEXT NOT NULL,
  birth_year_only INTEGER NOT NULL DEFAULT 0, died_on TEXT, family_key TEXT, family_place TEXT, profile TEXT,
  name_ur TEXT, father_name_ur TEXT
) WITHOUT ROWID;
"""
_LATER_COLUMNS = ("name_ur", "father_name_ur")

PROFILE_FLAGS = (
    "foreign_travel", "passport_executive_fee", "cnic_executive_fee", "vehicle", "phone_bill_amount", "property",
    "government_employee", "income_taxpayer", "other_relief", "kafaalat_beneficiary", "pmt_score",
)  # fmt: skip
"""What other registers say; ``phone_bill_amount`` in paisa a month, ``pmt_score`` as a decimal in text or null."""

_CITIZENS = """
WITH people AS (
  SELECT * FROM read_parquet($persons) WHERE cnic IS NOT NULL
  AND person_no NOT IN (SELECT person_no FROM read_parquet($duplicates))
), placed AS (
  SELECT *,
    marital_status <> 'single' OR relationship = 'head' AS grown,
    row_number() OVER (PARTITION BY family_no, marital_status <> 'single' OR relationship = 'head'
      ORDER BY (relationship = 'head') DESC, (sex = 'male') DESC, birth_date) AS place
  FROM people
)
SELECT p.cnic, given_name, surname, father_name, strftime(birth_date, '%Y-%m-%d'), birth_date_precision = 'year',
  strftime(died_on, '%Y-%m-%d'), 'F' || family_no::varchar,
  CASE WHEN grown AND place = 1 THEN 'head' WHEN grown THEN 'spouse' ELSE 'child' END,
  CASE WHEN f.person_no IS NULL THEN NULL ELSE to_json({flags})::varchar END,
  {urdu}
FROM placed AS p LEFT JOIN read_parquet($profiles) AS f USING (person_no)
"""


def bring_up(db: sqlite3.Connection) -> None:
    """Give a book that was begun before Urdu names were kept the columns for them."""
    there = {row[1] for row in db.execute("PRAGMA table_info(citizens)")}
    for column in _LATER_COLUMNS:
        if column not in there:
            db.execute(f"ALTER TABLE citizens ADD COLUMN {column} TEXT")
    db.execute("CREATE INDEX IF NOT EXISTS citizens_family ON citizens (family_key)")


def load_population(db: sqlite3.Connection, folder: Path) -> int:
    """Write everybody of a synthetic population into the book. Returns how many; loading again changes nothing."""
    flags = ", ".join(
        f"{flag}: f.{flag}" if flag != "pmt_score" else "pmt_score: f.pmt_score::varchar" for flag in PROFILE_FLAGS
    )
    with duckdb.connect() as duck:
        duck.execute("SET threads = 1")
        persons = f"{folder}/persons/*.parquet"
        columns = {row[0] for row in duck.execute("DESCRIBE SELECT * FROM read_parquet(?)", [persons]).fetchall()}
        urdu = (
            "nullif(trim(concat_ws(' ', given_name_ur, surname_ur)), ''), father_name_ur"
            if "given_name_ur" in columns
            else "NULL, NULL"
        )
        result = duck.execute(
            _CITIZENS.replace("{flags}", "{" + flags + "}").replace("{urdu}", urdu),
            {
                "persons": persons,
                "profiles": f"{folder}/profiles/*.parquet",
                "duplicates": f"{folder}/truth/duplicates/*.parquet",
            },
        )
        return _write(db, _batches(result))


def add_citizens(db: sqlite3.Connection, citizens: Iterable[dict[str, Any]]) -> int:
    """Write citizens given as JSON objects. Raises ``KeyError`` for one without CNIC, given name or birth date."""
    rows = (
        (
            c["cnic"], c["given_name"], c.get("surname"), c.get("father_name"), c["birth_date"],
            bool(c.get("birth_year_only")), c.get("died_on"), c.get("family_key"), c.get("family_place"),
            None if c.get("profile") is None else json.dumps(c["profile"]), c.get("name_ur"), c.get("father_name_ur"),
        )
        for c in citizens
    )  # fmt: skip
    return _write(db, [list(rows)])


def _batches(result: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[Any, ...]]]:
    while rows := result.fetchmany(20_000):
        yield rows


def _write(db: sqlite3.Connection, batches: Iterable[list[tuple[Any, ...]]]) -> int:
    written = 0
    for rows in batches:
        db.executemany("INSERT OR REPLACE INTO citizens VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        written += len(rows)
    return written
