"""Tables of contributions: spells of months. Amounts are paisa a month; months are first days of months, inclusive."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

AREA_CODE_LENGTH = 12


class Contribution(models.Model):
    """Months in which pension contributions were paid for a person on one declared wage."""

    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+")
    business = models.ForeignKey(
        "registration.Business", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    from_month = models.DateField()
    to_month = models.DateField()
    months_paid = models.SmallIntegerField()
    monthly_wage_amount = models.BigIntegerField()
    employer_amount = models.BigIntegerField(db_default=0)
    employee_amount = models.BigIntegerField(db_default=0)
    source = models.CharField(max_length=80)
    source_key = models.BigIntegerField()
    recorded_from = models.DateTimeField(db_default=Now())
    recorded_to = models.DateTimeField(null=True)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key"], condition=Q(recorded_to__isnull=True), name="contribution_once"
            ),
            models.CheckConstraint(condition=Q(to_month__gte=F("from_month")), name="contribution_in_order"),
            models.CheckConstraint(condition=Q(months_paid__gte=0), name="contribution_months"),
        ]


class SavingsDeposit(models.Model):
    """A month's deposit into a worker's matched savings. The match is computed by the rule, never stored here."""

    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    enrolled_month = models.DateField()
    deposit_amount = models.BigIntegerField()
    source = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(db_default=Now())
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "month"], name="deposit_once_a_month"),
            models.CheckConstraint(condition=Q(deposit_amount__gt=0), name="deposit_positive"),
        ]
