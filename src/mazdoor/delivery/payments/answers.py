"""What banks say of instructions, taken in bulk and judged by one table (``states.ANSWER_OUTCOMES``).

Reconciliation reads the banks' files into a temporary table of *news*; here each piece is judged against what we know,
what can be applied is applied and posted, and the judgement is given back as another temporary table. Payments never
learns where news came from, reconciliation never touches an instruction.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import connection

from mazdoor.delivery.payments import books
from mazdoor.delivery.payments.bulk import plan_for_many
from mazdoor.delivery.payments.models import PaymentFile
from mazdoor.delivery.payments.states import ANSWER_OUTCOMES, OUT_STATES, Answer, FileState, Outcome
from mazdoor.journal.services import record
from mazdoor.ledger import services as ledger

NEWS_TABLE: Final = "news"
"""``news(line_no bigint, instruction_id bigint, amount bigint, answer text, reason text, occurred_on date)``: made by the
caller in its transaction, one row at most for an instruction; ``amount`` NULL where the bank did not say it."""
JUDGED_TABLE: Final = "judged"
"""``judged(line_no, instruction_id, entitlement_id, programme_code, amount, answer, reason, occurred_on, outcome)``: given
back; every row of the news is in it once. ``amount`` is the instruction's, or the news' where there is none."""

_OUT: Final = tuple(state.value for state in OUT_STATES)
_TABLE_OF_OUTCOMES: Final = ", ".join(
    f"({'NULL' if known is None else repr(known.value)}, {news.value!r}, {outcome.value!r})"
    for (known, news), outcome in ANSWER_OUTCOMES.items()
)
_JUDGE = f"""
CREATE TEMPORARY TABLE {JUDGED_TABLE} ON COMMIT DROP AS
SELECT news.line_no, news.instruction_id, instruction.entitlement_id, cycle.programme_code,
       coalesce(instruction.amount, news.amount) AS amount, news.answer, news.reason, news.occurred_on,
       instruction.file_id,
       CASE WHEN instruction.id IS NULL THEN 'unknown'
            WHEN NOT file.state = ANY(%(out)s) THEN 'contradicts'
            WHEN file.bank_code <> %(bank)s THEN 'wrong_bank'
            WHEN news.amount <> instruction.amount THEN 'wrong_amount'
            ELSE rule.outcome END AS outcome
FROM {NEWS_TABLE} AS news
LEFT JOIN payments_paymentinstruction AS instruction ON instruction.id = news.instruction_id
LEFT JOIN payments_paymentfile AS file ON file.id = instruction.file_id
LEFT JOIN payments_payroll AS payroll ON payroll.id = file.payroll_id
LEFT JOIN payments_paymentcycle AS cycle ON cycle.id = payroll.cycle_id
LEFT JOIN (VALUES {_TABLE_OF_OUTCOMES}) AS rule (known, news, outcome)
    ON rule.known IS NOT DISTINCT FROM instruction.answer AND rule.news = news.answer
"""
_APPLY = f"""
UPDATE payments_paymentinstruction AS instruction
SET answer = judged.answer, answer_reason = nullif(judged.reason, ''), answered_on = judged.occurred_on,
    live = judged.answer IN ('accepted', 'settled')
FROM {JUDGED_TABLE} AS judged
WHERE instruction.id = judged.instruction_id AND judged.outcome = 'applied'
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """How many pieces of news had which outcome, and the paisa of those applied."""

    counts: dict[Outcome, int]
    applied_amount: int

    @property
    def applied(self) -> int:
        """Pieces that changed an instruction."""
        return self.counts.get(Outcome.APPLIED, 0)


def apply_answers(*, bank_code: str, source: str, occurred_on: dt.date) -> Judged:
    """Judge and apply everything in the temporary table ``news``, post it, and leave the table ``judged``.

    Joins the caller's transaction, which acts as the system. ``source`` names the bank's message (``message:17``) and
    makes the postings happen once. Money moves: settled: in flight → settled, and blocked money leaves the bank;
    rejected: in flight → returned, blocked money is free again; returned: settled → returned, and money is back.
    """
    with connection.cursor() as cursor:
        plan_for_many(cursor)
        cursor.execute(f"DROP TABLE IF EXISTS {JUDGED_TABLE}")
        cursor.execute(f"ANALYZE {NEWS_TABLE}")
        cursor.execute(_JUDGE, {"out": list(_OUT), "bank": bank_code})
        cursor.execute(f"ANALYZE {JUDGED_TABLE}")
        cursor.execute(_APPLY)
        changed = cursor.rowcount
        cursor.execute(
            f"""UPDATE payments_paymentfile SET state = 'sent', sent_at = coalesce(sent_at, now())
                WHERE state IN ('sending', 'unknown') AND id IN (
                    SELECT file_id FROM {JUDGED_TABLE} WHERE outcome IN ('applied', 'repeated', 'contradicts')
                )"""
        )
        cursor.execute(f"SELECT outcome, count(*) FROM {JUDGED_TABLE} GROUP BY 1")
        counts = {Outcome(outcome): int(count) for outcome, count in cursor.fetchall()}
        cursor.execute(
            f"""SELECT programme_code, answer, sum(amount) FROM {JUDGED_TABLE} WHERE outcome = 'applied'
                GROUP BY 1, 2 ORDER BY 1, 2"""
        )
        groups = cursor.fetchall()
    if changed != counts.get(Outcome.APPLIED, 0):
        raise RuntimeError("answers were judged applicable and did not apply")  # two rows for one instruction
    for programme_code, answer, amount in groups:
        _post(
            programme_code=programme_code,
            bank_code=bank_code,
            answer=Answer(answer),
            source=source,
            occurred_on=occurred_on,
            amount=int(amount),
        )
    return Judged(counts, sum(int(amount) for _, _, amount in groups))


_OWED = f"""
SELECT %s::bigint, %s::bigint, amount, entitlement_id, instruction_id FROM {JUDGED_TABLE}
WHERE outcome = 'applied' AND answer = %s AND programme_code = %s ORDER BY entitlement_id
"""


def _post(
    *,
    programme_code: str,
    bank_code: str,
    answer: Answer,
    source: str,
    occurred_on: dt.date,
    amount: int,
) -> None:
    """One posting for what is owed (an entry for each instruction), one line for the money that is there."""
    in_flight = books.in_flight(programme_code, bank_code)
    settled = books.settled(programme_code, bank_code)
    returned = books.returned(programme_code)
    committed = books.committed(programme_code, bank_code)
    fund = books.fund(programme_code, bank_code)
    bank = books.bank(bank_code)
    owed, there = {
        Answer.ACCEPTED: (None, None),
        Answer.SETTLED: ((in_flight, settled), (committed, bank)),
        Answer.REJECTED: ((in_flight, returned), (committed, fund)),
        Answer.RETURNED: ((settled, returned), (bank, fund)),
    }[answer]
    if owed is None or there is None:
        return
    rows = [owed[0].number, owed[1].number, answer.value, programme_code]
    ledger.post_bulk(
        key=f"{source}:{answer.value}:{programme_code}",
        kind=answer.value,
        source=source,
        occurred_on=occurred_on,
        rows_sql=_OWED,
        params=rows,
        root=ledger.root_of_rows(rows_sql=_OWED, params=rows),
    )
    ledger.post(
        key=f"{source}:{answer.value}:{programme_code}:money",
        kind=answer.value,
        source=source,
        occurred_on=occurred_on,
        lines=[ledger.Line(debit=there[0].code, credit=there[1].code, amount=amount)],
    )


def apply_file_answer(
    *, bank_code: str, message_id: str, accepted: bool, reason: str, source: str, occurred_on: dt.date
) -> Outcome:
    """The bank's word on a whole file. Accepted: it has arrived. Refused: all its instructions are rejected.

    A refusal that comes after the bank has settled one of its payments contradicts itself and changes nothing.
    """
    file = PaymentFile.objects.filter(message_id=message_id).first()
    if file is None:
        return Outcome.UNKNOWN
    if file.bank_code != bank_code:
        return Outcome.WRONG_BANK
    state = FileState(file.state)
    if state not in OUT_STATES:
        return Outcome.CONTRADICTS
    if accepted:
        if state is FileState.REFUSED:
            return Outcome.CONTRADICTS
        if state is FileState.SENT:
            return Outcome.REPEATED
        _arrived(file)
        return Outcome.APPLIED
    if state is FileState.REFUSED:
        return Outcome.REPEATED
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FILTER (WHERE answer IN ('settled', 'returned')) FROM payments_paymentinstruction
               WHERE id BETWEEN %s AND %s AND file_id = %s""",
            [file.first_instruction_id, file.last_instruction_id, file.pk],
        )
        if cursor.fetchone()[0]:
            return Outcome.CONTRADICTS
        cursor.execute(f"DROP TABLE IF EXISTS {NEWS_TABLE}")
        cursor.execute(
            f"""CREATE TEMPORARY TABLE {NEWS_TABLE} ON COMMIT DROP AS
                SELECT row_number() OVER (ORDER BY id) AS line_no, id AS instruction_id, NULL::bigint AS amount,
                       'rejected'::text AS answer, %s::text AS reason, %s::date AS occurred_on
                FROM payments_paymentinstruction
                WHERE id BETWEEN %s AND %s AND file_id = %s AND (answer IS NULL OR answer = 'accepted')""",
            [reason, occurred_on, file.first_instruction_id, file.last_instruction_id, file.pk],
        )
    judged = apply_answers(bank_code=bank_code, source=source, occurred_on=occurred_on)
    file.refresh_from_db()
    file.state = FileState.REFUSED
    file.refusal_code = reason[:8]
    file.save(update_fields=["state", "refusal_code"])
    record(
        act="payments.file.refused",
        subject=f"file:{file.pk}",
        details={"reason_code": reason},
        count=judged.applied,
    )
    return Outcome.APPLIED


def _arrived(file: PaymentFile) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE payments_paymentfile SET state = 'sent', sent_at = coalesce(sent_at, now())
               WHERE id = %s AND state IN ('sending', 'unknown')""",
            [file.pk],
        )
    record(act="payments.file.arrived", subject=f"file:{file.pk}")
