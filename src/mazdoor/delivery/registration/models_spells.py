"""The two times of everything that can change, and what each table of spells has in common."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

AREA_CODE_LENGTH = 12
CURRENT = Q(valid_to__isnull=True, recorded_to__isnull=True)


class Spell(models.Model):
    """The two times of everything that can change: half-open on both axes, an empty end means still.

    ``valid_*`` are days in the world, ``recorded_*`` moments of our belief. Nothing is overwritten: a correction ends
    the recorded time of a row and adds another; a change in the world also ends its valid time.
    """

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    recorded_from = models.DateTimeField(db_default=Now())
    recorded_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


def spell_constraints(name: str, anchor: str) -> list[models.BaseConstraint]:
    """One current belief for each anchor, and no spell that ends before it starts."""
    return [
        models.UniqueConstraint(fields=[anchor], condition=CURRENT, name=f"{name}_one_current"),
        models.CheckConstraint(
            condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name=f"{name}_valid_in_order"
        ),
    ]


def past_area_code() -> models.CharField[str, str]:
    """Where somebody lived in a spell, where that is not where they live now.

    ``area_code`` says which office answers for a row today, and follows a move; where they lived then must not.
    """
    return models.CharField(max_length=AREA_CODE_LENGTH, blank=True, db_default="")
