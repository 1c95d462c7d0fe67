"""Long jobs that may be killed at any moment and go on where they were.

>>> with job_run(name="payments.payroll", key="payroll:17", acting=lambda: acting_as(officer_id=4)) as job:
...     frozen = job.once("freeze", lambda: freeze_entitlements(payroll_id=17))      # its result is remembered
...     job.each("instruct", parts=range(32), act=lambda part: instruct(17, part))   # one transaction per part

What a step wrote and the mark that it is done are one transaction: a step is done whole or not at all, and the same
call after a kill skips what is done. A job runs in one process at a time (a lock that dies with its connection).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from mazdoor.database.acting import acting as acting_settings
from mazdoor.journal.models import JobPart, JobRun, JobStep
from mazdoor.journal.refusals import JOB_RUNS_ALREADY
from mazdoor.journal.states import RunState
from mazdoor.kernel.refusals import Refusal

# The server notices a killed client when it next speaks to it; until then the lock of the dead run is held.
LOCK_PATIENCE_SECONDS: Final = 10.0
REFUSED: Final = "refused"
"""The step that keeps the details of the refusal a run ended with, so that it can be told in either language."""

Acting = Callable[[], AbstractContextManager[Any]]


class Job:
    """One run in progress. Made by :func:`job_run`."""

    def __init__(self, run: JobRun, acting: Acting) -> None:
        self.run = run
        self._acting = acting

    def once(self, step: str, act: Callable[[], Any]) -> Any:
        """Do ``act`` once in a job's life, in one transaction; its result (JSON) is kept and given again later."""
        row = self._step(step)
        if row.ended_at is not None:
            return row.result
        with self._acting(), transaction.atomic():
            result = act()
            JobStep.objects.filter(pk=row.pk).update(result=result, done=1, total=1, ended_at=timezone.now())
        self._touch()
        return result

    def each(self, step: str, *, parts: Iterable[Any], act: Callable[[Any], Any]) -> int:
        """Do ``act(part)`` for every part, one transaction each; parts done before a kill are skipped.

        ``str(part)`` names a part and must be the same when the job is run again. Returns how many were done now.
        """
        wanted = list(parts)
        row = self._step(step, total=len(wanted))
        if row.ended_at is not None:
            return 0
        finished = set(JobPart.objects.filter(step=row).values_list("key", flat=True))
        done = 0
        for part in wanted:
            if str(part) in finished:
                continue
            with self._acting(), transaction.atomic():
                act(part)
                JobPart.objects.create(step=row, key=str(part))
            done += 1
            self.progress(step, len(finished) + done, len(wanted))
        JobStep.objects.filter(pk=row.pk).update(done=len(wanted), ended_at=timezone.now())
        self._touch()
        return done

    def checkpoint(self, step: str, value: Any) -> None:
        """Remember ``value`` (JSON) for a step that counts its own way; written in the current transaction."""
        row = self._step(step)
        JobStep.objects.filter(pk=row.pk).update(checkpoint=value)

    def reached(self, step: str) -> Any:
        """The last :meth:`checkpoint` of the step, or None."""
        return self._step(step).checkpoint

    def is_done(self, step: str) -> bool:
        """Whether the step was finished."""
        return self._step(step).ended_at is not None

    def finish(self, step: str, result: Any = None) -> None:
        """Mark a step that counts its own way as done; in the current transaction."""
        row = self._step(step)
        JobStep.objects.filter(pk=row.pk).update(result=result, ended_at=timezone.now())

    def progress(self, step: str, done: int, total: int | None = None) -> None:
        """Show how far the step is."""
        row = self._step(step)
        JobStep.objects.filter(pk=row.pk).update(done=done, total=row.total if total is None else total)
        self._touch()

    def _step(self, name: str, total: int | None = None) -> JobStep:
        row, made = JobStep.objects.get_or_create(run=self.run, name=name, defaults={"total": total})
        if not made and total is not None and row.total != total:
            JobStep.objects.filter(pk=row.pk).update(total=total)
        return row

    def _touch(self) -> None:
        JobRun.objects.filter(pk=self.run.pk).update(updated_at=timezone.now())


@contextmanager
def job_run(*, name: str, key: str, acting: Acting | None = None) -> Iterator[Job]:
    """Start the job ``name`` for ``key``, or go on with it. A job that is done stays done: its steps are skipped.

    ``acting`` opens the transaction of each step and says who acts (default: the system, for this job).
    Refuses JRN-002 while another process runs the same job.
    """
    who = acting or (lambda: acting_settings(officer="", areas="*", reason=f"job:{name}"))
    with _alone(name, key):
        run, made = JobRun.objects.get_or_create(name=name, key=key)
        if not made and run.state != RunState.DONE:
            JobRun.objects.filter(pk=run.pk).update(
                state=RunState.RUNNING, attempts=run.attempts + 1, error="", updated_at=timezone.now()
            )
            run.refresh_from_db()
        try:
            yield Job(run, who)
        except Exception as error:
            if not connection.needs_rollback:
                Job(run, who).checkpoint(REFUSED, error.details if isinstance(error, Refusal) else {})
                JobRun.objects.filter(pk=run.pk).update(
                    state=RunState.FAILED, error=getattr(error, "code", type(error).__name__), ended_at=timezone.now()
                )
            raise
        if run.state != RunState.DONE:
            now = timezone.now()
            JobRun.objects.filter(pk=run.pk).update(state=RunState.DONE, ended_at=now, updated_at=now)


@contextmanager
def _alone(name: str, key: str) -> Iterator[None]:
    """The lock of one job, held by this connection; the server lets go of it when the process dies."""
    number = int.from_bytes(hashlib.sha256(f"{name}\0{key}".encode()).digest()[:8], signed=True)
    deadline = time.monotonic() + LOCK_PATIENCE_SECONDS
    while not _ask("SELECT pg_try_advisory_lock(%s)", number):
        if time.monotonic() > deadline:
            raise JOB_RUNS_ALREADY.because(name=name, key=key)
        time.sleep(0.1)
    try:
        yield
    finally:
        if not connection.needs_rollback and connection.connection is not None and not connection.connection.closed:
            _ask("SELECT pg_advisory_unlock(%s)", number)


def _ask(statement: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [number])
        return bool(cursor.fetchone()[0])
