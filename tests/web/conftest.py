"""A browser without a screen: Django's test client, signed in at a desk, in a language."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Counts of an earlier test are not shown in this one."""
    cache.clear()


@pytest.fixture
def at_desk(officer: Callable[..., Any]) -> SignIn:
    """``at_desk("finance", language="ur", areas=["PK6"])``: a signed-in client of another officer at each call."""

    def sign_in(desk: str, *, language: str = "en", **more: Any) -> Client:
        client = Client()
        client.force_login(officer(desk=desk, **more))
        client.cookies["django_language"] = language
        return client

    return sign_in


@pytest.fixture
def household(system: None) -> Any:
    """Bushra's household in Lahore (the whole test acts as the system besides), and all reference lists."""
    from tests.cast.households import registered

    from mazdoor.reference import selectors as reference

    reference.forget()  # an earlier test's lists were rolled back with it
    return registered()
