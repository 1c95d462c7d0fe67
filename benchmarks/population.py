"""Making, registering, assessing and deduplicating a population: ``WORKERS=1000000 python -m benchmarks.population``.

The doors are those of the rooms; the database is one of its own, removed afterwards. Nobody is verified here (that is
HTTP against a sandbox, which would measure the sandbox), so Emergency Cash mostly says "unknown": the same clauses are
evaluated for everybody all the same. Peak memory is this process's, step by step; the database server's is not in it.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

Row = tuple[str, int, float, int]


def main() -> int:
    """Measure and print."""
    workers = int(os.environ.get("WORKERS", "1000000"))
    home = Path(tempfile.mkdtemp(prefix="mazdoor-bench-", dir=os.environ.get("TMPDIR", "/tmp")))
    home.chmod(0o711)
    os.environ["MAZDOOR_HOME"] = str(home)
    rows: list[Row] = []
    try:
        from mazdoor.cli.main import set_up_django

        set_up_django()
        from mazdoor.database import lifecycle

        with lifecycle.lease():
            lifecycle.ensure_ready()
            _measure(workers, home, rows)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(f"\n{workers:,} workers on {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| step | rows | seconds | rows a second | peak MB |")
    print("|---|---:|---:|---:|---:|")
    for name, count, seconds, peak in rows:
        print(f"| {name} | {count:,} | {seconds:.1f} | {count / max(seconds, 0.01):,.0f} | {peak:,} |")
    return 0


def _measure(workers: int, home: Path, rows: list[Row]) -> None:
    from mazdoor.access.services import acting_as_system
    from mazdoor.cli.demo.telling import forget_peak, peak_mb
    from mazdoor.delivery.assessment import services as assessment
    from mazdoor.delivery.contributions import services as contributions
    from mazdoor.delivery.deduplication import selectors as deduplication_read
    from mazdoor.delivery.deduplication import services as deduplication
    from mazdoor.delivery.registration import loading
    from mazdoor.delivery.registration import services as registration
    from mazdoor.delivery.wages import services as wages
    from mazdoor.delivery.wages.policy import minimum_wages
    from mazdoor.reference import services as reference
    from mazdoor.synth import DEFAULT_AS_OF, generate

    @contextmanager
    def step(name: str) -> Iterator[list[int]]:
        count = [0]
        forget_peak()
        start = time.monotonic()
        yield count
        rows.append((name, count[0], time.monotonic() - start, peak_mb()))
        print(f"  {name}: {count[0]:,} in {rows[-1][2]:.1f} s, {rows[-1][3]:,} MB", flush=True)

    with acting_as_system(reason="benchmark"):
        reference.load()
    folder = home / "population"
    with step("synth: persons made") as count:
        count[0] = generate(workers=workers, seed=1, out=folder).counts["persons"]
    with step("load: persons registered, with households, businesses and jobs") as count:
        count[0] = loading.load_population(folder=folder, source="bench").persons
    with step("load: wage records") as count:
        count[0] = wages.load_wage_records(folder=folder, source="bench")
    with step("wages: records held against the minimum") as count:
        rates, policy_hash = minimum_wages()
        wages.renew_rates(rates=rates, policy_hash=policy_hash)
        count[0] = wages.hold_against_minimum(policy_hash=policy_hash).records
    with step("load: contribution spells") as count:
        count[0] = contributions.load_contributions(folder=folder, source="bench")
    with acting_as_system(reason="benchmark"):
        registration.record_applications(programme_code="emergency_cash", route="sms", applied_on=dt.date(2020, 4, 15))
    with step("assess: rows frozen into the snapshot") as count:
        snapshot = assessment.take_snapshot(as_of=DEFAULT_AS_OF)
        count[0] = sum(snapshot.counts.values())
    for programme, day in (("emergency_cash", dt.date(2020, 6, 1)), ("old_age_pension", DEFAULT_AS_OF)):
        with step(f"assess: units of {programme}, results recorded") as count:
            run = assessment.assess(snapshot_id=snapshot.pk, programme_code=programme, at=day)
            count[0] = run.counts["units"]
    with step("dedup: persons compared, pairs queued") as count:
        deduplication.find_pairs()
        count[0] = rows[1][1]
    with acting_as_system(reason="benchmark"):
        print(f"  pairs queued: {deduplication_read.count_open():,}")


if __name__ == "__main__":
    sys.exit(main())
