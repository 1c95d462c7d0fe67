"""Tables of accounts. An IBAN is kept sealed, found by its blind index, and shown by its last four letters."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

AREA_CODE_LENGTH = 12
PURPOSE_LENGTH = 24


class AccountRequest(models.Model):
    """A request to one bank to open an account for one person and purpose. Its key is its identity at the bank."""

    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    canonical_person_id = models.BigIntegerField()
    purpose = models.CharField(max_length=PURPOSE_LENGTH)
    bank_code = models.CharField(max_length=4)
    state = models.CharField(max_length=10, db_default="waiting")
    reason = models.CharField(max_length=40, blank=True, db_default="")
    attempts = models.SmallIntegerField(db_default=0)
    requested_at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["canonical_person_id", "purpose"],
                condition=Q(state__in=["waiting", "unknown", "pending"]),
                name="account_request_one_under_way",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "unknown", "pending"], ended_at__isnull=True)
                | (~Q(state__in=["waiting", "unknown", "pending"]) & Q(ended_at__isnull=False)),
                name="account_request_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "next_at", "id"],
                condition=Q(state__in=["waiting", "unknown", "pending"]),
                name="account_request_queue",
            ),
            models.Index(fields=["canonical_person_id", "purpose"], name="account_request_history"),
        ]

    @property
    def key(self) -> str:
        """What the bank knows this request by: the same for ever, and nothing about the person."""
        return key_of(self.pk)


def key_of(request_id: int) -> str:
    """The idempotency key of a request."""
    return f"mazdoor-account-{request_id}"


class Account(models.Model):
    """An account in a person's own name."""

    class Origin(models.TextChoices):
        """Whether a bank opened it for us or the person already had it."""

        OPENED = "opened"
        LINKED = "linked"

    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+")
    canonical_person_id = models.BigIntegerField()
    purpose = models.CharField(max_length=PURPOSE_LENGTH)
    bank_code = models.CharField(max_length=4)
    iban_encrypted = models.BinaryField()
    iban_index = models.BinaryField(max_length=16)
    iban_last4 = models.CharField(max_length=4)
    origin = models.CharField(max_length=6, choices=Origin.choices)
    request = models.OneToOneField(AccountRequest, on_delete=models.PROTECT, null=True, related_name="account")
    state = models.CharField(max_length=6, db_default="opened")
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.CharField(max_length=40, blank=True, db_default="")
    officer_id = models.BigIntegerField(null=True)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["canonical_person_id", "purpose"], condition=Q(state="opened"), name="account_one_live"
            ),
            models.UniqueConstraint(
                fields=["iban_index", "purpose"], condition=Q(state="opened"), name="account_of_one_person"
            ),
            models.CheckConstraint(
                condition=Q(state="opened", closed_at__isnull=True) | Q(state="closed", closed_at__isnull=False),
                name="account_closed_at",
            ),
        ]
