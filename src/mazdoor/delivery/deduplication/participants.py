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


# --- what later rooms know of a pair, and what they do about a decision -------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """What a person is paid under a programme: paisa a cycle."""

    programme_code: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """News of a decision that took effect. ``before`` is the state the pair was in."""

    pair_id: int
    decision: str
    before: str
    person_a_id: int
    person_b_id: int
    note: str


Stakes = Callable[[list[int]], list[Stake]]
OnDecision = Callable[[Decided], None]

_stakes: dict[str, Stakes] = {}
_followers: dict[str, OnDecision] = {}


def register_stakes(name: str, stakes: Stakes) -> None:
    """At start-up: a later room says what is at stake for the persons of a pair. The same name again replaces it."""
    _stakes[name] = stakes


def forget_stakes(name: str) -> None:
    """Say nothing of stakes any longer (for tests)."""
    _stakes.pop(name, None)


def stakes_of(person_ids: list[int]) -> list[Stake]:
    """All that is at stake for these persons."""
    return [stake for stakes in _stakes.values() for stake in stakes(person_ids)]


def follow_decisions(name: str, on_decision: OnDecision) -> None:
    """At start-up: what a later room does when a pair is decided, inside the decision's transaction."""
    _followers[name] = on_decision


def forget_decisions(name: str) -> None:
    """Follow no longer (for tests)."""
    _followers.pop(name, None)


def tell_decided(news: Decided) -> None:
    """Let every follower act on a decision. Whatever one raises stops the decision whole."""
    for follow in list(_followers.values()):
        follow(news)
