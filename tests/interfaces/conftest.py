"""The sandbox's processes, for the wires."""

from tests.sandbox.conftest import authority, bank

__all__ = ["authority", "bank"]
