"""The lists of the reference room, loaded for each test of it (rolled back after)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mazdoor.reference import selectors, services


@pytest.fixture
def lists(db: None) -> Iterator[None]:
    """Areas, occupations, industries, banks and mobile prefixes are in their tables."""
    services.load()
    yield
    selectors.forget()
