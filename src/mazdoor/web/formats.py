"""How values are written for people: money, dates, numbers and codes, in English and Urdu.

Figures keep western digits in both languages, as on Pakistani notes and bills. Inside Urdu every number, CNIC and IBAN
is isolated left-to-right (``<bdi dir="ltr">``): without that, browsers move its dashes and signs about.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mazdoor.kernel.money import to_rupees

NOTHING = "–"


def language() -> str:
    """The language of the page being written: ``en`` or ``ur``."""
    return "ur" if (get_language() or "en").startswith("ur") else "en"


def in_script(english: str, urdu: str) -> str:
    """A name in the reader's script where it is known in it, else in the other."""
    english, urdu = english.strip(), urdu.strip()
    return (urdu or english) if language() == "ur" else (english or urdu)


def full_name(person: Mapping[str, Any]) -> str:
    """The name on a person's record (``given_name``, ``surname``, each with ``_ur``) in the reader's script, see above."""
    given, surname = person.get("given_name") or "", person.get("surname") or ""
    given_ur, surname_ur = person.get("given_name_ur") or "", person.get("surname_ur") or ""
    return in_script(f"{given} {surname}", f"{given_ur} {surname_ur}")


def father_name(person: Mapping[str, Any]) -> str:
    """The father's name on a person's record (``father_name``, ``father_name_ur``) in the reader's script, see above."""
    return in_script(person.get("father_name") or "", person.get("father_name_ur") or "")


def ltr(value: object) -> SafeString:
    """A CNIC, IBAN, telephone or registry number, isolated left-to-right; a dash where there is none."""
    if value is None or value == "":
        return SafeString(NOTHING)
    return format_html('<bdi dir="ltr">{}</bdi>', value)


def figures(paisa: int) -> str:
    """Rupees with two decimals and no unit, for columns: ``1234567`` paisa is ``12,345.67``."""
    return f"{to_rupees(paisa):,.2f}".replace("-", "−")


def money(paisa: int | None) -> SafeString:
    """An amount in paisa with its unit: ``Rs 12,345.67``, whole rupees without decimals; a dash for none."""
    if paisa is None:
        return SafeString(NOTHING)
    text = figures(paisa).removesuffix(".00")
    if language() == "ur":
        return format_html('<bdi dir="ltr">{}</bdi> {}', text, _("rupees"))
    return format_html('<bdi dir="ltr">Rs {}</bdi>', text)


def count(value: int | None) -> SafeString:
    """A number of things, with thousands marked; a dash for none."""
    return SafeString(NOTHING) if value is None else ltr(f"{value:,}".replace("-", "−"))


def percent(share: float | Decimal | None) -> SafeString:
    """A share (0.5 is half) as a percentage, with as many decimals as a small one needs to say something: ``12.3%``,
    ``0.08%``, ``0.0041%``. What is not quite everything is never rounded up to it: ``> 99.9%``."""
    if share is None:
        return SafeString(NOTHING)
    per_cent = share * 100
    if 99.95 <= per_cent < 100:
        return ltr("> 99.9%")
    decimals = 1 if per_cent >= 1 or per_cent == 0 else 2 if per_cent >= 0.01 else 4
    return ltr(f"{per_cent:.{decimals}f}%")


def day(value: dt.date | None) -> str:
    """A date nobody can misread, the month in words: ``21 November 2026``."""
    if value is None:
        return NOTHING
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    return _in_words(value, "j F Y", language())


@lru_cache(maxsize=10_000)
def _in_words(value: dt.date, form: str, language: str) -> str:
    """A date as Django writes it in the language of the page, which it is kept by."""
    return format_date(value, form)


def moment(value: dt.datetime | None) -> str:
    """A moment in local time: ``21 November 2026, 14:05``."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value)
    return f"{day(local.date())}{_(', ')}{local:%H:%M}"


def month(value: dt.date | None) -> str:
    """A month: ``November 2026``."""
    return NOTHING if value is None else _in_words(value, "F Y", language())


def born(birth_date: dt.date | None, precision: str) -> str:
    """A birth date as exactly as it is known: the day, the month, or the year alone."""
    if birth_date and precision == "year":
        return str(birth_date.year)
    return month(birth_date) if precision == "month" else day(birth_date)
