"""The process that does what was put behind: jobs of procrastinate, kept in PostgreSQL."""

from __future__ import annotations

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector


def work(*, wait: bool = True, concurrency: int = 1) -> None:
    """Do background jobs until told to stop (SIGTERM or Ctrl-C), or, with ``wait=False``, until none is left.

    The caller holds a database lease. A worker that is killed leaves its job to be taken up again.
    """
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    own = app.with_connector(connector.get_worker_connector())
    own.run_worker(wait=wait, concurrency=concurrency, install_signal_handlers=wait)
