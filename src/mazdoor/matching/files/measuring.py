"""How good are the groups, where somebody knows the truth? Counted on pairs of rows, as the field publishes it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mazdoor.matching.files.among import Among


@dataclass(frozen=True, slots=True)
class Quality:
    """Precision, recall and F1 over pairs of rows; ``true_pairs`` of the truth, ``reached`` by the keys."""

    precision: float
    recall: float
    f1: float
    true_pairs: int
    found_pairs: int
    reached: float


def truth_of(value: str | None, pattern: str | None) -> str | None:
    """The person a truth column names: the value, or its first group under ``pattern`` (rec-12-dup-0 → 12)."""
    if value is None or pattern is None:
        return value
    found = re.search(pattern, value)
    return None if found is None else found.group(1) if found.re.groups else found.group(0)


def measure(
    groups: Iterable[list[int]],
    truth: Mapping[int, str | None],
    compared: Iterable[tuple[int, int]],
    source: Mapping[int, int],
    among: Among = Among.ALL,
) -> Quality:
    """Quality of ``groups``. ``source``: row → file; ``among``: which pairs of them count."""
    persons: dict[str, Counter[int]] = {}
    for row, person in truth.items():
        if person is not None:
            persons.setdefault(person, Counter())[source[row]] += 1
    true_pairs = sum(among.pairs(each) for each in persons.values())
    found = right = 0
    for rows in groups:
        found += among.pairs(Counter(source[row] for row in rows))
        by_person: dict[str, Counter[int]] = {}
        for row in rows:
            person = truth[row]
            if person is not None:
                by_person.setdefault(person, Counter())[source[row]] += 1
        right += sum(among.pairs(each) for each in by_person.values())
    reached = sum(truth[first] is not None and truth[first] == truth[second] for first, second in compared)
    precision = right / found if found else 1.0
    recall = right / true_pairs if true_pairs else 1.0
    both = precision + recall
    return Quality(
        precision,
        recall,
        2 * precision * recall / both if both else 0.0,
        true_pairs,
        found,
        reached / max(true_pairs, 1),
    )
