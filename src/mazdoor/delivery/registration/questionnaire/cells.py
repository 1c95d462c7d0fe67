"""One answer: from what was written to a typed value, with what was repaired on the way; and back.

The same for a web field, a cell of a file, a node of an XForm and a value of JSON. Nothing is guessed silently: every
repair is told.

Typed values: text, ``int`` (whole numbers; money as paisa), ``Decimal``, ``date`` (with how exact it is), ``bool``, a code, a
tuple of codes, thirteen digits of a CNIC, ``03XXXXXXXXX`` of a mobile, ``(latitude, longitude)``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from mazdoor.delivery.registration import refusals
from mazdoor.delivery.registration import refusals_form as form_refusals
from mazdoor.delivery.registration.questionnaire import named
from mazdoor.delivery.registration.questionnaire.days import read_day
from mazdoor.delivery.registration.questionnaire.model import AnswerType, Question
from mazdoor.delivery.registration.questionnaire.numbers import read_number
from mazdoor.kernel.identifiers import (
    ascii_digits,
    is_registry_number,
    letters_as_digits,
    parse_cnic,
    parse_mobile,
    plain_digits,
    without_hidden_marks,
)
from mazdoor.kernel.refusals import Refusal, RefusalKind

FIRST_YEAR: Final = 1880
PAISA: Final = Decimal(100)
SHORTER: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """One answer read. ``value`` is ``None`` where it was empty or ``problem`` says why it could not be read."""

    value: Any = None
    precision: str = ""
    """``day``, ``month`` or ``year`` of a date that may be a year alone."""
    problem: Refusal | None = None
    repairs: tuple[Refusal, ...] = field(default=())


EMPTY: Final = Typed()


def type_answer(question: Question, value: Any, *, on: dt.date) -> Typed:
    """Read one answer. ``on`` is the day of the form, which dates are held against. Never raises for what was written."""
    if value is None or value == "" or value == [] or value == ():
        return EMPTY
    repairs: tuple[Refusal, ...] = ()
    if isinstance(value, str):
        bare, hidden = without_hidden_marks(value)
        if hidden:
            repairs = (_because(form_refusals.MARKS_TAKEN_OUT, question),)
        value = bare.strip()
        if not value:
            return replace(EMPTY, repairs=repairs)
    read = _READERS[question.type](question, value, on)
    return replace(read, repairs=(*repairs, *read.repairs)) if repairs else read


def write_answer(question: Question, value: Any, precision: str = "") -> str:
    """A typed value as a person or a file writes it: what `type_answer` reads back to the same value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if question.type is AnswerType.MONEY:
        rupees, paisa = divmod(abs(int(value)), 100)
        sign = "-" if value < 0 else ""
        return f"{sign}{rupees}.{paisa:02d}" if paisa else f"{sign}{rupees}"
    if isinstance(value, dt.date):
        return {"year": f"{value:%Y}", "month": f"{value:%Y-%m}"}.get(precision, value.isoformat())
    if isinstance(value, tuple | list):
        return " ".join(str(each) for each in value)
    return str(value)


# --- readers, one for each type ------------------------------------------------------------------------------------


def _text(question: Question, value: Any, on: dt.date) -> Typed:
    text = re.sub(r"[^\S\n]+", " ", str(value)).strip()
    if len(text) > question.longest:
        return _wrong(form_refusals.TOO_LONG, question, most=question.longest)
    return Typed(value=text)


_NAME: Final = re.compile(r"^[^\W\d_](?:[^\W\d_]|[̀-ًͯ-ٰٟ‌ .,'’ʼ`()/\-۔])*$")


def _name(question: Question, value: Any, on: dt.date) -> Typed:
    text = re.sub(r"\s+", " ", str(value)).strip()
    if len(text) > question.longest:
        return _wrong(form_refusals.TOO_LONG, question, most=question.longest)
    if not _NAME.match(text):
        return _wrong(form_refusals.NO_NAME, question)
    return Typed(value=text)


def _bounded(question: Question, number: Decimal, value: Any) -> Typed:
    least, most = question.least, question.most
    if (least is not None and number < least) or (most is not None and number > most):
        if question.type is AnswerType.MONEY and number < 0:
            return Typed(problem=refusals.PAY_NEGATIVE.because(field=question.name))
        return _wrong(form_refusals.OUT_OF_BOUNDS, question, least=_bound(least), most=_bound(most))
    return Typed(value=value)


def _bound(number: int | None) -> str:
    return "…" if number is None else str(number)


def _whole(question: Question, value: Any, on: dt.date) -> Typed:
    number = read_number(value)
    if number is None or number != number.to_integral_value():
        return _wrong(form_refusals.NO_NUMBER, question, example=question.example or "2")
    return _bounded(question, number, int(number))


def _money(question: Question, value: Any, on: dt.date) -> Typed:
    number = read_number(value)
    if number is None or (paisa := number * PAISA) != paisa.to_integral_value():
        return _wrong(form_refusals.NO_NUMBER, question, example=question.example or "1200")
    return _bounded(question, number, int(paisa))


def _decimal(question: Question, value: Any, on: dt.date) -> Typed:
    number = read_number(value)
    if number is None or number != round(number, 2):
        return _wrong(form_refusals.NO_NUMBER, question, example=question.example or "2.5")
    return _bounded(question, number, number.quantize(Decimal("0.01")))


def _date(question: Question, value: Any, on: dt.date) -> Typed:
    repairs: tuple[Refusal, ...] = ()
    day: dt.date | None
    if isinstance(value, dt.datetime):
        day, precision = value.date(), "day"
    elif isinstance(value, dt.date):
        day, precision = value, "day"
    else:
        day, precision, month_first = read_day(plain_digits(str(value)).strip())
        if month_first:
            repairs = (_because(form_refusals.MONTH_FIRST, question),)
    if day is None or day.year < FIRST_YEAR or (precision != "day" and not question.or_year):
        return _wrong(form_refusals.NO_DATE, question)
    if question.not_after_today and day > on:
        if question.name == "birth_date":
            return Typed(problem=refusals.BIRTH_IN_FUTURE.because(field=question.name))
        return _wrong(form_refusals.DATE_TO_COME, question)
    return Typed(value=day, precision=precision if question.or_year else "", repairs=repairs)


_YES: Final = frozenset({"yes", "y", "true", "1", "ہاں", "جی ہاں", "جی", "haan", "han", "ji"})
_NO: Final = frozenset({"no", "n", "false", "0", "نہیں", "جی نہیں", "nahi", "nahin"})


def read_yes_or_no(text: str) -> bool | None:
    """Whether a word says yes or no, as people write it in either language; ``None`` where it is neither."""
    word = plain_digits(text).strip().casefold()
    return word in _YES if word in _YES or word in _NO else None


def _yes_no(question: Question, value: Any, on: dt.date) -> Typed:
    said = value if isinstance(value, bool) else read_yes_or_no(str(value))
    return Typed(value=said) if said is not None else _wrong(form_refusals.NO_YES_OR_NO, question)


_WRITTEN: Final[dict[int, tuple[Question, dict[str, str]]]] = {}


def _codes(question: Question) -> Mapping[str, str]:
    """Every way an answer may be written (code, English, Urdu) → its code. Two answers with one word give neither."""
    kept = _WRITTEN.get(id(question))  # by identity: to hash a question is to hash all its words
    if kept is not None:
        return kept[1]
    found: dict[str, str] = {}
    for choice in question.choices:
        for written in {choice.words.en.casefold(), choice.words.ur}:
            found[written] = "" if written in found else choice.code
    found |= {choice.code: choice.code for choice in question.choices}
    if len(_WRITTEN) > 1000:
        _WRITTEN.clear()
    _WRITTEN[id(question)] = (question, found)  # the question is kept, so its identity is not given to another
    return found


def _choice(question: Question, value: Any, on: dt.date) -> Typed:
    written, codes = str(value).casefold(), _codes(question)
    code = codes.get(written) or codes.get(re.sub(r"\s+", " ", written).strip())
    return Typed(value=code) if code else Typed(problem=_off_the_list(question))


_BETWEEN: Final = re.compile(r"\s*[,;|،؛\n]\s*")


def _choices(question: Question, value: Any, on: dt.date) -> Typed:
    if isinstance(value, list | tuple | set | frozenset):
        given = [str(each) for each in value]
    else:
        text = str(value)
        codes = text.split()
        all_codes = all(code in _codes(question) for code in codes)
        given = codes if all_codes else [each for each in _BETWEEN.split(text) if each]
    found = [_codes(question).get(each.strip().casefold()) for each in given]
    if not all(found):
        return Typed(problem=_off_the_list(question))
    chosen = {code for code in found if code}
    return Typed(value=tuple(choice.code for choice in question.choices if choice.code in chosen))


def _off_the_list(question: Question) -> Refusal:
    first = question.choices[0].words
    return _because(form_refusals.CODE_UNKNOWN, question, example=first.en, example_ur=first.ur)


def _cnic(question: Question, value: Any, on: dt.date) -> Typed:
    return _digits(
        question, str(value), parse_cnic, lambda digits: f"{digits[:5]}-{digits[5:12]}-{digits[12]}"
    ) or Typed(problem=refusals.CNIC_MALFORMED.because(field=question.name, digits=len(ascii_digits(str(value)))))


def _mobile(question: Question, value: Any, on: dt.date) -> Typed:
    return _digits(question, str(value), parse_mobile, lambda digits: digits) or Typed(
        problem=refusals.MOBILE_MALFORMED.because(field=question.name)
    )


def _digits(
    question: Question, text: str, parse: Callable[[str], str | None], usual: Callable[[str], str]
) -> Typed | None:
    """Digits of a number people carry, with what was repaired on the way told; ``None`` where it is not one."""
    digits = parse(text)
    if digits is not None:
        same = re.sub(r"[\s-]", "", text) == re.sub(r"[\s-]", "", usual(digits))
        return Typed(value=digits, repairs=() if same else (_because(form_refusals.WRITTEN_OTHERWISE, question),))
    digits = parse(letters_as_digits(text))
    if digits is None:
        return None
    return Typed(value=digits, repairs=(_because(form_refusals.READ_AS_DIGITS, question),))


def _area(question: Question, value: Any, on: dt.date) -> Typed:
    return _named(question, named.area_code(str(value)), str(value), refusals.AREA_UNKNOWN)


def _occupation(question: Question, value: Any, on: dt.date) -> Typed:
    return _named(question, named.occupation_code(str(value)), str(value), form_refusals.CODE_UNKNOWN)


def _industry(question: Question, value: Any, on: dt.date) -> Typed:
    return _named(question, named.industry_code(str(value)), str(value), form_refusals.CODE_UNKNOWN)


def _named(question: Question, code: str | None, text: str, kind: RefusalKind) -> Typed:
    if code is None:
        return _wrong(kind, question, field=question.name, example=question.example, example_ur=question.example)
    return Typed(value=code, repairs=() if code == text else (_because(form_refusals.WRITTEN_OTHERWISE, question),))


def _bank_account(question: Question, value: Any, on: dt.date) -> Typed:
    text = re.sub(r"[\s-]", "", plain_digits(str(value))).upper()
    if text[:2].isalpha():
        try:
            return Typed(value=str(IBAN(text)))
        except SchwiftyException:
            return _wrong(form_refusals.NO_ACCOUNT, question)
    return _digits(question, str(value), parse_mobile, lambda digits: digits) or _wrong(
        form_refusals.NO_ACCOUNT, question
    )


def _registry_number(question: Question, value: Any, on: dt.date) -> Typed:
    text = re.sub(r"[\s-]", "", plain_digits(str(value)))
    return Typed(value=text) if is_registry_number(text) else _wrong(form_refusals.NO_REGISTRY_NUMBER, question)


def _place(question: Question, value: Any, on: dt.date) -> Typed:
    if isinstance(value, Mapping):
        value = [value.get("latitude"), value.get("longitude")]
    parts = (
        [str(part) for part in value] if isinstance(value, list | tuple) else re.split(r"[\s,;]+", str(value).strip())
    )
    numbers = [read_number(part) for part in parts[:2]]
    # A device adds height and accuracy; they are not asked.
    if len(numbers) == 2 and None not in numbers:
        latitude, longitude = (round(number, 6) for number in numbers if number is not None)
        if abs(latitude) <= 90 and abs(longitude) <= 180:
            return Typed(value=(latitude, longitude))
    return _wrong(form_refusals.NO_PLACE, question)


def _file(question: Question, value: Any, on: dt.date) -> Typed:
    """A photo or document is answered by the name it came under, or the id it is kept under."""
    return _text(replace(question, longest=200), value, on)


_READERS: Final[dict[AnswerType, Callable[[Question, Any, dt.date], Typed]]] = {
    AnswerType.TEXT: _text,
    AnswerType.NAME: _name,
    AnswerType.WHOLE: _whole,
    AnswerType.MONEY: _money,
    AnswerType.DECIMAL: _decimal,
    AnswerType.DATE: _date,
    AnswerType.CHOICE: _choice,
    AnswerType.CHOICES: _choices,
    AnswerType.YES_NO: _yes_no,
    AnswerType.CNIC: _cnic,
    AnswerType.MOBILE: _mobile,
    AnswerType.AREA: _area,
    AnswerType.OCCUPATION: _occupation,
    AnswerType.INDUSTRY: _industry,
    AnswerType.BANK_ACCOUNT: _bank_account,
    AnswerType.REGISTRY_NUMBER: _registry_number,
    AnswerType.PHOTO: _file,
    AnswerType.DOCUMENT: _file,
    AnswerType.PLACE: _place,
}


def label_details(question: Question) -> dict[str, str | int]:
    """How a refusal names a question in both languages, and ``field``: its name as in forms and files."""
    said = question.short_label or question.label
    return {
        "question": said.en if len(said.en) <= SHORTER else question.name,
        "question_ur": said.ur if len(said.ur) <= SHORTER else question.name,
        "field": question.name,
    }


def _because(kind: RefusalKind, question: Question, **details: str | int) -> Refusal:
    return kind.because(**{**label_details(question), **details})


def _wrong(kind: RefusalKind, question: Question, **details: str | int) -> Typed:
    return Typed(problem=_because(kind, question, **details))
