"""The counter under load: ``PERSONS=1000000 python -m benchmarks.registration``.

A register of so many invented persons is loaded into a database of its own, the site is served as users run it (granian,
two processes), and officers at once, played by locust over HTTP on the same machine, do two things:

- the last step of a registration: one submit of a person, a household and a job each, checked whole, with the duplicate
  check over the whole register, written, journalled and answered (the drafts were filled beforehand);
- open the page of a person, picked at random.

Every answer is checked: a registration answers with the page after it, and afterwards the register holds exactly so many
people more. ``KEEP=folder`` keeps the loaded register there and takes it up again.
"""

from __future__ import annotations

import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OFFICERS = 4
PASSWORD = "benchmark of the counter 2026"
FIRST = ("Bushra", "Nasreen", "Zainab", "Shazia", "Rukhsana", "Aslam", "Akram", "Ghulam Nabi", "Yasmeen", "Parveen")
LAST = ("Bibi", "Khan", "Hussain", "Ahmed", "Begum", "Akhtar", "Masih", "Baloch", "Solangi", "Chaudhry")
AREAS = ("PK60301", "PK60302", "PK20101", "PK70101", "PK70102")


def main() -> int:
    """Load, serve, measure, print."""
    persons = int(os.environ.get("PERSONS", "1000000"))
    seconds = int(os.environ.get("SECONDS", "60"))
    kept = os.environ.get("KEEP")
    home = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="mazdoor-bench-", dir=os.environ.get("TMPDIR", "/tmp")))
    home.mkdir(exist_ok=True)
    home.chmod(0o711)
    os.environ["MAZDOOR_HOME"] = str(home)
    try:
        from mazdoor.cli.main import set_up_django

        set_up_django()
        from mazdoor.database import lifecycle

        with lifecycle.lease():
            lifecycle.ensure_ready()
            there = _load(persons, home)
            _measure(there, seconds, home)
    finally:
        if not kept:
            shutil.rmtree(home, ignore_errors=True)
    return 0


def _load(persons: int, home: Path) -> int:
    from mazdoor.access.services import acting_as_system, ensure_officer
    from mazdoor.delivery.registration import loading
    from mazdoor.reference import services as reference
    from mazdoor.synth import generate

    with acting_as_system(reason="benchmark"):
        reference.load()
        for number in range(OFFICERS):
            ensure_officer(
                username=f"bench{number}", full_name="Benchmark", desk="verifier", areas=["*"], password=PASSWORD
            )
    folder = home / "population"
    if not folder.exists():
        generate(workers=max(persons * 10 // 32, 1), seed=5, out=folder)
    return loading.load_population(folder=folder, source="bench").persons


def _measure(there: int, seconds: int, home: Path) -> None:
    from mazdoor.access.services import acting_as_system
    from mazdoor.cli.serve import free_port

    port = free_port()
    command = [sys.executable, "-m", "mazdoor.cli", "serve", "--port", str(port), "--no-jobs"]
    with (home / "serve.log").open("w") as log:
        site = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        _await(port, site)
        plan = {"drafts": _drafts(seconds * 100), "persons": _some_persons()}
        (home / "plan.json").write_text(json.dumps(plan))
        print(f"\n{there:,} persons on the register, {os.cpu_count()} cores for site, database and callers,"
              f" Python {platform.python_version()}, {OFFICERS} officers at once\n")  # fmt: skip
        print("| what | done | a second | median ms | p95 ms | p99 ms | failed |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        with acting_as_system(reason="benchmark"):
            before = _count()
        done = _run("submit", seconds, port, home)
        with acting_as_system(reason="benchmark"):
            grown = _count() - before
        assert grown == done, f"{done} answered, {grown} on the register"
        _run("page", seconds, port, home)
    finally:
        site.terminate()
        site.wait(timeout=60)


def _await(port: int, site: subprocess.Popen[bytes]) -> None:
    import httpx

    for _ in range(300):
        assert site.poll() is None, "the site ended"
        try:
            httpx.get(f"http://127.0.0.1:{port}/sign-in/", timeout=30)
        except httpx.TransportError:
            time.sleep(0.3)
        else:
            for _ in range(20):  # both processes have read their pages and policies before anybody counts
                httpx.get(f"http://127.0.0.1:{port}/sign-in/", timeout=60)
            return
    raise AssertionError("the site did not answer")


def _drafts(count: int) -> dict[str, list[int]]:
    """Filled drafts, so many for each officer."""
    from mazdoor.access.selectors import find_officer
    from mazdoor.access.services import acting_as
    from mazdoor.delivery.registration import drafts

    chance = random.Random(time.time_ns())
    made: dict[str, list[int]] = {}
    for number in range(OFFICERS):
        officer = find_officer(username=f"bench{number}")
        assert officer is not None
        with acting_as(officer_id=officer.pk):
            made[f"bench{number}"] = [drafts.begin_draft(form=_form(chance)).draft_id for _ in range(count)]
    return made


def _form(chance: random.Random) -> dict[str, Any]:
    """One invented worker with household and job."""
    return {
        "household": {
            "area_code": chance.choice(AREAS), "address": f"House {chance.randint(1, 999)}", "urban": "no",
            "rooms": str(chance.randint(1, 5)), "roof": "iron", "toilet": "flush", "water": "pump",
        },
        "people": [
            {
                "given_name": chance.choice(FIRST) + chance.choice(("", "a", "an", "een")), "surname": chance.choice(LAST),
                "father_name": f"{chance.choice(FIRST)} {chance.choice(LAST)}", "sex": "female",
                "birth_date": f"{chance.randint(1960, 2005)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
                "marital_status": "married", "cnic": f"0{chance.randint(0, 10**11 - 1):011d}{chance.choice('2468')}",
                "mobile": f"03{chance.randint(0, 999_999_999):09d}", "relationship": "head",
                "employments": [
                    {
                        "status": "employee", "category": "home_based", "occupation": "7318", "industry": "1312",
                        "started_on": "2022", "employer_kind": "business", "pay_period": "month",
                        "pay_amount": str(chance.randint(8, 60) * 1000), "days_per_month": "24",
                        "business": {"name": "Noor Looms", "premises": "home", "persons_engaged": "6"},
                    }
                ],
            }
        ],
        "consent": {"consents": ["registration", "verification", "programmes"]},
    }  # fmt: skip


def _some_persons() -> list[int]:
    from django.db import connection

    from mazdoor.access.services import acting_as_system

    with acting_as_system(reason="benchmark"), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM registration_person TABLESAMPLE SYSTEM (2) LIMIT 20000")
        return [row[0] for row in cursor.fetchall()]


def _count() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registration_person")
        return int(cursor.fetchone()[0])


def _run(what: str, seconds: int, port: int, home: Path) -> int:
    """Let locust play the officers; prints a line, returns how many were done well."""
    environment = os.environ | {"BENCH_WHAT": what, "BENCH_PLAN": str(home / "plan.json")}
    out = home / f"locust-{what}"
    command = [
        sys.executable, "-m", "locust", "-f", str(ROOT / "benchmarks" / "counter_load.py"), "--headless", "--users",
        str(OFFICERS), "--spawn-rate", str(OFFICERS), "--run-time", f"{seconds}s", "--host", f"http://127.0.0.1:{port}",
        "--csv", str(out), "--only-summary", "--loglevel", "ERROR",
    ]  # fmt: skip
    played = subprocess.run(command, env=environment, check=False, capture_output=True, cwd=ROOT, text=True)
    rows = (out.parent / f"{out.name}_stats.csv").read_text().splitlines()
    names = rows[0].split(",")
    row = next((dict(zip(names, line.split(","), strict=True)) for line in rows[1:] if f",{what}," in line), None)
    assert row is not None, played.stderr[-2000:]
    failed = int(row["Failure Count"])
    done = int(row["Request Count"]) - failed
    print(f"| {what} | {done:,} | {float(row['Requests/s']):.0f} | {float(row['50%']):.0f} | {float(row['95%']):.0f}"
          f" | {float(row['99%']):.0f} | {failed} |", flush=True)  # fmt: skip
    assert failed == 0, f"{failed} of {what} failed"
    return done


if __name__ == "__main__":
    sys.exit(main())
