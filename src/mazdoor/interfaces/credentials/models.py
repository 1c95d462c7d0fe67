"""The table of cards. What was printed is kept sealed, so that a card can be printed again exactly as it was made."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from mazdoor.interfaces.credentials.states import ENDED_BY_NEWS, MADE_BECAUSE, REVOKED_BECAUSE, CardState, SheetsState


class Card(models.Model):
    """One card of one person. ``id`` is the number printed on it and its place in the status lists.

    ``face_encrypted`` seals what is printed and the text of the QR (purpose ``card``). A card is never changed: what is
    wrong on it is put right by another card.
    """

    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in CardState], db_default=CardState.LIVE.value
    )
    reason = models.CharField(max_length=8, choices=[(code, words.en) for code, words in MADE_BECAUSE.items()])
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    face_encrypted = models.BinaryField()
    key_id = models.CharField(max_length=16, help_text="Which of our keys signed it, in hex.")
    issued_on = models.DateField()
    expires_on = models.DateField(help_text="The first day on which it no longer holds.")
    issued_by = models.BigIntegerField(null=True)
    issued_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    ended_by = models.BigIntegerField(null=True)
    ended_because = models.CharField(
        max_length=8,
        blank=True,
        choices=[(code, words.en) for code, words in {**MADE_BECAUSE, **REVOKED_BECAUSE, **ENDED_BY_NEWS}.items()],
    )
    area_code = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(state="live"), name="card_one_live"),
            models.CheckConstraint(condition=Q(expires_on__gt=F("issued_on")), name="card_dates_in_order"),
            models.CheckConstraint(
                condition=Q(state="live", ended_at__isnull=True) | Q(ended_at__isnull=False, ended_because__gt=""),
                name="card_ended_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["area_code"], name="card_area"),
            models.Index(fields=["id"], condition=~Q(state="live"), name="card_ended"),
        ]


class Sheets(models.Model):
    """Sheets of many cards that an office asked for. ``card_ids`` are chosen by the work behind, in the order they are
    printed; ``left_out`` counts those whose photograph is withheld until the scanner clears it."""

    state = models.CharField(
        max_length=8, choices=[(each.value, each.value) for each in SheetsState], db_default=SheetsState.ASKED.value
    )
    again = models.BooleanField(help_text="Whether live cards of the day are printed once more.")
    most = models.IntegerField()
    card_ids = ArrayField(models.BigIntegerField(), db_default=[], default=list)
    left_out = models.IntegerField(db_default=0, default=0)
    officer_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField(db_default=Now())
    area_code = models.CharField(max_length=12)
