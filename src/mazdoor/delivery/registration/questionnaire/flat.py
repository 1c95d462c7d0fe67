"""A form as one row of columns, and a row as a form.

The first person's columns bear the question's name (``given_name``); others a prefix: ``household_rooms``,
``employment1_status``, ``employment1_business_name``, ``member2_given_name``, ``member2_employment1_status``,
``business1_name``. Values in a row are text, as `cells.write_answer` writes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mazdoor.delivery.registration.questionnaire.cells import write_answer
from mazdoor.delivery.registration.questionnaire.model import Door, Question, Questionnaire, Section
from mazdoor.delivery.registration.questionnaire.reading import get_questionnaire

Step = tuple[Section, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a file: its name, the question, and where its answer stands in a form.

    ``steps`` are the sections that hold it, outermost first, each with the number of the repetition from 0.
    """

    name: str
    question: Question
    steps: tuple[Step, ...]

    @property
    def path(self) -> tuple[Section, ...]:
        """The sections that hold the question, outermost first."""
        return tuple(section for section, _ in self.steps)

    @property
    def place(self) -> str:
        """The place of the answer in a form: ``people[0].employments[1].pay_amount``."""
        parts = [f"{section.name}[{number}]" if section.repeats else section.name for section, number in self.steps]
        return ".".join([*parts, self.question.name])


def columns(
    questionnaire: Questionnaire | None = None, *, repeats: Mapping[str, int] | None = None, door: Door | None = None
) -> Iterator[Column]:
    """The columns of a file in the order of asking. ``repeats`` says how many of a repeating section a row holds
    (``{"people": 3}``; one where not said); ``door`` leaves out what is not asked there."""
    asked = questionnaire or get_questionnaire()
    for section in asked.sections:
        yield from _columns(section, (), "", repeats or {}, door)


def _columns(
    section: Section, before: tuple[Step, ...], prefix: str, repeats: Mapping[str, int], door: Door | None
) -> Iterator[Column]:
    if door is not None and door not in section.doors:
        return
    for number in range(repeats.get(section.name, 1) if section.repeats else 1):
        steps = (*before, (section, number))
        named = prefix + section.prefix(number)
        for question in section.questions:
            if door is None or door in question.doors:
                yield Column(name=named + question.name, question=question, steps=steps)
        for inner in section.sections:
            yield from _columns(inner, steps, named, repeats, door)


def flatten(form: Mapping[str, Any], questionnaire: Questionnaire | None = None) -> dict[str, str]:
    """A typed form as a row: only the columns that have an answer, in the order of asking."""
    asked = questionnaire or get_questionnaire()
    row: dict[str, str] = {}
    for section in asked.sections:
        _flatten(section, form.get(section.name), "", row)
    return row


def _flatten(section: Section, given: Any, prefix: str, row: dict[str, str]) -> None:
    several: Sequence[Any] = (given or []) if section.repeats else ([given] if given else [])
    for number, answers in enumerate(several):
        named = prefix + section.prefix(number)
        for question in section.questions:
            written = write_answer(question, answers.get(question.name), answers.get(f"{question.name}_precision", ""))
            if written:
                row[named + question.name] = written
        for inner in section.sections:
            _flatten(inner, answers.get(inner.name), named, row)


def nest(row: Mapping[str, Any], questionnaire: Questionnaire | None = None) -> dict[str, Any]:
    """A row of columns as a form, its values as they are. Empty cells are left out, and repetitions without any answer.

    A column no question has is kept under its own name, so that checking the form tells of it.
    """
    asked = questionnaire or get_questionnaire()
    given = {name: value for name, value in row.items() if value is not None and value != ""}
    form: dict[str, Any] = {}
    for section in asked.sections:
        found = _nest(section, given, "")
        if found:
            form[section.name] = found
    form.update(given)
    return form


def _nest(section: Section, given: dict[str, Any], prefix: str) -> Any:
    """Take what belongs to a section out of ``given``."""
    if not section.repeats:
        return _one(section, given, prefix + section.prefix())
    found = []
    for number in range(section.most):
        # Gaps close up: a row with a first and a third employment has two.
        one = _one(section, given, prefix + section.prefix(number))
        if one:
            found.append(one)
        if not given:
            break
    return found


def _one(section: Section, given: dict[str, Any], prefix: str) -> dict[str, Any]:
    answers = {}
    for question in section.questions:
        value = given.pop(prefix + question.name, None)
        if value is not None:
            answers[question.name] = value
    for inner in section.sections:
        if given and (found := _nest(inner, given, prefix)):
            answers[inner.name] = found
    return answers
