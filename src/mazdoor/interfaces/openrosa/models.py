"""Tables of the OpenRosa wire: devices, the forms they sent, versions given out, and numbers used once.

What people said is sealed (``*_encrypted``); tables with people in them carry ``area_code`` for row-level security.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from mazdoor.interfaces.openrosa.states import SubmissionState

AREA_CODE_LENGTH = 12
LONGEST_ID = 249


class Device(models.Model):
    """A telephone or tablet in the hands of one enumerator. Its secret is shown once, at enrolment, and never kept: only
    HA1 (MD5 of name, realm and secret, as digest authentication needs it) is, sealed."""

    name = models.CharField(max_length=80, help_text="By which the office knows it.")
    username = models.CharField(max_length=40, help_text="What the device signs in as.")
    officer = models.ForeignKey("access.Officer", on_delete=models.PROTECT, related_name="+")
    ha1_encrypted = models.BinaryField()
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)
    enrolled_at = models.DateTimeField(db_default=Now())
    enrolled_by_id = models.BigIntegerField(null=True)
    revoked_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    said_to_be = models.CharField(max_length=LONGEST_ID, blank=True, db_default="", help_text="The deviceID it tells.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["username"], name="device_username")]

    def __str__(self) -> str:
        return self.username


class NonceUse(models.Model):
    """A nonce of digest authentication with the count it was used at: a request overheard cannot be sent again."""

    nonce = models.CharField(max_length=120)
    count = models.BigIntegerField()
    used_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["nonce", "count"], name="nonce_used_once")]
        indexes = [models.Index(fields=["used_at"], name="nonce_used_at")]


class FormVersion(models.Model):
    """A form as it was given out: what comes back in its version can be told from what never was ours."""

    form_id = models.CharField(max_length=LONGEST_ID)
    version = models.CharField(max_length=LONGEST_ID)
    title = models.JSONField()
    xml = models.TextField()
    media = models.JSONField(help_text="Name → content, text files only.")
    first_given_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form_id", "version"], name="form_version_once")]


class Submission(models.Model):
    """A filled form as it came, sealed, and what became of it. Another content under the same number is another row."""

    instance_id = models.CharField(max_length=LONGEST_ID)
    content_hash = models.CharField(max_length=64)
    deprecated_id = models.CharField(max_length=LONGEST_ID, blank=True)
    form_id = models.CharField(max_length=LONGEST_ID)
    version = models.CharField(max_length=LONGEST_ID, blank=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="submissions")
    said_to_be = models.CharField(max_length=LONGEST_ID, blank=True)
    xml_encrypted = models.BinaryField()
    corrected_encrypted = models.BinaryField(null=True, help_text="The answers as an officer corrected them, as JSON.")
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in SubmissionState], default=SubmissionState.RECEIVED.value
    )
    problems = models.JSONField(default=list, help_text="Place, code and words of each problem; no answer of anybody.")
    registered_form_id = models.BigIntegerField(null=True)
    registry_numbers = models.JSONField(default=list)
    reason = models.CharField(max_length=200, blank=True, db_default="")
    decided_by_id = models.BigIntegerField(null=True)
    received_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["instance_id", "content_hash"], name="submission_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in SubmissionState]), name="submission_state_known"
            ),
        ]
        indexes = [models.Index(fields=["state", "received_at"], name="submission_queue")]


class SubmissionFile(models.Model):
    """A file that came with a form. Its name (which may be telling) and its content are sealed; once the form is
    registered the content is with registration's attachments, and only the number of it stays here."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="files")
    name_index = models.BinaryField(max_length=16)
    name_encrypted = models.BinaryField()
    content_encrypted = models.BinaryField(null=True)
    content_type = models.CharField(max_length=80, blank=True)
    size = models.IntegerField(help_text="Bytes.")
    attachment_id = models.BigIntegerField(null=True)
    refusal_code = models.CharField(max_length=8, blank=True, db_default="")
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "name_index"], name="submission_file_once")]
