"""Taking a file of workers in: ``ROWS=1000000 python -m benchmarks.importing``.

A CSV of thirty columns (person, household and job in one row) is made of people who do not exist, in a database of its own
that is removed afterwards, and brought in by the doors of the room: validation, sealing, blind indexes, door keys,
duplicates, every table. Prints rows a second for each tenth of the file, to show whether it is sustained, the time of each
part, and the peak memory of this process and of the server's. Then the same rows as a workbook (``SHEET=0`` leaves it
out), up to a full sheet. Asserts that what entered is what was sent.
"""

from __future__ import annotations

import csv
import os
import platform
import random
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

FIRST = ("Bushra", "Nasreen", "Zainab", "Shazia", "Rukhsana", "Aslam", "Akram", "Ghulam Nabi", "Yasmeen", "Parveen")
LAST = ("Bibi", "Khan", "Hussain", "Ahmed", "Begum", "Akhtar", "Masih", "Baloch", "Solangi", "Chaudhry")
AREAS = ("PK60301", "PK60302", "PK20101", "PK70101", "PK70102")
COLUMNS = (
    "household_area_code", "household_address", "household_urban", "household_rooms", "household_roof", "household_toilet",
    "household_water", "given_name", "surname", "father_name", "sex", "birth_date", "marital_status", "relationship", "cnic",
    "mobile", "literate", "consents", "employment1_status", "employment1_category", "employment1_occupation",
    "employment1_industry", "employment1_started_on", "employment1_employer_kind", "employment1_pay_period",
    "employment1_pay_amount", "employment1_days_per_month", "employment1_business_name", "employment1_business_premises",
    "employment1_business_persons_engaged",
)  # fmt: skip


def person(chance: random.Random, number: int) -> list[str]:
    """One invented worker; every hundredth shares the CNIC of an earlier row, every two-hundredth row is wrong."""
    woman = chance.random() < 0.5
    own = number - 50 if number % 100 == 99 else number
    body = f"0{own * 7919 % 10**11:011d}"
    cnic = f"{body[:5]}-{body[5:12]}-{2 if woman else 1}"
    first, last = chance.choice(FIRST) + chance.choice(("", "", "a", "an", "een")), chance.choice(LAST)
    owner = chance.random() < 0.5
    return [
        chance.choice(AREAS), f"House {number % 997}, Street {number % 89}", chance.choice(("yes", "no")),
        str(chance.randint(1, 6)), chance.choice(("concrete", "iron")), chance.choice(("flush", "pit")), "pump",
        first, last, f"{chance.choice(FIRST)} {chance.choice(LAST)}", "female" if woman else "male",
        f"{chance.randint(1960, 2005)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
        chance.choice(("single", "married")), "head", cnic, f"03{chance.randint(0, 999_999_999):09d}",
        chance.choice(("yes", "no")), "registration programmes", "own_account" if owner else "employee",
        "street_vendor" if owner else "daily_wage", "5211" if owner else "9313", "4781" if owner else "4100",
        str(chance.randint(2006, 2025)), "none" if owner else "business", "month",
        "abc" if number % 200 == 199 else str(chance.randint(8, 60) * 1000), str(chance.randint(10, 28)),
        f"{last} Works {number % 5000}", "stall" if owner else "site", str(chance.randint(1, 9)),
    ]  # fmt: skip


def main() -> int:
    """Make, measure and print."""
    rows = int(os.environ.get("ROWS", "1000000"))
    home = Path(tempfile.mkdtemp(prefix="mazdoor-bench-", dir=os.environ.get("TMPDIR", "/tmp")))
    home.chmod(0o711)
    os.environ["MAZDOOR_HOME"] = str(home)
    try:
        from mazdoor.cli.main import set_up_django

        set_up_django()
        from mazdoor.database import lifecycle

        with lifecycle.lease():
            lifecycle.ensure_ready()
            path = home / "workers.csv"
            sent = _write(path, rows)
            print(f"\n{rows:,} rows of {len(COLUMNS)} columns, {path.stat().st_size / 1e6:,.0f} MB, on {os.cpu_count()} cores,"
                  f" Python {platform.python_version()}\n")  # fmt: skip
            _measure(path, rows, sent, "CSV")
            if os.environ.get("SHEET", "1") != "0":
                _measure_sheet(home, min(rows, 1_048_575))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0


def _write(path: Path, rows: int) -> int:
    """Write the file; returns how many of its rows are well."""
    chance = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows(person(chance, number) for number in range(rows))
    return rows - len(range(199, rows, 200))


def _measure(path: Path, rows: int, sent: int, kind: str) -> None:
    from mazdoor.access.services import acting_as_system
    from mazdoor.cli.demo.telling import forget_peak, peak_mb
    from mazdoor.delivery.registration.files import keeping, selectors, services
    from mazdoor.reference import services as reference

    def acting() -> object:
        return acting_as_system(reason="benchmark")

    with acting_as_system(reason="benchmark"):
        reference.load()
        before = _people()
    forget_peak()
    server = _ServerMemory()
    start = time.monotonic()
    with acting_as_system(reason="benchmark"):
        number = services.receive_file(blocks=keeping.blocks_of(path))
        mapping = services.sure_mapping(number)
        assert mapping is not None
        services.confirm_columns(import_id=number, mapping=mapping)
    marks: list[tuple[int, float]] = []
    step = max(rows // 10, 1)

    def progress(what: str, done: int, total: int) -> None:
        server.look()
        if what == "enter" and (not marks or done - marks[-1][0] >= step or done == total):
            marks.append((done, time.monotonic()))
            if len(marks) > 1:
                (from_row, from_time), (to_row, to_time) = marks[-2:]
                if to_row > from_row:
                    speed = (to_row - from_row) / (to_time - from_time)
                    print(f"  {kind} rows {from_row:>9,} to {to_row:>9,}: {speed:>8,.0f} rows/s,"
                          f" {peak_mb():,} MB here, {server.peak_mb:,} MB server", flush=True)  # fmt: skip

    services.import_file(import_id=number, acting=acting, progress=progress)  # type: ignore[arg-type]
    seconds = time.monotonic() - start
    with acting_as_system(reason="benchmark"):
        done = selectors.get_file(import_id=number)
        entered = _people() - before
    assert done.rows_entered + done.rows_already == sent, (done, sent)
    assert entered == done.rows_entered, (entered, done)
    assert done.rows_refused == rows - sent
    reading = marks[0][1] - start
    print(
        f"\n| {kind} | rows | seconds | rows a second | to read and lay down | peak MB here | peak MB server | duplicates |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    print(f"| whole | {rows:,} | {seconds:.1f} | {rows / seconds:,.0f} | {reading:.1f} s | {peak_mb():,} | {server.peak_mb:,}"
          f" | {done.duplicates:,} |\n")  # fmt: skip


def _measure_sheet(home: Path, rows: int) -> None:
    """The same people as a workbook: how long its reader takes, and its memory. They are all here already."""
    from openpyxl import Workbook

    from mazdoor.cli.demo.telling import forget_peak, peak_mb
    from mazdoor.delivery.registration.files.reading import open_file, rows_of

    path = home / "workers.xlsx"
    chance = random.Random(1)
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(COLUMNS)
    for number in range(rows):
        sheet.append(person(chance, number))
    book.save(path)
    forget_peak()
    start = time.monotonic()
    opened = open_file(path, work=home)
    looked = time.monotonic() - start
    count = sum(1 for _ in rows_of(opened))
    seconds = time.monotonic() - start
    assert count == rows
    size = path.stat().st_size / 1e6
    print(f"| workbook of {rows:,} rows × {len(COLUMNS)} | {size:,.0f} MB | guarded and opened {looked:.1f} s |"
          f" read {seconds:.1f} s, {rows / seconds:,.0f} rows/s | peak {peak_mb():,} MB |")  # fmt: skip


def _people() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registration_person")
        return int(cursor.fetchone()[0])


class _ServerMemory:
    """The most private memory (not the shared buffers) any process of the server took, as Linux tells."""

    def __init__(self) -> None:
        self.peak_mb = 0

    def look(self) -> None:
        """Look once."""
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text()
            except OSError:
                continue
            if "Name:\tpostgres" in text:
                fields = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
                self.peak_mb = max(self.peak_mb, int(fields.get("RssAnon", "0 kB").split()[0]) // 1000)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main())
