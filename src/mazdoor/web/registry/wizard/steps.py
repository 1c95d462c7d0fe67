"""The steps of a form: where each stands in the questionnaire and in the answers.

A step has a name that is part of its address and tells nothing of anybody: ``household``, ``people-0``,
``people-0.employments-1.business``, each number counted from 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from mazdoor.delivery.registration.questionnaire import Door, Questionnaire, Section, get_questionnaire

_PART = re.compile(r"^([a-z][a-z0-9_]*)(?:-(\d{1,2}))?$")


@dataclass(frozen=True, slots=True)
class Step:
    """One section of the form, or one repetition of it. ``numbers`` are the repetitions, 0 where it does not repeat."""

    path: tuple[Section, ...]
    numbers: tuple[int, ...]

    @property
    def section(self) -> Section:
        """The section asked at this step."""
        return self.path[-1]

    @property
    def name(self) -> str:
        """The step in an address."""
        return ".".join(_part(section, number) for section, number in zip(self.path, self.numbers, strict=True))

    @property
    def place(self) -> str:
        """The step as places of problems name it: ``people[0].employments[1]``."""
        return ".".join(
            f"{section.name}[{number}]" if section.repeats else section.name
            for section, number in zip(self.path, self.numbers, strict=True)
        )

    @property
    def person(self) -> int | None:
        """Which person it belongs to, if any."""
        return self.numbers[0] if self.path[0].name == "people" else None

    def inner(self, section: Section, number: int = 0) -> Step:
        """A step inside this one."""
        return Step((*self.path, section), (*self.numbers, number))

    def answers(self, form: Mapping[str, Any]) -> dict[str, Any]:
        """What was answered at this step; empty where nothing was."""
        found = self._around(form)
        return dict(found[-1]) if found else {}

    def around(self, form: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
        """What was answered in the sections around this one, outermost first."""
        return tuple(dict(each) for each in self._around(form)[:-1])

    def _around(self, form: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        here: Any = form
        found: list[Mapping[str, Any]] = []
        for section, number in zip(self.path, self.numbers, strict=True):
            inside = here.get(section.name) if isinstance(here, Mapping) else None
            if section.repeats:
                inside = inside[number] if isinstance(inside, list) and number < len(inside) else None
            here = inside if isinstance(inside, Mapping) else {}
            found.append(here)
        return found

    def is_there(self, form: Mapping[str, Any]) -> bool:
        """Whether the form has this repetition."""
        return bool(self.answers(form))

    def put(self, form: dict[str, Any], answers: Mapping[str, Any]) -> None:
        """Keep what was answered at this step; what stands in sections inside it stays."""
        here = self._made(form)
        inner = {section.name for section in self.section.sections}
        for name in [name for name in here if name not in inner]:
            del here[name]
        here.update(answers)

    def _made(self, form: dict[str, Any]) -> dict[str, Any]:
        here = form
        for section, number in zip(self.path, self.numbers, strict=True):
            if section.repeats:
                several = here.setdefault(section.name, [])
                if number >= section.most or number > len(several):
                    raise Http404("no such step")
                if number == len(several):
                    several.append({})
                here = several[number]
            else:
                here = here.setdefault(section.name, {})
        return here

    def take_out(self, form: dict[str, Any]) -> None:
        """Take this repetition, with all inside it, out of the form."""
        here: Any = form
        for section, number in zip(self.path[:-1], self.numbers[:-1], strict=True):
            here = here.get(section.name, {})
            here = here[number] if section.repeats else here
        if not self.section.repeats:
            here.pop(self.section.name, None)
        elif self.numbers[-1] < len(here.get(self.section.name, [])):
            del here[self.section.name][self.numbers[-1]]


def _part(section: Section, number: int) -> str:
    return f"{section.name}-{number}" if section.repeats else section.name


def get_step(name: str, questionnaire: Questionnaire | None = None) -> Step:
    """The step of an address. Raises ``Http404`` where the questionnaire has none of this name."""
    sections = (questionnaire or get_questionnaire()).sections
    path: list[Section] = []
    numbers: list[int] = []
    for part in name.split("."):
        found = _PART.match(part)
        section = next((each for each in sections if found and each.name == found[1]), None)
        if found is None or section is None or (found[2] is not None) != section.repeats:
            raise Http404("no such step")
        if section.repeats and int(found[2]) >= section.most:
            raise Http404("no such step")
        path.append(section)
        numbers.append(int(found[2] or 0))
        sections = section.sections
    return Step(tuple(path), tuple(numbers))


def steps_of(form: Mapping[str, Any], questionnaire: Questionnaire | None = None) -> Iterator[Step]:
    """The steps a form has, in the order of asking: those answered, and where a section repeats at least the first of what
    must be there."""
    for section in (questionnaire or get_questionnaire()).sections:
        yield from _steps(Step((section,), (0,)), form)


def _steps(first: Step, form: Mapping[str, Any]) -> Iterator[Step]:
    section = first.section
    if Door.OFFICER not in section.doors:
        return
    given = [first]
    if section.repeats:
        holder: Any = first.around(form)[-1] if len(first.path) > 1 else form
        count = max(len(holder.get(section.name) or []), section.least)
        given = [Step(first.path, (*first.numbers[:-1], number)) for number in range(count)]
    for step in given:
        yield step
        for inner in section.sections:
            yield from _steps(step.inner(inner), form)


def step_of(place: str) -> Step:
    """The step at which a place of a problem is answered."""
    parts = place.replace("[", "-").replace("]", "").split(".")
    for length in range(len(parts), 0, -1):
        try:
            return get_step(".".join(parts[:length]))
        except Http404:
            continue
    return get_step(_first_of(parts[0]))


def _first_of(name: str) -> str:
    section = next(
        (each for each in get_questionnaire().sections if each.name == name), get_questionnaire().sections[0]
    )
    return f"{section.name}-0" if section.repeats else section.name
