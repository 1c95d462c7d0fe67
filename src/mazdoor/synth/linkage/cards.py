"""Card numbers of people who do not exist, and what happens to them on the way into a register."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mazdoor.synth.linkage.errors import Mishaps
from mazdoor.synth.linkage.families import People
from mazdoor.synth.text import digits, from_digits

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_BORN_FOR_OLD_NUMBERS = 14 * 365
"""Days since 1970: whoever was born later was never of age while eleven-digit numbers were issued."""


def card_numbers(people: People, seed: int) -> Ints:
    """A thirteen-digit number for each person: 0, four digits of the place, a serial, and last an odd digit for a man."""
    serial = (people.person_no * 7_368_787 + seed * 15_485_863) % 10_000_000
    place = people.stratum % 10_000
    check = (people.person_no // 10_000_000 * 2 + people.female * 1 + 1) % 10  # 1, 3 … men; 2, 4 … women
    result: Ints = place * 10**8 + serial * 10 + check
    return result


def miswrite_cards(
    rng: np.random.Generator, cards: Ints, birth: Ints, rates: dict[str, Any], log: Mishaps
) -> tuple[npt.NDArray[np.uint8], Bools, Bools]:
    """Digits as written, where no thirteen-digit number was, and where the old number was given instead."""
    matrix = digits(cards, 13)
    count = len(cards)
    every = np.arange(count)
    kinds = ("missing", "digit_wrong", "two_digits_swapped", "old_format")
    case = np.searchsorted(np.cumsum([rates[kind] for kind in kinds]), rng.random(count), side="right")
    missing, wrong, swap = case == 0, case == 1, case == 2
    old = (case == 3) & (birth < _BORN_FOR_OLD_NUMBERS)
    # the first digit stays 0, so that a wrong number belongs to nobody either
    place = rng.integers(1, 12, count)
    altered = (matrix[every, place] + rng.integers(1, 10, count)) % 10
    matrix[wrong, place[wrong]] = altered[wrong]
    swap &= matrix[every, place] != matrix[every, place + 1]
    left, right = matrix[every, place].copy(), matrix[every, place + 1].copy()
    matrix[swap, place[swap]] = right[swap]
    matrix[swap, place[swap] + 1] = left[swap]
    for error, happened in (
        ("cnic_missing", missing),
        ("cnic_digit_wrong", wrong),
        ("cnic_two_digits_swapped", swap),
        ("cnic_old_format", old),
    ):
        log.note(error, happened)
    return matrix, missing | old, old


def stands_beside(people: People, share: float) -> Bools:
    """Whose old number was written beside the new one when they were registered first: a share of those who held one."""
    held: Bools = people.birth < _BORN_FOR_OLD_NUMBERS
    return held & (people.person_no * 48_271 % 1_000 < share * 1_000)


def old_numbers(cards: Ints, *, missing: Bools) -> pa.Array:
    """The eleven-digit numbers the same people held before: what is known of them is that they were shorter."""
    return from_digits(digits(cards // 10, 11), missing=missing)
