"""A bank and an identity authority of the sandbox, running."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sandbox.running import Sandbox


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Sandbox]:
    """A bank process that plays HABB and ALFH; its first day is 1 July 2026."""
    sandbox = Sandbox("bank", tmp_path / "bank", "--bank", "HABB", "--bank", "ALFH", "--first-date", "2026-07-01")
    yield sandbox.start()
    sandbox.stop()


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Sandbox]:
    """An identity authority with an empty book."""
    sandbox = Sandbox("identity", tmp_path / "identity")
    yield sandbox.start()
    sandbox.stop()
