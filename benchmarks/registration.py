"""The counter under load: ``KEEP=folder PERSONS=1000000 SECONDS=20 python -m benchmarks.registration``.

A register of so many invented persons is loaded into a database of its own, the site is served as users run it
(`WORKERS` and `THREADS` ask for other numbers of processes and threads), and locust plays those who come, over HTTP on the same
machine, each by a line of its own (`counter_line`):

- ``wizard``: officers send the last step of a registration: one submit of a person, a household and a job each, checked
  whole, with the duplicate check over the whole register, written, journalled, published (drafts were filled beforehand);
  each page before it was shown; who has come since is shown first, and counted;
- ``rest``: a system with a token submits the same forms as JSON;
- ``page``: officers open the page of a person picked at random; ``page (district)`` as an officer of one district;
- ``search …``: officers look for somebody by name in English or Urdu, CNIC or mobile; ``(district)`` likewise;
- ``sms``: telephones send a CNIC to the interest door.

Every answer is checked, and after submits the register holds exactly so many people more. ``KEEP=folder`` keeps the loaded
register there and takes it up again. Beside each figure stands the processor's time that one request took, of the site, of
PostgreSQL and of locust itself: it depends far less than the clock on what else the machine does. ``ONLY=wizard,page``
measures these alone.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.counter_plan import plan

ROOT = Path(__file__).resolve().parents[1]
OFFICERS = int(os.environ.get("CALLERS", "4"))
PASSWORD = "benchmark of the counter 2026"
DISTRICT = "PK603"
WHAT = (
    "wizard", "rest", "page", "page (district)", "search: English name", "search: Urdu name", "search: CNIC",
    "search: mobile", "search: English name (district)", "sms",
)  # fmt: skip


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
            ensure_officer(
                username=f"district{number}",
                full_name="Benchmark",
                desk="verifier",
                areas=[DISTRICT],
                password=PASSWORD,
            )
        there = _count()
    if there >= persons:
        return there
    folder = home / "population"
    if not folder.exists():
        generate(workers=max(persons * 10 // 32, 1), seed=5, out=folder)
    return loading.load_population(folder=folder, source="bench").persons


def _measure(there: int, seconds: int, home: Path) -> None:
    from mazdoor.access.services import acting_as_system
    from mazdoor.cli.serve import free_port

    port = free_port()
    only = [name for name in os.environ.get("ONLY", "").split(",") if name]
    wanted = [what for what in WHAT if not only or what in only]
    command = [sys.executable, "-m", "mazdoor.cli", "serve", "--port", str(port), "--no-jobs"]
    for name in ("workers", "threads"):
        if number := os.environ.get(name.upper()):
            command += [f"--{name}", number]
    environment = os.environ | {"MAZDOOR_SMS_SECRET": PASSWORD}
    with (home / "serve.log").open("w") as log:
        site = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
    try:
        _await(port, site)
        made = plan(wanted, seconds=seconds, officers=OFFICERS, district=DISTRICT)
        (home / "plan.json").write_text(json.dumps(made))
        _warm(port, made)
        print(f"\n{there:,} persons on the register, {os.cpu_count()} cores for site, database and callers, Python"
              f" {platform.python_version()}, {OFFICERS} callers at once, {seconds} s each\n")  # fmt: skip
        print("| what | done | a second | median ms | p95 ms | p99 ms | failed | ms of processor: site | database | locust"
              " | load before |")  # fmt: skip
        print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
        for what in wanted:
            with acting_as_system(reason="benchmark"):
                before = _count()
            done = _run(what, seconds, port, home, site.pid)
            with acting_as_system(reason="benchmark"):
                grown = _count() - before
            expected = done if what in ("wizard", "rest") else 0
            assert grown == expected, f"{expected} registrations answered, {grown} on the register"
    finally:
        site.terminate()
        site.wait(timeout=60)


def _warm(port: int, made: dict[str, Any]) -> None:
    """Both processes have counted the chain and read their pages before anybody is measured."""
    import httpx

    for sessions, persons in (("sessions", "persons"), ("sessions of a district", "persons of a district")):
        for number in range(16):
            cookies = {"sessionid": made[sessions][number % OFFICERS]}
            address = f"http://127.0.0.1:{port}/registry/person/{made[persons][number]}/"
            assert httpx.get(address, cookies=cookies, timeout=120).status_code == 200
    # A form is read over before it is handed in: that reads the questionnaire and the model.
    for number in range(16 if "drafts" in made else 0):
        cookies = {"sessionid": made["sessions"][number % OFFICERS]}
        address = f"http://127.0.0.1:{port}/registry/register/{made['drafts'][number % OFFICERS][number][0]}/check/"
        assert httpx.get(address, cookies=cookies, timeout=120).status_code == 200


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


def _count() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registration_person")
        return int(cursor.fetchone()[0])


def _run(what: str, seconds: int, port: int, home: Path, site: int) -> int:
    """Let locust play; prints a line, returns how many requests were answered well."""
    spent = home / "locust-spent.json"
    environment = os.environ | {
        "BENCH_WHAT": what, "BENCH_PLAN": str(home / "plan.json"), "BENCH_SPENT": str(spent), "BENCH_SITE": str(site),
        "BENCH_DATABASE": _postmaster(home), "BENCH_SECONDS": str(seconds),
    }  # fmt: skip
    command = [
        sys.executable, "-m", "locust", "-f", str(ROOT / "benchmarks" / "counter_load.py"), "--headless", "--users",
        str(OFFICERS), "--spawn-rate", str(OFFICERS), "--host", f"http://127.0.0.1:{port}",
        "--only-summary", "--loglevel", "ERROR", "--stop-timeout", "30",
    ]  # fmt: skip
    spent.unlink(missing_ok=True)
    load = os.getloadavg()[0]
    played = subprocess.run(command, env=environment, check=False, capture_output=True, cwd=ROOT, text=True)
    told = json.loads(spent.read_text()) if spent.exists() else {}
    assert told.get("done"), played.stderr[-9000:]
    row, failed = told["done"], told["done"]["failures"]
    done: int = row["requests"] - failed
    took = {name: 1000 * value / max(done, 1) for name, value in told["spent"].items()}
    print(f"| {what} | {done:,} | {done / row['seconds']:.0f} | {row['50']:.0f} | {row['95']:.0f} | {row['99']:.0f}"
          f" | {failed} | {took['site']:.1f} | {took['database']:.1f} | {took['locust']:.1f}"
          f" | {load:.1f} |" + (f" shown somebody new first: {row['stopped']}" if row["stopped"] else ""), flush=True)  # fmt: skip
    assert failed == 0, f"{failed} of {what} failed: {played.stdout[-2000:]}"
    return done


def _postmaster(home: Path) -> str:
    """The number of the database server's first process; empty where it is not ours."""
    file = home / "postgres" / "postmaster.pid"
    return file.read_text().split()[0] if file.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
