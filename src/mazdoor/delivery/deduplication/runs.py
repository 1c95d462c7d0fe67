"""What is known of comparing: whether it goes on now, what became of earlier runs, and what each line would cost."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from mazdoor.delivery.deduplication import tasks
from mazdoor.delivery.deduplication.labels import telling_decisions
from mazdoor.delivery.deduplication.limits import limits_at, told_at
from mazdoor.delivery.deduplication.models import MatchRun
from mazdoor.delivery.deduplication.running import is_under_way
from mazdoor.delivery.deduplication.states import RunState
from mazdoor.journal import selectors as journal
from mazdoor.matching.thresholds import Point, cost_curve

_TOLD: Final = (
    "id", "state", "started_at", "finished_at", "everything", "records", "new_records", "compared", "found", "queued",
    "lower", "upper", "left_out", "seconds", "step", "share", "error", "learnt", "labels", "weights",
)  # fmt: skip
COSTS: Final[tuple[str, ...]] = ("cost_false_merge", "cost_missed", "cost_look", "review_share", "review_least")
"""The limits that draw the lines of a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A comparison that waits or goes on. ``worker``: whether anybody is there to do it; ``share`` of it is done, at ``step``."""

    state: str
    worker: bool
    step: str
    share: float

    @property
    def done(self) -> int:
        """In hundredths."""
        return round(self.share * 100)

    @property
    def total(self) -> int:
        """The whole, in hundredths."""
        return 100


def find_comparison() -> Comparison | None:
    """The comparison that goes on now, by the worker or by hand, or waits for the worker; None where there is none."""
    if is_under_way():
        run = MatchRun.objects.filter(state=RunState.RUNNING).order_by("-pk").first()
        step, share = (run.step, run.share) if run is not None else ("", 0.0)
        return Comparison(state="running", worker=True, step=step, share=share)
    behind = journal.find_behind(task=tasks.COMPARING, key=tasks.REGISTER)
    if behind is None or behind.state == "ended":
        return None
    return Comparison(state="waiting", worker=journal.is_worker_there(), step="", share=0.0)


def last_run() -> dict[str, Any] | None:
    """The last finished run, without its model; None where the register was never compared."""
    found = MatchRun.objects.filter(state=RunState.FINISHED).order_by("-pk").values(*_TOLD).first()
    return None if found is None else dict(found)


def recent_runs(*, limit: int = 30) -> list[dict[str, Any]]:
    """Runs, the newest first, those that broke off among them. One that was killed is told as such."""
    goes_on = is_under_way()
    rows = [dict(row) for row in MatchRun.objects.order_by("-pk").values(*_TOLD)[:limit]]
    for place, row in enumerate(rows):
        if row["state"] == RunState.RUNNING and (place or not goes_on):
            row["state"], row["error"] = RunState.FAILED.value, "killed"
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """What the model in use was learnt from. ``labels``: decisions of officers then; ``since``: those made after it."""

    run_id: int
    learnt_at: dt.datetime
    records: int
    labels: int
    since: int


def learning() -> Learning | None:
    """Where the model in use comes from; None where it is the one Mazdoor brings, because the register is small."""
    run = MatchRun.objects.filter(state=RunState.FINISHED, learnt=True).order_by("-pk").first()
    if run is None or run.finished_at is None:
        return None
    since = telling_decisions().filter(decided_at__gt=run.finished_at).count()
    return Learning(run_id=run.pk, learnt_at=run.finished_at, records=run.records, labels=run.labels, since=since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Where the lines of the last large run lie and what draws them. ``curve``: the expected cost of one line with nobody
    looking, in pairs looked at, from the highest weight down; empty before the first run. ``costs``: limit → its entry."""

    lower: float
    upper: float
    run_id: int | None
    curve: list[Point]
    costs: dict[str, dict[str, Any]]


def lines() -> Lines:
    """The lines in force, from the newest run over everybody (else the newest), with the costs of today."""
    finished = MatchRun.objects.filter(state=RunState.FINISHED).exclude(weights=[])
    run = finished.filter(everything=True).order_by("-pk").first() or finished.order_by("-pk").first()
    told = told_at()
    costs = {name: told[name] for name in COSTS if name in told}
    if run is None:
        return Lines(lower=0.0, upper=0.0, run_id=None, curve=[], costs=costs)
    weights = [(float(bits), int(pairs)) for bits, pairs in run.weights]
    return Lines(
        lower=run.lower, upper=run.upper, run_id=run.pk, curve=cost_curve(weights, limits_at().costs), costs=costs
    )
