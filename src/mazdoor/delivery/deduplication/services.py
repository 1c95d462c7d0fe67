"""Doors into deduplication: compare, decide, merge, undo, take part.

Callers have said who acts (`access.services.acting_as`); only `find_pairs` says it itself, because it commits by steps.
Each door lives in the module of its subject and is gathered here for callers.
"""

from __future__ import annotations

from mazdoor.delivery.deduplication.asking import ask_comparison
from mazdoor.delivery.deduplication.bulk import (
    ask_bulk,
    confirm_bulk,
    decide_sampled,
    go_on_with_bulk,
    refuse_bulk,
    undo_bulk,
)
from mazdoor.delivery.deduplication.deciding import Outcome, bring_back_due, decide_cluster, decide_pair
from mazdoor.delivery.deduplication.finding import Found, find_pairs
from mazdoor.delivery.deduplication.households import (
    decide_households,
    end_membership,
    find_households,
    undo_households,
)
from mazdoor.delivery.deduplication.merging import merge, undo_merge
from mazdoor.delivery.deduplication.participants import (
    Decided,
    Merged,
    Stake,
    follow_decisions,
    forget_decisions,
    forget_participant,
    forget_stakes,
    register_participant,
    register_stakes,
)

__all__ = [
    "Decided",
    "Found",
    "Merged",
    "Outcome",
    "Stake",
    "ask_bulk",
    "ask_comparison",
    "bring_back_due",
    "confirm_bulk",
    "decide_cluster",
    "decide_households",
    "decide_pair",
    "decide_sampled",
    "end_membership",
    "find_households",
    "find_pairs",
    "follow_decisions",
    "forget_decisions",
    "forget_participant",
    "forget_stakes",
    "go_on_with_bulk",
    "merge",
    "refuse_bulk",
    "register_participant",
    "register_stakes",
    "undo_bulk",
    "undo_households",
    "undo_merge",
]
