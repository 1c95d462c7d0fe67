"""The letters a payment file may carry: Latin letters, digits and ``/ - ? : ( ) . , ' +`` and space.

Banks drop or reject anything else, so a name is written over before it goes out: Urdu letter by letter (it need only be
recognisable to the payee; the money goes by IBAN), accents removed, the rest left out.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_PERMITTED: Final = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
IDENTIFIER: Final = r"(?![^ ]*//)[A-Za-z0-9][A-Za-z0-9/\-?:().,'+]{0,34}"
"""The pattern of an id: 1 to 35 permitted characters, no space, no leading sign, no double slash."""
_IDENTIFIER: Final = re.compile(IDENTIFIER)
_AS_IT_IS: Final = re.compile(r"[A-Za-z0-9/\-?:().,'+]+(?: [A-Za-z0-9/\-?:().,'+]+)*")

_URDU: Final = str.maketrans(
    {
        "ا": "a", "آ": "aa", "أ": "a", "ب": "b", "پ": "p", "ت": "t", "ٹ": "t", "ث": "s", "ج": "j", "چ": "ch",
        "ح": "h", "خ": "kh", "د": "d", "ڈ": "d", "ذ": "z", "ر": "r", "ڑ": "r", "ز": "z", "ژ": "zh", "س": "s",
        "ش": "sh", "ص": "s", "ض": "z", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f", "ق": "q", "ک": "k",
        "ك": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ں": "n", "و": "w", "ؤ": "o", "ہ": "h", "ۃ": "t",
        "ھ": "h", "ه": "h", "ة": "t", "ء": "", "ی": "y", "ي": "y", "ئ": "y", "ے": "e", "َ": "a", "ِ": "i",
        "ُ": "u", "ّ": "", "ْ": "", "ٰ": "a", "۔": ".", "،": ",",
    }
)  # fmt: skip


def permitted_text(text: str, longest: int) -> str:
    """The text in permitted letters, at most ``longest`` of them; may be empty."""
    if len(text) <= longest and _AS_IT_IS.fullmatch(text):
        return text
    return _written_over(text, longest)


@lru_cache(maxsize=65_536)
def _written_over(text: str, longest: int) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_URDU))
        if not text.isascii():
            text = "".join(
                str(unicodedata.digit(char)) if unicodedata.digit(char, None) is not None else char for char in text
            )
    return " ".join(_PERMITTED.sub("", text).split())[:longest].rstrip()


def permitted_name(text: str, longest: int = 140) -> str:
    """A name in permitted letters, words capitalised where it was written over from Urdu."""
    written = permitted_text(text, longest)
    return written if text.isascii() else written.title()


def is_identifier(text: str) -> bool:
    """Whether a text may serve as an id on the wire (see :data:`IDENTIFIER`)."""
    return _IDENTIFIER.fullmatch(text) is not None
