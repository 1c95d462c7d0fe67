"""Doors in: fill the lists, and take an official boundary file. Both may be repeated and then change nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from mazdoor.access.services import acting_as_system
from mazdoor.journal import services as journal
from mazdoor.reference import datafiles, selectors
from mazdoor.reference.boundaries import RefusedRow, Shape, read_boundary_file
from mazdoor.reference.models import Area, AreaBoundary

_LISTS: Final = (
    ("reference_area", "code", datafiles.areas),
    ("reference_occupation", "code", datafiles.occupations),
    ("reference_industry", "code", datafiles.industries),
    ("reference_bank", "code", datafiles.banks),
    ("reference_mobileprefix", "prefix", datafiles.mobile_prefixes),
)


@dataclass(frozen=True, slots=True)
class BoundaryImport:
    """What an import of a boundary file did: shapes drawn for the first time, redrawn, unchanged, and rows refused."""

    added: int
    replaced: int
    unchanged: int
    refused: list[RefusedRow] = field(default_factory=list)


def load() -> dict[str, int]:
    """Bring every list up to the files of this release; returns rows added or changed by table.

    One statement per table. Rows no longer in a file stay: people and payments may point at them, and an area that is
    no more has a ``valid_to``. A second call changes nothing and leaves no journal entry. The system acts, whoever
    called: the lists come with the release and nobody may choose them.
    """
    with acting_as_system(reason="the lists of this release"):
        changed = {table: _upsert(table, key, rows()) for table, key, rows in _LISTS}
        if any(changed.values()):
            journal.record(
                act="reference.lists.loaded", subject="reference", details=dict(changed), count=sum(changed.values())
            )
    selectors.forget()
    return changed


def import_boundaries(*, path: Path, source: str) -> BoundaryImport:
    """Give areas their polygons from the boundary file at ``path``; ``source`` is shown under every map drawn with it.

    Good shapes enter even when others are refused. Raises REF-005, REF-006 or REF-007 where the whole file is unusable.
    """
    content = read_boundary_file(path)
    known = set(Area.objects.filter(code__in=[shape.code for shape in content.shapes]).values_list("code", flat=True))
    refused = [*content.refused]
    shapes: list[Shape] = []
    for shape in content.shapes:
        if shape.code in known:
            shapes.append(shape)
        else:
            refused.append(RefusedRow(shape.row, shape.code, "unknown-code"))
    with transaction.atomic():
        before = dict(
            AreaBoundary.objects.filter(area_id__in=known).values_list("area_id", "shape_hash"),
        )
        fresh = [shape for shape in shapes if before.get(shape.code) != shape.shape_hash()]
        _store(fresh, source)
        added = sum(shape.code not in before for shape in fresh)
        result = BoundaryImport(
            added=added,
            replaced=len(fresh) - added,
            unchanged=len(shapes) - len(fresh),
            refused=sorted(refused, key=lambda one: one.row),
        )
        if fresh:
            journal.record(
                act="reference.boundaries.imported",
                subject="reference",
                details={"added": result.added, "replaced": result.replaced, "refused": len(result.refused)},
                count=len(fresh),
            )
    selectors.forget()
    return result


def _upsert(table: str, key: str, rows: Iterable[datafiles.Row]) -> int:
    """Insert or bring up to date; rows that are the same are not touched. Table and columns are ours, never input."""
    payload = list(rows)
    columns = list(payload[0])
    listed = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({listed}) "
            f"SELECT {listed} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) "
            f"ON CONFLICT ({key}) DO UPDATE SET ({listed}) = ROW ({', '.join(f'EXCLUDED.{name}' for name in columns)}) "
            f"WHERE ({', '.join(f'{table}.{name}' for name in columns)}) "
            f"IS DISTINCT FROM ({', '.join(f'EXCLUDED.{name}' for name in columns)})",
            [json.dumps(payload)],
        )
        return int(cursor.rowcount)


def _store(shapes: Iterable[Shape], source: str) -> None:
    payload = []
    for shape in shapes:
        west, south, east, north = shape.extent()
        payload.append(
            {
                "area_id": shape.code,
                "polygons": shape.polygons,
                "west": west,
                "south": south,
                "east": east,
                "north": north,
                "shape_hash": shape.shape_hash(),
            }
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reference_areaboundary "
            "(area_id, polygons, west, south, east, north, shape_hash, source, imported_at) "
            "SELECT area_id, polygons, west, south, east, north, shape_hash, %s, now() "
            "FROM jsonb_populate_recordset(NULL::reference_areaboundary, %s::jsonb) "
            "ON CONFLICT (area_id) DO UPDATE SET polygons = EXCLUDED.polygons, west = EXCLUDED.west, "
            "south = EXCLUDED.south, east = EXCLUDED.east, north = EXCLUDED.north, "
            "shape_hash = EXCLUDED.shape_hash, source = EXCLUDED.source, imported_at = EXCLUDED.imported_at",
            [source, json.dumps(payload)],
        )
