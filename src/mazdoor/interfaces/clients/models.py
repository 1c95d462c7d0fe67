"""Systems that may connect, and what they have used."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Client(models.Model):
    """Another system. ``code`` is its OAuth2 client id and its ``sender_id`` on the wire.

    Of its secret only a hash is kept. ``areas`` are P-code prefixes, ``["*"]`` the whole country; empty sees nobody.
    """

    code = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    name_ur = models.CharField(max_length=120, blank=True)
    scopes = ArrayField(models.CharField(max_length=30), default=list)
    purposes = ArrayField(models.CharField(max_length=30), default=list)
    areas = ArrayField(models.CharField(max_length=12), default=list)
    secret_hash = models.CharField(max_length=64)
    secret_made_at = models.DateTimeField()
    must_sign = models.BooleanField(default=True)
    public_keys = models.JSONField(default=list, help_text="Its signing keys as JWK, where it publishes none.")
    keys_uri = models.URLField(blank=True, help_text="Where it publishes its signing keys (a JWK set).")
    callback_uri = models.URLField(blank=True, help_text="What the addresses it wants answers at begin with.")
    token_uri = models.URLField(blank=True, help_text="Where we get a token to call it, if it wants one.")
    our_code = models.CharField(max_length=64, blank=True)
    our_secret_sealed = models.BinaryField(null=True)
    requests_per_minute = models.PositiveIntegerField(default=600)
    records_per_day = models.PositiveIntegerField(default=100_000)
    registered_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="client_code_once"),
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[a-z0-9][a-z0-9._-]{2,63}$"), name="client_code_plain"
            ),
        ]

    @property
    def areas_setting(self) -> str:
        """The areas as the database setting ``mazdoor.areas`` holds them."""
        return "*" if "*" in self.areas else ",".join(self.areas)


class DayOfUse(models.Model):
    """How many records a system was given on a day, so that nobody copies the register one page at a time."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="days", db_index=False)
    day = models.DateField()
    requests = models.PositiveBigIntegerField(default=0)
    records = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "day"], name="client_day_once")]
