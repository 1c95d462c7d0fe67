"""An import killed in the middle (SIGKILL, nothing can be tidied), or robbed of its sessions, goes on: nothing doubled, nothing
lost, and nobody waits for ever."""

from __future__ import annotations

import csv
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tests.registration.files.rotten import GOOD

ROWS = 1_500
BAD = 7

RUN = """
import sys
import time
from mazdoor.cli.main import set_up_django
set_up_django()
from pathlib import Path
from mazdoor.access.services import acting_as_system
from mazdoor.delivery.registration.files import importing, keeping, services
from mazdoor.reference import services as reference
who = lambda: acting_as_system(reason="test")
number = int(sys.argv[2])
if not number:
    with who():
        reference.load()
        number = services.receive_file(blocks=keeping.blocks_of(Path(sys.argv[1])))
        services.confirm_columns(import_id=number, mapping=services.sure_mapping(number))
print(number, flush=True)
def tell(step, done, total):
    print(step, done, flush=True)
    time.sleep(float(sys.argv[3]))
importing.run_import(import_id=number, acting=who, chunk_rows=60, progress=tell)
print("done", flush=True)
"""


def _write(path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(GOOD)
        for number in range(ROWS):
            change = {
                "cnic": f"0{number:011d}2",
                "mobile": "",
                "given_name": "" if number % (ROWS // BAD) == 1 else "Rani",
            }
            row = GOOD | change | ({"given_name_ur": ""} if not change["given_name"] else {})
            writer.writerow(row.values())


def test_a_killed_import_goes_on_and_doubles_nothing(fresh_database: Any, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    _write(path)
    command = [sys.executable, "-c", RUN, str(path)]
    number, kills = "0", 0
    for attempt in range(4):
        process = subprocess.Popen(
            [*command, number, "0"],
            env=fresh_database.environment,
            stdout=subprocess.PIPE,
            text=True,
            stderr=subprocess.STDOUT,
        )
        assert process.stdout is not None
        said: list[str] = []
        entered = 0
        for line in process.stdout:
            said.append(line)
            if line.strip().isdigit():
                number = line.strip()
            if line.startswith("enter"):
                entered += 1
            if attempt < 3 and entered == 4 + attempt:
                time.sleep(0.05 * attempt)  # at another moment of the chunk each time
                process.kill()
                kills += 1
                break
        process.wait(timeout=60)
        if said and said[-1].strip() == "done":
            break
    else:
        raise AssertionError("".join(said))
    assert kills == 3
    _check_all_is_there(fresh_database)


def test_an_import_that_loses_a_session_ends_at_once_and_goes_on_when_it_is_begun_again(
    fresh_database: Any, tmp_path: Path
) -> None:
    """Threads wait for each other: whichever of them loses the database, none of the others may wait for it for ever."""
    path = tmp_path / "people.csv"
    _write(path)
    number, ended, broken = "0", False, 0
    for attempt in range(8):
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(path), number, "0.2"],  # slow enough to be met in the middle
            env=fresh_database.environment,
            stdout=subprocess.PIPE,
            text=True,
            stderr=subprocess.STDOUT,
        )
        assert process.stdout is not None
        hangs = threading.Timer(120, process.kill)
        hangs.start()
        entered, said = 0, []
        for line in process.stdout:
            said.append(line)
            number = line.strip() if line.strip().isdigit() else number
            entered += line.startswith("enter")
            if attempt < 5 and entered == 3 and line.startswith("enter"):
                _end_session(fresh_database, attempt)
        code = process.wait(timeout=60)
        still = hangs.is_alive()
        hangs.cancel()
        assert still, "".join(said)  # it ended by itself
        ended = code == 0 and said[-1].strip() == "done"
        if ended:
            break
        broken += 1
        assert code == 1 and "OperationalError" in "".join(said), "".join(said)
    assert ended and broken  # one that nobody asks any more may go unnoticed
    _check_all_is_there(fresh_database)


def _end_session(fresh_database: Any, place: int) -> None:
    """End one of the sessions of the import, the latest first, as a server does that is shut down."""
    with fresh_database.connect("app") as connection:
        sessions = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user "
            "AND pid <> pg_backend_pid() ORDER BY backend_start DESC"
        ).fetchall()
        (pid,) = sessions[place % len(sessions)]
        connection.execute("SELECT pg_terminate_backend(%s)", [pid])


def _check_all_is_there(fresh_database: Any) -> None:
    with fresh_database.connect("owner") as connection:
        people, forms, numbers, records = connection.execute(
            "SELECT (SELECT count(*) FROM registration_person), (SELECT count(*) FROM registration_form),"
            " (SELECT count(DISTINCT cnic_index) FROM registration_personrecord),"
            " (SELECT count(*) FROM registration_employmentrecord)"
        ).fetchone()
        row = connection.execute(
            "SELECT state, rows_entered, rows_already, rows_refused, rows_total FROM registration_fileimport"
        ).fetchall()
    bad = sum(1 for each in range(ROWS) if each % (ROWS // BAD) == 1)
    assert people == forms == numbers == records == ROWS - bad
    assert row == [("done", ROWS - bad, 0, bad, ROWS)]
