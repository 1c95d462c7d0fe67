"""The states of a form that a device sent."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class SubmissionState(StrEnum):
    """Where a form of a device is."""

    RECEIVED = "received"
    """Stored; more of its files are still to come, or the machine went down before it was looked at."""
    REGISTERED = "registered"
    WAITING = "waiting"
    """Kept for the office, with its problems."""
    REPLACED = "replaced"
    """A corrected form came from the device."""
    SET_ASIDE = "set_aside"
    """An officer decided that nobody is registered by it, and said why."""


TRANSITIONS: Final[dict[SubmissionState, frozenset[SubmissionState]]] = {
    SubmissionState.RECEIVED: frozenset(
        {SubmissionState.REGISTERED, SubmissionState.WAITING, SubmissionState.REPLACED, SubmissionState.SET_ASIDE}
    ),
    SubmissionState.WAITING: frozenset(
        {SubmissionState.REGISTERED, SubmissionState.REPLACED, SubmissionState.SET_ASIDE}
    ),
    SubmissionState.REGISTERED: frozenset(),
    SubmissionState.REPLACED: frozenset(),
    SubmissionState.SET_ASIDE: frozenset(),
}
OPEN: Final = (SubmissionState.RECEIVED, SubmissionState.WAITING)
