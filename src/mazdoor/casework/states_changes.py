"""The states of a change request, and of a household's recertification."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class ChangeState(StrEnum):
    """``asked``: something parts from the record and nobody has said yet what is right. ``proposed``: waits for approval."""

    ASKED = "asked"
    PROPOSED = "proposed"
    APPLIED = "applied"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVERSED = "reversed"


CHANGE_MOVES: Final[dict[ChangeState, frozenset[ChangeState]]] = {
    ChangeState.ASKED: frozenset({ChangeState.PROPOSED, ChangeState.REFUSED, ChangeState.WITHDRAWN}),
    ChangeState.PROPOSED: frozenset({ChangeState.APPLIED, ChangeState.REFUSED, ChangeState.WITHDRAWN}),
    ChangeState.APPLIED: frozenset({ChangeState.REVERSED}),
    ChangeState.REFUSED: frozenset(),
    ChangeState.WITHDRAWN: frozenset(),
    ChangeState.REVERSED: frozenset(),
}
OPEN: Final = (ChangeState.ASKED, ChangeState.PROPOSED)


class RenewalState(StrEnum):
    """``scheduled`` until the first notice, ``told`` while notices go out, ``held`` while payment waits, then ``renewed``.

    ``review``: held for so long that a person has to look. Nothing is ever removed by the calendar.
    """

    SCHEDULED = "scheduled"
    TOLD = "told"
    HELD = "held"
    REVIEW = "review"
    RENEWED = "renewed"
    ENDED = "ended"


RENEWAL_MOVES: Final[dict[RenewalState, frozenset[RenewalState]]] = {
    RenewalState.SCHEDULED: frozenset({RenewalState.TOLD, RenewalState.RENEWED, RenewalState.ENDED}),
    RenewalState.TOLD: frozenset({RenewalState.HELD, RenewalState.RENEWED, RenewalState.ENDED}),
    RenewalState.HELD: frozenset({RenewalState.REVIEW, RenewalState.RENEWED, RenewalState.ENDED}),
    RenewalState.REVIEW: frozenset({RenewalState.RENEWED, RenewalState.ENDED}),
    RenewalState.RENEWED: frozenset(),
    RenewalState.ENDED: frozenset(),
}
