"""The states of a matched pair, as a table."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class PairState(StrEnum):
    """What a person found. ``same`` is entered with a merge and left by undoing it; ``different`` is for ever."""

    QUEUED = "queued"
    SAME = "same"
    DIFFERENT = "different"
    CANNOT_TELL = "cannot_tell"
    FRAUD = "fraud"


PAIR_MOVES: Final[dict[PairState, frozenset[PairState]]] = {
    PairState.QUEUED: frozenset({PairState.SAME, PairState.DIFFERENT, PairState.CANNOT_TELL, PairState.FRAUD}),
    PairState.CANNOT_TELL: frozenset({PairState.SAME, PairState.DIFFERENT, PairState.FRAUD}),
    PairState.FRAUD: frozenset({PairState.SAME, PairState.DIFFERENT}),
    PairState.SAME: frozenset({PairState.QUEUED}),
    PairState.DIFFERENT: frozenset(),
}

#: What an officer can say of a pair.
DECISIONS: Final = frozenset({PairState.SAME, PairState.DIFFERENT, PairState.CANNOT_TELL, PairState.FRAUD})


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
