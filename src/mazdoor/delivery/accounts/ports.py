"""What accounts asks of the outside: a bank or wallet that opens accounts. ``interfaces.bank_accounts`` implements it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

Standing = Literal["opened", "pending", "refused", "unheard"]
"""How a request stands at the bank. ``unheard``: it never came there."""


class ProviderUnansweredError(Exception):
    """The bank did not answer: what it did with the requests is not known. Ask it what it did."""


class OpeningRequest(NamedTuple):
    """A request to open an account. The bank takes a ``key`` once: the same key again is the same account."""

    key: str
    name: str
    cnic: str
    product: str


class OpeningAnswer(NamedTuple):
    """How one request stands. ``iban`` when opened, ``reason`` (a code of the bank's) when refused."""

    key: str
    standing: Standing
    iban: str = ""
    reason: str = ""


class AccountProvider(Protocol):
    """Banks and wallets that open accounts. Answers may be missing for some keys; order is free."""

    def open_accounts(self, *, bank_code: str, requests: Sequence[OpeningRequest]) -> Sequence[OpeningAnswer]:
        """Ask a bank to open accounts, once. Raises :class:`ProviderUnansweredError`."""

    def look_up(self, *, bank_code: str, keys: Sequence[str]) -> Sequence[OpeningAnswer]:
        """Ask how requests stand. Only reads, so it may be repeated. Raises :class:`ProviderUnansweredError`."""
