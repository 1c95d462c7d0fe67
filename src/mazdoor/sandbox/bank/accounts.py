"""Opening accounts: the same key always gets the same account, and a holder has one account of a product."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable
from typing import Any

from mazdoor.sandbox.faults import FaultPlan

DEFAULT_FUNDING = 10**14
"""What the payer's account starts with: Rs 1 trillion, in paisa, so that a demonstration never runs dry by accident."""

REFUSAL_REASONS = ("identity_not_confirmed", "screening_hit", "mobile_not_own")


def make_iban(bank_code: str, number: int) -> str:
    """A Pakistani IBAN whose account number says by its letters that it exists in no real bank."""
    bban = f"{bank_code}SANDBOX{number:09d}"
    digits = "".join(str(int(char, 36)) for char in bban + "PK00")
    return f"PK{98 - int(digits) % 97:02d}{bban}"


def found_bank(db: sqlite3.Connection, bank_code: str, *, funding: int, first_date: dt.date) -> None:
    """Write a bank into the books, with the payer's account and its money, unless it is there already."""
    db.execute(
        "INSERT OR IGNORE INTO banks VALUES (?, ?, ?, ?, 0, ?, 1, ?)",
        (bank_code, make_iban(bank_code, 0), funding, funding, first_date.isoformat(), funding),
    )


def open_accounts(
    db: sqlite3.Connection, bank_code: str, requests: Iterable[dict[str, Any]], faults: FaultPlan
) -> list[dict[str, Any]]:
    """Open (or find again) an account for each request, in order. A row that lacks a field is refused by itself."""
    return [_open_one(db, bank_code, request, faults) for request in requests]


def _open_one(db: sqlite3.Connection, bank_code: str, request: dict[str, Any], faults: FaultPlan) -> dict[str, Any]:
    key = str(request.get("key") or "")
    known = _find(db, bank_code, key)
    if known is not None:
        return known
    name, cnic = str(request.get("name") or ""), str(request.get("cnic") or "")
    product = str(request.get("product") or "asaan")
    if not key or not name or len(cnic) != 13 or not cnic.isdigit():
        return {"key": key, "status": "refused", "reason": "incomplete_request"}
    held = db.execute(
        "SELECT 1 FROM accounts WHERE bank_code = ? AND cnic = ? AND product = ? AND state IN ('opened', 'pending')",
        (bank_code, cnic, product),
    ).fetchone()
    state, reason, iban = "opened", None, None
    if held:
        state, reason = "refused", "already_has_account"
    elif faults.chosen(db, "account.refuse", key):
        state = "refused"
        reason = REFUSAL_REASONS[int(faults.lot("account.reason", key) * len(REFUSAL_REASONS))]
    elif faults.chosen(db, "account.pending", key):
        state = "pending"
    else:
        iban = _next_iban(db, bank_code)
    db.execute(
        "INSERT INTO accounts (bank_code, key, state, reason, iban, cnic, name, mobile, product) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (bank_code, key, state, reason, iban, cnic, name, request.get("mobile"), product),
    )
    return {"key": key, "status": state, "reason": reason, "iban": iban}


def look_up(db: sqlite3.Connection, bank_code: str, keys: Iterable[str]) -> list[dict[str, Any]]:
    """How each request stands; what was pending is opened by being asked for. An unheard key is ``unheard``."""
    answers = []
    for key in keys:
        known = _find(db, bank_code, key)
        if known is not None and known["status"] == "pending":
            iban = _next_iban(db, bank_code)
            db.execute(
                "UPDATE accounts SET state = 'opened', iban = ?, asked = asked + 1 WHERE bank_code = ? AND key = ?",
                (iban, bank_code, key),
            )
            known = {"key": key, "status": "opened", "reason": None, "iban": iban}
        answers.append(known or {"key": key, "status": "unheard"})
    return answers


def close_account(db: sqlite3.Connection, bank_code: str, iban: str) -> bool:
    """Close an account: what is paid to it afterwards comes back as AC04. Returns whether it was open."""
    done = db.execute(
        "UPDATE accounts SET state = 'closed' WHERE bank_code = ? AND iban = ? AND state = 'opened'", (bank_code, iban)
    )
    return done.rowcount == 1


def _find(db: sqlite3.Connection, bank_code: str, key: str) -> dict[str, Any] | None:
    row = db.execute(
        "SELECT state, reason, iban FROM accounts WHERE bank_code = ? AND key = ?", (bank_code, key)
    ).fetchone()
    return None if row is None else {"key": key, "status": row[0], "reason": row[1], "iban": row[2]}


def _next_iban(db: sqlite3.Connection, bank_code: str) -> str:
    (number,) = db.execute(
        "UPDATE banks SET next_account = next_account + 1 WHERE bank_code = ? RETURNING next_account - 1", (bank_code,)
    ).fetchone()
    return make_iban(bank_code, number)
