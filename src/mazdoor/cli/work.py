"""``mazdoor work``: the background jobs."""

from __future__ import annotations

import click

from mazdoor.database import lifecycle
from mazdoor.journal.worker import work as run_worker


@click.command()
@click.option("--once", is_flag=True, help="End when nothing is left to do.")
def work(*, once: bool) -> None:
    """Do the background jobs: hand over news, seal the journal, make months ready. Until Ctrl-C."""
    with lifecycle.lease():
        lifecycle.ensure_ready()
        run_worker(wait=not once)
