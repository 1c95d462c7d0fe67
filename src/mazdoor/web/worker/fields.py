"""A question of the questionnaire as a field of a page, and what was written in it as an answer.

What is written is kept as it was written: the questionnaire's own checking types it, at this door as at every other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from mazdoor.delivery.registration.questionnaire import AnswerType, Question
from mazdoor.kernel.identifiers import ascii_digits
from mazdoor.reference import selectors as reference
from mazdoor.web.registry import lists

MOST_RADIOS: Final = 9
"""More choices than these become a list to open."""
LONGEST: Final = 300

_KEYPAD: Final = {
    AnswerType.CNIC: "numeric",
    AnswerType.MOBILE: "tel",
    AnswerType.WHOLE: "numeric",
    AnswerType.MONEY: "numeric",
    AnswerType.DECIMAL: "decimal",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field."""

    code: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A field as the page draws it. ``kind``: text, radios, checks, list, groups or date; ``value`` is what was written.

    ``parts`` of a date are day, month and year; ``keypad`` is the ``inputmode`` of a telephone's keyboard.
    """

    name: str
    kind: str
    label: str
    hint: str = ""
    value: str = ""
    problem: str = ""
    optional: bool = False
    options: tuple[Option, ...] = ()
    groups: tuple[tuple[str, tuple[Option, ...]], ...] = ()
    parts: tuple[str, str, str] = ("", "", "")
    keypad: str = ""
    ltr: bool = False
    longest: int = LONGEST
    unit: str = ""

    @property
    def anchor(self) -> str:
        """The id a problem's link leads to: the first thing one can fill in."""
        if self.kind in ("radios", "checks") and self.options:
            return f"{self.name}-{self.options[0].code}"
        return f"{self.name}-day" if self.kind == "date" else self.name


def field_of(
    question: Question,
    name: str,
    value: Any,
    *,
    language: str,
    problem: str = "",
    label: str = "",
    hint: str | None = None,
    needed: bool = False,
    year_only: bool = False,
) -> Field:
    """The field of one question. ``value`` is what was written before; ``label`` and ``hint`` stand in where the
    questionnaire's words are meant for an officer; ``needed`` and ``year_only`` as on a screen."""
    shared: dict[str, Any] = {
        "name": name,
        "label": label or question.label.in_language(language),
        "hint": hint if hint is not None else (question.hint.in_language(language) if question.hint else ""),
        "problem": problem,
        "optional": question.required is False and not needed,
    }
    match question.type:
        case AnswerType.CHOICE | AnswerType.YES_NO:
            options = tuple(Option(code, words, code == value) for code, words in choices_of(question, language))
            return Field(kind="radios" if len(options) <= MOST_RADIOS else "list", options=options, **shared)
        case AnswerType.CHOICES:
            chosen = value or []
            options = tuple(Option(code, words, code in chosen) for code, words in choices_of(question, language))
            return Field(kind="checks", options=options, **shared)
        case AnswerType.AREA:
            return Field(kind="groups", groups=district_groups(str(value or "")), **shared)
        case AnswerType.DATE if year_only:
            return Field(kind="text", value=str(value or "")[:4], keypad="numeric", ltr=True, longest=4, **shared)
        case AnswerType.DATE:
            return Field(kind="date", parts=parts_of_date(str(value or "")), **shared)
        case _:
            return Field(
                kind="text",
                value=str(value or ""),
                keypad=_KEYPAD.get(question.type, ""),
                ltr=question.type in _KEYPAD,
                longest=min(question.longest, LONGEST),
                unit=_("rupees") if question.type is AnswerType.MONEY else "",
                **shared,
            )


def written(question: Question, name: str, sent: QueryDict) -> Any:
    """What was written in the field of a question, as text (a list of codes where several may be chosen)."""
    if question.type is AnswerType.CHOICES:
        return [code[:40] for code in sent.getlist(name)][:40]
    if question.type is AnswerType.DATE and name not in sent:
        return date_written(*(sent.get(f"{name}-{part}", "").strip()[:20] for part in ("day", "month", "year")))
    return sent.get(name, "").strip()[:LONGEST]


def date_written(day: str, month: str, year: str) -> str:
    """``1987-03-07``; the year alone where nothing more is known; else what was written, for the checking to refuse."""
    numbers = [ascii_digits(part) for part in (day, month, year)]
    if not any((day, month, year)):
        return ""
    if not day and not month:
        return numbers[2] or year
    if all(numbers) and len(numbers[2]) == 4:
        return f"{numbers[2]}-{int(numbers[1]):02d}-{int(numbers[0]):02d}"
    return f"{day}/{month}/{year}"


def parts_of_date(text: str) -> tuple[str, str, str]:
    """Day, month and year of what :func:`written` made of them."""
    if "/" in text:
        day, month, year = [*text.split("/"), "", ""][:3]
        return day, month, year
    year, month, day = [*text.split("-"), "", ""][:3]
    return day.lstrip("0"), month.lstrip("0"), year


def choices_of(question: Question, language: str) -> list[tuple[str, str]]:
    """Codes and words of the possible answers."""
    if question.type is AnswerType.YES_NO:
        return [("yes", _("Yes")), ("no", _("No"))]
    return [(choice.code, choice.words.in_language(language)) for choice in question.choices]


def say(question: Question, value: Any, language: str) -> str:
    """An answer in words, for reading over; empty where there is none."""
    if value in (None, "", []):
        return ""
    if question.type in (AnswerType.CHOICE, AnswerType.YES_NO, AnswerType.CHOICES):
        words = dict(choices_of(question, language))
        codes: Sequence[str] = value if isinstance(value, list) else [str(value)]
        return _(", ").join(words.get(code, code) for code in codes)
    if question.type is AnswerType.AREA:
        return reference.area_name(str(value), language)
    if question.type is AnswerType.OCCUPATION:
        return reference.isco_title(str(value), language)
    if question.type is AnswerType.MONEY:
        return f"{value} {_('rupees')}"
    return str(value)


def district_groups(chosen: str) -> tuple[tuple[str, tuple[Option, ...]], ...]:
    """Every district under its province, by name. A tehsil is asked for at an office; a district is enough to begin with."""
    return tuple(
        (province, tuple(Option(code, name, code == chosen[:5]) for code, name in districts))
        for province, districts in lists.area_choices(everywhere=True, levels=("district",))
    )
