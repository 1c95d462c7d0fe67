"""The states of a snapshot and of an assessment run."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class SnapshotState(StrEnum):
    """Taken while being written; frozen once its hash is known. A frozen snapshot never changes."""

    TAKEN = "taken"
    FROZEN = "frozen"


class RunState(StrEnum):
    """Started, then finished with a row for every unit, or stopped with a reason and no rows at all."""

    STARTED = "started"
    FINISHED = "finished"
    STOPPED = "stopped"


TRANSITIONS: Final[dict[RunState, frozenset[RunState]]] = {
    RunState.STARTED: frozenset({RunState.FINISHED, RunState.STOPPED}),
    RunState.FINISHED: frozenset(),
    RunState.STOPPED: frozenset(),
}
