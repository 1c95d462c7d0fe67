"""The states of a matched pair, a household pair, a bulk acceptance and a run, as tables."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class PairState(StrEnum):
    """What a person found. ``proposed`` waits for a second opinion; ``same`` is entered with a merge and left by undoing it.

    ``different`` is for ever: only strong new evidence brings such a pair back, and then it says so.
    """

    QUEUED = "queued"
    PROPOSED = "proposed"
    SAME = "same"
    DIFFERENT = "different"
    CANNOT_TELL = "cannot_tell"
    FRAUD = "fraud"


_FOUND: Final = frozenset({PairState.SAME, PairState.DIFFERENT, PairState.CANNOT_TELL, PairState.FRAUD})

PAIR_MOVES: Final[dict[PairState, frozenset[PairState]]] = {
    PairState.QUEUED: _FOUND | {PairState.PROPOSED},
    PairState.PROPOSED: _FOUND | {PairState.PROPOSED, PairState.QUEUED},
    PairState.CANNOT_TELL: frozenset(
        {PairState.SAME, PairState.DIFFERENT, PairState.FRAUD, PairState.PROPOSED, PairState.QUEUED}
    ),
    PairState.FRAUD: frozenset({PairState.SAME, PairState.DIFFERENT, PairState.PROPOSED}),
    PairState.SAME: frozenset({PairState.QUEUED}),
    PairState.DIFFERENT: frozenset({PairState.QUEUED}),
}

#: What an officer can say of a pair.
DECISIONS: Final = _FOUND
#: Pairs that are worked in clusters.
OPEN: Final = frozenset({PairState.QUEUED, PairState.PROPOSED})


class HouseholdState(StrEnum):
    """Whether two households are one: ``same`` joins them by an event and is left by taking that event back."""

    QUEUED = "queued"
    SAME = "same"
    DIFFERENT = "different"


HOUSEHOLD_MOVES: Final[dict[HouseholdState, frozenset[HouseholdState]]] = {
    HouseholdState.QUEUED: frozenset({HouseholdState.SAME, HouseholdState.DIFFERENT}),
    HouseholdState.SAME: frozenset({HouseholdState.QUEUED}),
    HouseholdState.DIFFERENT: frozenset(),
}


class BulkState(StrEnum):
    """Where accepting many pairs at once is: the sample is decided, the bound stands, a second officer confirms, and the
    pairs are merged behind the page (``confirming``). So is the undoing (``undoing``), which stops a merging under way."""

    SAMPLING = "sampling"
    BOUNDED = "bounded"
    REFUSED = "refused"
    CONFIRMING = "confirming"
    CONFIRMED = "confirmed"
    UNDOING = "undoing"
    UNDONE = "undone"


BULK_MOVES: Final[dict[BulkState, frozenset[BulkState]]] = {
    BulkState.SAMPLING: frozenset({BulkState.BOUNDED, BulkState.REFUSED}),
    BulkState.BOUNDED: frozenset({BulkState.CONFIRMING, BulkState.REFUSED}),
    BulkState.REFUSED: frozenset(),
    BulkState.CONFIRMING: frozenset({BulkState.CONFIRMED, BulkState.UNDOING}),
    BulkState.CONFIRMED: frozenset({BulkState.UNDOING}),
    BulkState.UNDOING: frozenset({BulkState.UNDONE}),
    BulkState.UNDONE: frozenset(),
}


class RunState(StrEnum):
    """Where a run of comparing is."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"


RUN_MOVES: Final[dict[RunState, frozenset[RunState]]] = {
    RunState.RUNNING: frozenset({RunState.FINISHED, RunState.FAILED}),
    RunState.FINISHED: frozenset(),
    RunState.FAILED: frozenset(),
}
