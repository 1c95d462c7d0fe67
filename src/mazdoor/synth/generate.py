"""Write a population: parts one after another (or side by side), each to its own files, the manifest last."""

from __future__ import annotations

import json
import multiprocessing
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from mazdoor.synth import calibration
from mazdoor.synth.facts import jobs, read_yaml
from mazdoor.synth.parts import Order, build
from mazdoor.synth.schema import TABLES, TRUTH, VERSION

DEFAULT_AS_OF: Final = date(2026, 7, 1)
MANIFEST: Final = "manifest.json"

Progress = Callable[[int, int], None]
"""Called with (parts finished, parts in all)."""


@dataclass(frozen=True)
class Manifest:
    """What was written, as in `manifest.json`."""

    version: str
    workers: int
    seed: int
    as_of: str
    wage_months: int
    everybody: bool
    parts: int
    counts: dict[str, int]
    """Rows by table (truth as `truth/…`)."""
    categories: dict[str, int]
    """Main employments by category of worker."""
    calibration: list[dict[str, Any]]
    numbers: dict[str, Any]
    """Which ranges of card and phone numbers were used, and why nobody has them."""
    bytes: int

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of a finished population. FileNotFoundError where none was finished."""
        return cls(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))


def generate(
    *,
    workers: int,
    seed: int,
    out: Path,
    as_of: date = DEFAULT_AS_OF,
    progress: Progress | None = None,
    wage_months: int = 3,
    everybody: bool = True,
    processes: int = 1,
) -> Manifest:
    """Write a population of `workers` workers and their households to the folder `out`.

    The same workers, seed, as_of, wage_months and everybody give the same files whatever `processes` is. Earlier parts
    in the folder are removed first; other files there are left alone. Raises ValueError for fewer than 100 workers.
    """
    if workers < 100:
        raise ValueError("a population needs at least 100 workers: fewer cannot carry the shares it is calibrated to")
    if as_of < date(2024, 12, 1) or as_of.day != 1:
        raise ValueError(
            "as_of must be the first of a month, from December 2024 (earlier wage rates are not in the data)"
        )
    order = Order(workers=workers, seed=seed, as_of=as_of, wage_months=wage_months, everybody=everybody)
    _clear(out)
    counts = dict.fromkeys([*TABLES, *(f"truth/{name}" for name in TRUTH)], 0)
    size = 0
    tally: npt.NDArray[np.float64] | None = None
    for done, written in enumerate(_parts(order, out, processes), start=1):
        for name, rows in written.counts.items():
            counts[name] += rows
        size += written.bytes
        tally = written.tally if tally is None else tally + written.tally
        if progress:
            progress(done, order.parts)
    assert tally is not None  # there is always one part
    by_job = tally[..., 0].sum(axis=(0, 1, 3))
    category = jobs().column["category"]
    manifest = Manifest(
        version=VERSION,
        workers=workers,
        seed=seed,
        as_of=as_of.isoformat(),
        wage_months=wage_months,
        everybody=everybody,
        parts=order.parts,
        counts=counts,
        categories={str(name): int(by_job[category == name].sum()) for name in np.unique(category)},
        calibration=[row.as_dict() for row in calibration.table(tally)],
        numbers=read_yaml("number_ranges.yaml"),
        bytes=size,
    )
    text = json.dumps(asdict(manifest), indent=1, ensure_ascii=False, sort_keys=False) + "\n"
    (out / MANIFEST).write_text(text, encoding="utf-8")
    return manifest


@dataclass(frozen=True)
class _Written:
    counts: dict[str, int]
    bytes: int
    tally: npt.NDArray[np.float64]


def _parts(order: Order, out: Path, processes: int) -> Iterator[_Written]:
    if processes <= 1 or order.parts == 1:
        for part in range(order.parts):
            yield _write_part(order, part, out)
        return
    # A fresh interpreter for each process: Arrow's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(processes, order.parts), mp_context=context) as pool:
        yield from pool.map(_write_part, *zip(*((order, part, out) for part in range(order.parts)), strict=True))


def _write_part(order: Order, part: int, out: Path) -> _Written:
    made = build(order, part)
    counts: dict[str, int] = {}
    size = 0
    for prefix, tables in (("", made.tables), ("truth/", made.truth)):
        for name, table in tables.items():
            path = out / prefix / name / f"part-{part:05d}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(".unfinished")
            pq.write_table(table, unfinished, compression="zstd", compression_level=1, row_group_size=200_000)
            unfinished.replace(path)
            counts[prefix + name] = table.num_rows
            size += path.stat().st_size
    return _Written(counts, size, made.tally)


def _clear(out: Path) -> None:
    """Remove what an earlier run wrote here: the manifest, and our tables' own folders."""
    out.mkdir(parents=True, exist_ok=True)
    (out / MANIFEST).unlink(missing_ok=True)
    for folder in [*(out / name for name in TABLES), *(out / "truth" / name for name in TRUTH)]:
        strangers = [file for file in folder.glob("*") if not file.name.startswith("part-")] if folder.exists() else []
        if strangers:
            raise ValueError(f"{folder} holds files this generator did not write; choose another folder")
        shutil.rmtree(folder, ignore_errors=True)
