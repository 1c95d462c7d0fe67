"""Answers as people read them: in words, in the reader's language, a line for each question that has an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from mazdoor.delivery.registration.questionnaire import AnswerType, Question, Section, Sensitivity
from mazdoor.kernel.identifiers import mask_cnic
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.registry.wizard.steps import Step, steps_of


@dataclass(frozen=True, slots=True)
class Line:
    """One answered question."""

    label: str
    answer: str
    field: str


@dataclass(frozen=True, slots=True)
class Part:
    """One step in a summary: its title, whom it is about, its lines."""

    step: Step
    title: str
    about: str
    lines: tuple[Line, ...]


def parts_of(form: Mapping[str, Any], *, masked: bool = False) -> Iterator[Part]:
    """The summary of a typed form. ``masked`` hides most of each number but telephones, for paper that others may see."""
    for step in steps_of(form):
        answers = step.answers(form)
        lines = tuple(lines_of(step.section, answers, masked=masked))
        if lines:
            yield Part(step, title_of(step), _about(step, form), lines)


def title_of(step: Step) -> str:
    """The title of a step in the reader's language, numbered where there are several."""
    title = step.section.title.in_language(formats.language())
    if step.section.name == "people":
        return _("Person %(number)s") % {"number": step.numbers[-1] + 1}
    if step.section.repeats:
        return f"{title} {step.numbers[-1] + 1}"
    return title


def _about(step: Step, form: Mapping[str, Any]) -> str:
    people = form.get("people") or []
    return formats.full_name(people[step.person]) if step.person is not None and step.person < len(people) else ""


def lines_of(section: Section, answers: Mapping[str, Any], *, masked: bool = False) -> Iterator[Line]:
    """The answered questions of one section."""
    language = formats.language()
    for question in section.questions:
        value = answers.get(question.name)
        if value is None or value == "" or value == ():
            continue
        label = (question.short_label or question.label).in_language(language)
        answer = said(question, value, answers.get(f"{question.name}_precision", "day"), masked=masked)
        yield Line(label, answer, f"id_{question.name}")


def said(question: Question, value: Any, precision: str = "day", *, masked: bool = False) -> str:
    """One typed answer in words."""
    language = formats.language()
    if masked and _is_a_number_of_somebody(question, value):
        return formats.ltr(f"···· {str(value)[-4:]}")
    match question.type:
        case AnswerType.CHOICE | AnswerType.CHOICES:
            codes = (value,) if isinstance(value, str) else value
            words = {choice.code: choice.words.in_language(language) for choice in question.choices}
            return _(", ").join(words.get(code, code) for code in codes)
        case AnswerType.YES_NO:
            return str(_("Yes") if value else _("No"))
        case AnswerType.MONEY:
            return formats.money(value)
        case AnswerType.DATE:
            return day_said(value, precision)
        case AnswerType.AREA:
            return _area(str(value))
        case AnswerType.OCCUPATION:
            return reference.isco_title(str(value), language)
        case AnswerType.INDUSTRY:
            return reference.isic_title(str(value), language)
        case AnswerType.CNIC:
            return formats.ltr(mask_cnic(value) if masked else f"{value[:5]}-{value[5:12]}-{value[12:]}")
        case AnswerType.PHOTO | AnswerType.DOCUMENT:
            return str(_("kept"))
        case AnswerType.WHOLE | AnswerType.MOBILE | AnswerType.BANK_ACCOUNT | AnswerType.REGISTRY_NUMBER:
            return formats.ltr(value)
        case AnswerType.DECIMAL:
            return formats.ltr(f"{Decimal(value).normalize():f}")
        case AnswerType.PLACE:
            return formats.ltr(" ".join(map(str, value)) if isinstance(value, Sequence) else value)
        case _:
            return str(value)


def _is_a_number_of_somebody(question: Question, value: Any) -> bool:
    """An account, and what is sealed and has no letter in it: an old card, a tax number. A CNIC is masked by its parts."""
    if question.type is AnswerType.BANK_ACCOUNT:
        return True
    sealed = question.sensitivity is Sensitivity.SEALED and question.type is AnswerType.TEXT
    return sealed and not any(letter.isalpha() for letter in str(value))


def day_said(value: dt.date, precision: str) -> str:
    """A date as exactly as it is known; a year alone isolated as every number in a line is."""
    return formats.ltr(value.year) if precision == "year" else formats.born(value, precision)


def _area(code: str) -> str:
    language = formats.language()
    name = reference.area_name(code, language)
    return f"{reference.area_name(code[:5], language)} › {name}" if len(code) > 5 else name
