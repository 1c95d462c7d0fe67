"""What people are found by, computed anew: after a change of the rules about names, stored sounds and keys are of the old ones.

Until this has run, people registered earlier are still found by number, mobile and card, and by names the change did not
touch. It writes only what differs, a batch a transaction, so it can be broken off and begun again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
from django.db import connection

from mazdoor.access.services import acting_as_system
from mazdoor.database.bulk import copy_in
from mazdoor.delivery.registration.bulk_columns import door_key_columns
from mazdoor.delivery.registration.people import name_sounds
from mazdoor.journal import services as journal
from mazdoor.matching.door import DOOR_RECIPES

BATCH: Final = 50_000
_NAMES: Final = ("given_name", "surname", "father_name", "given_name_ur", "surname_ur", "father_name_ur")
_READ: Final = (
    *_NAMES, "birth_date", "sex", "area_code", "person_id", "id", "name_sounds", "valid_to",
)  # fmt: skip
_TYPES: Final = {"birth_date": pa.date32(), "person_id": pa.int64()}


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """How many records were read, and how many had other sounds or other keys."""

    records: int
    sounds: int
    keys: int


def compute_keys_anew(*, batch: int = BATCH) -> Rekeyed:
    """Compute the sounds of names and the door keys of everybody on the register anew, and write those that differ.

    One transaction and one journal entry for each ``batch`` of records that are believed now.
    """
    done = Rekeyed(0, 0, 0)
    last = 0
    while True:
        with acting_as_system(reason="what people are found by is computed anew"):
            rows = _read(last, batch)
            if not rows:
                return done
            sounds, keys = _write_sounds(rows), _write_keys([row for row in rows if row["valid_to"] is None])
            if sounds or keys:
                journal.record(
                    act="registration.keys.computed_anew",
                    subject=f"records:{rows[0]['id']}",
                    details={"sounds": sounds, "keys": keys},
                    count=len(rows),
                )
        done = Rekeyed(done.records + len(rows), done.sounds + sounds, done.keys + keys)
        last = rows[-1]["id"]


def _read(last: int, batch: int) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(_READ)} FROM registration_personrecord "
            "WHERE recorded_to IS NULL AND id > %s ORDER BY id LIMIT %s",
            [last, batch],
        )
        return [dict(zip(_READ, row, strict=True)) for row in cursor.fetchall()]


def _write_sounds(rows: list[dict[str, Any]]) -> int:
    changed = []
    for row in rows:
        sounds = name_sounds(row["given_name"], row["surname"], row["given_name_ur"], row["surname_ur"])
        if sounds != sorted(row["name_sounds"]):
            changed.append((row["id"], "{" + ",".join(sounds) + "}"))
    if not changed:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS sounds_anew (id bigint, sounds text[]) ON COMMIT DROP")
        cursor.execute("TRUNCATE sounds_anew")
        copy_in("pg_temp.sounds_anew", changed, ("id", "sounds"))
        cursor.execute(
            "UPDATE registration_personrecord r SET name_sounds = s.sounds FROM sounds_anew s WHERE r.id = s.id"
        )
    return len(changed)


def _write_keys(rows: list[dict[str, Any]]) -> int:
    if not rows:
        return 0
    columns = {
        name: pa.array([row[name] for row in rows], _TYPES.get(name, pa.string()))
        for name in (*_NAMES, "birth_date", "sex", "area_code", "person_id")
    }
    names = [recipe.name for recipe in DOOR_RECIPES]
    into = ", ".join(("person_id", *names, "area_code"))
    newer = ", ".join(f"{name} = excluded.{name}" for name in (*names, "area_code"))
    kept = ", ".join(f"k.{name}" for name in names)
    fresh = ", ".join(f"excluded.{name}" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS keys_anew ON COMMIT DROP AS SELECT {into} FROM registration_personkeys WHERE false"
        )
        cursor.execute("TRUNCATE keys_anew")
        copy_in("pg_temp.keys_anew", pa.table(door_key_columns(columns)))
        cursor.execute(
            f"INSERT INTO registration_personkeys AS k ({into}) SELECT {into} FROM keys_anew "
            f"ON CONFLICT (person_id) DO UPDATE SET {newer} WHERE ({kept}) IS DISTINCT FROM ({fresh})"
        )
        return int(cursor.rowcount)
