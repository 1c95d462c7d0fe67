"""Importing an account statement: the money itself.

Every movement is placed, so that our books of the account equal the bank's: a debit for an instruction is its
settlement, a credit for it is its return, and everything else (a stranger's money, a wrong amount, money that left
twice) goes to suspense with an exception for a person. A movement told again, in this statement or another one, has
moved nothing; the bank's own reference of it is what tells.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

from django.db import connection

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.payments import services as payments
from mazdoor.delivery.payments.selectors import find_instruction_id
from mazdoor.delivery.reconciliation import suspense
from mazdoor.delivery.reconciliation.messages import Imported, begin, finish
from mazdoor.delivery.reconciliation.models import BankMessage, ReconciliationException
from mazdoor.delivery.reconciliation.ports import Source, StatementHead, StatementLine, StatementReader
from mazdoor.delivery.reconciliation.staging import copy_into, read_whole, sha256_of, text_of
from mazdoor.delivery.reconciliation.states import ExceptionKind, MessageKind
from mazdoor.ledger import selectors as ledger

_STAGE: Final = """
CREATE TEMPORARY TABLE moved (
    line_no bigint, reference text, instruction_id bigint, their_reference text, credit boolean, amount bigint,
    booked_on date, reason text, problem text, placed text
) ON COMMIT DROP
"""
# Told again: in this statement (the first counts) or in an earlier one. Earlier and equal is no news; earlier and
# different, or twice in one statement, is for a person. None of it has moved money.
_SORT: Final = """
UPDATE moved SET problem = judged.problem FROM (
    SELECT moved.line_no,
           CASE WHEN row_number() OVER (PARTITION BY moved.reference ORDER BY moved.line_no) > 1 THEN 'reported_twice'
                WHEN known.reference IS NULL THEN ''
                WHEN (known.amount, known.credit, known.instruction_id)
                     IS NOT DISTINCT FROM (moved.amount, moved.credit, moved.instruction_id) THEN 'repeated'
                ELSE 'contradicts' END AS problem
    FROM moved
    LEFT JOIN reconciliation_statementline AS known
        ON known.bank_code = %(bank)s AND known.reference = moved.reference
    WHERE moved.problem = ''
) AS judged
WHERE judged.line_no = moved.line_no AND judged.problem <> ''
"""
_NEWS: Final = """
CREATE TEMPORARY TABLE news ON COMMIT DROP AS
SELECT DISTINCT ON (instruction_id) line_no, instruction_id, amount, %(answer)s::text AS answer, reason,
       booked_on AS occurred_on
FROM moved WHERE problem = '' AND instruction_id IS NOT NULL AND credit = %(credit)s
ORDER BY instruction_id, line_no
"""
_PLACE: Final = """
UPDATE moved SET placed = %(place)s FROM judged WHERE judged.line_no = moved.line_no AND judged.outcome = 'applied'
"""
_WHY_NOT: Final = """
UPDATE moved SET reason = moved.reason, placed = 'suspense',
    problem = CASE judged.outcome WHEN 'unknown' THEN 'unknown_reference' ELSE judged.outcome END
FROM judged WHERE judged.line_no = moved.line_no AND judged.outcome <> 'applied'
"""
# What is left: no reference of ours, or a second movement for the same instruction in one statement.
_REST: Final = """
UPDATE moved SET placed = 'suspense',
    problem = CASE WHEN instruction_id IS NULL THEN 'unknown_reference' ELSE 'contradicts' END
WHERE problem = '' AND placed IS NULL
"""
_LINES: Final = """
INSERT INTO reconciliation_statementline
    (bank_code, reference, message_id, credit, amount, booked_on, instruction_id, placed)
SELECT %(bank)s, reference, %(message)s, credit, amount, booked_on, instruction_id, placed
FROM moved WHERE placed IS NOT NULL ORDER BY line_no
"""
_SETTLEMENTS: Final = """
INSERT INTO reconciliation_settlement (instruction_id, statement_line_id, amount, booked_on)
SELECT moved.instruction_id, line.id, moved.amount, moved.booked_on
FROM moved JOIN reconciliation_statementline AS line ON line.bank_code = %(bank)s AND line.reference = moved.reference
WHERE moved.placed = 'settlement' ORDER BY moved.instruction_id
"""
_RETURNS: Final = """
INSERT INTO reconciliation_return (instruction_id, kind, reason_code, amount, message_id, occurred_on)
SELECT instruction_id, 'returned', reason, amount, %(message)s, booked_on FROM moved WHERE placed = 'return'
"""
_EXCEPTIONS: Final = """
INSERT INTO reconciliation_reconciliationexception
    (bank_code, message_id, line_no, kind, reference, statement_reference, instruction_id, amount, credit, news,
     reason_code, occurred_on, in_suspense)
SELECT %(bank)s, %(message)s, line_no, problem, their_reference, reference, instruction_id, amount, credit,
       CASE WHEN instruction_id IS NULL THEN '' WHEN credit THEN 'returned' ELSE 'settled' END,
       reason, booked_on, placed IS NOT DISTINCT FROM 'suspense'
FROM moved WHERE problem NOT IN ('', 'repeated', 'announced')
"""
_NULL: Final = "\\N"


def import_statement(*, bank_code: str, source: Source, reader: StatementReader) -> Imported:
    """Take one statement of our account at a bank. The same file twice changes nothing; no line stops the others.

    Afterwards what was early is tried again, and the account's balance in our books is held against the bank's
    closing balance: a difference is an exception. Refuses (REC-006) a file that is not what it should be or breaks off.
    """
    sha256 = sha256_of(source)
    with acting_as_system(reason="importing a statement"), connection.cursor() as cursor:
        number = begin(bank_code, sha256)
        if isinstance(number, Imported):
            return number
        (head,) = read_whole(_head(reader, source), bank_code=bank_code)
        today = dt.datetime.now(dt.UTC).date()
        values: dict[str, Any] = {"bank": bank_code, "message": number}
        cursor.execute("DROP TABLE IF EXISTS moved, news, judged")
        cursor.execute(_STAGE)
        lines = copy_into(
            "moved",
            "line_no, reference, instruction_id, their_reference, credit, amount, booked_on, reason, problem",
            _rows(read_whole(reader.read(source), bank_code=bank_code), head, today),
        )
        cursor.execute("ANALYZE moved")
        cursor.execute(_SORT, values)
        applied = 0
        for answer, credit, place in (("settled", False, "settlement"), ("returned", True, "return")):
            cursor.execute("DROP TABLE IF EXISTS news")
            cursor.execute(_NEWS, {"answer": answer, "credit": credit})
            judged = payments.apply_answers(bank_code=bank_code, source=f"message:{number}", occurred_on=today)
            applied += judged.applied
            cursor.execute(_PLACE, {"place": place})
            cursor.execute(_WHY_NOT)
        cursor.execute(_REST)
        cursor.execute(_LINES, values)
        cursor.execute(_SETTLEMENTS, values)
        cursor.execute(_RETURNS, values)
        suspense.take_in(bank_code=bank_code, message_id=number, sha256=sha256, occurred_on=today)
        cursor.execute(_EXCEPTIONS, values)
        exceptions = cursor.rowcount
        imported = finish(
            number,
            bank_code=bank_code,
            kind=MessageKind.STATEMENT,
            sha256=sha256,
            reference=head.statement_id,
            lines=lines,
            applied=applied,
            repeated=lines - applied - exceptions,
            exceptions=exceptions,
            sequence=head.sequence,
            opening_amount=head.opening_amount,
            closing_amount=head.closing_amount,
        )
        suspense.try_early_again(bank_code=bank_code, message_id=number, occurred_on=today)
        _hold_against_balance(number, bank_code, head)
        return imported


def _head(reader: StatementReader, source: Source) -> Iterator[StatementHead]:
    yield reader.head(source)


def _rows(read: Iterator[StatementLine], head: StatementHead, today: dt.date) -> Iterator[str]:
    for line_no, line in enumerate(read, start=1):
        instruction = find_instruction_id(line.end_to_end_id)
        problem = ""
        if line.problem or line.amount is None or line.amount <= 0:
            problem = ExceptionKind.UNREADABLE.value
        elif not line.booked:
            problem = "announced"  # has not moved yet: it will come again when it has
        reference = text_of(line.bank_reference) or f"{text_of(head.statement_id)[:60]}#{line_no}"
        yield "\t".join(
            (
                str(line_no),
                reference,
                _NULL if instruction is None else str(instruction),
                text_of(line.end_to_end_id) if instruction is None else "",
                "t" if line.credit else "f",
                _NULL if line.amount is None else str(line.amount),
                (line.booked_on or today).isoformat(),
                text_of(line.reason_code)[:16],
                problem,
            )
        )


def _hold_against_balance(number: int, bank_code: str, head: StatementHead) -> None:
    """Our books of the account against the bank's closing balance, where this is the newest statement we have."""
    if head.closing_amount is None or head.sequence is None:
        return
    newer = BankMessage.objects.filter(
        bank_code=bank_code, kind=MessageKind.STATEMENT, sequence__gt=head.sequence
    ).exists()
    ours = sum(found.balance_amount for found in ledger.list_balances(role="bank") if found.bank_code == bank_code)
    if not newer and ours != head.closing_amount:
        ReconciliationException.objects.create(
            bank_code=bank_code,
            message_id=number,
            line_no=0,
            kind=ExceptionKind.BALANCE_DIFFERS,
            reference=head.statement_id[:80],
            amount=abs(ours - head.closing_amount),
            credit=ours < head.closing_amount,
        )
