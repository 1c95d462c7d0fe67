"""The questionnaire read from its YAML files and held against its schema; every mistake has its file and line.

``get_questionnaire()`` reads the files of the package, or those of the folder named by ``MAZDOOR_QUESTIONNAIRE``, once a
process.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from mazdoor.delivery.registration.questionnaire.conditions import mistakes_of, names_of
from mazdoor.delivery.registration.questionnaire.model import (
    Answers,
    AnswerType,
    Choice,
    Condition,
    Door,
    Question,
    Questionnaire,
    Retention,
    Section,
    Sensitivity,
)
from mazdoor.kernel.refusals import Words
from mazdoor.rules.problems import Problem, did_you_mean
from mazdoor.rules.reading import Document, read_folder

LISTED: Final = (AnswerType.CHOICE, AnswerType.CHOICES)


class QuestionnaireError(Exception):
    """Files that are no questionnaire. ``problems`` holds every mistake with its file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@lru_cache(maxsize=1)
def get_questionnaire() -> Questionnaire:
    """The questionnaire of this installation, read once a process. Raises :class:`QuestionnaireError`."""
    return read_questionnaire(questionnaire_folder())


def retention_months(key: str, *, on: dt.date) -> int | None:
    """For how many months answers of this kind are kept after the record is closed, by the figure of a day."""
    spells = [each for each in get_questionnaire().retention.get(key, ()) if each.valid_from <= on]
    return max(spells, key=lambda each: each.valid_from).months if spells else None


def questionnaire_folder() -> Path:
    """Where the files lie."""
    given = os.environ.get("MAZDOOR_QUESTIONNAIRE")
    return Path(given) if given else Path(str(files(__package__)))


def read_questionnaire(folder: Path) -> Questionnaire:
    """The questionnaire of a folder. Raises :class:`QuestionnaireError` with every mistake found."""
    documents, problems = read_folder(folder)
    if not problems:
        problems = [problem for document in documents for problem in _against_the_schema(document)]
    if problems:
        raise QuestionnaireError(problems)
    return _Building(documents).whole()


def _against_the_schema(document: Document) -> Iterator[Problem]:
    for error in _validator(document.kind).iter_errors(document.data):
        worst = best_match([error]) or error
        place = document.place(*worst.absolute_path)
        yield Problem(place.file, place.line, place.column, "schema", _said(worst))


def _said(error: ValidationError) -> str:
    where = ".".join(str(part) for part in error.absolute_path)
    return f"{where}: {error.message}" if where else error.message


@lru_cache(maxsize=8)
def _validator(kind: str) -> Draft202012Validator:
    """The checker of one kind of document; a kind nobody knows is held against all, and says so."""
    schema = json.loads((Path(__file__).parent / "questionnaire.schema.json").read_text(encoding="utf-8"))
    if kind in schema["$defs"]:
        schema = {"$defs": schema["$defs"], "$ref": f"#/$defs/{kind}"}
    return Draft202012Validator(schema)


class _Building:
    """Documents on their way to a questionnaire; ``problems`` collects what the schema cannot see."""

    def __init__(self, documents: list[Document]) -> None:
        self.documents = documents
        self.problems: list[Problem] = []
        self.lists: dict[str, Answers] = {}
        self.sections: dict[str, Document] = {}
        self.heads = [document for document in documents if document.kind == "questionnaire"]
        for document in documents:
            if document.kind == "lists":
                for name, data in document.data["lists"].items():
                    self.lists[name] = Answers(
                        question=_words(data["title"]),
                        answers={code: _words(said) for code, said in data["answers"].items()},
                    )
            elif document.kind == "section":
                self.sections[document.data["name"]] = document

    def whole(self) -> Questionnaire:
        if len(self.heads) != 1:
            raise QuestionnaireError(
                [
                    Problem(
                        "questionnaire",
                        1,
                        1,
                        "one-questionnaire",
                        "exactly one document of kind questionnaire is needed",
                    )
                ]
            )
        (head,) = self.heads
        data = head.data
        sections = tuple(
            section
            for index, name in enumerate(data["sections"])
            if (section := self._section(name, (), head, ("sections", index))) is not None
        )
        made = Questionnaire(
            name=data["name"],
            version=_version(self.documents),
            title=_words(data["title"]),
            sections=sections,
            lists=self.lists,
            retention={
                key: tuple(
                    Retention(
                        valid_from=each["from"], months=each["months"], source=each["source"], verified=each["verified"]
                    )
                    for each in spells
                )
                for key, spells in data["retention"].items()
            },
        )
        self._columns_differ(made, head)
        if self.problems:
            raise QuestionnaireError(self.problems)
        return made

    def _section(
        self, name: str, outer: tuple[Section, ...], asked: Document, at: tuple[str | int, ...]
    ) -> Section | None:
        document = self.sections.get(name)
        if document is None:
            self._wrong(
                asked, at, "section-unknown", f'no section is called "{name}" {did_you_mean(name, self.sections)}'
            )
            return None
        data = document.data
        questions = tuple(self._question(each, document, index) for index, each in enumerate(data["questions"]))
        if "questions_as_in" in data:
            same = self.sections.get(data["questions_as_in"])
            if same is None:
                self._wrong(document, ("questions_as_in",), "section-unknown", "no section is called so")
            else:
                own = {question.name for question in questions}  # what a section asks itself goes before the borrowed
                questions += tuple(
                    self._question(each, same, number)
                    for number, each in enumerate(same.data["questions"])
                    if each["name"] not in own
                )
        bare = Section(
            name=name,
            title=_words(data["title"]),
            questions=questions,
            intro=_words(data["intro"]) if "intro" in data else None,
            asked_when=_condition(data.get("asked_when")),
            least=data.get("least", 1),
            most=data.get("most", 1),
            columns=data.get("columns", ""),
            first_columns=data.get("first_columns"),
            doors=_doors(data),
            screens=tuple(tuple(screen) for screen in data.get("screens", ())),
        )
        inner = tuple(
            section
            for index, each in enumerate(data.get("sections", ()))
            if (section := self._section(each, (*outer, bare), document, ("sections", index))) is not None
        )
        made = replace(bare, sections=inner)
        self._consistent(made, outer, document)
        return made

    def _question(self, data: Mapping[str, Any], document: Document, index: int) -> Question:
        kind = AnswerType(data["type"])
        listed = self.lists.get(data.get("choices", ""))
        here = ("questions", index)
        if (kind in LISTED) != ("choices" in data):
            self._wrong(document, here, "choices", f'"{data["name"]}": a choice has choices, and nothing else has')
        elif "choices" in data and listed is None:
            name = data["choices"]
            self._wrong(
                document, (*here, "choices"), "list-unknown", f'no list "{name}" {did_you_mean(name, self.lists)}'
            )
        required = data.get("required", False)
        return Question(
            name=data["name"],
            type=kind,
            label=_words(data["label"]),
            target=data["target"],
            short_label=_words(data["short_label"]) if "short_label" in data else None,
            hint=_words(data["hint"]) if "hint" in data else None,
            choices=tuple(Choice(code=code, words=said) for code, said in listed.answers.items()) if listed else (),
            required=required if isinstance(required, bool) else _condition(required) or False,
            asked_when=_condition(data.get("asked_when")),
            least=data.get("least"),
            most=data.get("most"),
            longest=data.get("longest", 120),
            or_year=data.get("or_year", False),
            not_after_today=data.get("not_after_today", False),
            not_before_birth=data.get("not_before_birth", False),
            language=data.get("language", ""),
            sensitivity=Sensitivity(data.get("sensitivity", "personal")),
            purpose=data.get("purpose", "registration"),
            retention=data.get("retention", "record"),
            doors=_doors(data),
            example=data.get("example", ""),
        )

    def _consistent(self, section: Section, outer: tuple[Section, ...], document: Document) -> None:
        """What a section says of others: names once, conditions and screens of questions there are, purposes known."""
        names = [question.name for question in section.questions] + [inner.name for inner in section.sections]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._wrong(document, ("questions",), "name-twice", f'"{name}" is asked twice in {section.name}')
        if section.repeats and "{n}" not in section.columns:
            self._wrong(document, ("columns",), "columns", "a section that repeats needs {n} in its columns")
        for screen in section.screens:
            for name in screen:
                if name not in names:
                    self._wrong(document, ("screens",), "question-unknown", f'screens: no question "{name}" here')
        seen = (*outer, section)
        if section.asked_when is not None:
            self._condition_holds(section.asked_when, outer, document, ("asked_when",), section.name)
        for question in section.questions:
            for condition in (question.asked_when, question.required):
                if isinstance(condition, Condition):
                    self._condition_holds(condition, seen, document, ("questions",), question.name)
            if question.purpose not in self.lists["purpose"].answers:
                self._wrong(
                    document, ("questions",), "purpose-unknown", f"{question.name}: no purpose {question.purpose}"
                )
            if self.heads and question.retention not in self.heads[0].data["retention"]:
                self._wrong(
                    document, ("questions",), "retention-unknown", f"{question.name}: no retention {question.retention}"
                )

    def _condition_holds(
        self,
        condition: Condition,
        seen: tuple[Section, ...],
        document: Document,
        at: tuple[str | int, ...],
        asker: str,
    ) -> None:
        for mistake in mistakes_of(condition, seen):
            self._wrong(document, at, "condition", f"{asker}: {mistake}")
        if asker in names_of(condition):
            self._wrong(document, at, "condition", f"{asker}: asks itself")

    def _columns_differ(self, questionnaire: Questionnaire, head: Document) -> None:
        """A column of a file names one question: two sections without a prefix must not ask the same name."""
        seen: dict[str, str] = {}
        for path, question in questionnaire.walk():
            column = "".join(section.columns for section in path) + question.name
            where = ".".join(section.name for section in path)
            if column in seen:
                self._wrong(
                    head, ("sections",), "column-twice", f'"{column}" is asked in {seen[column]} and in {where}'
                )
            seen[column] = where

    def _wrong(self, document: Document, at: tuple[str | int, ...], code: str, message: str) -> None:
        place = document.place(*at)
        self.problems.append(Problem(place.file, place.line, place.column, code, message.strip()))


def _words(data: Mapping[str, str]) -> Words:
    return Words(data["en"].strip(), data["ur"].strip())


def _doors(data: Mapping[str, Any]) -> frozenset[Door]:
    return frozenset(Door(door) for door in data["doors"]) if "doors" in data else frozenset(Door)


def _condition(data: Mapping[str, Any] | None) -> Condition | None:
    if data is None:
        return None

    def several(key: str) -> tuple[Condition, ...]:
        return tuple(made for each in data.get(key, ()) if (made := _condition(each)) is not None)

    return Condition(
        question=data.get("question", ""),
        is_one_of=tuple(data.get("is_one_of", ())),
        is_not_one_of=tuple(data.get("is_not_one_of", ())),
        at_least=data.get("at_least"),
        at_most=data.get("at_most"),
        answered=data.get("answered"),
        all_of=several("all_of"),
        any_of=several("any_of"),
        none_of=several("none_of"),
    )


def _version(documents: list[Document]) -> str:
    """Sixteen digits of the SHA-256 of all that the documents say; their order and layout do not matter."""
    said = sorted(json.dumps(document.data, ensure_ascii=False, sort_keys=True, default=str) for document in documents)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
