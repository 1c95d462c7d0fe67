"""Work put behind: a job enqueued in the transaction that needs it, done later by a worker process.

>>> put_behind(tasks.prepare, key="payroll:17", payroll_id=17, officer_id=4)

Enqueued with the act that asked for it, or not at all. Asked for again while it waits or runs, it stays one job; jobs of
one key run one after the other, in whatever process. A worker that is killed leaves its job, and another one (or the same,
started again) takes it up as soon as its heart has not beaten for a while.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.db import OperationalError, connection, transaction
from procrastinate import RetryStrategy
from procrastinate.tasks import Task

from mazdoor.journal.jobs import Acting, Job, job_run
from mazdoor.journal.refusals import JOB_RUNS_ALREADY
from mazdoor.kernel.refusals import Refusal, RefusalKind

HEARTBEAT_SECONDS: Final = 2.0
DEAD_AFTER_SECONDS: Final = 10.0
"""A worker whose heart has not beaten for so long is gone; its jobs are taken up by another."""

BehindState = Literal["waiting", "running", "ended"]
_STATES: Final[dict[str, BehindState]] = {"todo": "waiting", "doing": "running"}


@dataclass(frozen=True, slots=True)
class Behind:
    """The newest job of a kind for a key: ``waiting``, ``running`` or ``ended``; ``attempts`` counts earlier tries."""

    state: BehindState
    attempts: int


class Busy(Exception):
    """Somebody works on the same thing at this moment."""


AGAIN: Final = RetryStrategy(max_attempts=10, linear_wait=3, retry_exceptions=(Busy, OSError, OperationalError))
"""How a task is tried again: what is busy or not reached now may be free in a while."""


@contextmanager
def run_behind(
    *, name: str, key: str, acting: Acting | None = None, busy: tuple[RefusalKind, ...] = ()
) -> Iterator[Job]:
    """The run of a job in the worker that took it up. A refusal ends it and is kept with it (`selectors.find_job`): trying
    the same again would be refused again. Raises `Busy` where another process runs it, and for refusals of these kinds."""
    try:
        with job_run(name=name, key=key, acting=acting) as job:
            yield job
    except Refusal as no:
        if no.kind in (JOB_RUNS_ALREADY, *busy):
            raise Busy from no


def put_behind(task: Task[Any, Any, Any], *, key: str, **arguments: Any) -> bool:
    """Enqueue ``task`` for ``key`` in the caller's transaction. False where it waits or runs already: nothing is added.

    ``arguments`` are numbers and codes, never personal values: they lie in the table of jobs.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two clicks at once: the second waits here until the first one's job can be seen.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_name(task.name, key)])
        found = find_behind(task=task.name, key=key)
        if found is not None and found.state != "ended":
            return False
        task.configure(lock=key, queueing_lock=_name(task.name, key)).defer(**arguments)
    return True


def find_behind(*, task: str, key: str) -> Behind | None:
    """The newest job of a task for a key, or None where there never was one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status::text, attempts FROM procrastinate_jobs WHERE queueing_lock = %s ORDER BY id DESC LIMIT 1",
            [_name(task, key)],
        )
        row = cursor.fetchone()
    return None if row is None else Behind(_STATES.get(row[0], "ended"), int(row[1]))


def is_worker_there() -> bool:
    """Whether any worker's heart beats: without one, nothing that was put behind is done."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (SELECT FROM procrastinate_workers
                   WHERE last_heartbeat > now() - make_interval(secs => %s))""",
            [DEAD_AFTER_SECONDS],
        )
        return bool(cursor.fetchone()[0])


def _name(task: str, key: str) -> str:
    return f"{task} {key}"
