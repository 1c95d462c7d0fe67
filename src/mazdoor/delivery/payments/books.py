"""The ledger accounts of payments, and which way money moves between them.

Two circles that never mix. What is *owed*: ``entitled`` (debit) = ``uninstructed`` + ``in_flight`` + ``settled`` +
``returned`` + ``cancelled`` (credits), one account of each for a programme, ``in_flight`` and ``settled`` for each of its
banks. What is *there*: ``bank`` (debit: our account at the bank) = ``unallocated`` + ``fund`` + ``committed`` + ``suspense``
(credits): money not yet given to a programme, a programme's money, what a released payroll has blocked of it, and money
nobody can place.
"""

from __future__ import annotations

from dataclasses import dataclass

from mazdoor.ledger import services as ledger


@dataclass(frozen=True, slots=True)
class Book:
    """An account by its code and its number."""

    code: str
    number: int


def _open(role: str, kind: str, programme_code: str = "", bank_code: str = "") -> Book:
    code = ":".join(part for part in (programme_code, role, bank_code) if part)
    return Book(
        code, ledger.open_account(code=code, kind=kind, role=role, programme_code=programme_code, bank_code=bank_code)
    )


def entitled(programme_code: str) -> Book:
    """All that was ever entitled."""
    return _open("entitled", "expense", programme_code)


def uninstructed(programme_code: str) -> Book:
    """Owed, and no instruction has left us."""
    return _open("uninstructed", "liability", programme_code)


def returned(programme_code: str) -> Book:
    """Owed again: an instruction was rejected or came back."""
    return _open("returned", "liability", programme_code)


def cancelled(programme_code: str) -> Book:
    """Owed no longer."""
    return _open("cancelled", "liability", programme_code)


def in_flight(programme_code: str, bank_code: str) -> Book:
    """Instructed through a bank, whether or not we know that the instruction arrived."""
    return _open("in_flight", "liability", programme_code, bank_code)


def settled(programme_code: str, bank_code: str) -> Book:
    """Paid: the bank's statement shows it."""
    return _open("settled", "liability", programme_code, bank_code)


def fund(programme_code: str, bank_code: str) -> Book:
    """A programme's money at a bank, free to be paid out."""
    return _open("fund", "liability", programme_code, bank_code)


def committed(programme_code: str, bank_code: str) -> Book:
    """A programme's money at a bank, blocked by a released payroll."""
    return _open("committed", "liability", programme_code, bank_code)


def bank(bank_code: str) -> Book:
    """Our account at a bank: its balance equals the bank's own statement."""
    return _open("bank", "asset", "", bank_code)


def unallocated(bank_code: str) -> Book:
    """Money at a bank that no programme has been given yet."""
    return _open("unallocated", "liability", "", bank_code)


def suspense(bank_code: str) -> Book:
    """Movements of our account that nobody can place. Negative when money left us unexplained."""
    return _open("suspense", "liability", "", bank_code)
