"""The questionnaire as an XLSForm and as an XForm, in English and Urdu, with its lists.

1. Each section becomes a group, a section that repeats a repeat; one that may be left out altogether asks first whether
   there is anything to record.
2. Each question becomes one row or a few: an area is province, district and tehsil; a date that may be only a year asks
   how exactly it is known.
3. Choices stand in the form. Occupations and industries, hundreds of them, are CSV files beside it, one line in both
   languages, so that typing in either finds them.
4. pyxform turns the rows into the XForm. The version is a hash of everything, so it changes when anything does.

The way back, from a filled form to a plain one, is :mod:`mazdoor.interfaces.openrosa.filled`.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pyxform.xls2xform import convert

from mazdoor.delivery.registration.questionnaire.model import (
    AnswerType,
    Condition,
    Door,
    Question,
    Questionnaire,
    Section,
)
from mazdoor.interfaces.openrosa import phrases
from mazdoor.interfaces.openrosa.places import Path, xpath_of
from mazdoor.kernel.refusals import Words

LANGUAGES: Final = (("اردو (ur)", "ur"), ("English (en)", "en"))
"""As the device lists them; the first is the one a form opens in."""

ROOT: Final = "data"
GATE: Final = "{name}_any"
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list: its code, its words, and the code of what it belongs to (a district's province)."""

    code: str
    words: Words
    within: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The lists of the reference room a form needs."""

    provinces: Sequence[Entry]
    districts: Sequence[Entry]
    tehsils: Sequence[Entry]
    occupations: Sequence[Entry]
    industries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Media:
    """A file that belongs to a form: its name as the form calls it, and its bytes."""

    name: str
    content: bytes
    content_type: str

    @property
    def md5(self) -> str:
        """MD5 of the bytes in hexadecimal; the only hash OpenRosa knows. It finds changes, it protects nothing."""
        return hashlib.md5(self.content, usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A form as devices get it. ``form_id`` and ``version`` come back with every filled one."""

    form_id: str
    version: str
    title: Words
    xml: bytes
    media: tuple[Media, ...] = ()

    @property
    def md5(self) -> str:
        """MD5 of the XForm in hexadecimal."""
        return hashlib.md5(self.xml, usedforsecurity=False).hexdigest()


@dataclass(slots=True)
class Workbook:
    """The sheets of an XLSForm: rows by column."""

    survey: list[Row] = field(default_factory=list)
    choices: list[Row] = field(default_factory=list)
    settings: Row = field(default_factory=dict)
    media: list[Media] = field(default_factory=list)


def publish(questionnaire: Questionnaire, lists: Lists, *, default_language: str = "ur") -> Published:
    """The XForm of a questionnaire. Raises pyxform's own error where a questionnaire cannot be a form."""
    book = workbook(questionnaire, lists, default_language=default_language)
    sheets: dict[str, Any] = {"survey": book.survey, "choices": book.choices, "settings": [book.settings]}
    for name in ("survey", "choices"):  # pyxform reads headings from the first hundred rows unless they are given
        sheets[f"{name}_header"] = [dict.fromkeys(column for row in sheets[name] for column in row)]
    converted = convert(sheets, form_name=ROOT, warnings=[])
    # OpenRosa wants the particulars of a filled form in its own namespace, which pyxform declares and does not use.
    xml = converted.xform.replace("<meta><instanceID/></meta>", "<orx:meta><orx:instanceID/></orx:meta>")
    xml = xml.replace(f'nodeset="/{ROOT}/meta/instanceID"', f'nodeset="/{ROOT}/orx:meta/orx:instanceID"')
    return Published(
        form_id=book.settings["form_id"],
        version=book.settings["version"],
        title=questionnaire.title,
        xml=xml.encode(),
        media=tuple(book.media),
    )


def workbook(questionnaire: Questionnaire, lists: Lists, *, default_language: str = "ur") -> Workbook:
    """The XLSForm of a questionnaire, with the CSV files it names."""
    book = Workbook()
    writer = _Writer(book, lists)
    for section in questionnaire.sections:
        writer.section((), section)
    book.survey[:0] = [{"type": kind, "name": kind} for kind in ("start", "end", "today", "deviceid", "username")]
    writer.lists_used()
    content = hashlib.sha256(repr((questionnaire.version, book.survey, book.choices)).encode())
    for media in book.media:
        content.update(media.content)
    book.settings = {
        "form_id": f"mazdoor:{questionnaire.name}",
        "form_title": f"{questionnaire.title.ur} · {questionnaire.title.en}",
        "version": content.hexdigest()[:16],
        "default_language": next(name for name, code in LANGUAGES if code == default_language),
    }
    return book


def to_xlsx(book: Workbook) -> bytes:
    """The workbook as a spreadsheet file, as any XLSForm tool takes it."""
    from openpyxl import Workbook as Spreadsheet

    file = Spreadsheet(write_only=True)
    for name, rows in (("survey", book.survey), ("choices", book.choices), ("settings", [book.settings])):
        sheet = file.create_sheet(name)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column, "") for column in columns])
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def said(column: str, words: Words) -> Row:
    """A text in both languages, as columns ``label::English (en)``."""
    return {f"{column}::{name}": words.in_language(code) for name, code in LANGUAGES}


class _Writer:
    """Writes the rows of one questionnaire, in the order of asking."""

    def __init__(self, book: Workbook, lists: Lists) -> None:
        self.book = book
        self.lists = lists
        self._used: set[str] = set()
        self._kinds: dict[AnswerType, Callable[[Path, Question], Iterator[Row]]] = {
            AnswerType.AREA: self._area,
            AnswerType.DATE: self._date,
            AnswerType.CHOICE: self._choice,
            AnswerType.CHOICES: self._choice,
            AnswerType.OCCUPATION: self._listed,
            AnswerType.INDUSTRY: self._listed,
        }

    def section(self, outside: Path, section: Section) -> None:
        """A section with what is in it; one with nothing for devices leaves no trace."""
        path = (*outside, section)
        if not asked_of_devices(section):
            return
        relevant = self._relevant(section.asked_when, outside)
        if may_be_left_out(section):
            gate = GATE.format(name=section.name)
            asked = phrases.fill_words(phrases.ANYTHING_TO_RECORD, title=section.title)
            self._add({"type": "select_one yes_no", "name": gate, "required": "yes", **said("label", asked)} | relevant)
            self._add_required_message()
            self._used.add("yes_no")
            relevant = {"relevant": f"../{gate} = 'yes'"}
        kind = "repeat" if section.repeats else "group"
        flat = not section.sections  # one screen in Collect; a section with others inside would not fit
        self._add(
            {"type": f"begin_{kind}", "name": section.name, **said("label", section.title)}
            | relevant
            | ({"appearance": "field-list"} if flat else {})
        )
        if section.intro is not None:
            self._add({"type": "note", "name": f"{section.name}_intro", **said("label", section.intro)})
        for question in section.questions:
            if Door.DEVICE in question.doors:
                self._question(path, question)
        for inner in section.sections:
            self.section(path, inner)
        self._add({"type": f"end_{kind}", "name": section.name})

    def lists_used(self) -> None:
        """The choices and files that the rows name."""
        if "yes_no" in self._used:
            self._choices("yes_no", [Entry("yes", phrases.YES), Entry("no", phrases.NO)])
        if "how_exact" in self._used:
            self._choices("how_exact", [Entry("day", phrases.EXACT_DAY), Entry("year", phrases.YEAR_ONLY)])
        if "areas" in self._used:
            self._choices("provinces", self.lists.provinces)
            self._choices("districts", self.lists.districts)
            unknown = [Entry(district.code, phrases.TEHSIL_UNKNOWN, district.code) for district in self.lists.districts]
            self._choices("tehsils", [*self.lists.tehsils, *unknown])
        for name, entries in (("occupations", self.lists.occupations), ("industries", self.lists.industries)):
            if name in self._used:
                self.book.media.append(Media(f"{name}.csv", _csv(entries), "text/csv"))

    # --- one question ------------------------------------------------------------------------------------------

    def _question(self, path: Path, question: Question) -> None:
        shared = self._relevant(question.asked_when, path)
        required = self._required(question, path)
        rows = self._kinds.get(question.type, self._simple)(path, question)
        for row in rows:
            relevant = [part for part in (shared.get("relevant", ""), row.get("relevant", "")) if part]
            row["relevant"] = " and ".join(f"({part})" for part in relevant) if len(relevant) > 1 else "".join(relevant)
            if required and row["type"] != "note":
                row["required"] = required
                row |= said("required_message", phrases.REQUIRED)
            if question.hint is not None and not any(key.startswith("hint") for key in row):
                row |= said("hint", question.hint)
            self._add({key: value for key, value in row.items() if value})

    def _simple(self, path: Path, question: Question) -> Iterator[Row]:
        kind, appearance = _FIELDS[question.type]
        row: Row = {"type": kind, "name": question.name, "appearance": appearance, **said("label", question.label)}
        if kind == "select_one yes_no":
            self._used.add("yes_no")
        if question.type is AnswerType.PHOTO:
            row["parameters"] = "max-pixels=1600"
        constraint, message = _constraint(question)
        if constraint and message is not None:
            row |= {"constraint": constraint, **said("constraint_message", message)}
        yield row

    def _choice(self, path: Path, question: Question) -> Iterator[Row]:
        name = "_".join([*(section.name for section in path), question.name])
        self._choices(name, [Entry(choice.code, choice.words) for choice in question.choices])
        kind = "select_multiple" if question.type is AnswerType.CHOICES else "select_one"
        long = len(question.choices) > 8 and question.type is AnswerType.CHOICE
        yield {
            "type": f"{kind} {name}",
            "name": question.name,
            "appearance": "minimal" if long else "",
            **said("label", question.label),
        }

    def _listed(self, path: Path, question: Question) -> Iterator[Row]:
        name = "occupations" if question.type is AnswerType.OCCUPATION else "industries"
        self._used.add(name)
        yield {
            "type": f"select_one_from_file {name}.csv",
            "name": question.name,
            "appearance": "minimal autocomplete",
            **said("label", question.label),
        }

    def _date(self, path: Path, question: Question) -> Iterator[Row]:
        bound = ". >= date('1900-01-01') and . <= today()" if question.not_after_today else ""
        row: Row = {"type": "date", "name": question.name, **said("label", question.label)}
        if bound:
            row |= {"constraint": bound, **said("constraint_message", phrases.NOT_AFTER_TODAY)}
        if not question.or_year:
            yield row
            return
        self._used.add("how_exact")
        precision = f"{question.name}_known"
        yield {
            "type": "select_one how_exact",
            "name": precision,
            **said("label", phrases.fill_words(phrases.HOW_EXACT, label=question.short_label or question.label)),
        }
        yield row | {"relevant": f"../{precision} = 'day'"}
        yield {
            "type": "integer",
            "name": f"{question.name}_year",
            "relevant": f"../{precision} = 'year'",
            "constraint": ". >= 1900 and . <= number(format-date(today(), '%Y'))",
            **said("constraint_message", phrases.YEAR),
            **said("label", phrases.fill_words(phrases.YEAR_OF, label=question.short_label or question.label)),
        }

    def _area(self, path: Path, question: Question) -> Iterator[Row]:
        self._used.add("areas")
        label = question.short_label or question.label
        province, district = f"{question.name}_province", f"{question.name}_district"
        yield {
            "type": "select_one provinces",
            "name": province,
            "appearance": "minimal",
            **said("label", phrases.fill_words(phrases.PROVINCE_OF, label=label)),
        }
        yield {
            "type": "select_one districts",
            "name": district,
            "appearance": "minimal autocomplete",
            "choice_filter": f"within = current()/../{province}",
            **said("label", phrases.fill_words(phrases.DISTRICT_OF, label=label)),
        }
        yield {
            "type": "select_one tehsils",
            "name": question.name,
            "appearance": "minimal autocomplete",
            "choice_filter": f"within = current()/../{district}",
            **said("label", phrases.fill_words(phrases.TEHSIL_OF, label=label)),
        }

    # --- small parts -------------------------------------------------------------------------------------------

    def _add(self, row: Row) -> None:
        self.book.survey.append(row)

    def _add_required_message(self) -> None:
        self.book.survey[-1] |= said("required_message", phrases.REQUIRED)

    def _choices(self, list_name: str, entries: Sequence[Entry]) -> None:
        for entry in entries:
            row = {"list_name": list_name, "name": entry.code, **said("label", entry.words)}
            self.book.choices.append(row | ({"within": entry.within} if entry.within else {}))

    def _relevant(self, condition: Condition | None, asking: Path) -> Row:
        if condition is None:
            return {}
        return {"relevant": xpath_of(condition, asking=asking)}

    def _required(self, question: Question, path: Path) -> str:
        if isinstance(question.required, Condition):
            return xpath_of(question.required, asking=path)
        return "yes" if question.required else ""


def asked_of_devices(section: Section) -> bool:
    """Whether a device is asked anything in this section."""
    return Door.DEVICE in section.doors and any(Door.DEVICE in asked.doors for asked in _questions_within(section))


def may_be_left_out(section: Section) -> bool:
    """Whether a device asks first if there is anything to record: a section that may be absent for no stated reason."""
    return section.least == 0 and (section.repeats or section.asked_when is None)


_FIELDS: Final[dict[AnswerType, tuple[str, str]]] = {
    AnswerType.TEXT: ("text", ""),
    AnswerType.NAME: ("text", ""),
    AnswerType.WHOLE: ("integer", ""),
    AnswerType.MONEY: ("decimal", ""),
    AnswerType.DECIMAL: ("decimal", ""),
    AnswerType.YES_NO: ("select_one yes_no", ""),
    AnswerType.CNIC: ("text", "numbers"),
    AnswerType.MOBILE: ("text", "numbers"),
    AnswerType.BANK_ACCOUNT: ("text", ""),
    AnswerType.REGISTRY_NUMBER: ("text", ""),
    AnswerType.PHOTO: ("image", ""),
    AnswerType.DOCUMENT: ("image", ""),
    AnswerType.PLACE: ("geopoint", ""),
}
"""The XLSForm type of an answer, and how a device shows it."""

_PATTERNS: Final[dict[AnswerType, str]] = {
    # A minus within the brackets stands last, and digits are written out: Java and JavaScript read these alike.
    AnswerType.NAME: "[^0-9۰-۹]+",
    AnswerType.MONEY: "[0-9]+([.][0-9]{1,2})?",
    AnswerType.CNIC: "[0-9]{5}-?[0-9]{7}-?[0-9]",
    AnswerType.MOBILE: "(03|[+]?923)[0-9]{2}-?[0-9]{7}",
    AnswerType.BANK_ACCOUNT: "([Pp][Kk][0-9]{2}[A-Za-z]{4}[A-Za-z0-9]{16}|(03|[+]?923)[0-9]{9})",
}


def _constraint(question: Question) -> tuple[str, Words | None]:
    """The bounds of an answer as one XPath, and the sentence for an answer outside them."""
    pattern = _PATTERNS.get(question.type)
    tests = [f"regex(., '^{pattern}$')"] if pattern else []
    message = phrases.MALFORMED.get(question.type)
    if question.type in (AnswerType.WHOLE, AnswerType.DECIMAL, AnswerType.MONEY):
        if question.least is not None:
            tests.append(f". >= {question.least}")
        if question.most is not None:
            tests.append(f". <= {question.most}")
        if question.least is not None and question.most is not None:
            message = phrases.fill(phrases.NUMBER_BETWEEN, least=question.least, most=question.most)
        elif question.least is not None and message is None:
            message = phrases.fill(phrases.NUMBER_FROM, least=question.least)
        elif question.most is not None and message is None:
            message = phrases.fill(phrases.NUMBER_TO, most=question.most)
    if question.type in (AnswerType.TEXT, AnswerType.NAME):
        tests.append(f"string-length(.) <= {question.longest}")
        if message is None:
            message = phrases.fill(phrases.LONGEST, longest=question.longest)
    return " and ".join(tests), message


def _questions_within(section: Section) -> Iterator[Question]:
    yield from section.questions
    for inner in section.sections:
        yield from _questions_within(inner)


def _csv(entries: Sequence[Entry]) -> bytes:
    """A list as devices read it: ``name,label``, one line in both languages."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["name", "label"])
    for entry in entries:
        both = entry.words.en if entry.words.ur in ("", entry.words.en) else f"{entry.words.ur} · {entry.words.en}"
        writer.writerow([entry.code, both])
    return out.getvalue().encode()
