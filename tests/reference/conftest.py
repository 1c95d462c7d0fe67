"""The lists of the reference room, loaded for each test of it (rolled back after)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture
def lists(db: None) -> Iterator[None]:
    """Areas, occupations, industries, banks and mobile prefixes are in their tables."""
    from mazdoor.reference import selectors, services  # models need Django, which conftest files come before

    services.load()
    yield
    selectors.forget()
