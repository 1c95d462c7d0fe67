"""The states of a case, and how it may be answered."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class CaseState(StrEnum):
    """Open until somebody answers it."""

    OPENED = "opened"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    SETTLED = "settled"


TRANSITIONS: Final[dict[CaseState, frozenset[CaseState]]] = {
    CaseState.OPENED: frozenset({CaseState.UPHELD, CaseState.DISMISSED, CaseState.SETTLED}),
    CaseState.UPHELD: frozenset(),
    CaseState.DISMISSED: frozenset(),
    CaseState.SETTLED: frozenset(),
}
