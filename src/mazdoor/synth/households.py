"""Who lives with whom: households of heads, spouses, children, married sons with their own families, elders, brothers.

Shapes follow HIES 2015-16 (ages of heads, children by the mother's age, three generations under a roof) and household
sizes follow the census by district. Everything is drawn for all households of a part at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from mazdoor.synth.facts import read_yaml

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

RELATIONSHIPS: Final = ("head", "spouse", "child", "parent", "sibling", "child_in_law", "grandchild", "other")
HEAD, SPOUSE, CHILD, PARENT, SIBLING, CHILD_IN_LAW, GRANDCHILD, OTHER = range(8)
MARITAL: Final = ("single", "married", "widowed", "divorced")
SINGLE, MARRIED, WIDOWED, DIVORCED = range(4)
FAMILIES_PER_HOUSEHOLD: Final = 64
"""Room left in the numbering: family_no = household_no × 64 + place in the household."""


@dataclass
class Roster:
    """The members of the part's households, in order of household. Columns are parallel; −1 stands for nobody."""

    household: Ints
    relationship: Ints
    female: Bools
    age: Floats
    """In years, with its fraction."""
    marital: Ints
    family: Ints
    """Place of the person's family within the household."""
    spouse: Ints
    father: Ints
    mother: Ints
    twin: Bools
    """Born with the member of the same parents before this one."""

    def __len__(self) -> int:
        return len(self.household)


@dataclass
class _Draft:
    """Roles appended one after another; `start` of a role is where its rows begin."""

    columns: dict[str, list[npt.NDArray[np.int64]]] = field(default_factory=dict)
    ages: list[Floats] = field(default_factory=list)
    length: int = 0

    def add(self, age: Floats, **values: npt.NDArray[np.int64] | npt.NDArray[np.bool_] | int) -> Ints:
        count = len(age)
        for name in ("household", "relationship", "female", "marital", "family", "spouse", "father", "mother", "twin"):
            default = -1 if name in ("spouse", "father", "mother") else 0
            value = values.get(name, default)
            column = np.full(count, value, dtype=np.int64) if isinstance(value, int) else value.astype(np.int64)
            self.columns.setdefault(name, []).append(column)
        self.ages.append(age)
        rows = np.arange(self.length, self.length + count, dtype=np.int64)
        self.length += count
        return rows


def _chance(rng: np.random.Generator, probability: Floats) -> Bools:
    return rng.random(len(probability)) < probability


def _born_to(rng: np.random.Generator, mother_age: Floats, father_age: Floats, mean: Floats) -> tuple[Ints, Floats]:
    """Children still at home: which mother (index) and the child's age. No father is younger than sixteen years more."""
    count = np.minimum(rng.poisson(np.maximum(mean, 0)), 9)
    count[mother_age < 17] = 0
    parent = np.repeat(np.arange(len(mother_age)), count)
    latest = np.minimum(mother_age[parent], 43.0)
    at_birth = 17.0 + (latest - 17.0) * rng.beta(1.3, 1.7, len(parent))
    age = mother_age[parent] - at_birth
    possible = age <= father_age[parent] - 16
    return parent[possible].astype(np.int64), age[possible]


def draw(rng: np.random.Generator, size: Floats) -> Roster:
    """Members for households whose census mean size is `size` (one entry per household)."""
    facts = read_yaml("population.yaml")["demography"]
    homes = len(size)
    scale = size / 6.3
    draft = _Draft()
    every = np.arange(homes, dtype=np.int64)

    # Heads and spouses
    quantiles = np.array(facts["head_age_quantiles"], dtype=float)
    head_age = np.interp(rng.random(homes), np.linspace(0, 1, len(quantiles)), quantiles)
    head_female = rng.random(homes) < facts["female_head_share"]
    toss = rng.random(homes)
    married = toss < np.interp(head_age, [18, 25, 35, 55, 65, 80], [0.45, 0.80, 0.95, 0.94, 0.86, 0.66])
    alone = np.where(head_age > 38, WIDOWED, SINGLE)
    head_marital = np.where(married, MARRIED, alone)
    women_alone = np.where(toss < 0.42, MARRIED, np.where(toss < 0.95, WIDOWED, DIVORCED))
    head_marital = np.where(head_female, women_alone, head_marital)
    heads = draft.add(head_age, household=every, relationship=HEAD, female=head_female, marital=head_marital)
    wed = np.flatnonzero(married & ~head_female)
    wife_age = np.clip(head_age[wed] - rng.normal(4.5, 4.0, len(wed)), 16.5, 85)
    wives = draft.add(
        wife_age, household=wed, relationship=SPOUSE, female=1, marital=MARRIED, spouse=heads[wed], family=0
    )
    spouse_of_head = np.full(homes, -1, dtype=np.int64)
    spouse_of_head[wed] = wives
    draft.columns["spouse"][0][:] = spouse_of_head

    # Children of the head (grown daughters have mostly married out, grown sons partly)
    mother = np.full(homes, -1.0)
    mother[wed] = wife_age
    mothers_heading = head_female & (head_marital != SINGLE)
    mother[mothers_heading] = head_age[mothers_heading]
    bereaved = ~head_female & (head_marital == WIDOWED)
    mother[bereaved] = np.maximum(head_age[bereaved] - 4, 17)
    curve = np.interp(mother, [16, 20, 25, 30, 35, 40, 45, 55, 70], [0, 0.6, 1.9, 3.4, 4.6, 5.3, 5.5, 5.3, 4.9])
    father_age = np.where(head_female, 999.0, head_age)
    parent, age = _born_to(rng, mother, father_age, np.where(mother > 0, curve * scale, 0))
    girl = rng.random(len(parent)) < 0.492
    leaves = np.where(
        girl,
        np.interp(age, [16, 20, 25, 30, 40], [0.02, 0.25, 0.70, 0.90, 0.97]),
        np.interp(age, [20, 26, 32, 40, 50], [0.03, 0.15, 0.45, 0.75, 0.93]),
    )
    stays = ~_chance(rng, leaves)
    parent, age, girl = parent[stays], age[stays], girl[stays]
    order = np.lexsort((-age, parent))
    parent, age, girl = parent[order], age[order], girl[order]
    follows = np.concatenate([[False], parent[1:] == parent[:-1]]) if len(parent) else np.zeros(0, dtype=bool)
    twin = follows & (rng.random(len(parent)) < facts["twin_births_percent"] / 100)
    age = np.where(twin, np.roll(age, 1), age)
    son_weds = ~girl & _chance(rng, np.interp(age, [19, 22, 26, 30, 36], [0.0, 0.15, 0.50, 0.80, 0.93]))
    # each married son heads a family of his own: places 4, 5, 6 …
    nth_son = np.cumsum(son_weds)
    before = np.zeros(homes + 1, dtype=np.int64)
    np.add.at(before, parent + 1, son_weds.astype(np.int64))
    rank = nth_son - np.cumsum(before)[parent]
    family = np.where(son_weds, 3 + rank, 0)
    father = np.where(head_female[parent], -1, parent)
    mother_row = np.where(head_female[parent], parent, spouse_of_head[parent])
    children = draft.add(
        age,
        household=parent,
        relationship=CHILD,
        female=girl,
        marital=np.where(son_weds, MARRIED, SINGLE),
        family=family,
        father=father,
        mother=mother_row,
        twin=twin,
    )
    sons = np.flatnonzero(son_weds)
    bride_age = np.clip(age[sons] - rng.normal(3.5, 3.0, len(sons)), 16.5, 60)
    brides = draft.add(
        bride_age,
        household=parent[sons],
        relationship=CHILD_IN_LAW,
        female=1,
        marital=MARRIED,
        family=family[sons],
        spouse=children[sons],
    )
    spouse_column = draft.columns["spouse"][2]
    spouse_column[sons] = brides
    mean = np.interp(bride_age, [16, 20, 25, 30, 36], [0.0, 0.5, 1.6, 2.6, 3.1])
    bride, grandchild_age = _born_to(rng, bride_age, age[sons], mean)
    draft.add(
        grandchild_age,
        household=parent[sons][bride],
        relationship=GRANDCHILD,
        female=rng.random(len(bride)) < 0.49,
        family=family[sons][bride],
        father=children[sons][bride],
        mother=brides[bride],
    )

    # Parents of the head
    of_men = ~head_female
    has_mother = of_men & _chance(
        rng, np.interp(head_age, [20, 30, 40, 50, 62, 68], [0.42, 0.32, 0.22, 0.10, 0.02, 0.0])
    )
    has_father = of_men & _chance(rng, np.interp(head_age, [20, 30, 40, 50, 60], [0.25, 0.16, 0.09, 0.03, 0.0]))
    couple = has_mother & has_father
    grandmother_age = head_age + rng.uniform(17, 34, homes)
    grandfather_age = np.maximum(grandmother_age + rng.normal(4.5, 4, homes), head_age + 17)
    at_home = {}
    for present, years, female in ((has_mother, grandmother_age, 1), (has_father, grandfather_age, 0)):
        chosen = np.flatnonzero(present)
        rows = draft.add(
            np.minimum(years[chosen], 97),
            household=chosen,
            relationship=PARENT,
            female=female,
            marital=np.where(couple[chosen], MARRIED, WIDOWED),
            family=1,
        )
        row_of = np.full(homes, -1, dtype=np.int64)
        row_of[chosen] = rows
        at_home[female] = row_of
    draft.columns["spouse"][-2][:] = np.where(couple, at_home[0], -1)[np.flatnonzero(has_mother)]
    draft.columns["spouse"][-1][:] = np.where(couple, at_home[1], -1)[np.flatnonzero(has_father)]
    draft.columns["father"][0][:] = at_home[0]
    draft.columns["mother"][0][:] = at_home[1]

    # Unmarried brothers and sisters of the head, and others
    siblings = np.repeat(every, rng.poisson(np.where(of_men & (head_age < 45), 0.42 * scale, 0.04)))
    older_by = np.minimum(rng.normal(-4, 5, len(siblings)), np.where((has_mother | has_father)[siblings], 1.0, 9.0))
    sibling_age = np.clip(head_age[siblings] + older_by, 8, 62)
    has_parent = has_mother | has_father
    draft.add(
        sibling_age,
        household=siblings,
        relationship=SIBLING,
        female=rng.random(len(siblings)) < np.interp(sibling_age, [15, 25, 35], [0.5, 0.35, 0.25]),
        family=np.where(has_parent[siblings], 1, 2),
        father=at_home[0][siblings],
        mother=at_home[1][siblings],
    )
    others = np.repeat(every, rng.poisson(0.24 * scale))
    draft.add(
        rng.uniform(1, 32, len(others)),
        household=others,
        relationship=OTHER,
        female=rng.random(len(others)) < 0.5,
        family=3,
    )
    return _in_order(draft)


def _in_order(draft: _Draft) -> Roster:
    """Rows sorted by household (head first), pointers moved along."""
    columns = {name: np.concatenate(parts) for name, parts in draft.columns.items()}
    age = np.concatenate(draft.ages)
    order = np.lexsort((np.arange(len(age)), columns["family"], columns["household"]))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))

    def pointer(name: str) -> Ints:
        moved = columns[name][order]
        return np.where(moved >= 0, place[moved], -1)

    return Roster(
        household=columns["household"][order],
        relationship=columns["relationship"][order],
        female=columns["female"][order].astype(bool),
        age=np.maximum(age[order], 0.02),
        marital=columns["marital"][order],
        family=columns["family"][order],
        spouse=pointer("spouse"),
        father=pointer("father"),
        mother=pointer("mother"),
        twin=columns["twin"][order].astype(bool),
    )
