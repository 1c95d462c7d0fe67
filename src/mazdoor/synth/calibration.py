"""Target against obtained: does the population look like the country the Labour Force Survey describes?

Shares are of main employments. The survey covers the four provinces and Islamabad, so its rows are measured there;
provinces and territories are measured over the whole country against census population. Azad Jammu and Kashmir and
Gilgit-Baltistan follow the census alone.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mazdoor.synth.facts import SECTORS, SEXES, STATUSES, SURVEYED, jobs, read_csv, read_yaml, strata

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """One share (percent) or mean (PKR): what was aimed at, what came out, and where the target comes from."""

    group: str
    item: str
    target: float
    obtained: float
    unit: str
    source: str

    @property
    def difference(self) -> float:
        """Obtained less target, in the row's unit."""
        return self.obtained - self.target

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return asdict(self) | {"difference": round(self.difference, 3)}


def table(tally: Floats) -> list[Row]:
    """The calibration table from the summed tallies of all parts (see `parts.Part.tally`)."""
    facts = read_yaml("population.yaml")
    lfs = facts["lfs_2024_25"]
    column = jobs().column
    land = strata()
    rows: list[Row] = []

    def add(group: str, item: str, target: float, obtained: float, unit: str, source: str) -> None:
        rows.append(Row(group, item, round(target, 3), round(float(obtained), 3), unit, source))

    everybody = tally[..., 0]
    names = dict(zip(land.province_code.tolist(), _province_names(), strict=True))
    for code in sorted(names):
        outside = code not in SURVEYED
        add(
            "province",
            names[code],
            100 * float(land.workers[land.province_code == code].sum()),
            100 * everybody[int(code[2:])].sum() / everybody.sum(),
            "percent",
            "census alone (outside the Labour Force Survey)" if outside else "census 2023 population",
        )
    here = [int(code[2:]) for code in SURVEYED]
    count, pay = tally[here].sum(axis=0)[..., 0], tally[here].sum(axis=0)[..., 1]
    total = count.sum()
    source = "LFS 2024-25"
    employed = lfs["employed_millions"]
    for s, sex in enumerate(SEXES):
        add("sex", sex, 100 * employed[sex] / sum(employed.values()), 100 * count[s].sum() / total, "percent", source)
    for sector in SECTORS:
        mask = column["sector"] == sector
        add("sector", sector, lfs["sector_percent"][sector], 100 * count[:, mask].sum() / total, "percent", source)
    farm = column["sector"] == "agriculture"
    for s, sex in enumerate(SEXES):
        obtained = 100 * count[s, farm].sum() / count[s].sum()
        add("agriculture by sex", sex, lfs["agriculture_percent_by_sex"][sex], obtained, "percent", source)
    for status in STATUSES:
        mask = column["status"] == status
        add("status", status, lfs["status_percent"][status], 100 * count[:, mask].sum() / total, "percent", source)
    family = column["status"] == "contributing_family"
    add(
        "status",
        "contributing_family among women",
        lfs["contributing_family_percent_of_women"],
        100 * count[1, family].sum() / count[1].sum(),
        "percent",
        source,
    )
    informal = lfs["informal_percent_outside_agriculture"]
    for sex, picked in (("both", slice(0, 2)), ("male", slice(0, 1)), ("female", slice(1, 2))):
        part = count[picked][:, ~farm]
        add(
            "informal outside agriculture", sex, informal[sex], 100 * part[..., 1].sum() / part.sum(), "percent", source
        )
    employee = column["status"] == "employee"
    wages = lfs["mean_monthly_wage_pkr"]
    cells: tuple[tuple[str, tuple[slice, slice, slice]], ...] = (
        ("both", np.s_[:, :, :]),
        ("male", np.s_[:1, :, :]),
        ("female", np.s_[1:, :, :]),
        ("formal", np.s_[:, :, :1]),
        ("informal", np.s_[:, :, 1:]),
    )
    for item, cell in cells:
        people = count[:, employee][cell].sum()
        mean = pay[:, employee][cell].sum() / people if people else 0.0
        add("mean monthly wage of employees", item, wages[item], mean, "PKR", source)
    return rows


def _province_names() -> list[str]:
    by_code = {row["province_code"]: row["province"] for row in read_csv("areas.csv")}
    return [by_code[code] for code in strata().province_code.tolist()]


def lines(rows: list[dict[str, Any]]) -> list[str]:
    """The table as text, for a terminal."""
    out = [f"{'share':<32}{'item':<34}{'target':>12}{'obtained':>12}{'difference':>12}  source"]
    for row in rows:
        places = 0 if row["unit"] == "PKR" else 2
        numbers = "".join(f"{row[name]:>12,.{places}f}" for name in ("target", "obtained", "difference"))
        out.append(f"{row['group']:<32}{row['item']:<34}{numbers}  {row['source']}")
    return out
