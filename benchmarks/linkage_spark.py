"""Is the register linked on Spark as on DuckDB, and what does it take? Both on the same invented people, in the same run.

``python -m benchmarks.linkage_spark`` links 100,000 persons (``--persons N``) on DuckDB and on a Spark of this machine, each in
processes of their own, and ends with 1 unless the pairs, every weight and every group are equal. ``--folder`` keeps the people,
``--report FILE`` the figures as JSON. Memory is the sum over an engine's processes (what they share is counted for each), looked
at each half second; processor seconds are theirs together.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.populations import population
from benchmarks.processors import tree_of
from mazdoor.matching.clusters import clusters
from mazdoor.matching.linkage import LinkSettings, link
from mazdoor.synth.linkage import LinkageOrder

ROOT = Path(__file__).resolve().parents[1]
ENGINES = ("duckdb", "spark")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--memory", default="4GB", help="what DuckDB may take, and Spark besides")
    parser.add_argument("--folder", help="where populations are kept between runs")
    parser.add_argument("--report", type=Path, help="write the figures here as JSON")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--people", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.engine:
        settings = LinkSettings(use_cnic=False, lower=-8.0, memory_limit=options.memory, engine=options.engine)
        found = link(options.people, work_dir=options.out, settings=settings)
        told = {"records": found.records, "joined": found.compared, "found": found.found, "steps": found.seconds}
        print(json.dumps(told))
        return 0
    with tempfile.TemporaryDirectory(prefix="mazdoor-linkage-") as scratch:
        folder = Path(options.folder or scratch)
        people = population(LinkageOrder(options.persons, seed=options.seed), folder)
        report: dict[str, Any] = {
            "persons": options.persons,
            "seed": options.seed,
            "memory": options.memory,
        }
        for engine in ENGINES:
            report[engine] = _apart(engine, people, Path(scratch) / engine, options.memory)
            _say(engine, report[engine])
        report["equal"] = _equal(*(Path(scratch) / engine / "pairs.parquet" for engine in ENGINES))
    told = report["equal"]
    print(
        f"{told['pairs']:,} pairs, {told['only_one']} found by one engine only; weights differ by {told['apart']:.1e} bits at "
        f"most, {told['otherwise']} pairs in a level or a key; groups {'equal' if told['groups_equal'] else 'DIFFERENT'} "
        f"({told['groups']:,})"
    )
    if options.report:
        options.report.write_text(json.dumps(report, indent=1), encoding="utf-8")
    same = not told["only_one"] and not told["otherwise"] and told["apart"] <= 1e-6 and told["groups_equal"]
    return 0 if same else 1


def _apart(engine: str, people: Path, out: Path, memory: str) -> dict[str, Any]:
    """Link in a process of its own, with what it and all its children took."""
    command = [sys.executable, "-m", "benchmarks.linkage_spark", "--engine", engine, "--memory", memory]
    command += ["--people", str(people), "--out", str(out)]
    before, began = os.getloadavg()[0], time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    peak = processor = 0.0
    while process.poll() is None:
        seconds, megabytes = tree_of(process.pid)
        peak, processor = max(peak, megabytes), max(processor, seconds)
        time.sleep(0.5)
    if process.returncode:
        raise SystemExit(f"linking on {engine} ended with {process.returncode}")
    said = process.stdout.read() if process.stdout else ""
    told: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    return told | {
        "seconds": round(time.perf_counter() - began, 1),
        "processor": round(processor, 1),
        "peak_mb": round(peak),
        "load_before": round(before, 1),
    }


def _equal(one: Path, other: Path) -> dict[str, Any]:
    """How far apart two files of pairs are, and the groups made of them."""
    with duckdb.connect() as con:
        columns = [(str(row[0]), str(row[1])) for row in con.execute(f"DESCRIBE FROM '{one}'").fetchall()]
        numbers = [f"abs(a.{name} - b.{name})" for name, kind in columns if kind == "DOUBLE"]
        texts = [f"a.{name} IS DISTINCT FROM b.{name}" for name, kind in columns if kind == "VARCHAR"]
        row = con.execute(
            f"SELECT count(*), count(*) FILTER (a.weight IS NULL OR b.weight IS NULL), max(greatest({', '.join(numbers)})), "
            f"count(*) FILTER (a.weight IS NOT NULL AND b.weight IS NOT NULL AND ({' OR '.join(texts)})) "
            f"FROM '{one}' a FULL JOIN '{other}' b USING (record_id_a, record_id_b)"
        ).fetchall()[0]
    first, second = (clusters(each, threshold=0.0) for each in (one, other))
    return {
        "pairs": row[0],
        "only_one": row[1],
        "apart": row[2],
        "otherwise": row[3],
        "groups": len(first.groups),
        "groups_equal": first == second,
    }


def _say(engine: str, told: dict[str, Any]) -> None:
    steps = ", ".join(f"{name} {seconds}" for name, seconds in told["steps"].items())
    print(
        f"{engine}: {told['records']:,} records, {told['joined']:,} pairs joined, {told['found']:,} found; {told['seconds']} s, "
        f"{told['processor']} of processor, {told['peak_mb']:,} MB, load {told['load_before']} before; {steps}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
