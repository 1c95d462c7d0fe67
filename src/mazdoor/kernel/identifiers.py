"""Identifiers: the registry number we give, and the CNIC and mobile number people bring.

The registry number has twelve digits for life: eleven that say nothing about the person (a number in sequence, spread
by a fixed permutation so neighbours do not look alike) and a Damm check digit, which catches every single wrong digit
and every swap of two neighbours. A CNIC is thirteen digits, written 12345-1234567-1; its first digit names a province
(1 to 8). Numbers that begin with 0 or 9 are issued to nobody: all invented people carry those.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from stdnum import damm

SPREAD_MODULUS: Final = 10**11
SPREAD_MULTIPLIER: Final = 61_803_398_873  # coprime to 10**11, so the spreading is a permutation
SPREAD_OFFSET: Final = 27_182_818_284


def registry_number(sequence: int) -> str:
    """The twelve-digit registry number of the ``sequence``-th registrant (0 ≤ sequence < 10^11)."""
    if not 0 <= sequence < SPREAD_MODULUS:
        raise ValueError("the registry number series is exhausted")
    body = f"{(sequence * SPREAD_MULTIPLIER + SPREAD_OFFSET) % SPREAD_MODULUS:011d}"
    return body + str(damm.calc_check_digit(body))


def is_registry_number(text: str) -> bool:
    """Whether the text is twelve digits with the right check digit."""
    return len(text) == 12 and text.isascii() and text.isdigit() and bool(damm.is_valid(text))


_NO_DIGIT: Final = re.compile("[^0-9]")


def ascii_digits(text: str) -> str:
    """The digits of a text, in any script (۰-۹ and ٠-٩ included), as 0-9; everything else dropped."""
    if text.isascii():
        return text if text.isdigit() else _NO_DIGIT.sub("", text)
    return "".join(str(unicodedata.digit(char)) for char in text if unicodedata.digit(char, None) is not None)


def plain_digits(text: str) -> str:
    """The text with digits of any script (۰-۹ and ٠-٩ included) as 0-9, all else as it was."""
    if text.isascii():
        return text
    return "".join(char if (digit := unicodedata.digit(char, None)) is None else str(digit) for char in text)


_LOOK_ALIKES: Final = str.maketrans({"O": "0", "o": "0", "Q": "0", "D": "0", "I": "1", "l": "1", "i": "1", "|": "1",
                                     "Z": "2", "z": "2", "S": "5", "s": "5", "B": "8", "G": "6"})  # fmt: skip


def letters_as_digits(text: str) -> str:
    """Letters that are typed for digits (O for 0, l for 1) as those digits. A repair to be told, never a silent one."""
    return text.translate(_LOOK_ALIKES)


def without_hidden_marks(text: str) -> tuple[str, bool]:
    """The text without control, direction and zero-width characters, and whether there were any.

    Tabs and line ends count as spaces. The zero-width non-joiner stays between letters: Urdu is written with it.
    """
    if text.isascii() and text.isprintable():
        return text, False
    kept = []
    hidden = False
    for place, char in enumerate(text):
        if char in "\t\n\r\x0b\x0c\u2028\u2029":
            kept.append("\n" if char == "\n" else " ")
        elif char == "\u200c" and 0 < place < len(text) - 1 and text[place - 1].isalpha() and text[place + 1].isalpha():
            kept.append(char)
        elif unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Cn"):
            hidden = True
        else:
            kept.append(char)
    return "".join(kept), hidden


_SEPARATORS: Final = re.compile(r"[\s\-‐-―.]")


def parse_cnic(text: str) -> str | None:
    """Thirteen digits of a CNIC written in any usual way, or ``None`` where it is not one.

    Letters are not guessed into digits here: that is an import's stated repair, never a silent one.
    """
    bare = _SEPARATORS.sub("", text)
    digits = ascii_digits(bare)
    return digits if len(digits) == 13 == len(bare) else None


def mask_cnic(cnic: str) -> str:
    """``12345-1234567-1`` as ``*****-*****67-1``: enough to recognise one's own, not enough to use."""
    return f"*****-*****{cnic[10:12]}-{cnic[12]}"


def parse_mobile(text: str) -> str | None:
    """A Pakistani mobile number as ``03XXXXXXXXX``, from any usual spelling (+92, 0092, spaces, dashes), or ``None``."""
    bare = re.sub(r"[\s\-().]", "", text)
    if bare.startswith("+"):
        bare = bare[1:]
    digits = ascii_digits(bare)
    if len(digits) != len(bare):
        return None
    if digits.startswith("0092"):
        digits = "0" + digits[4:]
    elif digits.startswith("92") and len(digits) == 12:
        digits = "0" + digits[2:]
    elif digits.startswith("3") and len(digits) == 10:
        digits = "0" + digits
    return digits if len(digits) == 11 and digits.startswith("03") else None


def mask_mobile(mobile: str) -> str:
    """``03001234567`` as ``03*****4567``."""
    return f"{mobile[:2]}*****{mobile[-4:]}"
