"""The words of indicators in English and Urdu: names of measures, dimensions and cells, and what each counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mazdoor.delivery.registration import words as registration
from mazdoor.kernel.refusals import Words
from mazdoor.reference import selectors as reference


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure's name, and in one sentence what it counts."""

    name: Words
    meaning: Words


MEASURES: Final[dict[str, Measure]] = {
    "estimated_informal_workers": Measure(
        Words("Estimated informal workers", "غیر رسمی مزدوروں کا اندازہ"),
        Words(
            "How many there are: everybody working in agriculture, and the informal share of the rest.",
            "کل کتنے ہیں: زراعت کے تمام کارکن، اور باقی شعبوں کا غیر رسمی حصہ۔",
        ),
    ),
    "registered_persons": Measure(
        Words("Registered persons", "درج افراد"),
        Words("Living persons on the registry.", "اندراج میں موجود زندہ افراد۔"),
    ),
    "registered_workers": Measure(
        Words("Registered workers", "درج کارکن"),
        Words("Registered persons whose main work has not ended.", "وہ درج افراد جن کا بنیادی کام جاری ہے۔"),
    ),
    "registered_informal_workers": Measure(
        Words("Registered informal workers", "درج غیر رسمی مزدور"),
        Words(
            "Registered workers whose main work is informal or in agriculture.",
            "وہ درج کارکن جن کا بنیادی کام غیر رسمی یا زراعت میں ہے۔",
        ),
    ),
    "uninsured": Measure(
        Words("No insured month", "بیمہ کا کوئی مہینہ نہیں"),
        Words(
            "Registered informal workers for whom nothing was ever paid in.",
            "وہ درج غیر رسمی مزدور جن کے لیے کبھی حصہ جمع نہیں ہوا۔",
        ),
    ),
    "without_account": Measure(
        Words("No account of their own", "اپنا اکاؤنٹ نہیں"),
        Words(
            "Registered informal workers without a live account in their own name.",
            "وہ درج غیر رسمی مزدور جن کے اپنے نام کوئی فعال اکاؤنٹ نہیں۔",
        ),
    ),
    "without_programme": Measure(
        Words("In no programme", "کسی پروگرام میں نہیں"),
        Words(
            "Registered informal workers whom no programme reaches, themselves or through their family.",
            "وہ درج غیر رسمی مزدور جن تک، خود یا خاندان کے ذریعے، کوئی پروگرام نہیں پہنچتا۔",
        ),
    ),
    "uncovered": Measure(
        Words("Covered by nothing", "ہر تحفظ سے محروم"),
        Words(
            "Registered informal workers with no insured month, no account and no programme.",
            "وہ درج غیر رسمی مزدور جن کا نہ بیمہ ہے، نہ اکاؤنٹ، نہ کوئی پروگرام۔",
        ),
    ),
    "underpaid_workers": Measure(
        Words("Paid under the minimum", "کم از کم اجرت سے کم پانے والے"),
        Words(
            "Registered workers with a month under the legal minimum wage in the last twelve.",
            "وہ درج کارکن جنہیں پچھلے بارہ مہینوں میں کسی مہینے قانونی اجرت سے کم ملا۔",
        ),
    ),
    "wage_shortfall_amount": Measure(
        Words("Wages short of the minimum", "کم از کم اجرت سے کمی کی رقم"),
        Words(
            "What was missing from the legal minimum in the last twelve months.",
            "پچھلے بارہ مہینوں میں قانونی اجرت سے جتنی رقم کم دی گئی۔",
        ),
    ),
    "enrolments": Measure(
        Words("Enrolled", "شامل"), Words("Enrolments that are live on the day.", "اس دن جاری شمولیتیں۔")
    ),
    "persons_paid": Measure(
        Words("Persons paid", "رقم پانے والے"),
        Words("Persons to whom at least one payment arrived.", "وہ افراد جنہیں کم از کم ایک ادائیگی پہنچی۔"),
    ),
    "entitled_amount": Measure(
        Words("Entitled", "واجب رقم"), Words("What beneficiaries were owed.", "مستفیدین کی کل واجب رقم۔")
    ),
    "not_yet_instructed_amount": Measure(
        Words("Not yet instructed", "ابھی بھیجنے کی ہدایت باقی"),
        Words("Owed, and no bank told to pay it yet.", "واجب ہے مگر ابھی کسی بینک کو ہدایت نہیں دی گئی۔"),
    ),
    "in_flight_amount": Measure(
        Words("On its way", "راستے میں"),
        Words("Sent and not yet answered for, unknown outcomes included.", "بھیجی گئی مگر جواب باقی، نامعلوم سمیت۔"),
    ),
    "settled_amount": Measure(
        Words("Arrived", "پہنچ گئی"), Words("What reached their accounts.", "جو رقم اکاؤنٹوں میں پہنچ گئی۔")
    ),
    "returned_amount": Measure(
        Words("Returned", "واپس آئی"), Words("What came back from banks.", "جو رقم بینکوں سے واپس آئی۔")
    ),
    "cancelled_amount": Measure(
        Words("Cancelled", "منسوخ"),
        Words("Owed no longer; it never left us.", "اب واجب نہیں؛ یہ رقم بھیجی ہی نہیں گئی۔"),
    ),
}

BREAKDOWNS: Final[dict[str, Words]] = {
    "total": Words("The whole country", "پورا ملک"),
    "province": Words("Province or territory", "صوبہ یا علاقہ"),
    "district": Words("District", "ضلع"),
    "sex": Words("Sex", "جنس"),
    "sector": Words("Sector", "شعبہ"),
    "category": Words("Kind of work", "کام کی قسم"),
    "province_sex": Words("Province and sex", "صوبہ اور جنس"),
    "province_sector": Words("Province and sector", "صوبہ اور شعبہ"),
    "sex_sector": Words("Sex and sector", "جنس اور شعبہ"),
    "district_sex": Words("District and sex", "ضلع اور جنس"),
    "programme": Words("Programme", "پروگرام"),
}

SECTORS: Final[dict[str, Words]] = {
    "agriculture": Words("Agriculture", "زراعت"),
    "industry": Words("Industry", "صنعت"),
    "services": Words("Services", "خدمات"),
}


def cell_name(*, area_code: str, sex: str, sector: str, category: str, language: str) -> str:
    """What a cell is called in ``language``: its dimensions that are not blank, or the whole country."""
    parts = []
    if area_code:
        parts.append(reference.area_name(area_code, language))
    if sex:
        parts.append(registration.SEX.say(sex, language))
    if sector:
        parts.append(SECTORS[sector].in_language(language) if sector in SECTORS else sector)
    if category:
        parts.append(registration.CATEGORY.say(category, language))
    joiner = "، " if language.startswith("ur") else ", "
    return joiner.join(parts) or BREAKDOWNS["total"].in_language(language)
