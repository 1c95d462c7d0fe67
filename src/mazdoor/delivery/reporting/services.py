"""Door in: compute every indicator for a day."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files

from django.db import connection, transaction
from django.utils import timezone

from mazdoor.delivery.reporting import estimates
from mazdoor.delivery.reporting.models import Indicator, ReportRun
from mazdoor.journal import services as journal
from mazdoor.reference import selectors as reference

_UNKNOWN = "-"


def compute(*, at: date, snapshot: str = "") -> ReportRun:
    """Count, estimate and keep every indicator as of ``at``; the caller acts as the system, which sees every area.

    ``snapshot`` is the hash of the frozen snapshot the figures belong to, where there is one. Facts that have not
    changed give back the run there is, and nothing is written.
    """
    try:
        with transaction.atomic():
            return _compute(at, snapshot)
    except _AlreadyKnown as known:
        return known.run


class _AlreadyKnown(Exception):
    """The facts are those of an earlier run; what was written is rolled back."""

    def __init__(self, run: ReportRun) -> None:
        super().__init__(run.name)
        self.run = run


def _compute(at: date, snapshot: str) -> ReportRun:
    # Until the hash is known the run carries a mark that is unique per day: two computations of a day wait in line.
    run = ReportRun.objects.create(at=at, snapshot=snapshot, figures_hash=_UNKNOWN, computed_at=timezone.now())
    with connection.cursor() as cursor:
        # After a bulk load nobody has counted the new rows for the planner, and it would join the whole register row by
        # row; every join here is of whole tables, so hashing is right whatever the planner believes.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_counting(), {"run": run.pk, "at": at})
        counted = cursor.rowcount
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
    estimated = _estimate(run)
    run.figures_hash = _hash(run)
    same = ReportRun.objects.filter(at=at, snapshot=snapshot, figures_hash=run.figures_hash).first()
    if same is not None:
        raise _AlreadyKnown(same)
    run.save(update_fields=["figures_hash"])
    journal.record(
        act="reporting.run.computed",
        subject=f"report-run:{run.pk}",
        details={"at": at.isoformat(), "counted": counted, "estimated": estimated},
        count=counted + estimated,
        root=run.figures_hash,
    )
    return run


@cache
def _counting() -> str:
    return files("mazdoor.delivery.reporting").joinpath("indicators.sql").read_text(encoding="utf-8")


def _estimate(run: ReportRun) -> int:
    populations = {
        area.code: area.population_2023
        for area in reference.areas(level="district", at=run.at)
        if area.population_2023 is not None
    }
    rows = [
        Indicator(
            run=run,
            measure=estimates.MEASURE,
            breakdown=estimate.breakdown,
            area_code=estimate.area_code,
            sex=estimate.sex,
            sector=estimate.sector,
            category=estimate.category,
            value=estimate.value,
            basis=estimate.basis,
            source=estimate.method.en,
        )
        for estimate in estimates.informal_workers(populations)
    ]
    Indicator.objects.bulk_create(rows)
    return len(rows)


def _hash(run: ReportRun) -> str:
    """SHA-256 over the run's rows in canonical order; what the rows say, not when they were written."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT encode(sha256(convert_to(coalesce(string_agg(line, E'\\n' ORDER BY line COLLATE "C"), ''), 'UTF8')),
                          'hex')
            FROM (
              SELECT concat_ws('|', measure, breakdown, area_code, sex, sector, category, programme, value, basis)
              FROM reporting_indicator WHERE run_id = %s
            ) AS rows (line)
            """,
            [run.pk],
        )
        return str(cursor.fetchone()[0])
