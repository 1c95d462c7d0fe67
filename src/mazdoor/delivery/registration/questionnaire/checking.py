"""A whole form held against the questionnaire: typed answers, and everything that is wrong, repaired or worth a flag.

Never only the first problem: every place is looked at, so a form or a row of a file is put right in one go. What one
answer alone can tell is in `cells`; what the questionnaire's conditions tell is here; what answers tell of each other (one
head, ages, the same CNIC twice) is in `sense`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mazdoor.delivery.registration import refusals_form as refusals
from mazdoor.delivery.registration.questionnaire import scripts, sense
from mazdoor.delivery.registration.questionnaire.cells import label_details, type_answer
from mazdoor.delivery.registration.questionnaire.conditions import holds
from mazdoor.delivery.registration.questionnaire.model import (
    Checked,
    Condition,
    Door,
    Problem,
    Question,
    Questionnaire,
    Section,
)
from mazdoor.delivery.registration.questionnaire.reading import get_questionnaire
from mazdoor.kernel.refusals import Refusal

PRECISION = "_precision"


def check_form(
    form: Mapping[str, Any],
    *,
    on: dt.date,
    door: Door,
    questionnaire: Questionnaire | None = None,
    only: Sequence[str] = (),
) -> Checked:
    """Type every answer of a form and collect everything found. ``on`` is the day of the form.

    ``only`` names top-level sections to look at, for a wizard that checks one step. Never raises for what was written.
    """
    asked = questionnaire or get_questionnaire()
    checking = _Checking(on=on, door=door)
    sections = [section for section in asked.sections if not only or section.name in only]
    typed = checking.inside(form, sections, (), (), "", known={section.name for section in asked.sections})
    if not only:
        checking.problems.extend(sense.of_the_form(typed, on=on))
    whole = questionnaire is None and not only
    return Checked(
        form=typed,
        problems=tuple(checking.problems),
        repairs=tuple(checking.repairs),
        on=on if whole else None,
        door=door if whole else None,
    )


def check_section(
    answers: Mapping[str, Any],
    *,
    path: Sequence[Section],
    around: Sequence[Mapping[str, Any]] = (),
    on: dt.date,
    door: Door,
) -> Checked:
    """Check one repetition of a section alone: for a wizard's step. ``path`` are the sections that hold it, itself last;
    ``around`` the typed answers of those around it, outermost first. Places are names inside the section."""
    checking = _Checking(on=on, door=door)
    typed = checking.one(answers, path[-1], tuple(path[:-1]), tuple(around), "", nested=False)
    return Checked(form=typed, problems=tuple(checking.problems), repairs=tuple(checking.repairs))


@dataclass(frozen=True, slots=True)
class _Layout:
    """What checking wants to know of a section again and again. ``held_to_something`` are questions that are asked under a
    condition or must be answered."""

    section: Section
    known: frozenset[str]
    inner: frozenset[str]
    in_two_scripts: tuple[tuple[Question, Question], ...]
    held_to_something: tuple[Question, ...]


_LAYOUTS: Final[dict[int, _Layout]] = {}


def _layout(section: Section) -> _Layout:
    kept = _LAYOUTS.get(id(section))  # by identity: to hash a section is to hash all its words
    if kept is not None:
        return kept
    names = {question.name for question in section.questions}
    names |= {f"{question.name}{PRECISION}" for question in section.questions if question.or_year}
    if len(_LAYOUTS) > 1000:
        _LAYOUTS.clear()
    found = _LAYOUTS[id(section)] = _Layout(  # which holds the section, so its identity is not given to another
        section,
        frozenset(names),
        frozenset(inner.name for inner in section.sections),
        tuple(scripts.pairs(section.questions)),
        tuple(each for each in section.questions if each.asked_when is not None or each.required is not False),
    )
    return found


@dataclass
class _Checking:
    on: dt.date
    door: Door
    problems: list[Problem] = field(default_factory=list)
    repairs: list[Problem] = field(default_factory=list)

    def inside(
        self,
        given: Mapping[str, Any],
        sections: Sequence[Section],
        path: tuple[Section, ...],
        around: tuple[Mapping[str, Any], ...],
        place: str,
        known: Container[str],
    ) -> dict[str, Any]:
        """The sections that stand in ``given``, typed."""
        typed: dict[str, Any] = {}
        for name in given:
            if name not in known:
                self._wrong(f"{place}{name}", refusals.QUESTION_UNKNOWN.because(field=name[:40]))
        for section in sections:
            found = self._section(section, given.get(section.name), path, around, f"{place}{section.name}")
            if found is not None:
                typed[section.name] = found
        return typed

    def _section(
        self, section: Section, given: Any, path: tuple[Section, ...], around: tuple[Mapping[str, Any], ...], place: str
    ) -> Any:
        if self.door not in section.doors and given in (None, {}, []):
            return [] if section.repeats else None
        asked = section.asked_when is None or holds(section.asked_when, path, around)
        if section.repeats:
            several = [] if given is None else given
            if not isinstance(several, list | tuple):
                self._wrong(place, refusals.SHAPE_WRONG.because(field=section.name))
                return []
            if not asked:
                self._left_out(section, place, several)
                return []
            if len(several) > section.most:
                self._wrong(
                    place,
                    refusals.TOO_MANY.because(
                        section=section.title.en, section_ur=section.title.ur, most=section.most, given=len(several)
                    ),
                )
                several = several[: section.most]
            if len(several) < section.least:
                self._missing(place, section)
            return [self._one_of_many(each, section, path, around, f"{place}[{n}]") for n, each in enumerate(several)]
        if not asked:
            self._left_out(section, place, given)
            return None
        if given is None:
            if section.least == 0 and section.asked_when is None:
                return None
            given = {}
        if not isinstance(given, Mapping):
            self._wrong(place, refusals.SHAPE_WRONG.because(field=section.name))
            return None
        if section.least == 0 and not section.asked_when and not any(_answered(value) for value in given.values()):
            return None
        return self.one(given, section, path, around, f"{place}.")

    def _one_of_many(
        self, given: Any, section: Section, path: tuple[Section, ...], around: tuple[Mapping[str, Any], ...], place: str
    ) -> dict[str, Any]:
        if not isinstance(given, Mapping):
            self._wrong(place, refusals.SHAPE_WRONG.because(field=section.name))
            return {}
        return self.one(given, section, path, around, f"{place}.")

    def one(
        self,
        given: Mapping[str, Any],
        section: Section,
        path: tuple[Section, ...],
        around: tuple[Mapping[str, Any], ...],
        place: str,
        *,
        nested: bool = True,
    ) -> dict[str, Any]:
        """One repetition of a section: its answers typed, what is missing told, its inner sections likewise."""
        typed: dict[str, Any] = {}
        unread: set[str] = set()
        layout = _layout(section)
        for question in section.questions:
            value = given.get(question.name)
            if value is None or value == "":
                continue
            self._answer(question, value, typed, unread, place)
        self._scripts(layout, typed, unread, place)
        here = (*path, section)
        answers = (*around, typed)
        for question in layout.held_to_something:
            self._asked(question, typed, unread, here, answers, place)
        unknown = {name: value for name, value in given.items() if name not in layout.known}
        if nested:
            typed |= self.inside(unknown, section.sections, here, answers, place, layout.inner)
        return typed

    def _answer(self, question: Question, value: Any, typed: dict[str, Any], unread: set[str], place: str) -> None:
        read = type_answer(question, value, on=self.on)
        where = place + question.name
        for repair in read.repairs:
            self.repairs.append(Problem(place=where, refusal=repair, warning=True))
        if read.problem is not None:
            unread.add(question.name)
            self._wrong(where, read.problem)
        elif read.value is not None:
            typed[question.name] = read.value
            if question.or_year:
                typed[question.name + PRECISION] = read.precision

    def _scripts(self, layout: _Layout, typed: dict[str, Any], unread: set[str], place: str) -> None:
        """Names in the wrong script go where they belong, or are refused (see `scripts`)."""
        for english, urdu in layout.in_two_scripts:
            said = {question.name: typed.get(question.name) for question in (english, urdu)}
            wrong = {
                english.name: scripts.only_urdu(said[english.name] or ""),
                urdu.name: scripts.only_latin(said[urdu.name] or ""),
            }
            for question, other in ((english, urdu), (urdu, english)):
                if not wrong[question.name]:
                    continue
                unanswered = said[other.name] is None and other.name not in unread
                if not wrong[other.name] and not unanswered:
                    self._wrong_script(question, typed, unread, place)
                    continue
                typed[other.name] = said[question.name]
                self._moved(place + question.name, question)
                if unanswered:
                    del typed[question.name]

    def _moved(self, where: str, question: Question) -> None:
        moved = refusals.SCRIPT_MOVED.because(**label_details(question))
        self.repairs.append(Problem(place=where, refusal=moved, warning=True))

    def _wrong_script(self, question: Question, typed: dict[str, Any], unread: set[str], place: str) -> None:
        del typed[question.name]
        unread.add(question.name)
        self._wrong(place + question.name, refusals.WRONG_SCRIPT.because(**label_details(question)))

    def _asked(
        self,
        question: Question,
        typed: dict[str, Any],
        unread: set[str],
        here: tuple[Section, ...],
        answers: tuple[Mapping[str, Any], ...],
        place: str,
    ) -> None:
        """Whether the question was to be asked: an answer too much is left out, one too few is a problem."""
        where = place + question.name
        if question.asked_when is not None and not holds(question.asked_when, here, answers):
            if typed.pop(question.name, None) is not None:
                typed.pop(question.name + PRECISION, None)
                self._flag(where, refusals.NOT_ASKED.because(**label_details(question)))
            elif question.name in unread:  # what is not asked need not be readable
                self.problems = [problem for problem in self.problems if problem.place != where]
            return
        if question.name in typed or question.name in unread or self.door not in question.doors:
            return
        required = question.required
        if required is True or (isinstance(required, Condition) and holds(required, here, answers)):
            self._wrong(where, refusals.ANSWER_MISSING.because(**label_details(question)))

    def _left_out(self, section: Section, place: str, given: Any) -> None:
        if _answered(given):
            self._flag(
                place,
                refusals.NOT_ASKED.because(question=section.title.en, question_ur=section.title.ur, field=section.name),
            )

    def _missing(self, place: str, section: Section) -> None:
        self._wrong(
            place,
            refusals.ANSWER_MISSING.because(
                question=section.title.en, question_ur=section.title.ur, field=section.name
            ),
        )

    def _wrong(self, place: str, refusal: Refusal) -> None:
        self.problems.append(Problem(place=place, refusal=refusal))

    def _flag(self, place: str, refusal: Refusal) -> None:
        self.problems.append(Problem(place=place, refusal=refusal, warning=True))


def _answered(given: Any) -> bool:
    if isinstance(given, Mapping):
        return any(_answered(value) for value in given.values())
    if isinstance(given, list | tuple):
        return any(_answered(value) for value in given)
    return given not in (None, "")
