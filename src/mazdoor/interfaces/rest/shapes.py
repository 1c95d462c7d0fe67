"""Shapes of answers, as the OpenAPI document shows them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from ninja import Field, Schema


class Said(Schema):
    """One sentence in both languages."""

    en: str
    ur: str


class Fault(Schema):
    """One thing wrong, worth a flag, or read differently from how it was written: where, what, and what to do."""

    place: str = Field(description="The answer it is about, such as people[0].cnic.")
    code: str
    cause: Said
    remedy: Said


class ProblemDocument(Schema):
    """A refusal (RFC 9457). ``code`` never changes its meaning; words may improve."""

    type: str
    title: str
    status: int
    code: str
    cause: Said
    remedy: Said
    problems: list[Fault]


class KeptFault(Schema):
    """What is kept of a fault: its place and code."""

    place: str
    code: str
    warning: bool


class Sent(Schema):
    """What became of one form."""

    number: int = Field(
        description="Its number, in the order forms came: give the last one as `after` for the next page."
    )
    key: str
    state: Literal["registered", "refused"]
    registry_numbers: list[str] = Field(description="Of the people of the form, in its order.")
    household_number: int | None
    problems: list[KeptFault]
    sent_at: dt.datetime
    changed_at: dt.datetime


class Registration(Schema):
    """A form that was registered."""

    key: str
    state: Literal["registered"] = "registered"
    already: bool = Field(description="True where it was registered before, and nothing was done now.")
    registry_numbers: list[str]
    household_number: int
    warnings: list[Fault]
    repairs: list[Fault]


class RowOutcome(Schema):
    """What became of one form of a list."""

    key: str
    state: Literal["registered", "refused"]
    already: bool
    registry_numbers: list[str]
    household_number: int | None
    warnings: list[Fault]
    repairs: list[Fault]
    refusal: ProblemDocument | None


class BatchOutcome(Schema):
    """What became of each form of a list, in its order."""

    registered: int
    already: int
    refused: int
    rows: list[RowOutcome]


class Finding(Schema):
    """One thing found in a file: under which column, in how many rows, the first of them."""

    column: str = Field(description="The question, by its name; empty for a row as such.")
    kind: Literal["problem", "warning", "repair"]
    code: str
    cause: Said
    remedy: Said
    rows: int
    first_row: int


class SentFileOut(Schema):
    """How far a file is. Counts are of rows."""

    key: str
    state: Literal["waiting", "running", "stopped", "done", "refused"] = Field(
        description="stopped: it was cut off; send it again under its key and it goes on. refused: the file as a whole."
    )
    rows: int | None = Field(description="In the file, once it is read.")
    done: int = Field(description="Checked and entered so far.")
    registered: int
    already: int = Field(description="Registered before by the same answers; nothing was done now.")
    refused: int
    flagged: int
    repaired: int
    likely_duplicates: int
    refused_rows: bool = Field(description="Whether /files/{key}/refused has rows to mend.")
    refusal: ProblemDocument | None
    found: list[Finding]
    sent_at: dt.datetime
    finished_at: dt.datetime | None


class ChoiceOut(Schema):
    """One possible answer."""

    code: str
    words: Said


class ChoiceList(Schema):
    """One list of possible answers."""

    name: str
    question: Said
    choices: list[ChoiceOut]


class AreaOut(Schema):
    """A province, district or tehsil by its P-code."""

    code: str
    parent_code: str | None
    level: str
    name: Said


class QuestionOut(Schema):
    """One question."""

    name: str
    type: str
    label: Said
    hint: Said | None
    required: Literal["always", "sometimes", "never"]
    choices: list[ChoiceOut]
    least: int | None
    most: int | None
    longest: int
    example: str


class SectionOut(Schema):
    """Questions that belong together; ``sections`` stand inside each of its repetitions."""

    name: str
    title: Said
    least: int
    most: int
    questions: list[QuestionOut]
    sections: list[SectionOut]


class QuestionnaireOut(Schema):
    """The whole questionnaire."""

    name: str
    version: str
    title: Said
    sections: list[SectionOut]
