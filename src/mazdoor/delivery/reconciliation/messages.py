"""What both kinds of a bank's messages share: imported once, one at a time for a bank, exceptions in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from mazdoor.delivery.reconciliation.models import BankMessage
from mazdoor.delivery.reconciliation.states import MessageKind
from mazdoor.journal.services import record


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of importing a file. ``fresh`` is false when it had been imported before: nothing changed then.

    ``lines`` = ``applied`` + ``repeated`` (known already, or no news) + ``exceptions`` (a person looks), but for lines
    that speak of a whole file, which may apply to many instructions.
    """

    message_id: int
    lines: int
    applied: int
    repeated: int
    exceptions: int
    fresh: bool


def begin(bank_code: str, sha256: str) -> Imported | int:
    """Hold the bank's imports for this transaction; the earlier import of the same file, or the new message's number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"bank messages {bank_code}"])
        known = BankMessage.objects.filter(bank_code=bank_code, sha256=sha256).first()
        if known is not None:
            return Imported(
                known.pk, known.line_count, known.applied_count, known.repeated_count, known.exception_count, False
            )
        cursor.execute("SELECT nextval(pg_get_serial_sequence('reconciliation_bankmessage', 'id'))")
        return int(cursor.fetchone()[0])


def finish(
    number: int,
    *,
    bank_code: str,
    kind: MessageKind,
    sha256: str,
    reference: str,
    lines: int,
    applied: int,
    repeated: int,
    exceptions: int,
    **statement: Any,
) -> Imported:
    """Write the message down with what came of it."""
    BankMessage.objects.create(
        pk=number,
        bank_code=bank_code,
        kind=kind,
        sha256=sha256,
        reference=reference[:70],
        line_count=lines,
        applied_count=applied,
        repeated_count=repeated,
        exception_count=exceptions,
        **statement,
    )
    record(
        act=f"reconciliation.{kind.value}.imported",
        subject=f"message:{number}",
        details={"bank": bank_code, "applied": applied, "repeated": repeated, "exceptions": exceptions},
        count=lines,
        root=sha256,
    )
    return Imported(number, lines, applied, repeated, exceptions, True)
