"""The same person registered a second time, with the errors real registers have. Rates: `registration_errors.yaml`.

A duplicate is one more person in one more household (its head), with one more employment. What went wrong is kept as
truth. No code is shared with `matching`, which has to find them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mazdoor.synth.facts import read_yaml, strata
from mazdoor.synth.households import FAMILIES_PER_HOUSEHOLD
from mazdoor.synth.names import spelling_variants
from mazdoor.synth.people import as_dates, mobile_of
from mazdoor.synth.text import digits, from_digits, misspell, take

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass
class _Log:
    """What went wrong with each duplicate."""

    entries: list[tuple[str, Ints]]

    def note(self, error: str, happened: Bools) -> None:
        self.entries.append((error, np.flatnonzero(happened)))

    def lists(self, count: int) -> pa.Array:
        row = np.concatenate([rows for _, rows in self.entries])
        name = np.repeat(np.arange(len(self.entries)), [len(rows) for _, rows in self.entries])
        order = np.argsort(row, kind="stable")
        offsets = np.searchsorted(row[order], np.arange(count + 1)).astype(np.int32)
        values = pa.array([error for error, _ in self.entries]).take(pa.array(name[order]))
        return pa.ListArray.from_arrays(pa.array(offsets), values)


def make(
    rng: np.random.Generator,
    persons: pa.Table,
    households: pa.Table,
    employments: pa.Table,
    *,
    first_person: int,
    first_household: int,
    first_employment: int,
    as_of: int,
    seed: int,
    mobile_prefix: str,
) -> dict[str, pa.Table]:
    """Second registrations of a twentieth of the part's workers: tables by name, `truth/duplicates` among them."""
    rates = read_yaml("registration_errors.yaml")
    main = np.flatnonzero(employments.column("primary").to_numpy(zero_copy_only=False))
    count = round(len(main) * rates["duplicates_share_of_workers"])
    jobs = np.sort(rng.choice(main, count, replace=False))
    work = employments.take(pa.array(jobs))
    numbers = persons.column("person_no").to_numpy()
    who = np.searchsorted(numbers, work.column("person_no").to_numpy())
    person = persons.take(pa.array(who))
    house_no = person.column("household_no").to_numpy()
    home = households.take(pa.array(np.searchsorted(households.column("household_no").to_numpy(), house_no)))

    new_person = first_person + np.arange(count, dtype=np.int64)
    new_house = first_household + np.arange(count, dtype=np.int64)
    log = _Log([])
    column: dict[str, Any] = {name: person.column(name).combine_chunks() for name in person.column_names}
    _names(rng, rates["names"], column, log)
    _birth_date(rng, rates["birth_date"], column, log)
    _mobile(rng, rates["mobile"], column, log, new_person, seed, mobile_prefix)
    _cnic(rng, rates["cnic"], column, log)
    nobody = pa.nulls(count, pa.int64())
    registered = column["registered_on"].cast(pa.int32()).to_numpy().astype(np.int64)
    later = registered + 1 + (rng.random(count) * np.maximum(as_of - registered - 1, 0)).astype(np.int64)
    column |= {
        "person_no": new_person,
        "household_no": new_house,
        "family_no": new_house * FAMILIES_PER_HOUSEHOLD,
        "relationship": pa.array(["head"] * count, type=pa.utf8()),
        "spouse_no": nobody,
        "father_no": nobody,
        "mother_no": nobody,
        "registered_on": as_dates(later),
    }
    home_column: dict[str, Any] = {name: home.column(name).combine_chunks() for name in home.column_names}
    moved = rng.random(count) < rates["area"]["district_changed"]
    home_column |= _elsewhere(rng, home_column, moved)
    home_column["household_no"] = new_house
    log.note("district_changed", moved)
    work_column: dict[str, Any] = {name: work.column(name).combine_chunks() for name in work.column_names}
    work_column |= {
        "employment_no": first_employment + np.arange(count, dtype=np.int64),
        "person_no": new_person,
    }
    truth = {
        "person_no": new_person,
        "duplicate_of": numbers[who],
        "errors": log.lists(count),
        "household_no": new_house,
    }
    return {
        "persons": pa.table(column, schema=persons.schema),
        "households": pa.table(home_column, schema=households.schema),
        "employments": pa.table(work_column, schema=employments.schema),
        "truth": pa.table(truth),
    }


def _pick(rng: np.random.Generator, able: Bools, rate: float) -> Bools:
    """Rows to which an error happens: `rate` of all rows, taken from those it can happen to."""
    share = float(able.mean()) if len(able) else 0.0
    chosen: Bools = able & (rng.random(len(able)) < (min(1.0, rate / share) if share else 0.0))
    return chosen


def _names(rng: np.random.Generator, rates: dict[str, Any], column: dict[str, Any], log: _Log) -> None:
    count = len(column["given_name"])
    original = {name: column[name].to_pylist() for name in ("given_name", "surname", "father_name", "husband_name")}
    for name in original:
        respelled, changed = _respell(rng, original[name], rates["spelling_variant_per_token"])
        column[name] = pa.array(respelled, type=pa.utf8())
        log.note(f"{name}_spelling", changed)
    given = column["given_name"].to_pylist()
    tokens = np.array([len(each.split()) for each in given])
    drop = _pick(rng, tokens > 1, rates["second_token_dropped"])
    keep_first = rng.random(count) < 0.5
    column["given_name"] = pa.array(
        [
            (each.split()[0] if first else each.split()[-1]) if gone else each
            for each, gone, first in zip(given, drop.tolist(), keep_first.tolist(), strict=True)
        ]
    )
    log.note("given_name_token_dropped", drop)
    for name, rate in rates["typing_error"].items():
        before = column[name]
        long = pc.fill_null(pc.greater_equal(pc.utf8_length(before), 4), False).to_numpy(zero_copy_only=False)
        slip = _pick(rng, long, rate)
        column[name] = misspell(rng, before, slip)
        log.note(f"{name}_typing", pc.not_equal(before, column[name]).to_numpy(zero_copy_only=False))
    toss = rng.random(count)
    missing = toss < rates["father_name_missing"]
    swapped = ~missing & (toss < rates["father_name_missing"] + rates["father_and_own_name_swapped"])
    repeated = ~missing & ~swapped & (toss > 1 - rates["surname_left_as_father_name"])
    given_now, father_now = column["given_name"], column["father_name"]
    column["given_name"] = pc.if_else(pa.array(swapped), father_now, given_now)
    column["father_name"] = pc.if_else(pa.array(swapped), given_now, father_now)
    column["father_name"] = pc.if_else(pa.array(missing), pa.scalar(None, pa.utf8()), column["father_name"])
    column["surname"] = pc.if_else(pa.array(repeated), father_now, column["surname"])
    log.note("father_name_missing", missing)
    log.note("names_swapped", swapped)
    log.note("surname_replaced_by_father_name", repeated)
    # Urdu was written down the second time by few, and then with slips of its own.
    absent = rng.random(count) < 0.8
    for name in ("given_name_ur", "surname_ur", "father_name_ur"):
        slips = (rng.random(count) < 0.3).tolist()
        column[name] = pa.array(
            [
                None if gone or text is None else (text[:2] + text[3:] if slip and len(text) > 4 else text)
                for text, gone, slip in zip(column[name].to_pylist(), absent.tolist(), slips, strict=True)
            ],
            type=pa.utf8(),
        )


def _respell(rng: np.random.Generator, words: list[str | None], rate: float) -> tuple[list[str | None], Bools]:
    """Each token that has attested variants, replaced by one of them with probability `rate`."""
    variants = spelling_variants()
    result: list[str | None] = []
    for word in words:
        if word is None:
            result.append(None)
            continue
        tokens = word.split()
        for place, token in enumerate(tokens):
            known = variants.get(token.lower())
            if known and rng.random() < rate:
                tokens[place] = known[0][int(np.searchsorted(known[1], rng.random()))].title()
        result.append(" ".join(tokens))
    return result, np.array([a != b for a, b in zip(words, result, strict=True)], dtype=bool)


def _birth_date(rng: np.random.Generator, rates: dict[str, Any], column: dict[str, Any], log: _Log) -> None:
    born = column["birth_date"].cast(pa.int32()).to_numpy().astype("datetime64[D]")
    year = born.astype("datetime64[Y]")
    month = (born.astype("datetime64[M]") - year.astype("datetime64[M]")).astype(int)
    day = (born - born.astype("datetime64[M]").astype("datetime64[D]")).astype(int)
    toss = rng.random(len(born))
    edges = np.cumsum([rates["year_or_two_off"], rates["unknown_year_only"]])
    case = np.searchsorted(edges, toss, side="right")
    off = case == 0
    unknown = case == 1
    free = case == 2
    swap = _pick(rng, free & (day < 12) & (day != month), rates["day_and_month_swapped"])
    to_january = _pick(rng, free & ~swap & ~((month == 0) & (day == 0)), rates["moved_to_first_of_january"])
    shift = np.where(rng.random(len(born)) < 0.7, 1, 2) * np.where(rng.random(len(born)) < 0.5, 1, -1)
    guess = np.round(rng.normal(0, 3, len(born))).astype(int)
    year_now = year + np.where(off, shift, np.where(unknown, guess, 0))
    start = year_now.astype("datetime64[M]")
    month_now = np.where(to_january | unknown, 0, np.where(swap, day, month))
    day_now = np.where(to_january | unknown, 0, np.where(swap, month, day))
    moved = (start + month_now).astype("datetime64[D]") + np.minimum(day_now, 27)
    changed = to_january | swap | off | unknown
    result = np.where(changed, moved, born).astype(np.int64)
    column["birth_date"] = as_dates(result)
    column["birth_date_precision"] = pc.if_else(pa.array(unknown), "year", column["birth_date_precision"])
    for name, happened in (
        ("birth_date_first_of_january", to_january),
        ("birth_date_day_month_swapped", swap),
        ("birth_date_year_off", off),
        ("birth_date_unknown", unknown),
    ):
        log.note(name, happened)


def _mobile(
    rng: np.random.Generator,
    rates: dict[str, Any],
    column: dict[str, Any],
    log: _Log,
    new_person: Ints,
    seed: int,
    prefix: str,
) -> None:
    count = len(new_person)
    toss = rng.random(count)
    missing = toss < rates["missing"]
    changed = ~missing & (toss < rates["missing"] + rates["changed"])
    fresh = mobile_of(seed + 1, new_person)
    head = np.broadcast_to(np.array([int(c) for c in prefix], dtype=np.uint8), (count, len(prefix)))
    other = from_digits(np.concatenate([head, digits(fresh, 8)], axis=1))
    number = pc.if_else(pa.array(changed), other, column["mobile"])
    column["mobile"] = pc.if_else(pa.array(missing), pa.scalar(None, pa.utf8()), number)
    log.note("mobile_missing", missing)
    log.note("mobile_changed", changed)


def _cnic(rng: np.random.Generator, rates: dict[str, Any], column: dict[str, Any], log: _Log) -> None:
    """One fault or none: missing, a digit wrong, two neighbours swapped, or the old eleven-digit number instead."""
    had = column["cnic"].is_valid().to_numpy(zero_copy_only=False)
    value = pc.fill_null(column["cnic"].cast(pa.int64()), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    matrix = digits(value, 13)
    count = len(value)
    every = np.arange(count)
    case = np.searchsorted(
        np.cumsum([rates[k] for k in ("missing", "digit_wrong", "two_digits_swapped", "old_format")]),
        rng.random(count),
        side="right",
    )
    missing, wrong, swap = had & (case == 0), had & (case == 1), had & (case == 2)
    place = rng.integers(1, 12, count)
    # the first digit stays 0 and the last (sex) stays, so a wrong number still belongs to nobody who could exist
    altered = (matrix[every, place] + rng.integers(1, 10, count)) % 10
    matrix[wrong, place[wrong]] = altered[wrong]
    left, right = matrix[every, place].copy(), matrix[every, np.minimum(place + 1, 11)].copy()
    differs = left != right
    swap &= differs
    rows = np.flatnonzero(swap)
    matrix[rows, place[rows]] = right[rows]
    matrix[rows, np.minimum(place + 1, 11)[rows]] = left[rows]
    born = column["birth_date"].cast(pa.int32()).to_numpy()
    old = had & (case == 3) & (born < 14 * 365)
    absent = ~had | missing | old
    column["cnic"] = from_digits(matrix, missing=absent)
    first = digits(value, 13)[:, 2:12]
    number = from_digits(np.concatenate([np.zeros((count, 1), dtype=np.uint8), first], axis=1))
    column["old_nic"] = take(number, every, missing=~old)
    for name, happened in (
        ("cnic_missing", missing),
        ("cnic_digit_wrong", wrong),
        ("cnic_two_digits_swapped", swap),
        ("cnic_old_format", old),
    ):
        log.note(name, happened)


def _elsewhere(rng: np.random.Generator, column: dict[str, Any], moved: Bools) -> dict[str, Any]:
    """The household as registered in another district."""
    land = strata()
    odds = np.cumsum(land.households) / land.households.sum()
    other = np.searchsorted(odds, rng.random(len(moved))).clip(0, len(odds) - 1)
    mask = pa.array(moved)
    return {
        "area_code": pc.if_else(mask, take(pa.array(land.area_code.tolist()), other), column["area_code"]),
        "district_code": pc.if_else(mask, take(pa.array(land.district_code.tolist()), other), column["district_code"]),
        "urban": pc.if_else(mask, pa.array(land.urban[other]), column["urban"]),
    }
