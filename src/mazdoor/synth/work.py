"""Who works, at what, for whom: workers chosen among the members, jobs dealt out.

Jobs are dealt to quotas, not by chance, so shares hold in every part; chance decides only who gets which. Households
lean one way: those with a farm, a shop or a trade of their own keep their members in it; families at the kiln or at
home-based piece work do it together; the better off get the better jobs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mazdoor.synth.businesses import Businesses, make_businesses
from mazdoor.synth.facts import jobs, read_yaml, strata
from mazdoor.synth.households import CHILD_IN_LAW, HEAD, SPOUSE
from mazdoor.synth.people import ALIVE, Homes, People, as_dates
from mazdoor.synth.text import take

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

WORKING_DAYS: Final = 26
WAGE_SPREAD: Final = 0.42
"""Standard deviation of the logarithm of wages within one kind of job (HIES 2015-16 within-occupation, rounded)."""
PIECE_RATES: Final = {"brick_kiln": 180, "mining": 900, "home_based": 450, "construction": 600, "platform": 12000}
"""Paisa for a piece, by category (a brick 1.80, a dress stitched in parts 4.50, a delivery 120 rupees); else 250."""


@dataclass
class Work:
    """The employments of a part; columns parallel, primary ones first."""

    person: Ints
    """Row of the person in the part."""
    job: Ints
    informal: Bools
    business: Ints
    """Row among the part's businesses, −1 for none."""
    household: Ints
    """Row of the employing household, −1 for none."""
    stratum: Ints
    monthly: Ints
    """A month's worth in paisa; 0 for unpaid family workers."""
    pay: Ints
    """Paisa per pay period."""
    days: Ints
    hours: Ints
    started: Ints
    ended: Ints
    """ALIVE (the largest integer) where it goes on."""
    leave: Bools
    secured: Bools
    primary: int
    """How many, from the start, are main jobs."""

    def __len__(self) -> int:
        return len(self.person)


def choose_workers(rng: np.random.Generator, people: People, homes: Homes, workers: Ints, women: Ints) -> Ints:
    """Rows of the persons who work: exactly `workers` by (province, urban) group, of them `women` women.

    Chosen with odds by age and sex. A group too small for its quota (in tiny populations) leaves the rest to others.
    """
    facts = read_yaml("population.yaml")["demography"]["employment_weight_by_age"]
    ages = np.array(sorted(facts), dtype=float)
    weight_men = np.interp(people.roster.age, ages, [facts[int(age)][0] for age in ages])
    weight_women = np.interp(people.roster.age, ages, [facts[int(age)][1] for age in ages])
    female = people.roster.female
    weight = np.where(female, weight_women, weight_men)
    # More hands are needed where there is a farm, a shop or piece work to share: wives and sons of such houses work.
    house = people.roster.household
    rural = ~strata().urban[homes.stratum]
    farm = _rising(homes.farming, 0.5, 9) * np.where(rural, 1.0, 0.15)
    shop = (1 - _rising(homes.farming, 0.5, 9)) * np.where(rural, 0.2, 0.5)
    pull = 60 * _rising(homes.enterprise, 0.45, 12) * (farm + shop) + 12 * _rising(homes.piece_work, 0.72, 25)
    helper = people.roster.relationship != HEAD
    weight = weight * np.where(helper, 1 + pull[house] * np.where(female, 1.0, 0.12), np.where(female, 1.0, 4.0))
    poorer = 1.15 - 0.3 * homes.wealth[house]
    bride = np.isin(people.roster.relationship, (SPOUSE, CHILD_IN_LAW))
    weight = weight * np.where(female, poorer * np.where(bride, 1.0, 0.9), 1.0)
    able = (people.roster.age >= 15) & (people.died == ALIVE)
    key = np.where(able, np.log(np.maximum(weight, 1e-6)) + rng.gumbel(size=len(people)), -np.inf)
    cell = strata().group_of(homes.stratum)[house] * 2 + female
    quota = np.stack([workers - women, women], axis=1).ravel()
    order = np.lexsort((-key, cell))
    starts = np.searchsorted(cell[order], np.arange(len(quota)))
    rank = np.arange(len(order)) - starts[cell[order]]
    chosen = np.zeros(len(people), dtype=bool)
    chosen[order] = rank < quota[cell[order]]
    chosen &= able
    short = int(quota.sum()) - int(chosen.sum())
    if short > 0:
        left = np.flatnonzero(able & ~chosen)
        chosen[left[np.argsort(-key[left], kind="stable")[:short]]] = True
    return np.flatnonzero(chosen)


def _rising(value: Floats, middle: float, steepness: float) -> Floats:
    """A smooth step from 0 to 1 around `middle`."""
    result: Floats = 1 / (1 + np.exp(-(value - middle) * steepness))
    return result


def _deal(rng: np.random.Generator, shares: Floats, count: int) -> Ints:
    """`count` picks of the flat [job, informal] table, each share within one of its quota, in table order."""
    edges = np.floor(np.concatenate([[0.0], np.cumsum(shares.ravel())]) * count + rng.random() * 0.999999)
    edges[-1] = edges[0] + count
    return np.repeat(np.arange(shares.size), np.diff(np.minimum(edges, edges[-1])).astype(np.int64))


def assign_jobs(rng: np.random.Generator, people: People, homes: Homes, rows: Ints) -> tuple[Ints, Bools]:
    """For each worker the job (row of jobs.csv) and whether it is informal."""
    work = jobs()
    land = strata()
    column = work.column
    count = len(homes)
    own_lean, farm_lean, piece_lean = homes.enterprise, homes.farming, homes.piece_work
    house = people.roster.household[rows]
    head = people.roster.relationship[rows] == HEAD
    age = people.roster.age[rows]
    female = people.roster.female[rows]
    wealth = homes.wealth[house] + rng.normal(0, 0.13, len(rows)) + people.literate[rows] * 0.12 - 0.35 * (age < 19)
    status = column["status"]
    agriculture = column["sector"] == "agriculture"
    owns = np.isin(status, ("own_account", "employer"))
    family = status == "contributing_family"
    together = np.isin(column["category"], ("home_based", "brick_kiln")) & (status == "employee")
    together_family = np.isin(column["job_id"], ("home_family", "brick_kiln_family"))
    given = np.full(len(rows), -1, dtype=np.int64)
    group = land.group_of(homes.stratum)[house] * 2 + female
    cells = [np.flatnonzero(group == number) for number in np.unique(group)]
    pools: list[Ints] = []
    province = land.province_code[homes.stratum][house]
    urban = land.urban[homes.stratum][house]
    for cell in cells:
        first = cell[0]
        pools.append(_deal(rng, work.shares(str(province[first]), int(female[first]), bool(urban[first])), len(cell)))

    def give(cell: Ints, pool: Ints, by: Floats) -> None:
        """The pool, poorest-ranked jobs first, to the workers in order of `by`."""
        ranked = pool[np.lexsort((rng.random(len(pool)), column["rank"][pool // 2] - 0.15 * (pool % 2)))]
        given[cell[np.argsort(by[cell], kind="stable")]] = ranked

    def top(cell: Ints, score: Floats, size: int) -> Ints:
        return cell[np.argsort(-score, kind="stable")[:size]]

    has_farm, has_trade = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    for cell, pool in zip(cells, pools, strict=True):
        job = pool // 2
        farm, trade = pool[owns[job] & agriculture[job]], pool[owns[job] & ~agriculture[job]]
        score = own_lean[house[cell]] + 0.60 * head[cell] + 0.15 * (age[cell] > 24) + rng.random(len(cell)) * 0.25
        owners = top(cell, score, len(farm) + len(trade))
        farmers = top(owners, farm_lean[house[owners]] + rng.random(len(owners)) * 0.1, len(farm))
        traders = owners[~np.isin(owners, farmers)]
        give(farmers, farm, wealth)
        give(traders, trade, wealth)
        has_farm[house[farmers]] = True
        has_trade[house[traders]] = True
    for cell, pool in zip(cells, pools, strict=True):
        job = pool // 2
        for of_farm, has in ((True, has_farm), (False, has_trade)):
            part = pool[family[job] & ~together_family[job] & (agriculture[job] == of_farm)]
            free = cell[given[cell] < 0]
            helps = 2.0 * has[house[free]] + 0.5 * ~head[free] + rng.random(len(free))
            give(top(free, helps, len(part)), part, wealth)
        free = cell[given[cell] < 0]
        part = pool[together[job] | together_family[job]]
        bound = top(free, piece_lean[house[free]] + rng.random(len(free)) * 0.05, len(part))
        helpers = part[together_family[part // 2]]
        young = top(bound, rng.random(len(bound)) + 1.0 * (age[bound] < 26) - 1.0 * head[bound], len(helpers))
        give(young, helpers, piece_lean[house])
        give(bound[~np.isin(bound, young)], part[together[part // 2]], piece_lean[house])
        give(cell[given[cell] < 0], pool[(status[job] == "employee") & ~together[job]], wealth)
    return given // 2, (given % 2).astype(bool)


def make(rng: np.random.Generator, people: People, homes: Homes, rows: Ints, as_of: int) -> tuple[Work, Businesses]:
    """Employments and businesses of the part for the chosen workers (rows of people)."""
    table = jobs()
    column = table.column
    job, informal = assign_jobs(rng, people, homes, rows)
    house = people.roster.household[rows]
    stratum = homes.stratum[house]
    status = column["status"][job]
    kind = column["employer_kind"][job]
    business, businesses = make_businesses(rng, people, homes, rows, job, informal)
    employer_house = _domestic_employers(rng, homes, stratum, np.flatnonzero(kind == "household"), len(rows))

    female = people.roster.female[rows]
    # The exponent's mean is one, so the mean wage of each kind of job stays what the table says.
    spread = np.exp(rng.normal(-(WAGE_SPREAD**2) / 2, WAGE_SPREAD, len(rows)))
    monthly = table.wage[job, female.astype(int), informal.astype(int)] * spread
    paid = status != "contributing_family"
    monthly_paisa = np.where(paid, np.maximum(np.round(monthly / 50), 10) * 5000, 0).astype(np.int64)
    period = column["pay_period"][job]
    part_time = period == "hour"
    hours = np.where(part_time, rng.integers(12, 30, len(rows)), rng.choice([40, 48, 54, 60, 70], len(rows)))
    hours = np.where(status == "contributing_family", rng.integers(14, 56, len(rows)), hours)
    days = np.where(period == "day", rng.integers(18, 28, len(rows)), WORKING_DAYS)
    pay = _pay(period, column["category"][job], monthly_paisa, days, hours)
    years = np.minimum(rng.exponential(6.0, len(rows)), np.maximum(people.roster.age[rows] - 14.5, 0.1))
    started = as_of - np.floor(years * 365).astype(np.int64) - 1
    employee = status == "employee"
    leave = employee & ~informal & (rng.random(len(rows)) < 0.85)
    registered = np.where(business >= 0, businesses.formal[np.maximum(business, 0)], False)
    secured = employee & ~informal & (registered | ~leave)
    leave |= employee & ~informal & ~secured
    main = Work(
        person=rows,
        job=job,
        informal=informal,
        business=business,
        household=employer_house,
        stratum=stratum,
        monthly=monthly_paisa,
        pay=pay,
        days=days.astype(np.int64),
        hours=hours.astype(np.int64),
        started=started,
        ended=np.full(len(rows), ALIVE, dtype=np.int64),
        leave=leave,
        secured=secured,
        primary=len(rows),
    )
    return _with_second_jobs(rng, main, people, as_of), businesses


def _pay(
    period: npt.NDArray[Any], category: npt.NDArray[Any], monthly: Ints, days: npt.NDArray[Any], hours: npt.NDArray[Any]
) -> Ints:
    """Paisa per period for a month's worth of pay, rounded as people round it."""
    piece = np.full(len(monthly), 250, dtype=np.int64)
    for name, rate in PIECE_RATES.items():
        piece[category == name] = rate
    by_day = np.round(monthly / days / 1000) * 1000
    by_hour = np.round(monthly / (hours * 52 / 12) / 500) * 500
    pay: npt.NDArray[np.float64] = np.select(
        [period == "month", period == "day", period == "hour", period == "piece", period == "season"],
        [monthly, np.maximum(by_day, 1000), np.maximum(by_hour, 500), piece, monthly * 6],
        0,
    )
    whole: Ints = pay.astype(np.int64)
    return whole


def _domestic_employers(rng: np.random.Generator, homes: Homes, stratum: Ints, workers: Ints, count: int) -> Ints:
    """For each domestic worker a better-off household nearby (row), −1 for everybody else."""
    result = np.full(count, -1, dtype=np.int64)
    if not len(workers):
        return result
    cut = np.quantile(homes.wealth, 0.72)
    rich = np.flatnonzero(homes.wealth >= cut)
    if not len(rich):
        rich = np.arange(len(homes))
    near = np.searchsorted(homes.stratum[rich], stratum[workers])
    pick = near + rng.integers(0, 40, len(workers))
    result[workers] = rich[np.clip(pick, 0, len(rich) - 1)]
    return result


def _with_second_jobs(rng: np.random.Generator, main: Work, people: People, as_of: int) -> Work:
    """One worker in twenty-five has a second job: a few animals, or trade from a cart; some have since ended."""
    column = jobs().column
    second = np.flatnonzero(rng.random(len(main)) < 0.04)
    if not len(second):
        return main
    ids = column["job_id"]
    animals, cart = (int(np.flatnonzero(ids == name)[0]) for name in ("livestock_keeper", "street_vendor_goods"))
    rural = ~strata().urban[main.stratum[second]]
    count = len(second)
    job = np.where(rural, animals, cart)
    started = as_of - rng.integers(200, 2000, count)
    over = rng.random(count) < 0.25
    ended = np.where(over, started + rng.integers(30, 190, count), ALIVE)
    nothing = np.zeros(count, dtype=np.int64)
    extra = {
        "person": main.person[second],
        "job": job,
        "informal": np.ones(count, dtype=bool),
        "business": nothing - 1,
        "household": nothing - 1,
        "stratum": main.stratum[second],
        "monthly": rng.integers(30, 160, count) * 10_000,
        "pay": nothing,
        "days": np.full(count, WORKING_DAYS, dtype=np.int64),
        "hours": rng.integers(6, 20, count),
        "started": started,
        "ended": ended,
        "leave": np.zeros(count, dtype=bool),
        "secured": np.zeros(count, dtype=bool),
    }
    return Work(
        **{name: np.concatenate([getattr(main, name), values]) for name, values in extra.items()}, primary=main.primary
    )


def employments_columns(work: Work, people: People, homes: Homes, first_no: int, first_business: int) -> dict[str, Any]:
    """The `employments` table of the part."""
    column = jobs().column
    job = work.job
    count = len(work)
    no_business, no_house = work.business < 0, work.household < 0
    kind = np.where(~no_house, "household", np.where(~no_business, "business", "none"))
    secondary = np.arange(count) >= work.primary

    def of_job(name: str) -> pa.Array:
        return take(pa.array(column[name].tolist()), job)

    period = np.where(secondary | (work.pay == 0), "none", column["pay_period"][job])
    return {
        "employment_no": first_no + np.arange(count, dtype=np.int64),
        "person_no": people.number[work.person],
        "primary": ~secondary,
        "status": of_job("status"),
        "category": of_job("category"),
        "employer_kind": pa.array(kind.tolist()),
        "business_no": pa.array(first_business + work.business, mask=no_business),
        "employer_household_no": pa.array(homes.number[work.household], mask=no_house),
        "isco_code": of_job("isco_code"),
        "isic_code": of_job("isic_code"),
        "sector": of_job("sector"),
        "informal": work.informal,
        "pay_period": pa.array(period.tolist()),
        "pay_amount": work.pay,
        "days_per_month": work.days.astype(np.int16),
        "hours_per_week": work.hours.astype(np.int16),
        "started_on": as_dates(work.started),
        "ended_on": as_dates(work.ended, missing=work.ended == ALIVE),
        "written_contract": work.leave & (work.hours % 3 != 1),
        "paid_leave": work.leave,
        "social_security": work.secured,
        "work_area_code": take(pa.array(strata().area_code.tolist()), work.stratum),
        "job_id": of_job("job_id"),
        "monthly_equivalent_amount": work.monthly,
    }
