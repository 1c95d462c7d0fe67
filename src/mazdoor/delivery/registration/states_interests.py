"""The states of an interest shown by message."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class InterestState(StrEnum):
    """Where it is. ``taken_up``: a registrar has the telephone number and calls; ``registered``: whoever holds this CNIC was
    registered, by any door; ``withdrawn``: who sent it, or a registrar who could not reach them, ended it."""

    WAITING = "waiting"
    TAKEN_UP = "taken_up"
    REGISTERED = "registered"
    WITHDRAWN = "withdrawn"


INTEREST_MOVES: Final[dict[InterestState, frozenset[InterestState]]] = {
    InterestState.WAITING: frozenset({InterestState.TAKEN_UP, InterestState.REGISTERED, InterestState.WITHDRAWN}),
    InterestState.TAKEN_UP: frozenset({InterestState.WAITING, InterestState.REGISTERED, InterestState.WITHDRAWN}),
    InterestState.REGISTERED: frozenset(),
    InterestState.WITHDRAWN: frozenset(),
}
