"""Tables of verification. ``*_index`` columns are blind indexes; evidence carries names of fields, never values."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

AREA_CODE_LENGTH = 12


class Kind(models.TextChoices):
    """What is verified."""

    IDENTITY = "identity"
    LIFE = "life"
    """Whether the authority still counts them among the living."""
    FAMILY = "family"
    """Whether the household's family is the one the authority holds."""
    WEALTH_PROFILE = "wealth_profile"
    PHONE = "phone"
    """Whether the mobile number is registered on the person's CNIC."""
    BUSINESS = "business"
    """Whether the tax register knows the business as its owner describes it."""
    OCCUPATION = "occupation"
    RESIDENCE = "residence"


class Method(models.TextChoices):
    """How it was verified. ``testimony``: attested by somebody who knows (see ``Capacity``)."""

    AUTHORITY = "authority"
    DOCUMENT = "document"
    VISIT = "visit"
    TESTIMONY = "testimony"


class Capacity(models.TextChoices):
    """In what capacity somebody attests."""

    EMPLOYER = "employer"
    UNION = "union"
    COMMITTEE = "committee"
    OFFICIAL = "official"


class Outcome(models.TextChoices):
    """What came of it.

    ``contested``: the authority confirms the claim, but another person on the register already holds this CNIC.
    """

    MATCH = "match"
    NO_MATCH = "no_match"
    DECEASED = "deceased"
    CONTESTED = "contested"


class Verification(models.Model):
    """One answer about one claim. A later answer supersedes it; neither is ever changed.

    ``about`` is the employment or business it is about, 0 for the person as such. ``reference`` is the authority's own
    number of its answer. Who attests is sealed: they are people too.
    """

    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    about = models.BigIntegerField(db_default=0)
    method = models.CharField(max_length=10, choices=Method.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    evidence = models.JSONField(default=dict)
    reference = models.CharField(max_length=40, blank=True, db_default="")
    attachment_id = models.BigIntegerField(null=True)
    document_type = models.CharField(max_length=20, blank=True, db_default="")
    attester_encrypted = models.BinaryField(null=True)
    attester_capacity = models.CharField(max_length=10, choices=Capacity.choices, blank=True, db_default="")
    evidence_on = models.DateField(null=True)
    cnic_index = models.BinaryField(null=True, max_length=16)
    family_index = models.BinaryField(null=True, max_length=16)
    family_place = models.CharField(max_length=10, blank=True)
    officer_id = models.BigIntegerField(null=True)
    second_officer_id = models.BigIntegerField(null=True)
    verified_at = models.DateTimeField(db_default=Now())
    expires_on = models.DateField(null=True)
    superseded_at = models.DateTimeField(null=True)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "about"],
                condition=Q(superseded_at__isnull=True),
                name="verification_one_live",
            ),
            models.UniqueConstraint(
                fields=["cnic_index"],
                condition=Q(superseded_at__isnull=True, kind="identity", outcome="match"),
                name="verification_one_match_a_cnic",
            ),
            models.CheckConstraint(
                condition=Q(second_officer_id__isnull=True) | ~Q(second_officer_id=F("officer_id")),
                name="verification_two_officers",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "kind", "verified_at"], name="verification_history"),
            models.Index(
                fields=["expires_on"],
                condition=Q(superseded_at__isnull=True, expires_on__isnull=False),
                name="verification_expiring",
            ),
        ]


class VerificationRequest(models.Model):
    """A question that waits for its answer: to an authority, or (occupation, residence) to a verifier.

    ``reason`` says why it is asked: for the ``first`` time, because an answer ``expired``, because the claim ``changed``, or
    because somebody ``asked``. ``last_problem`` says what the last call to the service met.
    """

    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    about = models.BigIntegerField(db_default=0)
    reason = models.CharField(max_length=8, db_default="first")
    state = models.CharField(max_length=10, db_default="waiting")
    last_problem = models.CharField(max_length=10, blank=True, db_default="")
    attempts = models.SmallIntegerField(db_default=0)
    requested_at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "about"],
                condition=Q(state="waiting"),
                name="verification_request_one_waiting",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True) | Q(~Q(state="waiting"), ended_at__isnull=False),
                name="verification_request_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "next_at", "id"], condition=Q(state="waiting"), name="verification_request_queue"
            ),
            models.Index(
                fields=["area_code", "requested_at"],
                condition=Q(state="waiting", kind__in=[Kind.OCCUPATION, Kind.RESIDENCE]),
                name="verification_by_hand_queue",
            ),
        ]


class Discrepancy(models.Model):
    """The claim and the answer part: a person must look. Nothing was overwritten.

    ``held_encrypted`` is what the authority holds of the fields that part, sealed, for the verifier's eyes while the
    discrepancy is open; it is emptied when it is closed. A decision against the authority is *proposed* by one verifier
    and made by another.
    """

    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=14, choices=Kind.choices, db_default="identity")
    about = models.BigIntegerField(db_default=0)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    fields = ArrayField(models.CharField(max_length=20), default=list)
    held_encrypted = models.BinaryField(null=True)
    state = models.CharField(max_length=10, db_default="open")
    opened_at = models.DateTimeField(db_default=Now())
    proposed_at = models.DateTimeField(null=True)
    proposed_by_officer_id = models.BigIntegerField(null=True)
    proposed_resolution = models.CharField(max_length=200, blank=True, db_default="")
    closed_at = models.DateTimeField(null=True)
    closed_by_officer_id = models.BigIntegerField(null=True)
    resolution = models.CharField(max_length=200, blank=True, db_default="")
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "about"],
                condition=Q(state__in=["open", "proposed"]),
                name="discrepancy_one_open",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by_officer_id__isnull=True)
                | Q(closed_by_officer_id__isnull=True)
                | ~Q(proposed_by_officer_id=F("closed_by_officer_id")),
                name="discrepancy_two_officers",
            ),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | Q(closed_by_officer_id__isnull=True) | Q(proposed_at__isnull=False),
                name="discrepancy_dismissed_by_two",
            ),
        ]
        indexes = [
            models.Index(
                fields=["area_code", "opened_at"],
                condition=Q(state__in=["open", "proposed"]),
                name="discrepancy_queue",
            )
        ]


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
