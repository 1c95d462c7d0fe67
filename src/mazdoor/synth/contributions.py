"""Old-age contributions as spells, and the truth about pensioners: what each is owed, worked out in whole numbers.

Employees' Old-Age Benefits Act 1976. Entitled (s.22): over 60 (women 55) with contributions paid for fifteen years;
or, insured before 1 July 2008 when over 40 (women 35), seven years; when over 45 (women 40), five years. Pension
(Schedule): average monthly wages of the twelve months before × years ÷ 50, six months or more counting as a year, but
not less than the minimum pension of the day. Months counted towards the fifteen years are not rounded up (the Act is
unclear); nobody is planted where that matters (174 to 179 months).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mazdoor.synth.businesses import Businesses, eobi_registered
from mazdoor.synth.facts import jobs, read_csv
from mazdoor.synth.people import ALIVE, People, as_dates
from mazdoor.synth.work import Work

Ints = npt.NDArray[np.int64]

PENSIONER_SHARE_OF_OLD_MEN: Final = 0.05
PENSIONER_SHARE_OF_OLD_WOMEN: Final = 0.012
LAPSED_SHARE: Final = 0.03
"""Of grown men who do not contribute now, those who once did for a while."""
_EDGES: Final = (180, 185, 186, 191, 192, 197, 198, 240, 246, 245)
"""Insured months on and beside the fifteen years and the half year."""
_BEGAN: Final = (1976 - 1970) * 12 + 6
_NEW_RULE: Final = (2008 - 1970) * 12 + 6


@dataclass(frozen=True)
class Bases:
    """Declared monthly wage by period: month of start (months since 1970), wage and contributions in paisa."""

    start: Ints
    wage: Ints
    employer: Ints
    employee: Ints


@lru_cache
def bases() -> Bases:
    """`pension_contribution_base.csv` in months and paisa."""
    rows = read_csv("pension_contribution_base.csv")
    start = [month_of(date.fromisoformat(row["effective_from"])) for row in rows]
    wage = np.array([int(row["monthly_wage_pkr"]) * 100 for row in rows], dtype=np.int64)
    percent = np.array([[int(row["employer_percent"]), int(row["employee_percent"])] for row in rows], dtype=np.int64)
    return Bases(np.array(start, dtype=np.int64), wage, wage * percent[:, 0] // 100, wage * percent[:, 1] // 100)


def month_of(day: date) -> int:
    """Months since January 1970."""
    return (day.year - 1970) * 12 + day.month - 1


def _months(days: Ints) -> Ints:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _first_day(months: Ints) -> Ints:
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def minimum_pension(at: date) -> int:
    """The minimum pension in force, in paisa."""
    rows = [row for row in read_csv("minimum_pension.csv") if date.fromisoformat(row["effective_from"]) <= at]
    return int(max(rows, key=lambda row: row["effective_from"])["monthly_pkr"]) * 100


@dataclass
class _Stints:
    """Unbroken runs of contribution: person and business rows, first and last month."""

    person: Ints
    business: Ints
    first: Ints
    last: Ints


def columns(
    rng: np.random.Generator,
    people: People,
    work: Work,
    businesses: Businesses,
    as_of: date,
    first_no: int,
    first_business: int,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The `contributions` of the part, and `truth/pensioners`."""
    registered = eobi_registered(businesses)
    now = month_of(as_of)
    contributing = _contributing(people, work, registered, now)
    places = np.flatnonzero(registered)
    if not len(places):
        places = np.arange(max(len(businesses), 1))
    active = np.zeros(len(people), dtype=bool)
    active[contributing.person] = True
    retired = _retired(rng, people, places, active, now)
    taken = active.copy()
    taken[retired.person] = True
    lapsed = _lapsed(rng, people, places, taken, now)
    stints = _Stints(
        *(
            np.concatenate([getattr(each, name) for each in (contributing, retired, lapsed)])
            for name in ("person", "business", "first", "last")
        )
    )
    spells = _spells(stints, first_no)
    table = {
        "contribution_no": spells["number"],
        "person_no": people.number[spells["person"]],
        "business_no": first_business + spells["business"],
        "from_month": as_dates(_first_day(spells["first"])),
        "to_month": as_dates(_first_day(spells["last"])),
        "months_paid": (spells["last"] - spells["first"] + 1).astype(np.int16),
        "monthly_wage": bases().wage[spells["base"]],
        "employer_amount": bases().employer[spells["base"]],
        "employee_amount": bases().employee[spells["base"]],
    }
    return table, _owed(people, stints, as_of)


def _contributing(people: People, work: Work, registered: npt.NDArray[np.bool_], now: int) -> _Stints:
    """Present employees of registered businesses, from their start to last month, until pension age."""
    main = np.arange(work.primary)
    employee = jobs().column["status"][work.job[main]] == "employee"
    business = work.business[main]
    insured = employee & ~work.informal[main] & (business >= 0)
    insured &= np.where(business >= 0, registered[np.maximum(business, 0)], False)
    rows = main[insured]
    person = work.person[rows]
    limit = np.where(people.roster.female[person], 55, 60)
    adult = _months(people.born[person]) + 18 * 12 + 1
    first = np.maximum(np.maximum(_months(work.started[rows]) + 1, adult), _BEGAN)
    reached = _months(people.born[person]) + limit * 12
    last = np.minimum(now - 1, reached - 1)
    unclear = (reached < now) & (last - first + 1 >= 174) & (last - first + 1 < 180)
    first = np.where(unclear, last - 172, first)
    keep = first <= last
    return _Stints(person[keep], work.business[rows][keep], first[keep], last[keep])


def _retired(
    rng: np.random.Generator, people: People, places: Ints, active: npt.NDArray[np.bool_], now: int
) -> _Stints:
    """Elders who contributed until pension age: most entitled, some a little short."""
    female = people.roster.female
    age_at = np.where(female, 55, 60) * 12
    reached = _months(people.born) + age_at
    share = np.where(female, PENSIONER_SHARE_OF_OLD_WOMEN, PENSIONER_SHARE_OF_OLD_MEN)
    old = (reached <= now - 2) & (people.roster.age < 84) & (people.died == ALIVE) & ~active
    rows = np.flatnonzero(old & (rng.random(len(people)) < share))
    count = len(rows)
    end = reached[rows] - 1
    room = end - np.maximum(_months(people.born[rows]) + 18 * 12 + 1, _BEGAN) + 1
    toss = rng.random(count)
    total = np.where(toss < 0.35, rng.choice(_EDGES, count), rng.integers(180, 400, count))
    short = (toss >= 0.80) & (toss < 0.88)
    total = np.where(short, rng.choice([60, 120, 168, 173], count), total)
    late = toss >= 0.88
    very_late = toss >= 0.94
    total = np.where(
        very_late, rng.choice([60, 65, 66, 83], count), np.where(late, rng.choice([84, 90, 120], count), total)
    )
    total = np.minimum(total, room)
    odd = (total >= 174) & (total <= 179)
    total = np.where(odd, 173, total)
    # Late entrants begin over the age the law names (so with a pause that fits); the others in one run or in two.
    entry_age = np.where(female[rows], 35, 40) * 12 + np.where(very_late, 60, 0) + 7
    entry_first = _months(people.born[rows]) + entry_age
    second = np.maximum(12, total // 2)
    pause = np.where(late, end - entry_first + 1 - total, np.minimum(rng.integers(0, 60, count), room - total))
    pause = np.maximum(pause, 0)
    pause = np.where(total - second < 1, 0, pause)
    second_first = end - second + 1
    first_last = second_first - 1 - pause
    first_first = first_last - (total - second) + 1
    two = total - second >= 1
    return _Stints(
        np.concatenate([rows[two], rows]),
        places[rng.integers(0, len(places), two.sum() + count)],
        np.concatenate([first_first[two], second_first]),
        np.concatenate([first_last[two], end]),
    )


def _lapsed(rng: np.random.Generator, people: People, places: Ints, taken: npt.NDArray[np.bool_], now: int) -> _Stints:
    """Grown men who contributed for a few years and then went back to informal work."""
    age = people.roster.age
    grown = (age > 26) & (age < 58) & ~people.roster.female & ~taken & (people.died == ALIVE)
    rows = np.flatnonzero(grown & (rng.random(len(people)) < LAPSED_SHARE))
    begin = _months(people.born[rows]) + rng.integers(18 * 12 + 1, 24 * 12, len(rows))
    last = np.minimum(begin + rng.integers(5, 120, len(rows)), now - 6)
    keep = (last >= begin) & (begin >= _BEGAN)
    place = places[rng.integers(0, len(places), len(rows))]
    return _Stints(rows[keep], place[keep], begin[keep], last[keep])


def _spells(stints: _Stints, first_no: int) -> dict[str, Ints]:
    """Stints cut where the declared wage changes."""
    start = bases().start
    begin = np.searchsorted(start, stints.first, side="right") - 1
    finish = np.searchsorted(start, stints.last, side="right") - 1
    pieces = finish - begin + 1
    which = np.repeat(np.arange(len(pieces)), pieces)
    offset = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    base = begin[which] + offset
    ends = np.append(start[1:], np.iinfo(np.int32).max)
    return {
        "number": first_no + np.arange(len(which), dtype=np.int64),
        "person": stints.person[which],
        "business": stints.business[which],
        "first": np.maximum(stints.first[which], start[base]),
        "last": np.minimum(stints.last[which], ends[base] - 1),
        "base": base,
    }


def _owed(people: People, stints: _Stints, as_of: date) -> dict[str, Any]:
    """Who has reached pension age and is entitled, and to how much a month at the date (from the month after)."""
    rows, place = np.unique(stints.person, return_inverse=True)
    months = np.bincount(place, weights=stints.last - stints.first + 1, minlength=len(rows)).astype(np.int64)
    entered = np.full(len(rows), np.iinfo(np.int64).max)
    np.minimum.at(entered, place, stints.first)
    born = _months(people.born[rows])
    reached = born + np.where(people.roster.female[rows], 55, 60) * 12
    drawing = (reached <= month_of(as_of) - 1) & (people.died[rows] == ALIVE)
    rows, months, entered, born, end = (each[drawing] for each in (rows, months, entered, born, reached - 1))
    female = people.roster.female[rows]
    age_at_entry = entered - born
    relief = np.where(female, 60, 0)
    old_rule = entered < _NEW_RULE
    entitled = (
        (months >= 180)
        | (old_rule & (age_at_entry > 40 * 12 - relief) & (months >= 84))
        | (old_rule & (age_at_entry > 45 * 12 - relief) & (months >= 60))
    )
    wage, start = bases().wage, bases().start
    total = np.zeros(len(rows), dtype=np.int64)
    for back in range(12):
        total += wage[np.searchsorted(start, end - back, side="right") - 1]
    years = months // 12 + (months % 12 >= 6)
    formula = _half_up(total * years, 600)
    at_least = minimum_pension(as_of)
    chosen = np.flatnonzero(entitled)
    return {
        "person_no": people.number[rows[chosen]],
        "insured_months": months[chosen].astype(np.int32),
        "counted_years": years[chosen].astype(np.int32),
        "average_wage": _half_up(total[chosen], 12),
        "formula_amount": formula[chosen],
        "payable_amount": np.maximum(formula[chosen], at_least),
        "at": pa.array([as_of] * len(chosen), type=pa.date32()),
    }


def _half_up(numerator: Ints, denominator: int) -> Ints:
    """Whole paisa, halves upwards."""
    result: Ints = (2 * numerator + denominator) // (2 * denominator)
    return result
