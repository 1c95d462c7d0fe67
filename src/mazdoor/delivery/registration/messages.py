"""What an SMS says, and what we say back: no more than one SMS, in the writing the sender used.

A CNIC is found however it is written: digits of any script, blanks, dashes, the letters O, I and l for nought and one
(a keypad makes them; the CNIC is asked back by a registrar who calls, so nothing rests on the guess alone). A message of
digits alone is answered in Urdu.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from mazdoor.kernel.names import fold_roman, is_urdu, normalise_urdu, word_sound
from mazdoor.reference import selectors as reference

Language = Literal["en", "ur", "ur-Latn"]

ANSWERS: Final[dict[str, dict[Language, str]]] = {
    "received": {
        "en": "Mazdoor: we have your number. A registrar will call you. It is free: pay nobody.",
        "ur": "مزدور: آپ کا نمبر مل گیا۔ رجسٹرار فون کرے گا۔ یہ مفت ہے۔",
        "ur-Latn": "Mazdoor: aap ka number mil gaya. Registrar aap ko phone kare ga. Yeh muft hai, kisi ko paise na dein.",
    },
    "ask_district": {
        "en": "Mazdoor: we have your number. Now send the name of your district. It is free: pay nobody.",
        "ur": "مزدور: نمبر مل گیا۔ اب اپنے ضلع کا نام بھیجیں۔ یہ مفت ہے۔",
        "ur-Latn": "Mazdoor: aap ka number mil gaya. Ab apne zila ka naam bhejein. Yeh muft hai, kisi ko paise na dein.",
    },
    "which": {
        "en": "Mazdoor: which district is it? Send its name: {districts}",
        "ur": "کون سا ضلع؟ نام بھیجیں: {districts}",
        "ur-Latn": "Mazdoor: kaun sa zila? Naam bhejein: {districts}",
    },
    "district": {
        "en": "Mazdoor: your district is noted. A registrar will call you.",
        "ur": "مزدور: ضلع درج ہو گیا۔ رجسٹرار آپ کو فون کرے گا۔",
        "ur-Latn": "Mazdoor: aap ka zila darj ho gaya. Registrar aap ko phone kare ga.",
    },
    "again": {
        "en": "Mazdoor: this number is already on our list. A registrar will call.",
        "ur": "مزدور: یہ نمبر پہلے سے درج ہے۔ رجسٹرار فون کرے گا۔",
        "ur-Latn": "Mazdoor: yeh number pehle se darj hai. Registrar phone kare ga.",
    },
    "registered": {
        "en": "Mazdoor: you are registered already. For questions come to any registration office.",
        "ur": "مزدور: آپ پہلے سے رجسٹرڈ ہیں۔ سوال ہو تو دفتر آئیں۔",
        "ur-Latn": "Mazdoor: aap pehle se registered hain. Sawal ho to registration daftar aayein.",
    },
    "withdrawn": {
        "en": "Mazdoor: your request is ended. To begin again, send your CNIC.",
        "ur": "مزدور: درخواست ختم ہوئی۔ دوبارہ کے لیے شناختی نمبر بھیجیں۔",
        "ur-Latn": "Mazdoor: aap ki darkhwast khatam ho gayi. Dobara ke liye apna CNIC number bhejein.",
    },
    "nothing": {
        "en": "Mazdoor: no request from this telephone is on our list.",
        "ur": "مزدور: اس فون سے کوئی درخواست درج نہیں۔",
        "ur-Latn": "Mazdoor: is phone se koi darkhwast darj nahin.",
    },
    "how": {
        "en": "Mazdoor: to be registered, send your CNIC number (13 digits) and your district.",
        "ur": "مزدور: 13 ہندسوں کا شناختی نمبر اور ضلع لکھ کر بھیجیں۔",
        "ur-Latn": "Mazdoor: registration ke liye apna CNIC number (13 hindse) aur zila likh kar bhejein.",
    },
    "digits": {
        "en": "Mazdoor: a CNIC has 13 digits, you sent {digits}. Please look again and send all 13.",
        "ur": "مزدور: شناختی نمبر 13 ہندسوں کا ہے، {digits} ملے۔ دوبارہ بھیجیں۔",
        "ur-Latn": "Mazdoor: CNIC number 13 hindson ka hota hai, {digits} mile. Dobara dekh kar bhejein.",
    },
    "too_many": {
        "en": "Mazdoor: too many requests came from this telephone. Please come to a registration office.",
        "ur": "مزدور: اس فون سے بہت درخواستیں آئیں۔ دفتر تشریف لائیں۔",
        "ur-Latn": "Mazdoor: is phone se bohat darkhwastein aayin. Registration daftar tashreef laayein.",
    },
}

_STOP: Final = frozenset({"stop", "end", "cancel", "band", "khatam", "بند", "ختم"})
_ENGLISH: Final = frozenset(
    {"register", "registration", "my", "is", "cnic", "please", "district", "the", "stop", "help"}
)
_LETTERS_FOR_DIGITS: Final = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1"})
_NUMBER: Final = re.compile(r"(?<![^\W\d_])[0-9OoIl|](?:[\s\-‐-―_.,/]*[0-9OoIl|]){8,18}(?![^\W_])")
_DIRECTIONS: Final = frozenset(
    {
        "central",
        "east",
        "west",
        "north",
        "south",
        "lower",
        "upper",
        "وسطی",
        "شرقی",
        "غربی",
        "شمالی",
        "جنوبی",
        "لوئر",
        "اپر",
    }
)
"""What tells districts of one common name apart: Karachi East, اپر دیر."""
_WHOLE_NAMES: Final = 3
"""Up to so many districts are named in full in an answer; more of them by what tells them apart, to fit one SMS."""
_WORDS: Final = re.compile(r"[^\W\d_]+")
_LONGEST_NAME: Final = 4
_SHORTEST_SOUND: Final = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message says: ``cnic`` of thirteen digits or '', ``digits`` how many a thing that looks like one has,
    ``district_code`` or '', ``among`` the districts it could be where a name is common to several ("Karachi"), ``stop``:
    they want no more."""

    cnic: str
    digits: int
    district_code: str
    among: tuple[str, ...]
    stop: bool
    language: Language


def read_message(text: str, *, within: str = "") -> Reading:
    """Read one message. Never fails: what is not understood is simply not there.

    ``within`` is the province of whoever was asked which of its districts they mean: there "East" alone is an answer.
    """
    plain = unicodedata.normalize("NFKC", text[:600])
    plain = "".join(_digit(char) for char in plain if unicodedata.category(char) != "Cf")
    found = _NUMBER.search(plain)
    number = re.sub(r"[^0-9]", "", found.group().translate(_LETTERS_FOR_DIGITS)) if found else ""
    rest = f"{plain[: found.start()]} {plain[found.end() :]}" if found else plain
    words = [word.lower() for word in _WORDS.findall(rest)]
    found_in = find_districts(words, within=within)
    return Reading(
        cnic=number if len(number) == 13 else "",
        digits=len(number),
        district_code=found_in[0] if len(found_in) == 1 else "",
        among=found_in if len(found_in) > 1 else (),
        stop=bool(_STOP & set(words)),
        language=_language(words),
    )


def answer_text(answer: str, language: str, *, digits: int | None = None) -> str:
    """The words of an answer. The one that asks which district is meant names in itself the first it could be
    (``which PK702``: see :func:`which`)."""
    kind, _blank, first = answer.partition(" ")
    writing: Language = "en" if language == "en" else "ur-Latn" if language == "ur-Latn" else "ur"
    names = _choices(first, "ur" if writing == "ur" else "en")
    return ANSWERS[kind][writing].format(digits=digits, districts=("، " if writing == "ur" else ", ").join(names))


def which(among: tuple[str, ...]) -> str:
    """The answer that asks which of several districts is meant."""
    return f"which {min(among)}"


def find_districts(words: list[str], *, within: str = "") -> tuple[str, ...]:
    """The district these words name, or those that bear the name between them; the longest name first: as it is written
    in either script, else by its sound; empty where none does. A short sound is no evidence (half the little words of
    Urdu sound like some place). Inside a province also what tells districts of one name apart there ("East")."""
    known = _districts()
    written = [_plain(word) for word in words[:40]]
    spoken = [_sound(word) for word in written]
    for names, said in ((known.spellings, written), (known.sounds, spoken)):
        for length in range(min(_LONGEST_NAME, len(said)), 0, -1):
            for first in range(len(said) - length + 1):
                codes = names.get(" ".join(said[first : first + length]), ())
                if codes:
                    return codes if len(codes) == 1 else _told_apart(known, (*written, *spoken), codes) or codes
    if within:
        every = (code for codes in known.parts.values() for code in codes)
        return _told_apart(known, (*written, *spoken), [code for code in every if code.startswith(within)])
    return ()


def _told_apart(known: _Known, said: Sequence[str], codes: Collection[str]) -> tuple[str, ...]:
    """The one of these districts that a word beside their common name points to ("karachi … sharqi"), or none."""
    for word in said:
        found = set(known.parts.get(word, ())) & set(codes)
        if len(found) == 1:
            return tuple(found)
    return ()


class _Known(NamedTuple):
    """Names of districts, by spelling and by sound: of one, or common to several (``groups``, by their first); and what
    tells those apart (``parts``)."""

    spellings: dict[str, tuple[str, ...]]
    sounds: dict[str, tuple[str, ...]]
    parts: dict[str, tuple[str, ...]]
    groups: dict[str, tuple[str, ...]]


_kept: dict[str, _Known] = {}


def _districts() -> _Known:
    """What districts are called. Read once; nothing is not kept. What two districts happen to share names neither."""
    if "districts" in _kept:
        return _kept["districts"]
    rows = reference.areas(level="district")
    names = {area.code: [_words_of(name) for name in (area.name_en, area.name_ur) if name] for area in rows}
    groups = _common_names(names, {area.code: area.division_code or "" for area in rows})
    spellings: dict[str, set[str]] = {}
    sounds: dict[str, set[str]] = {}
    parts: dict[str, set[str]] = {}
    for code, written in names.items():
        for words in written:
            _enter(words, {code}, spellings, sounds)
            for word in _DIRECTIONS & set(words):
                for key in {_plain(word), _sound(_plain(word))}:
                    parts.setdefault(key, set()).add(code)
    single = [{key: tuple(codes) for key, codes in table.items() if len(codes) == 1} for table in (spellings, sounds)]
    shared: tuple[dict[str, set[str]], dict[str, set[str]]] = ({}, {})
    for common, codes in groups.items():
        _enter(common.split(), codes, *shared)
    # A district's own name comes before what several have in common.
    both = [
        {key: tuple(sorted(codes)) for key, codes in more.items()} | own
        for own, more in zip(single, shared, strict=True)
    ]
    found = _Known(
        both[0],
        both[1],
        {key: tuple(sorted(codes)) for key, codes in parts.items()},
        {min(codes): tuple(sorted(codes)) for codes in groups.values()},
    )
    if rows:
        _kept["districts"] = found
    return found


def _words_of(name: str) -> list[str]:
    return [_plain(word) if word not in _DIRECTIONS else word for word in _WORDS.findall(name.lower())]


def _enter(words: list[str], codes: set[str], spellings: dict[str, set[str]], sounds: dict[str, set[str]]) -> None:
    plain = [_plain(word) for word in words]
    spellings.setdefault(" ".join(plain), set()).update(codes)
    sound = " ".join(_sound(word) for word in plain)
    if len(sound) >= _SHORTEST_SOUND:
        sounds.setdefault(sound, set()).update(codes)


def _common_names(names: dict[str, list[list[str]]], division: dict[str, str]) -> dict[str, set[str]]:
    """Common name → districts, in either script: those called so with a direction before or behind, whoever else bears
    the name, and where the division is called so too (Karachi), the rest of its districts."""
    groups: dict[str, set[str]] = {}
    for code, written in names.items():
        for words in written:
            rest = [word for word in words if word not in _DIRECTIONS]
            if rest and len(rest) < len(words):
                groups.setdefault(" ".join(rest), set()).add(code)
    for common, codes in groups.items():
        bare = set(common.split())
        codes.update(code for code, written in names.items() if any(bare < set(words) for words in written))
        for home in {division[code] for code in codes} - {""}:
            area = reference.find_area(home)
            if area is not None and common in {" ".join(_words_of(name)) for name in (area.name_en, area.name_ur)}:
                codes.update(code for code, of in division.items() if of == home)
    return {common: codes for common, codes in groups.items() if len(codes) > 1}


def _choices(first: str, language: str) -> list[str]:
    """The districts of a group as an answer names them."""
    codes = _districts().groups.get(first, ())
    names = [reference.area_name(code, language) for code in codes]
    if len(names) <= _WHOLE_NAMES:
        return names
    return [" ".join(word for word in name.split() if word.lower() in _DIRECTIONS) or name for name in names]


def _plain(word: str) -> str:
    return normalise_urdu(word) if is_urdu(word) else fold_roman(word)


def _sound(word: str) -> str:
    return word_sound(word) or word


def _digit(char: str) -> str:
    value = unicodedata.digit(char, None)
    return char if value is None else str(value)


def _language(words: list[str]) -> Language:
    letters = "".join(words)
    if not letters or is_urdu(letters):
        return "ur"
    return "en" if _ENGLISH & set(words) else "ur-Latn"
