"""Tables around a form: files that came with it, a form not finished yet, and the words people agreed to."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now

AREA_CODE_LENGTH = 12


class ConsentNotice(models.Model):
    """What a version of the questionnaire says about consent, in both languages: written once, when it is first agreed to."""

    version = models.CharField(max_length=20, primary_key=True)
    content = models.JSONField()
    first_used_at = models.DateTimeField(db_default=Now())


class Attachment(models.Model):
    """A photo or document: its bytes lie sealed in a file of the home folder, named by ``file_id`` alone."""

    class Kind(models.TextChoices):
        """What it is."""

        PHOTO = "photo"
        IDENTITY_DOCUMENT = "identity_document"
        OTHER = "other"

    class Scan(models.TextChoices):
        """What the scanner said. A file found unsafe is refused and never kept."""

        CLEAN = "clean"
        NOT_SCANNED = "not_scanned"

    file_id = models.UUIDField(db_default=RandomUUID())
    person = models.ForeignKey(
        "registration.Person", on_delete=models.PROTECT, null=True, related_name="attachments", db_index=False
    )
    form = models.ForeignKey(
        "registration.Form", on_delete=models.PROTECT, null=True, related_name="attachments", db_index=False
    )
    owner = models.CharField(
        max_length=80,
        blank=True,
        db_default="",
        help_text="Whose draft it waits for: officer:5; empty once registered.",
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    content_type = models.CharField(max_length=60)
    size = models.IntegerField(help_text="Bytes, as kept before sealing.")
    content_index = models.BinaryField(
        max_length=16, help_text="Keyed hash of the bytes as they came: the same file twice."
    )
    scan = models.CharField(max_length=12, choices=Scan.choices)
    scanner = models.CharField(max_length=60, blank=True, db_default="")
    kept_at = models.DateTimeField(db_default=Now())
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file_id"], name="attachment_file")]
        indexes = [
            models.Index(fields=["person"], name="attachment_person"),
            models.Index(fields=["form"], name="attachment_form"),
        ]


class Draft(models.Model):
    """A form not finished yet. All that was answered is sealed; only whose it is and how far it got stands open."""

    key = models.UUIDField(db_default=RandomUUID(), help_text="The idempotency key of the registration it becomes.")
    owner = models.CharField(max_length=80, help_text="officer:5, or worker: and the blind index of a phone.")
    content_encrypted = models.BinaryField()
    questionnaire_version = models.CharField(max_length=16)
    begun_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="draft_key")]
        indexes = [models.Index(fields=["owner", "changed_at"], name="draft_owner")]
