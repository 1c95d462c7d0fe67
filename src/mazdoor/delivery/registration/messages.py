"""What an SMS says, and what we say back: no more than one SMS, in the writing the sender used.

A CNIC is found however it is written: digits of any script, blanks, dashes, the letters O, I and l for nought and one
(a keypad makes them; the CNIC is asked back by a registrar who calls, so nothing rests on the guess alone). A message of
digits alone is answered in Urdu.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from mazdoor.matching.names import word_sound
from mazdoor.matching.roman import fold_roman
from mazdoor.matching.scripts import is_urdu, normalise_urdu
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
_WORDS: Final = re.compile(r"[^\W\d_]+")
_LONGEST_NAME: Final = 4
_SHORTEST_SOUND: Final = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message says: ``cnic`` of thirteen digits or '', ``digits`` how many a thing that looks like one has,
    ``district_code`` or '', ``stop``: they want no more."""

    cnic: str
    digits: int
    district_code: str
    stop: bool
    language: Language


def read_message(text: str) -> Reading:
    """Read one message. Never fails: what is not understood is simply not there."""
    plain = unicodedata.normalize("NFKC", text[:600])
    plain = "".join(_digit(char) for char in plain if unicodedata.category(char) != "Cf")
    found = _NUMBER.search(plain)
    number = re.sub(r"[^0-9]", "", found.group().translate(_LETTERS_FOR_DIGITS)) if found else ""
    rest = f"{plain[: found.start()]} {plain[found.end() :]}" if found else plain
    words = [word.lower() for word in _WORDS.findall(rest)]
    return Reading(
        cnic=number if len(number) == 13 else "",
        digits=len(number),
        district_code=find_district(words),
        stop=bool(_STOP & set(words)),
        language=_language(words),
    )


def answer_text(answer: str, language: str, *, digits: int | None = None) -> str:
    """The words of an answer."""
    writing: Language = "en" if language == "en" else "ur-Latn" if language == "ur-Latn" else "ur"
    return ANSWERS[answer][writing].format(digits=digits)


def find_district(words: list[str]) -> str:
    """The district these words name, the longest name first: as it is written in either script, else by its sound; ''
    where none or several do. A short sound is no evidence (half the little words of Urdu sound like some place)."""
    spellings, sounds = _districts()
    written = [_plain(word) for word in words[:40]]
    for known, said in ((spellings, written), (sounds, [_sound(word) for word in written])):
        for length in range(min(_LONGEST_NAME, len(said)), 0, -1):
            for first in range(len(said) - length + 1):
                code = known.get(" ".join(said[first : first + length]), "")
                if code:
                    return code
    return ""


_kept: dict[str, dict[str, str]] = {}


def _districts() -> tuple[dict[str, str], dict[str, str]]:
    """Spelling → district and sound → district, without what two districts share. Read once; nothing is not kept."""
    if not _kept:
        spellings: dict[str, set[str]] = {}
        sounds: dict[str, set[str]] = {}
        for area in reference.areas(level="district"):
            for name in {area.name_en, area.name_ur} - {""}:
                words = [_plain(word) for word in _WORDS.findall(name.lower())]
                spellings.setdefault(" ".join(words), set()).add(area.code)
                sound = " ".join(_sound(word) for word in words)
                if len(sound) >= _SHORTEST_SOUND:
                    sounds.setdefault(sound, set()).add(area.code)
        if spellings:
            for name, found in (("spellings", spellings), ("sounds", sounds)):
                _kept[name] = {key: min(codes) for key, codes in found.items() if len(codes) == 1}
    return _kept.get("spellings", {}), _kept.get("sounds", {})


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
