"""The table of casework."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from mazdoor.casework.states import CaseState


class Case(models.Model):
    """A grievance, an appeal against a decision, or a finding of the system that a person has to look at."""

    class Kind(models.TextChoices):
        """What brought the case."""

        GRIEVANCE = "grievance"
        APPEAL = "appeal"
        FINDING = "finding"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60, help_text="What it is about, such as decision:17.")
    words_encrypted = models.BinaryField(null=True, help_text="What the person said, sealed.")
    state = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in CaseState], db_default=CaseState.OPENED.value
    )
    opened_at = models.DateTimeField(db_default=Now())
    opened_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.BigIntegerField(null=True)
    answer_encrypted = models.BinaryField(null=True)
    area_code = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "person", "subject"], condition=models.Q(state="opened"), name="case_one_open"
            )
        ]


# Tables of their own subject, gathered here because Django looks for a room's tables in this module.
from mazdoor.casework.models_changes import Change, ChangeField  # noqa: E402
from mazdoor.casework.models_recertification import Renewal  # noqa: E402

__all__ = ["Case", "Change", "ChangeField", "Renewal"]
