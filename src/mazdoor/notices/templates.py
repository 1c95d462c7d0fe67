"""The catalogue of messages, each in English and Urdu. Codes stay; words may improve.

A blank may be filled with a text, with :class:`~mazdoor.kernel.refusals.Words` (then the notice's language is taken),
or, where its name ends in ``amount``, with whole paisa. The English of an SMS keeps to the GSM 7-bit alphabet.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from mazdoor.kernel.money import format_rupees
from mazdoor.kernel.refusals import Words
from mazdoor.notices.refusals import BLANK_MISSING, TEMPLATE_UNKNOWN

Value = str | int | date | Words


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of message, with the blanks that must be filled."""

    code: str
    words: Words

    @property
    def blanks(self) -> frozenset[str]:
        """Names of the blanks; both languages have the same (held by a test)."""
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self.words.en) if name)


_ALL: Final = (
    Template(
        "registered",
        Words(
            "Mazdoor: you are registered. Your number is {registry_number}. Keep it. Registration is free: "
            "pay nobody for it.",
            "مزدور: آپ کا اندراج ہو گیا۔ آپ کا نمبر {registry_number} ہے، اسے سنبھال کر رکھیں۔ اندراج مفت ہے، "
            "کسی کو پیسے نہ دیں۔",
        ),
    ),
    Template(
        "code",
        Words(
            "Mazdoor: your code is {code}. It works for {minutes} minutes. Tell it to nobody, not to an officer either. "
            "If you did not ask for it, do nothing.",
            "مزدور: آپ کا کوڈ {code} ہے۔ یہ {minutes} منٹ تک چلے گا۔ کسی کو نہ بتائیں، افسر کو بھی نہیں۔ آپ نے نہیں مانگا تو کچھ "
            "نہ کریں۔",
        ),
    ),
    Template(
        "enrolled",
        Words(
            "Mazdoor: you are now in {programme} from {from_date}. We will tell you each time money is sent. "
            "It is free: pay nobody.",
            "مزدور: آپ {from_date} سے {programme} میں شامل ہیں۔ ہر رقم بھیجنے پر آپ کو پیغام ملے گا۔ یہ مفت ہے، "
            "کسی کو پیسے نہ دیں۔",
        ),
    ),
    Template(
        "refused",
        Words(
            "Mazdoor: {programme} was not approved. Reason: {reason}. {appeal}",
            "مزدور: {programme} کی منظوری نہیں ہوئی۔ وجہ: {reason}۔ {appeal}",
        ),
    ),
    Template(
        "waiting",
        Words(
            "Mazdoor: you qualify for {programme}, but all {places} places in {area} were taken by those before you in the "
            "order. You are on the waiting list. {appeal}",
            "مزدور: {programme}: آپ اہل ہیں مگر {area} کی {places} نشستیں پہلے والوں کو ملیں۔ آپ منتظر ہیں۔ {appeal}",
        ),
    ),
    Template(
        "paid",
        Words(
            "Mazdoor: {amount} of {programme} for {cycle} has reached your account. Nobody may take a part of it.",
            "مزدور: {programme} کے {amount} برائے {cycle} آپ کے اکاؤنٹ میں پہنچ گئے۔ کوئی اس میں سے حصہ نہیں لے سکتا۔",
        ),
    ),
    Template(
        "returned",
        Words(
            "Mazdoor: {amount} of {programme} could not reach your account. Reason: {reason}. The money is kept for "
            "you. Visit any registration office to correct it.",
            "مزدور: {programme} کے {amount} آپ کے اکاؤنٹ تک نہ پہنچ سکے۔ وجہ: {reason}۔ رقم محفوظ ہے۔ درستی کے لیے "
            "کسی بھی دفتر آئیں۔",
        ),
    ),
    Template(
        "renewal_due",
        Words(
            "Mazdoor: please confirm your household's details by {due_on}, at any registration office or on the portal. "
            "It is free: pay nobody.",
            "مزدور: {due_on} تک اپنے گھرانے کی معلومات کی تجدید کرائیں، کسی بھی دفتر میں یا پورٹل پر۔ یہ مفت ہے، کسی کو پیسے "
            "نہ دیں۔",
        ),
    ),
    Template(
        "renewal_late",
        Words(
            "Mazdoor: your household's details were to be confirmed by {due_on}. Confirm them before {held_on}, else "
            "payments wait until you do. It is free: pay nobody.",
            "مزدور: گھرانے کی معلومات کی تجدید {due_on} تک کرانی تھی۔ {held_on} سے پہلے کرا لیں، ورنہ تجدید تک ادائیگی رکی رہے "
            "گی۔ یہ مفت ہے۔",
        ),
    ),
    Template(
        "renewal_held",
        Words(
            "Mazdoor: your payments wait because your household's details were not confirmed. Nothing is lost: confirm them "
            "at any office and payment goes on. You may appeal there.",
            "مزدور: گھرانے کی تجدید نہ ہونے سے آپ کی ادائیگی رکی ہے۔ کچھ ضائع نہیں ہوا: کسی بھی دفتر میں تجدید کرائیں، ادائیگی "
            "جاری ہو جائے گی۔ وہاں اپیل بھی ہو سکتی ہے۔",
        ),
    ),
)
CATALOGUE: Final[Mapping[str, Template]] = {template.code: template for template in _ALL}


def get_template(code: str) -> Template:
    """The template with this code. Raises NTC-001."""
    if code not in CATALOGUE:
        raise TEMPLATE_UNKNOWN.because(template=code[:24])
    return CATALOGUE[code]


def fill(params: Mapping[str, Value], language: str) -> dict[str, str]:
    """The blanks as text in ``language``: what is kept with the notice."""
    return {name: _text(name, value, language) for name, value in params.items()}


def render(code: str, params: Mapping[str, str], language: str) -> str:
    """The message as the person reads it. Raises NTC-001 (no such template) or NTC-002 (a blank left empty)."""
    template = get_template(code)
    for name in sorted(template.blanks):
        if not params.get(name):
            raise BLANK_MISSING.because(template=code, blank=name)
    return template.words.in_language(language).format_map(params)


def _text(name: str, value: Value, language: str) -> str:
    if isinstance(value, Words):
        return value.in_language(language)
    if isinstance(value, int) and name.endswith("amount"):
        return format_rupees(value)
    if isinstance(value, date):
        return f"{value.day:02d}-{value.month:02d}-{value.year}"
    return str(value)
