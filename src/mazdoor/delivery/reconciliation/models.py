"""Tables of reconciliation. Amounts are whole paisa.

Rows here name instructions by number and hold no personal value: the person is found through payments, by who may.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from mazdoor.delivery.reconciliation.states import (
    ExceptionKind,
    ExceptionState,
    MessageKind,
    Placed,
    Resolution,
    ReturnKind,
)


class BankMessage(models.Model):
    """One file a bank sent, imported once: (bank, SHA-256) is unique, so the same file again changes nothing."""

    bank_code = models.CharField(max_length=8)
    kind = models.CharField(max_length=13, choices=[(each.value, each.value) for each in MessageKind])
    sha256 = models.CharField(max_length=64)
    reference = models.CharField(max_length=70, db_default="")  # statement id, or the message id the report is about
    sequence = models.IntegerField(null=True)  # of a statement
    opening_amount = models.BigIntegerField(null=True)
    closing_amount = models.BigIntegerField(null=True)
    line_count = models.BigIntegerField()
    applied_count = models.BigIntegerField()
    repeated_count = models.BigIntegerField()
    exception_count = models.BigIntegerField()
    imported_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bank_code", "sha256"], name="bank_message_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class StatementLine(models.Model):
    """One movement of our account at a bank, taken once however often it is told: (bank, its reference) is unique."""

    bank_code = models.CharField(max_length=8)
    reference = models.CharField(max_length=80)
    message = models.ForeignKey(
        BankMessage, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    credit = models.BooleanField()
    amount = models.BigIntegerField()
    booked_on = models.DateField()
    instruction_id = models.BigIntegerField(null=True)
    placed = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Placed])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bank_code", "reference"], name="statement_line_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="statement_line_amount_positive"),
        ]


class Settlement(models.Model):
    """The bank's statement shows that an instruction was paid. An instruction is settled once."""

    instruction_id = models.BigIntegerField()
    statement_line = models.ForeignKey(
        StatementLine, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    amount = models.BigIntegerField()
    booked_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instruction_id"], name="settlement_once")]


class Return(models.Model):
    """An instruction came back: rejected before money moved, or returned after it had. Its entitlement is owed again."""

    instruction_id = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=[(each.value, each.value) for each in ReturnKind])
    reason_code = models.CharField(max_length=16, db_default="")
    amount = models.BigIntegerField()
    message = models.ForeignKey(
        BankMessage, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    occurred_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instruction_id"], name="return_once")]


class ReconciliationException(models.Model):
    """Something a bank said that cannot be taken as it is. A person looks at it; nothing was posted twice for it."""

    bank_code = models.CharField(max_length=8)
    message = models.ForeignKey(BankMessage, on_delete=models.PROTECT, related_name="exceptions", db_index=False)
    line_no = models.BigIntegerField()
    kind = models.CharField(max_length=20, choices=[(each.value, each.value) for each in ExceptionKind])
    reference = models.CharField(max_length=80, db_default="")
    statement_reference = models.CharField(max_length=80, db_default="")
    instruction_id = models.BigIntegerField(null=True)
    amount = models.BigIntegerField(null=True)
    credit = models.BooleanField(null=True)
    news = models.CharField(max_length=9, db_default="")  # accepted, settled, returned, rejected
    reason_code = models.CharField(max_length=16, db_default="")
    occurred_on = models.DateField(null=True)
    in_suspense = models.BooleanField(db_default=False)
    state = models.CharField(
        max_length=8,
        choices=[(each.value, each.value) for each in ExceptionState],
        db_default=ExceptionState.OPEN.value,
    )
    resolution = models.CharField(
        max_length=20, choices=[(each.value, each.value) for each in Resolution], blank=True, db_default=""
    )
    resolved_by = models.BigIntegerField(null=True)
    resolved_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, db_default="")
    raised_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "line_no", "kind"], name="exception_once_a_line"),
            models.CheckConstraint(
                condition=Q(state="open") | (~Q(resolution="") & Q(resolved_at__isnull=False)),
                name="exception_resolved_says_how",
            ),
        ]
        indexes = [models.Index(fields=["state", "kind"], name="exception_queue", condition=Q(state="open"))]
