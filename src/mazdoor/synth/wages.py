"""What was paid month by month, and the truth about who was paid under the minimum, to the paisa.

The minimum is worked out here a second time, on its own, from `minimum_wage.csv`: the rate for unskilled workers of the
province where the work is done, whatever the trade. By the month: the monthly rate. By the day: the daily rate as
notified, else the monthly rate over its divisor (26; GB 30), half up to the paisa, times the days worked. By the hour:
the hourly rate as notified, else the daily rate over 8. By the piece: the daily rate for each day worked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mazdoor.synth.facts import jobs, read_csv, strata
from mazdoor.synth.people import People, as_dates, days, hundredths
from mazdoor.synth.text import take
from mazdoor.synth.work import Work

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Rates:
    """The minimum wage of one jurisdiction in one month, in paisa."""

    jurisdiction: str
    monthly: int
    daily: int
    hourly: int


def _paisa(rupees: Decimal) -> int:
    return int((rupees * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@lru_cache
def minimum(area_code: str, month: date) -> Rates:
    """The rates in force on the first of `month` in a province (code such as PK6)."""
    in_force = [
        row
        for row in read_csv("minimum_wage.csv")
        if row["area_code"] == area_code and date.fromisoformat(row["effective_from"]) <= month
    ]
    row = max(in_force, key=lambda each: each["effective_from"])
    monthly = Decimal(row["monthly_pkr"])
    daily = _paisa(Decimal(row["daily_pkr"] or monthly / Decimal(row["day_divisor"])))
    hourly = _paisa(Decimal(row["hourly_pkr"]) if row["hourly_pkr"] else Decimal(daily) / 100 / 8)
    return Rates(row["jurisdiction"], _paisa(monthly), daily, hourly)


def month_before(day: date, back: int) -> date:
    """First of the month `back` months before the month of `day`."""
    index = day.year * 12 + day.month - 1 - back
    return date(index // 12, index % 12 + 1, 1)


def columns(
    rng: np.random.Generator,
    work: Work,
    people: People,
    as_of: date,
    months: int,
    first_no: int,
    first_employment: int,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The `wage_records` of the last `months` whole months, and `truth/underpaid` beside them."""
    table = jobs().column
    land = strata()
    job = work.job[: work.primary]
    period = table["pay_period"][job]
    waged = (table["status"][job] == "employee") & np.isin(period, ("month", "day", "hour", "piece"))
    everybody = np.flatnonzero(waged)
    found: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in ("row", "month", "units", "paid", "on", "worked")}
    least: list[Ints] = []
    for back in range(months, 0, -1):
        month = month_before(as_of, back)
        start, end = days(month), days(month_before(as_of, back - 1))
        rows = everybody[work.started[everybody] <= start]
        count = len(rows)
        how = period[rows]
        worked = np.clip(work.days[rows] - rng.poisson(0.9, count), 6, 27)
        hours = np.round(work.hours[rows] * 52 / 12 * rng.uniform(0.88, 1.02, count))
        pieces = np.maximum(
            np.round(work.monthly[rows] / np.maximum(work.pay[rows], 1) * rng.uniform(0.85, 1.05, count)), 1
        )
        units = np.select([how == "month", how == "day", how == "hour"], [np.ones(count), worked, hours], pieces)
        units = units.astype(np.int64)
        paid = work.pay[rows] * units
        short = rng.random(count) < 0.035
        paid = np.where(short, paid * rng.integers(60, 97, count) // 100, paid)
        worked = np.where(how == "month", work.days[rows], worked).astype(np.int64)
        minimum_amount = np.zeros(count, dtype=np.int64)
        province = land.province_code[work.stratum[rows]]
        for code in np.unique(province):
            rate = minimum(str(code), month)
            here = province == code
            minimum_amount[here] = np.select(
                [how[here] == "month", how[here] == "hour"],
                [np.full(here.sum(), rate.monthly), rate.hourly * units[here]],
                rate.daily * worked[here],
            )
        found["row"].append(rows)
        found["month"].append(np.full(count, start))
        found["units"].append(units)
        found["paid"].append(paid)
        found["on"].append(np.minimum(end + rng.integers(0, 9, count), days(as_of)))
        found["worked"].append(worked)
        least.append(minimum_amount)
    if not found["row"]:
        found = {name: [np.zeros(0, dtype=np.int64)] for name in found}
        least = [np.zeros(0, dtype=np.int64)]
    value = {name: np.concatenate(parts) for name, parts in found.items()}
    floor = np.concatenate(least)
    row = value["row"]
    number = first_no + np.arange(len(row), dtype=np.int64)
    person = people.number[work.person[row]]
    toss = rng.random(len(row))
    method = np.where(work.informal[row], np.where(toss < 0.86, 0, np.where(toss < 0.90, 1, 2)), (toss < 0.80) * 1)
    records = {
        "wage_no": number,
        "employment_no": first_employment + row,
        "person_no": person,
        "month": as_dates(value["month"]),
        "pay_period": pa.array(period[row].tolist()),
        "units": hundredths(value["units"] * 100, 9),
        "paid_amount": value["paid"],
        "paid_on": as_dates(value["on"]),
        "method": take(pa.array(("cash", "bank", "wallet")), method.astype(np.int64)),
        "days_worked": value["worked"].astype(np.int16),
    }
    under = np.flatnonzero(value["paid"] < floor)
    names = {
        code: minimum(code, month_before(as_of, 1)).jurisdiction for code in np.unique(land.province_code).tolist()
    }
    where = land.province_code[work.stratum[row[under]]]
    truth = {
        "wage_no": number[under],
        "person_no": person[under],
        "month": as_dates(value["month"][under]),
        "minimum_amount": floor[under],
        "paid_amount": value["paid"][under],
        "shortfall_amount": floor[under] - value["paid"][under],
        "jurisdiction": pa.array([names[str(code)] for code in where], type=pa.utf8()),
        "sector": take(pa.array(table["sector"].tolist()), job[row[under]]),
        "category": take(pa.array(table["category"].tolist()), job[row[under]]),
    }
    return records, truth
