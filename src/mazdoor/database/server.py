"""Making, starting and stopping the embedded server. Whoever calls these holds the lock of ``leases.starting``."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from mazdoor.database.binaries import Binaries, find_binaries, reachable_binaries
from mazdoor.database.credentials import SUPERUSER, passwords
from mazdoor.database.place import Place
from mazdoor.database.processes import clear_left_behind, is_alive, serves
from mazdoor.database.refusals import DID_NOT_START, DID_NOT_STOP, DISK_FULL, HOME_FORBIDDEN, OTHER_PORT, PORT_TAKEN
from mazdoor.database.tuning import is_throwaway, server_settings

NEEDED_MB: Final = 200  # a new data folder takes 40 MB; below this the first checkpoint would fail
PORT: Final = 5432  # names the socket file only, unless MAZDOOR_DATABASE_PORT asks for TCP
START_SECONDS: Final = 900.0  # recovery after a kill reads the log again; while it works we wait
_ENCRYPTION_ASKED: Final = 80877103  # the SSLRequest code of PostgreSQL's protocol
_LOG_BYTES: Final = 10_000_000
STOP_SECONDS: Final = 120.0

# A server started by this process is our child: kept here so that it is reaped when it ends.
_children: dict[int, subprocess.Popen[bytes]] = {}


def tcp_port() -> int | None:
    """The loopback TCP port asked for in ``MAZDOOR_DATABASE_PORT``, or None (the socket alone)."""
    given = os.environ.get("MAZDOOR_DATABASE_PORT", "").strip()
    return int(given) if given else None


def running_pid(place: Place) -> int | None:
    """The process number of the server that works in ``place``, or None. Zombies and re-used numbers do not count."""
    try:
        pid = int((place.data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    if pid in _children and _children[pid].poll() is not None:
        del _children[pid]
        return None
    return pid if is_alive(pid) and serves(pid, place.data) else None


def make_folders(place: Place) -> None:
    """The home folder and the socket folder, private, and owned by whom they must be."""
    try:
        make_home(place)
        for folder in {place.data.parent, place.run.parent} - {place.home, Path("/tmp")}:  # noqa: S108 never made by us
            # Below /var/lib: root's, and open for passing through whatever root's umask is.
            for each in (folder.parent, folder):
                _folder(each, 0o711)
        _private_folder(place.run, place)
    except PermissionError as error:
        raise HOME_FORBIDDEN.because(folder=str(error.filename or place.home)) from error


def make_home(place: Place) -> None:
    """The home folder, where the lock lies: all that may be made before the lock is held, by several at once."""
    try:
        # The server's user must pass through; every file in it is private by its own permission.
        _folder(place.home, 0o711 if place.user else 0o700)
        place.leases.mkdir(exist_ok=True, mode=0o700)
    except PermissionError as error:
        raise HOME_FORBIDDEN.because(folder=str(error.filename or place.home)) from error


def _folder(path: Path, mode: int) -> None:
    """``path``, made with ``mode`` whatever the umask where it is not there; another process may make it first."""
    try:
        path.mkdir(parents=True)
    except FileExistsError:
        return
    path.chmod(mode)


def _private_folder(folder: Path, place: Place) -> None:
    """``folder`` with mode 0700 for the server's user; refuses one that somebody else made first."""
    wanted = place.user.uid if place.user else os.getuid()
    if not folder.is_dir():
        folder.mkdir(mode=0o700)
        if place.user:
            os.chown(folder, place.user.uid, place.user.gid)
    if folder.lstat().st_uid != wanted or folder.is_symlink():
        raise HOME_FORBIDDEN.because(folder=str(folder))
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def start(place: Place) -> bool:
    """Start the server where it does not run, making the data folder first where there is none. True when started."""
    deadline = time.monotonic() + START_SECONDS
    while running_pid(place) is not None:
        _check_same_port(place)
        if answers(place):
            return False
        if time.monotonic() > deadline:
            raise DID_NOT_START.because(log=str(place.log))
        time.sleep(0.02)  # killed a moment ago: not answering any more, and not quite dead yet
    make_folders(place)
    _check_disk(place)
    binaries = _binaries_for(place)
    if not (place.data / "PG_VERSION").exists():
        _make_data(place, binaries)
    clear_left_behind(place.data.resolve())
    # What a killed server left: it names a process that is dead, a zombie, or somebody else's by now.
    (place.data / "postmaster.pid").unlink(missing_ok=True)
    for file in place.run.glob(".s.PGSQL.*"):  # the socket's own lock names that process too
        file.unlink()
    place.record()
    _keep_log_small(place)
    port = tcp_port()
    if port is not None:
        _check_port(port)
    _launch(place, binaries, port)
    return True


def answers(place: Place) -> bool:
    """Whether the server answers on its socket: it is asked for encryption, which takes no sign-in, and says no."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(5)
        try:
            probe.connect(str(place.run / f".s.PGSQL.{tcp_port() or PORT}"))
            probe.sendall(struct.pack("!ii", 8, _ENCRYPTION_ASKED))
            return probe.recv(1) != b""
        except OSError:
            return False


def stop(place: Place, *, patience: float = STOP_SECONDS) -> bool:
    """Ask the server to end its sessions and stop. True when it ran."""
    pid = running_pid(place)
    if pid is None:
        return False
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + patience
    # Its pid file goes a moment before it does: stopped is when the process has ended.
    while is_alive(pid):
        if time.monotonic() > deadline:
            raise DID_NOT_STOP.because(pid=pid, seconds=int(patience))
        time.sleep(0.02)
    child = _children.pop(pid, None)
    if child is not None:
        child.wait()
    return True


def remove(place: Place) -> None:
    """Stop the server and remove its data for good. Keys and other files of the home folder stay."""
    stop(place)
    clear_left_behind(place.data.resolve())
    # A folder made for this home alone, outside it, goes as a whole; /tmp is everybody's.
    apart = {place.data.parent, place.run.parent} - {place.home, Path("/tmp")}  # noqa: S108 never removed
    for folder in (place.data, place.run, *apart):
        shutil.rmtree(folder, ignore_errors=True)
    for file in (place.log, place.held_up, place.home / "place.json", place.home / "pgpass"):
        file.unlink(missing_ok=True)


def _binaries_for(place: Place) -> Binaries:
    """Programs of the version that made the data folder, or the best ones for a new folder."""
    try:
        major = int((place.data / "PG_VERSION").read_text().strip())
    except FileNotFoundError:
        return reachable_binaries(find_binaries(), place)
    return reachable_binaries(find_binaries(major=major), place)


def _make_data(place: Place, binaries: Binaries) -> None:
    """``initdb`` beside the final folder, then a rename: a data folder is whole or it is not there."""
    new = place.data.with_name(f"{place.data.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    _private_folder(new, place)
    with tempfile.NamedTemporaryFile("w", dir=place.run, prefix="password-") as secret:
        secret.write(passwords(place.home)[SUPERUSER] + "\n")
        secret.flush()
        if place.user:
            os.chown(secret.name, place.user.uid, place.user.gid)
        # Text sorts by code point, the same on every machine; what people read is sorted by a computed key.
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if binaries.major >= 17 else ["--locale=C.UTF-8"]
        said = subprocess.run(  # noqa: S603 our own words
            [
                binaries.initdb,
                f"--pgdata={new}",
                f"--username={SUPERUSER}",
                f"--pwfile={secret.name}",
                "--encoding=UTF8",
                "--auth=scram-sha-256",
                "--data-checksums",
                *(["--no-sync"] if is_throwaway() else []),
                *locale,
            ],
            capture_output=True,
            cwd="/",
            env=_environment(),
            check=False,
            **_as_user(place),
        )
    if said.returncode != 0:
        shutil.rmtree(new, ignore_errors=True)
        with place.log.open("ab") as log:
            log.write(said.stdout + said.stderr)
        _refuse_start(place, said.stdout + said.stderr)
    if place.data.exists():
        place.data.rmdir()  # an empty folder somebody made; anything else must not be overwritten
    new.rename(place.data)


WARM: Final = "pg_prewarm"
"""Writes down now and then which pages are held in memory, and reads them again after a start: the first officers of a
morning do not wait for a register that lies on disk. On the page list stand numbers of pages only."""


def _launch(place: Place, binaries: Binaries, port: int | None) -> None:
    """Start ``postgres`` in a session of its own (so that Ctrl-C of a command does not reach it) and wait for it."""
    options = server_settings() | {
        "unix_socket_directories": f'"{place.run}"',
        "unix_socket_permissions": "0700",
        "listen_addresses": "127.0.0.1" if port else "",
        "port": str(port or PORT),
    }
    if not is_throwaway() and binaries.has_library(WARM):
        options["shared_preload_libraries"] = WARM
    arguments = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    with place.log.open("ab") as log:
        begin = log.tell()
        child = subprocess.Popen(  # noqa: S603 our own words
            [binaries.postgres, "-D", place.data, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=_environment(),
            start_new_session=True,
            **_as_user(place),
        )
    place.log.chmod(0o600)
    _children[child.pid] = child
    deadline = time.monotonic() + START_SECONDS
    while not _says_ready(place, child.pid):
        if child.poll() is not None or time.monotonic() > deadline:
            child.kill()
            child.wait()
            del _children[child.pid]
            with place.log.open("rb") as log_read:
                log_read.seek(begin)
                _refuse_start(place, log_read.read())
        time.sleep(0.02)


def _says_ready(place: Place, pid: int) -> bool:
    """Whether the server has written itself down as ready (the eighth line of ``postmaster.pid``, as pg_ctl reads)."""
    try:
        lines = (place.data / "postmaster.pid").read_text().split("\n")
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _refuse_start(place: Place, said: bytes) -> None:
    """Raise the refusal that fits the server's last words."""
    if b"No space left on device" in said or b"Disk quota exceeded" in said:
        raise DISK_FULL.because(free_mb=_free_mb(place), needed_mb=NEEDED_MB)
    if b"Address already in use" in said:
        raise PORT_TAKEN.because(port=tcp_port() or PORT)
    raise DID_NOT_START.because(log=str(place.log))


def _free_mb(place: Place) -> int:
    nearest = next(folder for folder in (place.data, *place.data.parents) if folder.exists())
    return shutil.disk_usage(nearest).free // 1_000_000


def _check_disk(place: Place) -> None:
    free = _free_mb(place)
    if free < NEEDED_MB:
        raise DISK_FULL.because(free_mb=free, needed_mb=NEEDED_MB)


def _check_port(port: int) -> None:
    """Refuse a port that is taken before the server tries: its own words do not name the cause to a newcomer."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                raise PORT_TAKEN.because(port=port) from error
            raise


def _check_same_port(place: Place) -> None:
    """Refuse when the running server was started for another port: it would not be found where we look for it."""
    try:
        running = (place.data / "postmaster.pid").read_text().split("\n")[3]
    except (FileNotFoundError, IndexError):
        return
    wanted = str(tcp_port() or PORT)
    if running.strip() and running != wanted:
        raise OTHER_PORT.because(running=running, wanted=wanted)


def _keep_log_small(place: Place) -> None:
    """Keep one older log beside the present one."""
    if place.log.exists() and place.log.stat().st_size > _LOG_BYTES:
        place.log.replace(place.log.with_suffix(".log.1"))


def _environment() -> dict[str, str]:
    """A plain environment: PG* variables and locales of the caller must not reach the server."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _as_user(place: Place) -> dict[str, Any]:
    """How to start a program as the server's user."""
    if place.user is None:
        return {}
    return {"user": place.user.uid, "group": place.user.gid, "extra_groups": []}
