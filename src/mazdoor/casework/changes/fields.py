"""The fields a change may write: what kind of value each takes, and what it is called in both languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from mazdoor.casework import refusals_changes
from mazdoor.delivery.registration import words
from mazdoor.delivery.registration.questionnaire import get_questionnaire
from mazdoor.kernel.identifiers import ascii_digits, mask_cnic, mask_mobile, parse_cnic, parse_mobile
from mazdoor.kernel.refusals import Words
from mazdoor.reference import selectors as reference


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``kind`` is text, date, yes_no, number, decimal, money (paisa), code, codes (several), area, person,
    household, business, members, items (code → has it or not), occupation, industry, cnic, old_nic, tax_number, mobile or
    iban; ``answers`` are the codes of a coded one."""

    label: Words
    kind: str = "text"
    answers: words.Answers | None = None


def _field(en: str, ur: str, kind: str = "text", answers: words.Answers | None = None) -> Field:
    return Field(Words(en, ur), kind, answers)


FUNCTIONING: Final[Mapping[str, Field]] = {
    question.name: Field(question.label, "code", words.DIFFICULTY)
    for question in get_questionnaire().section("people", "functioning").questions
}
"""The six questions of the Washington Group, named as the questionnaire names them."""

FIELDS: Final[Mapping[str, Field]] = {
    "given_name": _field("Given name", "نام"),
    "surname": _field("Surname", "خاندانی نام"),
    "father_name": _field("Father's name", "والد کا نام"),
    "husband_name": _field("Husband's name", "شوہر کا نام"),
    "husband_name_ur": _field("Husband's name in Urdu", "شوہر کا نام (اردو)"),
    "given_name_ur": _field("Given name in Urdu", "نام (اردو)"),
    "surname_ur": _field("Surname in Urdu", "خاندانی نام (اردو)"),
    "father_name_ur": _field("Father's name in Urdu", "والد کا نام (اردو)"),
    "birth_date": _field("Birth date", "تاریخ پیدائش", "date"),
    "birth_date_precision": _field("How exact the date is", "تاریخ کتنی درست ہے", "code", words.PRECISION),
    "cnic": _field("CNIC", "شناختی کارڈ نمبر", "cnic"),
    "old_nic": _field("Old card number (before 2001)", "پرانے کارڈ کا نمبر (۲۰۰۱ء سے پہلے)", "old_nic"),
    "mobile": _field("Mobile number", "موبائل نمبر", "mobile"),
    "mobile_shared": _field("Others use this phone too", "یہ فون کوئی اور بھی استعمال کرتا ہے", "yes_no"),
    "language": _field("Language for messages", "پیغامات کی زبان", "code", words.LANGUAGE),
    "sex": _field("Sex", "جنس", "code", words.SEX),
    "marital_status": _field("Marital status", "ازدواجی حیثیت", "code", words.MARITAL_STATUS),
    "literate": _field("Can read and write", "پڑھ لکھ سکتے ہیں", "yes_no"),
    "education": _field("Highest schooling finished", "سب سے زیادہ مکمل تعلیم", "code", words.EDUCATION),
    "skills": _field("Skills", "ہنر", "codes", words.SKILLS),
    "skill_items": _field("Skills", "ہنر", "items", words.SKILLS),
    "certificate": _field("Has a certificate for a skill", "کسی ہنر کی سند ہے", "yes_no"),
    "disability": _field("Lives with a disability", "معذوری ہے", "yes_no"),
    **FUNCTIONING,
    "permanent_area_code": _field("Permanent home: district", "مستقل گھر: ضلع", "area"),
    "permanent_address": _field("Permanent home: address", "مستقل گھر: پتہ"),
    "moved_on": _field("When they came to live here", "یہاں کب آئے", "date"),
    "migration_reason": _field("Why they moved", "جگہ بدلنے کی وجہ", "code", words.MIGRATION_REASON),
    "area_code": _field("Area", "علاقہ", "area"),
    "address": _field("Address", "پتہ"),
    "urban": _field("In a town", "شہری علاقہ", "yes_no"),
    "rooms": _field("Rooms", "کمرے", "number"),
    "roof": _field("Roof", "چھت", "code", words.ROOF),
    "toilet": _field("Toilet", "بیت الخلا", "code", words.TOILET),
    "water": _field("Drinking water", "پینے کا پانی", "code", words.WATER),
    "land_acres": _field("Land in acres", "زمین (ایکڑ)", "decimal"),
    "livestock": _field("Livestock", "مویشی", "number"),
    "has_refrigerator": _field("Has a refrigerator", "فریج ہے", "yes_no"),
    "has_washing_machine": _field("Has a washing machine", "کپڑے دھونے کی مشین ہے", "yes_no"),
    "has_television": _field("Has a television", "ٹیلی وژن ہے", "yes_no"),
    "has_motorcycle": _field("Has a motorcycle", "موٹر سائیکل ہے", "yes_no"),
    "has_car": _field("Has a car", "گاڑی ہے", "yes_no"),
    "utility_bill_amount": _field(
        "Electricity and gas bill of a usual month", "بجلی اور گیس کا عام ماہانہ بل", "money"
    ),
    "husband_id": _field("Husband", "شوہر", "person"),
    "wife_id": _field("Wife", "بیوی", "person"),
    "leaves_id": _field("Who leaves", "کون جاتا ہے", "person"),
    "mother_id": _field("Mother", "والدہ", "person"),
    "head_id": _field("Head from then on", "اس کے بعد سربراہ", "person"),
    "stays_head": _field("Head of those who stay", "رہنے والوں کا سربراہ", "person"),
    "household_id": _field("Household", "گھرانہ", "household"),
    "belongs_to": _field("Household they belong to", "اصل گھرانہ", "household"),
    "relationship": _field("Relationship to the head", "سربراہ سے رشتہ", "code", words.RELATIONSHIP),
    "leaving": _field("Who leaves", "کون جاتے ہیں", "members"),
    "died_on": _field("Day of death", "وفات کا دن", "date"),
    "ended_on": _field("Last day", "آخری دن", "date"),
    "isco_code": _field("Occupation", "پیشہ", "occupation"),
    "isic_code": _field("Industry", "صنعت", "industry"),
    "category": _field("Kind of work", "کام کی قسم", "code", words.CATEGORY),
    "status": _field("Status in employment", "روزگار کی حیثیت", "code", words.STATUS),
    "sector": _field("Sector", "شعبہ", "code", words.SECTOR),
    "pay_period": _field("Paid by", "اجرت کی مدت", "code", words.PAY_PERIOD),
    "pay_amount": _field("Pay", "اجرت", "money"),
    "days_per_month": _field("Days a month", "مہینے میں دن", "number"),
    "hours_per_week": _field("Hours a week", "ہفتے میں گھنٹے", "number"),
    "written_contract": _field("Written contract", "تحریری معاہدہ", "yes_no"),
    "paid_leave": _field("Paid leave", "تنخواہ کے ساتھ چھٹی", "yes_no"),
    "social_security": _field("Social security", "سماجی تحفظ", "yes_no"),
    "started_on": _field("First day", "پہلا دن", "date"),
    "started_on_precision": _field("How exact the day is", "دن کتنا درست ہے", "code", words.PRECISION),
    "business_id": _field("Business", "کاروبار", "business"),
    "employer_household_id": _field("Employing household", "ملازم رکھنے والا گھرانہ", "household"),
    "employer_kind": _field("Works for", "کس کے لیے کام", "code", words.EMPLOYER_KIND),
    "employer_name": _field("Employing household, by name", "ملازم رکھنے والا گھرانہ (نام)"),
    "occupation_text": _field("The work in their own words", "کام، اپنے الفاظ میں"),
    "season": _field("When in the year", "سال میں کب", "code", words.SEASON),
    "work_area_code": _field("District of the work", "کام کا ضلع", "area"),
    "business_name": _field("Name of the business", "کاروبار کا نام"),
    "premises": _field("Place of work", "کام کی جگہ", "code", words.PREMISES),
    "persons_engaged": _field("How many work there", "کتنے لوگ کام کرتے ہیں", "number"),
    "owner_kind": _field("Who owns it", "مالک کون ہے", "code", words.OWNER_KIND),
    "keeps_accounts": _field("Keeps full accounts", "مکمل حساب رکھتا ہے", "yes_no"),
    "sells_on_the_market": _field("Sells part of what it makes", "کچھ پیداوار بیچتا ہے", "yes_no"),
    "set_up_on": _field("Set up", "کب قائم ہوا", "date"),
    "tax_number": _field("National tax number (NTN)", "قومی ٹیکس نمبر (این ٹی این)", "tax_number"),
    "tax_registered": _field("Registered for tax", "ٹیکس میں رجسٹرڈ", "yes_no"),
    "eobi_registered": _field("Registered with EOBI", "ای او بی آئی میں رجسٹرڈ", "yes_no"),
    "social_security_registered": _field("Registered with social security", "سوشل سکیورٹی میں رجسٹرڈ", "yes_no"),
    "paid_sick_leave": _field("Paid sick leave", "بیماری کی چھٹی تنخواہ کے ساتھ", "yes_no"),
    "iban": _field("IBAN", "آئی بین", "iban"),
}

EVIDENCE: Final[Mapping[str, Words]] = {
    "cnic": Words("CNIC seen", "شناختی کارڈ دیکھا گیا"),
    "old_card": Words("Old identity card seen", "پرانا شناختی کارڈ دیکھا گیا"),
    "nadra_certificate": Words("Certificate of the identity authority", "نادرا کا سرٹیفکیٹ"),
    "court_order": Words("Court order", "عدالت کا حکم"),
    "marriage_certificate": Words("Marriage certificate (nikahnama)", "نکاح نامہ"),
    "divorce_certificate": Words("Divorce certificate", "طلاق نامہ"),
    "death_certificate": Words("Death certificate", "وفات کا سرٹیفکیٹ"),
    "birth_certificate": Words("Birth certificate", "پیدائش کا سرٹیفکیٹ"),
    "school_certificate": Words("School certificate", "سکول کا سرٹیفکیٹ"),
    "disability_certificate": Words("Disability certificate", "معذوری کا سرٹیفکیٹ"),
    "hospital": Words("Paper of a hospital", "ہسپتال کا کاغذ"),
    "graveyard": Words("Receipt of a graveyard", "قبرستان کی رسید"),
    "union_council": Words("Paper of the union council", "یونین کونسل کا کاغذ"),
    "utility_bill": Words("Utility bill", "بجلی یا گیس کا بل"),
    "rent_agreement": Words("Rent agreement", "کرایہ نامہ"),
    "visit": Words("Visit by an officer", "افسر کا دورہ"),
    "testimony": Words("Word of two neighbours", "دو پڑوسیوں کی گواہی"),
    "employer_letter": Words("Letter of the employer", "آجر کا خط"),
    "union_letter": Words("Letter of a union", "مزدور یونین کا خط"),
    "committee": Words("Word of the local committee", "مقامی کمیٹی کی گواہی"),
    "skill_certificate": Words("Certificate of a skill", "ہنر کی سند"),
    "tax_certificate": Words("Tax certificate seen", "ٹیکس کا سرٹیفکیٹ دیکھا گیا"),
    "business_papers": Words("Papers of the business", "کاروبار کے کاغذات"),
    "cheque_book": Words("Cheque book seen", "چیک بک دیکھی گئی"),
    "bank_letter": Words("Letter of the bank", "بینک کا خط"),
    "bank_app": Words("Account seen in the bank's own app", "بینک کی ایپ میں اکاؤنٹ دیکھا گیا"),
}


def both(name: str) -> str:
    """What a field is called, in both languages, for a sentence of either."""
    return f"{FIELDS[name].label.en} / {FIELDS[name].label.ur}" if name in FIELDS else name


def read_values(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Values as registration takes them, from text or already typed. Raises ``CSW-013`` for one that cannot be read."""
    return {name: _read(name, value) for name, value in raw.items()}


def plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are kept (JSON), to be read again by :func:`read_values`."""
    return {name: str(value) if isinstance(value, dt.date | Decimal) else value for name, value in values.items()}


def _read(name: str, value: Any) -> Any:
    field = FIELDS.get(name)
    if field is None:
        raise refusals_changes.VALUE_UNREADABLE.because(field=name)
    if value is None:
        return None
    try:
        match field.kind:
            case "date":
                return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
            case "yes_no":
                return _yes_no(value)
            case "number" | "money" | "person" | "household" | "business":
                return int(value)
            case "decimal":
                return Decimal(str(value))
            case "members":
                return {int(number): str(relationship) for number, relationship in dict(value).items()}
            case "occupation" | "industry":
                return _code(field.kind, str(value).strip())
            case "codes":
                return _several(field, value)
            case "items":
                return _items(field, dict(value))
            case "tax_number":
                return ascii_digits(str(value))
            case "cnic":
                return parse_cnic(str(value)) or str(value)
            case "mobile":
                return parse_mobile(str(value)) or str(value)
            case _:
                return str(value).strip()
    except (ValueError, TypeError, InvalidOperation) as error:
        raise refusals_changes.VALUE_UNREADABLE.because(field=name) from error


def _code(kind: str, code: str) -> str:
    """A code that stands on the list. Raises ``ValueError`` for any other."""
    if (reference.find_occupation if kind == "occupation" else reference.find_industry)(code) is None:
        raise ValueError(code)
    return code


def _several(field: Field, value: Any) -> list[str]:
    """Codes of a list, in its order, each once. Raises ``ValueError`` for one that does not stand on it."""
    given = {str(each) for each in value}
    known = list(field.answers.answers) if field.answers else []
    if not given <= set(known):
        raise ValueError(field.label.en)
    return [code for code in known if code in given]


def _items(field: Field, value: Mapping[str, Any]) -> dict[str, bool]:
    """Which of a list somebody has and which not, in the order of the list. Raises ``ValueError`` for what is not on it."""
    _several(field, value)
    known = field.answers.answers if field.answers else {}
    return {code: bool(value[code]) for code in known if code in value}


def _yes_no(value: Any) -> bool | None:
    known = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False, "": None}
    return value if isinstance(value, bool) else known[str(value).lower()]


def masked(name: str, value: Any) -> Any:
    """A value as an officer may see it on a page: numbers of cards, telephones and accounts masked."""
    if value in (None, ""):
        return value
    match FIELDS[name].kind:
        case "cnic":
            return mask_cnic(str(value)) if parse_cnic(str(value)) else "•••"
        case "mobile":
            return mask_mobile(str(value)) if parse_mobile(str(value)) else "•••"
        case "old_nic" | "tax_number":
            return f"···· {str(value)[-3:]}"
        case "iban":
            return f"···· {str(value)[-4:]}"
        case _:
            return value
