"""A form that waits, laid open: every answer that stands on it or that is missing, with what is wrong, to be corrected.

A field is named by its place in the form (``people[0].employments[1].pay_amount``), so a correction goes exactly where
the problem is.
"""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mazdoor.delivery.registration.questionnaire import AnswerType, Question, Section, get_questionnaire
from mazdoor.web import formats

_STEP = re.compile(r"([a-z_0-9]+)(?:\[(\d+)\])?")
LISTED = (AnswerType.CHOICE, AnswerType.CHOICES, AnswerType.YES_NO)
FILES = (AnswerType.PHOTO, AnswerType.DOCUMENT)


@dataclass(frozen=True)
class Answer:
    """One answer as the page shows it."""

    place: str
    label: str
    value: Any
    choices: Sequence[tuple[str, str]]
    several: bool
    problem: str
    warning: str
    is_file: bool

    @property
    def html_id(self) -> str:
        """An id for the page."""
        return "a-" + re.sub(r"[^a-z0-9]+", "-", self.place)

    @property
    def chosen(self) -> list[str]:
        """The codes chosen, where there are choices."""
        return [str(each) for each in self.value] if isinstance(self.value, list) else [str(self.value)]


@dataclass(frozen=True)
class Part:
    """A section as it stands on the form: the household, a person, an employment."""

    title: str
    answers: Sequence[Answer]
    problem: str


class Sheet:
    """The whole form, in the order of asking."""

    def __init__(self, form: Mapping[str, Any], problems: Sequence[Mapping[str, Any]]) -> None:
        self.form = form
        self._language = formats.language()
        self._problems: dict[str, list[Mapping[str, Any]]] = {}
        for problem in problems:
            self._problems.setdefault(problem["place"], []).append(problem)
        self._shown: set[str] = set()
        self.parts = [part for section in get_questionnaire().sections for part in self._parts(section, form, "", "")]

    def corrected(self, posted: Mapping[str, Any]) -> dict[str, Any]:
        """The form with the answers that came from the page; what the page did not show stays as it was."""
        form: dict[str, Any] = copy.deepcopy(dict(self.form))
        for part in self.parts:
            for answer in part.answers:
                if answer.place in posted and not answer.is_file:
                    several = posted.getlist(answer.place) if hasattr(posted, "getlist") else [posted[answer.place]]
                    _put(form, answer.place, [one for one in several if one] if answer.several else several[0].strip())
        return form

    def summary(self) -> list[tuple[str, str]]:
        """What is wrong, each line leading to its answer."""
        found: list[tuple[str, str]] = []
        for place, problems in self._problems.items():
            for problem in problems:
                if problem["warning"]:
                    continue
                answer = next((a for part in self.parts for a in part.answers if a.place == place), None)
                sentence = self._sentence(problem)
                found.append((answer.html_id, f"{answer.label}: {sentence}") if answer else ("", sentence))
        return found

    def _parts(self, section: Section, around: Mapping[str, Any], prefix: str, above: str) -> Iterator[Part]:
        held = around.get(section.name)
        several = held if isinstance(held, list) else [held] if isinstance(held, dict) else []
        if not several and section.least > 0 and not section.asked_when:
            several = [{}]
        for number, answers in enumerate(several):
            here = f"{prefix}{section.name}[{number}]" if section.repeats else f"{prefix}{section.name}"
            title = section.title.in_language(self._language)
            if section.repeats:
                title = f"{title} {number + 1}"
            title = f"{above} · {title}" if above else title
            shown = [
                self._answer(question, answers, f"{here}.{question.name}")
                for question in section.questions
                if self._is_shown(question, answers, f"{here}.{question.name}")
            ]
            yield Part(title, shown, "; ".join(self._sentence(p) for p in self._problems.get(here, [])))
            for inner in section.sections:
                yield from self._parts(inner, answers, f"{here}.", title)

    def _is_shown(self, question: Question, answers: Mapping[str, Any], place: str) -> bool:
        return bool(answers.get(question.name)) or place in self._problems or question.required is True

    def _answer(self, question: Question, answers: Mapping[str, Any], place: str) -> Answer:
        told = self._problems.get(place, [])
        choices: list[tuple[str, str]] = []
        if question.type in LISTED:
            choices = [(choice.code, choice.words.in_language(self._language)) for choice in question.choices]
            if question.type is AnswerType.YES_NO:
                choices = [("yes", "ہاں"), ("no", "نہیں")] if self._language == "ur" else [("yes", "Yes"), ("no", "No")]
        return Answer(
            place=place,
            label=(question.short_label or question.label).in_language(self._language),
            value=answers.get(question.name, ""),
            choices=choices,
            several=question.type is AnswerType.CHOICES,
            problem=" ".join(self._sentence(p) for p in told if not p["warning"]),
            warning=" ".join(self._sentence(p) for p in told if p["warning"]),
            is_file=question.type in FILES,
        )

    def _sentence(self, problem: Mapping[str, Any]) -> str:
        return f"{problem['cause'][self._language]} {problem['remedy'][self._language]} ({problem['code']})"


def _put(form: dict[str, Any], place: str, value: Any) -> None:
    """Write one answer at its place; sections and repetitions on the way that are missing are made."""
    *way, last = [(name, number) for name, number in _STEP.findall(place)]
    inside: dict[str, Any] = form
    for name, number in way:
        if number:
            rows = inside.setdefault(name, [])
            while len(rows) <= int(number):
                rows.append({})
            inside = rows[int(number)]
        else:
            held = inside.get(name)
            if not isinstance(held, dict):
                held = inside[name] = {}
            inside = held
    if value in ("", []):
        inside.pop(last[0], None)
    else:
        inside[last[0]] = value
