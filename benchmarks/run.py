"""``make bench``: synth, load, the counter under load (forms, searches, pages, SMS), assess, meet names, deduplicate, pay and run
rules beside their peers, at a million workers or persons.

Each measurement is a command of its own and runs in a process and a database of its own; this runs them one after the
other. ``WORKERS=50000 make bench`` measures fewer.
"""

from __future__ import annotations

import os
import subprocess
import sys


def main() -> int:
    """Run every measurement; the exit code is the first that is not 0."""
    workers = os.environ.get("WORKERS", "1000000")
    measurements: tuple[tuple[list[str], dict[str, str]], ...] = (
        (["benchmarks.population"], {"WORKERS": workers}),
        (["benchmarks.registration"], {"PERSONS": workers}),
        (["benchmarks.payroll"], {"PAYEES": workers}),
        (["benchmarks.assessment", "--persons", workers], {}),
        (["benchmarks.names"], {}),
        (["benchmarks.linkage_sets"], {}),
        (["benchmarks.deduplication", "--persons", workers], {}),
    )
    for command, settings in measurements:
        print(f"\n{' '.join(command)} {' '.join(f'{name}={value}' for name, value in settings.items())}", flush=True)
        ended = subprocess.run([sys.executable, "-m", *command], env=os.environ | settings, check=False)
        if ended.returncode:
            return ended.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
