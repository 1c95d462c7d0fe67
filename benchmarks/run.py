"""``make bench``: synth, load, assess, deduplicate and pay at a million workers, with seconds and peak memory a step.

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
    for module, setting in (("benchmarks.population", "WORKERS"), ("benchmarks.payroll", "PAYEES")):
        print(f"\n{module} ({setting}={workers})", flush=True)
        ended = subprocess.run([sys.executable, "-m", module], env=os.environ | {setting: workers}, check=False)
        if ended.returncode:
            return ended.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
