"""The businesses of a part: one for each who works on their own account, and employers for those who are employed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mazdoor.synth import names
from mazdoor.synth.facts import jobs, strata
from mazdoor.synth.people import Homes, People
from mazdoor.synth.text import join, take

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

GOVERNMENT_SIZE: Final = 400
"""Employers listed in jobs.csv with at least so many engaged are departments of government."""


@dataclass
class Businesses:
    """The businesses of a part."""

    owner: Ints
    """Row of the owning person, −1 where the owner lives elsewhere or there is none."""
    job: Ints
    stratum: Ints
    formal: Bools
    engaged: Ints
    government: Bools

    def __len__(self) -> int:
        return len(self.owner)


def make_businesses(
    rng: np.random.Generator, people: People, homes: Homes, rows: Ints, job: Ints, informal: Bools
) -> tuple[Ints, Businesses]:
    """A business for each own-account worker; employers found for employees, near by and of their trade."""
    column = jobs().column
    house = people.roster.household[rows]
    stratum = homes.stratum[house]
    status = column["status"][job]
    in_business = column["employer_kind"][job] == "business"
    result = np.full(len(rows), -1, dtype=np.int64)

    alone = np.flatnonzero(in_business & (status == "own_account"))
    result[alone] = np.arange(len(alone))

    hire = np.flatnonzero(in_business & np.isin(status, ("employee", "employer")))
    district = np.unique(strata().district_code, return_inverse=True)[1][stratum[hire]]
    trade = np.unique(column["isic_code"], return_inverse=True)[1][job[hire]]
    order = np.lexsort((rng.random(len(hire)), informal[hire], trade, district))
    hire = hire[order]
    key = (district[order] * 1000 + trade[order]) * 2 + informal[hire]
    size = np.maximum(column["engaged"][job[hire]], 1)
    leads = (status[hire] == "employer") | (rng.random(len(hire)) < 1.0 / size)
    if len(hire):
        leads[0] = True
        leads[1:] |= key[1:] != key[:-1]
    firm = np.cumsum(leads) - 1
    result[hire] = len(alone) + firm
    lead = hire[leads]
    staff = np.bincount(firm, minlength=len(lead))

    first = np.concatenate([alone, lead])
    owner = np.concatenate([rows[alone], np.where(status[lead] == "employer", rows[lead], -1)])
    size = column["engaged"][job[first]]
    drawn = np.maximum(np.round(size * np.exp(rng.normal(-0.18, 0.6, len(first)))), 1)
    formal = ~informal[first]
    government = (size >= GOVERNMENT_SIZE) & (owner < 0)
    engaged = np.where(formal, np.maximum(drawn, 5 * (owner < 0)), np.minimum(drawn, 9))
    engaged = np.maximum(engaged, np.concatenate([np.ones(len(alone)), staff + 1])).astype(np.int64)

    # Family members join the household's own farm or trade, or the piece work of one of them.
    helpers = np.flatnonzero(status == "contributing_family")
    farm = column["sector"][job] == "agriculture"
    of_house = {False: np.full(len(homes), -1, dtype=np.int64), True: np.full(len(homes), -1, dtype=np.int64)}
    piece = np.isin(column["category"][job], ("home_based", "brick_kiln")) & (status == "employee") & (result >= 0)
    for chosen in (piece, (result >= 0) & np.isin(status, ("own_account", "employer"))):
        for sector in (False, True):
            rows_here = np.flatnonzero(chosen & (farm == sector))
            of_house[sector][house[rows_here]] = result[rows_here]
    joined = np.where(farm[helpers], of_house[True][house[helpers]], of_house[False][house[helpers]])
    result[helpers] = joined
    np.add.at(engaged, joined[joined >= 0], 1)
    return result, Businesses(
        owner=owner, job=job[first], stratum=stratum[first], formal=formal, engaged=engaged, government=government
    )


def eobi_registered(businesses: Businesses) -> Bools:
    """Formal, private and with ten or more engaged, all but one in five (who have not registered though they should)."""
    number = np.arange(len(businesses))
    complies = (number * 7919 + businesses.engaged * 31) % 10 < 8
    return businesses.formal & ~businesses.government & (businesses.engaged >= 10) & complies


def businesses_columns(
    rng: np.random.Generator, businesses: Businesses, people: People, first_no: int
) -> dict[str, Any]:
    """The `businesses` table of the part."""
    column = jobs().column
    land = strata()
    count = len(businesses)
    single = names.table().single
    no_owner = businesses.owner < 0
    title = np.where(
        no_owner, names.table().draw_clan(rng, count), people.surname[np.where(no_owner, 0, businesses.owner)]
    )
    place = take(pa.array(land.district.tolist()), businesses.stratum)
    noun = take(pa.array(column["business_noun"].tolist()), businesses.job)
    house_name = join([take(single, title), noun])
    department = join([noun, place], ", ")
    both = pa.concat_arrays([house_name.cast(pa.utf8()), department.cast(pa.utf8())])
    name = take(both, np.arange(count, dtype=np.int64) + businesses.government * count)
    incorporated = businesses.formal & (businesses.engaged >= 20) & ~businesses.government
    return {
        "business_no": first_no + np.arange(count, dtype=np.int64),
        "owner_person_no": pa.array(people.number[np.where(no_owner, 0, businesses.owner)], mask=no_owner),
        "name": name,
        "isic_code": take(pa.array(column["isic_code"].tolist()), businesses.job),
        "area_code": take(pa.array(land.area_code.tolist()), businesses.stratum),
        "district_code": take(pa.array(land.district_code.tolist()), businesses.stratum),
        "persons_engaged": businesses.engaged.astype(np.int32),
        "keeps_accounts": businesses.formal | (rng.random(count) < 0.04),
        "incorporated": incorporated,
        "tax_registered": businesses.formal,
        "eobi_registered": eobi_registered(businesses),
        "premises_kind": take(pa.array(column["premises_kind"].tolist()), businesses.job),
    }
