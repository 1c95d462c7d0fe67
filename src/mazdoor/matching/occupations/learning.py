"""The table of English words: from a list of titles with their codes to *word, code, how many titles*.

The list itself is not part of this product; the counts are a figure taken from it, and enough to learn from.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from mazdoor.matching.occupations.words import words_of


def count_words(titles: Iterable[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """How many titles of each code hold each word. ``titles`` are (code, title in English)."""
    counts: Counter[tuple[str, str]] = Counter()
    for code, title in titles:
        counts.update((word.stem, code) for word in words_of(title) if word.stem)
    return counts


def read_index(path: Path) -> Iterator[tuple[str, str]]:
    """(ISCO-08 unit group, title) of an index of titles: a CSV with the columns ``isco08`` and ``title``."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            code, title = row["isco08"].strip(), row["title"].strip()
            if len(code) == 4 and code.isdigit() and code != "0001" and len(title) > 1:
                yield code, title


def write_table(counts: Counter[tuple[str, str]], path: Path) -> int:
    """Write the table, sorted; returns its rows."""
    rows = sorted((word, code, count) for (word, code), count in counts.items())
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["word", "isco_code", "titles"])
        writer.writerows(rows)
    return len(rows)
