"""Doors out of the books: accounts, balances, and the entries that carried one subject's money."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from mazdoor.ledger import refusals
from mazdoor.ledger.models import Account


@dataclass(frozen=True, slots=True)
class Balance:
    """An account with what it holds, in paisa, positive on the side it grows by."""

    code: str
    kind: str
    role: str
    programme_code: str
    bank_code: str
    balance_amount: int


@dataclass(frozen=True, slots=True)
class Move:
    """One entry of one subject, in the order of the books."""

    occurred_on: dt.date
    kind: str
    debit_role: str
    credit_role: str
    amount: int
    reference_id: int | None


def get_account_id(*, code: str) -> int:
    """The number of an account. Refuses (LED-003) an unknown code."""
    found = Account.objects.filter(code=code).values_list("id", flat=True).first()
    if found is None:
        raise refusals.ACCOUNT_UNKNOWN.because(code=code)
    return found


def get_balance(*, code: str) -> int:
    """What the account holds, in paisa. Refuses (LED-003) an unknown code."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT balance_amount FROM ledger.balance WHERE code = %s", [code])
        found = cursor.fetchone()
    if found is None:
        raise refusals.ACCOUNT_UNKNOWN.because(code=code)
    return int(found[0])


def list_balances(*, role: str | None = None, programme_code: str | None = None) -> list[Balance]:
    """Accounts with their balances, by code; all of them, or one role's, or one programme's."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT code, kind, role, programme_code, bank_code, balance_amount FROM ledger.balance
               WHERE (%s::text IS NULL OR role = %s) AND (%s::text IS NULL OR programme_code = %s) ORDER BY code""",
            [role, role, programme_code, programme_code],
        )
        return [
            Balance(code, kind, role, programme, bank, int(balance))
            for code, kind, role, programme, bank, balance in cursor.fetchall()
        ]


def list_moves(*, subject_id: int) -> list[Move]:
    """Every entry about one subject, oldest first: how its money came to stand where it stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT occurred_on, posting_kind, debit_role, credit_role, amount, reference_id FROM ledger.entry
               WHERE subject_id = %s ORDER BY posting_id, reference_id""",
            [subject_id],
        )
        return [Move(*row) for row in cursor.fetchall()]


def trial_balance() -> tuple[int, int]:
    """All debits and all credits, in paisa. They are equal; a page and a test show it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(debit_amount), 0), coalesce(sum(credit_amount), 0) FROM ledger.balance")
        debits, credits = cursor.fetchone()
    return int(debits), int(credits)
