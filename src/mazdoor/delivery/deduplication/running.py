"""The life of a run of comparing: one at a time, how far it is, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection
from django.utils import timezone

from mazdoor.access.services import acting_as_system
from mazdoor.database.tuning import memory_mb
from mazdoor.delivery.deduplication import refusals
from mazdoor.delivery.deduplication.models import MatchRun
from mazdoor.delivery.deduplication.states import RunState
from mazdoor.journal import services as journal

_LOCK: Final = 5_170_002
#: What one run may take of the machine's memory before it goes to disk: a third, between these (MB). PostgreSQL, the site and
#: Python have to live beside it.
_MEMORY: Final = (512, 4_000)
#: Runs that broke off one after the other, after which none is begun by itself: what kills the machine each time would go on.
MOST_BROKEN: Final = 3
_LATELY: Final = dt.timedelta(hours=20)


@contextmanager
def one_run(*, everything: bool) -> Iterator[tuple[MatchRun, MatchRun | None]]:
    """Begin a run; gives it and the last finished one. It is FAILED where the block ends early; so is one that was killed,
    by the next. Refuses DED-009 while another is under way."""
    with _alone():
        with acting_as_system(reason="deduplication"):
            for killed in MatchRun.objects.filter(state=RunState.RUNNING):
                _break_off(killed, "killed")
            before = MatchRun.objects.filter(state=RunState.FINISHED).order_by("-pk").first()
            run = MatchRun.objects.create(everything=everything or before is None)
        try:
            yield run, before
        except BaseException as error:
            with acting_as_system(reason="deduplication"):
                _break_off(run, getattr(error, "code", type(error).__name__))
            raise


def _break_off(run: MatchRun, error: str) -> None:
    run.state, run.finished_at, run.error = RunState.FAILED, timezone.now(), error[:80]
    run.save(update_fields=["state", "finished_at", "error"])
    journal.record(
        act="deduplication.run.broke_off", subject=f"match_run:{run.pk}", details={"step": run.step, "error": run.error}
    )


def tell(run: MatchRun, step: str, share: float) -> None:
    """Write down how far a run is, for whoever looks."""
    run.step, run.share = step, round(share, 3)
    with acting_as_system(reason="deduplication"):
        MatchRun.objects.filter(pk=run.pk).update(step=run.step, share=run.share)


def check_not_broken() -> None:
    """Refuses DED-020 where the last runs broke off one after the other, and lately."""
    last = list(MatchRun.objects.exclude(state=RunState.RUNNING).order_by("-pk")[:MOST_BROKEN])
    since = timezone.now() - _LATELY
    if len(last) == MOST_BROKEN and all(run.state == RunState.FAILED and run.started_at > since for run in last):
        raise refusals.RUNS_BROKE_OFF.because(runs=MOST_BROKEN)


def is_under_way() -> bool:
    """Whether any process compares at this moment: it holds the lock, which dies with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                   WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.classid = 0 AND l.objid = %s
                     AND l.granted)""",
            [_LOCK],
        )
        return bool(cursor.fetchone()[0])


def memory_limit() -> str:
    """What a run may take of this machine's memory, as DuckDB writes it."""
    least, most = _MEMORY
    return f"{min(most, max(least, memory_mb() // 3))}MB"


@contextmanager
def _alone() -> Iterator[None]:
    """Hold a lock of this session until the run ends, so that two runs never work in one folder."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise refusals.RUN_UNDER_WAY.because()
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
