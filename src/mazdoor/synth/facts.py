"""The facts behind the population, read once from `synth/data` and turned into arrays.

Two things are worked out here: the *strata* (tehsil by rural and urban, with their share of workers and households),
and the *joint table of jobs* (job by sex, by area, by formality), raked until its margins are those the Labour Force
Survey publishes.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import StringIO
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import yaml

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SEXES: Final = ("male", "female")
STATUSES: Final = ("employee", "own_account", "contributing_family", "employer")
SECTORS: Final = ("agriculture", "industry", "services")
SURVEYED: Final = ("PK2", "PK4", "PK5", "PK6", "PK7")
"""Province codes the Labour Force Survey covers; PK1 (AJK) and PK3 (GB) follow the census alone."""


def read_csv(name: str) -> list[dict[str, str]]:
    """Rows of `synth/data/<name>`."""
    return list(csv.DictReader(StringIO((files("mazdoor.synth") / "data" / name).read_text(encoding="utf-8"))))


@lru_cache
def read_yaml(name: str) -> dict[str, Any]:
    """The document `synth/data/<name>`."""
    loaded: dict[str, Any] = yaml.safe_load((files("mazdoor.synth") / "data" / name).read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True)
class Strata:
    """Tehsils split into rural and urban, in order of area code (so a part of the population is a stretch of country)."""

    area_code: npt.NDArray[np.str_]
    area: npt.NDArray[np.str_]
    district_code: npt.NDArray[np.str_]
    district: npt.NDArray[np.str_]
    province_code: npt.NDArray[np.str_]
    urban: npt.NDArray[np.bool_]
    household_size: Floats
    workers: Floats
    """Share of all workers; sums to 1. By province it is the census population's share."""
    women: Floats
    """Share of all workers that are women of this stratum."""
    households: Floats
    """Households per worker of the nation; sums to `households_per_worker`."""

    def group_of(self, stratum: Ints) -> Ints:
        """Number of the (province, urban) group: within it jobs are dealt out."""
        return self._province_number[stratum] * 2 + self.urban[stratum]

    @property
    def _province_number(self) -> Ints:
        return np.array([int(code[2:]) for code in self.province_code], dtype=np.int64)


@lru_cache
def strata() -> Strata:
    """The country as strata, from `areas.csv` and `population.yaml`."""
    facts = read_yaml("population.yaml")
    rate = facts["participation"]["rate_percent"]
    women_share = facts["participation"]["women_share_of_workers"]
    rows = []
    for row in read_csv("areas.csv"):
        for is_urban, column in ((False, "rural_population"), (True, "urban_population")):
            if float(row[column]) > 0:
                rows.append((row, is_urban, float(row[column])))
    province = np.array([row["province_code"] for row, _, _ in rows])
    urban = np.array([flag for _, flag, _ in rows])
    population = np.array([people for _, _, people in rows])
    active = population * np.where(urban, rate["urban"], rate["rural"])
    workers = np.zeros(len(rows))
    for code in np.unique(province):
        here = province == code
        workers[here] = active[here] / active[here].sum() * population[here].sum() / population.sum()
    # Women's share of the employed as HIES shows it by province and area, moved by one odds ratio to the national share.
    share = np.array([women_share[row["province_code"]][int(flag)] for row, flag, _ in rows])
    employed = facts["lfs_2024_25"]["employed_millions"]
    target = employed["female"] / (employed["female"] + employed["male"])
    surveyed = np.isin(province, SURVEYED)
    low, high = 0.05, 20.0
    for _ in range(60):
        factor = (low * high) ** 0.5
        moved = share * factor / (1 - share + share * factor)
        if np.average(moved[surveyed], weights=workers[surveyed]) > target:
            high = factor
        else:
            low = factor
    size = np.array([float(row["household_size"]) for row, _, _ in rows])
    homes = population / size
    return Strata(
        area_code=np.array([row["area_code"] for row, _, _ in rows]),
        area=np.array([row["area"] for row, _, _ in rows]),
        district_code=np.array([row["district_code"] for row, _, _ in rows]),
        district=np.array([row["district"] for row, _, _ in rows]),
        province_code=province,
        urban=urban,
        household_size=size,
        workers=workers,
        women=workers * moved,
        households=homes / homes.sum() * facts["households"]["households_per_worker"],
    )


@dataclass(frozen=True)
class Jobs:
    """The kinds of work people do (rows of `jobs.csv`) and how many do each."""

    column: dict[str, npt.NDArray[Any]]
    joint: Floats
    """Share of the surveyed workers by [job, sex, urban, informal]; sums to 1."""
    affinity: dict[str, Floats]
    """Province code → how much likelier each job is there (1 = as in the nation)."""
    wage: Floats
    """Mean monthly wage in PKR by [job, sex, informal] (of employees; own-account earnings on the same scale)."""

    def shares(self, province_code: str, sex: int, urban: bool) -> Floats:
        """Share of each [job, informal] among the workers of one group; sums to 1.

        A job at home in a province displaces its like (same sector, status and formality), so the published margins
        stand whatever the provinces do.
        """
        base = self.joint[:, sex, int(urban), :]
        tilted = base * self.affinity.get(province_code, np.ones(len(base)))[:, None]
        kind = self._kind
        for informal in (0, 1):
            before = np.bincount(kind, weights=base[:, informal])
            after = np.bincount(kind, weights=tilted[:, informal])
            ratio = np.divide(before, after, out=np.zeros_like(before), where=after > 0)
            tilted[:, informal] *= ratio[kind]
        result: Floats = tilted / tilted.sum()
        return result

    @property
    def _kind(self) -> Ints:
        labels = np.char.add(self.column["sector"], self.column["status"])
        return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _rake(joint: Floats, mask: npt.NDArray[np.bool_], total: float) -> None:
    now = joint[mask].sum()
    if now > 0:
        joint[mask] *= total / now


@lru_cache
def jobs() -> Jobs:
    """The joint table of jobs, raked to the Labour Force Survey 2024-25."""
    rows = read_csv("jobs.csv")
    column = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    for key in ("male", "female", "urban", "formal", "wage_2015", "rank", "engaged"):
        column[key] = column[key].astype(float)
    facts = read_yaml("population.yaml")
    lfs = facts["lfs_2024_25"]
    land = strata()
    surveyed = np.isin(land.province_code, SURVEYED)
    by_area = np.zeros((2, 2))
    for urban in (0, 1):
        here = surveyed & (land.urban == bool(urban))
        by_area[1, urban] = land.women[here].sum()
        by_area[0, urban] = land.workers[here].sum() - by_area[1, urban]
    by_area /= by_area.sum()
    sex_share = by_area.sum(axis=1)

    weight = np.stack([column["male"], column["female"]], axis=1)
    area = np.stack([1 - column["urban"], column["urban"]], axis=1)
    formality = np.stack([column["formal"], 1 - column["formal"]], axis=1)
    joint: Floats = weight[:, :, None, None] * area[:, None, :, None] * formality[:, None, None, :]
    joint /= joint.sum()

    status_of_women = {
        **facts["lfs_assumed"]["status_percent_of_women"],
        "contributing_family": lfs["contributing_family_percent_of_women"],
    }
    shape = joint.shape
    index = np.indices(shape)
    job_is = {key: column[key][index[0]] for key in ("status", "sector", "section")}
    outside = job_is["sector"] != "agriculture"
    employee = job_is["status"] == "employee"
    agriculture = [lfs["agriculture_percent_by_sex"][sex] / 100 * sex_share[s] for s, sex in enumerate(SEXES)]
    wages = lfs["mean_monthly_wage_pkr"]
    formal_employees = (wages["both"] - wages["informal"]) / (wages["formal"] - wages["informal"])
    for _ in range(400):
        for sector in ("industry", "services"):
            sections = facts["section_percent_2020_21"][sector]
            for section, percent in sections.items():
                part = percent / sum(sections.values())
                _rake(joint, job_is["section"] == section, lfs["sector_percent"][sector] / 100 * part)
        employees = lfs["status_percent"]["employee"] / 100
        _rake(joint, employee & (index[3] == 0), employees * formal_employees)
        _rake(joint, employee & (index[3] == 1), employees * (1 - formal_employees))
        for s, sex in enumerate(SEXES):
            is_sex = index[1] == s
            _rake(joint, is_sex & ~outside, agriculture[s])
            _rake(joint, is_sex & outside, sex_share[s] - agriculture[s])
            informal = lfs["informal_percent_outside_agriculture"][sex] / 100
            _rake(joint, is_sex & outside & (index[3] == 1), (sex_share[s] - agriculture[s]) * informal)
            _rake(joint, is_sex & outside & (index[3] == 0), (sex_share[s] - agriculture[s]) * (1 - informal))
            for status in STATUSES:
                women = status_of_women[status] / 100 * sex_share[1]
                total = women if s == 1 else lfs["status_percent"][status] / 100 - women
                _rake(joint, is_sex & (job_is["status"] == status), total)
        for s in (0, 1):
            for urban in (0, 1):
                _rake(joint, (index[1] == s) & (index[2] == urban), by_area[s, urban])

    affinity: dict[str, Floats] = {}
    for code in np.unique(land.province_code):
        values = np.ones(len(rows))
        for number, text in enumerate(column["provinces"]):
            listed = dict(pair.split(":") for pair in text.split())
            if listed:
                values[number] = float(listed.get(code, 0.3))
        affinity[str(code)] = values
    return Jobs(column=column, joint=joint, affinity=affinity, wage=_wages(column, joint, wages))


def _wages(column: dict[str, npt.NDArray[Any]], joint: Floats, target: dict[str, float]) -> Floats:
    """Mean wage by [job, sex, informal]: 2015 medians moved by one factor for each sex and each formality to the means."""
    wage: Floats = np.broadcast_to(column["wage_2015"][:, None, None], (len(joint), 2, 2)).copy()
    people = joint.sum(axis=2) * (column["status"] == "employee")[:, None, None]
    for _ in range(200):
        for s, sex in enumerate(SEXES):
            wage[:, s, :] *= target[sex] / np.average(wage[:, s, :], weights=people[:, s, :])
        for i, formality in enumerate(("formal", "informal")):
            wage[:, :, i] *= target[formality] / np.average(wage[:, :, i], weights=people[:, :, i])
    return wage
