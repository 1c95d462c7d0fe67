"""The table of recertification: one cycle of one household, from its calendar entry to its renewal."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from mazdoor.casework.states_changes import RenewalState

AREA_CODE_LENGTH = 12
_CLOSED = Q(state__in=["renewed", "ended"])


class Renewal(models.Model):
    """When a household has to confirm what we hold, what it was told, and whether it did.

    ``step`` counts the notices sent. Nothing here removes anybody: the furthest a calendar goes is ``review``, where a
    person looks.
    """

    household = models.ForeignKey("registration.Household", on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_on = models.DateField(help_text="When the household was last known to be as written down.")
    due_on = models.DateField()
    state = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in RenewalState],
        db_default=RenewalState.SCHEDULED.value,
    )
    step = models.SmallIntegerField(db_default=0)
    told_on = models.DateField(null=True)
    held_on = models.DateField(null=True)
    renewed_on = models.DateField(null=True)
    renewed_by = models.CharField(max_length=12, blank=True, db_default="")
    officer_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(db_default=Now())
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["household"], condition=~_CLOSED, name="renewal_one_open"),
            models.CheckConstraint(
                condition=~Q(state="renewed") | (Q(renewed_on__isnull=False) & ~Q(renewed_by="")),
                name="renewal_renewed",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=~_CLOSED, name="renewal_due"),
            models.Index(fields=["household", "renewed_on"], name="renewal_of_household"),
        ]
