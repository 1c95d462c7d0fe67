"""Rules over a nation: our engine, the same SQL by hand, OpenFisca-core and the Django ORM, on the same persons, in one run.

``python -m benchmarks.assessment`` measures 1 and 10 million persons with every peer (the ORM at 1 million only), then
ours for the nation with ``--nation`` (60 million persons, 35 million households). One realistic programme
(``benchmarks/assessed/policy.yaml``): ten household aggregates, twelve filters, reasons, a formula, a decision row for
each person. The people are invented by ``assessed/synthetic.py``: for speed, not for truth.

Every engine runs in a process of its own; peak memory is that process's. Results are compared, person by person, before a
ratio is printed: ours and the hand-written SQL in every column, the ORM in every decision, reason, category and amount;
OpenFisca, whose numbers are float32, in every decision and reason, and amounts but for the paisa that float32 loses (how
many is printed). Nothing is extrapolated.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.assessed.synthetic import households_for, write_people
from mazdoor.rules import snapshot_files

PEERS = ("hand", "openfisca", "orm")
NATION = 60_000_000
ORM_MOST = 1_000_000
OPENFISCA = "openfisca-core==46.*"
FLOAT32 = 0.05
"""Rupees by which a float32 amount, or a float32 sum of incomes at its threshold, may be off here."""


@dataclass(frozen=True)
class Measured:
    """One engine's run."""

    engine: str
    persons: int
    seconds: float
    processor: float
    peak: int


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.assessment", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--persons", type=int, nargs="*", default=[1_000_000, 10_000_000], help="sizes with peers")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS), help="which peers; none: ours alone")
    parser.add_argument("--nation", action="store_true", help="then ours for 60 million persons")
    parser.add_argument("--variants", type=int, default=3, help="variants of a reform in one pass (0: none)")
    parser.add_argument("--memory", default="4GB", help="DuckDB's memory limit")
    parser.add_argument(
        "--folder", type=Path, help="where to work (about 100 MB a million persons); emptied afterwards"
    )
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mazdoor-bench-", dir=asked.folder))
    folder.chmod(0o711)
    rows: list[Measured] = []
    try:
        for persons in asked.persons:
            rows.extend(measure(folder, persons, asked.peers, asked.variants, asked.memory))
        if asked.nation:
            rows.extend(measure(folder, NATION, [], 0, asked.memory))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    tell(rows)
    return 0


def measure(folder: Path, persons: int, peers: list[str], variants: int, memory: str) -> Iterator[Measured]:
    """Every engine at one size, then the comparison of what they said."""
    say(f"{persons:,} persons in {households_for(persons):,} households")
    people, snapshot = folder / "people", folder / "snapshot"
    began = time.monotonic()
    write_people(people, persons)
    say(f"  invented in {time.monotonic() - began:.0f} s")
    ours = [sys.executable, "-m", "benchmarks.assessed.by_us"]
    found = [run("bucketing", persons, [*ours, "bucket", str(people), str(snapshot), memory])]
    shutil.rmtree(people)
    found.append(run("ours", persons, [*ours, "ours", str(snapshot), str(folder / "ours"), memory]))
    if "hand" in peers:
        found.append(run("hand", persons, [*ours, "hand", str(snapshot), str(folder / "hand"), memory]))
        check_alike(
            folder / "ours", folder / "hand", "eligible amount category deciding_clause failed_clauses outcomes"
        )
    if "openfisca" in peers:
        script = Path(__file__).parent / "assessed" / "by_openfisca.py"
        command = [str(openfisca()), str(script), str(snapshot), str(folder / "openfisca")]
        found.append(run("openfisca", persons, command))
        check_float(folder, snapshot)
    if "orm" in peers and persons <= ORM_MOST:
        command = [sys.executable, "-m", "benchmarks.assessed.by_orm", str(snapshot), str(folder / "orm")]
        found.append(run("orm", persons, command))
        check_alike(folder / "ours", folder / "orm", "eligible amount category deciding_clause failed_clauses")
    if variants:
        # One variant in the same narrow form first: a further one costs what is between them.
        for number in (1, 1 + variants):
            out = folder / f"variants{number}"
            command = [*ours, f"variants{number}", str(snapshot), str(out), memory]
            found.append(run(f"{number} variant" + "s" * (number > 1), persons, command))
        check_alike(
            folder / "ours", folder / f"variants{1 + variants}", "eligible amount category deciding_clause", "v0."
        )
    for each in list(folder.iterdir()):
        shutil.rmtree(each)
    yield from found


def run(engine: str, persons: int, command: list[str]) -> Measured:
    """One engine in a process of its own."""
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=os.environ)
    if ended.returncode:
        raise SystemExit(f"{engine} failed at {persons:,} persons")
    told = json.loads(ended.stdout.strip().splitlines()[-1])
    found = Measured(engine, persons, told["seconds"], told["processor"], int(told["peak"]))
    say(f"  {engine}: {found.seconds:.1f} s ({found.processor:.1f} s of processor), {found.peak:,} MB")
    return found


def check_alike(ours: Path, other: Path, columns: str, prefix: str = "") -> None:
    """Stop where any person's row differs."""
    differs = " OR ".join(f'a."{name}" IS DISTINCT FROM b."{prefix}{name}"' for name in columns.split())
    with compare(ours, other) as connection:
        row = connection.execute(
            f"SELECT count(*), count(*) FILTER (WHERE a.unit_id IS NULL OR b.unit_id IS NULL OR {differs}) "
            "FROM a FULL JOIN b USING (unit_id)"
        ).fetchone()
    assert row is not None
    if row[1]:
        raise SystemExit(f"{other.name}: {row[1]:,} of {row[0]:,} persons differ from ours")
    say(f"    equal for all {row[0]:,} persons: {', '.join(columns.split())}")


def check_float(folder: Path, snapshot: Path) -> None:
    """OpenFisca: equal decisions and reasons but where a float32 sum stands on its threshold, equal amounts but for paisa."""
    persons = snapshot_files(snapshot, "persons")  # as Python writes a list, so does DuckDB
    with compare(folder / "ours", folder / "openfisca") as connection:
        connection.execute(
            """
            CREATE TEMP TABLE other AS
            SELECT unit_id, a.failed_clauses AS said, b.failed_clauses AS told,
                   abs(a.amount::DOUBLE - b.amount) AS off FROM a FULL JOIN b USING (unit_id)
            WHERE a.failed_clauses IS DISTINCT FROM b.failed_clauses OR a.category IS DISTINCT FROM b.category
               OR a.deciding_clause IS DISTINCT FROM b.deciding_clause OR abs(a.amount::DOUBLE - b.amount) >= 0.005
            """
        )
        decided, paisa, most = connection.execute(
            "SELECT count(*) FILTER (WHERE said IS DISTINCT FROM told), count(*) FILTER (WHERE off >= 0.005), "
            "coalesce(max(off), 0) FROM other"
        ).fetchall()[0]
        wrong = connection.execute(
            f"""
            WITH those AS (SELECT p.household_id FROM other o
                           JOIN read_parquet({persons}) p ON p.person_id = o.unit_id
                           WHERE o.said IS DISTINCT FROM o.told),
            sums AS (SELECT household_id, 22000 * count(*) - coalesce(sum(monthly_pay_amount), 0) / 100 AS gap
                     FROM read_parquet({persons}) SEMI JOIN those USING (household_id) GROUP BY 1)
            SELECT count(*) FROM sums WHERE abs(gap) > {FLOAT32}
            """
        ).fetchall()[0][0]
    if wrong or most > FLOAT32:
        raise SystemExit(f"openfisca: {wrong:,} households decided otherwise, amounts off by up to Rs {most:.2f}")
    say(
        f"    equal but for float32: {decided:,} decisions on a threshold, {paisa:,} amounts off by up to Rs {most:.3f}"
    )


def compare(ours: Path, other: Path) -> duckdb.DuckDBPyConnection:
    """Both results as ``a`` and ``b``."""
    connection = duckdb.connect()
    connection.execute("SET memory_limit = '6GB'")
    connection.execute(f"SET temp_directory = '{ours.parent}'")
    connection.execute(f"CREATE VIEW a AS FROM read_parquet('{ours}/part-*.parquet')")
    connection.execute(f"CREATE VIEW b AS FROM read_parquet('{other}/part-*.parquet')")
    return connection


def openfisca() -> Path:
    """The Python of an environment with OpenFisca-core, made once from the package registry: its pins are not ours."""
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "mazdoor-bench" / "openfisca"
    python = home / "bin" / "python"
    if not (home / "complete").exists():
        say("  making an environment for OpenFisca-core")
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        wanted = [OPENFISCA, f"duckdb=={duckdb.__version__}", "pyarrow"]
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *wanted], check=True)
        (home / "complete").touch()
    return python


def tell(rows: list[Measured]) -> None:
    """The table, and each aim with whether it was met."""
    print(f"\n{os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}\n")
    print("| engine | persons | seconds | of processor | peak MB | × ours |\n|---|---:|---:|---:|---:|---:|")
    ours = {each.persons: each for each in rows if each.engine == "ours"}
    for each in rows:
        times = each.seconds / ours[each.persons].seconds
        shown = f"{times:.2f}" if each.engine in ("ours", *PEERS) else ""
        print(
            f"| {each.engine} | {each.persons:,} | {each.seconds:.1f} | {each.processor:.1f} | {each.peak:,} | {shown} |"
        )
    print()
    by = {(each.engine, each.persons): each for each in rows}
    for (engine, persons), each in by.items():
        mine = ours[persons]
        if engine == "hand":
            aim("≤ 1.3 × the SQL by hand", mine.seconds / each.seconds, 1.3, f"at {persons:,}")
        if engine == "openfisca":
            aim("≥ 2.5 × OpenFisca-core", -each.seconds / mine.seconds, -2.5, f"at {persons:,}")
        if engine.endswith("variants"):
            further = (each.seconds - by[("1 variant", persons)].seconds) / (int(engine.split()[0]) - 1)
            aim("≤ 1 s a further variant", further, 1, f"at {persons:,}")
        if engine == "ours" and persons == NATION:
            aim("the nation ≤ 90 s", each.seconds, 90, "")
            aim("the nation ≤ 4,096 MB", each.peak, 4096, "")


def aim(what: str, value: float, most: float, where: str) -> None:
    """One line: met or missed."""
    print(f"{what} {where}: {abs(value):,.2f} {'met' if value <= most else 'MISSED'}".replace("  ", " "))


def say(line: str) -> None:
    """Progress."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
