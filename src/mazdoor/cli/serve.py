"""``mazdoor serve``: the site on loopback, by granian (WSGI), and beside it the worker of its background jobs."""

from __future__ import annotations

import multiprocessing
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from mazdoor.database import lifecycle

WORKERS: Final = 3
"""One more than the two cores of a small machine: with two, a fifth of both stood idle while forms were committed."""

THREADS: Final = 3
"""A kept connection stays with the process the system gave it to, by chance: of four callers all fall to one of three processes
once in 27 times. With one thread that process answered them in turn, at 136 a second, and half of the machine stood idle."""
_IDLE: Final = 600
"""Seconds until a thread with nothing to do ends, with its connection to the database; no more can be asked for."""


@click.command()
@click.option("--port", default=8800, show_default=True, help="Port on loopback; 0 takes a free one.")
@click.option(
    "--workers",
    default=WORKERS,
    show_default=True,
    help="Processes that answer: one more than cores, since each waits for the disk when it commits.",
)
@click.option(
    "--threads",
    default=THREADS,
    show_default=True,
    help="Requests that each process answers at once: while one waits for the database, another is worked at.",
)
@click.option(
    "--jobs/--no-jobs",
    default=True,
    show_default=True,
    help="Do the background jobs too, in a process beside the site.",
)
def serve(*, port: int, workers: int, threads: int, jobs: bool) -> None:
    """Serve the site on 127.0.0.1 until Ctrl-C. The database is started where needed and kept up meanwhile.

    What officers start from a page and may leave (preparing a payroll, sending it to the banks) is done by a worker
    beside the site; with --no-jobs run `mazdoor work` yourself. MAZDOOR_BANKS says where the banks answer.
    """
    with lifecycle.lease():
        lifecycle.ensure_ready()
        run_site(port=port, workers=workers, threads=threads, jobs=jobs)


def run_site(*, port: int, workers: int = WORKERS, threads: int = THREADS, jobs: bool = True) -> None:
    """Run the site in this process, with a worker beside it; the caller holds a database lease."""
    from django.conf import settings
    from granian import Granian
    from granian.constants import Interfaces

    # Files are served from the packages themselves; the server only wants the folder to be there.
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    chosen = port or free_port()
    click.echo(f"http://127.0.0.1:{chosen}/   (Ctrl-C ends it)")
    # A forked process has none of its parent's threads, and libraries that wait for theirs (Typst, Arrow) would wait for ever.
    multiprocessing.set_start_method("spawn", force=True)
    site = Granian(
        "mazdoor.config.wsgi:application",
        address="127.0.0.1",
        port=chosen,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        blocking_threads_idle_timeout=_IDLE,
        log_access=False,
        websockets=False,
    )
    if not jobs:
        site.serve()
        return
    with _worker_beside():
        site.serve()


@contextmanager
def _worker_beside() -> Iterator[None]:
    """A `mazdoor work` of our own, started again where it ends before we do, and ended with us."""
    ending = threading.Event()
    running: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not ending.is_set():
            process = subprocess.Popen([sys.executable, "-m", "mazdoor.cli", "work", "--with-parent"])
            running[:] = [process]
            if ending.is_set():
                process.terminate()
            process.wait()
            ending.wait(1.0)  # a worker that cannot start is not started in a hot loop

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        for process in running:
            process.terminate()
        keeper.join(timeout=30)


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
