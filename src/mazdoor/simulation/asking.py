"""What can be asked of a reform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

CYCLES: Final = {"once": 1, "month": 12, "quarter": 4, "year": 1}
"""Cycles of a benefit in a year."""


class SimulationError(ValueError):
    """A question that cannot be answered as it was asked; the message says why and what to ask instead."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a reform.

    ``at``: the day (None: the reform's first). ``line``: poverty line, rupees a head and month (None: a relative one, and
    the report says so). ``floor``: rupees a cycle below which a benefit is too little. ``benchmark``: who should be reached,
    see :mod:`mazdoor.simulation.targeting`. ``budget``: rupees a year, met in the order of ``order_by``, see
    :mod:`mazdoor.simulation.budgets`. ``overlap``: other programmes to lay beside it.
    """

    at: date | None = None
    known_at: datetime | date | None = None
    years: int = 1
    line: Decimal | None = None
    floor: Decimal | None = None
    benchmark: str = ""
    budget: Decimal | None = None
    order_by: str = ""
    overlap: tuple[str, ...] = ()
    seed: int = 1
    replicates: int = 200
    memory: str = "4GB"
