"""Tables of payments. Amounts are whole paisa; totals are numeric(38), so no total can overflow.

``Entitlement`` and ``PaymentInstruction`` are written twelve million at a time. They carry the numbers of other rooms'
rows without row-by-row foreign keys; instead a trigger checks each *statement* against what it refers to, as one join.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from mazdoor.delivery.payments.states import (
    AdjustmentKind,
    Answer,
    FileState,
    Hold,
    PayrollKind,
    PayrollState,
)

AREA_CODE_LENGTH = 12


def _words(words: type[PayrollState] | type[PayrollKind] | type[FileState] | type[Answer]) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]


class PayingBank(models.Model):
    """A bank that pays for us: our own account there, from which its payments are made."""

    bank_code = models.CharField(max_length=8, unique=True)
    account_iban = models.CharField(max_length=34)
    account_title = models.CharField(max_length=70)

    def __str__(self) -> str:
        return self.bank_code


class PaymentCycle(models.Model):
    """One period a programme pays for (half-open: ``period_from`` up to and not including ``period_to``)."""

    programme_code = models.CharField(max_length=60)
    period_from = models.DateField()
    period_to = models.DateField()
    sequence = models.SmallIntegerField(db_default=1)
    opened_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme_code", "period_from", "period_to", "sequence"], name="payment_cycle_once"
            ),
            models.CheckConstraint(condition=Q(period_to__gt=F("period_from")), name="payment_cycle_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_code} {self.period_from}/{self.sequence}"


class Payroll(models.Model):
    """The list approved for one cycle. Prepared, approved and released by three different persons, by constraint."""

    cycle = models.ForeignKey(PaymentCycle, on_delete=models.PROTECT, related_name="payrolls")
    kind = models.CharField(max_length=10, choices=_words(PayrollKind), db_default=PayrollKind.REGULAR.value)
    state = models.CharField(max_length=10, choices=_words(PayrollState), db_default=PayrollState.DRAFTED.value)
    step = models.CharField(max_length=12, db_default="")  # how far preparing has come: entitled, instructed, checked
    file_size = models.IntegerField(db_default=100_000)  # instructions in one payment file at most
    purpose = models.CharField(max_length=24, db_default="benefits")  # which of a person's accounts is paid into
    category_purpose = models.CharField(max_length=4, db_default="SSBE")
    prepared_by = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+", db_index=False)
    approved_by = models.ForeignKey(
        "access.Officer", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    released_by = models.ForeignKey(
        "access.Officer", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    rejected_by = models.ForeignKey(
        "access.Officer", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    rejection_reason = models.CharField(max_length=200, db_default="")
    drafted_at = models.DateTimeField(db_default=Now())
    prepared_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    entitled_count = models.BigIntegerField(null=True)
    entitled_total = models.DecimalField(max_digits=38, decimal_places=0, null=True)
    instructed_count = models.BigIntegerField(null=True)
    instructed_total = models.DecimalField(max_digits=38, decimal_places=0, null=True)
    checked_count = models.BigIntegerField(null=True)  # amounts recomputed by the reference engine
    content_hash = models.BinaryField(max_length=32, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[each.value for each in PayrollState]), name="payroll_state"),
            models.CheckConstraint(condition=Q(kind__in=[each.value for each in PayrollKind]), name="payroll_kind"),
            models.CheckConstraint(
                condition=(Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")))
                & (Q(released_by__isnull=True) | (~Q(released_by=F("prepared_by")) & ~Q(released_by=F("approved_by")))),
                name="payroll_three_persons",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["drafted", "rejected"])
                | Q(content_hash__isnull=False, prepared_at__isnull=False, entitled_total__isnull=False),
                name="payroll_prepared_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["drafted", "prepared", "rejected"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="payroll_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["drafted", "prepared", "approved", "rejected"])
                | Q(released_by__isnull=False, released_at__isnull=False),
                name="payroll_released_by_somebody",
            ),
            models.CheckConstraint(condition=Q(file_size__gt=0), name="payroll_file_size"),
            # One payroll of a cycle at a time is being made, so two follow-ups never pick up the same entitlement.
            models.UniqueConstraint(
                fields=["cycle"],
                condition=Q(state__in=["drafted", "prepared", "approved"]),
                name="payroll_one_in_making",
            ),
        ]

    def __str__(self) -> str:
        return f"payroll {self.pk}"


class Entitlement(models.Model):
    """What one beneficiary is owed in one cycle: one row for each canonical person, programme and cycle.

    ``amount`` = base + arrears + supplement − recovery, by constraint. ``hold_reason`` says why it is not instructed.
    A cancelled one is owed no longer; it never had an instruction that left us.
    """

    cycle = models.ForeignKey(
        PaymentCycle, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    payroll = models.ForeignKey(
        Payroll, on_delete=models.PROTECT, related_name="entitlements", db_constraint=False, db_index=False
    )
    enrolment_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    canonical_person_id = models.BigIntegerField()
    base_amount = models.BigIntegerField()
    arrears_amount = models.BigIntegerField(db_default=0)
    supplement_amount = models.BigIntegerField(db_default=0)
    recovery_amount = models.BigIntegerField(db_default=0)
    amount = models.BigIntegerField()
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=200, db_default="")
    hold_reason = models.CharField(
        max_length=16, choices=[(each.value, each.value) for each in Hold], blank=True, db_default=""
    )
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["canonical_person_id", "cycle"], condition=Q(cancelled_at__isnull=True), name="entitlement_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    amount=F("base_amount") + F("arrears_amount") + F("supplement_amount") - F("recovery_amount")
                ),
                name="entitlement_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount__gte=0,
                    base_amount__gte=0,
                    arrears_amount__gte=0,
                    supplement_amount__gte=0,
                    recovery_amount__gte=0,
                ),
                name="entitlement_not_negative",
            ),
        ]
        indexes = [BrinIndex(fields=["payroll"], name="entitlement_payroll", autosummarize=True)]


class PaymentFile(models.Model):
    """One file for one bank. ``message_id`` is its for ever; sent again after a time-out it is the same bytes."""

    payroll = models.ForeignKey(Payroll, on_delete=models.PROTECT, related_name="files")
    bank_code = models.CharField(max_length=8)
    number = models.IntegerField()
    message_id = models.CharField(max_length=35)
    state = models.CharField(max_length=10, choices=_words(FileState), db_default=FileState.PLANNED.value)
    instruction_count = models.BigIntegerField()
    total_amount = models.DecimalField(max_digits=38, decimal_places=0)
    first_instruction_id = models.BigIntegerField(null=True)
    last_instruction_id = models.BigIntegerField(null=True)
    # What was really written: less than planned only where an account was closed between approval and writing.
    written_count = models.BigIntegerField(null=True)
    written_total = models.DecimalField(max_digits=38, decimal_places=0, null=True)
    sha256 = models.CharField(max_length=64, db_default="")
    sends = models.SmallIntegerField(db_default=0)
    refusal_code = models.CharField(max_length=8, db_default="")
    written_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message_id"], name="payment_file_message"),
            models.UniqueConstraint(fields=["payroll", "bank_code", "number"], name="payment_file_number"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "cancelled"]) | ~Q(sha256=""), name="payment_file_written_has_hash"
            ),
        ]

    def __str__(self) -> str:
        return self.message_id


class PaymentInstruction(models.Model):
    """One order to pay one entitlement into one account, in one file. Its number is its idempotency key at the bank.

    ``attempt`` counts the instructions of an entitlement; (entitlement, attempt) is unique, and at most one of them is
    ``live``. ``answer`` is what the bank has said so far; until then the state is the file's.
    """

    entitlement = models.ForeignKey(
        Entitlement, on_delete=models.PROTECT, related_name="instructions", db_constraint=False, db_index=False
    )
    payroll = models.ForeignKey(
        Payroll, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    file = models.ForeignKey(
        PaymentFile, on_delete=models.PROTECT, related_name="instructions", db_constraint=False, db_index=False
    )
    account_id = models.BigIntegerField()
    amount = models.BigIntegerField()
    attempt = models.SmallIntegerField(db_default=1)
    live = models.BooleanField(db_default=True)
    answered_on = models.DateField(null=True)
    answer = models.CharField(max_length=9, choices=_words(Answer), null=True)
    answer_reason = models.CharField(max_length=16, null=True)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entitlement", "attempt"], name="instruction_attempt_once"),
            models.UniqueConstraint(fields=["entitlement"], condition=Q(live=True), name="instruction_one_live"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="instruction_amount_positive"),
            models.CheckConstraint(
                condition=Q(live=True, answer__isnull=True)
                | Q(live=True, answer__in=["accepted", "settled"])
                | Q(live=False, answer__in=["returned", "rejected", "cancelled"]),
                name="instruction_live_follows_answer",
            ),
        ]


class Adjustment(models.Model):
    """Arrears or a supplement to be paid, or an overpayment to be recovered, with the person's next entitlement.

    A recovery takes no more than the entitlement holds; the rest waits for the next cycle.
    """

    programme_code = models.CharField(max_length=60)
    canonical_person_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=[(each.value, each.value) for each in AdjustmentKind])
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    due_from = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="adjustment_amount_positive")]
        indexes = [models.Index(fields=["programme_code", "canonical_person_id"], name="adjustment_person")]


class AdjustmentUse(models.Model):
    """How much of an adjustment went into an entitlement, in paisa. Uses of a cancelled entitlement do not count."""

    adjustment = models.ForeignKey(Adjustment, on_delete=models.PROTECT, related_name="uses", db_index=False)
    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["adjustment", "entitlement"], name="adjustment_used_once_each"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="adjustment_use_positive"),
        ]
