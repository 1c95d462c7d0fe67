"""``mazdoor work``: the background jobs."""

from __future__ import annotations

import os
import signal
import threading
import time

import click

from mazdoor.database import lifecycle
from mazdoor.journal.worker import work as run_worker


@click.command()
@click.option("--once", is_flag=True, help="End when nothing is left to do.")
@click.option("--with-parent", is_flag=True, help="End when the process that started it ends.")
def work(*, once: bool, with_parent: bool) -> None:
    """Do the background jobs: prepare and send payrolls, hand over news, seal the journal. Until Ctrl-C.

    Any number may run side by side; a job whose worker was killed is taken up by another. `mazdoor serve` runs one.
    """
    if with_parent:
        threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()
    with lifecycle.lease():
        lifecycle.ensure_ready()
        run_worker(wait=not once)


def _watch(parent: int) -> None:
    """Stop as if asked to (the job in hand is finished) once the parent is gone."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
