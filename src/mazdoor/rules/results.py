"""What an engine says of one unit, and what a bulk run says of itself. Both engines give these and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Result:
    """The assessment of one unit.

    ``eligible`` is True, False or None (a fact is missing; see ``unknown``). ``amount`` is exact rupees, only where
    eligible. ``deciding`` is the clause that settled it; ``failed`` and ``unknown`` are clause ids in the source's order;
    ``outcomes`` has one letter (T, F, U) for each clause with a formula. ``results`` are the programme's further results.
    """

    unit: str
    eligible: bool | None
    amount: Decimal | None
    category: str | None
    deciding: str
    failed: tuple[str, ...]
    unknown: tuple[str, ...]
    outcomes: str
    results: Mapping[str, Decimal | str | bool | date | None] = field(default_factory=dict)

    @classmethod
    def from_row(cls, row: Any, results: Mapping[str, Any]) -> Result:
        """From a row as the plans of SQL give it (by column name, clause ids with commas), with its further results."""
        return cls(
            row["unit_id"],
            row["eligible"],
            row["amount"],
            row["category"],
            row["deciding_clause"],
            tuple(filter(None, row["failed_clauses"].split(","))),
            tuple(filter(None, row["unknown_clauses"].split(","))),
            row["outcomes"],
            results,
        )


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A bulk run: counts of units and the sum of amounts (exact rupees). Person-free."""

    programme: str
    rule_hash: str
    at: date
    known_at: datetime | date | None
    engine: str
    units: int
    eligible: int
    not_eligible: int
    unknown: int
    total_amount: Decimal
    seconds: float
    out: str
    parts: int


def known_day(known_at: datetime | date | None) -> date | None:
    """The day by whose end something had to be known: a moment counts with its whole day."""
    return known_at.date() if isinstance(known_at, datetime) else known_at
