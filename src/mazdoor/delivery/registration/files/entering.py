"""Rows that are well enter the register: staged once, appended to every table; then their likely duplicates are told.

All of it happens in the caller's transaction, so a chunk enters whole or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.utils import timezone
from psycopg import sql

from mazdoor.access import selectors as access
from mazdoor.database.appending import Step, append_all, make_temporary
from mazdoor.database.bulk import copy_in
from mazdoor.delivery.registration.bulk_columns import registry_numbers
from mazdoor.delivery.registration.files.preparing import Wide, root_of, sql_type
from mazdoor.delivery.registration.looking import KEY_COLUMNS
from mazdoor.delivery.registration.people import DWELLING
from mazdoor.delivery.registration.questionnaire import retention_months
from mazdoor.delivery.registration.registering import CONTROLLER

_ARRIVED: Final = "file_rows_arrived"
_RECORD: Final = (
    "given_name", "surname", "father_name", "husband_name", "given_name_ur", "surname_ur", "father_name_ur",
    "husband_name_ur", "sex", "birth_date", "birth_date_precision", "marital_status", "literate", "disability",
    "mobile_shared", "language", "education", "certificate", "permanent_area_code", "moved_on", "moved_on_precision",
    "migration_reason", "cnic_encrypted", "cnic_index", "cnic_segment_1", "cnic_segment_2", "cnic_segment_3",
    "cnic_sorted_index", "mobile_encrypted", "mobile_index", "old_nic_encrypted", "old_nic_index", "address_encrypted",
    "permanent_address_encrypted", "functioning_encrypted", "account_encrypted", "area_code",
)  # fmt: skip
_WORK: Final = (
    "status", "category", "employer_kind", "employer_name", "occupation_text", "isco_code", "isic_code", "sector",
    "informal", "pay_period", "pay_amount", "days_per_month", "hours_per_week", "season", "written_contract", "paid_leave",
    "paid_sick_leave", "social_security", "started_on_precision", "employer_household_id", "business_id",
)  # fmt: skip
_BUSINESS: Final = (
    "name", "isic_code", "persons_engaged", "owner_kind", "keeps_accounts", "sells_on_the_market", "tax_registered",
    "eobi_registered", "social_security_registered", "set_up_on", "set_up_on_precision", "incorporated", "informal",
    "tax_number_encrypted", "tax_number_index", "area_code", "owner_id",
)  # fmt: skip
_IDS: Final = ("form", "person", "household", "family", "business", "employment")


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of rows that were well: entered now, or registered before by the same answers. ``people`` are the new
    persons' ids as first and last of each run, ``counts`` the rows of each table."""

    rows: int
    already: int
    root: str
    people: tuple[tuple[int, int], ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Rows laid down in the temporary table of this transaction, with all their ids; ``already`` were registered before."""

    rows: pa.Table
    already: int
    works: tuple[int, ...]
    businesses: tuple[int, ...]


def arrive(wide: Wide, keys: pa.Array) -> Arrived:
    """Lay down the rows of households that are new, in the current transaction. ``keys`` are the form keys of their households.

    Nothing of the register is written or locked yet, so this may go on while others write.
    """
    table = wide.table.append_column("key", keys)
    rows = table.filter(_new_households(table))
    already = table.num_rows - rows.num_rows
    if rows.num_rows:
        rows = _with_ids(rows.combine_chunks(), wide.works, wide.businesses)
        make_temporary(_ARRIVED, {name: sql_type(name, rows[name].type) for name in rows.column_names})
        copy_in(f"pg_temp.{_ARRIVED}", rows)  # named with its schema, so that it is not taken for a table of ours
    return Arrived(rows, already, wide.works, wide.businesses)


def enter(arrived: Arrived, *, version: str, let_on: Callable[[], None] | None = None) -> Entered:
    """Write the rows that arrived in this transaction into the register.

    ``let_on`` is called when all is written that two transactions might wait for each other about: the keys of forms, and
    interests that end with a CNIC. What is left to write has ids of its own, so the rows of another may be written beside it.
    """
    rows = arrived.rows
    if not rows.num_rows:
        return Entered(0, arrived.already, "")
    counts = _append_all(set(rows.column_names), arrived.works, arrived.businesses, version=version, let_on=let_on)
    people = _runs(rows["person_id"].to_numpy())
    return Entered(rows.num_rows, arrived.already, root_of(rows["key"].to_pylist()), people, counts)


def _runs(numbers: Any) -> tuple[tuple[int, int], ...]:
    """Ids in their order as (first, last) of each run without a gap: a sequence asked once gives few."""
    ordered = np.sort(numbers)
    breaks = np.flatnonzero(np.diff(ordered) != 1)
    firsts, lasts = ordered[np.r_[0, breaks + 1]], ordered[np.r_[breaks, len(ordered) - 1]]
    return tuple(zip(firsts.tolist(), lasts.tolist(), strict=True))


def _new_households(table: pa.Table) -> Any:
    """Which rows belong to households whose key was never seen, neither on the register nor earlier in the chunk."""
    coded = table["key"].combine_chunks().dictionary_encode()
    different = coded.dictionary.to_pylist()
    with connection.cursor() as cursor:
        cursor.execute("SELECT idempotency_key FROM registration_form WHERE idempotency_key = ANY (%s)", [different])
        known = {key for (key,) in cursor.fetchall()}
    codes = coded.indices.to_numpy()
    households = table["h"].to_numpy()
    first_seen = np.full(len(different), -1, dtype=np.int64)
    # The household of a key's first row; a later household of the same key says the same again.
    for place in np.unique(codes, return_index=True)[1]:
        first_seen[codes[place]] = households[place]
    fresh = np.array([key not in known for key in different])
    return pa.array(fresh[codes] & (first_seen[codes] == households))


def _with_ids(rows: pa.Table, works: tuple[int, ...], businesses: tuple[int, ...]) -> pa.Table:
    """The same rows with the ids everything will have, taken from the sequences."""
    households = rows["h"].to_numpy()
    _, firsts, household = np.unique(households, return_index=True, return_inverse=True)
    families = np.stack([households, rows["family"].to_numpy()], axis=1)
    _, family_firsts, family = np.unique(families, axis=0, return_index=True, return_inverse=True)
    family = family.reshape(-1)
    count = rows.num_rows
    there = {number: rows[f"work{number}_there"].to_numpy(zero_copy_only=False) for number in works}
    owned = {number: rows[f"business{number}_there"].to_numpy(zero_copy_only=False) for number in businesses}
    ids = _reserve(
        form=len(firsts), person=count, household=len(firsts), family=len(family_firsts),
        business=sum(int(flags.sum()) for flags in owned.values()),
        employment=sum(int(flags.sum()) for flags in there.values()),
    )  # fmt: skip
    first_of_family = np.zeros(count, dtype=bool)
    first_of_family[family_firsts] = True
    first_of_household = np.zeros(count, dtype=bool)
    first_of_household[firsts] = True
    columns: dict[str, Any] = {
        name: rows[name] for name in rows.column_names if name not in ("h", "is_first", "family")
    }
    columns |= {
        "is_first": pa.array(first_of_household),
        "first_of_family": pa.array(first_of_family),
        "form_id": pa.array(ids["form"][household]),
        "household_id": pa.array(ids["household"][household]),
        "family_id": pa.array(ids["family"][family]),
        "person_id": pa.array(ids["person"]),
        "registry_number": registry_numbers(ids["person"]),
        "receipt_uuid": _random_uuids(count),
    }
    used = {"business": 0, "employment": 0}
    nothing = pa.scalar(None, pa.int64())
    for number in businesses:
        business = columns[f"business{number}_id"] = _taken(ids["business"], owned[number], used, "business")
        if number in works:
            columns[f"work{number}_id"] = _taken(ids["employment"], there[number], used, "employment")
            employed = rows[f"work{number}_employed_by_business"]
            columns[f"work{number}_business_id"] = pc.if_else(employed, business, nothing)
        columns[f"business{number}_owner_id"] = pc.if_else(
            pc.fill_null(rows[f"business{number}_owned"], False), columns["person_id"], nothing
        )
    # What has a fixed width stands first: PostgreSQL walks over every column before the one it is asked for, and the sealed
    # values at the end are wanted by one table of fourteen.
    return pa.table(dict(sorted(columns.items(), key=lambda column: _breadth(column[1].type))))


def _random_uuids(count: int) -> pa.Array:
    """UUIDs of version 4 as text: the database asks the operating system for each one by itself."""
    numbers = np.frombuffer(os.urandom(16 * count), dtype=np.uint8).reshape(count, 16).copy()
    numbers[:, 6] = numbers[:, 6] & 0x0F | 0x40
    numbers[:, 8] = numbers[:, 8] & 0x3F | 0x80
    digits = numbers.tobytes().hex()
    return pa.array([digits[place : place + 32] for place in range(0, 32 * count, 32)])


def _breadth(kind: pa.DataType) -> int:
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return 1
    return 2 if pa.types.is_binary(kind) else 0


def _taken(ids: Any, flags: Any, used: dict[str, int], kind: str) -> pa.Array:
    """The next ids for the rows that need one, nothing for the others."""
    needed = int(flags.sum())
    values = np.zeros(len(flags), dtype=np.int64)
    values[flags] = ids[used[kind] : used[kind] + needed]
    used[kind] += needed
    return pa.array(values, mask=~flags)


def _reserve(**counts: int) -> dict[str, Any]:
    """Ids of the next rows of each table, from their sequences."""
    wanted = ", ".join(
        f"ARRAY(SELECT nextval('registration_{table}_id_seq') FROM generate_series(1, %({table})s))" for table in _IDS
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {wanted}", counts)
        found = cursor.fetchone()
    return {table: np.array(numbers, dtype=np.int64) for table, numbers in zip(_IDS, found, strict=True)}


def _append_all(
    staged: set[str],
    works: tuple[int, ...],
    businesses: tuple[int, ...],
    *,
    version: str,
    let_on: Callable[[], None] | None,
) -> dict[str, int]:
    """Parents before children: their keys are proved as they come."""
    _constants(version)
    steps: list[Step] = []

    def put(table: str, columns: dict[str, str], where: str = "", written: Callable[[], None] | None = None) -> None:
        steps.append(Step(f"registration_{table}", columns, where, written))

    def same(names: tuple[str, ...], prefix: str) -> dict[str, str]:
        return {name: f"{prefix}{name}" for name in names if f"{prefix}{name}" in staged}

    area = {"area_code": "area_code"}
    put("form", {"id": "form_id", "channel": "channel", "idempotency_key": "key", "officer_id": "officer_id",
                 "state": "state", "refusal_code": "nothing", "questionnaire_version": "version"} | area, "is_first")  # fmt: skip
    put("household", {"id": "household_id", "registered_on": "day"} | area, "is_first")
    put(
        "householdrecord",
        {"household_id": "household_id", "valid_from": "day"} | same(DWELLING, "home_") | area,
        "is_first",
    )
    put("family", {"id": "family_id", "household_id": "household_id"} | area, "first_of_family")
    put("person", {"id": "person_id", "registry_number": "registry_number", "registered_on": "day",
                   "form_id": "form_id"} | area)  # fmt: skip
    skills = {"skills": "skills_list"} if "skills_list" in staged else {}
    put("personrecord", {"person_id": "person_id", "valid_from": "day", "name_sounds": "sounds_list"}
        | skills | same(_RECORD, ""), written=let_on)  # fmt: skip
    put("personkeys", {"person_id": "person_id"} | {name: f"door_{name}" for name in KEY_COLUMNS} | area)
    put("member", {"person_id": "person_id", "household_id": "household_id", "family_id": "family_id",
                   "relationship": "relationship", "valid_from": "day"} | area)  # fmt: skip
    put("consent", {"person_id": "person_id", "purposes": "purposes_list", "text_version": "version",
                    "channel": "channel", "controller": "controller", "language": "consent_language",
                    "given_how": "given_how", "retention_months": "retention_months",
                    "receipt_id": "receipt_uuid"} | area)  # fmt: skip
    for number in businesses:
        business = f"business{number}_"
        if f"{business}premises" in staged:
            at = {"area_code": f"{business}area_code"}
            there = f"{business}there"
            put("business", {"id": f"{business}id", "registered_on": "day"} | at, there)
            put(
                "businessrecord",
                {"business_id": f"{business}id", "valid_from": "day"} | same(_BUSINESS, business),
                there,
            )
            put(
                "premises",
                {"business_id": f"{business}id", "kind": f"{business}premises", "valid_from": "day"} | at,
                there,
            )
    for number in works:
        work = f"work{number}_"
        put("employment", {"id": f"{work}id", "person_id": "person_id", "started_on": f"{work}started_on"} | area,
            f"{work}there")  # fmt: skip
        put("employmentrecord", {"employment_id": f"{work}id", "valid_from": f"{work}started_on",
                                 "is_primary": f"{work}primary", "work_area_code": f"{work}area_code"}
            | same(_WORK, work) | area, f"{work}there")  # fmt: skip
    counts: dict[str, int] = {}
    for step, count in zip(steps, append_all(_ARRIVED, steps), strict=True):
        counts[step.target] = counts.get(step.target, 0) + count
    return counts


def _constants(version: str) -> None:
    """Columns that are the same in every row: defaults of the staging table, so that no row is touched."""
    constants: dict[str, tuple[str, Any]] = {
        "channel": ("text", "file"),
        "state": ("text", "registered"),
        "nothing": ("text", ""),
        "version": ("text", version),
        "controller": ("text", CONTROLLER),
        "officer_id": ("bigint", access.current_officer_id()),
        "retention_months": ("smallint", retention_months("record", on=timezone.localdate())),
    }
    added = sql.SQL(", ").join(
        sql.SQL("ADD COLUMN {} {} DEFAULT {}").format(sql.Identifier(name), sql.SQL(kind), sql.Literal(value))
        for name, (kind, value) in constants.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ALTER TABLE {} {}").format(sql.Identifier(_ARRIVED), added))


def flag_duplicates(import_id: int) -> int:
    """Who of the people just entered, in this transaction, is likely somebody registered before, on the whole register or by
    an earlier row of the file; returns how many.

    `registration.like_earlier` (views.sql) says by which rule, and keeps each row to seven short looks into indexes.
    """
    arrays = ", ".join(
        f"array_agg({name})"
        for name in ("person_id", "cnic_index", "mobile_index", *(f"door_{key}" for key in KEY_COLUMNS))
    )
    handed = ", ".join(f"p{place}" for place in range(3 + len(KEY_COLUMNS)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH handed AS MATERIALIZED (SELECT {arrays} FROM {_ARRIVED})
            INSERT INTO registration_fileduplicate (file_import_id, row, person_id, other_person_id, why, area_code)
            SELECT %s, a.n, a.person_id, found.other_person_id, found.why, a.area_code
            FROM handed h({handed})
            CROSS JOIN LATERAL registration.like_earlier({handed}) found
            JOIN {_ARRIVED} a USING (person_id)
            """,
            [import_id],
        )
        return int(cursor.rowcount)
