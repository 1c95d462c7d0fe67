"""From people as registered to the columns linkage works on: once per distinct name, joined back in DuckDB."""

from __future__ import annotations

import itertools
from pathlib import Path

import duckdb
import pyarrow as pa

from mazdoor.kernel.names import Name, analyse_name
from mazdoor.matching.keys import NOT_TO_THE_DAY
from mazdoor.matching.written import literal

#: Columns of the input that may be absent (NULL is taken), with the type they are read as.
OPTIONAL: dict[str, str] = {
    "given_name": "VARCHAR",
    "surname": "VARCHAR",
    "father_name": "VARCHAR",
    "husband_name": "VARCHAR",
    "given_name_ur": "VARCHAR",
    "surname_ur": "VARCHAR",
    "father_name_ur": "VARCHAR",
    "husband_name_ur": "VARCHAR",
    "birth_date": "DATE",
    "birth_date_precision": "VARCHAR",
    "sex": "VARCHAR",
    "district_code": "VARCHAR",
    "area_code": "VARCHAR",
    "household_id": "VARCHAR",
    "phone_index": "VARCHAR",
    "cnic_index": "VARCHAR",
    "cnic_segment_1": "VARCHAR",
    "cnic_segment_2": "VARCHAR",
    "cnic_segment_3": "VARCHAR",
    "cnic_sorted_index": "VARCHAR",
    "old_nic_index": "VARCHAR",
    "is_new": "BOOLEAN",
}

_NAMES = ("given", "surname", "father", "husband")

#: Columns of the input that are only held against each other -> what they are called in `folk`.
_INDEXES: dict[str, str] = {
    "household_id": "household",
    "phone_index": "phone",
    "cnic_index": "cnic",
    "cnic_segment_1": "cnic_1",
    "cnic_segment_2": "cnic_2",
    "cnic_segment_3": "cnic_3",
    "cnic_sorted_index": "cnic_sorted",
    "old_nic_index": "old_nic",
}


def source_sql(source: str | Path | duckdb.DuckDBPyRelation) -> tuple[str, duckdb.DuckDBPyRelation | None]:
    """The FROM clause that reads the people, and the relation to keep alive if one was given."""
    if isinstance(source, duckdb.DuckDBPyRelation):
        return "people_given", source
    reader = "read_csv" if str(source).endswith(".csv") else "read_parquet"
    return f"{reader}({literal(source)})", None


def prepare(con: duckdb.DuckDBPyConnection, source: str, *, use_cnic: bool = True, numbered: bool = False) -> int:
    """Make table `folk` (one row per record) and view `people` (with the sounds of its names); return how many there are.

    `source` is a FROM clause with `record_id` (no two alike, or ValueError) and any of `OPTIONAL`. Records get a running
    number `unique_id` in order of `record_id`, so that a run is repeatable whatever order the rows came in. Without
    `use_cnic` the CNIC columns are NULL, as if nobody had one. With `numbered`, households, telephones and cards are held
    as numbers of 64 bits, which tell equals as well as the text in a quarter of the room.
    """
    present = {row[0]: row[1] for row in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    if "record_id" not in present:
        raise ValueError("the people to link need a column record_id")

    def told(column: str) -> bool:
        return column in present and (use_cnic or not column.startswith(("cnic", "old_nic")))

    def read(column: str, kind: str) -> str:
        if not told(column):
            return f"CAST(NULL AS {kind}) AS {column}"
        value = f"lower(hex({column}))" if present[column] == "BLOB" else column  # as `keys.index_text`
        return f"CAST({value} AS {kind}) AS {column}"

    def index(column: str) -> str:
        value = f"nullif({column}, '')"
        if numbered:
            value = (
                f"CASE WHEN {value} IS NOT NULL THEN hash({value}) END" if told(column) else "CAST(NULL AS UTINYINT)"
            )
        return f"{value} AS {_INDEXES[column]}"

    columns = ", ".join(read(column, kind) for column, kind in OPTIONAL.items())
    written = ", ".join(
        f"coalesce(nullif(trim({name}), ''), {name}_ur) AS {name.removesuffix('_name')}_written"
        for name in ("given_name", "surname", "father_name", "husband_name")
    )
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW people_raw AS SELECT *, {written} FROM (SELECT record_id, {columns} FROM {source})"
    )
    analyse_names(con, "people_raw", [f"{name}_written" for name in _NAMES])
    con.execute("DROP VIEW IF EXISTS people; DROP TABLE IF EXISTS folk")
    for column, values in (
        ("sex", "sex"),
        ("district_code", "district_code"),
        ("area_code", "unnest([area_code, district_code])"),
    ):
        # a number for each of a few values: equality is as cheap as it gets, and a row half as wide
        con.execute(f"DROP TYPE IF EXISTS {column}_values")
        con.execute(
            f"CREATE TYPE {column}_values AS ENUM (SELECT v FROM (SELECT DISTINCT {values} AS v FROM people_raw) "
            "WHERE v IS NOT NULL ORDER BY v)"
        )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE numbers AS
        SELECT record_id, CAST(row_number() OVER (ORDER BY record_id) AS INTEGER) AS unique_id
        FROM (SELECT record_id FROM people_raw)
        """
    )
    joins = " ".join(f"LEFT JOIN name_sounds {name} ON {name}.written = p.{name}_written" for name in _NAMES)
    con.execute(
        f"""
        CREATE OR REPLACE TABLE folk AS
        SELECT n.unique_id, p.record_id, {", ".join(f"{name}.name_id AS {name}_id" for name in _NAMES)},
               p.birth_date,
               coalesce(p.birth_date_precision IN {NOT_TO_THE_DAY}, FALSE) AS told_year,
               coalesce(p.birth_date_precision IN {NOT_TO_THE_DAY}, FALSE)
                   OR coalesce(month(p.birth_date) = 1 AND day(p.birth_date) = 1, FALSE) AS rounded,
               CAST(year(p.birth_date) * 10000 + least(month(p.birth_date), day(p.birth_date)) * 100
                   + greatest(month(p.birth_date), day(p.birth_date)) AS INTEGER) AS born,
               CAST(p.sex AS sex_values) AS sex, CAST(p.district_code AS district_code_values) AS district_code,
               CAST(coalesce(p.area_code, p.district_code) AS area_code_values) AS area_code,
               {", ".join(index(column) for column in _INDEXES)}, coalesce(p.is_new, TRUE) AS is_new
        FROM people_raw p JOIN numbers n USING (record_id) {joins}
        """
    )
    records, held = con.execute("SELECT (SELECT count(*) FROM numbers), (SELECT count(*) FROM folk)").fetchall()[0]
    if records != held:
        raise ValueError("two of the people to link have one record_id")
    con.execute("DROP TABLE numbers; DROP VIEW people_raw; DROP TABLE name_sounds")
    make_view(con)
    return int(records)


def make_view(con: duckdb.DuckDBPyConnection) -> None:
    """View `people`: `folk` with what its names say. What is kept is narrow; the words are looked up where they are needed."""
    fields = ", ".join(
        f"nullif({name}.text, '') AS {name}_text, nullif({name}.sound, '') AS {name}_sound, "
        f"nullif({name}.head, '') AS {name}_head, {name}.parts AS {name}_parts, {name}.titles AS {name}_titles, "
        f"coalesce({name}.misspelt, FALSE) AS {name}_misspelt"
        for name in _NAMES
    )
    joins = " ".join(f"LEFT JOIN names {name} ON {name}.name_id = p.{name}_id" for name in _NAMES)
    con.execute(
        f"""
        CREATE OR REPLACE VIEW people AS
        SELECT p.*, {fields}, CAST(p.district_code AS VARCHAR)[1:3] AS province_code,
               coalesce(list_contains(father.parts, surname.head), FALSE) AS surname_is_fathers
        FROM folk p {joins}
        """
    )


def analyse_names(con: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> None:
    """Table `names` of every distinct name these columns say, and `name_sounds` from what is written to it.

    Each distinct writing is analysed once by `analyse_name`; `names` has one row for each outcome (`name_id`, `misspelt`
    still FALSE), `name_sounds` one for each writing.
    """
    union = " UNION ".join(f"SELECT {column} AS written FROM {table} WHERE {column} IS NOT NULL" for column in columns)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE name_list AS SELECT written, row_number() OVER (ORDER BY written) - 1 AS place "
        f"FROM ({union})"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE name_numbers (written VARCHAR, name_id INTEGER)")
    con.execute(
        "CREATE OR REPLACE TABLE names (name_id INTEGER, text VARCHAR, sound VARCHAR, head VARCHAR, parts VARCHAR[], "
        "titles VARCHAR[], misspelt BOOLEAN)"
    )
    total = int(con.execute("SELECT count(*) FROM name_list").fetchall()[0][0])
    step = 500_000  # names in Python at a time: bounds memory at ten million people
    numbered: dict[Name, int] = {}
    for start in range(0, total, step):
        written = [
            row[0]
            for row in con.execute(
                "SELECT written FROM name_list WHERE place >= ? AND place < ?", [start, start + step]
            ).fetchall()
        ]
        known = len(numbered)
        of = [numbered.setdefault(analyse_name(text), len(numbered)) for text in written]
        names = list(itertools.islice(numbered, known, None))
        numbers = pa.table({"written": pa.array(written, pa.string()), "name_id": pa.array(of, pa.int32())})  # noqa: F841
        con.execute("INSERT INTO name_numbers SELECT * FROM numbers")
        chunk = pa.table(  # noqa: F841  (DuckDB reads it by its name)
            {
                "name_id": pa.array(range(known, len(numbered)), pa.int32()),
                "text": pa.array([name.text for name in names], pa.string()),
                "sound": pa.array([name.sound for name in names], pa.string()),
                "head": pa.array([name.head for name in names], pa.string()),
                "parts": pa.array([list(name.parts) for name in names], pa.list_(pa.string())),
                "titles": pa.array([list(name.titles) for name in names], pa.list_(pa.string())),
            }
        )
        con.execute("INSERT INTO names SELECT *, FALSE FROM chunk")
    con.execute("DROP TABLE name_list")
    con.execute("CREATE OR REPLACE TEMP TABLE name_sounds AS SELECT * FROM name_numbers JOIN names USING (name_id)")
    con.execute("DROP TABLE name_numbers")
