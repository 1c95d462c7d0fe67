"""English words → codes: multinomial naive Bayes over words and over runs of 3 to 5 letters.

What it learns from is a table *word, code, how many titles*: words speak for a code by how often its titles hold them, rare
words louder than common ones; letters help where a word was never seen (weldr, brickmason). Counts of a group are
smoothed with a share of its neighbours' (the same code but for the last digit). All sums are exact to the order of a
sparse table, so a query costs well under a millisecond.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mazdoor.matching.occupations.words import grams

Scores = npt.NDArray[np.float64]

SIZES = (3, 4, 5)
LETTERS_WEIGHT = 0.35
ADDED = 0.1
"""What is added to every count (Lidstone)."""
NEIGHBOURS = 0.2
PRIOR = 0.5


@dataclass(frozen=True, slots=True)
class _Table:
    """Sparse log-likelihood ratios: for each feature the columns of codes and what it adds to them."""

    columns: dict[str, tuple[npt.NDArray[np.intp], Scores]]
    weight: dict[str, float]
    length: Scores
    """log(number of features of a code + added), a code each."""

    def score(self, features: Mapping[str, float], into: Scores, scale: float) -> None:
        for feature, amount in features.items():
            found = self.columns.get(feature)
            if found is None:
                continue
            loudness = amount * self.weight[feature] * scale
            into -= loudness * self.length
            into[found[0]] += loudness * found[1]


class Bayes:
    """The model of one classification. ``codes`` in the order of the scores."""

    def __init__(self, counts: Iterable[tuple[str, str, float]]) -> None:
        by_word: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        titles: dict[str, float] = defaultdict(float)
        for word, code, count in counts:
            by_word[word][code] += count
            titles[code] += count
        self.codes = sorted(titles)
        self._place = {code: place for place, code in enumerate(self.codes)}
        self._near = _neighbours(self.codes)
        total = np.array([titles[code] for code in self.codes])
        self.prior: Scores = PRIOR * np.log(total / total.sum())
        by_gram: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for word, spread in by_word.items():
            for gram in grams(word, SIZES):
                for code, count in spread.items():
                    by_gram[gram][code] += count
        self._titles_of = {word: sum(spread.values()) for word, spread in by_word.items()}
        self._words = self._table(by_word, float(total.sum()))
        self._grams = self._table(by_gram, float(total.sum()))

    def words(self) -> list[tuple[str, float]]:
        """Every word with the number of titles that hold it."""
        return list(self._titles_of.items())

    def knows(self, word: str) -> bool:
        """Whether a word was seen in any title."""
        return word in self._words.columns

    def scores(self, words: Mapping[str, float], strange: Mapping[str, float]) -> Scores:
        """Log-likelihoods of all codes for known words and for words of which only the letters speak; amounts are trust."""
        out = self.prior.copy()
        self._words.score(words, out, 1.0)
        letters: dict[str, float] = defaultdict(float)
        for word, amount in (*words.items(), *strange.items()):
            for gram in grams(word, SIZES):
                letters[gram] += amount
        self._grams.score(letters, out, LETTERS_WEIGHT)
        return out

    def speaks_for(self, word: str, code: str) -> bool:
        """Whether a word was seen in a title of the code itself."""
        found = self._words.columns.get(word)
        if found is None or code not in self._place:
            return False
        at = np.flatnonzero(found[0] == self._place[code])
        return bool(at.size) and float(found[1][at[0]]) > math.log((0.9 + ADDED) / ADDED)

    def _table(self, spread_of: Mapping[str, Mapping[str, float]], titles: float) -> _Table:
        columns: dict[str, tuple[npt.NDArray[np.intp], Scores]] = {}
        weight: dict[str, float] = {}
        sizes = np.zeros(len(self.codes))
        for feature, spread in spread_of.items():
            counts: dict[int, float] = defaultdict(float)
            for code, count in spread.items():
                place = self._place[code]
                counts[place] += count
                near = self._near[place]
                for other in near:
                    counts[other] += NEIGHBOURS * count / len(near)
            places = np.fromiter(counts, dtype=np.intp, count=len(counts))
            amounts = np.fromiter(counts.values(), dtype=np.float64, count=len(counts))
            sizes[places] += amounts
            columns[feature] = (places, np.log((amounts + ADDED) / ADDED))
            weight[feature] = math.log((titles / 2 + 1) / (sum(spread.values()) + 0.5) + 1)
        return _Table(columns, weight, np.log(sizes + ADDED * len(columns)))


def _neighbours(codes: list[str]) -> list[list[int]]:
    """For each code the places of the codes that differ in the last digit only, itself among them."""
    families: dict[str, list[int]] = defaultdict(list)
    for place, code in enumerate(codes):
        families[code[:-1]].append(place)
    return [families[code[:-1]] for code in codes]
