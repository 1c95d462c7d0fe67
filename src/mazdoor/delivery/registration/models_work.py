"""Tables of work: businesses of any size, where they work, and who works for whom on which terms."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from mazdoor.delivery.registration import words
from mazdoor.delivery.registration.models_people import Household, Person
from mazdoor.delivery.registration.models_spells import AREA_CODE_LENGTH, Spell, spell_constraints


class Business(models.Model):
    """An enterprise, formal or not, of any size."""

    area_code = models.CharField(max_length=AREA_CODE_LENGTH)
    registered_on = models.DateField()


class BusinessRecord(Spell):
    """What we hold about a business for a time."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="records", db_index=False)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    isic_code = models.CharField(max_length=4)
    persons_engaged = models.IntegerField()
    keeps_accounts = models.BooleanField(null=True)
    incorporated = models.BooleanField(null=True)
    tax_registered = models.BooleanField(null=True)
    eobi_registered = models.BooleanField(null=True)
    social_security_registered = models.BooleanField(null=True)
    owner_kind = models.CharField(max_length=12, blank=True, db_default="")
    sells_on_the_market = models.BooleanField(null=True)
    set_up_on = models.DateField(null=True)
    set_up_on_precision = models.CharField(max_length=5, db_default="day")
    tax_number_encrypted = models.BinaryField(null=True)
    tax_number_index = models.BinaryField(null=True, max_length=16)
    informal = models.BooleanField(null=True, help_text="As the rule of the informal sector says; never asked.")
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = spell_constraints("business_record", "business")


class Premises(Spell):
    """Where a business works for a time: a shop, a kiln, a home, a cart."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="premises")
    kind = models.CharField(max_length=10, choices=words.PREMISES.choices)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)


class Employment(models.Model):
    """A worker's tie to an employer: a business, a household, or none (own account)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="employments")
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)
    started_on = models.DateField()


class EmploymentRecord(Spell):
    """The terms of an employment for a time. ``pay_amount`` is paisa for each ``pay_period``."""

    employment = models.ForeignKey(Employment, on_delete=models.PROTECT, related_name="records", db_index=False)
    is_primary = models.BooleanField(db_default=True)
    started_on_precision = models.CharField(max_length=5, db_default="day")
    status = models.CharField(max_length=20, choices=words.STATUS.choices)
    category = models.CharField(max_length=20, choices=words.CATEGORY.choices)
    employer_kind = models.CharField(max_length=10, choices=words.EMPLOYER_KIND.choices)
    business = models.ForeignKey(Business, on_delete=models.PROTECT, null=True, related_name="+")
    employer_household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="+")
    employer_name = models.CharField(
        max_length=120, blank=True, db_default="", help_text="Of an employing household not on the register yet."
    )
    occupation_text = models.CharField(
        max_length=120, blank=True, db_default="", help_text="The occupation in the worker's own words."
    )
    isco_code = models.CharField(max_length=4)
    isic_code = models.CharField(max_length=4)
    sector = models.CharField(max_length=12, choices=words.SECTOR.choices)
    informal = models.BooleanField(null=True)
    pay_period = models.CharField(max_length=6, choices=words.PAY_PERIOD.choices)
    pay_amount = models.BigIntegerField(db_default=0)
    days_per_month = models.SmallIntegerField(null=True)
    hours_per_week = models.SmallIntegerField(null=True)
    season = models.CharField(max_length=12, blank=True, db_default="")
    ended_on = models.DateField(null=True, blank=True)
    written_contract = models.BooleanField(null=True)
    paid_leave = models.BooleanField(null=True, help_text="Paid annual leave.")
    paid_sick_leave = models.BooleanField(null=True)
    social_security = models.BooleanField(null=True)
    work_area_code = models.CharField(max_length=AREA_CODE_LENGTH)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            *spell_constraints("employment_record", "employment"),
            models.CheckConstraint(
                name="employment_record_employer",
                condition=(
                    Q(employer_kind="business", business__isnull=False, employer_household__isnull=True)
                    # A household that employs may come onto the register later, or never.
                    | Q(employer_kind="household", business__isnull=True)
                    | Q(employer_kind="none", business__isnull=True, employer_household__isnull=True)
                ),
            ),
            models.CheckConstraint(name="employment_record_pay", condition=Q(pay_amount__gte=0)),
        ]
