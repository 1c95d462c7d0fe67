"""Local words and the English words they stand for, found as written, by spelling, by sound, or nearly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from mazdoor.matching.occupations.words import Word, stem, words_of
from mazdoor.matching.similarity import jaro_winkler

_BY_SOUND, _NEARLY = 0.6, 0.5
_NEAR = 0.93
_SHORTEST_SOUND = 3


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word stands for: English words, and how far the finding is trusted (1 = as written)."""

    english: tuple[str, ...]
    trust: float


class Glossary:
    """Rows of ``lexicon.csv`` to be looked up by any writing of their words."""

    def __init__(self) -> None:
        self._form: dict[str, list[str]] = defaultdict(list)
        self._spelling: dict[str, list[str]] = defaultdict(list)
        self._sound: dict[str, list[str]] = defaultdict(list)
        self._letters: dict[str, list[str]] = defaultdict(list)

    def add(self, local: str, english: Sequence[str]) -> None:
        """Take a local word in; phrases of several words are for `phrases`."""
        words = words_of(local)
        if len(words) != 1:
            return
        (word,) = words
        meant = [stem(one) for one in english]
        _add(self._form[word.form], meant)
        if word.spelling:
            _add(self._spelling[word.spelling], meant)
            if word.spelling not in self._letters[word.spelling[:1]]:
                self._letters[word.spelling[:1]].append(word.spelling)
        if len(word.sound) >= _SHORTEST_SOUND:
            _add(self._sound[word.sound], meant)

    def find(self, word: Word) -> Meaning | None:
        """What a word stands for, or ``None``. The surest way of finding wins."""
        if meant := self._form.get(word.form) or (word.spelling and self._spelling.get(word.spelling)):
            return Meaning(tuple(meant), 1.0)
        if meant := self._sound.get(word.sound):
            return Meaning(tuple(meant), _BY_SOUND)
        if len(word.spelling) >= 5:
            nearest = max(
                ((jaro_winkler(word.spelling, known), known) for known in self._letters.get(word.spelling[:1], ())),
                default=(0.0, ""),
            )
            if nearest[0] >= _NEAR:
                return Meaning(tuple(self._spelling[nearest[1]]), _NEARLY)
        return None


def _add(known: list[str], meant: Sequence[str]) -> None:
    known += [one for one in meant if one not in known]
