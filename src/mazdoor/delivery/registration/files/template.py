"""The file to fill in, made from the questionnaire: a workbook with drop-downs and the lists of codes, or a plain CSV.

Headings are the questions in the language asked for; both languages, the names and what each column takes stand on a sheet
of their own. One line of example is there, of nobody, to be overwritten.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from mazdoor.delivery.registration.files.columns import HOUSEHOLD_KEY, columns_of, label, special_words
from mazdoor.delivery.registration.questionnaire import AnswerType, Column, get_questionnaire
from mazdoor.kernel.refusals import Words

DROP_DOWN_ROWS: Final = 2_000
_HEAD: Final = PatternFill("solid", fgColor="D9EAD3")
_NEEDED: Final = PatternFill("solid", fgColor="FCE5CD")
_YES_NO: Final = (("yes", Words("Yes", "ہاں")), ("no", Words("No", "نہیں")))
_SHEETS: Final = {"en": ("People", "Codes", "Questions"), "ur": ("افراد", "کوڈ", "سوالات")}
_EXAMPLES: Final = {"sex": "female", "relationship": "head", "consents": "registration programmes"}


def columns_of_template() -> list[Column]:
    """The columns of the file to fill in: everything asked of a household, a person, one employment and one other business."""
    return [
        column
        for column in columns_of(get_questionnaire())
        if not any(section.name in ("employments", "businesses") and number > 0 for section, number in column.steps)
    ]


def template_bytes(kind: str, *, language: str) -> bytes:
    """The template as ``xlsx`` or ``csv``."""
    return _workbook(language) if kind == "xlsx" else _csv(language)


def write_template(path: Path, *, language: str) -> None:
    """Write the template; its kind is that of the name."""
    path.write_bytes(template_bytes("xlsx" if path.suffix.lower() == ".xlsx" else "csv", language=language))


def _headings(language: str) -> list[str]:
    return [
        special_words(HOUSEHOLD_KEY).in_language(language),
        *(label(column, language) for column in columns_of_template()),
    ]


def _csv(language: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerow(_headings(language))
    return ("\ufeff" + out.getvalue()).encode()


def _workbook(language: str) -> bytes:
    urdu = language.startswith("ur")
    book = Workbook()
    people = book.active
    assert people is not None
    people.title, codes_title, questions_title = _SHEETS["ur" if urdu else "en"]
    codes = book.create_sheet(codes_title)
    ranges = _write_codes(codes)
    people.sheet_view.rightToLeft = urdu
    people.freeze_panes = "B2"
    for place, heading in enumerate(_headings(language), start=1):
        cell = people.cell(1, place, heading)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        people.column_dimensions[get_column_letter(place)].width = 20
    for place, column in enumerate(columns_of_template(), start=2):
        head = people.cell(1, place)
        if column.question.required is True and not column.question.asked_when and column.path[-1].least:
            head.fill = _NEEDED
        if column.question.hint is not None:
            head.comment = Comment(column.question.hint.in_language(language), "Mazdoor")
        letter = get_column_letter(place)
        if column.question.type in (
            AnswerType.CNIC, AnswerType.MOBILE, AnswerType.DATE, AnswerType.BANK_ACCOUNT, AnswerType.OCCUPATION,
            AnswerType.INDUSTRY, AnswerType.TEXT, AnswerType.REGISTRY_NUMBER,
        ):  # fmt: skip
            people.column_dimensions[letter].number_format = "@"  # as typed: no lost noughts, no days made of numbers
        if column.name in ranges:
            listed = DataValidation(type="list", formula1=ranges[column.name], allow_blank=True)
            people.add_data_validation(listed)
            listed.add(f"{letter}2:{letter}{DROP_DOWN_ROWS}")
    _write_questions(book.create_sheet(questions_title))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _choices(column: Column) -> list[tuple[str, Words]]:
    if column.question.type is AnswerType.YES_NO:
        return list(_YES_NO)
    return [(choice.code, choice.words) for choice in column.question.choices]


def _write_codes(sheet: Any) -> dict[str, str]:
    """The lists, one under the other: question, code, English, Urdu. Gives the cells of each list of codes."""
    sheet.append(["question", "code", "English", "اردو"])
    ranges: dict[str, str] = {}
    known: dict[tuple[str, ...], str] = {}
    for column in columns_of_template():
        choices = _choices(column)
        if not choices:
            continue
        codes = tuple(code for code, _ in choices)
        if codes not in known:
            first = sheet.max_row + 1
            for code, words in choices:
                sheet.append([column.name, code, words.en, words.ur])
            known[codes] = f"'{sheet.title}'!$B${first}:$B${sheet.max_row}"
        if column.question.type is not AnswerType.CHOICES:
            ranges[column.name] = known[codes]
    for letter, width in zip("ABCD", (38, 22, 42, 42), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    return ranges


def _write_questions(sheet: Any) -> None:
    sheet.append(["name", "English", "اردو", "takes", "example", "hint", "اشارہ"])
    for column in columns_of_template():
        question = column.question
        hint = question.hint or Words("", "")
        example = question.example or _EXAMPLES.get(column.name, "")
        sheet.append(
            [column.name, label(column, "en"), label(column, "ur"), question.type.value, example, hint.en, hint.ur]
        )
    for letter, width in zip("ABCDEFG", (38, 44, 44, 14, 22, 50, 50), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
