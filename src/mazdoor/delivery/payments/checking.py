"""Two engines agree before money moves: the slow one recomputes a sample and every edge case (invariant 5)."""

from __future__ import annotations

from typing import Final

from django.db import connection

from mazdoor.delivery.payments import refusals
from mazdoor.delivery.payments.models import Payroll
from mazdoor.delivery.payments.ports import AmountChecker

SAMPLE: Final = 500
EDGE_CASES: Final = 2_000

# The sample is drawn by a hash of the entitlement's number, so it is the same on a second run and nobody can steer it
# by the order of enrolment. Beside it: for each distinct base amount its first and last entitlement, the smallest and
# the largest amounts, and what has arrears, a supplement or a recovery.
_CHOSEN = """
WITH scope AS (
    SELECT entitlement.* FROM payments_entitlement AS entitlement
    WHERE entitlement.payroll_id = %(payroll)s OR (%(follow_up)s AND EXISTS (
        SELECT FROM payments_paymentinstruction AS instruction
        WHERE instruction.entitlement_id = entitlement.id AND instruction.payroll_id = %(payroll)s
    ))
),
drawn AS (
    (SELECT id FROM scope ORDER BY sha256(int8send(id)) LIMIT %(sample)s)
    UNION (SELECT min(id) FROM scope GROUP BY base_amount ORDER BY base_amount LIMIT %(edges)s)
    UNION (SELECT max(id) FROM scope GROUP BY base_amount ORDER BY base_amount DESC LIMIT %(edges)s)
    UNION (SELECT id FROM scope ORDER BY base_amount DESC, id LIMIT 50)
    UNION (SELECT id FROM scope ORDER BY base_amount, id LIMIT 50)
    UNION (SELECT id FROM scope WHERE arrears_amount + supplement_amount + recovery_amount > 0 ORDER BY id LIMIT 500)
    UNION (SELECT id FROM scope WHERE enrolment_id = ANY(%(named)s))
)
SELECT scope.enrolment_id, scope.base_amount FROM drawn JOIN scope USING (id)
"""


def check_amounts(*, payroll: Payroll, checker: AmountChecker) -> int:
    """Recompute the sample and all edge cases; returns how many were compared.

    Refuses PAY-007 when the reference engine cannot compute one of them, PAY-006 when it finds another amount: either
    stops the run for everybody, because nobody is skipped and no amount is guessed.
    """
    cycle = payroll.cycle
    named = list(checker.edge_cases(programme_code=cycle.programme_code, on_date=cycle.period_from, limit=EDGE_CASES))
    with connection.cursor() as cursor:
        cursor.execute(
            _CHOSEN,
            {
                "payroll": payroll.pk,
                "follow_up": payroll.kind == "follow_up",
                "sample": SAMPLE,
                "edges": EDGE_CASES,
                "named": named,
            },
        )
        held: dict[int, int] = dict(cursor.fetchall())
    right = checker.recompute(
        programme_code=cycle.programme_code, on_date=cycle.period_from, enrolment_ids=sorted(held)
    )
    if missing := held.keys() - right.keys():
        raise refusals.AMOUNTS_NOT_COMPUTED.because(count=len(missing), checked=len(held))
    if wrong := [enrolment for enrolment, amount in held.items() if right[enrolment] != amount]:
        raise refusals.AMOUNTS_DISAGREE.because(count=len(wrong), checked=len(held))
    return len(held)
