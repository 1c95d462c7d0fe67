"""Who uses the database just now. A lease is a locked file: it dies with its process, however that process ends.

One lock (``database.lock``) is held while a server is started, stopped or counted, so that two commands starting at
once start one server, and a command that begins while another ends does not lose the server under its feet.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mazdoor.database.place import Place
from mazdoor.database.refusals import HOME_FORBIDDEN


@contextmanager
def starting(place: Place) -> Iterator[None]:
    """Alone with the server's life cycle in ``place``, among all processes."""
    try:
        descriptor = os.open(place.lock, os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        raise HOME_FORBIDDEN.because(folder=str(place.home)) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def take(place: Place) -> tuple[Path, int]:
    """Take a lease: the path and the open, locked descriptor to hand to :func:`give_back`."""
    path = place.leases / f"{os.getpid()}-{secrets.token_hex(4)}"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return path, descriptor


def give_back(path: Path, descriptor: int) -> None:
    """End a lease."""
    path.unlink(missing_ok=True)
    os.close(descriptor)


def count(place: Place) -> int:
    """How many leases are held by living processes; files of dead ones are cleared away. Call within ``starting``."""
    held = 0
    for path in place.leases.iterdir() if place.leases.exists() else ():
        descriptor = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held += 1
        else:
            path.unlink(missing_ok=True)
        finally:
            os.close(descriptor)
    return held
