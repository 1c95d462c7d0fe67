"""Tables of files of people: how far each file is, and which of its people may be here already. No cell of a file is here."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

AREA_CODE_LENGTH = 12


class FileImport(models.Model):
    """One file that was sent. The file itself and the rows that were refused lie in the import's folder, until it is cleared.

    ``mapping`` names for each column, in order, the question it answers; ``next_row`` is the first row (as a spreadsheet
    counts) not yet entered: everything before it is done whole. Counts are of rows.
    """

    class State(models.TextChoices):
        """Where a file stands."""

        SENT = "sent"
        """Waits until somebody says which column is which."""
        CONFIRMED = "confirmed"
        """The columns are settled; it is read and entered behind."""
        DONE = "done"
        REFUSED = "refused"
        """The file as a whole; nothing of it was entered."""

    officer_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=4, blank=True, db_default="")
    size = models.BigIntegerField(help_text="Bytes.")
    content_index = models.BinaryField(max_length=16, help_text="Keyed hash of its bytes: the same file again.")
    state = models.CharField(max_length=10, choices=State.choices, db_default="sent")
    refusal_code = models.CharField(max_length=8, blank=True, db_default="")
    refusal_details = models.JSONField(default=dict)
    mapping = models.JSONField(default=list)
    remarks = models.JSONField(default=list)
    questionnaire_version = models.CharField(max_length=16, blank=True, db_default="")
    checked_on = models.DateField(
        null=True, help_text="The day its dates and ages are held against, also after a crash."
    )
    rows_total = models.BigIntegerField(null=True)
    next_row = models.BigIntegerField(db_default=0)
    rows_entered = models.BigIntegerField(db_default=0)
    rows_already = models.BigIntegerField(db_default=0)
    rows_refused = models.BigIntegerField(db_default=0)
    rows_repaired = models.BigIntegerField(db_default=0)
    rows_flagged = models.BigIntegerField(db_default=0)
    duplicates = models.BigIntegerField(db_default=0)
    sent_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["officer_id", "-sent_at"], name="file_import_officer")]


class FileDuplicate(models.Model):
    """A person of a file who may be somebody already registered, by this file or before it. Both stay until it is decided."""

    class Why(models.TextChoices):
        """What they share."""

        CNIC = "cnic"
        MOBILE = "mobile"
        """The telephone, and more."""
        NAME = "name"
        """Names, day of birth and district, as far as the keys of the door tell."""

    file_import = models.ForeignKey(
        FileImport, on_delete=models.PROTECT, related_name="likely", db_index=False, db_constraint=False
    )
    row = models.BigIntegerField()
    person_id = models.BigIntegerField()
    other_person_id = models.BigIntegerField()
    why = models.CharField(max_length=6, choices=Why.choices)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        indexes = [models.Index(fields=["file_import", "row"], name="file_duplicate_file")]
