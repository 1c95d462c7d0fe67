"""Files that came with a form, sealed beside it until somebody is registered by it."""

from __future__ import annotations

from collections.abc import Iterable

from mazdoor.database.keys import keyring
from mazdoor.interfaces.openrosa.models import Submission, SubmissionFile
from mazdoor.interfaces.openrosa.uploads import Part

PURPOSE = "form file"


def keep(submission: Submission, parts: Iterable[Part]) -> None:
    """Keep files of a form; one that came before, by its name, is not kept again."""
    keys = keyring()
    for part in parts:
        if not part.name:
            continue
        SubmissionFile.objects.get_or_create(
            submission=submission,
            name_index=keys.index(part.name, purpose=PURPOSE),
            defaults={
                "name_encrypted": keys.seal(part.name, purpose=PURPOSE),
                "content_encrypted": keys.seal_bytes(part.content, purpose=PURPOSE),
                "content_type": part.content_type[:80],
                "size": len(part.content),
                "area_code": submission.area_code,
            },
        )


def names_of(submission: Submission) -> set[str]:
    """The names of the files that have come."""
    rows = SubmissionFile.objects.filter(submission=submission).values_list("name_encrypted", flat=True)
    return {keyring().open(name, purpose=PURPOSE) for name in rows}


def rows_of(submission: Submission) -> dict[str, SubmissionFile]:
    """The files that have come, by name."""
    rows = SubmissionFile.objects.filter(submission=submission).order_by("pk")
    return {keyring().open(row.name_encrypted, purpose=PURPOSE): row for row in rows}


def content_of(row: SubmissionFile) -> bytes:
    """The bytes of a file that still lies here."""
    if row.content_encrypted is None:
        raise ValueError("this file has gone to registration's attachments")
    return keyring().open_bytes(row.content_encrypted, purpose=PURPOSE)
