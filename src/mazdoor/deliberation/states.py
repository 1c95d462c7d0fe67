"""The states of a draft rule."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class DraftState(StrEnum):
    """Where a draft stands."""

    DRAFT = "draft"
    WITHDRAWN = "withdrawn"


TRANSITIONS: Final[dict[DraftState, frozenset[DraftState]]] = {
    DraftState.DRAFT: frozenset({DraftState.WITHDRAWN}),
    DraftState.WITHDRAWN: frozenset(),
}
