"""The finance desk."""

from tests.payments.conftest import desk

__all__ = ["desk"]
