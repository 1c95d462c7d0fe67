"""The states of a request and of a discrepancy, as tables."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class RequestState(StrEnum):
    """Where a request is. Waiting again after an unanswered call is no change: the call counts, the request stays."""

    WAITING = "waiting"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


REQUEST_MOVES: Final[dict[RequestState, frozenset[RequestState]]] = {
    RequestState.WAITING: frozenset({RequestState.ANSWERED, RequestState.WITHDRAWN}),
    RequestState.ANSWERED: frozenset(),
    RequestState.WITHDRAWN: frozenset(),
}


class DiscrepancyState(StrEnum):
    """Where a discrepancy is.

    ``resolved``: the claim or the other register was put right. ``dismissed``: there was none, the claim stands against
    the authority; that is *proposed* by one verifier and agreed to by another, who may also send it back.
    """

    OPEN = "open"
    PROPOSED = "proposed"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


DISCREPANCY_MOVES: Final[dict[DiscrepancyState, frozenset[DiscrepancyState]]] = {
    DiscrepancyState.OPEN: frozenset({DiscrepancyState.PROPOSED, DiscrepancyState.RESOLVED}),
    DiscrepancyState.PROPOSED: frozenset(
        {DiscrepancyState.OPEN, DiscrepancyState.RESOLVED, DiscrepancyState.DISMISSED}
    ),
    DiscrepancyState.RESOLVED: frozenset(),
    DiscrepancyState.DISMISSED: frozenset(),
}
