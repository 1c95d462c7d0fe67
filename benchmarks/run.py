"""``make bench``: synth, load, assess, deduplicate and pay a million workers, with seconds and peak memory a step.

The chain is the demonstration's own, against the same processes of the outside world, in a folder of its own that is
removed afterwards. ``WORKERS=50000 make bench`` measures fewer. Peak memory is that of this process in the step; the
database server's is not in it and is bounded by its settings (``mazdoor.database.tuning``).
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

# The steps the first benchmark is about, in the order they are printed first.
ASKED = ("made", "registered", "assessed", "deduplicated", "paid")


def main() -> int:
    """Measure and print."""
    workers = int(os.environ.get("WORKERS", "1000000"))
    home = Path(tempfile.mkdtemp(prefix="mazdoor-bench-", dir=os.environ.get("TMPDIR", "/tmp")))
    home.chmod(0o711)
    os.environ["MAZDOOR_HOME"] = str(home)
    try:
        from mazdoor.cli.main import set_up_django

        set_up_django()
        from mazdoor.cli.demo.chain import Chain
        from mazdoor.cli.demo.telling import Teller
        from mazdoor.cli.demo.world import MILD_FAULTS, World
        from mazdoor.database import lifecycle

        with lifecycle.lease():
            lifecycle.ensure_ready()
            chain = Chain(workers=workers, seed=1, tell=Teller().progress)
            with World(home=home / "world", population=chain.population, faults=MILD_FAULTS) as world:
                report = chain.walk(world)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(f"\n{workers:,} workers on {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| step | count | seconds | a second | peak MB |")
    print("|---|---:|---:|---:|---:|")
    asked = [step for name in ASKED for step in report.steps if step.name == name]
    others = [step for step in report.steps if step.name not in ASKED]
    for step in [*asked, *others]:
        rate = f"{step.count / step.seconds:,.0f}" if step.seconds else "–"
        print(f"| {step.title} | {step.count:,} | {step.seconds:.1f} | {rate} | {step.peak_mb:,} |")
    print(f"| all | | {report.seconds:.1f} | | {max(step.peak_mb for step in report.steps):,} |")
    print(f"\n{report.money_line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
