"""The snapshot a simulation reads: as it lies, or made from a synthetic population as ``mazdoor synth`` writes it.

A snapshot is a folder in the facts vocabulary (:mod:`mazdoor.rules.facts`), whole or cut into ``bucket-*``. It may hold one more
table, ``survey.parquet``: ``household_id``, ``weight`` (how many households this one stands for) and ``welfare_amount`` (paisa
for each member and month; null: not known), of which either column may be missing. With weights the figures are estimates
and carry standard errors; without them every unit is counted once.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from mazdoor.rules import PolicySet, arrow_schema
from mazdoor.rules.model import Entity

SURVEY: Final = "survey"


@dataclass(frozen=True, slots=True)
class Source:
    """A snapshot ready to be read. ``synthetic``: of people who do not exist."""

    folder: Path
    synthetic: bool


def open_snapshot(policy_set: PolicySet, folder: Path, work: Path) -> Source:
    """The snapshot in ``folder``; a synthetic population is first written below ``work`` in the vocabulary.

    Raises ``FileNotFoundError`` where there is neither.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no snapshot folder {folder.name}")
    if (folder / "manifest.json").is_file() and any((folder / "profiles").glob("part-*.parquet")):
        return Source(_from_synth(policy_set, folder, work / "snapshot"), synthetic=True)
    tables = [entity.table for entity in policy_set.entities.values()]
    if not any(table_glob(folder, table) for table in tables):
        raise FileNotFoundError(f"{folder.name} holds no table of the vocabulary, and is not what mazdoor synth writes")
    return Source(folder, synthetic=(folder / "SYNTHETIC").exists())


def table_glob(folder: Path, table: str) -> str | None:
    """The Parquet of a table over all buckets, as DuckDB reads it; None where there is none."""
    for pattern in (
        f"{table}.parquet",
        f"{table}/*.parquet",
        f"bucket-*/{table}.parquet",
        f"bucket-*/{table}/*.parquet",
    ):
        if any(folder.glob(pattern)):
            return str(folder / pattern)
    return None


def columns_of(connection: duckdb.DuckDBPyConnection, files: str) -> set[str]:
    """The columns of some Parquet files."""
    return {str(row[0]) for row in connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [files]).fetchall()}


# What the generator knows, in the words of the vocabulary; a fact it does not make (retired_on, say) stays unknown. The
# head of a family is the head of the household where they belong to it, else the eldest who was ever married, else the
# eldest. A duplicate registration is a person like any other here: the register's own snapshots hold merged persons once.
_TABLES: Final[dict[str, str]] = {
    "persons": """
        WITH led AS (
            SELECT *, row_number() OVER (PARTITION BY family_no ORDER BY (relationship = 'head') DESC,
                (coalesce(marital_status, '') <> 'single') DESC, (sex = 'male') DESC, birth_date NULLS LAST, person_no) AS place,
            FROM {persons})
        SELECT 'p' || person_no AS person_id, 'h' || household_no AS household_id, 'f' || family_no AS family_id,
               CASE WHEN place = 1 THEN 'head' WHEN relationship = 'spouse' THEN 'spouse'
                    WHEN relationship IN ('child', 'grandchild') OR marital_status = 'single' THEN 'child'
                    WHEN relationship = 'child_in_law' THEN 'spouse' ELSE 'other' END AS family_role,
               sex, birth_date, died_on, marital_status, disability, (l.cnic IS NOT NULL) AS identity_verified,
               w.foreign_travel, w.passport_executive_fee, w.cnic_executive_fee, w.vehicle, w.phone_bill_amount, w.property,
               w.government_employee, w.income_taxpayer, w.other_relief, w.kafaalat_beneficiary, w.pmt_score
        FROM led l LEFT JOIN {profiles} w USING (person_no)
    """,
    "households": """
        SELECT 'h' || household_no AS household_id, area_code, left(area_code, 3) AS province_code, urban, rooms, land_acres,
               livestock, utility_bill_amount
        FROM {households}
    """,
    "families": """
        SELECT DISTINCT 'f' || family_no AS family_id, 'h' || household_no AS household_id, 'none' AS application_route,
               false AS emergency_grant_paid
        FROM {persons}
    """,
    "employments": """
        SELECT 'e' || employment_no AS employment_id, 'p' || person_no AS person_id, "primary", status, category, sector,
               informal, pay_period, pay_amount, started_on, ended_on, left(work_area_code, 3) AS work_province_code
        FROM {employments}
    """,
    "contributions": """
        SELECT 'c' || contribution_no AS contribution_id, 'p' || person_no AS person_id, from_month, to_month, months_paid,
               monthly_wage AS monthly_wage_amount
        FROM {contributions}
    """,
    "wages": """
        SELECT 'w' || w.wage_no AS wage_id, 'p' || w.person_no AS person_id, 'e' || w.employment_no AS employment_id, w.month,
               left(e.work_area_code, 3) AS jurisdiction, w.pay_period, w.days_worked,
               CASE WHEN w.pay_period = 'hour' THEN w.units END AS hours_worked, w.paid_amount
        FROM {wage_records} w LEFT JOIN {employments} e USING (employment_no)
        WHERE w.pay_period IN ('month', 'day', 'hour', 'piece')
    """,
    SURVEY: """
        SELECT 'h' || h.household_no AS household_id, least(coalesce(sum(p.pay), 0) // count(p.person_no), 10**15)::BIGINT
               AS welfare_amount
        FROM {households} h JOIN (
            SELECT p.household_no, p.person_no, sum(e.monthly_equivalent_amount) AS pay
            FROM {persons} p LEFT JOIN {employments} e ON e.person_no = p.person_no AND e.ended_on IS NULL
            WHERE p.died_on IS NULL GROUP BY 1, 2) p USING (household_no)
        GROUP BY 1
    """,
}
_PARTS: Final = ("persons", "households", "profiles", "employments", "contributions", "wage_records")


def _from_synth(policy_set: PolicySet, folder: Path, out: Path) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    (out / "SYNTHETIC").write_text("people who do not exist\n", encoding="utf-8")
    sources = {name: f"read_parquet('{_quoted(folder / name / 'part-*.parquet')}')" for name in _PARTS}
    with duckdb.connect() as connection:
        for name, statement in _TABLES.items():
            connection.execute(f"CREATE TEMP TABLE made AS {statement.format(**sources)}")
            made = {str(row[0]) for row in connection.execute("DESCRIBE made").fetchall()}
            entity = next((each for each in policy_set.entities.values() if each.table == name), None)
            chosen = "*" if entity is None else _chosen(entity, made)
            connection.execute(
                f"COPY (SELECT {chosen} FROM made) TO '{_quoted(out / f'{name}.parquet')}' (FORMAT parquet)"
            )
            connection.execute("DROP TABLE made")
        # A table the generator does not fill is there and empty, so that a rule that reads it can run.
        for entity in policy_set.entities.values():
            if entity.table not in _TABLES:
                chosen = _chosen(entity, set())
                target = _quoted(out / f"{entity.table}.parquet")
                connection.execute(f"COPY (SELECT {chosen} WHERE false) TO '{target}' (FORMAT parquet)")
    return out


def _chosen(entity: Entity, made: set[str]) -> str:
    """The columns of a table of the vocabulary in its own types; what was not made is not known."""
    return ", ".join(
        "CAST({} AS {}) AS {}".format(
            f'"{each.name}"' if each.name in made else "NULL", _sql_type(str(each.type)), f'"{each.name}"'
        )
        for each in arrow_schema(entity)
    )


def _sql_type(arrow: str) -> str:
    """The SQL name of an Arrow type of the vocabulary."""
    plain = {"int64": "BIGINT", "bool": "BOOLEAN", "string": "VARCHAR", "date32[day]": "DATE"}
    return plain.get(arrow) or arrow.replace("decimal128", "DECIMAL")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
