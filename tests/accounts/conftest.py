"""The sandbox's bank, people who are verified, and the product's client to the bank."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.sandbox.conftest import bank
from tests.sandbox.running import Sandbox

from mazdoor.delivery.verification.ports import Claim, IdentityAnswer, ProfileAnswer
from mazdoor.interfaces.bank_accounts.client import BankAccountsClient
from mazdoor.interfaces.calling import Patience

__all__ = ["bank"]


class Believing:
    """An authority for which everybody is who they say: what is tested here comes after."""

    def verify(self, claims: list[Claim]) -> list[IdentityAnswer]:
        """Everybody matches."""
        return [IdentityAnswer(claim.reference, "match") for claim in claims]

    def profiles(self, claims: list[Claim]) -> list[ProfileAnswer]:
        """Nobody is known elsewhere."""
        return [ProfileAnswer(claim.reference, None) for claim in claims]


@pytest.fixture
def verified() -> Callable[..., list[int]]:
    """``verified(3)``: three registered and verified people; more keywords as for ``register``."""

    from tests.verification.people import register

    from mazdoor.delivery.verification import services as verification

    def make(count: int, *, start: int = 1, **changes: Any) -> list[int]:
        people = [register(number, **changes) for number in range(start, start + count)]
        verification.request_identity(person_ids=people)
        verification.run_batch(authority=Believing(), limit=count)
        return people

    return make


@pytest.fixture
def provider(bank: Sandbox) -> BankAccountsClient:
    """The client to both banks of the sandbox, impatient."""
    addresses = {code: f"{bank.url}/banks/{code}" for code in ("HABB", "ALFH")}
    return BankAccountsClient(addresses, patience=Patience(tries=2, first_wait=0.01))
