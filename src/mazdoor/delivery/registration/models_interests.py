"""Tables of interest shown by message: who asked by SMS to be registered, and what came in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from mazdoor.delivery.registration.states_interests import InterestState

AREA_CODE_LENGTH = 12
OPEN = Q(state__in=[InterestState.WAITING.value, InterestState.TAKEN_UP.value])


class Interest(models.Model):
    """A CNIC that came by SMS: somebody asks to be registered. Closed by the database when a record with this CNIC is
    written, by whatever door (trigger ``registration_interest_met``).

    ``area_code`` is the district named in the message; its province while it is not clear which of several is meant; ''
    where none was named: then only who sees the whole country sees it.
    """

    cnic_encrypted = models.BinaryField()
    cnic_index = models.BinaryField(max_length=16)
    mobile_encrypted = models.BinaryField()
    mobile_index = models.BinaryField(max_length=16)
    language = models.CharField(max_length=7)
    state = models.CharField(max_length=10, db_default="waiting")
    received_at = models.DateTimeField(db_default=Now())
    taken_up_at = models.DateTimeField(null=True)
    taken_up_by_officer_id = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    person_id = models.BigIntegerField(null=True)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cnic_index"], condition=OPEN, name="interest_one_open"),
            models.CheckConstraint(
                condition=(OPEN & Q(ended_at__isnull=True)) | (~OPEN & Q(ended_at__isnull=False)), name="interest_ended"
            ),
        ]
        indexes = [
            models.Index(fields=["area_code", "received_at"], condition=OPEN, name="interest_queue"),
            models.Index(fields=["mobile_index"], condition=OPEN, name="interest_mobile"),
        ]


class IncomingMessage(models.Model):
    """One SMS that came in, known by the gateway's number of it, and the answer that is owed. Its words are not kept."""

    message_index = models.BinaryField(max_length=16)
    mobile_encrypted = models.BinaryField(null=True)
    language = models.CharField(max_length=7)
    answer = models.CharField(max_length=12)
    digits = models.SmallIntegerField(null=True)
    interest = models.ForeignKey(
        Interest, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    received_at = models.DateTimeField(db_default=Now())
    attempts = models.SmallIntegerField(db_default=0)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message_index"], name="incoming_message_once")]
        indexes = [models.Index(fields=["id"], condition=Q(answered_at__isnull=True), name="incoming_message_owed")]
