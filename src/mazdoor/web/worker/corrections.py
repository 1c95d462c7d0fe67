"""Having the own record put right: what is wrong, how it should be; an officer looks at it before anything changes.

A telephone number and an account to pay into are not changed here: whoever has taken up somebody else's telephone must
not be able to move their record or their money to another. Both are changed at an office, with a CNIC in hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from mazdoor.casework import services as casework
from mazdoor.casework.changes import selectors as changes
from mazdoor.casework.changes.fields import FIELDS
from mazdoor.casework.changes.kinds import find_kind
from mazdoor.casework.changes.opening import open_change
from mazdoor.delivery.registration import selectors as registration
from mazdoor.kernel.identifiers import ascii_digits, parse_cnic, plain_digits
from mazdoor.kernel.refusals import Refusal, Words
from mazdoor.web import states
from mazdoor.web.shell import plain_sentence
from mazdoor.web.worker import mine
from mazdoor.web.worker.fields import MOST_RADIOS, Field, Option, date_written, district_groups, parts_of_date
from mazdoor.web.worker.frame import Page, Problem, worker_page

LONGEST: Final = 1000
OTHER: Final = "other"
SINCE: Final = "since"


@dataclass(frozen=True, slots=True)
class Correction:
    """What a worker may say is wrong: the kind of change it becomes, and the fields that are asked, by language."""

    kind: str
    title: Words
    en: tuple[str, ...]
    ur: tuple[str, ...] = ()
    dated: bool = False

    def fields(self, language: str) -> tuple[str, ...]:
        """The fields to ask a reader of a language."""
        return self.ur if language == "ur" and self.ur else self.en


CORRECTIONS: Final = {
    "name": Correction(
        "name",
        Words("A name is wrong", "نام غلط ہے"),
        ("given_name", "surname", "father_name", "husband_name"),
        ("given_name_ur", "surname_ur", "father_name_ur", "husband_name_ur"),
    ),
    "birth": Correction("birth_date", Words("The date of birth is wrong", "تاریخ پیدائش غلط ہے"), ("birth_date",)),
    "cnic": Correction(
        "cnic", Words("The CNIC is wrong or missing", "شناختی کارڈ نمبر غلط ہے یا نہیں لکھا"), ("cnic",)
    ),
    "sex": Correction("sex", Words("Woman or man is wrong", "عورت یا مرد غلط لکھا ہے"), ("sex",)),
    "married": Correction(
        "marital_status", Words("Married or not is wrong", "شادی شدہ ہونا یا نہ ہونا غلط ہے"), ("marital_status",)
    ),
    "address": Correction(
        "place", Words("Our district or address is wrong", "ہمارا ضلع یا پتہ غلط لکھا ہے"), ("area_code", "address")
    ),
    "moved": Correction("move", Words("We have moved", "ہم نے گھر بدل لیا ہے"), ("area_code", "address"), dated=True),
    "pay": Correction(
        "occupation", Words("My pay has changed", "میری اجرت بدل گئی ہے"), ("pay_period", "pay_amount"), dated=True
    ),
    "messages": Correction("messages", Words("The language of messages", "پیغامات کی زبان"), ("language",)),
    "stopped": Correction("end_of_job", Words("I no longer do this work", "یہ کام چھوڑ دیا ہے"), ("ended_on",)),
}


@worker_page("known")
def mistake(page: Page) -> HttpResponse:
    """What is wrong? And how what was asked before stands."""
    person = mine.me(page.here.person_ids)
    problems: list[Problem] = []
    if page.posted:
        what = page.text("what")
        if what in CORRECTIONS or what == OTHER:
            return page.go("correct", what)
        problems = [("what-name", _("Choose what is wrong."))]
    options = [Option(code, each.title.in_language(page.language), False) for code, each in CORRECTIONS.items()]
    options.append(Option(OTHER, _("Something else"), False))
    title = _("Something is wrong in my record")
    return page.show(
        "portal/mistake",
        title=title,
        problems=problems,
        field=Field(
            "what", "radios", _("What is wrong?"), options=tuple(options), problem=problems[0][1] if problems else ""
        ),
        asked=_asked_before(person, page.language),
        sent=page.request.GET.get("sent") == "1",
    )


@worker_page("known")
def correct(page: Page, what: str) -> HttpResponse:
    """How it should be."""
    person = mine.me(page.here.person_ids)
    if what == OTHER:
        return _in_words(page, person)
    correction = CORRECTIONS.get(what)
    if correction is None:
        raise Http404
    names = correction.fields(page.language)
    values = {name: _written(page, name) for name in names}
    since = _date(page, SINCE)
    problems: dict[str, str] = {}
    whole: list[Problem] = []
    if page.posted:
        read, problems = _read(values)
        if correction.dated and not problems and _day(since) is None:
            problems[SINCE] = _("Write the day, the month and the year.")
        if not read and not problems:
            problems[names[0]] = _("Write how it should be.")
        if not problems:
            try:
                open_change(
                    person_id=person.person_id,
                    type_code=correction.kind,
                    values=read,
                    channel="worker",
                    subject_id=_job(person) if correction.kind in ("occupation", "end_of_job") else None,
                    effective_on=_day(since) if correction.dated else None,
                )
            except Refusal as refusal:
                whole = [("", plain_sentence(refusal))]
            else:
                return page.go("mistake", query="sent=1")
    fields = [_field(name, values[name], problems.get(name, ""), page.language) for name in names]
    if correction.dated:
        fields.append(
            Field(SINCE, "date", _("Since which day?"), parts=parts_of_date(since), problem=problems.get(SINCE, ""))
        )
    return page.show(
        "portal/correct",
        title=correction.title.in_language(page.language),
        problems=[*whole, *((each.anchor, each.problem) for each in fields if each.problem)],
        fields=fields,
    )


def _job(person: mine.Me) -> int | None:
    """The present work, the main one first: the one a worker means who does not say which."""
    jobs = registration.employments_of(person_id=person.person_id)
    return int(jobs[0]["employment_id"]) if jobs else None


def _in_words(page: Page, person: mine.Me) -> HttpResponse:
    """Something no kind of change is made for: an officer reads it as a grievance."""
    said = page.text("words")[:LONGEST]
    problems: list[Problem] = []
    if page.posted:
        if said:
            casework.open_case(kind="grievance", person_id=person.person_id, subject=mine.RECORD, words=said)
            return page.go("complaints", query="sent=1")
        problems = [("words", _("Write what is wrong and how it should be."))]
    return page.show(
        "portal/correct_words",
        title=_("Something is wrong in my record"),
        problems=problems,
        said=said,
        said_problem=dict(problems).get("words", ""),
        longest=LONGEST,
    )


def _asked_before(person: mine.Me, language: str) -> list[dict[str, Any]]:
    """What the worker has asked for, the newest first, and how it stands; what was answered."""
    found: list[dict[str, Any]] = []
    for number in person.numbers:
        for row in changes.changes_of(person_id=number):
            kind = find_kind(row["kind"])
            found.append(
                {
                    "title": kind.title.in_language(language) if kind else row["kind"],
                    "state": str(states.word(f"change_{row['state']}")),
                    "open": row["state"] in ("asked", "proposed"),
                    "opened_at": row["opened_at"],
                    "decided_at": row["decided_at"],
                    "answer": changes.get_change(change_id=row["id"])["answer"],
                }
            )
    return found


def _date(page: Page, name: str) -> str:
    return date_written(*(page.text(f"{name}-{part}") for part in ("day", "month", "year")))


def _written(page: Page, name: str) -> str:
    return _date(page, name) if FIELDS[name].kind == "date" else page.text(name)[:300]


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _read(written: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """What was written as a change takes it, and what could not be read. Empty fields say nothing."""
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, text in written.items():
        if not text:
            continue
        match FIELDS[name].kind:
            case "date" if name == "birth_date" and len(ascii_digits(text)) == 4 == len(text):
                values |= {name: f"{text}-01-01", "birth_date_precision": "year"}
            case "date":
                if _day(text) is None:
                    problems[name] = _("Write the day, the month and the year.")
                values |= {name: text} | ({"birth_date_precision": "day"} if name == "birth_date" else {})
            case "cnic":
                if parse_cnic(text) is None:
                    problems[name] = _("Write all thirteen digits of the CNIC.")
                values[name] = text
            case "money":
                rupees = plain_digits(text).replace(",", "").replace(" ", "")
                if not rupees.isdigit():
                    problems[name] = _("Write the rupees in digits.")
                else:
                    values[name] = int(rupees) * 100
            case _:
                values[name] = text
    return values, problems


def _field(name: str, value: str, problem: str, language: str) -> Field:
    field = FIELDS[name]
    label = field.label.in_language(language)
    match field.kind:
        case "date":
            return Field(name, "date", label, parts=parts_of_date(value), problem=problem)
        case "area":
            return Field(name, "groups", label, groups=district_groups(value), problem=problem)
        case "code" if field.answers is not None:
            options = tuple(Option(code, words, code == value) for code, words in field.answers.choices_in(language))
            return Field(
                name, "radios" if len(options) <= MOST_RADIOS else "list", label, options=options, problem=problem
            )
    digits = field.kind in ("cnic", "money")
    return Field(
        name, "text", label, value=value, problem=problem, keypad="numeric" if digits else "", ltr=digits,
        unit=_("rupees") if field.kind == "money" else "",
    )  # fmt: skip
