"""Words for values, outcomes and headings in English and Urdu, and the size of a text message.

Digits are western in both languages, as printed on Pakistani notes and pay slips; inside Urdu they are isolated
left-to-right so that a number is never read backwards.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, Final

from mazdoor.kernel.refusals import Words
from mazdoor.rules.language import typed

HEADINGS: Final = {
    "yes": Words("{programme}: you qualify. Amount: {amount}.", "{programme}: آپ اہل ہیں۔ رقم: {amount}۔"),
    "no": Words("{programme}: you do not qualify.", "{programme}: آپ اہل نہیں۔"),
    "unknown": Words(
        "{programme}: we cannot decide yet; something is missing.",
        "{programme}: ابھی فیصلہ ممکن نہیں؛ کچھ معلومات باقی ہیں۔",
    ),
    "date": Words("As of", "بتاریخ"),
    "category": Words("Category:", "زمرہ:"),
    "also": Words("These were also not met or are not known:", "یہ شرائط بھی پوری نہیں ہوئیں یا معلوم نہیں:"),
    "appeal": Words("If you disagree:", "اگر آپ متفق نہیں:"),
    "threshold": Words("required or limit:", "شرط یا حد:"),
}

OUTCOMES: Final = {
    "met": Words("yes", "ہاں"),
    "not_met": Words("no", "نہیں"),
    "unknown": Words("not known", "معلوم نہیں"),
    "not_coded": Words("not decided here", "یہاں طے نہیں ہوتا"),
    "why_met": Words("Reason:", "وجہ:"),
    "why_not_met": Words("This condition is not met:", "یہ شرط پوری نہیں:"),
    "why_unknown": Words("We do not yet know whether", "یہ معلوم نہیں کہ"),
}

MARKS: Final = {
    "yes": Words("verified", "تصدیق شدہ"),
    "partial": Words("partly verified", "جزوی تصدیق شدہ"),
    "secondary": Words("from a secondary source", "ثانوی ذریعے سے"),
    "weak": Words("from a weak source", "کمزور ذریعے سے"),
    "derived": Words("derived, not read", "اخذ کردہ"),
    "computed": Words("computed, not read", "حساب کردہ"),
    "memory": Words("unverified", "غیر تصدیق شدہ"),
    "unresolved": Words("unresolved in the law", "قانون میں غیر واضح"),
}

_UNITS: Final = {
    "years": Words("years", "سال"),
    "months": Words("months", "مہینے"),
    "days": Words("days", "دن"),
    "hours": Words("hours", "گھنٹے"),
    "acres": Words("acres", "ایکڑ"),
    "points": Words("points", "پوائنٹ"),
    "weeks": Words("weeks", "ہفتے"),
    "pieces": Words("pieces", "عدد"),
}
_PER: Final = {
    "months": Words("a month", "ماہانہ"),
    "days": Words("a day", "یومیہ"),
    "hours": Words("an hour", "فی گھنٹہ"),
    "years": Words("a year", "سالانہ"),
}
_MORE: Final = Words("{amount} more needed", "مزید {amount} درکار")
_LESS: Final = Words("{amount} too much", "{amount} زیادہ")
_LEFT_TO_RIGHT, _END = "\u2066", "\u2069"


def isolated(text: str, lang: str) -> str:
    """``text`` kept left-to-right inside Urdu."""
    return f"{_LEFT_TO_RIGHT}{text}{_END}" if lang.startswith("ur") else text


def money_sign(currency: str) -> str:
    """How a money is written before an amount: ``Rs`` at home, the code of another country's."""
    return "Rs" if currency == "PKR" else currency


def number_words(value: Fraction | Decimal, kind: typed.Number, lang: str) -> str:
    """A number with its unit: ``Rs 12,000``, ``163 months``."""
    exact = Fraction(value)
    whole = exact.denominator == 1
    powers = dict(kind.unit.powers)
    if kind.unit.currency:
        shown = f"{int(exact):,}" if whole else f"{Decimal(exact.numerator) / Decimal(exact.denominator):,.2f}"
        per = next((_PER[base].in_language(lang) for base, power in powers.items() if power == -1 and base in _PER), "")
        return f"{isolated(f'{money_sign(kind.unit.currency)} {shown}', lang)} {per}".strip()
    shown = f"{int(exact):,}" if whole else f"{Decimal(exact.numerator) / Decimal(exact.denominator):f}"
    if len(powers) == 1:
        base, power = next(iter(powers.items()))
        if power == 1 and base in _UNITS:
            word = _UNITS[base].in_language(lang)
            if lang.startswith("en") and exact == 1:
                word = word.removesuffix("s")
            return f"{isolated(shown, lang)} {word}"
    return isolated(shown, lang)


def value_words(value: Any, kind: typed.Type, lang: str) -> str:
    """A value as a person reads it; unknown as "not known"."""
    if value is None:
        return OUTCOMES["unknown"].in_language(lang)
    if isinstance(value, bool):
        return OUTCOMES["met" if value else "not_met"].in_language(lang)
    if isinstance(kind, typed.Number) and isinstance(value, Fraction | Decimal | int):
        return number_words(Fraction(value), kind, lang)
    return isolated(value.isoformat() if isinstance(value, date) else str(value), lang)


def difference(sign: str, left: Any, right: Any, kind: typed.Type, lang: str) -> str:
    """What would have to change where one value is held against one threshold ("17 months more needed"), else nothing."""
    if not (isinstance(kind, typed.Number) and isinstance(left, Fraction) and isinstance(right, Fraction)):
        return ""
    if sign == ">=" and left < right:
        return _MORE.in_language(lang).format(amount=number_words(right - left, kind, lang))
    if sign == "<=" and left > right:
        return _LESS.in_language(lang).format(amount=number_words(left - right, kind, lang))
    return ""


_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE: Final = frozenset("^{}\\[~]|€")
MOST_SEGMENTS: Final = 3


def segments(text: str) -> int:
    """How many segments a text message of ``text`` takes (7-bit where the letters allow, else 16-bit)."""
    if all(sign in _GSM or sign in _GSM_TWICE for sign in text):
        length = sum(2 if sign in _GSM_TWICE else 1 for sign in text)
        return 1 if length <= 160 else ceil(length / 153)
    length = len(text.encode("utf-16-be")) // 2
    return 1 if length <= 70 else ceil(length / 67)


def sms_fits(text: str) -> bool:
    """Whether ``text`` is at most three segments."""
    return segments(text) <= MOST_SEGMENTS
