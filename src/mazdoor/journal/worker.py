"""The process that does what was put behind: jobs of procrastinate, kept in PostgreSQL."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException

from mazdoor.journal.behind import DEAD_AFTER_SECONDS, HEARTBEAT_SECONDS

_log: Final = logging.getLogger(__name__)


def work(
    *,
    wait: bool = True,
    concurrency: int = 1,
    heartbeat_seconds: float = HEARTBEAT_SECONDS,
    dead_after_seconds: float = DEAD_AFTER_SECONDS,
) -> None:
    """Do background jobs until told to stop (SIGTERM or Ctrl-C), or, with ``wait=False``, until none is left.

    The caller holds a database lease. A worker that is killed leaves its job; every other worker looks for such jobs
    and takes them up ``dead_after_seconds`` after the last beat of the dead one's heart. Jobs therefore are of the kind
    that may be begun again wherever they were killed.
    """
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    own = app.with_connector(connector.get_worker_connector())

    async def run() -> None:
        async with own.open_async():
            await _take_up(own, dead_after_seconds)
            keeper = asyncio.create_task(_keep_taking_up(own, dead_after_seconds))
            try:
                await own.run_worker_async(
                    wait=wait,
                    concurrency=concurrency,
                    install_signal_handlers=wait,
                    fetch_job_polling_interval=1.0,
                    update_heartbeat_interval=heartbeat_seconds,
                    stalled_worker_timeout=dead_after_seconds,
                )
            finally:
                keeper.cancel()

    asyncio.run(run())


async def _keep_taking_up(own: Any, dead_after_seconds: float) -> None:
    while True:
        await asyncio.sleep(dead_after_seconds / 4)
        try:
            await _take_up(own, dead_after_seconds)
        except ConnectorException as error:  # the database is away: the worker says so itself, this looks again
            _log.warning("jobs of dead workers could not be looked for (%s)", type(error).__name__)


async def _take_up(own: Any, dead_after_seconds: float) -> None:
    """Put the jobs of workers whose heart has stopped back into the queue."""
    for job in await own.job_manager.get_stalled_jobs(seconds_since_heartbeat=dead_after_seconds):
        try:
            await own.job_manager.retry_job(job)
        except ConnectorException as error:  # another worker was quicker
            _log.info("job %s is taken up already (%s)", job.id, type(error).__name__)
