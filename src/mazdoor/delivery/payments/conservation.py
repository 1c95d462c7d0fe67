"""The conservation sum (invariant 2): entitled = not yet instructed + in flight + settled + returned + cancelled.

Each term is a query of its own over the tables of payments, never what is left of another; and each is found once more
in the ledger, from its entries, which know nothing of those tables. Where any two disagree, by a paisa, it says so.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db import connection

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.payments import refusals
from mazdoor.kernel.money import format_rupees


@dataclass(frozen=True, slots=True)
class Terms:
    """The sum's terms in paisa. ``in_flight`` includes what nobody knows of (a file that timed out)."""

    entitled: int
    not_yet_instructed: int
    in_flight: int
    settled: int
    returned: int
    cancelled: int

    @property
    def right_side(self) -> int:
        """What ``entitled`` must equal."""
        return self.not_yet_instructed + self.in_flight + self.settled + self.returned + self.cancelled


@dataclass(frozen=True, slots=True)
class ConservationSum:
    """The sum as the tables have it, as the ledger has it, and how many entitlements stand in each term.

    ``unknown_amount`` is the part of ``in_flight`` of which nobody knows whether the bank has it; ``suspense_amount`` is
    bank money nobody can place (of all programmes: it belongs to none).
    """

    scope: str
    amounts: Terms
    ledger: Terms
    counts: Terms
    unknown_amount: int
    suspense_amount: int

    def line(self) -> str:
        """The money line for people."""
        terms = asdict(self.amounts)
        right = " + ".join(
            f"{name.replace('_', ' ')} {format_rupees(paisa)}" for name, paisa in terms.items() if name != "entitled"
        )
        return f"entitled {format_rupees(self.amounts.entitled)} = {right}"


# An entitlement is in the first of these it fits; the queries are written so that they need not know of each other.
_OUT: Final = "('sending', 'unknown', 'sent', 'refused')"
_TERMS: Final[dict[str, str]] = {
    "entitled": """
        SELECT coalesce(sum(entitlement.amount), 0), count(*)
        FROM payments_entitlement AS entitlement WHERE {scope}
    """,
    "not_yet_instructed": f"""
        SELECT coalesce(sum(entitlement.amount), 0), count(*)
        FROM payments_entitlement AS entitlement
        WHERE {{scope}} AND entitlement.cancelled_at IS NULL AND NOT EXISTS (
            SELECT FROM payments_paymentinstruction AS instruction
            JOIN payments_paymentfile AS file ON file.id = instruction.file_id
            WHERE instruction.entitlement_id = entitlement.id AND file.state IN {_OUT}
              AND instruction.answer IS DISTINCT FROM 'cancelled'
        )
    """,
    "in_flight": f"""
        SELECT coalesce(sum(instruction.amount), 0), count(*)
        FROM payments_paymentinstruction AS instruction
        JOIN payments_paymentfile AS file ON file.id = instruction.file_id AND file.state IN {_OUT}
        JOIN payments_entitlement AS entitlement ON entitlement.id = instruction.entitlement_id
        WHERE {{scope}} AND (instruction.answer IS NULL OR instruction.answer = 'accepted')
    """,
    "settled": """
        SELECT coalesce(sum(instruction.amount), 0), count(*)
        FROM payments_paymentinstruction AS instruction
        JOIN payments_entitlement AS entitlement ON entitlement.id = instruction.entitlement_id
        WHERE {scope} AND instruction.answer = 'settled'
    """,
    "returned": f"""
        SELECT coalesce(sum(instruction.amount), 0), count(*)
        FROM payments_paymentinstruction AS instruction
        JOIN payments_entitlement AS entitlement ON entitlement.id = instruction.entitlement_id
        WHERE {{scope}} AND entitlement.cancelled_at IS NULL AND instruction.answer IN ('returned', 'rejected')
          AND NOT EXISTS (
            SELECT FROM payments_paymentinstruction AS later
            JOIN payments_paymentfile AS file ON file.id = later.file_id
            WHERE later.entitlement_id = instruction.entitlement_id AND later.attempt > instruction.attempt
              AND file.state IN {_OUT} AND later.answer IS DISTINCT FROM 'cancelled'
        )
    """,
    "cancelled": """
        SELECT coalesce(sum(entitlement.amount), 0), count(*)
        FROM payments_entitlement AS entitlement WHERE {scope} AND entitlement.cancelled_at IS NOT NULL
    """,
}
_UNKNOWN: Final = """
    SELECT coalesce(sum(instruction.amount), 0)
    FROM payments_paymentinstruction AS instruction
    JOIN payments_paymentfile AS file ON file.id = instruction.file_id AND file.state IN ('sending', 'unknown')
    JOIN payments_entitlement AS entitlement ON entitlement.id = instruction.entitlement_id
    WHERE {scope} AND instruction.answer IS NULL
"""
_SCOPES: Final = {
    "all": "true",
    "payroll": "entitlement.payroll_id = %(payroll)s",
    "programme": "entitlement.cycle_id IN (SELECT id FROM payments_paymentcycle WHERE programme_code = %(programme)s)",
}
# What the ledger's own entries say, for whole programmes from the roles of its accounts alone.
_LEDGER_ROLES: Final = {
    "entitled": "entitled",
    "uninstructed": "not_yet_instructed",
    "in_flight": "in_flight",
    "settled": "settled",
    "returned": "returned",
    "cancelled": "cancelled",
}
_LEDGER: Final = """
    SELECT role, sum(paisa) AS paisa FROM (
        SELECT debit_role AS role, CASE WHEN debit_role = 'entitled' THEN amount ELSE -amount END AS paisa
        FROM ledger.entry AS entry WHERE {scope}
        UNION ALL
        SELECT credit_role, CASE WHEN credit_role = 'entitled' THEN -amount ELSE amount END
        FROM ledger.entry AS entry WHERE {scope}
    ) AS side
    WHERE role = ANY(%(roles)s) GROUP BY role
"""
_LEDGER_SCOPES: Final = {
    "all": "true",
    "payroll": "subject_id IN (SELECT id FROM payments_entitlement WHERE payroll_id = %(payroll)s)",
    "programme": "programme_code = %(programme)s",
}


def conservation(*, payroll_id: int | None = None, programme_code: str | None = None) -> ConservationSum:
    """The sum for the entitlements a payroll made, for a programme, or (with neither) for everything.

    Refuses PAY-009, naming the term, where the sum does not hold in the tables, does not hold in the ledger, or the two
    differ in any term.
    """
    kind = "payroll" if payroll_id is not None else "programme" if programme_code is not None else "all"
    scope = {"payroll": f"payroll {payroll_id}", "programme": str(programme_code), "all": "everything"}[kind]
    values: dict[str, Any] = {
        "payroll": payroll_id,
        "programme": programme_code,
        "roles": list(_LEDGER_ROLES),
    }
    amounts: dict[str, int] = {}
    counts: dict[str, int] = {}
    books = dict.fromkeys(_LEDGER_ROLES.values(), 0)
    others: dict[str, int] = {}
    # One statement, so that all terms are of one moment: what is committed meanwhile belongs to the next sum.
    queries = [
        *(f"SELECT 'term', {term!r}, * FROM ({query}) AS term" for term, query in _TERMS.items()),
        f"SELECT 'unknown', '', *, 0 FROM ({_UNKNOWN}) AS unknown",
        f"SELECT 'ledger', role, paisa, 0 FROM ({_LEDGER.replace('{scope}', '{ledger_scope}')}) AS ledger",
        "SELECT 'suspense', '', coalesce(sum(balance_amount), 0), 0 FROM ledger.balance WHERE role = 'suspense'",
    ]
    statement = " UNION ALL ".join(queries).format(scope=_SCOPES[kind], ledger_scope=_LEDGER_SCOPES[kind])
    with acting_as_system(reason="conservation sum"), connection.cursor() as cursor:
        cursor.execute(statement, values)
        for what, name, paisa, count in cursor.fetchall():
            if what == "term":
                amounts[name], counts[name] = int(paisa), int(count)
            elif what == "ledger":
                books[_LEDGER_ROLES[name]] = int(paisa)
            else:
                others[what] = int(paisa)
    found = ConservationSum(
        scope=scope,
        amounts=Terms(**amounts),
        ledger=Terms(**books),
        counts=Terms(**counts),
        unknown_amount=others["unknown"],
        suspense_amount=others["suspense"],
    )
    _check(found)
    return found


def _check(found: ConservationSum) -> None:
    if found.amounts.entitled != found.amounts.right_side:
        raise refusals.MONEY_NOT_CONSERVED.because(scope=found.scope, term="entitled")
    if found.counts.entitled != found.counts.right_side:
        raise refusals.MONEY_NOT_CONSERVED.because(scope=found.scope, term="count")
    if found.ledger.entitled != found.ledger.right_side:
        raise refusals.MONEY_NOT_CONSERVED.because(scope=found.scope, term="ledger")
    for term, paisa in asdict(found.amounts).items():
        if asdict(found.ledger)[term] != paisa:
            raise refusals.MONEY_NOT_CONSERVED.because(scope=found.scope, term=term)
