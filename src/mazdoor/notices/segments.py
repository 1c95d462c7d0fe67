"""How many SMS a text costs, and in which alphabet it travels (3GPP TS 23.038).

A text of the GSM 7-bit alphabet takes 160 characters in one SMS, or 153 in each of several; any other character, so
every word of Urdu, makes the whole text UCS-2: 70 in one, 67 in each of several.
"""

from __future__ import annotations

from math import ceil
from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")

MOST_SEGMENTS: Final = 3


def is_gsm7(text: str) -> bool:
    """Whether the text fits the GSM 7-bit alphabet with its extension."""
    return all(char in _BASIC or char in _EXTENDED for char in text)


def count_segments(text: str) -> int:
    """The number of SMS ``text`` is sent as; an empty text is one."""
    if is_gsm7(text):
        septets = sum(2 if char in _EXTENDED else 1 for char in text)
        return 1 if septets <= 160 else ceil(septets / 153)
    units = len(text.encode("utf-16-be")) // 2
    return 1 if units <= 70 else ceil(units / 67)
