"""Which column of a file answers which question.

One row is a person with the household, up to three employments and up to three other businesses of their own. Headings are
taken as the questions are called: by name (``employment1_pay_amount``), by label or short label in English or Urdu, as the
template writes them, or by words people commonly use; what is only similar is a guess that somebody confirms.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mazdoor.delivery.registration import refusals_files as refusals
from mazdoor.delivery.registration.questionnaire.flat import Column, columns
from mazdoor.delivery.registration.questionnaire.model import AnswerType, Door, Questionnaire
from mazdoor.kernel.refusals import Words

HOUSEHOLD_KEY: Final = "household_key"
"""Not a question: rows with the same text in this column are one household."""
ROW_KEY: Final = "row_key"
"""Not a question: the sender's own number for the row; the same number again is the same row."""
LEFT_OUT: Final = ""
REASON_MARK: Final = "⚠ "
"""Headings that begin so are reasons of an earlier answer of ours: they are read over."""

OWN_BUSINESSES: Final = 3
"""Businesses a row may hold that its person owns besides those named with a work."""

_LOOKS_ALIKE: Final = 0.82
_ATTACHED: Final = frozenset({AnswerType.PHOTO, AnswerType.DOCUMENT})
_SPECIAL: Final = {
    HOUSEHOLD_KEY: Words("Household key", "گھرانے کی شناخت"),
    ROW_KEY: Words("Row key", "قطار کی شناخت"),
}
_COMMON: Final[Mapping[str, tuple[str, ...]]] = {
    "given_name": ("name", "first name", "full name", "worker name", "نام", "مزدور کا نام"),
    "surname": ("last name", "family name", "second name"),
    "father_name": ("father", "father name", "s/o", "d/o", "والد", "والد کا نام", "ولدیت"),
    "husband_name": ("husband", "w/o", "husband name", "شوہر کا نام"),
    "birth_date": ("dob", "birth date", "birthdate", "born", "year of birth", "پیدائش"),
    "sex": ("gender", "صنف"),
    "cnic": ("nic", "cnic no", "cnic number", "id card", "id card no", "nadra", "b form", "شناختی کارڈ"),
    "mobile": ("phone", "mobile no", "mobile number", "phone no", "cell", "contact", "contact no", "فون", "موبائل"),
    "household_area_code": ("area", "area code", "tehsil", "district", "p code", "pcode", "ضلع", "تحصیل"),
    "household_address": ("address", "پتا", "پتہ"),
    "relationship": ("relation", "relationship to head", "رشتہ"),
    "consents": ("consent", "agrees to", "رضامندی"),
    "employment1_occupation": ("occupation code", "isco", "isco 08", "isco code"),
    "employment1_industry": ("industry code", "isic", "isic code"),
    "employment1_pay_amount": ("wage", "wages", "salary", "pay", "daily wage", "monthly wage", "اجرت", "تنخواہ"),
    "employment1_started_on": ("since", "working since", "start date"),
    HOUSEHOLD_KEY: ("household id", "household no", "household number", "hh id", "hhid", "گھرانہ نمبر"),
    ROW_KEY: ("row id", "member no", "membership no", "employee no", "serial", "s no", "sr no", "نمبر شمار"),
}


def columns_of(questionnaire: Questionnaire) -> tuple[Column, ...]:
    """Every column a file may have, in the order of asking: the household, one person, up to three employments and three
    other businesses."""
    return _columns_of(questionnaire.version, _Held(questionnaire))


class _Held:
    """A questionnaire behind its version, so that the columns of one version are made once."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.questionnaire.version == self.questionnaire.version

    def __hash__(self) -> int:
        return hash(self.questionnaire.version)


@lru_cache(maxsize=4)
def _columns_of(version: str, held: _Held) -> tuple[Column, ...]:
    most = {section.name: section.most for path, _ in held.questionnaire.walk() for section in path}
    repeats = {"employments": most.get("employments", 1), "businesses": OWN_BUSINESSES}
    return tuple(
        column
        for column in columns(held.questionnaire, repeats=repeats, door=Door.FILE)
        if column.question.type not in _ATTACHED
    )


def is_of_household(column: Column) -> bool:
    """Whether a column says something about the whole household, and so the same in each of its rows. A business is of the
    person who owns it: the person of the row."""
    return column.path[0].name not in ("people", "businesses")


def label(column: Column, language: str) -> str:
    """What a column is called on screens and in templates, each differently."""
    text = column.question.label.in_language(language)
    number = next((number for section, number in column.steps if section.name == "employments"), 0)
    if number:
        word = "کام" if language.startswith("ur") else "work"
        text = f"{text} ({word} {number + 1})"
    if column.path[0].name == "businesses":
        word = "دوسرا کاروبار" if language.startswith("ur") else "other business"
        text = f"{text} ({word} {column.steps[0][1] + 1})"
    return text


@dataclass(frozen=True, slots=True)
class Guess:
    """What a heading is taken for; ``sure`` where it is written as a question is called, else somebody confirms."""

    heading: str
    column: str
    sure: bool


def guess(headings: Sequence[str], questionnaire: Questionnaire) -> list[Guess]:
    """What each heading is taken for. A question is given to one heading, unless several are
    called by it: then somebody must leave all but one out."""
    exact, loose = _names(questionnaire)
    guesses: list[Guess] = []
    taken: set[str] = set()
    plain = [_plain(heading) for heading in headings]
    for heading, words in zip(headings, plain, strict=True):
        column = "" if heading.startswith(REASON_MARK) else exact.get(words, "")
        sure = bool(column) and column not in taken
        # Named a second time it stands there a second time, not sure: `check_mapping` refuses until one is left out.
        guesses.append(Guess(heading, column, sure))
        if sure:
            taken.add(column)
    for place, (heading, words) in enumerate(zip(headings, plain, strict=True)):
        if guesses[place].column or heading.startswith(REASON_MARK) or not words:
            continue
        open_names = {name: column for name, column in loose.items() if column not in taken}
        column = open_names.get(words, "")
        if not column:
            close = difflib.get_close_matches(words, list(open_names), n=1, cutoff=_LOOKS_ALIKE)
            column = open_names[close[0]] if close else ""
        if column:
            guesses[place] = Guess(heading, column, False)
            taken.add(column)
    return guesses


def check_mapping(mapping: Sequence[str], questionnaire: Questionnaire) -> None:
    """Raises REG-046, REG-047 or REG-048 unless the columns can carry a registration.

    ``mapping`` names for each heading a column, `HOUSEHOLD_KEY`, `ROW_KEY`, or `LEFT_OUT`.
    """
    known = {column.name: column for column in columns_of(questionnaire)}
    seen: dict[str, int] = {}
    for place, name in enumerate(mapping):
        if name == LEFT_OUT:
            continue
        if name not in known and name not in _SPECIAL:
            raise refusals.COLUMN_UNKNOWN.because(name=name[:60])
        if name in seen:
            raise refusals.HEADING_TWICE.because(first=seen[name] + 1, second=place + 1)
        seen[name] = place
    missing = lacking(mapping, questionnaire)
    if missing:
        raise refusals.COLUMNS_MISSING.because(
            questions=", ".join(label(column, "en") for column in missing),
            questions_ur="، ".join(label(column, "ur") for column in missing),
            fields=", ".join(column.name for column in missing),
        )


def lacking(mapping: Sequence[str], questionnaire: Questionnaire) -> list[Column]:
    """The questions without whose answer nobody is registered, and which no column answers."""
    known = {column.name: column for column in columns_of(questionnaire)}
    missing = [
        column
        for column in known.values()
        if column.question.required is True
        and column.question.asked_when is None
        and column.name not in mapping
        and (column.path[-1].least > 0 and all(section.asked_when is None for section in column.path))
    ]
    if "given_name" not in mapping and "given_name_ur" not in mapping:
        missing.insert(0, known["given_name"])
    return missing


def special_words(name: str) -> Words:
    """What the two columns that answer no question are called."""
    return _SPECIAL[name]


def _plain(heading: str) -> str:
    """A heading without what people write differently: case, marks, letters that look the same in both scripts' fonts."""
    text = unicodedata.normalize("NFKC", heading).casefold().replace("ي", "ی").replace("ك", "ک")
    text = "".join(letter for letter in text if unicodedata.category(letter) not in ("Cf", "Mn"))
    return " ".join(re.sub(r"[\W_]+", " ", text).split())


def _names(questionnaire: Questionnaire) -> tuple[dict[str, str], dict[str, str]]:
    """Plain heading → column: those that are sure, and those that are guesses."""
    return _names_of(questionnaire.version, _Held(questionnaire))


@lru_cache(maxsize=4)
def _names_of(version: str, held: _Held) -> tuple[dict[str, str], dict[str, str]]:
    questionnaire = held.questionnaire
    exact: dict[str, str] = {}
    loose: dict[str, str] = {}
    for column in columns_of(questionnaire):
        exact[_plain(column.name)] = column.name
    for name, words in _SPECIAL.items():
        exact[_plain(name)] = name
        exact.setdefault(_plain(words.en), name)
        exact.setdefault(_plain(words.ur), name)
    for column in columns_of(questionnaire):
        for language in ("en", "ur"):
            exact.setdefault(_plain(label(column, language)), column.name)
        if column.question.short_label is not None and "2_" not in column.name and "3_" not in column.name:
            for language in ("en", "ur"):
                exact.setdefault(_plain(column.question.short_label.in_language(language)), column.name)
    for name, said in _COMMON.items():
        for words_ in said:
            loose.setdefault(_plain(words_), name)
    for column in columns_of(questionnaire):
        if all(number == 0 for _section, number in column.steps):  # a list with one work calls its questions plainly
            loose.setdefault(_plain(column.question.name), column.name)
            for language in ("en", "ur"):
                loose.setdefault(_plain(column.question.label.in_language(language)), column.name)
    for words_, name in exact.items():
        loose.setdefault(words_, name)
    return exact, loose
