"""Tables of the reporting room: a run and its figures. Both are only ever added."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ReportRun(models.Model):
    """One computation of every indicator at one date. ``figures_hash`` is the SHA-256 of its canonical rows.

    ``at`` is the day the figures speak of, ``snapshot`` the frozen snapshot they were computed beside (its hash), empty
    where they were counted on the live registry alone. Facts that have not changed give the same hash, hence the same
    run: computing twice stores nothing twice.
    """

    at = models.DateField()
    snapshot = models.CharField(max_length=64, default="")
    figures_hash = models.CharField(max_length=64)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["at", "snapshot", "figures_hash"], name="report_run_once")]

    @property
    def name(self) -> str:
        """What people call the run: its day and the beginning of its hash."""
        return f"{self.at.isoformat()}-{self.figures_hash[:8]}"

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """One figure: a measure, cut by a breakdown into a cell. Blank dimensions are those not cut by.

    ``value`` is persons, or whole paisa for measures whose name ends in ``_amount``. ``basis`` says how it is known:
    ``counted`` in our own tables, ``published`` by the survey, or ``derived`` from it by the method in ``source``.
    """

    run = models.ForeignKey(ReportRun, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=32)
    breakdown = models.CharField(max_length=24)
    area_code = models.CharField(max_length=12, default="")
    sex = models.CharField(max_length=8, default="")
    sector = models.CharField(max_length=16, default="")
    category = models.CharField(max_length=24, default="")
    programme = models.CharField(max_length=64, default="")
    value = models.BigIntegerField()
    basis = models.CharField(max_length=9)
    source = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "measure", "breakdown", "area_code", "sex", "sector", "category", "programme"],
                name="indicator_once",
            ),
            models.CheckConstraint(condition=Q(basis__in=["counted", "published", "derived"]), name="indicator_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} by {self.breakdown}: {self.value}"
