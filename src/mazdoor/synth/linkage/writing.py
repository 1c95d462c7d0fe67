"""A population for linkage, written as one Parquet file, a million persons at a time so that memory stays flat."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mazdoor.synth.facts import read_yaml, strata
from mazdoor.synth.linkage.cards import card_numbers, miswrite_cards, old_numbers, stands_beside
from mazdoor.synth.linkage.errors import Mishaps, harden, misdate, miswrite_names, miswrite_urdu, written_names
from mazdoor.synth.linkage.families import NOBODY, People, draw_people
from mazdoor.synth.names import NameTable, table
from mazdoor.synth.people import as_dates, mobile_of
from mazdoor.synth.text import digits, from_digits, take

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

PERSONS_A_CHUNK = 500_000
_SPREAD = 2_147_483_647
"""A prime: record numbers are spread by it, so that a second record does not stand beside the first."""

SCHEMA = pa.schema(
    [
        ("record_id", pa.int64()),
        ("person_no", pa.int64()),
        ("given_name", pa.utf8()),
        ("surname", pa.utf8()),
        ("father_name", pa.utf8()),
        ("husband_name", pa.utf8()),
        ("birth_date", pa.date32()),
        ("sex", pa.utf8()),
        ("district_code", pa.utf8()),
        ("area_code", pa.utf8()),
        ("household_id", pa.int64()),
        ("mobile", pa.utf8()),
        ("cnic", pa.utf8()),
        ("old_nic", pa.utf8()),
        ("script", pa.utf8()),
        ("errors", pa.utf8()),
    ]
)


@dataclass(frozen=True, slots=True)
class LinkageOrder:
    """What to write. `persons`: people, before second records. `spellings`: `held_back` for measuring, `tuning` for tuning.

    `cnic`: card numbers are in play, with their errors. `urdu`: share of second records written in Urdu script. `hard`: the
    errors that the technical notes leave out (father missing, husband for father, whole decades ...).
    """

    persons: int
    seed: int = 1
    spellings: str = "held_back"
    cnic: bool = False
    urdu: float = 0.0
    hard: bool = False

    def __post_init__(self) -> None:
        if self.spellings not in ("held_back", "tuning"):
            raise ValueError("spellings are held_back or tuning")
        if self.persons < 10 or not 0 <= self.urdu <= 1:
            raise ValueError("ten persons at least, and a share between 0 and 1")


@dataclass(frozen=True, slots=True)
class LinkageWritten:
    """What was written, and how long it took."""

    records: int
    persons: int
    true_pairs: int
    seconds: float


def write_linkage(order: LinkageOrder, out: Path) -> LinkageWritten:
    """Write the population to the Parquet file `out`. The same order gives the same rows."""
    began = time.perf_counter()
    rates = read_yaml("linkage_errors.yaml")
    names = table()
    twice = _second_records(order.persons, rates)
    records = order.persons + twice
    out.parent.mkdir(parents=True, exist_ok=True)
    written, houses = 0, 1
    with pq.ParquetWriter(out, SCHEMA, compression="zstd", compression_level=1) as writer:
        for number, start in enumerate(range(0, order.persons, PERSONS_A_CHUNK)):
            count = min(PERSONS_A_CHUNK, order.persons - start)
            rng = np.random.default_rng([order.seed, number, 20_260_101])
            people = draw_people(
                rng, names, rates, first_person=start + 1, first_household=houses, count=count, seed=order.seed
            )
            houses = int(people.household[-1]) + 1
            again = _second_records(start + count, rates) - _second_records(start, rates)
            rows = np.sort(rng.choice(count, again, replace=False))
            cards = card_numbers(people, order.seed) if order.cnic else None
            first = _originals(rng, names, people, cards, rates)
            second = _second(
                rng, names, people.take(rows), None if cards is None else cards[rows], rates, order, houses
            )
            houses += again
            chunk = pa.concat_tables([first, second])
            place = written + np.arange(chunk.num_rows, dtype=np.int64)
            spread = _spread(records)
            chunk = chunk.set_column(0, "record_id", pa.array((place * spread) % records + 1))
            writer.write_table(chunk.take(pc.sort_indices(chunk.column("record_id"))))
            written += chunk.num_rows
    return LinkageWritten(records, order.persons, twice, round(time.perf_counter() - began, 2))


def _second_records(persons: int, rates: dict[str, Any]) -> int:
    return round(persons * float(rates["duplicates_share"]))


def _spread(records: int) -> int:
    """A multiplier that sends 0 … records - 1 onto themselves, each to another place."""
    spread = _SPREAD % records
    while spread < 2 or math.gcd(spread, records) != 1:
        spread += 1
    return spread


def _originals(
    rng: np.random.Generator,
    names: NameTable,
    people: People,
    cards: Ints | None,
    rates: dict[str, Any],
) -> pa.Table:
    column: dict[str, Any] = written_names(names, people)
    count = len(people)
    if cards is not None:
        fraud = np.flatnonzero(rng.random(count) < rates["beyond"]["cnic"]["shared_by_fraud"])
        kept = stands_beside(people, rates["beyond"]["cnic"]["old_number_beside"])
        column["old_nic"] = old_numbers(cards, missing=~kept)
        cards = cards.copy()
        cards[fraud] = cards[rng.integers(0, count, len(fraud))]
        column["cnic"] = from_digits(digits(cards, 13))
    nothing = np.zeros(count, dtype=np.bool_)
    return _table(column, people, people.birth, nothing, people.mobile, people.stratum, people.household, nothing, None)


def _second(
    rng: np.random.Generator,
    names: NameTable,
    people: People,
    cards: Ints | None,
    rates: dict[str, Any],
    order: LinkageOrder,
    first_household: int,
) -> pa.Table:
    count = len(people)
    log = Mishaps(count)
    beyond = rates["beyond"]["hard"]
    if order.hard:
        again = (people.husband != NOBODY) & (rng.random(count) < beyond["husband_changed"])
        people.husband = np.where(again, names.draw_given(rng, np.zeros(count, dtype=np.bool_)), people.husband)
        log.note("husband_changed", again)
    column: dict[str, Any] = written_names(names, people)
    miswrite_names(rng, column, rates["names"], log, held_back=order.spellings == "held_back")
    in_urdu = rng.random(count) < order.urdu
    if in_urdu.any():
        other = written_names(names, people, urdu=True)
        miswrite_urdu(rng, other, rates["names"])
        for name, text in other.items():
            column[name] = pc.if_else(pa.array(in_urdu), text, column[name])
        log.note("urdu_script", in_urdu)
    if order.hard:
        harden(rng, column, people.female, beyond, log)
    birth, unborn = misdate(
        rng, people.birth, rates["birth_date"], log, decade=beyond["rounded_to_decade"] if order.hard else 0.0
    )
    mobile = _other_mobile(rng, people, rates["mobile"], log, order.seed)
    moved = rng.random(count) < rates["area"]["district_changed"]
    land = strata()
    odds = np.cumsum(land.households) / land.households.sum()
    elsewhere = np.searchsorted(odds, rng.random(count)).clip(0, len(odds) - 1)
    stratum = np.where(moved, elsewhere, people.stratum)
    log.note("district_changed", moved)
    house = first_household + np.arange(count, dtype=np.int64)
    if order.hard:
        stays = ~moved & (rng.random(count) < beyond["same_household"])
        house = np.where(stays, people.household, house)
        log.note("same_household", stays)
    if cards is not None:
        matrix, absent, old = miswrite_cards(rng, cards, people.birth, rates["beyond"]["cnic"], log)
        column["cnic"] = from_digits(matrix, missing=absent)
        column["old_nic"] = old_numbers(cards, missing=~old)
    return _table(column, people, birth, unborn, mobile, stratum, house, in_urdu, log)


def _other_mobile(rng: np.random.Generator, people: People, rates: dict[str, Any], log: Mishaps, seed: int) -> Ints:
    toss = rng.random(len(people))
    changed = toss < rates["changed_or_lost"] * 2 / 3
    lost = ~changed & (toss < rates["changed_or_lost"])
    fresh = mobile_of(seed + 1, people.person_no)
    log.note("mobile_changed", changed)
    log.note("mobile_lost", lost)
    result: Ints = np.where(lost, NOBODY, np.where(changed & (people.mobile != NOBODY), fresh, people.mobile))
    return result


def _table(
    column: dict[str, Any],
    people: People,
    birth: Ints,
    unborn: Bools,
    mobile: Ints,
    stratum: Ints,
    household: Ints,
    in_urdu: Bools,
    log: Mishaps | None,
) -> pa.Table:
    count = len(people)
    land = strata()
    head = np.broadcast_to(np.array([0, 3, 9], dtype=np.uint8), (count, 3))
    missing = mobile == NOBODY
    number = np.concatenate([head, digits(np.where(missing, 0, mobile), 8)], axis=1)
    every = {
        **column,
        "record_id": pa.array(np.zeros(count, dtype=np.int64)),
        "person_no": pa.array(people.person_no),
        "birth_date": as_dates(birth, missing=unborn),
        "sex": take(pa.array(["male", "female"]), people.female.astype(np.int64)),
        "district_code": take(pa.array(land.district_code.tolist()), stratum),
        "area_code": take(pa.array(land.area_code.tolist()), stratum),
        "household_id": pa.array(household),
        "mobile": from_digits(number, missing=missing),
        "script": take(pa.array(["roman", "urdu"]), in_urdu.astype(np.int64)),
        "errors": pa.nulls(count, pa.utf8()) if log is None else log.text(),
    }
    return pa.table({name: every.get(name, pa.nulls(count, pa.utf8())) for name in SCHEMA.names}, schema=SCHEMA)
