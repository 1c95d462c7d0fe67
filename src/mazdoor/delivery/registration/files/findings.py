"""What was found in the rows of a file: kept beside them in the stage, counted, and summed up for the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from mazdoor.delivery.registration.files import keeping
from mazdoor.delivery.registration.files.checks import CheckedChunk

_SUMMARY: Final = "findings.json"


def make_ready(staged: duckdb.DuckDBPyConnection) -> None:
    """The table of findings, in a stage that has none yet."""
    staged.execute(
        "CREATE TABLE IF NOT EXISTS findings (h BIGINT, n BIGINT, col VARCHAR, kind VARCHAR, code VARCHAR, details VARCHAR)"
    )


def keep(own: duckdb.DuckDBPyConnection, checked: CheckedChunk, households: Any, *, start: int, end: int) -> None:
    """Keep what was found in a chunk (households whose first row is from ``start`` up to ``end``), in place of an earlier run's."""
    own.execute("DELETE FROM findings WHERE h >= $1 AND h < $2", [start, end])
    if not checked.findings:
        return
    places = np.concatenate([finding.rows for finding in checked.findings])
    lengths = [len(finding.rows) for finding in checked.findings]

    def spread(values: list[str]) -> pa.Array:
        coded = np.repeat(np.arange(len(values)), lengths)
        return pa.array(values).take(pa.array(coded))

    found = pa.table(
        {
            "h": households[places],
            "n": checked.numbers[places],
            "col": spread([finding.column for finding in checked.findings]),
            "kind": spread([finding.kind for finding in checked.findings]),
            "code": spread([finding.found.code for finding in checked.findings]),
            "details": spread([finding.found.details for finding in checked.findings]),
        }
    )
    own.register("found_now", found)
    own.execute("INSERT INTO findings SELECT * FROM found_now")
    own.unregister("found_now")


def counts_of(checked: CheckedChunk) -> dict[str, int]:
    """Rows with a problem, a warning or a repair, each once; warnings and repairs of rows that are refused do not count."""
    bad = set(checked.bad.tolist())
    counts = {"problem": len(bad)}
    for kind in ("warning", "repair"):
        places = [finding.rows for finding in checked.findings if finding.kind == kind]
        found = np.unique(np.concatenate(places)) if places else np.array([], dtype=np.int64)
        counts[kind] = int(np.setdiff1d(found, checked.bad).size)
    return counts


def summarise(staged: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """How often each thing was found, by column: codes and numbers, no cell."""
    rows = staged.execute(
        "SELECT col, kind, code, any_value(details), count(DISTINCT n), min(n) FROM findings GROUP BY col, kind, code "
        "ORDER BY count(DISTINCT n) DESC, col, code"
    ).fetchall()
    names = ("column", "kind", "code", "details", "rows", "first_row")
    (folder / _SUMMARY).write_text(json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False))


def findings_of(import_id: int) -> Iterator[dict[str, Any]]:
    """What was found in a finished file, most frequent first."""
    path = keeping.folder_of(import_id) / _SUMMARY
    if path.exists():
        yield from json.loads(path.read_text())
