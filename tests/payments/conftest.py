"""The finance desk, for every test of money."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.payments.desk import Desk


@pytest.fixture
def desk(officer: Callable[..., Any], tmp_path: Path) -> Desk:
    """Three officers and two banks with money."""
    from tests.payments.desk import make_desk

    first, second, third = (officer(desk="finance").pk for _ in range(3))
    return make_desk((first, second, third), tmp_path)
