"""The bank's day: closing it tells what is due in a statement, and opening the next one lets late things happen."""

from __future__ import annotations

import sqlite3

from mazdoor.sandbox.bank.payments import add_entry, add_report, now, settle
from mazdoor.sandbox.faults import FaultPlan

UNKNOWN_CREDIT = 50_000
"""What a stranger pays into the payer's account by mistake: Rs 500, in paisa."""


def close_day(db: sqlite3.Connection, bank_code: str, faults: FaultPlan) -> int | None:
    """Close the day and open the next. Returns the number of the statement made, or ``None`` with nothing to tell."""
    (day, opening) = db.execute("SELECT day, booked_balance FROM banks WHERE bank_code = ?", (bank_code,)).fetchone()
    number = None
    (waiting,) = db.execute(
        "SELECT EXISTS (SELECT 1 FROM entries WHERE bank_code = ?1 AND statement IS NULL AND due_day <= ?2) "
        "OR EXISTS (SELECT 1 FROM entries WHERE bank_code = ?1 AND repeated_in IS NULL AND repeat_day <= ?2)",
        (bank_code, day),
    ).fetchone()
    if waiting:
        number = _tell(db, bank_code, day, opening, faults)
    db.execute("UPDATE banks SET day = day + 1 WHERE bank_code = ?", (bank_code,))
    _open_day(db, bank_code, day + 1, faults)
    return number


def close_while_news(db: sqlite3.Connection, bank_code: str, faults: FaultPlan) -> None:
    """Close a day, if something waits to be told now; or days until something does, if something will."""
    while _something_ahead(db, bank_code):
        if close_day(db, bank_code, faults) is not None:
            return


def _something_ahead(db: sqlite3.Connection, bank_code: str) -> bool:
    (ahead,) = db.execute(
        "SELECT EXISTS (SELECT 1 FROM entries WHERE bank_code = ?1 AND statement IS NULL) "
        "OR EXISTS (SELECT 1 FROM entries WHERE bank_code = ?1 AND repeat_day IS NOT NULL AND repeated_in IS NULL) "
        "OR EXISTS (SELECT 1 FROM payments WHERE bank_code = ?1 AND due_day IS NOT NULL)",
        (bank_code,),
    ).fetchone()
    return bool(ahead)


def _tell(db: sqlite3.Connection, bank_code: str, day: int, opening: int, faults: FaultPlan) -> int:
    """Make the day's statement. An entry told again moves no money, so it is in the list and not in the balance."""
    (number,) = db.execute(
        "SELECT 1 + coalesce(max(number), 0) FROM statements WHERE bank_code = ?", (bank_code,)
    ).fetchone()
    if faults.chosen(db, "statement.unknown_reference", f"{bank_code}:{number}"):
        db.execute("UPDATE banks SET balance = balance + ? WHERE bank_code = ?", (UNKNOWN_CREDIT, bank_code))
        add_entry(db, bank_code, None, "unknown", UNKNOWN_CREDIT, day, FaultPlan())
    db.execute(
        "UPDATE entries SET statement = ? WHERE bank_code = ? AND statement IS NULL AND due_day <= ?",
        (number, bank_code, day),
    )
    db.execute(
        "UPDATE entries SET repeated_in = ? WHERE bank_code = ? AND repeated_in IS NULL AND repeat_day <= ? "
        "AND statement <> ?",
        (number, bank_code, day, number),
    )
    (moved,) = db.execute(
        "SELECT coalesce(sum(CASE kind WHEN 'debit' THEN -amount ELSE amount END), 0) FROM entries "
        "WHERE bank_code = ? AND statement = ?",
        (bank_code, number),
    ).fetchone()
    db.execute(
        "INSERT INTO statements VALUES (?, ?, ?, ?, ?, ?)", (bank_code, number, day, opening, opening + moved, now())
    )
    db.execute("UPDATE banks SET booked_balance = ? WHERE bank_code = ?", (opening + moved, bank_code))
    return int(number)


def _open_day(db: sqlite3.Connection, bank_code: str, day: int, faults: FaultPlan) -> None:
    """What was late settles; what is to come back comes back. A late settlement is told in a further report."""
    due = db.execute(
        "SELECT id, message_id, state, amount, creditor_iban, return_reason FROM payments "
        "WHERE bank_code = ? AND due_day <= ?",
        (bank_code, day),
    ).fetchall()
    told: set[str] = set()
    for payment, message_id, state, amount, iban, return_reason in due:
        if state == "late":
            db.execute(
                "UPDATE payments SET state = 'settled', due_day = NULL, later_status = 'ACSC', later_day = ? "
                "WHERE id = ?",
                (day, payment),
            )
            settle(db, bank_code, payment, amount, iban, day, faults)
            told.add(message_id)
        else:
            db.execute(
                "UPDATE payments SET state = 'returned', due_day = NULL, reason = ? WHERE id = ?",
                (return_reason, payment),
            )
            db.execute("UPDATE banks SET balance = balance + ? WHERE bank_code = ?", (amount, bank_code))
            db.execute("UPDATE accounts SET balance = balance - ? WHERE iban = ?", (amount, iban))
            add_entry(db, bank_code, payment, "return", amount, day, faults)
    for message_id in sorted(told):
        add_report(db, bank_code, message_id, covers_day=day)


def release_held(db: sqlite3.Connection, bank_code: str) -> int:
    """Let everything held settle on the next day. Returns how many payments that is."""
    return db.execute(
        "UPDATE payments SET state = 'late', due_day = (SELECT day + 1 FROM banks WHERE bank_code = ?1) "
        "WHERE bank_code = ?1 AND state = 'held'",
        (bank_code,),
    ).rowcount
