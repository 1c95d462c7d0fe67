"""Tables of assessment: snapshots, runs, and what the rules said of each unit. Amounts are paisa a cycle."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from mazdoor.delivery.assessment.states import RunState, SnapshotState

AREA_CODE_LENGTH = 12


class Snapshot(models.Model):
    """The register frozen at a moment: Parquet under pseudonyms, known by the hash of its canonical rows."""

    as_of = models.DateField()
    taken_at = models.DateTimeField(db_default=Now())
    state = models.CharField(
        max_length=8,
        choices=[(each.value, each.value) for each in SnapshotState],
        db_default=SnapshotState.TAKEN.value,
    )
    rows_hash = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)


class AssessmentRun(models.Model):
    """One programme's rules applied to one snapshot: which version of the rules, at which date, known when, by which
    engine. With the snapshot's hash this is enough to repeat it."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="runs")
    programme_code = models.CharField(max_length=60)
    rule_hash = models.CharField(max_length=64)
    at_date = models.DateField()
    known_at = models.DateTimeField()
    engine = models.CharField(max_length=20)
    state = models.CharField(
        max_length=8, choices=[(each.value, each.value) for each in RunState], db_default=RunState.STARTED.value
    )
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "programme_code", "rule_hash", "at_date"],
                condition=models.Q(state="finished"),
                name="assessment_run_once",
            )
        ]


class Assessment(models.Model):
    """What the rules said of one unit (a person, family or household; ``person`` answers for it)."""

    run = models.ForeignKey(AssessmentRun, on_delete=models.PROTECT, related_name="assessments", db_index=False)
    unit_kind = models.CharField(max_length=12)
    unit_id = models.BigIntegerField()
    pseudonym = models.CharField(max_length=40)
    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+")
    eligible = models.BooleanField(null=True, help_text="Null: the rules cannot tell from what is known.")
    amount = models.BigIntegerField(null=True)
    category = models.CharField(max_length=60, blank=True)
    deciding_clause = models.CharField(max_length=60, blank=True)
    failed_clauses = ArrayField(models.CharField(max_length=60), default=list)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)
    quota_area = models.CharField(max_length=AREA_CODE_LENGTH, blank=True, db_default="")
    quota_rank = models.BigIntegerField(
        null=True, help_text="Number in the order of its category and area. Null: no quota."
    )
    quota_places = models.BigIntegerField(null=True, help_text="Places that category has in that area.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "unit_id"], name="assessment_once_a_run"),
            models.CheckConstraint(
                condition=models.Q(quota_rank=None, quota_places=None)
                | models.Q(quota_rank__gte=1, quota_places__gte=0, eligible=True) & ~models.Q(quota_area=""),
                name="assessment_standing_whole",
            ),
        ]


class BenefitReceived(models.Model):
    """A benefit that reached a family or person, told by later rooms, so that rules such as "one grant a family" can ask."""

    programme_code = models.CharField(max_length=60)
    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+")
    family_id = models.BigIntegerField(null=True)
    received_on = models.DateField()
    source_key = models.CharField(max_length=60)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source_key"], name="benefit_received_once")]
