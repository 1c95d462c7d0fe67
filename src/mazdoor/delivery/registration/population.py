"""Reading a population folder (see ``mazdoor.synth.schema``): people with the place they live in."""

from __future__ import annotations

from pathlib import Path


def people_sql(folder: Path, part: Path | None = None) -> str:
    """A FROM clause for DuckDB: persons (of one part, or all) with ``area_code`` and ``address_line`` of their household."""
    persons = _quoted(part) if part is not None else _quoted(folder / "persons" / "*.parquet")
    households = _quoted(folder / "households" / "*.parquet")
    return (
        f"(SELECT p.*, h.area_code, h.address_line FROM read_parquet('{persons}') p "
        f"JOIN read_parquet('{households}') h USING (household_no))"
    )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
