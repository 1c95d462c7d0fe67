"""People in families: brothers, twins, wives and children, so that likeness alone is not identity.

Everything is whole numbers here (indices into the name table, days since 1970); text comes last, in `errors`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from mazdoor.synth.facts import strata
from mazdoor.synth.names import NameTable
from mazdoor.synth.people import mobile_of

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

AS_OF = 20_454
"""1 January 2026, in days since 1970: nobody is born later."""
NOBODY = -1


@dataclass
class People:
    """One entry a person. Names are indices: `given`, `father`, `husband` into `NameTable.given`, `surname` into
    `NameTable.single`; `NOBODY` where there is none. `father_clan`: the clan written after the father's name, or `NOBODY`."""

    person_no: Ints
    household: Ints
    female: Bools
    given: Ints
    surname: Ints
    father: Ints
    father_clan: Ints
    husband: Ints
    birth: Ints
    mobile: Ints
    """Eight digits, `NOBODY` where none."""
    stratum: Ints

    def take(self, rows: Ints) -> People:
        """The people of these rows."""
        return People(*(getattr(self, each.name)[rows] for each in fields(self)))

    def __len__(self) -> int:
        return len(self.person_no)


def draw_people(
    rng: np.random.Generator,
    names: NameTable,
    rates: dict[str, Any],
    *,
    first_person: int,
    first_household: int,
    count: int,
    seed: int,
) -> People:
    """`count` people in whole households (the last one cut short)."""
    home = rates["households"]
    chances = np.array(home["sizes"])
    mean = float((np.arange(1, len(chances) + 1) * chances).sum())
    sizes = rng.choice(np.arange(1, len(chances) + 1), int(count / mean * 1.05) + 50, p=chances / chances.sum())
    starts = np.concatenate([[0], np.cumsum(sizes)])
    houses = int(np.searchsorted(starts, count))
    house = np.repeat(np.arange(len(sizes)), sizes)[:count]
    place = np.arange(count) - starts[house]  # 0 the head, 1 the other of the couple, then brothers and children

    land = strata()
    odds = np.cumsum(land.households) / land.households.sum()
    house_stratum = np.searchsorted(odds, rng.random(houses)).clip(0, len(odds) - 1)
    head_female = rng.random(houses) < home["women_head"]
    house_birth = AS_OF - (rng.integers(25 * 365, 78 * 365, houses))
    clan = names.draw_clan(rng, houses)
    grandfather = names.draw_given(rng, np.zeros(houses, dtype=np.bool_))

    is_head, is_spouse = place == 0, place == 1
    brother = (place > 1) & (rng.random(count) < home["brother_of_head"])
    child = (place > 1) & ~brother
    female = rng.random(count) < 0.49
    female = np.where(is_head, head_female[house], np.where(is_spouse, ~head_female[house], female))
    given = names.draw_given(rng, female)
    stranger = names.draw_given(rng, np.zeros(count, dtype=np.bool_))

    # the man of the couple is the children's father: the head, or the head's husband
    first = starts[:houses]
    second = np.minimum(first + 1, count - 1)
    has_second = sizes[:houses] > 1
    man = np.where(head_female, np.where(has_second, given[second], stranger[first]), given[first])
    father = np.where(child, man[house], np.where(is_head | brother, grandfather[house], stranger))
    couple = (is_head & (sizes[house] > 1)) | is_spouse
    husband = np.where(couple & female, man[house], NOBODY)

    surname = np.where(is_spouse & female, names.draw_clan(rng, count), clan[house])
    surname = np.where(is_spouse & female & (rng.random(count) < home["husbands_clan"]), clan[house], surname)
    styled = female & (rng.random(count) < home["woman_style_as_surname"])
    surname = np.where(styled, names.styles[rng.integers(0, len(names.styles), count)], surname)
    own_clan = np.where(styled | (is_spouse & female), names.draw_clan(rng, count), clan[house])
    own_clan = np.where(is_head | brother | child, clan[house], own_clan)
    father_clan = np.where(rng.random(count) < home["father_with_clan"], own_clan, NOBODY)

    head_birth = house_birth[house]
    near = head_birth + rng.integers(-8 * 365, 8 * 365, count)
    younger = head_birth + rng.integers(19 * 365, 40 * 365, count)
    birth = np.where(is_head, head_birth, np.where(child, younger, near))
    birth = np.where(birth >= AS_OF, AS_OF - rng.integers(1, 12 * 365, count), birth)
    rounded = rng.random(count) < rates["birth_date"]["first_of_january_of_all"]
    birth = np.where(rounded, first_of_january(birth), birth)
    twin = np.flatnonzero((place > 2) & (rng.random(count) < home["twin"]))
    twin = twin[brother[twin] == brother[twin - 1]]
    birth[twin] = birth[twin - 1]
    same = twin[given[twin] == given[twin - 1]]  # parents give twins two names
    given[same] = names.draw_given(rng, female[same])

    number = first_person + np.arange(count, dtype=np.int64)
    own = mobile_of(seed, number)
    shared = mobile_of(seed, first_person + first)[house]
    mobile = np.where(rng.random(count) < home["household_phone"], shared, own)
    mobile = np.where(rng.random(count) < rates["mobile"]["missing"], NOBODY, mobile)
    return People(
        person_no=number,
        household=first_household + house,
        female=female,
        given=given,
        surname=surname,
        father=father,
        father_clan=father_clan,
        husband=husband,
        birth=birth,
        mobile=mobile,
        stratum=house_stratum[house],
    )


def first_of_january(days: Ints) -> Ints:
    """1 January of the same year, in days since 1970."""
    result: Ints = days.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    return result
