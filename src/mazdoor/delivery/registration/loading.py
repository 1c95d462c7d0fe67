"""A whole population taken in by bulk: Parquet → sealed, keyed columns → COPY.

A record of the file gets the id ``offset + its number in the file``. The offsets are reserved once, so the same file
again changes nothing and a load that was cut off goes on at the first part it had not finished: each part is one
transaction together with the note that it is done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import connection
from django.utils import timezone

from mazdoor.access.services import acting_as_system
from mazdoor.database.bulk import copy_in
from mazdoor.delivery.registration import consent_notices, refusals
from mazdoor.delivery.registration.bulk_columns import (
    cnic_columns,
    door_key_columns,
    mobile_columns,
    registry_numbers,
    sealed,
    sounds_column,
)
from mazdoor.delivery.registration.models import Load
from mazdoor.delivery.registration.population import people_sql
from mazdoor.journal import services as journal

Progress = Callable[[str, int, int], None]

TABLES: Final = ("households", "persons", "businesses", "employments")
_KINDS: Final = ("person", "household", "family", "business", "employment")
CONSENT_PURPOSES: Final = "{registration,verification,account,programmes,statistics}"


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """How many of each the load holds now, whether this call wrote them or an earlier one."""

    source: str
    persons: int
    households: int
    businesses: int
    employments: int
    already: bool


def load_population(*, folder: Path, source: str, progress: Progress | None = None) -> Loaded:
    """Take a population folder (see ``mazdoor.synth.schema``) into the register.

    Raises ``REG-010`` where the folder is not a population. Idempotent for one ``source`` and resumable after a crash.
    """
    parts = {table: sorted((folder / table).glob("part-*.parquet")) for table in TABLES}
    if not parts["persons"]:
        raise refusals.POPULATION_UNREADABLE.because(problem="no persons/part-*.parquet")
    load = _reserve(source, parts)
    already = load.finished_at is not None
    steps = [(table, part) for table in TABLES for part in parts[table]]
    for number, (table, part) in enumerate(steps, start=1):
        step = f"{table}/{part.name}"
        if step not in load.steps_done:
            with acting_as_system(reason="population load"):
                _WRITERS[table](_read_part(table, part, folder), load)
                load.steps_done = [*load.steps_done, step]
                load.save(update_fields=["steps_done"])
                journal.record(
                    act="registration.population.part_loaded",
                    subject=f"load:{load.pk}",
                    details={"step": step},
                    count=pq.read_metadata(part).num_rows,
                )
        if progress is not None:
            progress(step, number, len(steps))
    if not already:
        load.finished_at = timezone.now()
        load.save(update_fields=["finished_at"])
    counts = {table: sum(pq.read_metadata(part).num_rows for part in parts[table]) for table in TABLES}
    return Loaded(source=source, already=already, **counts)


def _reserve(source: str, parts: dict[str, list[Path]]) -> Load:
    """The load of this source, with its ids reserved from the sequences at first sight."""
    existing = Load.objects.filter(source=source).first()
    if existing is not None:
        return existing
    largest = {
        "person": _largest(parts["persons"], "person_no"),
        "household": _largest(parts["households"], "household_no"),
        "family": _largest(parts["persons"], "family_no"),
        "business": _largest(parts["businesses"], "business_no"),
        "employment": _largest(parts["employments"], "employment_no"),
    }
    # One after the other, each by itself: whoever draws a number waits while a run of them is taken, and not for five.
    offsets = {f"{kind}_offset": _run_of_ids(kind, largest[kind]) for kind in _KINDS}
    return Load.objects.create(source=source, **offsets)


def _run_of_ids(kind: str, count: int) -> int:
    """The number before the first of ``count`` that nobody else has: see ``registration.reserve_ids`` (views.sql)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT registration.reserve_ids(%s, %s)", [kind, max(count, 1)])
        return int(cursor.fetchone()[0])


def _read_part(table: str, part: Path, folder: Path) -> pa.Table:
    """One part as it is, but people come with the place of their household, and employments with where the worker lives."""
    if table == "employments":
        return _with_home_area(pq.read_table(part), folder)
    if table != "persons":
        return pq.read_table(part)
    with duckdb.connect() as reader:
        return reader.execute(
            f"SELECT * FROM {people_sql(folder, part)} ORDER BY household_no, person_no"
        ).to_arrow_table()


def _largest(parts: list[Path], column: str) -> int:
    """The largest number in a column over all parts."""
    return max((int(pc.max(pq.read_table(part, columns=[column])[column]).as_py() or 0) for part in parts), default=0)


# --- one writer for each table of the population -------------------------------------------------------------------


def _write_households(table: pa.Table, load: Load) -> None:
    ids = pc.add(table["household_no"], load.household_offset)
    today = _constant(table, timezone.localdate())
    area = table["area_code"]
    _copy("registration_household", {"id": ids, "area_code": area, "registered_on": today})
    _copy(
        "registration_householdrecord",
        {
            "household_id": ids,
            "valid_from": today,
            "urban": table["urban"],
            "rooms": table["rooms"],
            "roof": table["roof"],
            "toilet": table["toilet"],
            "water": table["water"],
            "land_acres": table["land_acres"],
            "livestock": table["livestock"],
            "has_refrigerator": table["has_fridge"],
            "has_washing_machine": table["has_washing_machine"],
            "has_television": table["has_television"],
            "has_motorcycle": table["has_motorcycle"],
            "has_car": table["has_car"],
            "utility_bill_amount": table["utility_bill_amount"],
            "area_code": area,
        },
    )


def _write_persons(table: pa.Table, load: Load) -> None:
    ids = pc.add(table["person_no"], load.person_offset)
    household_ids = pc.add(table["household_no"], load.household_offset)
    family_ids = pc.add(table["family_no"], load.family_offset)
    area, registered = table["area_code"], table["registered_on"]
    families = (
        pa.table({"id": family_ids, "household_id": household_ids, "area_code": area})
        .group_by("id")
        .aggregate([("household_id", "min"), ("area_code", "min")])
    )
    _copy(
        "registration_family",
        {"id": families["id"], "household_id": families["household_id_min"], "area_code": families["area_code_min"]},
    )
    numbers = registry_numbers(ids.to_numpy())
    _copy(
        "registration_person",
        {"id": ids, "registry_number": numbers, "registered_on": registered, "area_code": area},
    )
    record = _person_record_columns(table, ids, area, registered)
    _copy("registration_personrecord", record)
    _copy("registration_personkeys", door_key_columns(record))
    _copy(
        "registration_member",
        {
            "person_id": ids,
            "household_id": household_ids,
            "family_id": family_ids,
            "relationship": table["relationship"],
            "valid_from": registered,
            "area_code": area,
        },
    )
    grown = pc.is_valid(table["cnic"])
    consent_notices.keep_notice(consent_notices.CARRIED_OVER)
    _copy(
        "registration_consent",
        {
            "person_id": pc.filter(ids, grown),
            "purposes": pa.array([CONSENT_PURPOSES] * int(pc.sum(grown).as_py() or 0)),
            "text_version": pa.array([consent_notices.CARRIED_OVER] * int(pc.sum(grown).as_py() or 0)),
            "channel": pa.array(["file"] * int(pc.sum(grown).as_py() or 0)),
            "area_code": pc.filter(area, grown),
        },
    )


def _person_record_columns(table: pa.Table, ids: Any, area: Any, registered: Any) -> dict[str, Any]:
    def blank(name: str) -> Any:
        return pc.fill_null(table[name], "")

    return {
        "person_id": ids,
        "valid_from": registered,
        "given_name": blank("given_name"),
        "surname": blank("surname"),
        "father_name": blank("father_name"),
        "husband_name": blank("husband_name"),
        "given_name_ur": blank("given_name_ur"),
        "surname_ur": blank("surname_ur"),
        "father_name_ur": blank("father_name_ur"),
        "sex": table["sex"],
        "birth_date": table["birth_date"],
        "birth_date_precision": table["birth_date_precision"],
        "marital_status": table["marital_status"],
        "literate": table["literate"],
        "disability": table["disability"],
        "died_on": table["died_on"],
        **cnic_columns(table["cnic"].to_pylist()),
        **mobile_columns(table["mobile"].to_pylist()),
        "address_encrypted": sealed(table["address_line"].to_pylist(), "address"),
        "area_code": area,
        "name_sounds": sounds_column(table),
    }


def _write_businesses(table: pa.Table, load: Load) -> None:
    ids = pc.add(table["business_no"], load.business_offset)
    today = _constant(table, timezone.localdate())
    area = table["area_code"]
    _copy("registration_business", {"id": ids, "area_code": area, "registered_on": today})
    _copy(
        "registration_businessrecord",
        {
            "business_id": ids,
            "valid_from": today,
            "owner_id": pc.add(table["owner_person_no"], load.person_offset),
            "name": table["name"],
            "isic_code": table["isic_code"],
            "persons_engaged": table["persons_engaged"],
            "keeps_accounts": table["keeps_accounts"],
            "incorporated": table["incorporated"],
            "tax_registered": table["tax_registered"],
            "eobi_registered": table["eobi_registered"],
            "area_code": area,
        },
    )
    _copy(
        "registration_premises",
        {"business_id": ids, "kind": table["premises_kind"], "valid_from": today, "area_code": area},
    )


def _write_employments(table: pa.Table, load: Load) -> None:
    ids = pc.add(table["employment_no"], load.employment_offset)
    # A worker's employment is seen by the officers of where the worker lives, so it carries that area.
    area = table["home_area_code"]
    _copy(
        "registration_employment",
        {
            "id": ids,
            "person_id": pc.add(table["person_no"], load.person_offset),
            "area_code": area,
            "started_on": table["started_on"],
        },
    )
    _copy(
        "registration_employmentrecord",
        {
            "employment_id": ids,
            "valid_from": table["started_on"],
            "is_primary": table["primary"],
            "status": table["status"],
            "category": table["category"],
            "employer_kind": table["employer_kind"],
            "business_id": pc.add(table["business_no"], load.business_offset),
            "employer_household_id": pc.add(table["employer_household_no"], load.household_offset),
            "isco_code": table["isco_code"],
            "isic_code": table["isic_code"],
            "sector": table["sector"],
            "informal": table["informal"],
            "pay_period": table["pay_period"],
            "pay_amount": table["pay_amount"],
            "days_per_month": table["days_per_month"],
            "hours_per_week": table["hours_per_week"],
            "ended_on": table["ended_on"],
            "written_contract": table["written_contract"],
            "paid_leave": table["paid_leave"],
            "social_security": table["social_security"],
            "work_area_code": table["work_area_code"],
            "area_code": area,
        },
    )


def _with_home_area(table: pa.Table, folder: Path) -> pa.Table:
    with duckdb.connect() as connection_:
        connection_.register("employments", table)
        return connection_.execute(
            f"SELECT e.*, p.area_code AS home_area_code FROM employments e "
            f"JOIN {people_sql(folder)} p USING (person_no) ORDER BY employment_no"
        ).to_arrow_table()


_WRITERS: Final[dict[str, Callable[[pa.Table, Load], None]]] = {
    "households": _write_households,
    "persons": _write_persons,
    "businesses": _write_businesses,
    "employments": _write_employments,
}


def _copy(table: str, columns: dict[str, Any]) -> None:
    copy_in(table, pa.table(columns))


def _constant(table: pa.Table, value: dt.date) -> pa.Array:
    return pa.repeat(pa.scalar(value), table.num_rows)
