"""Freezing the register: Parquet under pseudonyms, bucketed by household, known by the hash of its canonical rows.

The tables and columns are those of the facts vocabulary (``policy/pakistan/facts.yaml``); a test holds the two
together. Pseudonyms are keyed and belong to one snapshot, so a snapshot outlives a purge of identity and two snapshots
cannot be joined without the key. Everything is read inside one transaction of the database: one moment, not several.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import duckdb
from django.db import transaction

from mazdoor.access.services import acting_as_system
from mazdoor.database.bulk import duckdb_with_postgres
from mazdoor.database.home import home_folder
from mazdoor.database.keys import keyring
from mazdoor.delivery.assessment import refusals
from mazdoor.delivery.assessment.models import Snapshot
from mazdoor.delivery.assessment.policies import policy_set
from mazdoor.delivery.assessment.states import SnapshotState
from mazdoor.journal import services as journal
from mazdoor.rules import RunStopped, bucket_snapshot, buckets_for, snapshot_files

Progress = Callable[[str, int, int], None]

# The place of a person in their family. Relationships are told to the head of the household; in a family without that
# head (a married son's, say) the eldest ever-married man leads, else the eldest; a married person of the other sex is
# the spouse, the unmarried are children.
_FAMILY_ROLE: Final = """
    SELECT p.*,
           CASE WHEN row_number() OVER led = 1 THEN 'head'
                WHEN relationship = 'spouse' THEN 'spouse'
                WHEN marital_status = 'married' AND sex <> first_value(sex) OVER led THEN 'spouse'
                WHEN relationship IN ('child', 'grandchild') OR marital_status = 'single' THEN 'child'
                ELSE 'other' END AS family_role
    FROM people p
    WINDOW led AS (PARTITION BY family_id
                   ORDER BY (relationship = 'head') DESC, (coalesce(marital_status, '') <> 'single') DESC,
                            (sex = 'male') DESC, birth_date NULLS LAST, person_id
                   ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
"""

# What is read from PostgreSQL, each a plain statement over read views.
_SOURCES: Final[dict[str, str]] = {
    "people": "SELECT person_id, household_id, family_id, relationship, sex, birth_date, died_on, marital_status, "
    "disability FROM registration.person_now WHERE household_id IS NOT NULL",
    "identity": "SELECT person_id, outcome FROM verification.identity_now",
    "wealth": "SELECT person_id, foreign_travel, passport_executive_fee, cnic_executive_fee, vehicle, "
    "phone_bill_amount, property, government_employee, income_taxpayer, other_relief, kafaalat_beneficiary, pmt_score "
    "FROM verification.wealth_profile",
    "dwellings": "SELECT household_id, area_code, province_code, urban, rooms, land_acres, livestock, "
    "utility_bill_amount FROM registration.household_now",
    "kin": "SELECT family_id, household_id FROM registration.family_now",
    "applied": "SELECT family_id, programme_code, route FROM registration.application",
    "received": "SELECT family_id, programme_code FROM assessment.benefit_received",
    "jobs": "SELECT employment_id, person_id, is_primary, status, category, sector, informal, pay_period, pay_amount, "
    "started_on, ended_on, work_province_code FROM registration.employment_now",
    "paid_in": "SELECT contribution_id, person_id, from_month, to_month, months_paid, monthly_wage_amount "
    "FROM contributions.contribution_now",
    "saved": "SELECT saving_id, person_id, month, enrolled_month, deposit_amount FROM contributions.deposit",
    "earned": "SELECT wage_id, person_id, employment_id, month, jurisdiction, pay_period, units, days_worked, paid_amount "
    "FROM wages.wage_record",
    "merged": "SELECT person_id, canonical_person_id FROM deduplication.canonical_person",
    "heads": "SELECT person_id, family_id FROM deduplication.head_by_merge",
}

# One statement for each table of the snapshot. ``alias(kind, id)`` is the pseudonym. A record that was merged into
# another stands for nobody here: its household keeps it out, its contributions and jobs count for the canonical person,
# who heads the household if it did.
_TABLES: Final[dict[str, str]] = {
    "persons": """
        SELECT alias('p', r.person_id) AS person_id, alias('h', r.household_id) AS household_id,
               alias('f', r.family_id) AS family_id, r.family_role,
               CASE WHEN r.sex IN ('female', 'male') THEN r.sex END AS sex, r.birth_date, r.died_on,
               nullif(r.marital_status, '') AS marital_status, r.disability,
               CASE i.outcome WHEN 'match' THEN true WHEN 'no_match' THEN false WHEN 'deceased' THEN false END
                   AS identity_verified,
               w.foreign_travel, w.passport_executive_fee, w.cnic_executive_fee, w.vehicle, w.phone_bill_amount,
               w.property, w.government_employee, w.income_taxpayer, w.other_relief, w.kafaalat_beneficiary,
               w.pmt_score::DECIMAL(5,2) AS pmt_score,
               m.mining_years::DECIMAL(2,0) AS mining_years, NULL::DATE AS retired_on,
               NULL::BOOLEAN AS superannuation_certified,
               r.household_id AS bucket_by
        FROM roles r
        LEFT JOIN identity i USING (person_id) LEFT JOIN wealth w USING (person_id) LEFT JOIN mining m USING (person_id)
    """,
    "households": """
        SELECT alias('h', household_id) AS household_id, area_code, province_code, urban, rooms::DECIMAL(3,0) AS rooms,
               land_acres::DECIMAL(9,2) AS land_acres, livestock::DECIMAL(5,0) AS livestock, utility_bill_amount,
               household_id AS bucket_by
        FROM dwellings
    """,
    "families": """
        SELECT alias('f', k.family_id) AS family_id, alias('h', k.household_id) AS household_id,
               coalesce(a.route, 'none') AS application_route, NULL::BOOLEAN AS lost_livelihood,
               (g.family_id IS NOT NULL) AS emergency_grant_paid, k.household_id AS bucket_by
        FROM kin k
        LEFT JOIN (SELECT DISTINCT family_id, route FROM applied WHERE programme_code = 'emergency_cash') a
               USING (family_id)
        LEFT JOIN (SELECT DISTINCT family_id FROM received WHERE programme_code = 'emergency_cash') g
               USING (family_id)
    """,
    "employments": """
        SELECT alias('e', j.employment_id) AS employment_id, alias('p', s.stands_for) AS person_id,
               j.is_primary AS "primary", j.status, j.category, j.sector, j.informal, j.pay_period, j.pay_amount,
               j.started_on, j.ended_on, j.work_province_code, s.household_id AS bucket_by
        FROM jobs j JOIN standing s USING (person_id)
    """,
    "contributions": """
        SELECT alias('c', c.contribution_id) AS contribution_id, alias('p', s.stands_for) AS person_id,
               c.from_month, c.to_month, c.months_paid::DECIMAL(4,0) AS months_paid, NULL::DECIMAL(3,0) AS days_paid,
               NULL::BOOLEAN AS weekly_holidays_paid,
               c.monthly_wage_amount, s.household_id AS bucket_by
        FROM paid_in c JOIN standing s USING (person_id)
    """,
    "savings": """
        SELECT alias('s', d.saving_id) AS saving_id, alias('p', s.stands_for) AS person_id, d.month, d.enrolled_month,
               d.deposit_amount, s.household_id AS bucket_by
        FROM saved d JOIN standing s USING (person_id)
    """,
    "wages": """
        SELECT alias('w', w.wage_id) AS wage_id, alias('p', s.stands_for) AS person_id,
               alias('e', w.employment_id) AS employment_id, w.month, w.jurisdiction, w.pay_period,
               coalesce(w.days_worked, CASE WHEN w.pay_period = 'day' THEN w.units END)::DECIMAL(5,2) AS days_worked,
               CASE WHEN w.pay_period = 'hour' THEN w.units END::DECIMAL(6,2) AS hours_worked,
               w.paid_amount, s.household_id AS bucket_by
        FROM earned w JOIN standing s USING (person_id)
    """,
}

SNAPSHOT_TABLES: Final = frozenset(_TABLES)
"""The tables of the vocabulary that every snapshot of the register holds."""

_KEYS: Final = {
    "persons": "person_id",
    "households": "household_id",
    "families": "family_id",
    "employments": "employment_id",
    "contributions": "contribution_id",
    "savings": "saving_id",
    "wages": "wage_id",
}

# Rows of one household lie together, and what hangs on a person lies by person, so that one household is read back
# without reading the snapshot. The hash of a snapshot does not depend on the order of its rows.
_ORDER: Final = {
    "persons": "household_id, person_id",
    "households": "household_id",
    "families": "household_id, family_id",
    "employments": "person_id, employment_id",
    "contributions": "person_id, contribution_id",
    "savings": "person_id, saving_id",
    "wages": "person_id, wage_id",
}
BUCKETS: Final = "buckets"
"""The folder with the same rows cut by household, in a register too large to be run at once. The whole tables are sorted
for looking up one household; runs read the buckets."""
INDEX: Final = "index"
"""The folder that tells each person's and each family's household, sorted by person and by family."""


def snapshot_folder(snapshot_id: int) -> Path:
    """Where the files of a snapshot lie."""
    return home_folder() / "snapshots" / f"snapshot-{snapshot_id}"


def run_folder(snapshot_id: int) -> Path:
    """What a run reads of a snapshot: its buckets, where it was cut into any."""
    folder = snapshot_folder(snapshot_id)
    return folder / BUCKETS if (folder / BUCKETS).is_dir() else folder


def results_of(snapshot_id: int, run_id: int) -> Path:
    """Where the results of a run lie: a file, or a folder of parts."""
    return snapshot_folder(snapshot_id).with_name(f"run-{run_id}.parquet")


def take_snapshot(*, as_of: dt.date, progress: Progress | None = None) -> Snapshot:
    """Freeze the register as believed now, for rules at ``as_of``. The folder appears whole or not at all."""
    with transaction.atomic():
        snapshot = Snapshot.objects.create(as_of=as_of)
    final = snapshot_folder(snapshot.pk)
    writing = final.with_name(f"{final.name}.writing")
    shutil.rmtree(writing, ignore_errors=True)
    # ``parents=True`` makes parents that everybody may read; results of runs lie beside the snapshots in this one.
    final.parent.mkdir(parents=True, exist_ok=True)
    final.parent.chmod(0o700)
    # The database has just given this number, so what lies under it is of a database that was reset: it is kept aside.
    if final.exists():
        final.rename(final.with_name(f"{final.name}.before-{snapshot.taken_at:%Y%m%dT%H%M%S%f}"))
    writing.mkdir(mode=0o700)
    with duckdb_with_postgres(areas="*") as engine:
        _define_alias(engine, snapshot)
        _read(engine, as_of)
        counts, hashes = {}, []
        for number, (table, statement) in enumerate(_TABLES.items(), start=1):
            engine.execute(f"CREATE TEMP TABLE frozen AS {statement}")
            path = writing / f"{table}.parquet"
            engine.execute(
                f"COPY (SELECT * EXCLUDE (bucket_by) FROM frozen ORDER BY {_ORDER[table]}) TO '{_quoted(path)}' "
                "(FORMAT parquet, COMPRESSION zstd)"
            )
            if table in ("persons", "families"):
                (writing / INDEX).mkdir(mode=0o700, exist_ok=True)
                engine.execute(
                    f"COPY (SELECT {_KEYS[table]}, household_id FROM frozen ORDER BY {_KEYS[table]}) "
                    f"TO '{_quoted(writing / INDEX / path.name)}' (FORMAT parquet, COMPRESSION zstd)"
                )
            engine.execute("DROP TABLE frozen")
            counts[table], table_hash = canonical_hash(engine, [str(path)], key=_KEYS[table])
            hashes.append(f"{table}:{table_hash}")
            if progress is not None:
                progress(table, number, len(_TABLES))
    buckets = _cut(writing, sum(counts.values()))
    writing.rename(final)
    with acting_as_system(reason="freezing a snapshot"):
        snapshot.rows_hash = hashlib.sha256("\n".join(hashes).encode()).hexdigest()
        snapshot.counts = counts
        snapshot.state = SnapshotState.FROZEN
        snapshot.save(update_fields=["rows_hash", "counts", "state"])
        journal.record(
            act="assessment.snapshot.frozen",
            subject=f"snapshot:{snapshot.pk}",
            details={"as_of": as_of.isoformat(), "rows": snapshot.rows_hash[:16], "buckets": buckets},
            count=sum(counts.values()),
        )
    return snapshot


def _cut(folder: Path, rows: int) -> int:
    """Cut a large snapshot into buckets. Gives how many there are; 1 where it stays whole."""
    number = buckets_for(rows)
    if number == 1:
        return 1
    try:
        return bucket_snapshot(policy_set(), folder, folder / BUCKETS, number)
    except RunStopped:
        # Somebody's family is told to live in two households: runs then take the register whole, slower and as right.
        return 1


def verify_snapshot(snapshot: Snapshot) -> None:
    """Compute the hash again from the files. Raises ``ASM-002`` where they are not what was frozen."""
    folder = snapshot_folder(snapshot.pk)
    with duckdb.connect() as engine:
        # The buckets hold the same rows as the whole tables, so they have the same hash.
        for layout in sorted({folder, run_folder(snapshot.pk)}):
            hashes = []
            for table in _TABLES:
                files = snapshot_files(layout, table)
                if not files:
                    raise refusals.SNAPSHOT_ALTERED.because(snapshot=snapshot.pk)
                _, table_hash = canonical_hash(engine, files, key=_KEYS[table])
                hashes.append(f"{table}:{table_hash}")
            if hashlib.sha256("\n".join(hashes).encode()).hexdigest() != snapshot.rows_hash:
                raise refusals.SNAPSHOT_ALTERED.because(snapshot=snapshot.pk)


def canonical_hash(engine: duckdb.DuckDBPyConnection, files: Sequence[str], *, key: str) -> tuple[int, str]:
    """Rows and hash of a table: SHA-256 over the rows' own hashes in order of their key, in 256 slices so that no
    string outgrows memory. Independent of file layout, compression and row order."""
    slices = engine.execute(
        f"""
        SELECT slice, count(*), sha256(string_agg(row_hash, '' ORDER BY {key}))
        FROM (SELECT {key}, left(md5({key}), 2) AS slice, sha256(CAST(t AS VARCHAR)) AS row_hash
              FROM read_parquet(?) t)
        GROUP BY slice ORDER BY slice
        """,
        [list(files)],
    ).fetchall()
    digest = hashlib.sha256()
    for slice_name, _, slice_hash in slices:
        digest.update(f"{slice_name}{slice_hash}".encode())
    return sum(int(row[1]) for row in slices), digest.hexdigest()


def pseudonym_key(snapshot: Snapshot) -> str:
    """The secret of one snapshot's pseudonyms, derived from the installation's key; it never leaves the process."""
    return keyring().pseudonym("snapshot", within=f"snapshot:{snapshot.pk}:{snapshot.taken_at.isoformat()}")


def _define_alias(engine: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    engine.execute(
        f"CREATE TEMP MACRO alias(kind, id) AS "
        f"CASE WHEN id IS NOT NULL THEN kind || left(sha256('{pseudonym_key(snapshot)}:' || kind || id), 22) END"
    )


def _read(engine: duckdb.DuckDBPyConnection, as_of: dt.date) -> None:
    """All sources at one moment: DuckDB's transaction is one transaction of PostgreSQL."""
    engine.execute("BEGIN")
    for name, statement in _SOURCES.items():
        engine.execute(
            f"CREATE TEMP TABLE {name} AS SELECT * FROM postgres_query('pg', $sql)".replace("$sql", _literal(statement))
        )
    engine.execute("COMMIT")
    engine.execute("DELETE FROM people WHERE person_id IN (SELECT person_id FROM merged)")
    engine.execute(
        "UPDATE people SET relationship = 'head', family_id = heads.family_id FROM heads WHERE heads.person_id = people.person_id"
    )
    engine.execute(f"CREATE TEMP TABLE roles AS {_FAMILY_ROLE}")
    engine.execute(
        """
        CREATE TEMP TABLE standing AS
        SELECT o.person_id, o.stands_for, p.household_id
        FROM (SELECT person_id, person_id AS stands_for FROM people
              UNION ALL SELECT person_id, canonical_person_id FROM merged) o
        JOIN people p ON p.person_id = o.stands_for
        """
    )
    engine.execute(
        """
        CREATE TEMP TABLE mining AS
        SELECT person_id, least(99, sum(date_diff('month', started_on, least(coalesce(ended_on, $as_of), $as_of))) // 12)
                   AS mining_years
        FROM jobs WHERE category = 'mining' AND started_on <= $as_of GROUP BY person_id
        """,
        {"as_of": as_of},
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
