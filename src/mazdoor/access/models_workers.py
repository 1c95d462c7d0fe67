"""Visits of workers to their own pages, and the codes they prove a telephone with.

A worker has no password and no account: whoever reads a code sent to a telephone holds that telephone, no more. The
tables keep no number that can be read: it is sealed for sending again, and found by its blind index for counting.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class WorkerVisit(models.Model):
    """One browser's visit. The browser holds a random token; here is only its hash, so a copy of this table opens nothing.

    ``proved_at`` is when the code was given back; ``person_ids`` are the records of the one human being the worker turned
    out to be (several after a merge; none while that is not known). ``kept_encrypted`` is what has been written so far on
    an unfinished form, sealed; it goes with the visit.
    """

    token_hash = models.BinaryField(max_length=32)
    mobile_encrypted = models.BinaryField()
    mobile_index = models.BinaryField(max_length=16)
    began_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    proved_at = models.DateTimeField(null=True)
    person_ids = ArrayField(models.BigIntegerField(), default=list)
    kept_encrypted = models.BinaryField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token_hash"], name="worker_visit_token")]
        indexes = [models.Index(fields=["seen_at"], name="worker_visit_seen")]


class OneTimeCode(models.Model):
    """One code that was sent, under a keyed hash. Only the newest of a visit can be given back."""

    visit = models.ForeignKey(WorkerVisit, on_delete=models.CASCADE, related_name="codes")
    mobile_index = models.BinaryField(max_length=16)
    address_index = models.BinaryField(max_length=16)
    code_hash = models.BinaryField(max_length=16)
    asked_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    wrong_guesses = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["mobile_index", "asked_at"], name="one_time_code_mobile"),
            models.Index(fields=["address_index", "asked_at"], name="one_time_code_address"),
        ]


class WorkerClaim(models.Model):
    """One time somebody at a proved telephone said who they are on the register, rightly or not. Nothing of what was said
    is kept; it is there to be counted."""

    mobile_index = models.BinaryField(max_length=16)
    claimed_at = models.DateTimeField(db_default=Now())
    right = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["mobile_index", "claimed_at"], name="worker_claim_mobile")]
