"""An import killed in the middle (SIGKILL, nothing can be tidied), or robbed of its sessions, of the room on the disk or of its
folder, goes on when it is begun again: nothing doubled, nothing lost, and nobody waits for ever. What robbed it is told."""

from __future__ import annotations

import csv
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.registration.files.rotten import GOOD

from mazdoor.access.services import acting_as_system
from mazdoor.database.home import home_folder
from mazdoor.delivery.registration.files import keeping, selectors, services, tasks
from mazdoor.journal import selectors as journal
from mazdoor.journal.services import Busy

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
entered, last = 0, int(sys.argv[3])
def tell(step, done, total):
    global entered
    print(step, done, flush=True)
    entered += step == "enter"
    if entered == last:
        time.sleep(600)  # killed here at the latest, however busy the machine is
importing.run_import(import_id=number, acting=who, chunk_rows=60, progress=tell)
print("done", flush=True)
"""

# The command as it is, but for its pace: chunks of sixty rows, and a pause at each step.
COMMAND = """
import functools
import resource
import sys
import time
from mazdoor.cli.main import main, set_up_django
set_up_django()
from mazdoor.cli import importing as command
from mazdoor.delivery.registration.files import importing, services
pause, largest = float(sys.argv[1]), int(sys.argv[2])
services.run_import = functools.partial(importing.run_import, chunk_rows=60)
def progress(step, done, total):
    print(step, done, flush=True)
    time.sleep(pause)
command._tell = lambda: progress
if largest:
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
main(["import", *sys.argv[3:]])
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
            [*command, number, str(5 + attempt if attempt < 3 else 0)],
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


def test_an_import_that_loses_a_session_says_so_and_goes_on_when_it_is_begun_again(
    fresh_database: Any, tmp_path: Path
) -> None:
    """Threads wait for each other: whichever of them loses the database, none of the others may wait for it for ever."""
    path = tmp_path / "people.csv"
    _write(path)
    arguments, said, broken = [str(path)], "", 0
    for attempt in range(8):
        code, said = import_(
            fresh_database,
            *arguments,
            pause=0.2,  # slow enough to be met in the middle
            after=(lambda place=attempt: _end_session(fresh_database, place)) if attempt < 5 else None,
        )
        arguments = ["--again", "1"]
        assert code == 3, said  # so it also ends where all is well: some rows are refused
        if "rows registered" in said:
            break
        broken += 1
        assert "Traceback" not in said and "REG-055: The database was lost while file 1 was brought in." in said
        assert "mazdoor import --again 1" in said
    assert "rows registered" in said and broken  # one that nobody asks any more may go unnoticed
    _check_all_is_there(fresh_database)


def test_an_import_whose_every_session_is_ended_says_so_in_urdu_too(fresh_database: Any, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    _write(path)
    code, said = import_(
        fresh_database, str(path), pause=0.2, after=lambda: _end_session(fresh_database, None), MAZDOOR_LANGUAGE="ur"
    )
    assert code == 3 and "REG-055: فائل 1 لیتے ہوئے ڈیٹابیس سے رابطہ ٹوٹ گیا" in said and "Traceback" not in said
    code, said = import_(fresh_database, "--again", "1")
    assert code == 3 and "rows registered" in said, said
    _check_all_is_there(fresh_database)


def test_a_file_there_is_no_room_for_is_not_kept(fresh_database: Any, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    _write(path)
    code, said = import_(fresh_database, str(path), largest=path.stat().st_size // 2)
    assert code == 3 and "REG-058: The file could not be kept here: the disk is full." in said, said
    assert not (home_folder() / "imports" / "1").exists(), "not even half of it"
    with fresh_database.connect("owner") as connection:
        assert connection.execute("SELECT count(*) FROM registration_fileimport").fetchone() == (0,)
    code, said = import_(fresh_database, str(path))
    assert "rows registered" in said, said
    _check_all_is_there(fresh_database)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--key", "no such heading"], 3, "REG-048"),
        (["--columns", "not-json"], 2, "is not JSON"),
        (["--columns", "no-object"], 2, "is not an object"),
    ],
)
def test_a_file_whose_columns_cannot_be_settled_is_not_left_lying(
    fresh_database: Any, tmp_path: Path, arguments: list[str], code: int, told: str
) -> None:
    path = tmp_path / "people.csv"
    _write(path)
    (tmp_path / "not-json").write_text("{given_name: name}")
    (tmp_path / "no-object").write_text('["given_name"]')
    given = [str(tmp_path / each) if (tmp_path / each).exists() else each for each in arguments]
    ended, said = import_(fresh_database, str(path), *given)
    assert ended == code and told in said and "Traceback" not in said, said
    assert not (home_folder() / "imports" / "1").exists()


def test_a_disk_that_is_full_while_a_file_is_laid_down_or_entered_is_told_and_it_goes_on_when_there_is_room(
    fresh_database: Any, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    _write(path)
    code, said = import_(
        fresh_database, str(path), largest=path.stat().st_size + 1_000
    )  # a stage is larger than its file
    assert code == 3 and "REG-056: The disk became full while file 1 was brought in." in said, said
    assert "mazdoor import --again 1" in said and "Traceback" not in said and "enter" not in said
    # Laid down, and cut off in the middle; then nothing more can be written beside the stage.
    code, said = import_(fresh_database, "--again", "1", pause=0.2, after=lambda: _end_session(fresh_database, None))
    assert "REG-055" in said, said
    code, said = import_(fresh_database, "--again", "1", largest=1)
    assert code == 3 and "REG-056" in said and "Traceback" not in said, said
    code, said = import_(fresh_database, "--again", "1")
    assert code == 3 and "rows registered" in said, said
    _check_all_is_there(fresh_database)


def test_a_folder_that_cannot_be_written_is_named(fresh_database: Any, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    _write(path)
    with _folder_closed():
        code, said = import_(fresh_database, str(path))
        assert code == 3 and "REG-058: The file could not be kept here: its folder cannot be written." in said, said
    code, said = import_(fresh_database, str(path), pause=0.2, after=lambda: _end_session(fresh_database, None))
    assert "REG-055" in said and "file 2" in said, said  # the number of the first is lost, and nothing else
    with _folder_closed():
        code, said = import_(fresh_database, "--again", "2")
        assert code == 3 and f"REG-057: The folder {home_folder()} cannot be written" in said, said
    code, said = import_(fresh_database, "--again", "2")
    assert code == 3 and "rows registered" in said, said
    _check_all_is_there(fresh_database)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_finds_no_room_lets_the_file_wait_and_goes_on_later(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    _write(path)
    with acting_as_system(reason="test"):
        number = services.receive_file(blocks=keeping.blocks_of(path))
        services.confirm_columns(import_id=number, mapping=services.sure_mapping(number) or [])
    with _folder_closed(), pytest.raises(Busy):
        tasks.bring_in_as(import_id=number, acting=lambda: acting_as_system(reason="test"))
    with acting_as_system(reason="test"):
        assert selectors.get_file(import_id=number).state == "confirmed"
        run = journal.find_job(name=tasks.IMPORTING, key=tasks.key_of(number))
        assert run is not None and run.error == "REG-057"
    tasks.bring_in_as(import_id=number, acting=lambda: acting_as_system(reason="test"))
    with acting_as_system(reason="test"):
        assert selectors.get_file(import_id=number).rows_entered == ROWS - _bad()


def import_(
    fresh_database: Any,
    *arguments: str,
    pause: float = 0.0,
    largest: int = 0,
    after: Callable[[], None] | None = None,
    **environment: str,
) -> tuple[int, str]:
    """`mazdoor import` in a process of its own: its exit code and all it said. ``largest``: bytes a file may have, as on a disk
    that is full; ``after`` is done when some rows are entered."""
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(pause), str(largest), *arguments],
        env=fresh_database.environment | environment,
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
        entered += line.startswith("enter")
        if entered == 3 and line.startswith("enter") and after is not None:
            after()
    code = process.wait(timeout=60)
    assert hangs.is_alive(), "".join(said)  # it ended by itself
    hangs.cancel()
    return code, "".join(said)


@contextmanager
def _folder_closed() -> Iterator[None]:
    """The folder of imports where nobody may make anything, not even root."""
    folder, aside = home_folder() / "imports", home_folder() / "imports-aside"
    folder.mkdir(exist_ok=True)
    folder.rename(aside)
    folder.symlink_to("/sys/fs")
    try:
        yield
    finally:
        folder.unlink()
        aside.rename(folder)


def _end_session(fresh_database: Any, place: int | None) -> None:
    """End one of the sessions of the import, the latest first, or all of them, as a server does that is shut down."""
    with fresh_database.connect("app") as connection:
        sessions = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user "
            "AND pid <> pg_backend_pid() ORDER BY backend_start DESC"
        ).fetchall()
        for (pid,) in sessions if place is None else [sessions[place % len(sessions)]]:
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
    bad = _bad()
    assert people == forms == numbers == records == ROWS - bad
    assert row == [("done", ROWS - bad, 0, bad, ROWS)]


def _bad() -> int:
    return sum(1 for each in range(ROWS) if each % (ROWS // BAD) == 1)
