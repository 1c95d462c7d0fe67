"""Tables of what happened to people, households, employments and businesses, and of people handed over to another office.

An event is the act; what it made true or untrue is in the spells it closed and opened, and it names each of them, so it
can be taken back to exactly the state before.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

AREA_CODE_LENGTH = 12


class Event(models.Model):
    """One thing that happened, or one mistake that was mended: a death, a move, a wrong link undone.

    ``happened_on`` is the day in the world, ``recorded_at`` the moment from which we believe it: the same moment stands
    in every spell it closed or opened. ``strokes`` names those rows (numbers only, no personal value).
    """

    class Kind(models.TextChoices):
        """What can happen."""

        MOVE = "move"
        JOIN = "join"
        SPLIT = "split"
        UNION = "union"
        MARRIAGE = "marriage"
        DIVORCE = "divorce"
        BIRTH = "birth"
        DEATH = "death"
        CHANGE = "change"
        CORRECTION = "correction"
        LINK_UNDONE = "link_undone"
        JOB_STARTED = "job_started"
        JOB_CHANGED = "job_changed"
        JOB_ENDED = "job_ended"
        BUSINESS_CHANGED = "business_changed"
        REVERSAL = "reversal"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    happened_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())
    officer_id = models.BigIntegerField(null=True)
    person_ids = ArrayField(models.BigIntegerField(), default=list)
    household_ids = ArrayField(models.BigIntegerField(), default=list)
    fields = ArrayField(models.CharField(max_length=30), default=list, help_text="Names of what changed, no values.")
    strokes = models.JSONField(default=dict)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        indexes = [
            GinIndex(fields=["person_ids"], name="event_persons"),
            GinIndex(fields=["household_ids"], name="event_households"),
            models.Index(fields=["area_code", "recorded_at"], name="event_area"),
        ]


class HandOver(models.Model):
    """People one office gives into the care of another, because they moved there. Seen by both offices."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="+")
    person_ids = ArrayField(models.BigIntegerField(), default=list)
    household_id = models.BigIntegerField(null=True)
    from_area = models.CharField(max_length=AREA_CODE_LENGTH)
    to_area = models.CharField(max_length=AREA_CODE_LENGTH)
    handed_over_at = models.DateTimeField(db_default=Now())
    handed_over_by = models.BigIntegerField(null=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(from_area=F("to_area")), name="hand_over_elsewhere"),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, received_by__isnull=True) | Q(received_at__isnull=False),
                name="hand_over_received",
            ),
        ]
        indexes = [
            models.Index(fields=["to_area"], condition=Q(received_at__isnull=True), name="hand_over_waiting"),
        ]
