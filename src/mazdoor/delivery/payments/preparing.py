"""Preparing a payroll: from enrolments to frozen instructions, in four steps.

1. *entitled*: an entitlement for every enrolled person not entitled in this cycle yet (a follow-up makes none);
2. *instructed*: an instruction for each that has a live account, in files by bank; the others are held with a reason;
3. *checked*: the reference engine recomputes a sample and all edge cases;
4. *prepared*: totals and content hash are frozen.

Each step is one transaction of set-based statements and ends by writing its name into the payroll, so a run killed
anywhere goes on at the step it had not finished, and a step half done has never happened.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final

from django.db import connection

from mazdoor.database.bulk import analyse
from mazdoor.delivery.payments import books, refusals
from mazdoor.delivery.payments.bulk import in_name_of, plan_for_many, work_on_payroll
from mazdoor.delivery.payments.checking import check_amounts
from mazdoor.delivery.payments.content import content_hash
from mazdoor.delivery.payments.models import Payroll
from mazdoor.delivery.payments.ports import AmountChecker
from mazdoor.delivery.payments.states import PayrollKind, PayrollState
from mazdoor.journal.services import record
from mazdoor.kernel.money import format_rupees
from mazdoor.ledger import services as ledger

STEPS: Final = ("entitled", "instructed", "checked")
_REASON: Final = "preparing a payroll"


def prepare_payroll(
    *, payroll_id: int, officer_id: int, checker: AmountChecker, on_step: Callable[[str], None] = lambda _: None
) -> Payroll:
    """Bring a draft to *prepared* in the name of the officer who began it, from wherever an earlier run stopped. A
    prepared one is given back as it is.

    ``on_step`` hears the name of each step once it is committed. Refuses OFF-002, PAY-001, PAY-002, PAY-005 (nobody is
    due), PAY-006 and PAY-007 (the reference engine disagrees or cannot tell), PAY-011 (another run is at it), PAY-015,
    PAY-019 (another officer began it: whoever prepares must not be the one who approves).
    """

    def acting() -> AbstractContextManager[None]:
        return in_name_of(officer_id, act="payments.prepare", reason=_REASON)

    with work_on_payroll(payroll_id):
        with acting():
            payroll = Payroll.objects.select_related("cycle").filter(pk=payroll_id).first()
        if payroll is None:
            raise refusals.PAYROLL_UNKNOWN.because(payroll=payroll_id)
        if payroll.prepared_by_id != officer_id:
            raise refusals.NOT_YOURS.because(payroll=payroll_id)
        if payroll.state == PayrollState.PREPARED:
            return payroll
        if payroll.state != PayrollState.DRAFTED:
            raise refusals.WRONG_STATE.because(payroll=payroll_id, state=payroll.state)
        if payroll.step == "":
            with acting():
                _entitle(payroll)
            on_step("entitled")
        if payroll.step == "entitled":
            with acting():
                _instruct(payroll)
            on_step("instructed")
        if payroll.step == "instructed":
            with acting():
                payroll.checked_count = check_amounts(payroll=payroll, checker=checker)
                _reach(payroll, "checked")
            on_step("checked")
        with acting():
            _freeze(payroll)
        on_step("prepared")
        return payroll


def _reach(payroll: Payroll, step: str) -> None:
    payroll.step = step
    payroll.save(update_fields=["step", "checked_count"])


# "made" is read out before the first row is written: a look-up in the table being filled would grow with every row. Whom an
# entitlement stands for is asked of the map, and of its enrolment: records are merged, and parted again, within a cycle.
# Adjustments are read through the map as well: what was owed to a record that was merged is owed to the person.
_ENTITLE = """
WITH made AS MATERIALIZED (
    SELECT coalesce(map.canonical_person_id, entitlement.canonical_person_id) AS canonical_person_id,
           entitlement.enrolment_id
    FROM payments_entitlement AS entitlement
    LEFT JOIN deduplication.canonical_person AS map ON map.person_id = entitlement.canonical_person_id
    WHERE entitlement.cycle_id = %(cycle)s AND entitlement.cancelled_at IS NULL
),
due AS (
    SELECT DISTINCT ON (canonical_person_id)
        enrolment_id, person_id, canonical_person_id, cycle_amount, area_code
    FROM enrolment.enrolment_now
    WHERE programme_code = %(programme)s AND state = 'enrolled'
      AND from_date < %(period_to)s AND (to_date IS NULL OR to_date > %(period_from)s)
    ORDER BY canonical_person_id, from_date, enrolment_id
),
left_over AS (
    SELECT coalesce(map.canonical_person_id, adjustment.canonical_person_id) AS canonical_person_id, adjustment.kind,
           sum(adjustment.amount - coalesce(used.amount, 0))::bigint AS amount
    FROM payments_adjustment AS adjustment
    LEFT JOIN deduplication.canonical_person AS map ON map.person_id = adjustment.canonical_person_id
    LEFT JOIN LATERAL (
        SELECT sum(use.amount) AS amount
        FROM payments_adjustmentuse AS use
        JOIN payments_entitlement AS entitlement ON entitlement.id = use.entitlement_id
        WHERE use.adjustment_id = adjustment.id AND entitlement.cancelled_at IS NULL
    ) AS used ON true
    WHERE adjustment.programme_code = %(programme)s AND adjustment.withdrawn_at IS NULL
      AND adjustment.due_from < %(period_to)s
    GROUP BY 1, 2
),
adjusted AS (
    SELECT canonical_person_id,
           coalesce(sum(amount) FILTER (WHERE kind = 'arrears'), 0)::bigint AS arrears,
           coalesce(sum(amount) FILTER (WHERE kind = 'supplement'), 0)::bigint AS supplement,
           coalesce(sum(amount) FILTER (WHERE kind = 'recovery'), 0)::bigint AS recovery
    FROM left_over GROUP BY 1
),
composed AS (
    SELECT due.*, coalesce(arrears, 0) AS arrears, coalesce(supplement, 0) AS supplement,
           least(coalesce(recovery, 0), due.cycle_amount + coalesce(arrears, 0) + coalesce(supplement, 0)) AS recovery
    FROM due LEFT JOIN adjusted USING (canonical_person_id)
    WHERE NOT EXISTS (SELECT FROM made WHERE made.canonical_person_id = due.canonical_person_id)
      AND NOT EXISTS (SELECT FROM made WHERE made.enrolment_id = due.enrolment_id)
)
INSERT INTO payments_entitlement (
    cycle_id, payroll_id, enrolment_id, person_id, canonical_person_id, base_amount, arrears_amount, supplement_amount,
    recovery_amount, amount, hold_reason, area_code
)
SELECT %(cycle)s, %(payroll)s, enrolment_id, person_id, canonical_person_id, cycle_amount, arrears, supplement,
       recovery, cycle_amount + arrears + supplement - recovery,
       CASE WHEN cycle_amount + arrears + supplement - recovery = 0 THEN 'nothing_due' ELSE '' END, area_code
FROM composed ORDER BY canonical_person_id
"""

# Arrears and supplements are used whole. A recovery is used up to what the entitlement recovers, the oldest first.
_USE_ADJUSTMENTS = """
WITH open_now AS (
    SELECT adjustment.id, adjustment.kind, entitlement.id AS entitlement_id, entitlement.recovery_amount,
           adjustment.amount - coalesce(used.amount, 0) AS left_over
    FROM payments_adjustment AS adjustment
    LEFT JOIN deduplication.canonical_person AS map ON map.person_id = adjustment.canonical_person_id
    JOIN payments_entitlement AS entitlement
        ON entitlement.payroll_id = %(payroll)s
        AND entitlement.canonical_person_id = coalesce(map.canonical_person_id, adjustment.canonical_person_id)
    LEFT JOIN LATERAL (
        SELECT sum(use.amount) AS amount
        FROM payments_adjustmentuse AS use
        JOIN payments_entitlement AS earlier ON earlier.id = use.entitlement_id
        WHERE use.adjustment_id = adjustment.id AND earlier.cancelled_at IS NULL
    ) AS used ON true
    WHERE adjustment.programme_code = %(programme)s AND adjustment.withdrawn_at IS NULL
      AND adjustment.due_from < %(period_to)s
),
shared AS (
    SELECT *, coalesce(sum(left_over) OVER (
        PARTITION BY entitlement_id, kind ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), 0) AS before
    FROM open_now
),
used AS (
    SELECT id, entitlement_id,
           CASE WHEN kind = 'recovery' THEN greatest(0, least(left_over, recovery_amount - before))
                ELSE left_over END AS amount
    FROM shared
)
INSERT INTO payments_adjustmentuse (adjustment_id, entitlement_id, amount)
SELECT id, entitlement_id, amount FROM used WHERE amount > 0
"""


_ENTITLED = """
SELECT %s::bigint, %s::bigint, amount, id, NULL::bigint FROM payments_entitlement
WHERE payroll_id = %s AND amount > 0 ORDER BY id
"""


def _entitle(payroll: Payroll) -> None:
    """Step 1. A follow-up makes no entitlements: it only goes on."""
    if payroll.kind == PayrollKind.FOLLOW_UP:
        _reach(payroll, "entitled")
        return
    cycle = payroll.cycle
    values: dict[str, Any] = {
        "programme": cycle.programme_code,
        "period_from": cycle.period_from,
        "period_to": cycle.period_to,
        "cycle": cycle.pk,
        "payroll": payroll.pk,
    }
    with connection.cursor() as cursor:
        plan_for_many(cursor)
        cursor.execute(_ENTITLE, values)
        made = cursor.rowcount
        if made == 0:
            raise refusals.NOBODY_DUE.because()
        analyse("payments_entitlement")
        cursor.execute(_USE_ADJUSTMENTS, values)
        cursor.execute("SELECT coalesce(sum(amount), 0) FROM payments_entitlement WHERE payroll_id = %s", [payroll.pk])
        total = int(cursor.fetchone()[0])
    accounts = [books.entitled(cycle.programme_code).number, books.uninstructed(cycle.programme_code).number]
    root = ledger.root_of_rows(rows_sql=_ENTITLED, params=[*accounts, payroll.pk])
    if total:
        ledger.post_bulk(
            key=f"payroll:{payroll.pk}:entitled",
            kind="entitled",
            source=f"payroll:{payroll.pk}",
            occurred_on=payroll.drafted_at.date(),
            rows_sql=_ENTITLED,
            params=[*accounts, payroll.pk],
            root=root,
        )
    _reach(payroll, "entitled")
    record(act="payments.payroll.entitled", subject=f"payroll:{payroll.pk}", count=made, root=root.hex())


# A regular payroll instructs what it entitled. A follow-up instructs what stands in the cycle and has no live
# instruction, for people who are still enrolled. One account a person: their own record's before a merged one's.
_CANDIDATES = {
    PayrollKind.REGULAR: "entitlement.payroll_id = %(payroll)s",
    PayrollKind.FOLLOW_UP: """entitlement.cycle_id = %(cycle)s AND entitlement.cancelled_at IS NULL AND NOT EXISTS (
        SELECT FROM payments_paymentinstruction AS live WHERE live.entitlement_id = entitlement.id AND live.live
    )""",
}
_PLAN = """
CREATE TEMPORARY TABLE instructing ON COMMIT DROP AS
SELECT planned.*,
       CASE WHEN hold = '' THEN
           (row_number() OVER (PARTITION BY hold, bank_code ORDER BY entitlement_id) - 1) / %(file_size)s + 1
       END AS number
FROM (
    SELECT entitlement.id AS entitlement_id, entitlement.amount, entitlement.area_code, account.account_id,
           account.bank_code,
           coalesce(attempted.attempts, 0) + 1 AS attempt,
           CASE WHEN enrolment.enrolment_id IS NULL THEN 'not_enrolled'
                WHEN account.account_id IS NULL THEN 'no_account'
                WHEN bank.bank_code IS NULL THEN 'no_paying_bank'
                WHEN twice.entitlement_id IS NOT NULL THEN 'paid_already'
                ELSE '' END AS hold
    FROM payments_entitlement AS entitlement
    LEFT JOIN deduplication.canonical_person AS map ON map.person_id = entitlement.canonical_person_id
    LEFT JOIN enrolment.enrolment_now AS enrolment
        ON enrolment.enrolment_id = entitlement.enrolment_id AND enrolment.state = 'enrolled'
    LEFT JOIN (
        SELECT DISTINCT ON (canonical_person_id) canonical_person_id, account_id, bank_code
        FROM accounts.live_account WHERE purpose = %(purpose)s
        ORDER BY canonical_person_id, (person_id = canonical_person_id) DESC, account_id
    ) AS account ON account.canonical_person_id = coalesce(map.canonical_person_id, entitlement.canonical_person_id)
    LEFT JOIN (SELECT DISTINCT entitlement_id FROM payments.paid_already WHERE cycle_id = %(cycle)s) AS twice
        ON twice.entitlement_id = entitlement.id
    LEFT JOIN payments_payingbank AS bank ON bank.bank_code = account.bank_code
    LEFT JOIN {attempts} AS attempted ON {attempted_on}
    WHERE entitlement.amount > 0 AND {candidates}
) AS planned
"""
_EARLIER_ATTEMPTS = (
    """LATERAL (SELECT max(attempt) AS attempts FROM payments_paymentinstruction AS earlier
                WHERE earlier.entitlement_id = entitlement.id)""",
    "true",
)
_NO_EARLIER_ATTEMPTS = ("(SELECT 0::smallint AS attempts)", "true")

_PLAN_FILES = """
INSERT INTO payments_paymentfile (payroll_id, bank_code, number, message_id, instruction_count, total_amount)
SELECT %(payroll)s, bank_code, number,
       'MZ' || lpad(%(payroll)s::text, 8, '0') || '-' || bank_code || '-' || lpad(number::text, 5, '0'),
       count(*), sum(amount)
FROM instructing WHERE hold = '' GROUP BY bank_code, number ORDER BY bank_code, number
"""
# Instructions are numbered in the order of their files, so that a file is a range of numbers.
_INSTRUCT = """
INSERT INTO payments_paymentinstruction (entitlement_id, payroll_id, file_id, account_id, amount, attempt, area_code)
SELECT entitlement_id, %(payroll)s, file.id, account_id, amount, attempt, area_code
FROM instructing JOIN payments_paymentfile AS file
    ON file.payroll_id = %(payroll)s AND file.bank_code = instructing.bank_code AND file.number = instructing.number
WHERE hold = '' ORDER BY file.id, entitlement_id
"""
_RANGES = """
UPDATE payments_paymentfile AS file SET first_instruction_id = found.first, last_instruction_id = found.last
FROM (
    SELECT file_id, min(id) AS first, max(id) AS last, count(*) AS n FROM payments_paymentinstruction
    WHERE payroll_id = %(payroll)s AND id > %(newest)s GROUP BY file_id
) AS found
WHERE file.id = found.file_id AND found.last - found.first + 1 = found.n AND found.n = file.instruction_count
"""
_HOLDS = """
UPDATE payments_entitlement AS entitlement SET hold_reason = instructing.hold
FROM instructing WHERE instructing.entitlement_id = entitlement.id AND entitlement.hold_reason <> instructing.hold
"""


def _instruct(payroll: Payroll) -> None:
    """Step 2: plan, files, instructions, holds; then count again that nobody fell between."""
    kind = PayrollKind(payroll.kind)
    attempts, attempted_on = _EARLIER_ATTEMPTS if kind is PayrollKind.FOLLOW_UP else _NO_EARLIER_ATTEMPTS
    values: dict[str, Any] = {
        "payroll": payroll.pk,
        "cycle": payroll.cycle_id,
        "purpose": payroll.purpose,
        "file_size": payroll.file_size,
    }
    with connection.cursor() as cursor:
        plan_for_many(cursor)
        cursor.execute("DROP TABLE IF EXISTS instructing")
        cursor.execute("SELECT coalesce(max(id), 0) FROM payments_paymentinstruction")
        values["newest"] = cursor.fetchone()[0]
        cursor.execute(_PLAN.format(attempts=attempts, attempted_on=attempted_on, candidates=_CANDIDATES[kind]), values)
        planned = cursor.rowcount
        cursor.execute("ANALYZE instructing")
        cursor.execute(_PLAN_FILES, values)
        files = cursor.rowcount
        cursor.execute(_INSTRUCT, values)
        instructed = cursor.rowcount
        analyse("payments_paymentinstruction", "payments_paymentfile")
        cursor.execute(_RANGES, values)
        if cursor.rowcount != files:
            raise refusals.LINES_LOST.because(payroll=payroll.pk, expected=files, found=cursor.rowcount)
        cursor.execute(_HOLDS, values)
        cursor.execute("SELECT count(*) FROM instructing WHERE hold <> ''")
        held = int(cursor.fetchone()[0])
        cursor.execute("DROP TABLE instructing")
    if planned != instructed + held:
        raise refusals.LINES_LOST.because(payroll=payroll.pk, expected=planned, found=instructed + held)
    if planned == 0 and kind is PayrollKind.FOLLOW_UP:
        raise refusals.NOBODY_DUE.because()
    _reach(payroll, "instructed")
    record(
        act="payments.payroll.instructed",
        subject=f"payroll:{payroll.pk}",
        details={"held": held, "files": files},
        count=instructed,
    )


def _freeze(payroll: Payroll) -> None:
    """Step 4: totals and content hash. From here on the database lets nothing of it change."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*), coalesce(sum(amount), 0) FROM payments_entitlement WHERE payroll_id = %s""",
            [payroll.pk],
        )
        payroll.entitled_count, payroll.entitled_total = cursor.fetchone()
        cursor.execute(
            """SELECT coalesce(sum(instruction_count), 0), coalesce(sum(total_amount), 0) FROM payments_paymentfile
               WHERE payroll_id = %s""",
            [payroll.pk],
        )
        payroll.instructed_count, payroll.instructed_total = cursor.fetchone()
        cursor.execute("SELECT now()")
        (payroll.prepared_at,) = cursor.fetchone()
    payroll.content_hash = content_hash(payroll_id=payroll.pk)
    payroll.state = PayrollState.PREPARED
    payroll.save()
    record(
        act="payments.payroll.prepared",
        subject=f"payroll:{payroll.pk}",
        details={
            "instructed": payroll.instructed_count,
            "total": format_rupees(int(payroll.instructed_total)),
            "checked": payroll.checked_count,
            "prepared_by": payroll.prepared_by_id,
        },
        count=payroll.entitled_count,
        root=bytes(payroll.content_hash).hex(),
    )
