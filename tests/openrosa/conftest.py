"""What the tests of the OpenRosa wire share. Django's models are imported only once Django is set up."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="session")
def questionnaire() -> Any:
    """A small questionnaire with every kind of answer."""
    from tests.openrosa.small import small_questionnaire

    return small_questionnaire()


@pytest.fixture(scope="session")
def lists() -> Any:
    """The few areas and trades it needs."""
    from tests.openrosa.small import small_lists

    return small_lists()
