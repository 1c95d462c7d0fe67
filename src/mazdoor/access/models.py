"""Officers: the people who sign in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Desk(models.TextChoices):
    """Where an officer sits; what may be done follows from it (``permissions.py``)."""

    REGISTRAR = "registrar", "Registrar"
    VERIFIER = "verifier", "Verifier"
    PROGRAMME = "programme", "Programme manager"
    FINANCE = "finance", "Finance"
    INSPECTOR = "inspector", "Labour inspector"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"


class OfficerManager(BaseUserManager["Officer"]):
    """Officers are made by ``services.ensure_officer``; this manager only finds them."""


class Officer(AbstractBaseUser):
    """One person with one sign-in, one desk and the areas they answer for."""

    username = models.CharField(max_length=64, unique=True)
    full_name = models.CharField(max_length=120)
    full_name_ur = models.CharField(max_length=120, blank=True)
    desk = models.CharField(max_length=16, choices=Desk.choices)
    # P-code prefixes; ["*"] is the whole country and what has no area yet. Empty sees nothing.
    areas = ArrayField(models.CharField(max_length=12), default=list)
    language = models.CharField(max_length=2, choices=[("en", "English"), ("ur", "اردو")], default="en")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name", "desk"]

    objects: ClassVar[OfficerManager] = OfficerManager()

    class Meta:
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(condition=models.Q(desk__in=Desk.values), name="access_officer_desk_known"),
            models.CheckConstraint(condition=models.Q(language__in=["en", "ur"]), name="access_officer_language_known"),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def areas_setting(self) -> str:
        """The areas as the database setting ``mazdoor.areas`` holds them."""
        return "*" if "*" in self.areas else ",".join(self.areas)


from mazdoor.access.models_workers import OneTimeCode, WorkerClaim, WorkerVisit  # noqa: E402, F401  found by Django here
