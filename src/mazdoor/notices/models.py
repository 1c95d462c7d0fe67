"""The table of notices."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from mazdoor.notices.states import QUEUED, STATES


class Notice(models.Model):
    """One message to one person. The words are not kept, only the template and what filled its blanks.

    ``person_id`` is a number, not a foreign key: this room stands below registration. ``about`` names what the notice
    is of (``enrolment:12``); together with person and template it makes queueing the same notice twice change nothing.
    ``round`` counts how often it was queued again after it failed: each round has a key of its own at the gateway, which
    would take the old one for a repeat and send nothing.
    """

    person_id = models.BigIntegerField()
    area_code = models.CharField(max_length=12)
    language = models.CharField(max_length=2)
    channel = models.CharField(max_length=6)
    template = models.CharField(max_length=24)
    params = models.JSONField()
    about = models.CharField(max_length=64)
    segments = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, default=QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=0)
    gateway_reference = models.CharField(max_length=64, default="")
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "template", "about", "channel"], name="notice_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="notice_state_known"),
            models.CheckConstraint(condition=Q(language__in=["en", "ur"]), name="notice_language_known"),
            models.CheckConstraint(condition=Q(channel__in=["sms", "letter"]), name="notice_channel_known"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state=QUEUED), name="notice_waiting"),
            models.Index(fields=["gateway_reference"], condition=~Q(gateway_reference=""), name="notice_reference"),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk} {self.template} {self.state}"

    @property
    def key(self) -> str:
        """The name of this round at the gateway: the same each time it is tried."""
        return f"notice-{self.pk}-{self.round}" if self.round else f"notice-{self.pk}"


class ReportMark(models.Model):
    """The one row that says up to which number the gateway's delivery reports were taken."""

    last_number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"reports taken up to {self.last_number}"
