"""Tables of deduplication. Weights are in bits (log2 of the odds); evidence holds levels and weights, never values."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from mazdoor.delivery.deduplication.states import PairState, RunState

AREA_CODE_LENGTH = 12


def _in(states: type[PairState] | type[RunState]) -> Q:
    return Q(state__in=[state.value for state in states])


class MatchRun(models.Model):
    """One comparison of the register with itself, and the model it used (kept, so that every weight can be redone)."""

    state = models.CharField(max_length=8, default=RunState.RUNNING)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    everything = models.BooleanField(help_text="All against all, or only what is new since the run before.")
    seen_until = models.DateTimeField(null=True, help_text="Records written before this moment were compared.")
    records = models.BigIntegerField(default=0)
    new_records = models.BigIntegerField(default=0)
    compared = models.BigIntegerField(default=0)
    found = models.BigIntegerField(default=0)
    queued = models.BigIntegerField(default=0)
    lower = models.FloatField(default=0)
    upper = models.FloatField(default=0)
    model = models.JSONField(default=dict)
    left_out = models.JSONField(default=dict, help_text="Match keys too common to compare by, with their records.")
    seconds = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(condition=_in(RunState), name="match_run_state_known")]


class MatchedPair(models.Model):
    """Two records that may be one person. The smaller person id is always ``person_a``, so a pair exists once."""

    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, related_name="+", db_index=False)
    person_a = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    person_b = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+")
    weight = models.FloatField()
    probability = models.FloatField()
    strong = models.BooleanField(help_text="At or above the run's upper threshold.")
    evidence = models.JSONField(
        help_text="Field -> level of likeness and weight in bits; kinship and prior among them."
    )
    state = models.CharField(max_length=12, default=PairState.QUEUED)
    decided_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField(db_default=Now())
    area_a = models.CharField(max_length=AREA_CODE_LENGTH)
    area_b = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_a", "person_b"], name="matched_pair_once"),
            models.CheckConstraint(condition=Q(person_a__lt=F("person_b")), name="matched_pair_two_people"),
            models.CheckConstraint(condition=_in(PairState), name="matched_pair_state_known"),
            models.CheckConstraint(
                condition=Q(state=PairState.QUEUED, decided_at__isnull=True)
                | Q(~Q(state=PairState.QUEUED), decided_at__isnull=False),
                name="matched_pair_decided_at",
            ),
        ]
        indexes = [
            models.Index(fields=["-weight", "id"], condition=Q(state=PairState.QUEUED), name="matched_pair_queue"),
        ]


class PairDecision(models.Model):
    """What an officer said of a pair, and why. Never changed: a later one stands beside it."""

    pair = models.ForeignKey(MatchedPair, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=12)
    officer_id = models.BigIntegerField()
    note = models.CharField(max_length=400, blank=True)
    decided_at = models.DateTimeField(db_default=Now())
    area_a = models.CharField(max_length=AREA_CODE_LENGTH)
    area_b = models.CharField(max_length=AREA_CODE_LENGTH)


class Merge(models.Model):
    """One record stands for another from ``merged_at`` until ``undone_at``. Both records stay as they were.

    Live merges make a forest: each points from the record that was head of its group to the head it joined.
    """

    canonical_person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+")
    merged_person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    pair = models.ForeignKey(MatchedPair, on_delete=models.PROTECT, null=True, related_name="merges")
    officer_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=400)
    merged_at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True)
    undone_by_officer_id = models.BigIntegerField(null=True)
    undo_reason = models.CharField(max_length=400, blank=True)
    participants = models.JSONField(default=list, help_text="What each participant needs to undo its part, in order.")
    canonical_area = models.CharField(max_length=AREA_CODE_LENGTH)
    merged_area = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merged_person"], condition=Q(undone_at__isnull=True), name="merge_one_live_a_person"
            ),
            models.CheckConstraint(condition=~Q(canonical_person=F("merged_person")), name="merge_two_people"),
        ]


class CanonicalPerson(models.Model):
    """Who stands for whom, for merged records only: whoever has no row stands for themselves.

    Kept by the database from the live merges, never written by hand.
    """

    person = models.OneToOneField("registration.Person", on_delete=models.PROTECT, related_name="+", primary_key=True)
    canonical_person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+")
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)
    canonical_area = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(canonical_person=F("person")), name="canonical_person_another"),
        ]
