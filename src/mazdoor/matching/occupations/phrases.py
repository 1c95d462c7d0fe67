"""Titles and trades as people say them, in any of the three writings, compared as wholes.

A phrase is a bundle of features: its words as written, by Roman spelling and by sound, and pairs of sounds; each is as
loud as it is rare. Two phrases are as alike as their bundles (cosine, 0 to 1). The telling part of "gharon mein
bartan dhone wali" then finds "برتن دھونے والی" though no letter is shared.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mazdoor.matching.occupations.words import Word, grams

_FORM, _SPELLING, _SOUND, _GRAM = 1.0, 0.9, 0.7, 0.18


@dataclass(frozen=True, slots=True)
class Phrase:
    """One known phrase: its words and its two codes ('' where it says nothing of one)."""

    words: tuple[Word, ...]
    isco_code: str
    isic_code: str


class Phrases:
    """Known phrases, to be asked which are like a new one."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.all = list(phrases)
        bundles = [_features(phrase.words) for phrase in self.all]
        seen: dict[str, int] = defaultdict(int)
        for bundle in bundles:
            for feature in bundle:
                seen[feature] += 1
        self._rare = {feature: math.log((len(bundles) + 1) / count) for feature, count in seen.items()}
        self._strange = math.log(len(bundles) + 1)
        self._holding: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, bundle in enumerate(bundles):
            loud = {feature: amount * self._rare[feature] for feature, amount in bundle.items()}
            length = math.sqrt(sum(value * value for value in loud.values())) or 1.0
            for feature, value in loud.items():
                self._holding[feature].append((number, value / length))

    def alike(self, words: Sequence[Word]) -> dict[int, float]:
        """Likeness, 0 to 1, of every known phrase that shares anything, by its number in ``all``."""
        loud = {
            feature: amount * self._rare.get(feature, self._strange) for feature, amount in _features(words).items()
        }
        length = math.sqrt(sum(value * value for value in loud.values())) or 1.0
        likeness: dict[int, float] = defaultdict(float)
        for feature, value in loud.items():
            for number, other in self._holding.get(feature, ()):
                likeness[number] += value / length * other
        return likeness


def shared(words: Sequence[Word], phrase: Phrase) -> list[str]:
    """The words, as written, that a known phrase has too, by form, spelling or sound."""
    theirs = {key for word in phrase.words for key in (word.form, word.spelling, word.sound) if key}
    return [word.written for word in words if {word.form, word.spelling, word.sound} & theirs]


def _features(words: Sequence[Word]) -> Mapping[str, float]:
    bundle: dict[str, float] = defaultdict(float)
    for word in words:
        bundle[f"f:{word.form}"] += _FORM
        if word.spelling:
            bundle[f"p:{word.spelling}"] += _SPELLING
        if word.sound:
            bundle[f"s:{word.sound}"] += _SOUND
            for gram in grams(word.sound, (2, 3)):
                bundle[f"g:{gram}"] += _GRAM
    return bundle
