"""What other government registers say of adults, and the truth about whom the wealth filters exclude.

Members of elite households are given what the filters of Ehsaas Emergency Cash 2020 look for; a few households stand
exactly on a threshold and are not excluded. The truth lists every adult excluded, by which filter and through whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mazdoor.synth.businesses import Businesses
from mazdoor.synth.facts import jobs, read_yaml
from mazdoor.synth.households import FAMILIES_PER_HOUSEHOLD, HEAD, SINGLE, SPOUSE, Roster
from mazdoor.synth.people import Homes, People, hundredths
from mazdoor.synth.text import digits, from_digits
from mazdoor.synth.work import Work

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass
class Planted:
    """By household: which filters its members will trip, and the values that stand on or over a threshold."""

    trips: dict[str, Bools]
    edge: Bools
    land: Floats
    """Acres, NaN where the household is ordinary."""
    utility: Floats
    """Paisa a month, NaN where ordinary."""

    def dwelling(self) -> dict[str, Any]:
        """What shows on the household itself."""
        return {"land": self.land, "utility_bill": self.utility, "car": self.trips["vehicle"]}


def plant(rng: np.random.Generator, homes: Homes) -> Planted:
    """Choose the elite among the wealthiest, and the households on the edge among the rest."""
    facts = read_yaml("elite.yaml")
    count = len(homes)
    lean = homes.wealth + rng.normal(0, 0.08, count)
    cut = np.quantile(lean, 1 - facts["elite_household_share"])
    elite = lean > cut
    edge = ~elite & (rng.random(count) < facts["edge_household_share"])
    trips = {each["id"]: elite & (rng.random(count) < each["planted"]) for each in facts["filters"]}
    none = elite & ~np.any([*trips.values()], axis=0)
    trips["vehicle"] |= none
    trips["other_relief"] = trips["other_relief"] | (rng.random(count) < 0.008)
    land = np.where(trips["land"], np.round(12.01 + rng.exponential(25, count), 2), np.nan)
    land = np.where(edge, 12.0, land)
    utility = np.where(trips["utility_bill"], np.round(10_001 + rng.exponential(9000, count)) * 100, np.nan)
    utility = np.where(edge, 1_000_000.0, utility)
    return Planted(trips=trips, edge=edge, land=land, utility=utility)


def columns(
    rng: np.random.Generator, planted: Planted, people: People, homes: Homes, work: Work, businesses: Businesses
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The `profiles` table of the adults who hold a card, and `truth/elite`."""
    roster = people.roster
    house = roster.household
    adult = people.cnic >= 0
    head_or_spouse = np.isin(roster.relationship, (HEAD, SPOUSE)) & adult
    # Each thing belongs to the head or, in one household of four, to the spouse (the other spouse is excluded with them).
    wives = rng.random(len(homes)) < 0.25
    wives &= np.bincount(house[(roster.relationship == SPOUSE) & adult], minlength=len(homes)) > 0
    holder = head_or_spouse & np.where(wives[house], roster.relationship == SPOUSE, roster.relationship == HEAD)

    def held(filter_id: str) -> Bools:
        chosen: Bools = holder & planted.trips[filter_id][house]
        return chosen

    travel, passport, vehicle = held("foreign_travel"), held("passport"), held("vehicle")
    possession, relief = held("property"), held("other_relief")
    bill = np.minimum(np.round(np.exp(rng.normal(np.log(180 + 420 * homes.wealth[house]), 0.5))), 985) * 100
    bill = np.where(people.mobile >= 0, bill, 0)
    big = held("mobile_bill")
    bill = np.where(big, np.round(1000 + rng.exponential(1200, len(people))) * 100, bill)
    bill = np.where(big & (rng.random(len(people)) < 0.1), 100_000, bill)
    bill = np.where(planted.edge[house] & holder, 99_999, bill).astype(np.int64)

    main = np.arange(work.primary)
    column = jobs().column
    employee = column["status"][work.job[main]] == "employee"
    business = np.maximum(work.business[main], 0)
    department = (work.business[main] >= 0) & businesses.government[business] if len(businesses) else employee & False
    servant = np.zeros(len(people), dtype=bool)
    servant[work.person[main[employee & department & ~work.informal[main]]]] = True
    taxed = held("income_tax")
    well_paid = employee & ~work.informal[main] & (work.monthly[main] > 15_000_000)
    taxed[work.person[main[well_paid]]] = True
    servant &= adult
    taxed &= adult
    fee = _executive_cards(rng, planted, people, adult)

    pmt = np.clip(np.round((6 + 82 * homes.wealth + rng.normal(0, 5, len(homes))) * 100), 0, 10_000).astype(np.int64)
    surveyed = rng.random(len(homes)) < 0.82
    poor = (pmt < 3200) & surveyed
    woman = roster.female & adult & (roster.marital != SINGLE) & head_or_spouse
    kafaalat = woman & poor[house] & (rng.random(len(people)) < 0.70)

    rows = np.flatnonzero(adult)
    profiles = {
        "person_no": people.number[rows],
        "cnic": from_digits(digits(people.cnic[rows], 13)),
        "foreign_travel": travel[rows],
        "passport_executive_fee": passport[rows],
        "cnic_executive_fee": fee[rows],
        "vehicle": vehicle[rows],
        "phone_bill_amount": bill[rows],
        "property": possession[rows],
        "government_employee": servant[rows],
        "income_taxpayer": taxed[rows],
        "other_relief": relief[rows],
        "kafaalat_beneficiary": kafaalat[rows],
        "pmt_score": hundredths(pmt[house[rows]], 5, missing=~surveyed[house[rows]]),
    }
    facts = {
        "foreign_travel": travel,
        "passport": passport,
        "cnic_executive_fee": fee,
        "vehicle": vehicle,
        "mobile_bill": bill >= 100_000,
        "utility_bill": (np.nan_to_num(planted.utility) > 1_000_000)[house],
        "property": possession,
        "government_employee": servant,
        "income_tax": taxed,
        "other_relief": relief,
        "land": (np.nan_to_num(planted.land) > 12)[house],
    }
    return profiles, _truth(facts, people, adult)


def _executive_cards(rng: np.random.Generator, planted: Planted, people: People, adult: Bools) -> Bools:
    """Cards got by the executive fee: all the head's family where that makes three or more, two on the edge."""
    roster = people.roster
    family = (roster.household * FAMILIES_PER_HOUSEHOLD + roster.family).astype(np.int64)
    head_family = adult & (roster.family == 0)
    adults = np.bincount(family[head_family], minlength=int(family.max(initial=0)) + 1)
    all_of_them = planted.trips["cnic_executive_fee"][roster.household] & head_family
    couple = planted.edge[roster.household] & np.isin(roster.relationship, (HEAD, SPOUSE)) & adult
    alone = rng.random(len(people)) < 0.004
    alone &= adult & (adults[family] < 3)
    holders: Bools = all_of_them | couple | alone
    return holders


def _truth(facts: dict[str, Bools], people: People, adult: Bools) -> dict[str, Any]:
    """Every adult excluded, by each filter, and through whom."""
    roster: Roster = people.roster
    family = roster.household * FAMILIES_PER_HOUSEHOLD + roster.family
    has_spouse = roster.spouse >= 0
    partner = np.maximum(roster.spouse, 0)
    person: list[Ints] = []
    filters: list[str] = []
    through: list[str] = []
    for each in read_yaml("elite.yaml")["filters"]:
        own = facts[each["id"]]
        match each["subject"]:
            case "self":
                groups = {"self": own}
            case "self_or_spouse":
                groups = {"self": own, "spouse": ~own & has_spouse & own[partner]}
            case "family":
                count = np.bincount(family[own & adult], minlength=int(family.max(initial=0)) + 1)
                groups = {"family": count[family] >= each.get("threshold", 1)}
            case "household":
                groups = {"household": own}
            case other:
                raise ValueError(f"elite.yaml names an unknown subject: {other}")
        for name, members in groups.items():
            rows = np.flatnonzero(members & adult)
            person.append(people.number[rows])
            filters += [each["id"]] * len(rows)
            through += [name] * len(rows)
    return {
        "person_no": np.concatenate(person),
        "filter_id": pa.array(filters, type=pa.utf8()),
        "through": pa.array(through, type=pa.utf8()),
    }
