"""From a few words to ranked codes: what English words say, and what titles like it say, put together.

1. The text is taken apart; English words go to the model as they are, local words by what they stand for.
2. The whole phrase is compared with every title and trade we hold, in all writings.
3. Both give each code a share; the shares are added. The score of a suggestion, 0 to 1, ranks and is no probability.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np

from mazdoor.kernel.names import roman_sound
from mazdoor.matching.occupations.bayes import Bayes, Scores
from mazdoor.matching.occupations.glossary import Glossary
from mazdoor.matching.occupations.learning import count_words
from mazdoor.matching.occupations.phrases import Phrase, Phrases, shared
from mazdoor.matching.occupations.words import Word, speaks_urdu, words_of

SHARPNESS = 0.04
"""Naive Bayes is too sure of itself: its log-likelihoods are taken this far only."""
PHRASES_WEIGHT = 1.0
LIKENESS_POWER = 4
FROM_OCCUPATION = 0.35
"""How far the industries usual for the suggested occupations speak for an industry."""
GROUP_TITLES = 2.0
LIKE_ENOUGH = 0.25
BORROWED = 0.6
"""Trust in an English word known by its sound only, and the shortest sound that tells one."""
SHORTEST_BORROWED = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code that may be meant. ``words`` are those of the text that spoke for it, as written, with the English word they
    were taken for where that differs: ``mistri (mason)``."""

    code: str
    title: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A text taken apart once for both classifications."""

    words: tuple[Word, ...]
    english: Mapping[str, float]
    strange: Mapping[str, float]
    taken_for: Mapping[str, tuple[str, ...]]
    """English words by the word as written."""
    alike: Mapping[int, float]


class Coder:
    """The two classifications with what is known of them. Building takes about a second; a query some milliseconds."""

    def __init__(
        self,
        *,
        word_counts: Iterable[tuple[str, str, float]],
        titles: Sequence[Mapping[str, str]],
        lexicon: Sequence[Mapping[str, str]],
        groups: Mapping[str, str],
        classes: Mapping[str, str],
    ) -> None:
        self.groups, self.classes = dict(groups), dict(classes)
        english = [(row["isco_code"], row["title_en"]) for row in titles]
        named = [(row["isco_code"], row["english"]) for row in lexicon if row["isco_code"]]
        self.isco = Bayes(
            [*word_counts, *_counted([*groups.items()], GROUP_TITLES), *_counted([*english, *named], 1.0)]
        )
        industries = [(row["isic_code"], row["title_en"]) for row in titles]
        trades = [(row["isic_code"], row["english"]) for row in lexicon if row["isic_code"]]
        self.isic = Bayes([*_counted([*classes.items()], GROUP_TITLES), *_counted([*industries, *trades], 1.0)])
        self.phrases = Phrases(_phrases(titles, lexicon))
        self.glossary = Glossary()
        for row in lexicon:
            for local in (*row["urdu"].split("/"), *row["roman"].split("/")):
                self.glossary.add(local, row["english"].split())
        self._heard = _by_sound(self.isco)
        self._usual = _usual_industries(titles, lexicon)

    def suggest(self, text: str, limit: int = 5) -> list[Suggestion]:
        """Occupations (ISCO-08 unit groups), best first; none where the text has no letters."""
        read = self._read(text, self.isco)
        return self._ranked(read, self._shares(read, self.isco, industry=False), self.isco, self.groups, limit, False)

    def suggest_industries(self, text: str, limit: int = 5) -> list[Suggestion]:
        """Industries (ISIC revision 4 classes), best first; a trade speaks for the industry it is usual in."""
        read = self._read(text, self.isic)
        shares = self._shares(read, self.isic, industry=True)
        told = self._read(text, self.isco)
        occupations = self._shares(told, self.isco, industry=False)
        for code, share in sorted(occupations.items(), key=lambda pair: -pair[1])[:3]:
            for industry, part in self._usual.get(code, {}).items():
                shares[industry] = shares.get(industry, 0.0) + FROM_OCCUPATION * share * part
        return self._ranked(read, shares, self.isic, self.classes, limit, True)

    def _read(self, text: str, model: Bayes) -> _Read:
        words = tuple(words_of(text))
        local = speaks_urdu(text)
        english: dict[str, float] = defaultdict(float)
        strange: dict[str, float] = defaultdict(float)
        taken_for: dict[str, tuple[str, ...]] = {}
        for word in words:
            known = bool(word.stem) and model.knows(word.stem)
            meaning = None if known and not local else self.glossary.find(word)
            if meaning and (local or meaning.trust == 1.0 or not known):
                taken_for[word.written] = meaning.english
                for one in meaning.english:
                    if model.knows(one):
                        english[one] += meaning.trust / len(meaning.english) ** 0.5
            elif known:
                english[word.stem] += 1.0
            elif word.urdu and (heard := self._heard.get(word.sound)):
                taken_for[word.written] = (heard,)
                english[heard] += BORROWED
            elif word.stem and not local:
                strange[word.stem] += 1.0
        return _Read(words, english, strange, taken_for, self.phrases.alike(words))

    def _shares(self, read: _Read, model: Bayes, *, industry: bool) -> dict[str, float]:
        shares: dict[str, float] = {}
        if read.english or read.strange:
            for code, share in zip(model.codes, _softened(model.scores(read.english, read.strange)), strict=True):
                shares[code] = float(share)
        best: dict[str, float] = defaultdict(float)
        for number, likeness in read.alike.items():
            phrase = self.phrases.all[number]
            code = phrase.isic_code if industry else phrase.isco_code
            if code:
                best[code] = max(best[code], likeness)
        for code, likeness in best.items():
            shares[code] = shares.get(code, 0.0) + PHRASES_WEIGHT * likeness**LIKENESS_POWER
        return shares

    def _ranked(
        self,
        read: _Read,
        shares: Mapping[str, float],
        model: Bayes,
        titles: Mapping[str, str],
        limit: int,
        industry: bool,
    ) -> list[Suggestion]:
        if not read.words:
            return []
        best = sorted(((share, code) for code, share in shares.items() if code in titles), key=_order)[:limit]
        return [
            Suggestion(
                code,
                titles[code],
                round(min(1.0, share / (1.0 + PHRASES_WEIGHT)), 4),
                self._told(read, code, model, industry),
            )
            for share, code in best
        ]

    def _told(self, read: _Read, code: str, model: Bayes, industry: bool) -> tuple[str, ...]:
        """The words of the text that spoke for a code, in the order of the text."""
        told: dict[str, str] = {}
        for word in read.words:
            for one in read.taken_for.get(word.written, (word.stem,)):
                if one and model.speaks_for(one, code):
                    told[word.written] = word.written if one == word.stem else f"{word.written} ({one})"
                    break
        for number, likeness in read.alike.items():
            phrase = self.phrases.all[number]
            if likeness >= LIKE_ENOUGH and code == (phrase.isic_code if industry else phrase.isco_code):
                for written in shared(read.words, phrase):
                    told.setdefault(written, written)
        return tuple(dict.fromkeys(told[word.written] for word in read.words if word.written in told))


def _order(pair: tuple[float, str]) -> tuple[float, str]:
    return -pair[0], pair[1]


def _softened(scores: Scores) -> Scores:
    """Shares of one from log-likelihoods, made less sure."""
    raised = np.exp(SHARPNESS * (scores - scores.max()))
    shares: Scores = raised / raised.sum()
    return shares


def _counted(titles: Iterable[tuple[str, str]], weight: float) -> Iterator[tuple[str, str, float]]:
    for (word, code), count in count_words(titles).items():
        yield word, code, count * weight


def _phrases(titles: Sequence[Mapping[str, str]], lexicon: Sequence[Mapping[str, str]]) -> Iterator[Phrase]:
    for row in titles:
        for column in ("title_en", "title_ur", "title_roman"):
            yield Phrase(tuple(words_of(row[column])), row["isco_code"], row["isic_code"])
    for row in lexicon:
        if row["isco_code"]:
            for local in (*row["urdu"].split("/"), *row["roman"].split("/")):
                yield Phrase(tuple(words_of(local)), row["isco_code"], row["isic_code"])


def _by_sound(model: Bayes) -> dict[str, str]:
    """The commonest English word of each sound: how a word borrowed from English and written in Urdu (بوائلر) is read."""
    heard: dict[str, str] = {}
    for word in sorted(model.words(), key=lambda pair: (-pair[1], pair[0])):
        sound = roman_sound(word[0])
        if len(sound) >= SHORTEST_BORROWED:
            heard.setdefault(sound, word[0])
    return heard


def _usual_industries(
    titles: Sequence[Mapping[str, str]], lexicon: Sequence[Mapping[str, str]]
) -> dict[str, dict[str, float]]:
    """For each occupation the industries of its titles, as shares of one."""
    counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in (*titles, *lexicon):
        if row["isco_code"] and row["isic_code"]:
            counts[row["isco_code"]][row["isic_code"]] += 1.0
    return {
        code: {industry: count / sum(spread.values()) for industry, count in spread.items()}
        for code, spread in counts.items()
    }


def _rows(package: str, *path: str) -> list[dict[str, str]]:
    text = files(package).joinpath(*path).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def isco_groups() -> dict[str, str]:
    """The 436 unit groups of ISCO-08 with their titles, from the list the reference room loads too."""
    return {
        row["code"]: row["title_en"]
        for row in _rows("mazdoor", "reference", "data", "occupations.csv")
        if len(row["code"]) == 4
    }


def isic_classes() -> dict[str, str]:
    """The 419 classes of ISIC revision 4 with their titles."""
    return {
        row["code"]: row["title_en"]
        for row in _rows("mazdoor", "reference", "data", "industries.csv")
        if len(row["code"]) == 4
    }


def installed_data(name: str) -> list[dict[str, str]]:
    """The rows of one of our tables: ``titles``, ``lexicon`` or ``words_en``."""
    return _rows("mazdoor.matching.occupations", "data", f"{name}.csv")


@lru_cache(maxsize=1)
def coder() -> Coder:
    """The coder with everything this release knows; built at first use."""
    return Coder(
        word_counts=[(row["word"], row["isco_code"], float(row["titles"])) for row in installed_data("words_en")],
        titles=installed_data("titles"),
        lexicon=installed_data("lexicon"),
        groups=isco_groups(),
        classes=isic_classes(),
    )


def suggest(text: str, limit: int = 5) -> list[Suggestion]:
    """Occupations for a text: ISCO-08 unit groups, best first, each with the words that spoke for it."""
    return coder().suggest(text, limit)


def suggest_industries(text: str, limit: int = 5) -> list[Suggestion]:
    """Industries for a text: ISIC revision 4 classes, best first."""
    return coder().suggest_industries(text, limit)


def suggest_many(texts: Iterable[str], limit: int = 1) -> list[list[Suggestion]]:
    """Occupations for a column of texts, in its order; each distinct text is coded once."""
    known: dict[str, list[Suggestion]] = {}
    out = []
    for text in texts:
        key = " ".join(text.split()).lower()
        if key not in known:
            known[key] = suggest(text, limit)
        out.append(known[key])
    return out
