"""Minimum wages for the wages room: one rate at a date, and the whole dated table to join in SQL. Amounts in whole paisa."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from mazdoor.rules.model import DatedValue, Parameter, PolicySet
from mazdoor.rules.results import known_day

UNSKILLED = "unskilled"


@dataclass(frozen=True, slots=True)
class MinimumWage:
    """The rate of one jurisdiction from a date to (not including) another; None: still, as far as known.

    ``piece_paisa_per_day`` is what a worker paid by the piece must reach for each day worked: the daily rate. Each amount
    carries how far it was verified (``…_verified``; "derived" where no notified rate was seen).
    """

    jurisdiction: str
    skill_class: str
    valid_from: date
    valid_to: date | None
    known_from: date
    monthly_paisa: int
    daily_paisa: int
    hourly_paisa: int
    piece_paisa_per_day: int
    provision: str
    source: str
    monthly_verified: str
    daily_verified: str
    hourly_verified: str
    note: str


def minimum_wage_table(policy_set: PolicySet, *, known_at: datetime | date | None = None) -> list[MinimumWage]:
    """Every rate that binds by what was known at ``known_at`` (None: all), one row per jurisdiction, class and period.

    Periods of one jurisdiction and class do not overlap, so SQL may join with ``valid_from <= day AND day < valid_to`` (or
    valid_to null). Jurisdictions are area codes of provinces (PK6 is Punjab).
    """
    known = known_day(known_at)
    monthly, daily, hourly = (
        _by_spell(policy_set.parameters[name], known)
        for name in ("minimum_wage", "minimum_wage_daily", "minimum_wage_hourly")
    )
    spells = sorted(monthly)
    rows: list[MinimumWage] = []
    for index, (key, start) in enumerate(spells):
        following = spells[index + 1] if index + 1 < len(spells) and spells[index + 1][0] == key else None
        value, day, hour = monthly[(key, start)], daily[(key, start)], hourly[(key, start)]
        ends = [each for each in (value.valid_to, following[1] if following else None) if each is not None]
        rows.append(
            MinimumWage(
                jurisdiction=key[0],
                skill_class=key[1],
                valid_from=start,
                valid_to=min(ends) if ends else None,
                known_from=value.known_from,
                monthly_paisa=_paisa(value),
                daily_paisa=_paisa(day),
                hourly_paisa=_paisa(hour),
                piece_paisa_per_day=_paisa(day),
                provision=value.citation.provision,
                source=value.citation.source,
                monthly_verified=value.citation.verified,
                daily_verified=day.citation.verified,
                hourly_verified=hour.citation.verified,
                note=value.note,
            )
        )
    return rows


def minimum_wage(
    policy_set: PolicySet,
    jurisdiction: str,
    *,
    at: date,
    known_at: datetime | date | None = None,
    skill_class: str = UNSKILLED,
) -> MinimumWage | None:
    """The rate of ``jurisdiction`` (area code of the province) on a date by what was known; None before the first."""
    for row in minimum_wage_table(policy_set, known_at=known_at):
        inside = row.valid_from <= at and (row.valid_to is None or at < row.valid_to)
        if inside and (row.jurisdiction, row.skill_class) == (jurisdiction, skill_class):
            return row
    return None


def _by_spell(parameter: Parameter, known: date | None) -> dict[tuple[tuple[str, ...], date], DatedValue]:
    return {(each.key, each.valid_from): each for each in parameter.binding(known)}


def _paisa(value: DatedValue) -> int:
    assert isinstance(value.value, Fraction)
    paisa = value.value * 100
    if paisa.denominator != 1:
        raise ArithmeticError("a wage is finer than a paisa")
    return int(paisa)
