"""A minimum wage as this room takes it from policy: one rate of one place for one time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class MinimumWage:
    """Paisa for a month, a day and an hour; half-open validity; the provision and how far the figure was verified."""

    jurisdiction: str
    valid_from: dt.date
    valid_to: dt.date | None
    known_from: dt.datetime | None
    monthly_amount: int
    daily_amount: int
    hourly_amount: int
    provision: str
    mark: str
