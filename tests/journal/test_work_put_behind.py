"""Background jobs live in PostgreSQL: enqueued in the transaction that needs them, done by a worker process."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

_SCRIPT = """
import django
django.setup()
from django.db import transaction
from mazdoor.access.services import acting_as_system
from mazdoor.journal import services, tasks, worker

tasks.app.periodic_registry.periodic_tasks.clear()  # only what is enqueued here: sealing also comes by the clock
with acting_as_system(reason="test"):
    services.record(act="test.thing.done", subject="thing:1")
try:
    with transaction.atomic():
        tasks.seal_journal.defer()
        raise KeyError
except KeyError:
    worker.work(wait=False)
print(services.verify().unsealed)
tasks.seal_journal.defer()
worker.work(wait=False)
print(services.verify().unsealed)
"""


def test_a_worker_does_what_was_enqueued_and_nothing_that_was_undone(fresh_database: Any) -> None:
    said = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        env=fresh_database.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "1\n0\n"
