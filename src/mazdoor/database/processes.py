"""Is that process alive, and is it ours? A zombie is not alive, and a number used again is not ours.

After ``kill -9`` in a container whose first process does not reap, the dead server stays in the process table as a
zombie for ever: signals to it succeed, so the usual test takes it for running.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")


def is_alive(pid: int) -> bool:
    """Whether ``pid`` runs (a zombie does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    if (_PROC / "self").exists():
        try:
            status = (_PROC / str(pid) / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return True
        return status.rpartition(")")[2].split()[0] in {"Z", "X"}
    said = _ps("stat=", pid)
    return not said.strip() or said.strip().startswith("Z")


def serves(pid: int, data: Path) -> bool:
    """Whether ``pid`` is a server started with ``-D data``: a number can be used again, and a data folder copied."""
    if (_PROC / "self").exists():
        try:
            words = (_PROC / str(pid) / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return False
        return b"\0-D\0" + os.fsencode(data) + b"\0" in words
    return f" -D {data} " in _ps("command=", pid)


def _ps(field: str, pid: int) -> str:
    """What ``ps`` says of ``pid``, on systems without ``/proc``."""
    words = ["/bin/ps", "-ww", "-o", field, "-p", str(pid)]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout  # noqa: S603 our own words


def left_behind(data: Path) -> list[int]:
    """Server processes that still work in ``data`` (each of PostgreSQL's processes stands in its data folder)."""
    if not (_PROC / "self").exists():
        return []
    found = []
    for entry in _PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            standing_in = (entry / "cwd").readlink()
            program = (entry / "exe").readlink()
        except OSError:
            continue  # ended meanwhile, a zombie, or another user's
        if standing_in == data and program.name.removesuffix(" (deleted)") == "postgres":
            found.append(int(entry.name))
    return found


def clear_left_behind(data: Path, *, patience: float = 1.0) -> None:
    """Wait until no orphan of a killed server works in ``data``; after ``patience`` seconds ask them to quit.

    An orphan ends by itself at its next wait, but one in the middle of a long statement would go on for minutes; until
    all have ended, starting a second server could harm the data. SIGQUIT is what a living server sends them after a
    crash: they leave at once, and recovery undoes what was not committed.
    """
    deadline = time.monotonic() + patience
    while orphans := left_behind(data):
        if time.monotonic() > deadline:
            for pid in orphans:
                try:
                    os.kill(pid, signal.SIGQUIT)
                except ProcessLookupError:
                    continue
            deadline = time.monotonic() + patience
        time.sleep(0.05)
