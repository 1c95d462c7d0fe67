"""Minimum wages as policy states them, in the form this room joins."""

from __future__ import annotations

import datetime as dt
import hashlib

from mazdoor.delivery.wages.rates import MinimumWage
from mazdoor.rules.installed import installed_policies
from mazdoor.rules.wages import UNSKILLED, minimum_wage_table

# The weakest mark of the figures a rate stands on is the mark of the rate.
_WEAKEST_FIRST = ("memory", "weak", "derived", "partial", "secondary", "yes")


def minimum_wages(*, known_at: dt.datetime | None = None) -> tuple[list[MinimumWage], str]:
    """The unskilled rates that bind by what was known at ``known_at`` (all, where not given), and their content hash.

    A worker whose class is not known is held against the unskilled rate: nobody may be paid less.
    """
    rates = [
        MinimumWage(
            jurisdiction=row.jurisdiction,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            known_from=dt.datetime.combine(row.known_from, dt.time(), tzinfo=dt.UTC),
            monthly_amount=row.monthly_paisa,
            daily_amount=row.daily_paisa,
            hourly_amount=row.hourly_paisa,
            provision=row.provision or row.source,
            mark=_weakest(row.monthly_verified, row.daily_verified),
        )
        for row in minimum_wage_table(installed_policies(), known_at=known_at)
        if row.skill_class == UNSKILLED
    ]
    return rates, hashlib.sha256(repr(rates).encode()).hexdigest()


def _weakest(*marks: str) -> str:
    return min(marks, key=lambda mark: _WEAKEST_FIRST.index(mark) if mark in _WEAKEST_FIRST else 0)
