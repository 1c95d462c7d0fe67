"""The journal's tables, the outbox, and the runs of long jobs.

``journal_entry`` is kept by month: in the database its key is ``(id, recorded_at)``. Entries and seals are append-only
by trigger, for the owner too. Which entries a seal covers stands in the seal, so sealing never touches an entry.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from mazdoor.journal.states import DeliveryState, RunState


class Entry(models.Model):
    """One act: who, what, on what, when. Never a personal value. Its database columns include ``written_in``
    (the transaction), which only sealing reads."""

    recorded_at = models.DateTimeField(db_default=Now())
    officer_id = models.BigIntegerField(null=True)  # null: the system itself, and ``reason`` says why
    reason = models.TextField()
    act = models.TextField()
    subject = models.TextField()
    details = models.JSONField()
    count = models.BigIntegerField(null=True)  # rows of a bulk step
    root = models.TextField(null=True)  # hash over the rows of a bulk step

    class Meta:
        ordering = ["id"]


class Seal(models.Model):
    """A batch of entries closed for ever: the Merkle root of their leaves, chained to the seal before."""

    number = models.BigIntegerField(primary_key=True)
    previous = models.BinaryField()  # the seal before; 32 zero bytes for the first
    root = models.BinaryField()
    seal = models.BinaryField(unique=True)
    entry_ids = ArrayField(models.BigIntegerField())  # ascending
    leaves = models.BinaryField()  # 32 bytes for each entry, so that a broken one can be named
    horizon = models.TextField()  # transactions below this number were finished when the seal was made
    cluster = models.TextField()  # the server's own identifier: its transaction numbers mean nothing on another
    sealed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["number"]


class SealedEntry(models.Model):
    """Which seal covers an entry: an index into the seals, which hold the same and are what is verified."""

    entry_id = models.BigIntegerField(primary_key=True)
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="+")


class Message(models.Model):
    """A piece of news for later rooms, written in the transaction that made it true."""

    topic = models.TextField()
    payload = models.JSONField()
    published_at = models.DateTimeField(db_default=Now())


class Delivery(models.Model):
    """One message for one handler."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries")
    handler = models.TextField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")  # the kind of error; never its words, which may hold a person

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "handler"], name="journal_delivery_once")]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                name="journal_delivery_waiting",
                condition=models.Q(state=DeliveryState.WAITING),
            )
        ]


class JobRun(models.Model):
    """A long job with a name and a key: started once, resumed as often as it is killed."""

    name = models.TextField()
    key = models.TextField()
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    attempts = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "key"], name="journal_jobrun_once")]


class JobStep(models.Model):
    """How far one step of a run is, and what it gave when done."""

    run = models.ForeignKey(JobRun, on_delete=models.CASCADE, related_name="steps")
    name = models.TextField()
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    checkpoint = models.JSONField(null=True)
    result = models.JSONField(null=True)
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="journal_jobstep_once")]


class JobPart(models.Model):
    """One finished part of a step that is done in parts."""

    step = models.ForeignKey(JobStep, on_delete=models.CASCADE, related_name="parts")
    key = models.TextField()
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "key"], name="journal_jobpart_once")]
