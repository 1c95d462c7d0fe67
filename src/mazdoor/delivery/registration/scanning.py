"""Files no scanner has looked at are scanned again, until one has: kept while a scanner was down, or before there was one.

A file found unsafe then is removed with its row: what is left is the entry in the journal.
"""

from __future__ import annotations

import io
from typing import Any, Final

from django.db import transaction

from mazdoor.delivery.registration.attachments import file_path, unsealed
from mazdoor.delivery.registration.models import Attachment
from mazdoor.delivery.registration.ports import Scanner, Verdict
from mazdoor.journal import services as journal

BATCH: Final = 100


def scan_again(*, scanner: Scanner, after: int = 0, limit: int = BATCH) -> dict[str, Any]:
    """Scan up to ``limit`` files that were not, in order of their number after ``after``, one transaction each.

    Returns how many were found ``clean``, how many ``removed``, how many are ``unknown`` still, and the ``last`` number looked
    at (the same as ``after`` where none is left). The caller acts as the system.
    """
    counts: dict[str, Any] = {"clean": 0, "removed": 0, "unknown": 0, "last": after}
    waiting = Attachment.objects.filter(scan=Attachment.Scan.NOT_SCANNED, pk__gt=after).order_by("pk")
    for number in list(waiting.values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            counts[_scan_one(number, scanner)] += 1
        counts["last"] = number
    return counts


def _scan_one(number: int, scanner: Scanner) -> str:
    row = Attachment.objects.select_for_update().filter(pk=number, scan=Attachment.Scan.NOT_SCANNED).first()
    if row is None:
        return "unknown"
    verdict = scanner.scan(io.BytesIO(unsealed(row.file_id)))
    if verdict is Verdict.CLEAN:
        row.scan, row.scanner = Attachment.Scan.CLEAN, type(scanner).__name__
        row.save(update_fields=["scan", "scanner"])
        return "clean"
    if verdict is Verdict.INFECTED:
        path = file_path(row.file_id)
        row.delete()
        # The file goes only with the row: a crash in between leaves a file nobody can open.
        transaction.on_commit(lambda: path.unlink(missing_ok=True))
        journal.record(
            act="registration.attachment.removed", subject=f"attachment:{number}", details={"scan": "infected"}
        )
        return "removed"
    return "unknown"
