"""Reading a population folder (see ``mazdoor.synth.schema``): people with the place they live in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from django.db import connection

from mazdoor.access.services import acting_as_system
from mazdoor.database.bulk import copy_in
from mazdoor.delivery.registration import selectors
from mazdoor.delivery.registration.models import Load
from mazdoor.journal import services as journal

Progress = Callable[[str, int, int], None]


def people_sql(folder: Path, part: Path | None = None) -> str:
    """A FROM clause for DuckDB: persons (of one part, or all) with ``area_code`` and ``address_line`` of their household."""
    persons = _quoted(part) if part is not None else _quoted(folder / "persons" / "*.parquet")
    households = _quoted(folder / "households" / "*.parquet")
    return (
        f"(SELECT p.*, h.area_code, h.address_line FROM read_parquet('{persons}') p "
        f"JOIN read_parquet('{households}') h USING (household_no))"
    )


def load_parts(
    *,
    folder: Path,
    source: str,
    kind: str,
    table: str,
    read: str,
    offsets: Callable[[Load], dict[str, int]],
    act: str,
    progress: Progress | None = None,
) -> int:
    """Copy every part of ``kind`` into ``table``, one transaction and one journal entry each; a part taken before is
    left as it is. Returns how many rows the source holds.

    ``read`` is a DuckDB query over ``$part``, ``{people}`` and ``{employments}`` that gives the columns of ``table``,
    ``$source`` as ``source`` among them; ``offsets`` gives its offset parameters. The people must be registered under
    ``source``.
    """
    load = selectors.get_load(source=source)
    parts = sorted((folder / kind).glob("part-*.parquet"))
    for number, part in enumerate(parts, start=1):
        part_source = f"{source}/{part.name}"
        with acting_as_system(reason=f"load of {kind}"), connection.cursor() as cursor:
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE source = %s)", [part_source])
            (already,) = cursor.fetchone()
            if not already:
                with duckdb.connect() as reader:
                    rows = reader.execute(
                        read.format(
                            people=people_sql(folder), employments=f"'{_quoted(folder / 'employments' / '*.parquet')}'"
                        ),
                        {"source": part_source, "part": str(part), **offsets(load)},
                    ).to_arrow_table()
                copy_in(table, rows)
                journal.record(act=act, subject=f"load:{load.pk}", details={"part": part.name}, count=len(rows))
        if progress is not None:
            progress(part.name, number, len(parts))
    return sum(pq.read_metadata(part).num_rows for part in parts)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
