"""Tables of verification. ``*_index`` columns are blind indexes; evidence carries names of fields, never values."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

AREA_CODE_LENGTH = 12


class Kind(models.TextChoices):
    """What is verified."""

    IDENTITY = "identity"
    WEALTH_PROFILE = "wealth_profile"
    OCCUPATION = "occupation"
    RESIDENCE = "residence"


class Method(models.TextChoices):
    """How it was verified."""

    AUTHORITY = "authority"
    DOCUMENT = "document"
    VISIT = "visit"
    TESTIMONY = "testimony"


class Outcome(models.TextChoices):
    """What came of it.

    ``contested``: the authority confirms the claim, but another person on the register already holds this CNIC.
    """

    MATCH = "match"
    NO_MATCH = "no_match"
    DECEASED = "deceased"
    CONTESTED = "contested"


class Verification(models.Model):
    """One answer about one claim. A later answer supersedes it; neither is ever changed."""

    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    method = models.CharField(max_length=10, choices=Method.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    evidence = models.JSONField(default=dict)
    cnic_index = models.BinaryField(null=True, max_length=16)
    family_index = models.BinaryField(null=True, max_length=16)
    family_place = models.CharField(max_length=10, blank=True)
    officer_id = models.BigIntegerField(null=True)
    verified_at = models.DateTimeField(db_default=Now())
    expires_on = models.DateField(null=True)
    superseded_at = models.DateTimeField(null=True)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(superseded_at__isnull=True), name="verification_one_live"
            ),
            models.UniqueConstraint(
                fields=["cnic_index"],
                condition=Q(superseded_at__isnull=True, kind="identity", outcome="match"),
                name="verification_one_match_a_cnic",
            ),
        ]
        indexes = [models.Index(fields=["person", "kind", "verified_at"], name="verification_history")]


class VerificationRequest(models.Model):
    """A question to an authority that waits for its answer."""

    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    state = models.CharField(max_length=10, db_default="waiting")
    attempts = models.SmallIntegerField(db_default=0)
    requested_at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(state="waiting"), name="verification_request_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True) | Q(~Q(state="waiting"), ended_at__isnull=False),
                name="verification_request_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "next_at", "id"], condition=Q(state="waiting"), name="verification_request_queue"
            )
        ]


class Discrepancy(models.Model):
    """The claim and the answer part: a person must look. Nothing was overwritten."""

    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    fields = ArrayField(models.CharField(max_length=20), default=list)
    state = models.CharField(max_length=10, db_default="open")
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)
    closed_by_officer_id = models.BigIntegerField(null=True)
    resolution = models.CharField(max_length=200, blank=True, db_default="")
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(state="open"), name="discrepancy_one_open")
        ]
        indexes = [models.Index(fields=["area_code", "opened_at"], condition=Q(state="open"), name="discrepancy_queue")]


class WealthProfile(models.Model):
    """What other government registers hold on an adult, as last answered. Amounts in paisa; null is not known."""

    person = models.OneToOneField("registration.Person", on_delete=models.PROTECT, related_name="+", primary_key=True)
    foreign_travel = models.BooleanField(null=True)
    passport_executive_fee = models.BooleanField(null=True)
    cnic_executive_fee = models.BooleanField(null=True)
    vehicle = models.BooleanField(null=True)
    phone_bill_amount = models.BigIntegerField(null=True)
    property = models.BooleanField(null=True)
    government_employee = models.BooleanField(null=True)
    income_taxpayer = models.BooleanField(null=True)
    other_relief = models.BooleanField(null=True)
    kafaalat_beneficiary = models.BooleanField(null=True)
    pmt_score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    received_at = models.DateTimeField(db_default=Now())
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)
