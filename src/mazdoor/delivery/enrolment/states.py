"""The states of an enrolment. A pause is an act of a person and only a person ends it: a new run never does."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class EnrolmentState(StrEnum):
    """Where an enrolment is. Only ``enrolled`` is paid."""

    ENROLLED = "enrolled"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    EXITED = "exited"


class Decision(StrEnum):
    """What the authority decided. ``held`` waits for an answer (an unknown fact, an open duplicate), ``waiting`` for a place:
    the rules say yes, and those before in the order have taken the places of the quota."""

    ELIGIBLE = "eligible"
    REFUSED = "refused"
    HELD = "held"
    WAITING = "waiting"


TRANSITIONS: Final[dict[EnrolmentState, frozenset[EnrolmentState]]] = {
    EnrolmentState.ENROLLED: frozenset({EnrolmentState.PAUSED, EnrolmentState.SUSPENDED, EnrolmentState.EXITED}),
    EnrolmentState.PAUSED: frozenset({EnrolmentState.ENROLLED, EnrolmentState.EXITED}),
    EnrolmentState.SUSPENDED: frozenset({EnrolmentState.ENROLLED, EnrolmentState.EXITED}),
    EnrolmentState.EXITED: frozenset(),
}
