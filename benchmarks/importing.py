"""Taking a file of workers in: ``ROWS=1000000 python -m benchmarks.importing``.

A CSV of thirty columns (person, household and job in one row) is made of people who do not exist, with the names of
`mazdoor.synth` as often as they are borne, in a database of its own that is removed afterwards, and brought in by the doors of
the room: validation, sealing, blind indexes, door keys, duplicates, every table. Prints for each tenth of the file rows a
second and the memory of this process and of the server's, to show whether both are sustained, and for each part of the work
the microseconds of processor a row costs here and at the server. Asserts what arrived: how many, which duplicates are told
and, of a sample, every answer.

``SHEET=1`` brings the same people in as a workbook; ``SHEET=1 ROWS=1048575`` is a full sheet. The whole takes about 9 GB of disk.
"""

from __future__ import annotations

import csv
import functools
import os
import platform
import random
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

COLUMNS = (
    "household_area_code", "household_address", "household_urban", "household_rooms", "household_roof", "household_toilet",
    "household_water", "given_name", "surname", "father_name", "sex", "birth_date", "marital_status", "relationship", "cnic",
    "mobile", "literate", "consents", "employment1_status", "employment1_category", "employment1_occupation",
    "employment1_industry", "employment1_started_on", "employment1_employer_kind", "employment1_pay_period",
    "employment1_pay_amount", "employment1_days_per_month", "employment1_business_name", "employment1_business_premises",
    "employment1_business_persons_engaged",
)  # fmt: skip


SAMPLE = 40
FLAGGED_EVERY, WRONG_EVERY = 100, 200


class Crowd:
    """Invented workers, in order; every hundredth has the CNIC of one fifty rows before, every two-hundredth row is wrong."""

    def __init__(self) -> None:
        import numpy as np

        from mazdoor.reference import selectors as reference
        from mazdoor.synth import names

        self.chance = random.Random(1)
        self.table = names.table()
        self.rng = np.random.default_rng(1)
        self.given, self.single = self.table.given.to_pylist(), self.table.single.to_pylist()
        self.cnics: deque[str] = deque(maxlen=50)
        self.areas = [area.code for area in reference.areas(level="tehsil")][::9]

    def rows(self, count: int) -> Iterator[list[str]]:
        """That many rows."""
        import numpy as np

        for start in range(0, count, 10_000):
            size = min(10_000, count - start)
            women = self.rng.random(size) < 0.5
            given = self.table.draw_given(self.rng, women)
            fathers = self.table.draw_given(self.rng, np.zeros(size, dtype=bool))
            clans = self.table.draw_clan(self.rng, size)
            styles = self.table.styles[self.rng.integers(0, len(self.table.styles), size)]
            lasts = np.where(women & (self.rng.random(size) < 0.6), styles, clans)
            for place in range(size):
                yield self._row(
                    start + place,
                    bool(women[place]),
                    self.given[given[place]],
                    self.single[lasts[place]],
                    f"{self.given[fathers[place]]} {self.single[clans[place]]}",
                )

    def _row(self, number: int, woman: bool, first: str, last: str, father: str) -> list[str]:
        chance = self.chance
        body = f"0{number * 7919 % 10**11:011d}"
        shared = number % FLAGGED_EVERY == FLAGGED_EVERY - 1
        cnic = self.cnics[0] if shared else f"{body[:5]}-{body[5:12]}-{2 if woman else 1}"
        self.cnics.append(cnic)
        owner = chance.random() < 0.5
        return [
            chance.choice(self.areas), f"House {number % 997}, Street {number % 89}", chance.choice(("yes", "no")),
            str(chance.randint(1, 6)), chance.choice(("concrete", "iron")), chance.choice(("flush", "pit")), "pump",
            first, last, father, "female" if woman else "male",
            f"{chance.randint(1960, 2005)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
            chance.choice(("single", "married")), "head", cnic, f"03{chance.randint(0, 999_999_999):09d}",
            chance.choice(("yes", "no")), "registration programmes", "own_account" if owner else "employee",
            "street_vendor" if owner else "daily_wage", "5211" if owner else "9313", "4781" if owner else "4100",
            str(chance.randint(2006, 2025)), "none" if owner else "business", "month",
            "abc" if is_wrong(number) else str(chance.randint(8, 60) * 1000), str(chance.randint(10, 28)),
            f"{last} Works {number % 5000}", "stall" if owner else "site", str(chance.randint(1, 9)),
        ]  # fmt: skip


def is_wrong(number: int) -> bool:
    """Whether the pay of this row is no number."""
    return number % WRONG_EVERY == WRONG_EVERY - 1


def main() -> int:
    """Make, measure and print."""
    rows = int(os.environ.get("ROWS", "1000000"))
    home = Path(tempfile.mkdtemp(prefix="mazdoor-bench-", dir=os.environ.get("TMPDIR", "/tmp")))
    home.chmod(0o711)
    os.environ["MAZDOOR_HOME"] = str(home)
    try:
        from mazdoor.cli.main import set_up_django

        set_up_django()
        from mazdoor.access.services import acting_as_system
        from mazdoor.database import lifecycle
        from mazdoor.reference import services as reference

        with lifecycle.lease():
            lifecycle.ensure_ready()
            with acting_as_system(reason="benchmark"):
                reference.load()
                crowd = Crowd()
            kind, path = "CSV", home / "workers.csv"
            sample = _write(path, crowd.rows(rows), rows)
            if os.environ.get("SHEET", "0") != "0":
                kind, path = "workbook", _as_workbook(path, home / "workers.xlsx")
            print(f"\n{rows:,} rows of {len(COLUMNS)} columns, {path.stat().st_size / 1e6:,.0f} MB, on {os.cpu_count()} cores,"
                  f" Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}\n")  # fmt: skip
            sent = rows - len(range(WRONG_EVERY - 1, rows, WRONG_EVERY))
            _measure(path, rows, sent, kind, home)
            _check_arrived(rows, sample)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0


def _write(path: Path, rows: Iterator[list[str]], count: int) -> list[dict[str, str]]:
    """Write the file; returns some of its rows that are well, to look for them afterwards."""
    wanted = {number for number in random.Random(2).sample(range(count), min(SAMPLE, count)) if not is_wrong(number)}
    sample = []
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for number, row in enumerate(rows):
            writer.writerow(row)
            if number in wanted:
                sample.append(dict(zip(COLUMNS, row, strict=True)))
    return sample


def _as_workbook(path: Path, to: Path) -> Path:
    """The file as a workbook."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.reader(file):
            sheet.append(row)
    book.save(to)
    return to


def _measure(path: Path, rows: int, sent: int, kind: str, home: Path) -> None:
    from mazdoor.access.services import acting_as_system
    from mazdoor.cli.demo.telling import forget_peak, peak_mb
    from mazdoor.delivery.registration.files import keeping, selectors, services

    def acting() -> object:
        return acting_as_system(reason="benchmark")

    server = _Server(home)
    meter = _Meter()
    forget_peak()
    start, used, served = time.monotonic(), _own_seconds(), server.seconds()
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
            if len(marks) > 1 and marks[-1][0] > marks[-2][0]:
                (from_row, from_time), (to_row, to_time) = marks[-2:]
                print(f"  {kind} rows {from_row:>9,} to {to_row:>9,}: {(to_row - from_row) / (to_time - from_time):>8,.0f} rows/s,"
                      f" {_resident_mb():,} MB here, {server.private_mb:,} MB server", flush=True)  # fmt: skip

    with meter:
        services.import_file(import_id=number, acting=acting, progress=progress)  # type: ignore[arg-type]
    seconds = time.monotonic() - start
    here, there = _own_seconds() - used, server.seconds() - served
    server.close()
    with acting_as_system(reason="benchmark"):
        done = selectors.get_file(import_id=number)
        entered = _count("registration_person")
    assert entered == done.rows_entered == sent, (entered, done.rows_entered, sent)
    assert done.rows_refused == rows - sent
    print(
        f"\n| {kind} | rows | entered | seconds | rows/s | processor µs a row | here | server "
        "| peak MB here | server | load |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    print(f"| whole | {rows:,} | {entered:,} | {seconds:.1f} | {rows / seconds:,.0f} | {(here + there) / rows * 1e6:,.0f} |"
          f" {here / rows * 1e6:,.0f} | {there / rows * 1e6:,.0f} | {peak_mb():,} | {server.peak_mb:,} |"
          f" {os.getloadavg()[0]:.1f} |\n")  # fmt: skip
    meter.tell(rows)


def _check_arrived(rows: int, sample: list[dict[str, str]]) -> None:
    """Everybody who shares a CNIC is told, and people of the sample are here with every answer looked at."""
    from django.db import connection

    from mazdoor.access.services import acting_as_system
    from mazdoor.database.keys import keyring

    # Row ``number`` has the CNIC of row ``number - 50``; where one of the two is wrong, nobody of the two is told.
    pairs = sum(
        1 for number in range(FLAGGED_EVERY - 1, rows, FLAGGED_EVERY) if not (is_wrong(number) or is_wrong(number - 50))
    )
    with acting_as_system(reason="benchmark"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registration_fileduplicate WHERE why = 'cnic'")
        (told,) = cursor.fetchone()
        assert told == pairs, (told, pairs)
        for row in sample:
            cnic = row["cnic"].replace("-", "")
            cursor.execute(
                "SELECT r.given_name, r.surname, r.father_name, r.sex, r.birth_date::text, r.area_code, e.pay_amount / 100, "
                "e.isco_code, e.isic_code, b.name, h.rooms, c.purposes, r.address_encrypted, r.mobile_encrypted "
                "FROM registration_personrecord r JOIN registration_member m USING (person_id) "
                "JOIN registration_householdrecord h USING (household_id) JOIN registration_consent c ON c.person_id = r.person_id "
                "JOIN registration_employment w ON w.person_id = r.person_id "
                "JOIN registration_employmentrecord e ON e.employment_id = w.id "
                "LEFT JOIN registration_businessrecord b ON b.business_id = e.business_id OR b.owner_id = r.person_id "
                "WHERE r.cnic_index = %s AND r.given_name = %s AND r.birth_date = %s",
                [keyring().index(cnic, purpose="cnic"), row["given_name"], row["birth_date"]],
            )
            found = cursor.fetchall()
            assert len(found) == 1, row
            *plain, address, mobile = found[0]
            assert [str(value) for value in plain[:11]] == [
                row[name] for name in (
                    "given_name", "surname", "father_name", "sex", "birth_date", "household_area_code", "employment1_pay_amount",
                    "employment1_occupation", "employment1_industry", "employment1_business_name", "household_rooms",
                )
            ], row  # fmt: skip
            assert sorted(plain[11]) == sorted(row["consents"].split())
            assert keyring().open(address, purpose="address") == row["household_address"]
            assert keyring().open(mobile, purpose="mobile") == row["mobile"]
    print(f"Asserted: {told:,} rows told by their CNIC, {len(sample)} people looked at in every table.\n")


def _count(table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def _own_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _resident_mb() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1_000_000


class _Server:
    """What the processes of this benchmark's server used: processor seconds, and private memory (not the shared buffers)."""

    def __init__(self, home: Path) -> None:
        self.home = str(home)
        self.peak_mb = self.private_mb = 0
        self._used: dict[str, float] = {}
        self._over = threading.Event()
        # Sessions come and go with the parts of a file: what they used is looked at often, or it would be lost with them.
        threading.Thread(target=self._keep_looking, daemon=True).start()

    def _keep_looking(self) -> None:
        while not self._over.wait(0.5):
            self.look()

    def close(self) -> None:
        """Look no more."""
        self._over.set()

    def look(self) -> None:
        """Look once; processes that ended since keep what they were last seen with."""
        private = 0
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "comm").read_text() != "postgres\n" or self.home not in str((process / "cwd").readlink()):
                    continue
                self._used[process.name] = int((process / "schedstat").read_text().split()[0]) / 1e9
                status = (process / "status").read_text()
            except OSError:
                continue
            held = [line.split()[1] for line in status.splitlines() if line.startswith("RssAnon:")]
            private += sum(map(int, held)) // 1000  # a process that is just ending has none any more
        self.private_mb = private
        self.peak_mb = max(self.peak_mb, private)

    def seconds(self) -> float:
        """Processor seconds so far."""
        self.look()
        return sum(list(self._used.values()))


class _Meter:
    """Processor seconds by part of the work, here (of the thread) and at the server (of the thread's own session)."""

    def __init__(self) -> None:
        from mazdoor.delivery.registration.files import checks, chunks, entering, importing, preparing

        self.parts: list[tuple[str, Any, str]] = [
            ("lay the file down", importing, "stage"),
            ("make a chunk ready", chunks.Work, "_made_ready"),
            ("· type, validate", checks.Checker, "check"),
            ("· key of the form", chunks, "form_keys"),
            ("· seal, index, key", chunks, "widen"),
            ("·· door keys", preparing, "door_key_columns"),
            ("write a chunk", chunks.Work, "_write_once"),
            ("· seen before?", entering, "_new_households"),
            ("· ids", entering, "_with_ids"),
            ("· stage", entering, "copy_in"),
            ("· thirteen tables", entering, "_append_all"),
            ("· statistics", chunks, "analyse_grown"),
            ("· duplicates", chunks, "flag_duplicates"),
            ("rows that come back", importing, "write_returned"),
        ]
        self.spent: dict[str, list[float]] = {}
        self._before: list[tuple[Any, str, Any]] = []
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        for label, where, name in self.parts:
            self._before.append((where, name, getattr(where, name)))
            setattr(where, name, self._metered(label, getattr(where, name)))

    def __exit__(self, *_: object) -> None:
        for where, name, plain in self._before:
            setattr(where, name, plain)

    def _metered(self, label: str, plain: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(plain)
        def metered(*arguments: Any, **named: Any) -> Any:
            here, there = time.thread_time(), _session_seconds()
            try:
                return plain(*arguments, **named)
            finally:
                with self._lock:
                    spent = self.spent.setdefault(label, [0.0, 0.0])
                    spent[0] += time.thread_time() - here
                    spent[1] += max(0.0, _session_seconds() - there)

        return metered

    def tell(self, rows: int) -> None:
        """Print what each part took."""
        print("| part (µs of processor a row) | here | server |\n|---|---:|---:|")
        for label, _, _ in self.parts:
            here, there = self.spent.get(label, (0.0, 0.0))
            print(f"| {label} | {here / rows * 1e6:.1f} | {there / rows * 1e6:.1f} |")
        print()


def _session_seconds() -> float:
    """Processor seconds of the server's process behind this thread's connection; 0 where it has none."""
    from django.db import connection

    if connection.connection is None:
        return 0.0
    try:
        return int(Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0.0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main())
