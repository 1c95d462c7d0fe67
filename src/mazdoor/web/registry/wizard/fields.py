"""A question as fields of a page, and what was written there as an answer.

What is written is kept as it was written and shown again so; the questionnaire's own checking reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from mazdoor.delivery.registration.questionnaire import AnswerType, Door, Question, Section, holds, type_answer
from mazdoor.kernel.identifiers import ascii_digits
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.registry import lists
from mazdoor.web.registry.occupation_suggest import LONGEST, OWN_WORDS, Choice, choices, taken

MOST_RADIOS: Final = 5
"""More choices than these become a list to open."""
CODED: Final = {AnswerType.OCCUPATION: "occupation", AnswerType.INDUSTRY: "industry"}
PARTS: Final = ("day", "month", "year")
FILES: Final = (AnswerType.PHOTO, AnswerType.DOCUMENT)
_KEYS: Final = {
    AnswerType.WHOLE: "numeric", AnswerType.MONEY: "decimal", AnswerType.DECIMAL: "decimal", AnswerType.CNIC: "numeric",
    AnswerType.MOBILE: "tel", AnswerType.REGISTRY_NUMBER: "numeric",
}  # fmt: skip
_LEFT_TO_RIGHT: Final = (*_KEYS, AnswerType.BANK_ACCOUNT, AnswerType.PLACE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to choose."""

    code: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field as the page draws it. ``kind``: text, radios, ticks, list, date or file."""

    question: Question
    kind: str
    label: str
    hint: str
    optional: bool
    value: str = ""
    error: str = ""
    options: tuple[Option, ...] = ()
    groups: tuple[tuple[str, tuple[Option, ...]], ...] = ()
    parts: tuple[tuple[str, str, str], ...] = ()
    """Of a date: name of the part, its label, what was written."""
    keys: str = ""
    language: str = ""
    left_to_right: bool = False
    width: str = ""
    coded: str = ""
    """Of work: what the words are coded to, ``occupation`` or ``industry``."""
    words: str = ""
    """The words that the choices found are for."""
    found: tuple[Choice, ...] = ()
    kept: str = ""
    """Of a file: the address where what is kept can be seen."""

    @property
    def name(self) -> str:
        """The name the browser sends."""
        return self.question.name

    @property
    def id(self) -> str:
        """Where an error leads."""
        return f"id_{self.question.name}"

    @property
    def described_by(self) -> str:
        """What a reader of screens reads with the field."""
        said = [f"{self.id}-hint"] if self.hint else []
        return " ".join([*said, f"{self.id}-error"] if self.error else said)


def fields_of(
    section: Section,
    answers: Mapping[str, Any],
    *,
    path: Sequence[Section],
    around: Sequence[Mapping[str, Any]],
    errors: Mapping[str, str],
) -> list[Field]:
    """The fields of a step. A question whose condition is known not to hold is left out; while what it depends on has no
    answer yet it is shown, as it cannot be known."""
    language = formats.language()
    made = []
    seen = (*path[:-1], section)
    typed = (*around, _typed(section, answers))
    for question in section.questions:
        if Door.OFFICER not in question.doors:
            continue
        if question.asked_when is not None and _settled(question, seen, typed) and question.name not in errors:
            continue
        field = _field(question, answers.get(question.name), language, errors.get(question.name, ""))
        made.append(_with_choices(field, str(answers.get(OWN_WORDS) or "")) if field.coded and field.error else field)
    return made


def _with_choices(field: Field, own_words: str) -> Field:
    """A field of work whose words are no code yet, with the codes they may mean: one of them is chosen, or other words
    are written."""
    words = (field.value or own_words)[:LONGEST]
    found = tuple(choices(words, field.coded))
    if not found:
        return field
    return replace(field, words=words, found=found, error=_("Choose which is meant, or write it otherwise."))


def _settled(question: Question, seen: Sequence[Section], typed: Sequence[Mapping[str, Any]]) -> bool:
    """Whether it is already known that the question is not asked."""
    from mazdoor.delivery.registration.questionnaire.conditions import find_asked, names_of

    condition = question.asked_when
    if condition is None or holds(condition, seen, typed):
        return False
    for name in names_of(condition):
        found = find_asked(name, seen)
        if found is not None and typed[found[0]].get(name) in (None, "", ()):
            return False
    return True


def _typed(section: Section, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What can be read of the answers, for conditions alone."""
    from django.utils import timezone

    today = timezone.localdate()
    return {
        question.name: read.value
        for question in section.questions
        if (read := type_answer(question, answers.get(question.name), on=today)).value is not None
    }


def typed_around(path: Sequence[Section], around: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """The answers of the sections around a step, read for conditions and checks."""
    return tuple(_typed(section, answers) for section, answers in zip(path[:-1], around, strict=True))


def _field(question: Question, value: Any, language: str, error: str) -> Field:
    text = "" if value is None else " ".join(map(str, value)) if isinstance(value, list) else str(value)
    field = Field(
        question=question,
        kind="text",
        label=question.label.in_language(language),
        hint=question.hint.in_language(language) if question.hint else "",
        optional=question.required is False,
        value=text,
        error=error,
        keys=_KEYS.get(question.type, ""),
        language=question.language,
        left_to_right=question.type in _LEFT_TO_RIGHT or question.language == "en",
        width="short" if question.type in (AnswerType.WHOLE, AnswerType.MONEY, AnswerType.DECIMAL) else "",
    )
    match question.type:
        case AnswerType.CHOICE:
            options = tuple(
                Option(code=choice.code, words=choice.words.in_language(language), chosen=choice.code == text)
                for choice in question.choices
            )
            return replace(field, kind="radios" if len(options) <= MOST_RADIOS else "list", options=options)
        case AnswerType.CHOICES:
            chosen = set(text.split())
            return replace(
                field,
                kind="ticks",
                options=tuple(
                    Option(code=choice.code, words=choice.words.in_language(language), chosen=choice.code in chosen)
                    for choice in question.choices
                ),
            )
        case AnswerType.YES_NO:
            words = (("yes", _("Yes")), ("no", _("No")))
            return replace(
                field,
                kind="radios",
                options=tuple(Option(code=code, words=said, chosen=code == text) for code, said in words),
            )
        case AnswerType.DATE:
            return replace(field, kind="date", parts=_parts(text))
        case AnswerType.AREA:
            return replace(field, kind="list", groups=_areas(text, everywhere=question.name != "area_code"))
        case AnswerType.OCCUPATION:
            return replace(field, coded="occupation", value=_titled(text, reference.isco_title))
        case AnswerType.INDUSTRY:
            return replace(field, coded="industry", value=_titled(text, reference.isic_title))
        case AnswerType.PHOTO | AnswerType.DOCUMENT:
            return replace(field, kind="file")
        case AnswerType.CNIC | AnswerType.MOBILE | AnswerType.REGISTRY_NUMBER | AnswerType.BANK_ACCOUNT:
            return replace(field, width="middling")
        case _:
            return field


def _titled(code: str, title: Callable[[str, str], str]) -> str:
    said = title(code, formats.language())
    return code if said == code else f"{code} {said}"


def _parts(text: str) -> tuple[tuple[str, str, str], ...]:
    year, month, day = ([*text.split("-"), "", ""] if text.count("-") < 3 else [text, "", ""])[:3]
    words = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
    written = {"day": day, "month": month, "year": year}
    return tuple((part, words[part], written[part]) for part in PARTS)


def _areas(chosen: str, *, everywhere: bool) -> tuple[tuple[str, tuple[Option, ...]], ...]:
    return tuple(
        (group, tuple(Option(code=code, words=name, chosen=code == chosen) for code, name in places))
        for group, places in lists.area_choices(everywhere=everywhere)
    )


def answers_from(section: Section, sent: QueryDict) -> dict[str, Any]:
    """What was written on a step's page, without files. Nothing that was left empty is kept."""
    answers: dict[str, Any] = {}
    for question in section.questions:
        if question.type is AnswerType.CHOICES:
            several = [code for code in sent.getlist(question.name) if code]
            if several:
                answers[question.name] = several
        elif question.type is AnswerType.DATE:
            written = _date(*(sent.get(f"{question.name}.{part}", "").strip() for part in reversed(PARTS)))
            if written:
                answers[question.name] = written
        elif question.type not in FILES:
            written = sent.get(question.name, "").strip()
            if question.type in CODED and (code := taken(sent, question.name, CODED[question.type])):
                if written and question.type is AnswerType.OCCUPATION and _asks(section, OWN_WORDS):
                    answers.setdefault(OWN_WORDS, written[:LONGEST])  # the words that were coded are kept with the code
                written = code
            if written:
                answers[question.name] = written[:2000]
    return answers


def _asks(section: Section, name: str) -> bool:
    return any(question.name == name for question in section.questions)


def _date(year: str, month: str, day: str) -> str:
    """A date from its three fields: ``1987-03-07``, ``1987-03``, ``1987``; what is not a number stays to be told."""
    parts = [ascii_digits(part) if ascii_digits(part) and len(ascii_digits(part)) == len(part) else part
             for part in (year, month, day)]  # fmt: skip
    if not any(parts):
        return ""
    if not parts[1] and not parts[2]:
        return parts[0]
    if parts[2] and not parts[1]:
        return "-".join((parts[0], "?", parts[2]))
    return "-".join(part.zfill(2) if part.isdigit() else part for part in parts if part)
