"""What was written so far: a form of the questionnaire, not typed yet, and a few choices the page asks in words of its own.

It is kept sealed with the visit (``access.workers.keep``), for this telephone's next page and nobody else, and is gone
with the visit.
"""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mazdoor.delivery.registration.questionnaire.conditions import holds
from mazdoor.delivery.registration.questionnaire.model import Question, Section
from mazdoor.delivery.registration.questionnaire.reading import get_questionnaire
from mazdoor.web.worker import works

Place = tuple[str | int, ...]
"""Where an answer stands in the form: ``("people", 0, "given_name")``."""


@dataclass
class Draft:
    """``form`` is the nested form; ``work``, ``for_whom`` the plain choices; ``done`` the screens gone through; ``key`` makes
    sending it twice one registration."""

    form: dict[str, Any] = field(default_factory=dict)
    work: str = ""
    for_whom: str = ""
    done: list[int] = field(default_factory=list)
    key: str = field(default_factory=lambda: uuid.uuid4().hex)

    @classmethod
    def read(cls, kept: str) -> Draft:
        """The draft as it was kept, or a new one."""
        return cls(**json.loads(kept)) if kept else cls()

    def text(self) -> str:
        """As it is kept."""
        return json.dumps(self.__dict__, ensure_ascii=False)

    def get(self, place: Place) -> Any:
        """What stands at a place; None where nothing does."""
        inside: Any = self.form
        for step in place:
            try:
                inside = inside[step]
            except (KeyError, IndexError, TypeError):
                return None
        return inside

    def put(self, place: Place, value: Any) -> None:
        """Write an answer; an empty one takes it away."""
        inside: Any = self.form
        for step, following in itertools.pairwise(place):
            empty: Any = [] if isinstance(following, int) else {}
            if isinstance(step, int):
                while len(inside) <= step:
                    inside.append({})
                inside = inside[step]
            else:
                inside = inside.setdefault(step, empty)
        if value in ("", [], None):
            inside.pop(place[-1], None)
        else:
            inside[place[-1]] = value

    @property
    def members(self) -> list[dict[str, Any]]:
        """The other people of the household."""
        return list(self.form.get("people", [])[1:])

    def is_asked(self, place: Place) -> bool:
        """Whether the question at a place is asked, by its conditions and what was answered so far."""
        path = sections_of(place)
        answers = list(self._answers(place))
        for depth, section in enumerate(path):
            if section.asked_when and not holds(section.asked_when, path[:depth], answers[:depth]):
                return False
        question = question_at(place)
        return question.asked_when is None or holds(question.asked_when, path, answers)

    def _answers(self, place: Place) -> Sequence[Mapping[str, Any]]:
        """The answers given in each section on the way to a place, outermost first, as plain text."""
        found: list[Mapping[str, Any]] = []
        for depth in range(1, len(place)):
            here = self.get(place[:depth])
            if isinstance(place[depth], str) and depth:
                found.append(here if isinstance(here, dict) else {})
        return found

    def settle(self, *, mobile: str, language: str) -> dict[str, Any]:
        """The form as it is handed in: with what follows from the plain choices, and the telephone that was proved."""
        form: dict[str, Any] = json.loads(json.dumps(self.form))
        me = form.setdefault("people", [{}])[0]
        me["mobile"], me["language"] = mobile, language
        form.setdefault("consent", {}).update({"given_how": "online", "consent_language": language})
        if me.get("employments"):
            job = me["employments"][0]
            work = works.find(self.work)
            job["category"] = (
                work.category
                if work and job.get("status") != "contributing_family"
                else works.category_of(status=job.get("status", ""), pay_period=job.get("pay_period", ""))
            )
        return form


def question_at(place: Place) -> Question:
    """The question whose answer stands at a place."""
    return sections_of(place)[-1].question(str(place[-1]))


def sections_of(place: Place) -> list[Section]:
    """The sections on the way to a place, outermost first."""
    names = [step for step in place[:-1] if isinstance(step, str)]
    questionnaire = get_questionnaire()
    return [questionnaire.section(*names[: depth + 1]) for depth in range(len(names))]


def spelled(place: Place) -> str:
    """A place as problems name it: ``people[0].given_name``."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
