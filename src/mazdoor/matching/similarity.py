"""Likeness of two words and of two birth dates, equal to the last digit to what DuckDB computes in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache


@lru_cache(maxsize=32_768)  # the same names meet again and again
def jaro_winkler(first: str, second: str) -> float:
    """Jaro-Winkler likeness, 0..1, of two strings: prefix weight 0.1, at most four letters, only above Jaro 0.7.

    This is DuckDB's `jaro_winkler_similarity` (a test compares them on generated strings).
    """
    jaro = _jaro(first, second)
    if jaro <= 0.7:
        return jaro
    prefix = 0
    for left, right in zip(first[:4], second[:4], strict=False):
        if left != right:
            break
        prefix += 1
    return jaro + prefix * 0.1 * (1.0 - jaro)


def _jaro(first: str, second: str) -> float:
    if not first or not second:
        return 0.0
    reach = max(max(len(first), len(second)) // 2 - 1, 0)
    taken = [False] * len(second)
    common: list[str] = []
    for position, letter in enumerate(first):
        for other in range(max(0, position - reach), min(len(second), position + reach + 1)):
            if not taken[other] and second[other] == letter:
                taken[other] = True
                common.append(letter)
                break
    if not common:
        return 0.0
    matched = [letter for letter, used in zip(second, taken, strict=True) if used]
    half_moved = sum(left != right for left, right in zip(common, matched, strict=True)) // 2
    size = len(common)
    return (size / len(first) + size / len(second) + (size - half_moved) / size) / 3.0


def damerau_levenshtein(first: str, second: str) -> int:
    """Fewest letters changed, left out, added, or swapped with their neighbour, to make one string of the other.

    Letters may be added between two that were swapped. This is DuckDB's `damerau_levenshtein` (a test compares them).
    """
    last: dict[str, int] = {}
    most = len(first) + len(second)
    rows: list[list[int]] = [[most] * (len(second) + 2), [most, *range(len(second) + 1)]]
    for i, letter in enumerate(first, 1):
        row = [most, i]
        match = 0
        for j, other in enumerate(second, 1):
            before, seen = last.get(other, 0), match
            same = letter == other
            if same:
                match = j
            swapped = rows[before][seen] + (i - before - 1) + 1 + (j - seen - 1)
            row.append(min(rows[i][j] + (not same), row[j] + 1, rows[i][j + 1] + 1, swapped))
        rows.append(row)
        last[letter] = i
    return rows[-1][-1]


def share_a_part(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether two names have any part in common."""
    return not set(first).isdisjoint(second)
