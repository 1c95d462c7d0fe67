"""Tables of deduplication. Weights are in bits (log2 of the odds); evidence holds levels and weights, never values."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from mazdoor.delivery.deduplication.states import BulkState, HouseholdState, PairState, RunState

AREA_CODE_LENGTH = 12


def _in(states: type[PairState] | type[RunState] | type[HouseholdState] | type[BulkState]) -> Q:
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
    step = models.CharField(max_length=24, blank=True, db_default="", help_text="What it is at, or was when it ended.")
    share = models.FloatField(db_default=0, help_text="How much of it is done, from 0 to 1.")
    error = models.CharField(max_length=80, blank=True, db_default="", help_text="What it broke off with: a code.")
    learnt = models.BooleanField(
        db_default=False, help_text="Whether it learnt its model, not weighed by an earlier one."
    )
    labels = models.BigIntegerField(db_default=0, help_text="Decisions of officers its model was learnt from.")
    weights = models.JSONField(default=list, help_text="[bits, pairs] in steps of half a bit: the curve of costs.")

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
    cluster_id = models.BigIntegerField(null=True, help_text="The cluster it waits in; null unless it is open.")
    round = models.SmallIntegerField(db_default=1, help_text="How often it came into the queue; opinions count in one.")
    due_on = models.DateField(null=True, help_text="Where nobody could tell: the day it comes back.")
    reopened = models.JSONField(
        null=True, help_text="Why it came back although it was found different: gain in bits, fields, run, and when."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_a", "person_b"], name="matched_pair_once"),
            models.CheckConstraint(condition=Q(person_a__lt=F("person_b")), name="matched_pair_two_people"),
            models.CheckConstraint(condition=_in(PairState), name="matched_pair_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "proposed"], decided_at__isnull=True)
                | Q(~Q(state__in=["queued", "proposed"]), decided_at__isnull=False),
                name="matched_pair_decided_at",
            ),
            models.CheckConstraint(
                condition=Q(cluster_id__isnull=True) | Q(state__in=["queued", "proposed"]),
                name="matched_pair_clustered",
            ),
        ]
        indexes = [
            models.Index(fields=["-weight", "id"], condition=Q(state=PairState.QUEUED), name="matched_pair_queue"),
            models.Index(fields=["cluster_id"], condition=Q(cluster_id__isnull=False), name="matched_pair_cluster"),
            models.Index(
                fields=["person_a", "person_b"], condition=Q(state="different"), name="matched_pair_different"
            ),
        ]


class Cluster(models.Model):
    """Open pairs that hang together, worked as one. Drawn anew from the pairs, never written by hand; its number is that of
    its oldest pair, so the same pairs always make the same cluster.

    ``area_code`` is what all its areas have in common (a P-code or a beginning of one), so that a queue of one area is read
    by an index; ``chain`` says that lighter links of a longer chain were cut to keep it small enough to compare.
    """

    id = models.BigIntegerField(primary_key=True)
    weight = models.FloatField()
    strong = models.BooleanField()
    records = models.SmallIntegerField()
    pairs = models.SmallIntegerField()
    chain = models.BooleanField(db_default=False)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)
    areas = ArrayField(models.CharField(max_length=AREA_CODE_LENGTH))

    class Meta:
        indexes = [
            models.Index(fields=["-weight", "id"], name="cluster_heaviest"),
            models.Index(fields=["area_code"], name="cluster_area", opclasses=["text_pattern_ops"]),
        ]


class PairDecision(models.Model):
    """What an officer said of a pair, and why. Never changed: a later one stands beside it.

    ``took_effect``: false for an opinion that waited for a second one. ``weight`` and ``evidence`` are what the officer saw.
    """

    pair = models.ForeignKey(MatchedPair, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=12)
    officer_id = models.BigIntegerField()
    note = models.CharField(max_length=400, blank=True)
    decided_at = models.DateTimeField(db_default=Now())
    area_a = models.CharField(max_length=AREA_CODE_LENGTH)
    area_b = models.CharField(max_length=AREA_CODE_LENGTH)
    round = models.SmallIntegerField(db_default=1)
    took_effect = models.BooleanField(db_default=True)
    keep_person_id = models.BigIntegerField(null=True)
    weight = models.FloatField(null=True)
    evidence = models.JSONField(null=True)
    bulk = models.ForeignKey("BulkAcceptance", on_delete=models.PROTECT, null=True, related_name="+")


class Merge(models.Model):
    """One record stands for another from ``merged_at`` until ``undone_at``. Both records stay as they were.

    Live merges make a forest: each points from the record that was head of its group to the head it joined. Whom it was made
    about is kept beside: where an earlier merge is undone, these two stay together, whoever heads them then.
    """

    canonical_person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+")
    merged_person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    pair = models.ForeignKey(MatchedPair, on_delete=models.PROTECT, null=True, related_name="merges")
    kept_person_id = models.BigIntegerField(
        null=True, help_text="Who of the two it was made about is on the side kept."
    )
    joined_person_id = models.BigIntegerField(null=True, help_text="The other of the two it was made about.")
    stood_before = models.JSONField(
        default=list,
        help_text="Heads it joined until an earlier merge was undone: [{merged, canonical}], oldest first.",
    )
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
        indexes = [models.Index(fields=["id"], condition=~Q(stood_before=[]), name="merge_stood_before")]


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


class HouseholdPair(models.Model):
    """Two households that may be one registered twice. ``event_id`` is the union by which they were joined."""

    household_a = models.ForeignKey(
        "registration.Household", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    household_b = models.ForeignKey("registration.Household", on_delete=models.PROTECT, related_name="+")
    shared = models.SmallIntegerField(help_text="Members in a strong pair with the other's, or one person with them.")
    share = models.FloatField(help_text="Of the smaller household's members.")
    state = models.CharField(max_length=12, default=HouseholdState.QUEUED)
    event_id = models.BigIntegerField(null=True)
    officer_id = models.BigIntegerField(null=True)
    note = models.CharField(max_length=400, blank=True)
    found_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True)
    area_a = models.CharField(max_length=AREA_CODE_LENGTH)
    area_b = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["household_a", "household_b"], name="household_pair_once"),
            models.CheckConstraint(condition=Q(household_a__lt=F("household_b")), name="household_pair_two"),
            models.CheckConstraint(condition=_in(HouseholdState), name="household_pair_state_known"),
        ]
        indexes = [models.Index(fields=["-share", "id"], condition=Q(state="queued"), name="household_pair_queue")]


class BulkAcceptance(models.Model):
    """An officer asks to take all queued pairs from a weight on for one person each; a sample says how often that is wrong.

    ``bound`` is the upper confidence bound of Clopper and Pearson on the share of wrong pairs, at ``confidence``, one-sided.
    """

    state = models.CharField(max_length=12, default=BulkState.SAMPLING)
    weight_from = models.FloatField()
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)
    seed = models.BigIntegerField()
    pairs = models.BigIntegerField()
    sample_size = models.IntegerField()
    confidence = models.FloatField()
    error_limit = models.FloatField()
    wrong = models.IntegerField(null=True)
    bound = models.FloatField(null=True)
    reason = models.CharField(max_length=400)
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField(db_default=Now())
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    undone_by = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)
    undo_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_in(BulkState), name="bulk_state_known"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("asked_by")), name="bulk_two_officers"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirming", "confirmed", "undoing", "undone"])
                | Q(confirmed_by__isnull=False, bound__lte=F("error_limit")),
                name="bulk_below_its_limit",
            ),
        ]


class BulkPair(models.Model):
    """A pair of a bulk acceptance, fixed when it was asked for. ``found`` is what an officer said of a pair of the sample;
    ``left_to_people``: not merged with the others, because it was no longer what had been accepted."""

    bulk = models.ForeignKey(BulkAcceptance, on_delete=models.PROTECT, related_name="members", db_index=False)
    pair = models.ForeignKey(MatchedPair, on_delete=models.PROTECT, related_name="+")
    sampled = models.BooleanField()
    found = models.CharField(max_length=12, blank=True, db_default="")
    found_by = models.BigIntegerField(null=True)
    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, null=True, related_name="+")
    left_to_people = models.BooleanField(db_default=False)
    area_a = models.CharField(max_length=AREA_CODE_LENGTH)
    area_b = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulk", "pair"], name="bulk_pair_once")]
