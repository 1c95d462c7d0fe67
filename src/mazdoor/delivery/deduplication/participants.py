"""Later rooms that must act when two records become one: they register at start-up and run inside the merge.

A participant gets the news of the merge, does its part, and gives back what it needs to undo it (plain JSON without
personal values). When the merge is undone it gets that back. Whatever it raises stops the merge, or the undoing, whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """News of a merge (or of its undoing): ``person_ids`` were, until now, represented by ``merged_person_id``, and are
    from now on represented by ``canonical_person_id``. After an undoing it is the other way round.
    """

    merge_id: int
    canonical_person_id: int
    merged_person_id: int
    person_ids: tuple[int, ...]


OnMerge = Callable[[Merged], dict[str, Any] | None]
OnUndo = Callable[[Merged, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Participant:
    """One room's part in merges."""

    name: str
    on_merge: OnMerge
    on_undo: OnUndo


_registered: dict[str, Participant] = {}


def register_participant(name: str, on_merge: OnMerge, on_undo: OnUndo) -> None:
    """Take part in every merge from now on. Registering a name again replaces it: start-up may run twice."""
    _registered[name] = Participant(name, on_merge, on_undo)


def forget_participant(name: str) -> None:
    """Take part no longer (for tests and for rooms that are switched off)."""
    _registered.pop(name, None)


def in_order() -> list[Participant]:
    """All participants, in the order they registered."""
    return list(_registered.values())


def get_participant(name: str) -> Participant:
    """The participant of this name. A merge whose participant is gone cannot be undone: better no undo than half."""
    if name not in _registered:
        raise LookupError(f"the merge participant {name!r} is not registered")
    return _registered[name]
