"""What a device says by itself, in English and Urdu: why an answer is not taken, and the questions the form adds.

A device checks alone, far from the server; so a sentence here says what is wanted, not only that something is wrong.
"""

from __future__ import annotations

from typing import Final

from mazdoor.delivery.registration.questionnaire.model import AnswerType
from mazdoor.kernel.refusals import Words

REQUIRED: Final = Words("This needs an answer.", "اس کا جواب ضروری ہے۔")
NUMBER_BETWEEN: Final = Words("A number from {least} to {most}.", "{least} سے {most} تک کوئی عدد۔")
NUMBER_FROM: Final = Words("A number of {least} or more.", "{least} یا اس سے بڑا عدد۔")
NUMBER_TO: Final = Words("A number of {most} or less.", "{most} یا اس سے چھوٹا عدد۔")
NOT_AFTER_TODAY: Final = Words("A day that has come, not a later one.", "ایسی تاریخ جو آ چکی ہو، آگے کی نہیں۔")
YEAR: Final = Words("A year from 1900 to this one, in four digits.", "1900 سے اس سال تک، چار ہندسوں میں۔")
LONGEST: Final = Words("At most {longest} letters.", "زیادہ سے زیادہ {longest} حروف۔")

MALFORMED: Final[dict[AnswerType, Words]] = {
    AnswerType.NAME: Words("A name has letters, no digits.", "نام میں حروف ہوتے ہیں، ہندسے نہیں۔"),
    AnswerType.MONEY: Words(
        "An amount in rupees, without commas; paisa after a point.", "رقم روپوں میں، بغیر کاما کے؛ پیسے نقطے کے بعد۔"
    ),
    AnswerType.CNIC: Words(
        "Thirteen digits as on the card, for example 01234-1234567-1.",
        "کارڈ پر لکھے تیرہ ہندسے، مثال: 1-1234567-01234۔",
    ),
    AnswerType.MOBILE: Words(
        "Eleven digits beginning with 03, or leave it empty.", "گیارہ ہندسے جو 03 سے شروع ہوں، یا خالی چھوڑ دیں۔"
    ),
    AnswerType.BANK_ACCOUNT: Words(
        "An IBAN of 24 letters and digits beginning with PK, or a mobile number.",
        "24 حروف اور ہندسوں کا آئی بین جو PK سے شروع ہو، یا موبائل نمبر۔",
    ),
}

HOW_EXACT: Final = Words("{label}: how exactly is it known?", "{label}: کتنی درست معلوم ہے؟")
EXACT_DAY: Final = Words("The exact day", "درست دن")
YEAR_ONLY: Final = Words("Only the year", "صرف سال")
YEAR_OF: Final = Words("{label}: the year", "{label}: سال")
PROVINCE_OF: Final = Words("{label}: province or territory", "{label}: صوبہ یا علاقہ")
DISTRICT_OF: Final = Words("{label}: district", "{label}: ضلع")
TEHSIL_OF: Final = Words("{label}: tehsil", "{label}: تحصیل")
TEHSIL_UNKNOWN: Final = Words("Tehsil not known", "تحصیل معلوم نہیں")
ANYTHING_TO_RECORD: Final = Words("{title}: is there anything to record?", "{title}: کیا کچھ درج کرنا ہے؟")
YES: Final = Words("Yes", "ہاں")
NO: Final = Words("No", "نہیں")


def fill(words: Words, **values: str | int) -> Words:
    """The sentence with its blanks filled, in both languages."""
    return Words(words.en.format(**values), words.ur.format(**values))


def fill_words(words: Words, **values: Words) -> Words:
    """The same, where a blank is itself said differently in each language."""
    return Words(
        words.en.format(**{name: value.en for name, value in values.items()}),
        words.ur.format(**{name: value.ur for name, value in values.items()}),
    )
