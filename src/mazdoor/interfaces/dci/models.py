"""What other systems asked, what they subscribed to, and what is on its way to them.

What an asker searched by may be a CNIC, so requests and filters are sealed, and a request is forgotten once answered.
No answer is kept: it is composed when it is sent, from what the asker may see at that moment.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from mazdoor.interfaces.dci.states import ExchangeState, NoticeState, PostingState, SubscriptionState

LONGEST_ID = 99


class Exchange(models.Model):
    """One message of another system. The same message id again is a repetition, and refused."""

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+", db_index=False)
    message_id = models.CharField(max_length=LONGEST_ID)
    action = models.CharField(max_length=12)
    transaction_id = models.CharField(max_length=LONGEST_ID)
    correlation_id = models.CharField(max_length=36)
    state = models.CharField(max_length=4, choices=ExchangeState.choices)
    parts = models.JSONField(default=list, help_text="reference_id, state and reason of each request of the batch.")
    scopes = ArrayField(models.CharField(max_length=30), default=list)
    request_sealed = models.BinaryField(null=True)
    callback_uri = models.URLField(blank=True)
    received_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "message_id"], name="dci_message_once"),
            models.UniqueConstraint(fields=["correlation_id"], name="dci_correlation_once"),
        ]
        indexes = [
            models.Index(fields=["client", "transaction_id"], name="dci_exchange_transaction"),
            models.Index(fields=["received_at"], name="dci_exchange_age"),
            GinIndex(fields=["parts"], opclasses=["jsonb_path_ops"], name="dci_exchange_references"),
        ]


class Subscription(models.Model):
    """A system's standing wish to be told of one kind of event about people who match a filter."""

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=36)
    reference_id = models.CharField(max_length=LONGEST_ID)
    transaction_id = models.CharField(max_length=LONGEST_ID)
    event = models.CharField(max_length=30)
    record_type = models.CharField(max_length=60)
    filter_type = models.CharField(max_length=20)
    filter_sealed = models.BinaryField()
    filter_index = models.BinaryField(max_length=16, help_text="Blind index of event and filter: the same wish twice.")
    purpose = models.CharField(max_length=30)
    scopes = ArrayField(models.CharField(max_length=30), default=list)
    locale = models.CharField(max_length=3, default="eng")
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    frequency = models.CharField(max_length=60, blank=True, help_text="Cron; empty is at once.")
    callback_uri = models.URLField()
    state = models.CharField(max_length=11, choices=SubscriptionState.choices, default=SubscriptionState.SUBSCRIBED)
    subscribed_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="dci_subscription_code"),
            models.UniqueConstraint(
                fields=["client", "filter_index"], condition=Q(state="subscribe"), name="dci_subscription_once"
            ),
        ]


class Posting(models.Model):
    """One message of ours for another system, sent until it is taken: the same message id at each try."""

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, null=True, related_name="postings")
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, null=True, related_name="postings")
    action = models.CharField(max_length=16)
    message_id = models.CharField(max_length=36)
    address = models.URLField()
    state = models.CharField(max_length=10, choices=PostingState.choices, default=PostingState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(db_default=Now())
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=40, blank=True, help_text="The kind of failure; never its words.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message_id"], name="dci_posting_message")]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state=PostingState.WAITING), name="dci_posting_waiting")
        ]


class Notice(models.Model):
    """One event about one household or person, for one subscription: told once."""

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="notices", db_index=False)
    event_key = models.CharField(max_length=60)
    person_id = models.BigIntegerField()
    household_id = models.BigIntegerField(null=True)
    area_code = models.CharField(max_length=12)
    happened_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.WAITING)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, null=True, related_name="notices")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "event_key"], name="dci_notice_once")]
        indexes = [models.Index(fields=["due_at"], condition=Q(state=NoticeState.WAITING), name="dci_notice_due")]
