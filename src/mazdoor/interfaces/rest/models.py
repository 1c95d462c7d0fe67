"""What other systems sent to be registered, and what became of it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Submission(models.Model):
    """One form of one system, under the key the system gave it. The form itself is not kept: the registration is.

    ``problems`` holds places, codes and whether each was only a warning; never what was written there.
    ``form_index`` is a blind index of the form, to tell a repetition from another form under the same key.
    """

    class State(models.TextChoices):
        """What became of it."""

        REGISTERED = "registered", "Registered"
        REFUSED = "refused", "Refused"

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=64)
    form_index = models.BinaryField(max_length=16)
    state = models.CharField(max_length=10, choices=State.choices)
    household_id = models.BigIntegerField(null=True)
    registry_numbers = ArrayField(models.CharField(max_length=12), default=list)
    problems = models.JSONField(default=list)
    sent_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    area_code = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="rest_submission_once"),
            models.CheckConstraint(
                condition=Q(state="refused") | Q(household_id__isnull=False), name="rest_submission_registered"
            ),
        ]


class SentFile(models.Model):
    """One file of one system, under the key the system gave it; the file itself and its counts are registration's.

    ``content_index`` is the keyed hash of its bytes: the same file again, or another under the same key.
    """

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=64)
    content_index = models.BinaryField(max_length=16)
    import_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="rest_file_once")]
