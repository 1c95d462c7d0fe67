"""The states of a notice and the moves between them."""

from __future__ import annotations

from typing import Final

QUEUED: Final = "queued"
SENT: Final = "sent"
DELIVERED: Final = "delivered"
FAILED: Final = "failed"

STATES: Final = (QUEUED, SENT, DELIVERED, FAILED)
MOVES: Final[dict[str, frozenset[str]]] = {
    QUEUED: frozenset({SENT, FAILED}),
    SENT: frozenset({DELIVERED, FAILED}),
    DELIVERED: frozenset(),
    FAILED: frozenset({QUEUED}),
}


def can_move(before: str, after: str) -> bool:
    """Whether a notice may go from ``before`` to ``after``."""
    return after in MOVES[before]
