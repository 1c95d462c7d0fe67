"""Doors out: what was done, and how far long work is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mazdoor.journal.behind import Behind, find_behind, is_worker_there
from mazdoor.journal.jobs import REFUSED
from mazdoor.journal.models import Delivery, Entry, JobRun
from mazdoor.journal.states import DeliveryState, RunState

__all__ = ["Behind", "find_behind", "is_worker_there"]


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of the journal. ``officer_id`` None: the system itself, for ``reason``."""

    number: int
    recorded_at: datetime
    officer_id: int | None
    reason: str
    act: str
    subject: str
    details: Mapping[str, Any]
    count: int | None


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of a job: ``done`` of ``total`` (None: not known)."""

    step: str
    done: int
    total: int | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is. Where it failed, ``error`` is the refusal's code with its ``details``, or the kind of error."""

    name: str
    key: str
    state: str
    attempts: int
    updated_at: datetime
    steps: tuple[Progress, ...]
    error: str
    details: Mapping[str, str | int]


def list_acts(
    *, subject: str | None = None, officer_id: int | None = None, act: str | None = None, limit: int = 100
) -> list[Act]:
    """The newest acts first; ``act`` may be a beginning, such as ``payments.``."""
    entries = Entry.objects.order_by("-recorded_at", "-id")
    if subject is not None:
        entries = entries.filter(subject=subject)
    if officer_id is not None:
        entries = entries.filter(officer_id=officer_id)
    if act is not None:
        entries = entries.filter(act__startswith=act)
    return [
        Act(e.pk, e.recorded_at, e.officer_id, e.reason, e.act, e.subject, e.details, e.count) for e in entries[:limit]
    ]


def find_job(*, name: str, key: str) -> JobProgress | None:
    """How far this job is, or None where it was never begun."""
    run = JobRun.objects.prefetch_related("steps").filter(name=name, key=key).first()
    return _progress(run) if run else None


def count_waiting_messages() -> dict[str, int]:
    """Deliveries not yet made, by state (``waiting``, ``stuck``)."""
    states = (DeliveryState.WAITING, DeliveryState.STUCK)
    return {str(state): Delivery.objects.filter(state=state).count() for state in states}


def _progress(run: JobRun) -> JobProgress:
    steps = {step.name: step for step in run.steps.all()}
    refused = steps.pop(REFUSED, None)
    failed = run.state == RunState.FAILED
    return JobProgress(
        run.name,
        run.key,
        run.state,
        run.attempts,
        run.updated_at,
        tuple(Progress(s.name, s.done, s.total, s.ended_at) for s in steps.values()),
        run.error if failed else "",
        (refused.checkpoint or {}) if failed and refused is not None else {},
    )
