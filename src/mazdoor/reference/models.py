"""Tables of the reference room: lists that change by decision of somebody outside, loaded whole and never by hand.

Every table carries where a row came from (``source``) and how far it was checked (``verified``: ``yes``, ``partial``,
``secondary``, ``weak``, ``derived`` or ``memory``, the marks used for every fact in this project).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class AreaLevel(models.TextChoices):
    """The floors of the tree of areas."""

    COUNTRY = "country"
    PROVINCE = "province"
    DIVISION = "division"
    DISTRICT = "district"
    TEHSIL = "tehsil"


class Area(models.Model):
    """A country, province or territory, division, district or tehsil, named in two languages."""

    code = models.CharField(max_length=32, primary_key=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    division = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=8, choices=AreaLevel.choices)
    name_en = models.TextField()
    name_ur = models.TextField()
    latitude = models.DecimalField(max_digits=7, decimal_places=4)
    longitude = models.DecimalField(max_digits=7, decimal_places=4)
    population_2023 = models.BigIntegerField(null=True)
    households_2023 = models.BigIntegerField(null=True)
    population_2017 = models.BigIntegerField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    # The district that holds it today, where its code says another (the district of its code was made or abolished since).
    now_in = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    # The district whose polygon covers its ground, where the boundary file has none for it.
    drawn_with = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    source = models.TextField()
    verified = models.CharField(max_length=9)
    population_source = models.TextField()
    population_verified = models.CharField(max_length=9)
    name_ur_verified = models.CharField(max_length=9)
    dates_verified = models.CharField(max_length=9)
    note = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__in=AreaLevel.values), name="area_level_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gt=models.F("valid_from")),
                name="area_validity_in_order",
            ),
            models.CheckConstraint(
                condition=Q(level="country", parent__isnull=True) | (~Q(level="country") & Q(parent__isnull=False)),
                name="area_parent_except_country",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_en}"


class AreaBoundary(models.Model):
    """The polygons of one area from an official boundary file: longitude and latitude in WGS 84, rounded to 0.0001°."""

    area = models.OneToOneField(Area, primary_key=True, on_delete=models.PROTECT, related_name="+")
    polygons = models.JSONField()
    west = models.DecimalField(max_digits=7, decimal_places=4)
    south = models.DecimalField(max_digits=7, decimal_places=4)
    east = models.DecimalField(max_digits=7, decimal_places=4)
    north = models.DecimalField(max_digits=7, decimal_places=4)
    shape_hash = models.CharField(max_length=64)
    source = models.TextField()
    imported_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"boundary of {self.area_id}"


class Occupation(models.Model):
    """A group of ISCO-08 at any of its four levels: one digit (major group) to four (unit group)."""

    code = models.CharField(max_length=4, primary_key=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    title_en = models.TextField()
    title_ur = models.TextField()
    source = models.TextField()
    verified = models.CharField(max_length=9)
    title_ur_verified = models.CharField(max_length=9)

    def __str__(self) -> str:
        return f"{self.code} {self.title_en}"


class Industry(models.Model):
    """A section, division, group or class of ISIC revision 4."""

    code = models.CharField(max_length=4, primary_key=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    section_code = models.CharField(max_length=1)
    title_en = models.TextField()
    title_ur = models.TextField()
    source = models.TextField()
    verified = models.CharField(max_length=9)
    title_ur_verified = models.CharField(max_length=9)

    def __str__(self) -> str:
        return f"{self.code} {self.title_en}"


class Bank(models.Model):
    """A bank or wallet issuer by the four letters it has inside an IBAN. ``alias_of`` and ``merged_into`` say who
    answers for a code today."""

    code = models.CharField(max_length=4, primary_key=True)
    name_en = models.TextField()
    kind = models.CharField(max_length=16)
    alias_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    source = models.TextField()
    verified = models.CharField(max_length=9)

    def __str__(self) -> str:
        return f"{self.code} {self.name_en}"


class MobilePrefix(models.Model):
    """The first four digits of a mobile number and the network they were given to (numbers may since have moved)."""

    prefix = models.CharField(max_length=4, primary_key=True)
    network = models.TextField()
    source = models.TextField()
    verified = models.CharField(max_length=9)

    def __str__(self) -> str:
        return f"{self.prefix} {self.network}"
