"""Areas for every test of registration that has a database."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def areas(request: pytest.FixtureRequest) -> None:
    """The areas of the country."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        from mazdoor.reference import services as reference

        reference.load()
