"""A few words about work, taken apart: spelling made one, endings off, sounds that both scripts share.

Roman Urdu has no spelling and Urdu writes no short vowels. A word is therefore looked up three ways: as written (made
one form), by its Roman spelling with vowels made few (``spelling``: kaam, kam → kam), and by its sound (``sound``: what
linkage uses for names), which is where راج and raj meet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mazdoor.kernel.names import fold_roman, is_urdu, normalise_urdu, roman_sound, urdu_sound

LONGEST = 200
"""Letters of a text that are read; what is longer is no title."""


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: English words that tell no occupation from another.
_EMPTY_ENGLISH = _listed(
    "the of a an and or in for to with by at on as not elsewhere classified etc i am my is work works working job do "
    "does doing person people"
)
#: Urdu and Roman Urdu words of the same kind: particles, "to do", "work", "the one who".
_EMPTY_URDU = _listed(
    "والا والی والے کا کی کے کو میں پر سے اور کام کرنے کرنا کرتا کرتی کرتے ہوں ہے ہیں ہم وہ ایک یا نے تا جا کر لیے ساتھ"
)
_EMPTY_ROMAN = _listed(
    "wala wali walay wale walla vala vali ka ki ke kay ko mein main me mai par pe per se sey aur or kaam kam karne karna "
    "karta karti karte karny kerna krna krne krta krti hoon hun hu hai hain hay hum woh ek aik ya ne ja kar k liye sath"
)


@dataclass(frozen=True, slots=True)
class Word:
    """One telling word. ``written`` as it came; ``form`` made one; ``stem`` '' for Urdu script; ``spelling`` likewise."""

    written: str
    form: str
    stem: str
    spelling: str
    sound: str

    @property
    def urdu(self) -> bool:
        """Whether it is in Urdu script."""
        return not self.stem


def words_of(text: str) -> list[Word]:
    """The telling words of a text, in order; where only particles are there, those."""
    found = [word for part in _parts(text[:LONGEST]) if (word := _word(part)).form]
    telling = [word for word in found if not is_empty(word)]
    return telling or found


def is_empty(word: Word) -> bool:
    """Whether a word tells no work from another."""
    return word.form in _EMPTY_URDU or word.form in _EMPTY_ROMAN or word.form in _EMPTY_ENGLISH


def speaks_urdu(text: str) -> bool:
    """Whether a text in Latin letters is Urdu by its particles (wala, ka, mein), or is in Urdu script."""
    return is_urdu(text) or any(part.lower() in _EMPTY_ROMAN - _EMPTY_ENGLISH for part in _parts(text[:LONGEST]))


#: Letters with the marks and joiners that may stand among them in Urdu.
_PART = re.compile(r"(?:[^\W\d_]|[\u064b-\u065f\u0670\u200c\u200d])+")


def _parts(text: str) -> list[str]:
    return _PART.findall(text)


@lru_cache(maxsize=50_000)
def _word(part: str) -> Word:
    if is_urdu(part):
        form = normalise_urdu(part)
        return Word(part, form, "", "", urdu_sound(form))
    form = fold_roman(part).replace(" ", "")
    return Word(part, form, stem(form), spelling(form), roman_sound(form)) if form else Word(part, "", "", "", "")


_PLURALS = (
    ("sses", "ss"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("xes", "x"),
    ("ies", "y"),
    ("women", "woman"),
    ("men", "man"),
)


def stem(word: str) -> str:
    """An English word in the singular; light on purpose, for letters are compared as well."""
    for ending, singular in _PLURALS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + singular
    if word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


_SPELLING = (
    (re.compile(r"aa+"), "a"), (re.compile(r"ee+|ii+|ie"), "i"), (re.compile(r"oo+|ou|uu"), "u"),
    (re.compile(r"a[iy]|ei|ey"), "e"), (re.compile(r"ph"), "f"), (re.compile(r"q"), "k"), (re.compile(r"ck"), "k"),
    (re.compile(r"w"), "v"), (re.compile(r"y$"), "i"), (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"([kgcjtdbp])h"), r"\1"), (re.compile(r"(?<=[aeiou])h$"), ""),
)  # fmt: skip


@lru_cache(maxsize=50_000)
def spelling(word: str) -> str:
    """A folded Roman word with the choices of spelling taken out: darzee, darzi → darzi; mistry, mistri → mistri."""
    for pattern, instead in _SPELLING:
        word = pattern.sub(instead, word)
    return word


def grams(word: str, sizes: tuple[int, ...]) -> list[str]:
    """The runs of letters of a word, its edges marked."""
    edged = f"^{word}$"
    return [edged[at : at + size] for size in sizes for at in range(len(edged) - size + 1)]
