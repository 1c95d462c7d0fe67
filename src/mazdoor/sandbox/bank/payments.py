"""Taking payment files, and what becomes of each payment, day by day.

A file is one transaction of the books: after ``kill -9`` it is there whole or not at all. Each payment's fate is drawn
once, when the file comes:

- the creditor's account is unknown here → rejected ``AC01``; closed → settled and returned ``AC04`` the next day;
- ``transaction.reject`` → rejected ``AC06``; ``transaction.return`` → settled, returned the next day;
- ``transaction.late`` → accepted, settled the next day; ``transaction.hold`` → accepted and never settled;
- anything else → settled at once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from pathlib import Path

from mazdoor.sandbox.bank.reading import Header, Order, read_payment_file
from mazdoor.sandbox.faults import FaultPlan

RETURN_REASONS = ("AC04", "AC06", "BE05", "MS03")
"""Closed account, blocked account, unrecognised party, reason not given (ISO 20022 external code sets)."""


class ConflictError(ValueError):
    """The same message id came before with other content, or the file's own id is not the one it came under."""


def now() -> str:
    """The time of day, to the second, with its zone."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def take_file(
    db: sqlite3.Connection, bank_code: str, message_id: str, path: Path, faults: FaultPlan
) -> tuple[str, bool]:
    """Take the file at ``path`` into the books. Returns its state (``accepted``, ``rejected``) and whether it is new.

    Raises :class:`ConflictError`, or ``UnreadableFileError``, with nothing kept.
    """
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    before = db.execute(
        "SELECT sha256, state FROM files WHERE bank_code = ? AND message_id = ?", (bank_code, message_id)
    ).fetchone()
    if before is not None:
        if before[0] != sha256:
            raise ConflictError("DU01: this message id came before with other content")
        return str(before[1]), False
    payer_iban, day, balance = db.execute(
        "SELECT payer_iban, day, balance FROM banks WHERE bank_code = ?", (bank_code,)
    ).fetchone()
    header, count, total, odd = None, 0, 0, None
    with path.open("rb") as file:
        for part in read_payment_file(file):
            if isinstance(part, Header):
                header = part
                if header.message_id != message_id:
                    raise ConflictError("the file's message id is not the one it was sent under")
                continue
            count += 1
            total += part.amount
            if part.debtor_iban != payer_iban:
                odd = "AC02"
            _take_order(db, bank_code, message_id, part, day, faults)
    if header is None:
        raise ConflictError("the file has no group header")
    if header.transactions != count:
        odd = "AM18"
    elif header.control_sum != total:
        odd = "AM10"
    elif _to_settle(db, bank_code, message_id) > balance:
        odd = "AM04"
    state = "accepted" if odd is None else "rejected"
    if odd is None:
        _settle_file(db, bank_code, message_id, day, faults)
    else:  # refused as a whole: nothing of it is executed, and its ids were never used
        db.execute("DELETE FROM payments WHERE bank_code = ? AND message_id = ?", (bank_code, message_id))
    db.execute(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (bank_code, message_id, sha256, state, odd, count, total, now()),
    )
    add_report(db, bank_code, message_id, covers_day=None)
    if faults.chosen(db, "report.twice", message_id):
        add_report(db, bank_code, message_id, covers_day=None)
    return state, True


def add_report(db: sqlite3.Connection, bank_code: str, message_id: str, *, covers_day: int | None) -> None:
    """Add a status report: on the whole file, or (``covers_day``) on what changed that day."""
    db.execute(
        "INSERT INTO reports SELECT ?, ?, 1 + coalesce(max(number), 0), ?, ? FROM reports "
        "WHERE bank_code = ? AND message_id = ?",
        (bank_code, message_id, covers_day, now(), bank_code, message_id),
    )


def _take_order(
    db: sqlite3.Connection, bank_code: str, message_id: str, order: Order, day: int, faults: FaultPlan
) -> None:
    """Write one order and its fate. No money moves yet: that is for the file as a whole, once its totals are checked."""
    state, reason, due_day, return_reason = _fate(db, bank_code, order, day, faults)
    status = {"rejected": "RJCT", "late": "ACSP", "held": "ACSP"}.get(state, "ACSC")
    values = (
        bank_code, message_id, order.batch_id, order.instruction_id, order.end_to_end_id, order.uetr, order.amount,
        order.creditor_iban, 0, state, reason, status, due_day, return_reason,
    )  # fmt: skip
    insert = (
        "INSERT OR IGNORE INTO payments (bank_code, message_id, batch_id, instruction_id, end_to_end_id, uetr, amount, "
        "creditor_iban, duplicate, state, reason, first_status, due_day, return_reason) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )
    written = db.execute(insert, values)
    if written.rowcount == 0:  # an end-to-end id or instruction id the bank has seen: paid once is paid
        db.execute(insert, (*values[:8], 1, "rejected", "DU04", "RJCT", None, None))


def _fate(
    db: sqlite3.Connection, bank_code: str, order: Order, day: int, faults: FaultPlan
) -> tuple[str, str | None, int | None, str | None]:
    """State, reason of a rejection, day on which something more happens, reason of a return."""
    account = db.execute(
        "SELECT state FROM accounts WHERE iban = ? AND bank_code = ?", (order.creditor_iban, bank_code)
    ).fetchone()
    key = order.end_to_end_id
    if not order.in_rupees:
        return "rejected", "AM03", None, None
    if order.amount == 0:
        return "rejected", "AM01", None, None
    if account is None:
        return "rejected", "AC01", None, None
    if account[0] == "closed":
        return "settled", None, day + 1, "AC04"
    if faults.chosen(db, "transaction.reject", key):
        return "rejected", "AC06", None, None
    if faults.chosen(db, "transaction.hold", key):
        return "held", None, None, None
    if faults.chosen(db, "transaction.late", key):
        return "late", None, day + 1, None
    if faults.chosen(db, "transaction.return", key):
        return (
            "settled",
            None,
            day + 1,
            RETURN_REASONS[int(faults.lot("transaction.reason", key) * len(RETURN_REASONS))],
        )
    return "settled", None, None, None


def _to_settle(db: sqlite3.Connection, bank_code: str, message_id: str) -> int:
    (amount,) = db.execute(
        "SELECT coalesce(sum(amount), 0) FROM payments WHERE bank_code = ? AND message_id = ? AND state = 'settled'",
        (bank_code, message_id),
    ).fetchone()
    return int(amount)


def _settle_file(db: sqlite3.Connection, bank_code: str, message_id: str, day: int, faults: FaultPlan) -> None:
    """Move the money of everything in the file that settles at once, and write the entries the statement will show."""
    db.execute(
        "UPDATE accounts SET balance = balance + moved.amount FROM (SELECT creditor_iban, sum(amount) AS amount "
        "FROM payments WHERE bank_code = ? AND message_id = ? AND state = 'settled' GROUP BY 1) AS moved "
        "WHERE accounts.iban = moved.creditor_iban",
        (bank_code, message_id),
    )
    db.execute(
        "UPDATE banks SET balance = balance - ? WHERE bank_code = ?",
        (_to_settle(db, bank_code, message_id), bank_code),
    )
    if not {"entry.late", "entry.twice"} & set(faults.plans):
        db.execute(
            "INSERT INTO entries (bank_code, payment, kind, amount, due_day) SELECT bank_code, id, 'debit', amount, ? "
            "FROM payments WHERE bank_code = ? AND message_id = ? AND state = 'settled' ORDER BY id",
            (day, bank_code, message_id),
        )
        return
    settled = db.execute(
        "SELECT id, amount FROM payments WHERE bank_code = ? AND message_id = ? AND state = 'settled' ORDER BY id",
        (bank_code, message_id),
    ).fetchall()
    for payment, amount in settled:
        add_entry(db, bank_code, payment, "debit", amount, day, faults)


def settle(
    db: sqlite3.Connection, bank_code: str, payment: int, amount: int, iban: str, day: int, faults: FaultPlan
) -> None:
    """Settle one payment that was late: move its money and write its entry."""
    db.execute("UPDATE banks SET balance = balance - ? WHERE bank_code = ?", (amount, bank_code))
    db.execute("UPDATE accounts SET balance = balance + ? WHERE iban = ?", (amount, iban))
    add_entry(db, bank_code, payment, "debit", amount, day, faults)


def add_entry(
    db: sqlite3.Connection, bank_code: str, payment: int | None, kind: str, amount: int, day: int, faults: FaultPlan
) -> None:
    """Write an entry of the payer's account: told on ``day``, or a day late, or told again the day after."""
    key = f"{kind}:{payment}"
    due = day + 1 if faults.chosen(db, "entry.late", key) else day
    repeat = due + 1 if faults.chosen(db, "entry.twice", key) else None
    db.execute(
        "INSERT INTO entries (bank_code, payment, kind, amount, due_day, repeat_day) VALUES (?, ?, ?, ?, ?, ?)",
        (bank_code, payment, kind, amount, due, repeat),
    )
