"""The table of deliberation. Nothing in it names a person: a draft is a text of law, its results are counts."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from mazdoor.deliberation.states import DraftState


class DraftRule(models.Model):
    """A reform that somebody proposes, and what it was found to do. Text and results are never changed once saved."""

    programme_code = models.CharField(max_length=60)
    title_en = models.CharField(max_length=200)
    title_ur = models.CharField(max_length=200)
    reform_text = models.TextField(help_text="The reform as a YAML document, as mazdoor simulate reads it.")
    rule_hash_before = models.CharField(max_length=64)
    rule_hash_after = models.CharField(max_length=64)
    snapshot_id_number = models.BigIntegerField(help_text="The snapshot it was tried on (a number of assessment).")
    snapshot_hash = models.CharField(max_length=64)
    results = models.JSONField(
        help_text="The simulation's report: counts and sums; groups under the threshold withheld."
    )
    state = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in DraftState], db_default=DraftState.DRAFT.value
    )
    written_by = models.BigIntegerField(null=True)
    written_at = models.DateTimeField(db_default=Now())
