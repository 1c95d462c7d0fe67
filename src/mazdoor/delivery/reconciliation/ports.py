"""What reconciliation asks of the outside: readers of a bank's status reports and of its account statements.

Amounts are whole paisa. A reader yields lines as a stream, in the order of the file, and never stops at a line it
cannot understand: such a line carries its ``problem``. What breaks a whole file (not the format, cut off) is a refusal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

Source = bytes | Path


class StatusLine(NamedTuple):
    """The bank's word on one payment, or on a whole file.

    ``level`` is ``file``, ``batch`` or ``payment``; ``status`` the ISO 20022 code as written (ACCP, ACSP, ACSC, RJCT …).
    """

    level: str
    message_id: str
    end_to_end_id: str
    status: str
    reason_code: str
    bank_reference: str


class StatementHead(NamedTuple):
    """Which statement of which account, and its booked balances in paisa (None where not given)."""

    statement_id: str
    sequence: int | None
    account_iban: str
    opening_amount: int | None
    closing_amount: int | None


class StatementLine(NamedTuple):
    """One movement of our account. ``credit``: money came to us. ``bank_reference`` is the bank's own number of the
    movement: told again, it is the same. ``booked`` is false for what the bank only announces."""

    bank_reference: str
    end_to_end_id: str
    credit: bool
    amount: int | None
    booked: bool
    booked_on: dt.date | None
    reason_code: str
    problem: str


class StatusReader(Protocol):
    """Reads status reports."""

    def read(self, source: Source) -> Iterator[StatusLine]:
        """Every line of one report."""


class StatementReader(Protocol):
    """Reads account statements."""

    def head(self, source: Source) -> StatementHead:
        """Which statement it is."""

    def read(self, source: Source) -> Iterator[StatementLine]:
        """Every movement."""
