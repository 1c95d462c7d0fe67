"""The sandbox authority, and the product's client to it."""

from __future__ import annotations

import pytest
from tests.sandbox.conftest import authority
from tests.sandbox.running import Sandbox

from mazdoor.interfaces.calling import Patience
from mazdoor.interfaces.identity.client import IdentityClient

__all__ = ["authority"]


@pytest.fixture
def client(authority: Sandbox) -> IdentityClient:
    """Impatient: two tries."""
    return IdentityClient(authority.url, patience=Patience(tries=2, first_wait=0.01))
