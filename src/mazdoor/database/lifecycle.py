"""Using the database: take a lease, and it runs; let go of the last one, and it stops.

>>> with lease():                  # the server runs inside the block
...     ensure_ready()             # roles, migrations, views: in place

``start`` and ``stop`` are for people who want it kept up between commands. With an external server
(``MAZDOOR_DATABASE_URL``) nothing is started or stopped; everything else is the same.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from mazdoor.database import leases, server
from mazdoor.database.address import current_address
from mazdoor.database.place import Place, place_for
from mazdoor.database.refusals import RESET_EXTERNAL, STILL_USED
from mazdoor.database.roles import prepare_roles


@dataclass(slots=True)
class _Held:
    """The one lease this process holds for a home folder, however many times it was asked for."""

    path: Path
    descriptor: int
    count: int


_held: dict[Path, _Held] = {}
_guard = threading.RLock()


@dataclass(frozen=True, slots=True)
class Status:
    """What ``db status`` tells."""

    external: bool
    running: bool
    pid: int | None
    leases: int
    held_up: bool
    data: str | None
    version: str | None
    size_bytes: int | None


@contextmanager
def lease() -> Iterator[None]:
    """Use the database within the block. Starts the embedded server where needed; the last one out stops it."""
    place = _enter()
    try:
        yield
    finally:
        _leave(place)


def ensure_ready(*, force: bool = False, say: Callable[[str], None] | None = None) -> bool:
    """Start the server where needed and bring the database to this version. Returns whether anything was changed.

    Without a surrounding :func:`lease` the process keeps one until it ends. Django must be set up.
    """
    from mazdoor.database.installation import install  # Django's registry must be ready; a lease needs no Django

    if not current_address().external and place_for().home not in _held:
        hold_until_exit()
    prepare_roles(current_address())
    return install(force=force, say=say)


def hold_until_exit() -> None:
    """A lease for the rest of this process (for servers and workers)."""
    atexit.register(_leave, _enter())


def start() -> bool:
    """Start the server and keep it up until :func:`stop`. True when it was not running."""
    address = current_address()
    if address.external:
        prepare_roles(address)
        return False
    place = place_for()
    server.make_home(place)
    with leases.starting(place):
        started = server.start(place)
        prepare_roles(address)
        place.held_up.touch()
    return started


def stop(*, force: bool = False) -> bool:
    """Stop the server. True when it ran. Refuses while other commands use it, unless ``force``."""
    place = place_for()
    if current_address().external or not place.home.exists():
        return False
    server.make_home(place)
    with leases.starting(place):
        others = leases.count(place) - (1 if place.home in _held else 0)
        if others and not force:
            raise STILL_USED.because(count=others)
        place.held_up.unlink(missing_ok=True)
        return server.stop(place)


def reset(*, force: bool = False) -> None:
    """Stop the server and remove its data for good."""
    if current_address().external:
        raise RESET_EXTERNAL.because()
    stop(force=force)
    place = place_for()
    if not place.home.exists():
        return
    with leases.starting(place):
        server.remove(place)


def status() -> Status:
    """Look without starting anything."""
    address = current_address()
    if address.external:
        version, size = _look()
        return Status(True, version is not None, None, 0, False, None, version, size)
    place = place_for()
    pid = server.running_pid(place)
    held = 0
    if place.home.exists() and place.leases.exists():
        with leases.starting(place):
            held = leases.count(place)
    version, size = _look() if pid else (None, None)
    return Status(False, pid is not None, pid, held, place.held_up.exists(), str(place.data), version, size)


def _look() -> tuple[str | None, int | None]:
    """Version and size as the server tells them, or nothing where it does not answer."""
    try:
        with psycopg.connect(current_address().conninfo("owner"), connect_timeout=5) as connection:
            row = connection.execute(
                "SELECT current_setting('server_version'), pg_database_size(current_database())"
            ).fetchone()
    except psycopg.OperationalError:
        return None, None
    return (str(row[0]), int(row[1])) if row else (None, None)


def _enter() -> Place | None:
    """Take or share this process's lease; returns the place to hand to :func:`_leave` (None: external)."""
    address = current_address()
    if address.external:
        prepare_roles(address)
        return None
    place = place_for()
    with _guard:
        held = _held.get(place.home)
        if held is not None:
            with leases.starting(place):
                server.start(place)  # killed meanwhile: started again for the next one who asks
            held.count += 1
            return place
        server.make_home(place)
        with leases.starting(place):
            path, descriptor = leases.take(place)
            try:
                server.start(place)
                prepare_roles(address)
            except BaseException:
                leases.give_back(path, descriptor)
                raise
        _held[place.home] = _Held(path, descriptor, 1)
    return place


def _leave(place: Place | None) -> None:
    """Give the lease back; the last one out of all processes stops the server, unless it is kept up."""
    if place is None:
        return
    with _guard:
        held = _held[place.home]
        held.count -= 1
        if held.count:
            return
        del _held[place.home]
        with leases.starting(place):
            leases.give_back(held.path, held.descriptor)
            if not place.held_up.exists() and leases.count(place) == 0:
                server.stop(place)
