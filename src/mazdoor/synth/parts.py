"""One part of the population: a stretch of country with about fifty thousand workers, complete in itself.

A part depends on the seed, the size of the whole and its own place, and on nothing else: parts may be made in any
order, by any number of processes, and are the same to the last value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mazdoor.synth import contributions, duplicates, elite, wages
from mazdoor.synth import households as households_
from mazdoor.synth import people as people_
from mazdoor.synth import work as work_
from mazdoor.synth.businesses import businesses_columns
from mazdoor.synth.facts import jobs, read_yaml, strata
from mazdoor.synth.schema import TABLES, TRUTH

Ints = npt.NDArray[np.int64]

WORKERS_PER_PART: Final = 50_000
_STRIDE: Final = 1_000_000
"""Numbers set aside for each part in every table (wage records and contributions ten times as many)."""
_DUPLICATES_FROM: Final = 900_000
"""Within a part's numbers, second registrations begin here."""


@dataclass(frozen=True)
class Order:
    """What is asked for."""

    workers: int
    seed: int
    as_of: date
    wage_months: int = 3
    everybody: bool = True
    """False leaves out members of households who neither work nor contribute nor draw a pension."""

    @property
    def parts(self) -> int:
        """How many parts the population is written in."""
        return max(1, -(-self.workers // WORKERS_PER_PART))


@dataclass(frozen=True)
class Plan:
    """The share of one part: households by stratum, workers and women among them by (province, urban) group."""

    households: Ints
    workers: Ints
    women: Ints


@dataclass
class Part:
    """The finished tables of a part, by name; truth apart; and counts of its main employments for calibration."""

    tables: dict[str, pa.Table]
    truth: dict[str, pa.Table]
    tally: npt.NDArray[np.float64]
    """[province 0-7, sex, job, informal, measure], measure 0 = workers, 1 = monthly wage in PKR of employees."""


def plan(order: Order, part: int) -> Plan:
    """Cut this part out of the nation: cumulative counts are rounded, so the parts add up to the whole exactly."""
    land = strata()
    edge = np.concatenate([[0.0], np.cumsum(land.workers)])
    edge /= edge[-1]
    low, high = part / order.parts, (part + 1) / order.parts

    def between(values: npt.NDArray[np.float64], total: float) -> Ints:
        level = np.concatenate([[0.0], np.cumsum(values)]) * total / values.sum()
        upper = np.interp(np.clip(edge[1:], low, high), edge, level)
        lower = np.interp(np.clip(edge[:-1], low, high), edge, level)
        counts: Ints = (np.round(upper) - np.round(lower)).astype(np.int64)
        return counts

    group = land.group_of(np.arange(len(land.area_code)))
    groups = int(group.max()) + 1
    workers = between(land.workers, order.workers)
    women = between(land.women, round(order.workers * float(land.women.sum())))
    women = np.minimum(women, workers)
    return Plan(
        households=between(land.households, round(order.workers * float(land.households.sum()))),
        workers=np.bincount(group, weights=workers, minlength=groups).astype(np.int64),
        women=np.bincount(group, weights=women, minlength=groups).astype(np.int64),
    )


def build(order: Order, part: int) -> Part:
    """Everything about one part, in memory (about 150,000 persons)."""
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([order.seed, order.workers, part])))
    cut = plan(order, part)
    base = part * _STRIDE
    as_of = people_.days(order.as_of)
    land = strata()
    prefix = str(read_yaml("number_ranges.yaml")["mobile"]["prefix"])

    stratum = np.repeat(np.arange(len(cut.households)), cut.households)
    numbers = base + 1 + np.arange(len(stratum), dtype=np.int64)
    homes = people_.draw_homes(rng, numbers, stratum, as_of)
    roster = households_.draw(rng, land.household_size[stratum])
    people = people_.draw_people(rng, homes, roster, base + 1, as_of, order.seed)
    planted = elite.plant(rng, homes)
    rows = work_.choose_workers(rng, people, homes, cut.workers, cut.women)
    work, businesses = work_.make(rng, people, homes, rows, as_of)

    column: dict[str, dict[str, Any]] = {
        "households": people_.households_columns(rng, homes, roster, planted.dwelling()),
        "persons": people_.persons_columns(people, homes, prefix),
        "businesses": businesses_columns(rng, businesses, people, base + 1),
        "employments": work_.employments_columns(work, people, homes, base + 1, base + 1),
    }
    column["profiles"], elite_truth = elite.columns(rng, planted, people, homes, work, businesses)
    column["wage_records"], underpaid = wages.columns(
        rng, work, people, order.as_of, order.wage_months, base * 10 + 1, base + 1
    )
    column["contributions"], pensioners = contributions.columns(
        rng, people, work, businesses, order.as_of, base * 10 + 1, base + 1
    )
    tables = {name: pa.table(column[name], schema=schema) for name, schema in TABLES.items()}
    truth_columns = {"elite": elite_truth, "underpaid": underpaid, "pensioners": pensioners}
    truth = {name: pa.table(values, schema=TRUTH[name]) for name, values in truth_columns.items()}
    if not order.everybody:
        tables, truth = _only_workers(tables, truth, people, homes, work)
    again = duplicates.make(
        rng,
        tables["persons"],
        tables["households"],
        tables["employments"],
        first_person=base + _DUPLICATES_FROM,
        first_household=base + _DUPLICATES_FROM,
        first_employment=base + _DUPLICATES_FROM,
        as_of=as_of,
        seed=order.seed,
        mobile_prefix=prefix,
    )
    for name in ("persons", "households", "employments"):
        tables[name] = pa.concat_tables([tables[name], again[name]])
    truth["duplicates"] = again["truth"].cast(TRUTH["duplicates"])
    return Part(tables=tables, truth=truth, tally=_tally(people, homes, work))


def _only_workers(
    tables: dict[str, pa.Table],
    truth: dict[str, pa.Table],
    people: people_.People,
    homes: people_.Homes,
    work: work_.Work,
) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    """Leave out those who neither work nor contribute nor draw a pension, and households nobody of whom is left."""
    keep = np.zeros(len(people), dtype=bool)
    keep[work.person] = True
    keep |= np.isin(people.number, tables["contributions"].column("person_no").to_numpy())
    inside = people.number[keep]
    lived_in = np.zeros(len(homes), dtype=bool)
    lived_in[people.roster.household[keep]] = True
    lived_in[work.household[work.household >= 0]] = True
    persons = tables["persons"].filter(pa.array(keep))
    for name in ("spouse_no", "father_no", "mother_no"):
        values = persons.column(name).combine_chunks()
        present = np.isin(values.fill_null(0).to_numpy(zero_copy_only=False), inside)
        cleaned = pa.array(values.fill_null(0).to_numpy(zero_copy_only=False), mask=~present)
        persons = persons.set_column(persons.schema.get_field_index(name), persons.schema.field(name), cleaned)

    def of_kept(table: pa.Table) -> pa.Table:
        return table.filter(pa.array(np.isin(table.column("person_no").to_numpy(), inside)))

    tables = tables | {
        "persons": persons,
        "households": tables["households"].filter(pa.array(lived_in)),
        "profiles": of_kept(tables["profiles"]),
    }
    return tables, truth | {"elite": of_kept(truth["elite"])}


def _tally(people: people_.People, homes: people_.Homes, work: work_.Work) -> npt.NDArray[np.float64]:
    """Counts and wages of main employments, for the calibration table (second registrations are not counted)."""
    land = strata()
    main = slice(0, work.primary)
    person = work.person[main]
    province = np.array([int(code[2:]) for code in land.province_code])[homes.stratum[people.roster.household[person]]]
    sex = people.roster.female[person].astype(np.int64)
    job, informal = work.job[main], work.informal[main].astype(np.int64)
    kinds = len(jobs().column["job_id"])
    cell = ((province * 2 + sex) * kinds + job) * 2 + informal
    size = 8 * 2 * kinds * 2
    employee = jobs().column["status"][job] == "employee"
    counts = np.bincount(cell, minlength=size)
    pay = np.bincount(cell, weights=np.where(employee, work.monthly[main] / 100, 0), minlength=size)
    return np.stack([counts, pay], axis=-1).reshape(8, 2, kinds, 2, 2).astype(np.float64)
