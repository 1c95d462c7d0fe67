"""What a questionnaire is made of: sections, questions, choices, conditions. Plain values, no Django.

A *form* is what every door hands in, whatever it looked like on the way: nested plain values, keyed by question name::

    {"household": {"area_code": "PK60301", "rooms": 2, ...},
     "people": [{"given_name": "Razia", "relationship": "head", ...,
                 "functioning": {"seeing": "none", ...},
                 "employments": [{"status": "employee", ..., "business": {"name": ...}}]}],
     "businesses": [...],
     "consent": {"consents": ["registration", "programmes"], "given_how": "spoken"}}

Every section stands under its name: an object, or a list of them where it repeats. Values arrive as text (files, forms,
XML) or as JSON values; checking makes them typed. A *place* names one answer in a form:
``people[0].employments[1].pay_amount``.

A date that may be a year alone is typed as its first day, with ``<name>_precision`` (``day``, ``month`` or ``year``)
beside it. `flatten` writes what was typed as text again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mazdoor.kernel.refusals import Words


class AnswerType(StrEnum):
    """How an answer is written, and so which field, cell, XForm type and schema it has at each door."""

    TEXT = "text"
    NAME = "name"
    """A person's or business's name: any script, no digits, trimmed, control characters taken out."""
    WHOLE = "whole"
    """A whole number."""
    MONEY = "money"
    """Rupees with at most two decimals on the form; whole paisa once typed."""
    DECIMAL = "decimal"
    DATE = "date"
    """A day; with ``or_year`` on the question a year alone (or a month and year) is an answer too."""
    CHOICE = "choice"
    CHOICES = "choices"
    """Any number of the choices; a list of codes once typed, codes with a space between in XForms and cells."""
    YES_NO = "yes_no"
    CNIC = "cnic"
    MOBILE = "mobile"
    AREA = "area"
    """A P-code of a tehsil, or of a district where no more is known."""
    OCCUPATION = "occupation"
    """Four digits of ISCO-08; free text goes to the occupation coder first."""
    INDUSTRY = "industry"
    """Four digits of ISIC revision 4."""
    BANK_ACCOUNT = "bank_account"
    """An IBAN, or a mobile number where the bank is a wallet."""
    REGISTRY_NUMBER = "registry_number"
    PHOTO = "photo"
    DOCUMENT = "document"
    PLACE = "place"
    """Latitude and longitude in degrees, WGS 84."""


class Sensitivity(StrEnum):
    """Who may see an answer and how it is kept."""

    OPEN = "open"
    PERSONAL = "personal"
    SEALED = "sealed"
    """Encrypted, found by a blind index only."""
    SPECIAL = "special"
    """Health, disability: shown only at desks that need it."""


class Door(StrEnum):
    """The doors a question is asked at."""

    OFFICER = "officer"
    WORKER = "worker"
    FILE = "file"
    DEVICE = "device"
    SYSTEM = "system"
    PAPER = "paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A comparison of another answer of the same form, or several joined.

    Exactly one shape: ``question`` with one of the comparisons, or ``all_of``, ``any_of``, or ``none_of``. A question
    is named as seen from the one that asks: a name of the same section, else of an enclosing one.
    An unanswered question makes every comparison false, but ``answered=False`` true.
    """

    question: str = ""
    is_one_of: tuple[str, ...] = ()
    is_not_one_of: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    answered: bool | None = None
    all_of: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()
    none_of: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One possible answer: the code kept in tables, and its words."""

    code: str
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. ``name`` is its key in forms, its column in files, its node in XForms, its property in schemas.

    ``required`` is True, False, or a condition. ``least``/``most`` bound numbers (rupees for money), ages of dates are bounded
    by ``not_after_today``; ``longest`` bounds text in characters. ``target`` says where the answer is kept, as
    ``table.column`` (``person_record.given_name``); an answer kept elsewhere names the service that takes it.
    ``purpose`` is the consent purpose it serves, ``retention`` the key of a dated parameter.
    """

    name: str
    type: AnswerType
    label: Words
    target: str
    short_label: Words | None = None
    hint: Words | None = None
    choices: tuple[Choice, ...] = ()
    required: bool | Condition = False
    asked_when: Condition | None = None
    least: int | None = None
    most: int | None = None
    longest: int = 120
    or_year: bool = False
    not_after_today: bool = False
    not_before_birth: bool = False
    language: str = ""
    """``ur`` where the answer is written in Urdu, ``en`` in Latin letters; '' for either."""
    sensitivity: Sensitivity = Sensitivity.PERSONAL
    purpose: str = "registration"
    retention: str = "record"
    doors: frozenset[Door] = frozenset(Door)
    example: str = ""
    """What a form shows as an example, of nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Questions that belong together: one screen of a wizard, one group of an XForm.

    A section with ``most`` over one repeats (members, employments, businesses): its answers are a list under ``name`` in
    the form; else an object under ``name``. ``sections`` are nested in each repetition.
    """

    name: str
    title: Words
    questions: tuple[Question, ...]
    sections: tuple[Section, ...] = ()
    intro: Words | None = None
    asked_when: Condition | None = None
    least: int = 1
    most: int = 1
    columns: str = ""
    """What its columns begin with in a file: ``household_``; ``employment{n}_`` where it repeats, counted from 1."""
    first_columns: str | None = None
    """What the columns of the first repetition begin with, where that differs: '' for the first person."""
    doors: frozenset[Door] = frozenset(Door)
    screens: tuple[tuple[str, ...], ...] = ()
    """How the questions spread over a worker's short screens: names of questions, a tuple for each screen."""

    @property
    def repeats(self) -> bool:
        """Whether it can be answered more than once."""
        return self.most > 1

    def prefix(self, number: int = 0) -> str:
        """What the columns of repetition ``number`` (from 0) begin with."""
        if number == 0 and self.first_columns is not None:
            return self.first_columns
        return self.columns.format(n=number + 1)

    def question(self, name: str) -> Question:
        """The question of this name in this very section. Raises ``KeyError``."""
        for question in self.questions:
            if question.name == name:
                return question
        raise KeyError(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long answers of a kind are kept after the record is closed, from a day on. ``verified`` marks its source."""

    valid_from: dt.date
    months: int
    source: str
    verified: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """A list of possible answers: what it is called, and code → words."""

    question: Words
    answers: Mapping[str, Words]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Pairs of code and English words, as Django's fields take them."""
        return [(code, words.en) for code, words in self.answers.items()]

    def choices_in(self, language: str) -> list[tuple[str, str]]:
        """Pairs of code and words in one language, for forms."""
        return [(code, words.in_language(language)) for code, words in self.answers.items()]

    def say(self, code: str, language: str = "en") -> str:
        """The words of a code; an unknown code speaks for itself."""
        return self.answers[code].in_language(language) if code in self.answers else code


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """The whole. ``version`` is a hash of its content, kept with every form and consent receipt."""

    name: str
    version: str
    title: Words
    sections: tuple[Section, ...]
    lists: Mapping[str, Answers] = field(default_factory=dict)
    """Every list of answers, also those that no question asks (how exact a date is)."""
    retention: Mapping[str, tuple[Retention, ...]] = field(default_factory=dict)

    def walk(self) -> Iterator[tuple[tuple[Section, ...], Question]]:
        """Every question with the sections that hold it, outermost first, in the order of asking."""

        def down(path: tuple[Section, ...], section: Section) -> Iterator[tuple[tuple[Section, ...], Question]]:
            here = (*path, section)
            for question in section.questions:
                yield here, question
            for inner in section.sections:
                yield from down(here, inner)

        for section in self.sections:
            yield from down((), section)

    def section(self, *names: str) -> Section:
        """The section at a path of names. Raises ``KeyError``."""
        inside = self.sections
        found: Section | None = None
        for name in names:
            found = next((section for section in inside if section.name == name), None)
            if found is None:
                raise KeyError(name)
            inside = found.sections
        if found is None:
            raise KeyError(names)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a form: where, and the refusal with its words.

    ``refusal`` is a raised-able `mazdoor.kernel.refusals.Refusal`; ``warning`` marks what is recorded and flagged but
    does not stop the form (a worker under the legal age, a repaired digit).
    """

    place: str
    refusal: Any
    warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What checking gives: the typed form (only what could be typed), and everything found."""

    form: dict[str, Any]
    problems: tuple[Problem, ...] = ()
    repairs: tuple[Problem, ...] = field(default=())
    """What was read differently from how it was written, and how: letters O for zeros, swapped scripts, spaces."""
    on: dt.date | None = None
    door: Door | None = None
    """The day and the door a whole form was checked for; ``None`` of a part."""

    @property
    def well(self) -> bool:
        """Whether the form may be registered."""
        return not any(not problem.warning for problem in self.problems)
