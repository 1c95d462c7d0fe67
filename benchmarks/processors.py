"""What processes took, as Linux tells it under ``/proc``: so that a busy machine can be told from slow work."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20


def seconds_of(process: int) -> float:
    """User and system seconds of a process so far, without its children; 0 where it is not there, or nothing is told."""
    told = _stat(process)
    return sum(map(int, told[11:13])) / _TICKS if told else 0.0


def tree_of(root: int) -> tuple[float, float]:
    """Processor seconds and resident megabytes of a process and of all that descend from it, now; the seconds of children
    they have outlived are counted, pages that several share are counted for each. Nothing where it is not there."""
    children: dict[int, list[int]] = {}
    stats: dict[int, list[str]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        if told := _stat(int(folder.name)):
            stats[int(folder.name)] = told
            children.setdefault(int(told[1]), []).append(int(folder.name))
    seconds = megabytes = 0.0
    waiting = [root] if root in stats else []
    while waiting:
        number = waiting.pop()
        if told := stats.get(number):
            seconds += sum(map(int, told[11:15])) / _TICKS
            megabytes += int(told[21]) * _PAGE_MB
        waiting += children.get(number, [])
    return seconds, megabytes


def _stat(process: int) -> list[str] | None:
    """The fields of its ``stat`` from the state on (see proc_pid_stat(5)); None where it has ended or never was."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
