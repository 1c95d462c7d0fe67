"""Importing a status report: what a bank says of a file and of each payment in it.

1. the same file again changes nothing; 2. lines into a temporary table; 3. a reference that is not ours, a line told
twice, a status we do not know, a payment the bank calls a duplicate: exceptions; 4. the rest is news, judged and
applied by payments; 5. what was rejected gets its ``Return``, what contradicts gets its exception.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from django.db import connection

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.payments import services as payments
from mazdoor.delivery.payments.selectors import find_instruction_id
from mazdoor.delivery.reconciliation.messages import Imported, begin, finish
from mazdoor.delivery.reconciliation.ports import Source, StatusLine, StatusReader
from mazdoor.delivery.reconciliation.staging import copy_into, read_whole, sha256_of, text_of
from mazdoor.delivery.reconciliation.states import STATUS_MEANING, ExceptionKind, MessageKind

_STAGE: Final = """
CREATE TEMPORARY TABLE reported (
    line_no bigint, instruction_id bigint, reference text, answer text, reason text, problem text
) ON COMMIT DROP
"""
_SORT: Final = """
UPDATE reported SET problem = 'reported_twice' FROM (
    SELECT line_no, row_number() OVER (PARTITION BY instruction_id ORDER BY line_no) AS told
    FROM reported WHERE problem = '' AND instruction_id IS NOT NULL
) AS counted
WHERE counted.line_no = reported.line_no AND counted.told > 1
"""
_NEWS: Final = """
CREATE TEMPORARY TABLE news ON COMMIT DROP AS
SELECT line_no, instruction_id, NULL::bigint AS amount, answer, reason, %s::date AS occurred_on
FROM reported WHERE problem = '' AND answer <> ''
"""
_RETURNS: Final = """
INSERT INTO reconciliation_return (instruction_id, kind, reason_code, amount, message_id, occurred_on)
SELECT instruction_id, 'rejected', reason, amount, %s, occurred_on FROM judged
WHERE outcome = 'applied' AND answer = 'rejected'
"""
_EXCEPTIONS: Final = """
INSERT INTO reconciliation_reconciliationexception
    (bank_code, message_id, line_no, kind, reference, instruction_id, news, reason_code, amount)
SELECT %(bank)s, %(message)s, line_no, problem, reference, instruction_id, answer, reason, NULL
FROM reported WHERE problem <> ''
UNION ALL
SELECT %(bank)s, %(message)s, line_no, CASE outcome WHEN 'unknown' THEN 'unknown_reference' ELSE outcome END,
       '', CASE outcome WHEN 'unknown' THEN NULL ELSE instruction_id END, answer, reason, amount
FROM judged WHERE outcome NOT IN ('applied', 'repeated')
"""


def import_status_report(*, bank_code: str, source: Source, reader: StatusReader) -> Imported:
    """Take one status report of a bank. The same file twice changes nothing; no line stops the others.

    Refuses (REC-006) a file that is not what it should be or breaks off: nothing of it is then kept.
    """
    sha256 = sha256_of(source)
    with acting_as_system(reason="importing a status report"), connection.cursor() as cursor:
        number = begin(bank_code, sha256)
        if isinstance(number, Imported):
            return number
        today = dt.datetime.now(dt.UTC).date()
        cursor.execute("DROP TABLE IF EXISTS reported, news, judged")
        cursor.execute(_STAGE)
        whole: list[tuple[int, StatusLine]] = []
        lines = copy_into(
            "reported",
            "line_no, instruction_id, reference, answer, reason, problem",
            _rows(read_whole(reader.read(source), bank_code=bank_code), whole),
        )
        cursor.execute("ANALYZE reported")
        cursor.execute(_SORT)
        applied, exceptions, about = _take_whole(whole, bank_code=bank_code, number=number, today=today)
        cursor.execute("DROP TABLE IF EXISTS news")
        cursor.execute(_NEWS, [today])
        judged = payments.apply_answers(bank_code=bank_code, source=f"message:{number}", occurred_on=today)
        cursor.execute(_RETURNS, [number])
        cursor.execute(_EXCEPTIONS, {"bank": bank_code, "message": number})
        exceptions += cursor.rowcount
        applied += judged.applied
        return finish(
            number,
            bank_code=bank_code,
            kind=MessageKind.STATUS_REPORT,
            sha256=sha256,
            reference=about,
            lines=lines + len(whole),
            applied=applied,
            repeated=lines + len(whole) - applied - exceptions,
            exceptions=exceptions,
        )


def _rows(read: Iterator[StatusLine], whole: list[tuple[int, StatusLine]]) -> Iterator[str]:
    """Payments' lines as rows; what is said of whole files and batches is put aside in ``whole``."""
    for line_no, line in enumerate(read, start=1):
        if line.level != "payment":
            whole.append((line_no, line))
            continue
        instruction = find_instruction_id(line.end_to_end_id)
        answer = STATUS_MEANING.get(line.status)
        if instruction is None:
            problem = ExceptionKind.UNKNOWN_REFERENCE.value
        elif answer is None:
            problem = ExceptionKind.UNREADABLE.value
        elif answer == "rejected" and line.reason_code.startswith("DU"):
            # "Duplicate" says that the bank has this payment already: paying it again elsewhere would be paying twice.
            problem = ExceptionKind.DUPLICATE_AT_BANK.value
        else:
            problem = ""
        yield (
            f"{line_no}\t{instruction if instruction is not None else chr(92) + 'N'}\t"
            f"{text_of(line.end_to_end_id) if instruction is None else ''}\t{answer or ''}\t"
            f"{text_of(line.reason_code)[:16]}\t{problem}"
        )


def _take_whole(
    whole: list[tuple[int, StatusLine]], *, bank_code: str, number: int, today: dt.date
) -> tuple[int, int, str]:
    """What is said of whole files: (applied, exceptions, the message it is about). A batch is a file: ours have one."""
    applied = exceptions = 0
    about = ""
    for line_no, line in whole:
        about = about or line.message_id
        meaning = STATUS_MEANING.get(line.status)
        if not meaning:
            continue
        outcome = payments.apply_file_answer(
            bank_code=bank_code,
            message_id=line.message_id,
            accepted=meaning == "accepted",
            reason=line.reason_code[:16],
            source=f"message:{number}:{line_no}",
            occurred_on=today,
        )
        if outcome == "applied":
            applied += 1
            if meaning == "rejected":
                with connection.cursor() as cursor:
                    cursor.execute(_RETURNS, [number])
        elif outcome != "repeated":
            exceptions += 1
            with connection.cursor() as cursor:
                cursor.execute(
                    """INSERT INTO reconciliation_reconciliationexception
                           (bank_code, message_id, line_no, kind, reference, news, reason_code)
                       VALUES (%s, %s, %s, %s, %s, %s, %s)""",
                    [
                        bank_code,
                        number,
                        line_no,
                        "unknown_reference" if outcome == "unknown" else outcome.value,
                        text_of(line.message_id),
                        meaning,
                        line.reason_code[:16],
                    ],
                )
    return applied, exceptions, about
