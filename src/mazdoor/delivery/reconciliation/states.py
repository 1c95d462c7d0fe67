"""What a bank's words mean to us, and the states of an exception."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class MessageKind(StrEnum):
    """What a bank sends us."""

    STATUS_REPORT = "status_report"
    STATEMENT = "statement"


STATUS_MEANING: Final[dict[str, str]] = {
    # ISO 20022 status codes. Money has moved when the statement shows it, not when a report promises it: ACSC
    # (settlement completed) is therefore an acceptance like the others. "" means: nothing new for us.
    "RCVD": "",
    "PDNG": "",
    "ACTC": "accepted",
    "ACCP": "accepted",
    "ACSP": "accepted",
    "ACWC": "accepted",
    "ACSC": "accepted",
    "ACCC": "accepted",
    "PART": "",
    "RJCT": "rejected",
}


class Placed(StrEnum):
    """Where a movement of our account was put."""

    SETTLEMENT = "settlement"
    RETURN = "return"
    SUSPENSE = "suspense"


class ReturnKind(StrEnum):
    """Rejected never left the bank; returned left and came back."""

    REJECTED = "rejected"
    RETURNED = "returned"


class ExceptionKind(StrEnum):
    """Why a person must look."""

    UNKNOWN_REFERENCE = "unknown_reference"
    REPORTED_TWICE = "reported_twice"
    CONTRADICTS = "contradicts"
    EARLY = "early"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_BANK = "wrong_bank"
    UNREADABLE = "unreadable"
    DUPLICATE_AT_BANK = "duplicate_at_bank"
    BALANCE_DIFFERS = "balance_differs"


class ExceptionState(StrEnum):
    """Open until a person has said what came of it."""

    OPEN = "open"
    RESOLVED = "resolved"


EXCEPTION_MOVES: Final[dict[ExceptionState, frozenset[ExceptionState]]] = {
    ExceptionState.OPEN: frozenset({ExceptionState.RESOLVED}),
    ExceptionState.RESOLVED: frozenset(),
}


class Resolution(StrEnum):
    """How a person closes an exception. ``applied``: the news was taken after all, by trying it again."""

    NOTED = "noted"
    APPLIED = "applied"
    SETTLED_WITH_BANK = "settled_with_bank"
