"""Exact numbers as people here write them: digits of any script, lakhs, currency words."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from mazdoor.kernel.identifiers import plain_digits

_MONEY_WORDS: Final = re.compile(r"^(?:rs\.?|pkr|₨|روپے|روپیہ)\s*|\s*(?:/-|/=|rs\.?|pkr|روپے|روپیہ)$", re.IGNORECASE)
_GROUPED: Final = re.compile(r"^-?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?$")
"""12,34 may be twelve and a bit: only commas that leave three digits behind the last are thousands or lakhs."""
_SHORTENED: Final = re.compile(r"\de", re.IGNORECASE)
"""1E+5 is how a spreadsheet shows a long number it no longer has all digits of."""


def read_number(value: Any) -> Decimal | None:
    """An exact number as people write it: digits of any script, thousands by commas (also lakh), currency words."""
    if isinstance(value, bool):
        return None
    text = plain_digits(str(value)).replace("٫", ".").replace("٬", ",").strip()
    text = _MONEY_WORDS.sub("", _MONEY_WORDS.sub("", text)).strip()
    if _GROUPED.match(text):
        text = text.replace(",", "")
    if isinstance(value, str) and _SHORTENED.search(text):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**15 else None
