"""Tables of change requests: what somebody says is otherwise, what shows it, and who decided."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from mazdoor.casework.states_changes import ChangeState

AREA_CODE_LENGTH = 12
_OPEN = Q(state__in=["asked", "proposed"])


class Change(models.Model):
    """One request to change what the registry holds. Values are sealed: a name or a card number asked for is as personal
    as the one that is held. ``fingerprint`` is a keyed hash of them, so that the same request twice is known as one.
    """

    class Channel(models.TextChoices):
        """Where the request came from."""

        OFFICER = "officer"
        WORKER = "worker"
        VERIFICATION = "verification"
        API = "api"
        MESSAGE = "message"

    kind = models.CharField(max_length=24)
    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField(help_text="The person, household or employment that is changed.")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    source = models.CharField(
        max_length=40, blank=True, db_default="", help_text="What opened it, such as discrepancy:7."
    )
    fields = ArrayField(models.CharField(max_length=30), default=list)
    values_encrypted = models.BinaryField()
    before_encrypted = models.BinaryField()
    fingerprint = models.BinaryField(max_length=16)
    evidence = ArrayField(models.CharField(max_length=24), default=list)
    words_encrypted = models.BinaryField(null=True)
    effective_on = models.DateField(null=True, help_text="The day it happened. Null: it was never as we had it.")
    four_eyes = models.BooleanField()
    state = models.CharField(max_length=10, choices=[(each.value, each.value) for each in ChangeState])
    opened_at = models.DateTimeField(db_default=Now())
    opened_by = models.BigIntegerField(null=True)
    due_on = models.DateField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    answer_encrypted = models.BinaryField(null=True)
    event = models.ForeignKey("registration.Event", on_delete=models.PROTECT, null=True, related_name="+")
    reversed_at = models.DateTimeField(null=True)
    reversed_by = models.BigIntegerField(null=True)
    reversal_encrypted = models.BinaryField(null=True)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            # Whoever asks does not approve, and whoever approved does not take back: held here, not by a menu.
            models.CheckConstraint(
                name="change_four_eyes",
                condition=Q(four_eyes=False)
                | ~Q(state__in=["applied", "reversed"])
                | (Q(decided_by__isnull=False) & (Q(opened_by__isnull=True) | ~Q(decided_by=F("opened_by")))),
            ),
            models.CheckConstraint(
                name="change_reversal_four_eyes",
                condition=Q(reversed_by__isnull=True) | Q(four_eyes=False) | ~Q(reversed_by=F("decided_by")),
            ),
            models.CheckConstraint(
                name="change_decided",
                condition=(_OPEN & Q(decided_at__isnull=True)) | (~_OPEN & Q(decided_at__isnull=False)),
            ),
            models.UniqueConstraint(fields=["source"], condition=~Q(source=""), name="change_once_a_source"),
        ]
        indexes = [
            models.Index(fields=["area_code", "due_on"], condition=_OPEN, name="change_queue"),
            models.Index(fields=["person", "opened_at"], name="change_of_person"),
        ]


class ChangeField(models.Model):
    """What an open change would write: one thing of one subject, in one open change at a time."""

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="claims")
    subject = models.CharField(max_length=40)
    field = models.CharField(max_length=30)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "field"], name="change_one_open_a_field")]
