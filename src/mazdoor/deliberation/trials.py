"""Trying a change on the newest snapshot: a whole reform, or only a condition while it is being written."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.cache import cache

from mazdoor.access import selectors as access
from mazdoor.deliberation import refusals
from mazdoor.delivery.assessment import selectors as assessment
from mazdoor.delivery.assessment.policies import policy_set
from mazdoor.delivery.assessment.snapshots import snapshot_folder
from mazdoor.delivery.reporting.suppression import SMALLEST_PUBLISHED
from mazdoor.rules import PolicySet, RunStopped
from mazdoor.rules.installed import policy_folder
from mazdoor.simulation import Matches, Question, Reform, Report, count_matching, read_reform_text, simulate

KEPT_SECONDS = 3600
MEMORY = "1GB"


@dataclass(frozen=True)
class Trial:
    """A reform tried: its report, and the snapshot it was tried on."""

    report: Report
    snapshot_id: int
    snapshot_hash: str
    snapshot_as_of: dt.date


@dataclass(frozen=True)
class Counted:
    """A live count. ``matching`` and ``unknown`` are None where fewer than the smallest published number are in it, or are
    left over: a condition must not single anybody out."""

    matching: int | None
    unknown: int | None
    units: int
    as_of: dt.date


def find_snapshot() -> Any:
    """The newest frozen snapshot, or None."""
    return assessment.newest_snapshot()


def _snapshot() -> Any:
    found = find_snapshot()
    if found is None or not snapshot_folder(found.pk).is_dir():
        raise refusals.NO_SNAPSHOT.because()
    return found


def try_reform(*, text: str, benchmark: str = "") -> Trial:
    """Simulate a reform (YAML) over the newest snapshot. The same text on the same snapshot is answered from the cache.

    Raises ``PolicyError`` for a text with mistakes, ``DLB-002`` without a snapshot, ``DLB-004`` where a rule cannot be
    evaluated, ``ASM-009`` for law the register cannot be assessed for, ``OFF-002`` at a desk that may not.
    """
    access.check_acting_may("deliberation.try")
    snapshot = _snapshot()
    reform = read_reform_text(policy_folder(), text)
    assessment.check_assessable(programme_code=reform.programme)
    law = policy_set()
    rules = law.content_hash(reform.programme) + reform.policy_set.content_hash(reform.programme)
    asked = hashlib.sha256(f"{rules}\n{text}\n{benchmark}".encode()).hexdigest()
    key = f"trial:{snapshot.pk}:{snapshot.rows_hash[:16]}:{asked}"
    report = cache.get(key)
    if not isinstance(report, Report):
        report = _simulate(law, reform, snapshot_folder(snapshot.pk), benchmark)
        cache.set(key, report, KEPT_SECONDS)
    return Trial(report, snapshot.pk, snapshot.rows_hash, snapshot.as_of)


def _simulate(law: PolicySet, reform: Reform, folder: Path, benchmark: str) -> Report:
    question = Question(benchmark=benchmark, memory=MEMORY)
    try:
        with tempfile.TemporaryDirectory(prefix="mazdoor-trial-") as work:
            return simulate(law, reform, folder, work=Path(work), question=question)
    except RunStopped as stopped:
        raise refusals.CANNOT_EVALUATE.because(why=str(stopped)) from None


def count_condition(*, programme_code: str, formula: str, at: dt.date) -> Counted:
    """How many units of a programme a condition matches on the newest snapshot. Raises as :func:`try_reform`."""
    access.check_acting_may("deliberation.try")
    assessment.check_assessable(programme_code=programme_code)
    snapshot = _snapshot()
    unit = policy_set().programmes[programme_code].unit
    asked = hashlib.sha256(f"{policy_set().content_hash(programme_code)}\n{unit}\n{formula}\n{at}".encode()).hexdigest()
    key = f"count:{snapshot.pk}:{snapshot.rows_hash[:16]}:{asked}"
    found = cache.get(key)
    if not isinstance(found, Matches):
        try:
            found = count_matching(policy_set(), unit, formula, snapshot_folder(snapshot.pk), at=at)
        except RunStopped as stopped:
            raise refusals.CANNOT_EVALUATE.because(why=str(stopped)) from None
        cache.set(key, found, KEPT_SECONDS)
    small = any(0 < each < SMALLEST_PUBLISHED for each in (found.matching, found.not_matching, found.unknown))
    return Counted(None if small else found.matching, None if small else found.unknown, found.units, snapshot.as_of)
