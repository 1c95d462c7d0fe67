"""One form for each kind of value, and the sounds of names: table `people`, one row for each row of the files."""

from __future__ import annotations

import duckdb

from mazdoor.matching.files.columns import NOTHING, Field, Kind
from mazdoor.matching.prepare import analyse_names
from mazdoor.matching.written import quoted

NAMES = frozenset({Kind.GIVEN, Kind.SURNAME, Kind.FULL_NAME, Kind.FATHER})


def clean(con: duckdb.DuckDBPyConnection, table: str, fields: tuple[Field, ...], *, beside: tuple[str, ...]) -> int:
    """Make `people`: `unique_id`, the columns ``beside`` as they are, each field cleaned; returns the number of rows.

    Fields of names get their sound beside them, ``<field>_sound`` (both scripts meet there; `mazdoor.kernel.names`).
    """
    columns = ", ".join(f"{_cleaned(each)} AS {each.name}" for each in fields)
    kept = "".join(f"{each}, " for each in beside)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE cleaned AS SELECT CAST(row_number() OVER () AS INTEGER) AS unique_id, {kept}{columns} "
        f"FROM {table}"
    )
    names = [each.name for each in fields if each.kind in NAMES]
    analyse_names(con, "cleaned", names) if names else None
    sounds = "".join(f", nullif({name}_said.sound, '') AS {name}_sound" for name in names)
    joins = " ".join(f"LEFT JOIN name_sounds {name}_said ON {name}_said.written = cleaned.{name}" for name in names)
    con.execute(f"CREATE OR REPLACE TABLE people AS SELECT cleaned.*{sounds} FROM cleaned {joins} ORDER BY unique_id")
    con.execute("DROP TABLE cleaned")
    con.execute("DROP TABLE IF EXISTS name_sounds")
    return int(con.execute("SELECT count(*) FROM people").fetchall()[0][0])


def _cleaned(field: Field) -> str:
    """The SQL expression that brings the columns of a field to one form, or NULL where nothing is said."""
    if len(field.columns) == 3:
        year, month, day = (f"trim(CAST({quoted(column)} AS VARCHAR))" for column in field.columns)
        return f"nullif(lpad({year}, 4, '0') || lpad({month}, 2, '0') || lpad({day}, 2, '0'), '')"
    nothing = ", ".join(f"'{each}'" for each in NOTHING)
    value = f"trim(lower(CAST({quoted(field.columns[0])} AS VARCHAR)))"
    value = f"CASE WHEN {value} IN ({nothing}) THEN NULL ELSE {value} END"
    if field.kind is Kind.BIRTH:
        digits = f"regexp_replace({value}, '[^0-9]', '', 'g')"
        turned = f"regexp_replace({value}, '^([0-9]{{1,2}})[-/. ]([0-9]{{1,2}})[-/. ]([0-9]{{4}})$', '\\3-\\2-\\1')"
        parts = f"string_split(regexp_replace({turned}, '[/. ]', '-', 'g'), '-')"
        whole = f"({parts})[1] || lpad(({parts})[2], 2, '0') || lpad(({parts})[3], 2, '0')"
        return f"nullif(CASE WHEN len({parts}) = 3 THEN substr({whole}, 1, 8) ELSE {digits} END, '')"
    if field.kind is Kind.EMAIL:
        return value
    if field.kind in (Kind.NUMBER, Kind.CODE):
        return f"nullif(regexp_replace({value}, '[^\\pL\\pN]', '', 'g'), '')"
    return f"nullif(trim(regexp_replace(strip_accents({value}), '[^\\pL\\pM\\pN]+', ' ', 'g')), '')"
