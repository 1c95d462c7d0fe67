"""The embedded server: where it lives, how it starts and stops, and how it comes back after kill -9."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.folders import open_folder

from mazdoor.database import leases, lifecycle, server
from mazdoor.database.address import current_address
from mazdoor.database.credentials import passwords
from mazdoor.database.place import Place, place_for
from mazdoor.database.processes import is_alive
from mazdoor.kernel.refusals import Refusal

Home = Callable[[str], Path]


@pytest.fixture
def homes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """``homes("a b")`` is a new home folder below an open one, made the current installation."""
    base = open_folder("homes")
    base.chmod(0o755)
    made: list[Path] = []

    def use(name: str) -> Path:
        home = base / name
        monkeypatch.setenv("MAZDOOR_HOME", str(home))
        monkeypatch.delenv("MAZDOOR_DATABASE_NAME", raising=False)
        monkeypatch.delenv("MAZDOOR_DATABASE_URL", raising=False)
        made.append(home)
        return home

    yield use
    for home in made:
        place = place_for(home)
        if place.home.exists():
            server.remove(place)
    base.chmod(0o700)
    shutil.rmtree(base)


def _connect(who: Any = "owner") -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(current_address().conninfo(who))


def _pid() -> int:
    pid = server.running_pid(place_for())
    assert pid is not None
    return pid


def test_a_command_starts_the_database_and_stops_it(homes: Home) -> None:
    homes("plain")
    with lifecycle.lease():
        pid = _pid()
        with lifecycle.lease(), _connect("app") as app:
            assert app.execute("SELECT current_user").fetchone() == ("mazdoor_app",)
        assert _pid() == pid
    assert not is_alive(pid)
    assert not lifecycle.status().running


def test_the_last_command_using_it_stops_it_also_when_another_was_killed(homes: Home) -> None:
    homes("shared")
    script = (
        "from mazdoor.database.lifecycle import lease\nimport sys, time\n"
        "with lease():\n    print('in', flush=True)\n    sys.stdin.readline()\n"
    )
    command = [sys.executable, "-c", script]
    with lifecycle.lease():
        pid = _pid()
        others = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        for other in others:
            assert other.stdout is not None
            assert other.stdout.readline() == "in\n"
        assert lifecycle.status().leases == 3
    assert is_alive(pid)  # we are out; the others use it
    others[0].kill()
    others[0].wait()
    assert lifecycle.status().leases == 1
    others[1].communicate("\n")
    assert not is_alive(pid)


def test_db_start_keeps_it_up_until_db_stop(homes: Home) -> None:
    homes("kept")
    assert lifecycle.start()
    assert not lifecycle.start()
    pid = _pid()
    with lifecycle.lease():
        pass
    assert is_alive(pid)
    with lifecycle.lease(), pytest.raises(Refusal, match="DB-011"):
        other = leases.take(place_for())
        try:
            lifecycle.stop()
        finally:
            leases.give_back(*other)
    assert lifecycle.stop()
    assert not is_alive(pid)
    assert not lifecycle.stop()


def test_it_works_in_a_path_with_spaces_quotes_and_urdu(homes: Home) -> None:
    homes("a folder, with 'quotes' and مزدور")
    with lifecycle.lease(), _connect() as owner:
        assert owner.execute("SELECT 1").fetchone() == (1,)


def test_it_works_deeper_than_a_socket_may_lie(homes: Home) -> None:
    home = homes("/".join(["a-rather-long-name-of-a-folder"] * 5))
    with lifecycle.lease(), _connect() as owner:
        assert owner.execute("SELECT 1").fetchone() == (1,)
        assert not place_for().run.is_relative_to(home)


def test_two_clones_run_side_by_side_without_a_port(homes: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    first = homes("first")
    with lifecycle.lease():
        one = _pid()
        with _connect() as owner:
            owner.execute("CREATE TABLE mine AS SELECT 1 AS id")
        homes("second")
        with lifecycle.lease(), _connect() as owner:
            assert _pid() != one
            assert owner.execute("SELECT to_regclass('mine')").fetchone() == (None,)
            assert owner.execute("SHOW listen_addresses").fetchone() == ("",)
        assert not lifecycle.status().running
        monkeypatch.setenv("MAZDOOR_HOME", str(first))
        assert _pid() == one
    assert not is_alive(one)


def test_killed_in_the_middle_of_a_transaction_it_loses_nothing_committed(homes: Home) -> None:
    homes("killed")
    rounds = 5
    with lifecycle.lease():
        with _connect() as owner:
            owner.execute("CREATE TABLE payments (id bigint GENERATED ALWAYS AS IDENTITY, round int)")
        for round_number in range(1, rounds + 1):
            with _connect() as committed:
                committed.execute(
                    "INSERT INTO payments (round) SELECT %s FROM generate_series(1, 1000)", [round_number]
                )
            writer = threading.Thread(target=_write_until_it_breaks)
            writer.start()
            time.sleep(0.2 * round_number)
            os.kill(_pid(), signal.SIGKILL)
            with lifecycle.lease(), _connect() as owner:
                found = owner.execute("SELECT round, count(*) FROM payments GROUP BY 1 ORDER BY 1").fetchall()
            writer.join()
            assert found == [(each, 1000) for each in range(1, round_number + 1)]


def _write_until_it_breaks() -> None:
    with pytest.raises(psycopg.OperationalError), _connect() as connection:
        connection.execute("INSERT INTO payments (round) SELECT -1 FROM generate_series(1, 50000000)")


def test_a_zombie_is_not_taken_for_a_running_server(homes: Home) -> None:
    homes("zombie")
    script = (
        "import os, signal, sys, time\nfrom mazdoor.database import lifecycle, server\n"
        "from mazdoor.database.place import place_for\nlifecycle.start()\n"
        "pid = server.running_pid(place_for())\nos.kill(pid, signal.SIGKILL)\nprint(pid, flush=True)\n"
        "sys.stdin.readline()\n"
    )
    # The starter lives on and never waits for its child: what PID 1 of many containers does, too.
    starter = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    deadline = time.monotonic() + 60
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(pid, 0)  # the number is still taken: signals to a zombie succeed
    assert not is_alive(pid)
    with lifecycle.lease(), _connect() as owner:
        assert owner.execute("SELECT 1").fetchone() == (1,)
        assert _pid() != pid
    starter.communicate("\n")
    lifecycle.stop()


def test_a_process_number_used_again_by_another_program_is_not_the_server(homes: Home) -> None:
    homes("reused")
    with lifecycle.lease():
        pass
    place = place_for()
    (place.data / "postmaster.pid").write_text(f"{os.getpid()}\n{place.data}\n")
    assert server.running_pid(place) is None
    with lifecycle.lease(), _connect() as owner:
        assert owner.execute("SELECT 1").fetchone() == (1,)


def test_an_interrupted_first_start_is_begun_again(homes: Home) -> None:
    home = homes("half")
    (home / "postgres.new").mkdir(parents=True)
    (home / "postgres.new" / "PG_VERSION").write_text("18\n")
    home.chmod(0o711)
    with lifecycle.lease(), _connect() as owner:
        assert owner.execute("SELECT 1").fetchone() == (1,)


def test_reset_removes_the_data_and_the_next_command_begins_anew(homes: Home) -> None:
    homes("again")
    with lifecycle.lease(), _connect() as owner:
        owner.execute("CREATE TABLE mine AS SELECT 1 AS id")
    lifecycle.reset()
    assert not place_for().data.exists()
    with lifecycle.lease(), _connect() as owner:
        assert owner.execute("SELECT to_regclass('mine')").fetchone() == (None,)


def test_it_works_below_a_folder_that_other_users_cannot_enter(homes: Home) -> None:
    """Run by root, the server is somebody else and cannot come in: its data then lies in a place of its own."""
    home = homes("closed/clone/.mazdoor")
    home.parent.parent.mkdir()
    home.parent.parent.chmod(0o700)
    with lifecycle.lease(), _connect() as owner:
        assert owner.execute("SELECT 1").fetchone() == (1,)
        place = place_for()
        if os.getuid() == 0:
            assert place.apart is not None
            assert place.data.stat().st_uid != 0
            assert json.loads((home / "place.json").read_text())["data"] == str(place.data)
    lifecycle.reset()
    assert not place.data.exists()
    assert place.apart is None or not place.apart.exists()


@pytest.mark.parametrize("closed", [False, True])
def test_a_clone_that_was_moved_keeps_its_data_and_a_copy_goes_its_own_way(homes: Home, closed: bool) -> None:
    home = homes("before/.mazdoor")
    home.parent.mkdir()
    home.parent.chmod(0o700 if closed else 0o755)
    with lifecycle.lease(), _connect() as owner:
        owner.execute("CREATE TABLE mine AS SELECT 7 AS id")
    moved = homes("after/.mazdoor")
    home.parent.rename(moved.parent)
    with lifecycle.lease(), _connect() as owner:
        assert owner.execute("SELECT id FROM mine").fetchone() == (7,)
        copy = homes("copy/.mazdoor")
        copy.parent.mkdir()
        shutil.copytree(moved, copy, ignore=shutil.ignore_patterns(".s.PGSQL.*", "database.lock"))
        assert not lifecycle.status().running  # what was copied names the server of the other


@pytest.mark.soak
def test_it_comes_back_from_many_kills_at_random_moments(homes: Home) -> None:
    homes("soaked")
    chance = random.Random(7)
    total = 0
    with lifecycle.lease():
        with _connect() as owner:
            owner.execute("CREATE TABLE payments (id bigint GENERATED ALWAYS AS IDENTITY, round int)")
        for round_number in range(1, 26):
            with lifecycle.lease(), _connect() as committed:
                committed.execute(
                    "INSERT INTO payments (round) SELECT %s FROM generate_series(1, 5000)", [round_number]
                )
            total += 5000
            writers = [threading.Thread(target=_write_until_it_breaks) for _ in range(3)]
            for writer in writers:
                writer.start()
            time.sleep(chance.uniform(0, 3))
            os.kill(_pid(), signal.SIGKILL)
            # Starting again first ends what the dead server left behind; an orphan would go on writing, and commit.
            with lifecycle.lease(), _connect() as owner:
                found = owner.execute("SELECT count(*) FILTER (WHERE round > 0), count(*) FROM payments").fetchone()
            for writer in writers:
                writer.join()
            assert found == (total, total)


@pytest.mark.skipif(os.getuid() != 0, reason="needs root: run the tests as root to try the server's own user")
def test_root_runs_the_programs_from_a_copy_when_the_clone_is_closed(homes: Home) -> None:
    from mazdoor.database.binaries import Binaries, find_binaries, reachable_binaries

    home = homes("shut/.mazdoor")
    home.parent.mkdir()
    found = find_binaries()
    assert found.tree is not None
    inside = home.parent / found.tree.name
    shutil.copytree(found.tree, inside, symlinks=True)
    libraries = found.tree.parent / f"{found.tree.name}.libs"
    shutil.copytree(libraries, home.parent / libraries.name)
    home.parent.chmod(0o700)
    place = place_for()
    server.make_folders(place)
    closed = Binaries(inside / found.folder.relative_to(found.tree), found.major, inside)
    moved = reachable_binaries(closed, place)
    assert not moved.folder.is_relative_to(home.parent)
    assert place.user is not None
    said = subprocess.run(
        [moved.initdb, "--version"],
        user=place.user.uid,
        group=place.user.gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "PostgreSQL" in said.stdout
    shutil.rmtree(place.run.parent)


def test_an_ordinary_user_runs_it_as_themselves(homes: Home) -> None:
    home = homes("theirs")
    if os.getuid() != 0:
        with lifecycle.lease():
            assert place_for().user is None
        return
    home.mkdir()
    os.chown(home, 65534, 65534)
    # A forked child, since this Python may lie in root's own home folder, where another user cannot run it.
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            with lifecycle.lease(), _connect("app") as app:
                assert app.execute("SELECT 1").fetchone() == (1,)
                assert place_for().user is None
                assert place_for().data.stat().st_uid == 65534
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    # Root comes later: the server then runs as the folder's owner.
    with lifecycle.lease(), _connect() as owner:
        assert owner.execute("SELECT 1").fetchone() == (1,)
        user = place_for().user
        assert user is not None
        assert user.uid == 65534


def test_a_folder_of_another_version_is_refused(homes: Home) -> None:
    homes("older")
    with lifecycle.lease():
        pass
    version = place_for().data / "PG_VERSION"
    ours = version.read_text()
    version.write_text("9\n")
    with pytest.raises(Refusal, match="DB-004") as refused, lifecycle.lease():
        pass
    assert "9" in refused.value.cause("ur")
    version.write_text(ours)


def test_a_taken_port_is_refused_and_a_free_one_is_used(homes: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    homes("ported")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("MAZDOOR_DATABASE_PORT", str(port))
        with pytest.raises(Refusal, match="DB-002"), lifecycle.lease():
            pass
    with lifecycle.lease():
        password = current_address().owner_password
        with psycopg.connect(
            f"host=127.0.0.1 port={port} dbname=mazdoor user=mazdoor_owner password={password}"
        ) as tcp:
            assert tcp.execute("SELECT 1").fetchone() == (1,)


def test_a_running_server_is_not_asked_on_another_port(homes: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    homes("moved port")
    with lifecycle.lease():
        monkeypatch.setenv("MAZDOOR_DATABASE_PORT", "1")
        with pytest.raises(Refusal, match="DB-015"), lifecycle.lease():
            pass
        monkeypatch.delenv("MAZDOOR_DATABASE_PORT")


def test_a_full_disk_is_refused_before_anything_is_written(homes: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    homes("full")
    monkeypatch.setattr(server, "NEEDED_MB", 10**12)
    with pytest.raises(Refusal, match="DB-003"), lifecycle.lease():
        pass
    assert not place_for().data.exists()


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to mount a small disk")
def test_a_disk_that_is_full_is_told_as_such_when_the_server_finds_out_first(
    homes: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = homes("small")
    home.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m,mode=711", "tmpfs", home], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("cannot mount a small disk here: run the tests where mount is allowed")
    monkeypatch.setattr(server, "NEEDED_MB", 1)
    try:
        with pytest.raises(Refusal, match="DB-003"), lifecycle.lease():
            pass
        assert not place_for().data.exists()
    finally:
        subprocess.run(["umount", home], check=True)


def test_missing_programs_are_refused(homes: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from mazdoor.database import binaries

    homes("without")
    monkeypatch.setattr(binaries, "_WHEELS", ())
    monkeypatch.setattr(binaries, "_SYSTEM", ())
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(Refusal, match="DB-001"), lifecycle.lease():
        pass


def test_a_server_that_cannot_start_is_refused_with_its_log_named(homes: Home) -> None:
    homes("broken")
    with lifecycle.lease():
        pass
    with (place_for().data / "postgresql.conf").open("a") as conf:
        conf.write("no_such_setting = 1\n")
    with pytest.raises(Refusal, match="DB-005") as refused, lifecycle.lease():
        pass
    assert "postgres.log" in refused.value.remedy()
    assert lifecycle.status().leases == 0


def test_a_socket_folder_made_by_somebody_else_is_refused(homes: Home) -> None:
    if os.getuid() != 0:
        pytest.skip("needs root: run the tests as root to make a folder of another user")
    home = homes("trap")
    run = home / "run"
    run.mkdir(parents=True)
    home.chmod(0o711)
    os.chown(run, 12345, 12345)
    with pytest.raises(Refusal, match="DB-009"), lifecycle.lease():
        pass


def test_passwords_are_private_and_not_in_the_address_shown(homes: Home) -> None:
    home = homes("secret")
    with lifecycle.lease():
        assert (home / "pgpass").stat().st_mode & 0o077 == 0
        shown = current_address().url()
        secrets = [line.rsplit(":", 1)[1] for line in (home / "pgpass").read_text().splitlines()]
        assert not any(secret in shown for secret in secrets)
        with psycopg.connect(shown) as app:
            assert app.execute("SELECT current_user").fetchone() == ("mazdoor_app",)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(current_address().conninfo("app"), password="wrong")


def test_variables_of_the_caller_do_not_reach_the_database(homes: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    homes("polluted")
    monkeypatch.setenv("PGPASSWORD", "wrong")
    monkeypatch.setenv("PGHOST", "nowhere.invalid")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATABASE", "nothing")
    with lifecycle.lease(), _connect("app") as app:
        assert app.execute("SELECT current_user").fetchone() == ("mazdoor_app",)


def test_many_commands_may_make_the_home_folder_in_one_moment(homes: Home) -> None:
    """Before the lock there is only the folder it lies in: whoever comes second finds it made, and goes on."""
    failures: list[BaseException] = []

    def make(place: Place, together: threading.Barrier) -> None:
        together.wait()
        try:
            server.make_home(place)
            passwords(place.home)
        except Exception as error:  # noqa: BLE001 told to the test, which runs in another thread
            failures.append(error)

    for turn in range(40):
        homes(f"many/{turn}/deep")
        place, together = place_for(), threading.Barrier(8)
        threads = [threading.Thread(target=make, args=(place, together)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert place.leases.is_dir()
    assert failures == []


def test_what_was_held_in_memory_is_read_back_after_a_start(homes: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAZDOOR_DATABASE_THROWAWAY", raising=False)
    homes("warm")
    lifecycle.start()
    lifecycle.stop()
    held = place_for().data / "autoprewarm.blocks"
    pages = held.read_text().splitlines()
    assert pages[0] == f"<<{len(pages) - 1}>>" and len(pages) > 100
    assert all(re.fullmatch(r"\d+(,\d+){4}", page) for page in pages[1:]), (
        "numbers of pages, nothing of what is on them"
    )
    lifecycle.start()
    deadline = time.monotonic() + 30
    while not re.search(r"autoprewarm successfully prewarmed \d+ of", place_for().log.read_text()):
        assert time.monotonic() < deadline, "nobody read them back"
        time.sleep(0.1)
    lifecycle.stop()
