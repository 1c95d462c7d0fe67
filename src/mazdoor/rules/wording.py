"""Words for values, outcomes and headings in English and Urdu, and the size of a text message.

Digits are western in both languages, as printed on Pakistani notes and pay slips; inside Urdu they are isolated
left-to-right so that a number is never read backwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from mazdoor.kernel.numbers import Shape
from mazdoor.kernel.refusals import Words
from mazdoor.rules.engines.calendar import add_months, completed_months
from mazdoor.rules.language import typed
from mazdoor.rules.language.units import Unit

HEADINGS: Final = {
    "yes": Words("{programme}: you qualify. Amount: {amount}.", "{programme}: آپ اہل ہیں۔ رقم: {amount}۔"),
    "behind": Words(
        "{programme}: you qualify, and are number {rank} in the order for {places} places in your area.",
        "{programme}: آپ اہل ہیں، اور آپ کے علاقے کی {places} نشستوں کی ترتیب میں آپ کا نمبر {rank} ہے۔",
    ),
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
    "written": Words("It is written in:", "یہ یہاں لکھا ہے:"),
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
    "memory": Words("not verified", "غیر تصدیق شدہ"),
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
_ONE: Final = {"months": Words("month", "مہینہ"), "hours": Words("hour", "گھنٹہ"), "weeks": Words("week", "ہفتہ")}
_PER: Final = {
    "months": Words("a month", "ماہانہ"),
    "days": Words("a day", "یومیہ"),
    "hours": Words("an hour", "فی گھنٹہ"),
    "years": Words("a year", "سالانہ"),
}
# Money is written with its sign before it in English, with its word after it in Urdu. A currency that is not named
# here is written by its code.
_MONEY: Final = {"PKR": Words("Rs {amount}", "{amount} روپے"), "INR": Words("INR {amount}", "{amount} بھارتی روپے")}
_MONTHS: Final = (
    Words("January", "جنوری"),
    Words("February", "فروری"),
    Words("March", "مارچ"),
    Words("April", "اپریل"),
    Words("May", "مئی"),
    Words("June", "جون"),
    Words("July", "جولائی"),
    Words("August", "اگست"),
    Words("September", "ستمبر"),
    Words("October", "اکتوبر"),
    Words("November", "نومبر"),
    Words("December", "دسمبر"),
)
_LEFT_TO_RIGHT, _END = "\u2066", "\u2069"
_MARK: Final = "\u200e"
_FINEST_SHOWN: Final = 4


def isolated(text: str, lang: str) -> str:
    """``text`` kept left-to-right inside Urdu."""
    return f"{_LEFT_TO_RIGHT}{text}{_END}" if lang.startswith("ur") and text else text


def unisolated(text: str) -> str:
    """``text`` for a telephone, which may show an isolate as a box: without them.

    What is not plain figures (a provision, a code) is held by the older left-to-right mark, which every telephone knows.
    """

    def plain(found: re.Match[str]) -> str:
        inside = found[1]
        return inside if all(each.isdigit() or each in ",." for each in inside) else f"{_MARK}{inside}{_MARK}"

    return re.sub(f"{_LEFT_TO_RIGHT}([^{_END}]*){_END}", plain, text)


def listed(parts: Iterable[str], lang: str) -> str:
    """Parts joined by a comma, each language's own."""
    return ("، " if lang.startswith("ur") else ", ").join(part for part in parts if part)


def stop(lang: str) -> str:
    """The full stop."""
    return "۔" if lang.startswith("ur") else "."


def _figures(exact: Fraction, *, least: int = 0) -> str:
    """A number in western digits with thousands marked; decimals as many as it has, at most four, ``least`` if any."""
    if exact.denominator == 1:
        return f"{int(exact):,}"
    places = next((n for n in range(1, _FINEST_SHOWN) if (exact * 10**n).denominator == 1), _FINEST_SHOWN)
    places = max(places, least)
    scaled = round(exact * 10**places)
    whole, rest = divmod(abs(scaled), 10**places)
    return f"{'-' if scaled < 0 else ''}{whole:,}.{rest:0{places}d}"


def number_words(value: Fraction | Decimal, kind: typed.Number, lang: str) -> str:
    """A number with its unit: ``Rs 12,000``, ``163 months``."""
    exact = Fraction(value)
    powers = dict(kind.unit.powers)
    if kind.unit.currency:
        shown = isolated(_figures(exact, least=2), lang)
        money = _MONEY.get(kind.unit.currency)
        if lang.startswith("ur") or money is None:
            written = (
                (money or Words("", "{amount} " + kind.unit.currency)).ur
                if lang.startswith("ur")
                else "{code} {amount}"
            )
            text = written.format(amount=shown, code=kind.unit.currency)
        else:
            text = money.en.format(amount=shown)
        per = next((_PER[base].in_language(lang) for base, power in powers.items() if power == -1 and base in _PER), "")
        return f"{text} {per}".strip()
    shown = isolated(_figures(exact), lang)
    if len(powers) == 1:
        base, power = next(iter(powers.items()))
        if power == 1 and base in _UNITS:
            word = _UNITS[base].in_language(lang)
            if exact == 1:
                word = _ONE[base].in_language(lang) if base in _ONE else word if lang.startswith("ur") else word[:-1]
            return f"{shown} {word}"
    return shown


def day_words(day: date, lang: str) -> str:
    """A day nobody can misread, the month in words: ``2 March 2027``."""
    return f"{isolated(str(day.day), lang)} {_MONTHS[day.month - 1].in_language(lang)} {isolated(str(day.year), lang)}"


def span_words(start: date, end: date, lang: str) -> str:
    """How long it is from one day to a later one: ``7 months``, ``2 years and 1 month``, ``12 days``."""
    months = int(completed_months(start, end))
    rest = (end - add_months(start, Fraction(months))).days
    parts = [
        number_words(Fraction(count), typed.Number(Unit.of(unit), Shape.of(5)), lang)
        for count, unit in ((months // 12, "years"), (months % 12, "months"), (rest, "days"))
        if count > 0
    ]
    return (" اور " if lang.startswith("ur") else " and ").join(parts)


def value_words(value: Any, kind: typed.Type, lang: str) -> str:
    """A value as a person reads it; unknown as "not known"."""
    if value is None:
        return OUTCOMES["unknown"].in_language(lang)
    if isinstance(value, bool):
        return OUTCOMES["met" if value else "not_met"].in_language(lang)
    if isinstance(kind, typed.Number) and isinstance(value, Fraction | Decimal | int):
        return number_words(Fraction(value), kind, lang)
    if isinstance(value, date):
        return day_words(value, lang)
    return isolated(str(value), lang)


_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE: Final = frozenset("\f^{}\\[~]|€")
# Typographers' signs that would make a whole message of English cost twice as much.
_PLAINER: Final = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "…": "...",
        "×": "x",
        "·": "-",
        "\u00a0": " ",
    }
)
MOST_SEGMENTS: Final = 3


_SECTION: Final = re.compile(r"ss?\.(?P<number>\d\S*)|Schedule para (?P<para>\(\d+\))")


def provision_words(provision: str, lang: str) -> str:
    """A provision in the reader's words: in Urdu sections and paragraphs of a Schedule are named so, their numbers kept
    left-to-right. What a provision says beyond that stays as its source writes it, as a whole."""
    parts = [_SECTION.fullmatch(each) for each in provision.split(", ")]
    if not lang.startswith("ur") or not all(parts):
        return isolated(provision, lang)
    return listed(
        (
            f"دفعہ {isolated(each['number'], lang)}" if each["number"] else f"جدول، پیرا {isolated(each['para'], lang)}"
            for each in parts
            if each
        ),
        lang,
    )


def plainer(text: str) -> str:
    """``text`` with typographers' signs written as a telephone's alphabet has them."""
    return text.translate(_PLAINER)


def segments(text: str) -> int:
    """How many segments a text message of ``text`` takes: 7-bit where the letters allow (160, or 153 in each of several),
    else 16-bit (70, or 67). A sign that takes two places is never cut in half, so it may begin the next segment."""
    if all(sign in _GSM or sign in _GSM_TWICE for sign in text):
        sizes, whole, part = [2 if sign in _GSM_TWICE else 1 for sign in text], 160, 153
    else:
        sizes, whole, part = [len(sign.encode("utf-16-be")) // 2 for sign in text], 70, 67
    if sum(sizes) <= whole:
        return 1
    count, left = 1, part
    for size in sizes:
        if size > left:
            count, left = count + 1, part
        left -= size
    return count


def sms_fits(text: str) -> bool:
    """Whether ``text`` is at most three segments."""
    return segments(text) <= MOST_SEGMENTS
