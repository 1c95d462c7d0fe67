"""Households and persons of one part as columns: who they are, what they are called, how they live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mazdoor.synth import names
from mazdoor.synth.facts import Strata, read_yaml, strata
from mazdoor.synth.households import (
    CHILD,
    FAMILIES_PER_HOUSEHOLD,
    GRANDCHILD,
    HEAD,
    MARITAL,
    PARENT,
    RELATIONSHIPS,
    SIBLING,
    SINGLE,
    Roster,
)
from mazdoor.synth.text import digits, from_digits, join, take

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

EPOCH: Final = np.datetime64("1970-01-01", "D")
YEAR: Final = 365.25
ADULT: Final = 18.0
_PRIME: Final = 61_803_398_897
"""Odd and not a multiple of 5, so multiplying by it shuffles the numbers below 10¹¹ without a clash."""
_SERIALS: Final = 10**11


@dataclass
class Homes:
    """The households of a part."""

    number: Ints
    stratum: Ints
    wealth: Floats
    """Rank of the household between 0 (poorest) and 1, before noise from its members' work."""
    registered: Ints
    """Days since 1970."""
    enterprise: Floats
    """How strongly the household leans to working for itself (0 to 1),"""
    farming: Floats
    """to the land,"""
    piece_work: Floats
    """and to doing piece work together, at home or at the kiln (more so where poor)."""

    def __len__(self) -> int:
        return len(self.number)


@dataclass
class People:
    """The persons of a part. Columns are parallel to the roster."""

    roster: Roster
    number: Ints
    household_no: Ints
    born: Ints
    """Days since 1970."""
    given: Ints
    surname: Ints
    clan: Ints
    """Clan of the father, as an index into the single names."""
    father_given: Ints
    """Given name of the father, a member of the household or not, as an index into the given names."""
    cnic: Ints
    """The thirteen digits as a number (the first is 0); −1 for those without a card."""
    mobile: Ints
    """Last eight digits; −1 for those without."""
    literate: Bools
    disability: Bools
    died: Ints
    """Days since 1970; the largest integer for the living."""

    def __len__(self) -> int:
        return len(self.number)


ALIVE: Final = np.iinfo(np.int64).max


def days(day: date) -> int:
    """Days since 1970."""
    return (day - date(1970, 1, 1)).days


def as_dates(values: Ints, *, missing: Bools | None = None) -> pa.Array:
    """Days since 1970 as date32, null where `missing`."""
    safe = values if missing is None else np.where(missing, 0, values)
    return pa.array(safe.astype(np.int32), type=pa.int32(), mask=missing).cast(pa.date32())


def cnic_of(person_no: Ints, female: Bools) -> Ints:
    """A card number for each person: thirteen digits beginning with 0, which no province has; last digit odd for men.

    A shuffle of the person's own number, so no two are alike however the population is divided into parts.
    """
    high, low = np.divmod(person_no, 100_000)  # in two steps, so the product stays within int64
    serial = (high * _PRIME % _SERIALS * 100_000 + low * _PRIME + 12_345_678_901) % _SERIALS
    last = (serial // 7 % 5) * 2 + np.where(female, 0, 1)
    card: Ints = serial * 10 + last
    return card


def mobile_of(seed: int, person_no: Ints) -> Ints:
    """Eight digits after the prefix nobody holds, spread by a multiplicative hash (rare clashes are shared phones)."""
    mixed = (person_no * 2_654_435_761 + seed * 40_503) % (1 << 31)
    spread: Ints = (mixed * 97 + person_no) % 10**8
    return spread


def draw_homes(rng: np.random.Generator, number: Ints, stratum: Ints, as_of: int) -> Homes:
    """Wealth and the day of registration for households whose strata are settled."""
    wealth = rng.beta(2.0, 2.3, len(number))
    urban = strata().urban[stratum]
    wealth = np.clip(wealth + np.where(urban, 0.06, -0.04), 0.001, 0.999)
    registered = as_of - rng.integers(1, 720, len(number))
    enterprise, farming, toss = rng.random((3, len(number)))
    return Homes(
        number=number,
        stratum=stratum,
        wealth=wealth,
        registered=registered,
        enterprise=enterprise,
        farming=farming,
        piece_work=0.6 * toss + 0.4 * (1 - wealth),
    )


def draw_people(
    rng: np.random.Generator, homes: Homes, roster: Roster, first_person_no: int, as_of: int, seed: int
) -> People:
    """Names, dates, cards and phones for the members of the part."""
    facts = read_yaml("population.yaml")["demography"]
    land = strata()
    count = len(roster)
    number = first_person_no + np.arange(count, dtype=np.int64)
    born = as_of - np.floor(roster.age * YEAR).astype(np.int64)
    # Twins have the same age to the last digit, so what is drawn from the age itself keeps them together.
    on_new_year = np.modf(roster.age * 9973.0)[0] < (facts["first_of_january_percent"] / 100 - 1 / YEAR)
    year_start = (born.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]") - EPOCH).astype(np.int64)
    born = np.where(on_new_year, year_start, born)
    given, surname, clan, father_given = _draw_names(rng, homes, roster)
    female = roster.female
    cnic = np.where(roster.age >= ADULT, cnic_of(number, female), -1)
    urban = land.urban[homes.stratum][roster.household]
    percent = facts["literate_percent"]
    literacy = (
        np.where(
            female,
            np.where(urban, percent["female_urban"], percent["female_rural"]),
            np.where(urban, percent["male_urban"], percent["male_rural"]),
        )
        / 100
    )
    odds = literacy + (homes.wealth[roster.household] - 0.45) * 0.5 - np.maximum(roster.age - 45, 0) * 0.008
    literate = (rng.random(count) < odds) & (roster.age >= 7)
    disability = rng.random(count) < facts["disability_percent"] / 100 * np.where(roster.age > 60, 3.0, 0.85)
    deaths = rng.random(count) < np.interp(roster.age, [0, 50, 65, 80, 95], [0.0004, 0.001, 0.008, 0.03, 0.1])
    registered = homes.registered[roster.household]
    died = np.where(deaths, registered + (rng.random(count) * (as_of - registered)).astype(np.int64), ALIVE)
    people = People(
        roster=roster,
        number=number,
        household_no=homes.number[roster.household],
        born=born,
        given=given,
        surname=surname,
        clan=clan,
        father_given=father_given,
        cnic=cnic,
        mobile=np.full(count, -1, dtype=np.int64),
        literate=literate,
        disability=disability,
        died=died,
    )
    people.mobile = _draw_mobiles(rng, people, len(homes), seed)
    return people


def _draw_names(rng: np.random.Generator, homes: Homes, roster: Roster) -> tuple[Ints, Ints, Ints, Ints]:
    """Given name, surname, father's clan and father's given name; brothers do not share a given name."""
    table = names.table()
    count = len(roster)
    given = table.draw_given(rng, roster.female)
    for _ in range(2):
        key = roster.household * len(table.given) + given
        order = np.argsort(key, kind="stable")
        again = np.zeros(count, dtype=bool)
        again[order[1:]] = key[order[1:]] == key[order[:-1]]
        given[again] = table.draw_given(rng, roster.female[again])
    house_clan = table.draw_clan(rng, len(homes))
    relation = roster.relationship
    own_line = np.isin(relation, (HEAD, CHILD, GRANDCHILD, SIBLING)) | ((relation == PARENT) & ~roster.female)
    cousin = rng.random(count) < 0.45
    clan = np.where(own_line | cousin, house_clan[roster.household], table.draw_clan(rng, count))
    # A man bears his clan or, in three households of ten, his father's first name; a woman clan, father, husband or style.
    house_style = rng.random(len(homes)) < 0.70
    father_given = _father_given_names(rng, homes, roster, given)
    father_base = table.base[father_given]
    man = np.where(house_style[roster.household], clan, father_base)
    toss = rng.random(count)
    style = table.styles[np.searchsorted([0.62, 0.80, 0.94], rng.random(count))]
    husband_base = table.base[given[np.maximum(roster.spouse, 0)]]
    wife = np.where(toss < 0.60, style, np.where((toss < 0.82) & (roster.spouse >= 0), husband_base, clan))
    maiden = np.where(toss < 0.30, style, np.where(toss < 0.60, father_base, clan))
    woman = np.where(roster.marital == SINGLE, maiden, wife)
    return given, np.where(roster.female, woman, man).astype(np.int64), clan.astype(np.int64), father_given


def _father_given_names(rng: np.random.Generator, homes: Homes, roster: Roster, given: Ints) -> Ints:
    """The given name (index) of each person's father: a member of the household, or one drawn for the line."""
    table = names.table()
    men = np.zeros(len(homes), dtype=bool)
    grandfather = table.draw_given(rng, men)
    husband = table.draw_given(rng, men)
    drawn = table.draw_given(rng, np.zeros(len(roster), dtype=bool))
    # A father living here is himself the line's grandfather, so write his name before his sons'.
    relation = roster.relationship
    elders = np.flatnonzero((relation == PARENT) & ~roster.female)
    grandfather[roster.household[elders]] = given[elders]
    present = roster.father >= 0
    line = np.isin(relation, (HEAD, SIBLING))
    fatherless_child = (relation == CHILD) & ~present
    result = np.where(
        present,
        given[np.maximum(roster.father, 0)],
        np.where(line, grandfather[roster.household], np.where(fatherless_child, husband[roster.household], drawn)),
    )
    return result.astype(np.int64)


def _draw_mobiles(rng: np.random.Generator, people: People, homes: int, seed: int) -> Ints:
    """Phones: many men have one, most women share the household's, some have none."""
    roster = people.roster
    own = mobile_of(seed, people.number)
    first = np.full(homes, -1, dtype=np.int64)
    heads = np.flatnonzero(roster.relationship == HEAD)
    first[roster.household[heads]] = np.where(rng.random(len(heads)) < 0.90, own[heads], -1)
    toss = rng.random(len(people))
    man = ~roster.female
    has_own = np.where(man, toss < 0.74, toss < 0.28)
    shares = np.where(man, toss < 0.86, toss < 0.84)
    adult = roster.age >= 16
    shared = first[roster.household]
    number = np.where(has_own, own, np.where(shares, shared, -1))
    number = np.where(roster.relationship == HEAD, shared, number)
    return np.where(adult, number, -1)


def persons_columns(people: People, homes: Homes, prefix: str) -> dict[str, Any]:
    """The `persons` table of the part."""
    table = names.table()
    roster = people.roster
    count = len(people)
    with_clan = (people.household_no * 7919 % 100) < 45
    father_clan = take(table.single, people.clan, missing=~with_clan)
    father_name = join([take(table.given, people.father_given), father_clan])
    father_name_ur = join(
        [take(table.given_ur, people.father_given), take(table.single_ur, people.clan, missing=~with_clan)]
    )
    # the husband as he writes himself
    no_husband = ~(roster.female & (roster.spouse >= 0))
    husband = np.where(no_husband, 0, roster.spouse)
    husband_name = take(
        join([take(table.given, people.given), take(table.single, people.surname)]), husband, missing=no_husband
    )
    no_urdu = (people.number * 7723 % 100) < 28
    new_year = np.modf(roster.age * 9973.0)[0] < 0.18
    no_card = people.cnic < 0
    no_phone = people.mobile < 0
    alive = people.died == ALIVE

    def member(pointer: Ints) -> pa.Array:
        absent = pointer < 0
        return pa.array(people.number[np.where(absent, 0, pointer)], mask=absent)

    phones = np.concatenate(
        [
            np.broadcast_to(np.array([int(c) for c in prefix], dtype=np.uint8), (count, len(prefix))),
            digits(np.where(no_phone, 0, people.mobile), 8),
        ],
        axis=1,
    )
    return {
        "person_no": people.number,
        "household_no": people.household_no,
        "family_no": people.household_no * FAMILIES_PER_HOUSEHOLD + roster.family,
        "relationship": take(pa.array(RELATIONSHIPS), roster.relationship),
        "sex": take(pa.array(("male", "female")), roster.female.astype(np.int64)),
        "birth_date": as_dates(people.born),
        "birth_date_precision": take(
            pa.array(("day", "year")), (new_year & ((people.number * 31 % 100) < 60)).astype(np.int64)
        ),
        "given_name": take(table.given, people.given),
        "surname": take(table.single, people.surname),
        "father_name": father_name,
        "husband_name": husband_name,
        "given_name_ur": take(table.given_ur, people.given, missing=no_urdu),
        "surname_ur": take(table.single_ur, people.surname, missing=no_urdu),
        "father_name_ur": _where_missing(father_name_ur, no_urdu),
        "marital_status": take(pa.array(MARITAL), roster.marital),
        "cnic": from_digits(digits(np.where(no_card, 0, people.cnic), 13), missing=no_card),
        "mobile": from_digits(phones, missing=no_phone),
        "literate": people.literate,
        "disability": people.disability,
        "died_on": as_dates(people.died, missing=alive),
        "registered_on": as_dates(homes.registered[roster.household]),
        "is_registered": np.ones(count, dtype=bool),
        "spouse_no": member(roster.spouse),
        "father_no": member(roster.father),
        "mother_no": member(roster.mother),
        "old_nic": pa.nulls(count, pa.utf8()),
    }


def _where_missing(column: pa.Array, missing: Bools) -> pa.Array:
    return take(column, np.arange(len(column), dtype=np.int64), missing=missing)


_VILLAGES: Final = ("Chak", "Mauza", "Goth", "Killi", "Basti", "Dhok", "Mohalla", "Street", "Gali", "Colony")


def households_columns(rng: np.random.Generator, homes: Homes, roster: Roster, elite: dict[str, Any]) -> dict[str, Any]:
    """The `households` table of the part: dwelling and assets follow wealth (shapes of HIES 2015-16)."""
    land: Strata = strata()
    count = len(homes)
    wealth = homes.wealth
    urban = land.urban[homes.stratum]
    table = names.table()
    size = np.bincount(roster.household, minlength=count)
    rooms = np.clip(np.round(0.8 + wealth * 3.2 + size * 0.08 + rng.normal(0, 0.7, count)), 1, 14)
    taste = np.clip(wealth + rng.normal(0, 0.15, count), 0, 1)
    roof = np.where(taste > np.where(urban, 0.30, 0.48), 0, np.where(taste > np.where(urban, 0.12, 0.22), 1, 2))
    toilet = np.where(taste > np.where(urban, 0.10, 0.36), 0, np.where(taste > np.where(urban, 0.05, 0.24), 1, 2))
    water = np.where(
        rng.random(count) < np.where(urban, 0.55, 0.22) + wealth * 0.2,
        0,
        np.where(rng.random(count) < 0.75, 1, np.where(rng.random(count) < 0.6, 2, 3)),
    )
    owner = ~urban & (rng.random(count) < 0.12 + wealth * 0.55)
    acres = np.where(owner, np.minimum(rng.lognormal(np.log(0.6 + 4.2 * wealth), 0.7), 11.9), 0)
    acres = np.where(urban & (rng.random(count) < 0.03), 2.0, acres)
    acres = np.where(np.isnan(elite["land"]), acres, elite["land"])
    livestock = np.where(urban, rng.poisson(0.15, count), rng.poisson(2.2, count) * (rng.random(count) < 0.6))
    bill = np.minimum(np.round(np.exp(rng.normal(np.log(1100 + 4200 * wealth), 0.45))), 9_950) * 100
    bill = np.where(np.isnan(elite["utility_bill"]), bill, elite["utility_bill"])

    def owns(at_poorest: float, at_richest: float) -> Bools:
        return rng.random(count) < at_poorest + (at_richest - at_poorest) * wealth**1.3

    house = pa.array(rng.integers(1, 900, count)).cast(pa.utf8())
    place = take(pa.array(_VILLAGES), np.where(urban, rng.integers(6, 10, count), rng.integers(0, 7, count)))
    founder = take(table.single, table.draw_clan(rng, count))
    lane = pa.array(rng.integers(1, 60, count)).cast(pa.utf8())
    area = take(pa.array(land.area.tolist()), homes.stratum)
    address = join([join([pa.array(["House"] * count), house]), join([place, lane, founder]), area], ", ")
    return {
        "household_no": homes.number,
        "area_code": take(pa.array(land.area_code.tolist()), homes.stratum),
        "district_code": take(pa.array(land.district_code.tolist()), homes.stratum),
        "urban": urban,
        "address_line": address,
        "rooms": rooms.astype(np.int16),
        "roof": take(pa.array(("concrete", "iron", "wood_thatch")), roof),
        "toilet": take(pa.array(("flush", "pit", "none")), toilet),
        "water": take(pa.array(("piped", "pump", "well", "other")), water),
        "land_acres": hundredths(np.round(acres * 100).astype(np.int64), 9),
        "livestock": livestock.astype(np.int16),
        "has_fridge": owns(0.05, 0.98),
        "has_washing_machine": owns(0.05, 0.97),
        "has_television": owns(0.25, 0.98),
        "has_motorcycle": owns(0.15, 0.80),
        "has_car": owns(-0.02, 0.28) | elite["car"],
        "utility_bill_amount": bill.astype(np.int64),
    }


def hundredths(values: Ints, precision: int, *, missing: Bools | None = None) -> pa.Array:
    """Whole hundredths as exact decimals with two places."""
    raw = np.zeros((len(values), 2), dtype=np.int64)
    raw[:, 0] = values
    raw[:, 1] = np.where(values < 0, -1, 0)
    mask = None if missing is None else pa.array(~missing).buffers()[1]
    return pa.Array.from_buffers(pa.decimal128(precision, 2), len(values), [mask, pa.py_buffer(raw.tobytes())])
