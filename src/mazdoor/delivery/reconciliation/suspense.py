"""Bank money we cannot place: into suspense with its exception, and out of it when what the bank said becomes true."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import connection

from mazdoor.delivery.payments import books
from mazdoor.delivery.payments import services as payments
from mazdoor.ledger import services as ledger

_TAKEN_IN: Final = """
SELECT CASE WHEN line.credit THEN %s::bigint ELSE %s::bigint END,
       CASE WHEN line.credit THEN %s::bigint ELSE %s::bigint END,
       line.amount, NULL::bigint, line.id
FROM reconciliation_statementline AS line
WHERE line.message_id = %s AND line.bank_code = %s AND line.placed = 'suspense' ORDER BY line.id
"""


def take_in(*, bank_code: str, message_id: int, sha256: str, occurred_on: dt.date) -> None:
    """Post what the statement moved and nobody can place: credits owed to somebody, debits owed to us."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM moved WHERE placed = 'suspense')",
        )
        if not cursor.fetchone()[0]:
            return
    bank, suspense = books.bank(bank_code).number, books.suspense(bank_code).number
    ledger.post_bulk(
        key=f"message:{message_id}:suspense",
        kind="suspense",
        source=f"message:{message_id}",
        occurred_on=occurred_on,
        rows_sql=_TAKEN_IN,
        params=[bank, suspense, suspense, bank, message_id, bank_code],
        root=bytes.fromhex(sha256),
    )


_EARLY: Final = """
CREATE TEMPORARY TABLE news ON COMMIT DROP AS
SELECT DISTINCT ON (exception.instruction_id) exception.id AS line_no, exception.instruction_id, exception.amount,
       exception.news AS answer, exception.reason_code AS reason, exception.occurred_on
FROM reconciliation_reconciliationexception AS exception
JOIN payments.instruction_now AS instruction ON instruction.instruction_id = exception.instruction_id
WHERE exception.state = 'open' AND exception.kind = 'early' AND exception.bank_code = %s
  AND exception.news = 'returned' AND instruction.state = 'settled'
ORDER BY exception.instruction_id, exception.id
"""


def try_early_again(*, bank_code: str, message_id: int, occurred_on: dt.date) -> int:
    """Returns that came before their settlement, whose settlement is here now. Returns how many were taken."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS news")
        cursor.execute(_EARLY, [bank_code])
        if cursor.rowcount == 0:
            return 0
    return take_again(bank_code=bank_code, message_id=message_id, source=f"message:{message_id}:early", on=occurred_on)


_BACK_OUT: Final = """
SELECT CASE WHEN exception.credit THEN %s::bigint ELSE %s::bigint END,
       CASE WHEN exception.credit THEN %s::bigint ELSE %s::bigint END,
       exception.amount, NULL::bigint, exception.id
FROM judged JOIN reconciliation_reconciliationexception AS exception ON exception.id = judged.line_no
WHERE judged.outcome = 'applied' AND exception.in_suspense ORDER BY exception.id
"""


def take_again(*, bank_code: str, message_id: int, source: str, on: dt.date) -> int:
    """Judge the table ``news`` (``line_no`` = number of an open exception) once more; what applies now leaves suspense,
    gets its settlement or return, and its exception is resolved. Returns how many applied; ``judged`` says the rest."""
    judged = payments.apply_answers(bank_code=bank_code, source=source, occurred_on=on)
    if judged.applied == 0:
        return 0
    bank, suspense = books.bank(bank_code).number, books.suspense(bank_code).number
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (SELECT FROM judged
               JOIN reconciliation_reconciliationexception AS exception ON exception.id = judged.line_no
               WHERE judged.outcome = 'applied' AND exception.in_suspense)"""
        )
        if cursor.fetchone()[0]:
            rows = [suspense, bank, bank, suspense]
            # The movement was posted when it came; applying posts it again, so the first posting is taken back.
            ledger.post_bulk(
                key=f"{source}:out_of_suspense",
                kind="out_of_suspense",
                source=source,
                occurred_on=on,
                rows_sql=_BACK_OUT,
                params=rows,
                root=ledger.root_of_rows(rows_sql=_BACK_OUT, params=rows),
            )
        cursor.execute(
            """INSERT INTO reconciliation_settlement (instruction_id, statement_line_id, amount, booked_on)
               SELECT judged.instruction_id, line.id, judged.amount, judged.occurred_on
               FROM judged JOIN reconciliation_reconciliationexception AS exception ON exception.id = judged.line_no
               JOIN reconciliation_statementline AS line
                   ON line.bank_code = exception.bank_code AND line.reference = exception.statement_reference
               WHERE judged.outcome = 'applied' AND judged.answer = 'settled'"""
        )
        cursor.execute(
            """INSERT INTO reconciliation_return (instruction_id, kind, reason_code, amount, message_id, occurred_on)
               SELECT instruction_id, answer, coalesce(reason, ''), amount, %s, occurred_on FROM judged
               WHERE outcome = 'applied' AND answer IN ('returned', 'rejected')""",
            [message_id],
        )
        cursor.execute(
            """UPDATE reconciliation_reconciliationexception
               SET state = 'resolved', resolution = 'applied', resolved_at = now(),
                   resolved_by = nullif(current_setting('mazdoor.officer', true), '')::bigint
               WHERE id IN (SELECT line_no FROM judged WHERE outcome = 'applied')"""
        )
    return judged.applied
