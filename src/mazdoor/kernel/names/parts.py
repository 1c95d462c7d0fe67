"""A person's name, in either script, taken apart into what linkage can use.

`analyse_name` is the one function: text in, `Name` out. Whoever has many names calls it once for each *distinct* one and
joins the answers, so one and many always agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mazdoor.kernel.names.particles import ARTICLES, PARTICLE_SOUNDS, PARTICLE_SPELLINGS, SHORT_FORMS
from mazdoor.kernel.names.roman import fold_roman, roman_sound
from mazdoor.kernel.names.urdu import TOLD_APART, is_urdu, normalise_urdu, urdu_sound

_SUN_SOUNDS = frozenset("TDRZSXN")


@dataclass(frozen=True, slots=True)
class Name:
    """What a written name says.

    `text`: folded spelling of its telling parts, '' if nothing is left · `sound`: sounds of its telling parts, sorted,
    so that the order of parts does not matter · `head`: sound of the first telling part · `parts`: sounds of the parts
    that are no particles · `titles`: sounds of the particles. Where a name has particles alone, the last of them tells.
    """

    text: str
    sound: str
    head: str
    parts: tuple[str, ...]
    titles: tuple[str, ...]


NO_NAME = Name("", "", "", (), ())


@lru_cache(maxsize=200_000)
def word_sound(word: str) -> str:
    """The sound of one folded word of either script; short and irregular forms are read out (Mohd -> MHMD)."""
    word = SHORT_FORMS.get(word, word)
    sound = _spoken(word)
    if not sound.startswith("ABDL"):
        return sound
    if len(sound) > 5 and sound[4] in _SUN_SOUNDS:
        return "ABD" + sound[4:]  # Abdul Rehman is spoken, and often written, Abdurrehman
    master = _SERVANT.sub("", word)
    whose = _spoken(master)
    return f"ABDL{whose}" if whose in TOLD_APART.values() else sound  # Abdul Hussain is not Abdul Hassan


def _spoken(word: str) -> str:
    return urdu_sound(word) if is_urdu(word) else roman_sound(word)


@dataclass(frozen=True, slots=True)
class Lineage:
    """A person named by another: own name, `father`, `husband` or '' (not said), and that one's name."""

    own: str
    relation: str
    other: str


_RELATION = re.compile(
    r"(?:^|(?<=\s))(?:(?P<husband>w\s*/\s*o|wife\s+of|zauja|زوجہ|بیوہ)|"
    r"(?P<father>[sd]\s*/\s*o|(?:son|daughter)\s+of|walad|wald|bint|ولد|بنت))[.:]?(?=\s|$)",
    re.IGNORECASE,
)


def split_lineage(text: str) -> Lineage:
    """Father or husband, where both stand in one line as on old papers: what comes before and after "son of".

    >>> split_lineage("Fatima Bibi W/O Ghulam Rasool")
    Lineage(own='Fatima Bibi', relation='husband', other='Ghulam Rasool')
    >>> split_lineage("محمد اسلم ولد محمد اکرم").relation
    'father'
    >>> split_lineage("Muhammad Aslam")
    Lineage(own='Muhammad Aslam', relation='', other='')
    """
    found = _RELATION.search(text)
    if not found:
        return Lineage(text.strip(), "", "")
    return Lineage(text[: found.start()].strip(), str(found.lastgroup), text[found.end() :].strip())


@lru_cache(maxsize=16_384)
def analyse_name(text: str | None) -> Name:
    """Take a name apart. None, blanks and text without letters give `NO_NAME`.

    Of a name with "son of" in it the part before counts; in a father's box ("S/O Akram") the part after.

    >>> analyse_name("Md. Aslam Khan").sound == analyse_name("خان محمد اسلم").sound
    True
    >>> analyse_name("Abdur Rahman").head == analyse_name("Abdul Rehman").head == analyse_name("عبدالرحمٰن").head
    True
    >>> analyse_name("Hassan").head == analyse_name("Hussain").head
    False
    """
    if not text:
        return NO_NAME
    lineage = split_lineage(text)
    text = lineage.own or lineage.other
    words = (normalise_urdu(text) if is_urdu(text) else fold_roman(text)).split()
    words = _glued(words)
    pairs = [(word, word_sound(word)) for word in words]
    pairs = [(word, sound) for word, sound in pairs if sound]
    if not pairs:
        return NO_NAME
    own = [(word, sound) for word, sound in pairs if not _is_particle(word, sound)]
    titles = [sound for word, sound in pairs if _is_particle(word, sound)]
    telling = own or pairs[-1:]
    return Name(
        " ".join(_SERVANT.sub("", word) for word, _ in telling),
        " ".join(sorted(sound for _, sound in telling)),
        telling[0][1],
        _once([sound for _, sound in own]),
        _once(titles),
    )


#: Abdul (servant of) opens dozens of names; it would make all of them look alike letter by letter.
_SERVANT = re.compile(r"^(abd[aeou]*l?|عبدال|عبد)(?=.{3})")


def _is_particle(word: str, sound: str) -> bool:
    return sound in PARTICLE_SOUNDS or word in PARTICLE_SPELLINGS


def _once(sounds: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sounds))


def _glued(words: list[str]) -> list[str]:
    """Join the halves of one name: `abdul rehman`, `inam ul haq`, `sana ullah`, `shams ud din` become one word each."""
    out: list[str] = []
    join_next = False
    for word in words:
        article = word in ARTICLES and bool(out)
        if out and (join_next or article or word in _SECOND_HALVES):
            if word.startswith("ال") and len(word) > 2:
                out[-1] += _without_sun_article(word)
            else:
                out[-1] += word
        else:
            out.append(word)
        join_next = article or (word in _FIRST_HALVES and len(words) > 1)
    return out


def _without_sun_article(word: str) -> str:
    """الدین -> دین: before a sun letter the article is silent, and Roman spellings leave it out."""
    rest = word[2:]
    return rest if urdu_sound(rest)[:1] in _SUN_SOUNDS else word


_FIRST_HALVES = frozenset(
    {"abd", "abdul", "abdal", "abdur", "abdus", "abdun", "abduz", "abdel", "abdool", "abdu", "عبد", "عبدال"}
)
_SECOND_HALVES = frozenset(
    {
        "ullah",
        "ulla",
        "allah",
        "uddin",
        "ud-din",
        "uldin",
        "urrehman",
        "urrahman",
        "ulhaq",
        "اللہ",
        "الدین",
        "الحق",
        "الرحمن",
    }
)
