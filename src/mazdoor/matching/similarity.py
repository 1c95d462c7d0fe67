"""Likeness of two words and of two birth dates, equal to the last digit to what DuckDB computes in bulk."""

from __future__ import annotations

from collections.abc import Sequence


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


def share_a_part(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether two names have any part in common."""
    return not set(first).isdisjoint(second)
