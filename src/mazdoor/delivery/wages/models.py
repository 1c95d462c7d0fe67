"""Tables of wages. All amounts are whole paisa."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

AREA_CODE_LENGTH = 12


class WageRecord(models.Model):
    """One payment of wages for one month of one employment: how much work, how much money, by which way."""

    employment = models.ForeignKey("registration.Employment", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    pay_period = models.CharField(max_length=6)
    units = models.DecimalField(max_digits=9, decimal_places=2)
    days_worked = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    paid_amount = models.BigIntegerField()
    paid_on = models.DateField(null=True)
    method = models.CharField(max_length=8, blank=True)
    jurisdiction = models.CharField(max_length=AREA_CODE_LENGTH)
    source = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(db_default=Now())
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["employment", "month", "source"], name="wage_record_once"),
            models.CheckConstraint(condition=Q(paid_amount__gte=0, units__gte=0), name="wage_record_amounts"),
        ]


class Rate(models.Model):
    """A minimum wage in force, as policy states it, spread out so that SQL can join it. Rebuilt from policy; not law."""

    jurisdiction = models.CharField(max_length=AREA_CODE_LENGTH)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    known_from = models.DateTimeField(null=True)
    monthly_amount = models.BigIntegerField()
    daily_amount = models.BigIntegerField()
    hourly_amount = models.BigIntegerField()
    provision = models.CharField(max_length=200)
    mark = models.CharField(max_length=12, help_text="How far the figure was verified.")
    policy_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy_hash", "jurisdiction", "valid_from"], name="rate_once")]


class Shortfall(models.Model):
    """A wage record held against the rate of its province and month: what was due, what was paid, what is missing."""

    wage_record = models.ForeignKey(WageRecord, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    rate = models.ForeignKey(Rate, on_delete=models.PROTECT, related_name="+", db_index=False)
    due_amount = models.BigIntegerField()
    paid_amount = models.BigIntegerField()
    shortfall_amount = models.BigIntegerField()
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wage_record"], name="shortfall_once"),
            models.CheckConstraint(condition=Q(shortfall_amount__gt=0), name="shortfall_positive"),
        ]


class Check(models.Model):
    """One comparison of all records with all rates: which policy, which months, how many were short."""

    policy_hash = models.CharField(max_length=64)
    checked_at = models.DateTimeField(db_default=Now())
    records = models.BigIntegerField()
    without_rate = models.BigIntegerField(help_text="Records of a place and month no rate is known for: never guessed.")
    short = models.BigIntegerField()
    shortfall_amount = models.DecimalField(max_digits=24, decimal_places=0)
