"""Cells of a file made typed answers: each different text of a column is read once, however often it stands there.

A million rows share a few thousand names, days and words, so reading is done by the very function every other door uses
(`questionnaire.type_answer`) and still costs little. Before that comes what only files suffer: the order of dates that a
whole column settles, days counted from 1900 by Excel, numbers shortened by a spreadsheet, letters lost.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mazdoor.delivery.registration import refusals_files as refusals
from mazdoor.delivery.registration import refusals_form as form_refusals
from mazdoor.delivery.registration.files.reading import LONGEST_CELL
from mazdoor.delivery.registration.questionnaire import AnswerType, Column, Question, scripts, type_answer
from mazdoor.delivery.registration.questionnaire.cells import label_details, read_yes_or_no
from mazdoor.kernel.identifiers import plain_digits
from mazdoor.kernel.refusals import Refusal

REMEMBERED: Final = 100_000
"""Texts of one column whose reading is kept from chunk to chunk."""

_EXCEL_BEGINS: Final = dt.date(1899, 12, 30)
_SERIAL: Final = re.compile(r"^[1-9]\d{4}(?:\.0+)?$")  # from 1927 on; four digits are a year, if a mistyped one
_TWO_WAYS: Final = re.compile(r"^\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})(?:[T ].*)?\s*$")
_SHORTENED: Final = re.compile(r"^\s*\d(?:[.,]\d+)?[eE]\+?\d{1,2}\s*$")
_WHOLE_WITH_POINT: Final = re.compile(r"^\s*(\d+)\.0+\s*$")
_NUMBERS: Final = (AnswerType.CNIC, AnswerType.MOBILE, AnswerType.BANK_ACCOUNT, AnswerType.REGISTRY_NUMBER)
_ONCE: Final = (AnswerType.CNIC, AnswerType.MOBILE, AnswerType.BANK_ACCOUNT, AnswerType.TEXT)
"""Types whose texts hardly repeat: not remembered from chunk to chunk."""


@dataclass(frozen=True, slots=True)
class Found:
    """A refusal, warning or repair as kept with a row: its code and the details that fill its words."""

    code: str
    details: str

    @classmethod
    def of(cls, refusal: Refusal) -> Found:
        """What is kept of a refusal."""
        return cls(refusal.code, json.dumps(refusal.details, ensure_ascii=False, sort_keys=True))


@dataclass(frozen=True, slots=True)
class Read:
    """One text of a column as it was read."""

    value: Any
    precision: str
    problem: Found | None
    repairs: tuple[Found, ...]


@dataclass(slots=True)
class ColumnReader:
    """Reads the cells of one column. ``order`` is how its dates are written where that is settled: ``dmy`` or ``mdy``;
    ``serials`` says that whole numbers are days as Excel counts them."""

    column: Column
    on: dt.date
    order: str = ""
    serials: bool = False
    kept: dict[str, Read] = field(default_factory=dict)

    @property
    def question(self) -> Question:
        """The question the column answers."""
        return self.column.question

    def read_one(self, text: str) -> Read:
        """One text, from memory where it was read before."""
        known = self.kept.get(text)
        if known is not None:
            return known
        read = self._read(text)
        if self.question.type not in _ONCE:
            if len(self.kept) > REMEMBERED:
                self.kept.clear()
            self.kept[text] = read
        return read

    def _read(self, text: str) -> Read:
        if "\ufffd" in text:
            return Read(None, "", Found.of(refusals.LETTERS_LOST.because()), ())
        if len(text) > LONGEST_CELL:
            return Read(None, "", Found.of(refusals.CELL_TOO_LONG.because()), ())
        written, repairs, problem = self.adapted(text)
        if problem is not None:
            return Read(None, "", Found.of(problem), ())
        typed = type_answer(self.question, written, on=self.on)
        return Read(
            typed.value,
            typed.precision,
            Found.of(typed.problem) if typed.problem is not None else None,
            tuple(Found.of(repair) for repair in (*repairs, *typed.repairs)),
        )

    def adapted(self, text: str) -> tuple[str, tuple[Refusal, ...], Refusal | None]:
        """What a file's own way of writing means: the text for the questionnaire, stated repairs, or a refusal."""
        kind = self.question.type
        if kind is AnswerType.DATE:
            return self._day(text)
        if kind in _NUMBERS or kind in (AnswerType.OCCUPATION, AnswerType.INDUSTRY, AnswerType.WHOLE):
            if _SHORTENED.match(text):
                return "", (), refusals.DIGITS_LOST.because()
            if found := _WHOLE_WITH_POINT.match(text):
                text = found[1]
            if kind in (AnswerType.OCCUPATION, AnswerType.INDUSTRY) and re.fullmatch(r"\s*[1-9]\d{2}\s*", text):
                return (
                    "0" + text.strip(),
                    (_repaired(f"0{text.strip()}"),),
                    None,
                )  # a spreadsheet drops the first nought
        if kind is AnswerType.CHOICES and self.question.name == "consents":
            return self._agreed(text)
        return text, (), None

    def _agreed(self, text: str) -> tuple[str, tuple[Refusal, ...], Refusal | None]:
        """Many lists of members have one column that says yes: that is consent to be registered, and to nothing else."""
        if read_yes_or_no(text):
            return "registration", (_repaired("registration"),), None
        return text, (), None

    def _day(self, text: str) -> tuple[str, tuple[Refusal, ...], Refusal | None]:
        plain = plain_digits(text).strip()
        if self.serials and _SERIAL.match(plain):
            day = _EXCEL_BEGINS + dt.timedelta(days=int(plain.split(".")[0]))
            return day.isoformat(), (_repaired(day.isoformat()),), None
        if found := re.fullmatch(r"(\d{4})\.0+", plain):
            return found[1], (), None
        if found := _TWO_WAYS.match(plain):
            first, second = int(found[1]), int(found[2])
            bare = f"{found[1]}/{found[2]}/{found[3]}"
            if first > 12 or second > 12 or first == second or self.order == "dmy":
                return bare, (), None
            if self.order == "mdy":
                day_text = f"{found[3]}-{first:02d}-{second:02d}"
                return day_text, (_repaired(day_text),), None
            return "", (), refusals.DATE_AMBIGUOUS.because()
        return text, (), None


def _repaired(how: str) -> Refusal:
    return refusals.REPAIRED.because(how=how, how_ur=how)


def settle_columns(
    stage: duckdb.DuckDBPyConnection, columns: Sequence[tuple[int, Column]], *, on: dt.date
) -> dict[int, ColumnReader]:
    """A reader for each column of the file, after one look at all its dates."""
    readers: dict[int, ColumnReader] = {}
    for place, column in columns:
        order, serials = "", False
        if column.question.type is AnswerType.DATE:
            order, serials = _settled(stage, place)
        readers[place] = ColumnReader(column, on, order, serials)
    return readers


def with_other_scripts(
    readers: dict[int, ColumnReader], every: Sequence[Column], *, wrong: Callable[[int, str], bool]
) -> tuple[dict[int, ColumnReader], tuple[tuple[int, int], ...]]:
    """The same readers, and the pairs of places (English letters, Urdu) of names of which some are in the wrong script.

    ``wrong`` says whether a column of the file has any letter of a pattern. Where the other column of a pair is not in the
    file it gets a place of its own below nought, so that a name can go there.
    """
    places = {reader.column.name: place for place, reader in readers.items()}
    known = {column.name: column for column in every}
    found = dict(readers)
    several: list[tuple[int, int]] = []
    by_section: dict[str, list[Column]] = {}
    for column in every:
        by_section.setdefault(column.place.rpartition(".")[0], []).append(column)
    for columns in by_section.values():
        prefix = columns[0].name.removesuffix(columns[0].question.name)
        for english, urdu in scripts.pairs(column.question for column in columns):
            pair = [prefix + english.name, prefix + urdu.name]
            at = [places.get(name) for name in pair]
            if not any(
                place is not None and wrong(place, letters)
                for place, letters in zip(at, (scripts.URDU, scripts.LATIN), strict=True)
            ):
                continue
            for side, name in enumerate(pair):
                if at[side] is None:
                    at[side] = -1 - len(found)
                    found[at[side] or 0] = ColumnReader(known[name], next(iter(readers.values())).on)
            several.append((at[0] or 0, at[1] or 0))
    return found, tuple(several)


def has_letters(stage: duckdb.DuckDBPyConnection) -> Callable[[int, str], bool]:
    """Whether any cell of a column has a letter of a pattern."""

    def any_of(place: int, letters: str) -> bool:
        (found,) = stage.execute(f"SELECT bool_or(regexp_matches(c{place}, $1)) FROM stage", [letters]).fetchone() or (
            False,
        )
        return bool(found)

    return any_of


def settle_scripts(english: ReadColumn, urdu: ReadColumn, questions: tuple[Question, Question]) -> None:
    """Names in the wrong script go to the other column, or are refused: `questionnaire.checking` for many rows at once."""
    one, two = english.values, urdu.values
    one_given, two_given = pc.is_valid(one), pc.is_valid(two)
    one_wrong, two_wrong = _only(one, scripts.URDU, scripts.LATIN), _only(two, scripts.LATIN, scripts.URDU)
    one_free = pc.invert(pc.or_(one_given, english.unread))
    two_free = pc.invert(pc.or_(two_given, urdu.unread))
    to_urdu = pc.and_(one_wrong, pc.or_(two_wrong, two_free))
    to_english = pc.and_(two_wrong, pc.or_(one_wrong, one_free))
    one_refused = pc.and_(one_wrong, pc.invert(to_urdu))
    two_refused = pc.and_(two_wrong, pc.invert(to_english))
    nothing = pa.scalar(None, one.type)
    for column, own, other, question, gone, came, refused in (
        (english, one, two, questions[0], to_urdu, to_english, one_refused),
        (urdu, two, one, questions[1], to_english, to_urdu, two_refused),
    ):
        column.values = pc.if_else(came, other, pc.if_else(pc.or_(gone, refused), nothing, own))
        column.given = pc.or_(came, pc.and_(column.given, pc.or_(refused, pc.invert(gone))))
        column.unread = pc.or_(column.unread, refused)
        for flags, kind, told in (
            (gone, form_refusals.SCRIPT_MOVED, column.repairs),
            (refused, form_refusals.WRONG_SCRIPT, column.problems),
        ):
            places = np.flatnonzero(flags.to_numpy(zero_copy_only=False))
            if len(places):
                told.append((places, Found.of(kind.because(**label_details(question)))))


def _only(names: pa.Array, letters: str, others: str) -> pa.Array:
    """Whether names are written in these letters and none of the others."""
    has = pc.match_substring_regex(names, letters)
    return pc.fill_null(pc.and_(has, pc.invert(pc.match_substring_regex(names, others))), False)


def _settled(stage: duckdb.DuckDBPyConnection, place: int) -> tuple[str, bool]:
    """(order of day and month, whether numbers are Excel's days), as the whole column shows."""
    digits = f"translate(trim(c{place}), '۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩', '01234567890123456789')"
    pattern = r"^(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*\d{4}"
    day_first, month_first, serials = stage.execute(
        f"SELECT count(*) FILTER (WHERE TRY_CAST(regexp_extract(d, '{pattern}', 1) AS INTEGER) > 12), "
        f"count(*) FILTER (WHERE TRY_CAST(regexp_extract(d, '{pattern}', 2) AS INTEGER) > 12), "
        f"count(*) FILTER (WHERE regexp_matches(d, '^[1-9][0-9]{{4}}([.]0+)?$')) "
        f"FROM (SELECT {digits} AS d FROM stage)"
    ).fetchone() or (0, 0, 0)
    order = "dmy" if day_first and not month_first else "mdy" if month_first and not day_first else ""
    return order, bool(serials)


_ARROW: Final[dict[AnswerType, pa.DataType]] = {
    AnswerType.WHOLE: pa.int64(),
    AnswerType.MONEY: pa.int64(),
    AnswerType.DECIMAL: pa.decimal128(12, 2),
    AnswerType.DATE: pa.date32(),
    AnswerType.YES_NO: pa.bool_(),
}


def arrow_type(question: Question) -> pa.DataType:
    """The type a question's answers have in a column: several codes are one text with spaces between."""
    return _ARROW.get(question.type, pa.string())


@dataclass(slots=True)
class ReadColumn:
    """A column of a chunk, read. ``unread`` marks cells that could not be; ``problems`` and ``repairs`` say what was found,
    each with the rows (places in the chunk) it was found in."""

    values: pa.Array
    precisions: pa.Array | None
    given: pa.Array
    unread: pa.Array
    problems: list[tuple[Any, Found]]
    repairs: list[tuple[Any, Found]]


_PLAIN: Final = {
    AnswerType.CNIC: r"^(?:[0-9]{5}-[0-9]{7}-[0-9]|[0-9]{13})$",
    AnswerType.MOBILE: r"^03[0-9]{2}-?[0-9]{7}$",
    AnswerType.NAME: r"^[A-Za-z]+(?: [A-Za-z]+)*$",
    AnswerType.TEXT: r"^[!-~]+(?: [!-~]+)*$",
}
"""How texts are written that mean themselves, but for the dashes of a number: nothing is repaired and nothing can be wrong
with them but their length. They are read by columns; every other text goes to the reader of one text, and a test holds the
two against each other."""
_DASHED: Final = (AnswerType.CNIC, AnswerType.MOBILE)


def read_column(reader: ColumnReader, texts: pa.Array) -> ReadColumn:
    """Read one column of a chunk: what is plainly written all at once, of the rest every different text once."""
    texts = pc.fill_null(texts, "")
    plain = _read_plainly(reader.question, texts)
    if plain is None:
        return read_each(reader, texts)
    rest = np.flatnonzero(pc.is_null(plain).to_numpy(zero_copy_only=False))
    count = len(texts)
    if not len(rest):
        return ReadColumn(plain, None, pa.repeat(True, count), pa.repeat(False, count), [], [])
    read = read_each(reader, texts.take(pa.array(rest)))
    place = np.arange(count)
    place[rest] = count + np.arange(len(rest))
    at = pa.array(place)

    def together(all_plain: pa.Array, others: pa.Array) -> pa.Array:
        return pa.concat_arrays([all_plain, others]).take(at)

    return ReadColumn(
        values=together(plain, read.values),
        precisions=None,
        given=together(pa.repeat(True, count), read.given),
        unread=together(pa.repeat(False, count), read.unread),
        problems=[(rest[places], what) for places, what in read.problems],
        repairs=[(rest[places], what) for places, what in read.repairs],
    )


def _read_plainly(question: Question, texts: pa.Array) -> pa.Array | None:
    """The values of texts that are plainly written, nothing for the others; ``None`` for a type that has no such way."""
    pattern = _PLAIN.get(question.type)
    if pattern is None:
        return None
    plain = pc.match_substring_regex(texts, pattern)
    if question.type not in _DASHED:
        plain = pc.and_(plain, pc.less_equal(pc.utf8_length(texts), min(question.longest, LONGEST_CELL)))
    else:
        texts = pc.replace_substring(texts, "-", "")
    return pc.if_else(plain, texts, pa.scalar(None, pa.string()))


def read_each(reader: ColumnReader, texts: pa.Array) -> ReadColumn:
    """Read texts of a column, every different one once, by the function every other door uses."""
    coded = texts.dictionary_encode()
    codes = coded.indices
    different = coded.dictionary.to_pylist()
    kind = arrow_type(reader.question)
    several = reader.question.type is AnswerType.CHOICES
    values: list[Any] = []
    precisions: list[str | None] = []
    unread: list[bool] = []
    given: list[bool] = []
    problems: list[tuple[Any, Found]] = []
    repairs: list[tuple[Any, Found]] = []
    for number, text in enumerate(different):
        if not text or text.isspace():
            values.append(None)
            precisions.append(None)
            unread.append(False)
            given.append(False)
            continue
        read = reader.read_one(text)
        value = read.value
        if several and value is not None:
            value = " ".join(value)
        elif isinstance(value, Decimal):
            value = value.quantize(Decimal("0.01"))
        values.append(value)
        precisions.append(read.precision or None)
        unread.append(read.problem is not None)
        given.append(True)
        if read.problem is not None:
            problems.append((number, read.problem))
        repairs.extend((number, repair) for repair in read.repairs)

    def spread(found: list[Any], as_type: pa.DataType) -> pa.Array:
        return pa.array(found, as_type).take(codes)

    return ReadColumn(
        values=spread(values, kind),
        precisions=spread(precisions, pa.string()) if reader.question.or_year else None,
        given=spread(given, pa.bool_()),
        unread=spread(unread, pa.bool_()),
        problems=_rows_of(problems, codes),
        repairs=_rows_of(repairs, codes),
    )


def _rows_of(found: list[tuple[Any, Found]], codes: pa.Array) -> list[tuple[Any, Found]]:
    """The same findings, grouped: each with the places of the rows whose text it was found in."""
    if not found:
        return []
    numbers = codes.to_numpy(zero_copy_only=False)
    order = numbers.argsort(kind="stable")
    ordered = numbers[order]
    result = []
    for number, what in found:
        left, right = ordered.searchsorted(number, "left"), ordered.searchsorted(number, "right")
        result.append((order[left:right], what))
    return result
