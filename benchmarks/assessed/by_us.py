"""Our engine, the floor written by hand, and a further variant, each in a process of its own.

``python -m benchmarks.assessed.by_us ours|hand|variants|bucket SNAPSHOT OUT MEMORY`` prints a line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from benchmarks.assessed.by_hand import run_by_hand
from benchmarks.assessed.memory import peak_mb
from mazdoor.rules import PolicySet, bucket_snapshot, load_policies, run_duckdb, run_variants

AT = date(2026, 7, 1)
POLICY = Path(__file__).parent / "policy.yaml"


def with_line(policy_set: PolicySet, value: int) -> PolicySet:
    """The policy with another income line: it changes one clause, the gap and the amount."""
    line = policy_set.parameters["bench_income_line"]
    changed = replace(line, values=(replace(line.values[0], value=Fraction(value)),))
    return replace(policy_set, parameters={**policy_set.parameters, line.id: changed})


def main() -> int:
    """Run and tell."""
    what, snapshot, out, memory = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    policy_set = load_policies(POLICY)
    began, processor = time.monotonic(), time.process_time()
    if what == "bucket":
        bucket_snapshot(policy_set, snapshot, out, memory=memory)
    elif what == "hand":
        run_by_hand(snapshot, out, root=policy_set.rules["bench"].root.id, memory=memory)
    elif what.startswith("variants"):
        number = int(what.removeprefix("variants"))
        variants = {f"v{n}": with_line(policy_set, 22_000 + 500 * n) for n in range(number)}
        run_variants(variants, "bench", snapshot, at=AT, out=out, memory=memory)
    else:
        run_duckdb(policy_set, "bench", snapshot, at=AT, out=out, memory=memory)
    seconds, processor = time.monotonic() - began, time.process_time() - processor
    peak = peak_mb()
    print(json.dumps({"seconds": seconds, "processor": processor, "peak": peak}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
