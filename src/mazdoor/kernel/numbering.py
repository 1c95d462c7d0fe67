"""Registry numbers of many registrants at once: `identifiers.registry_number`, by columns."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from stdnum import damm

from mazdoor.kernel.identifiers import SPREAD_MODULUS, SPREAD_MULTIPLIER, SPREAD_OFFSET

_BODY: Final = 11
_SPLIT: Final = 10**6
"""A product of two numbers of eleven digits outgrows 64 bits: it is made in two parts that do not."""


def registry_numbers(sequences: NDArray[np.int64]) -> list[str]:
    """The twelve-digit registry number of each registrant (0 ≤ number < 10^11). Raises ``ValueError`` beyond."""
    if len(sequences) and (sequences.min() < 0 or sequences.max() >= SPREAD_MODULUS):
        raise ValueError("the registry number series is exhausted")
    high, low = divmod(SPREAD_MULTIPLIER, _SPLIT)
    bodies = sequences * high % SPREAD_MODULUS * _SPLIT % SPREAD_MODULUS
    bodies = (bodies + sequences * low % SPREAD_MODULUS + SPREAD_OFFSET) % SPREAD_MODULUS
    digits = np.empty((len(sequences), _BODY + 1), dtype=np.uint8)
    for place in range(_BODY - 1, -1, -1):
        bodies, digits[:, place] = np.divmod(bodies, 10)
    check = np.zeros(len(sequences), dtype=np.uint8)
    for place in range(_BODY):
        check = _quasigroup()[check, digits[:, place]]
    digits[:, _BODY] = check
    return [str(number) for number in (digits + ord("0")).view(f"S{_BODY + 1}").reshape(-1).astype(str)]


@lru_cache(maxsize=1)
def _quasigroup() -> NDArray[np.uint8]:
    """Damm's table: the check digit of a row's number followed by a digit."""
    # The check digit of "a b" is table[table[0][a]][b], and the first row of the table holds each digit once.
    first = {int(damm.calc_check_digit(str(digit))): str(digit) for digit in range(10)}
    rows = [[int(damm.calc_check_digit(first[before] + str(digit))) for digit in range(10)] for before in range(10)]
    return np.array(rows, dtype=np.uint8)
