"""The coded answers of the questionnaire, each with its words in English and Urdu.

A code is what tables hold; the words are what people see. A new answer is added here and appears on every screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from mazdoor.kernel.refusals import Words


@dataclass(frozen=True)
class Answers:
    """The possible answers to one question: code → words."""

    question: Words
    answers: dict[str, Words]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Pairs of code and English words, as Django's fields take them."""
        return [(code, words.en) for code, words in self.answers.items()]

    def choices_in(self, language: str) -> list[tuple[str, str]]:
        """Pairs of code and words in one language, for forms."""
        return [(code, words.in_language(language)) for code, words in self.answers.items()]

    def say(self, code: str, language: str = "en") -> str:
        """The words of a code; an unknown code speaks for itself."""
        return self.answers[code].in_language(language) if code in self.answers else code


def _answers(question: tuple[str, str], **answers: tuple[str, str]) -> Answers:
    return Answers(Words(*question), {code.rstrip("_"): Words(*pair) for code, pair in answers.items()})


SEX = _answers(("Sex", "جنس"), female=("Female", "عورت"), male=("Male", "مرد"), other=("Other", "دیگر"))
PRECISION = _answers(
    ("How exact is the birth date?", "تاریخ پیدائش کتنی درست ہے؟"),
    day=("Exact day", "درست دن"),
    year=("Year only", "صرف سال"),
)
MARITAL_STATUS = _answers(
    ("Marital status", "ازدواجی حیثیت"),
    single=("Never married", "غیر شادی شدہ"),
    married=("Married", "شادی شدہ"),
    widowed=("Widowed", "بیوہ یا رنڈوا"),
    divorced=("Divorced", "طلاق یافتہ"),
)
ROOF = _answers(
    ("Roof", "چھت"),
    concrete=("Concrete or brick", "کنکریٹ یا اینٹ"),
    iron=("Iron or cement sheet", "لوہے یا سیمنٹ کی چادر"),
    wood_thatch=("Wood, bamboo or thatch", "لکڑی، بانس یا چھپر"),
)
TOILET = _answers(("Toilet", "بیت الخلا"), flush=("Flush", "فلش"), pit=("Pit", "گڑھے والا"), none=("None", "کوئی نہیں"))
WATER = _answers(
    ("Drinking water", "پینے کا پانی"),
    piped=("Piped", "نلکے کا پانی"),
    pump=("Hand or motor pump", "ہینڈ یا موٹر پمپ"),
    well=("Well", "کنواں"),
    other=("Other", "دیگر"),
)
RELATIONSHIP = _answers(
    ("Relationship to the head", "سربراہ سے رشتہ"),
    head=("Head", "سربراہ"),
    spouse=("Spouse", "شریک حیات"),
    child=("Son or daughter", "بیٹا یا بیٹی"),
    parent=("Father or mother", "والد یا والدہ"),
    sibling=("Brother or sister", "بھائی یا بہن"),
    child_in_law=("Son- or daughter-in-law", "داماد یا بہو"),
    grandchild=("Grandchild", "پوتا، پوتی، نواسا یا نواسی"),
    other=("Other", "دیگر"),
)
PREMISES = _answers(
    ("Place of work", "کام کی جگہ"),
    shop=("Shop", "دکان"),
    workshop=("Workshop", "کارخانہ"),
    home=("Home", "گھر"),
    kiln=("Brick kiln", "بھٹہ"),
    field=("Field", "کھیت"),
    site=("Building site", "تعمیراتی جگہ"),
    vehicle=("Vehicle", "گاڑی"),
    stall=("Stall or cart", "ٹھیلا"),
    office=("Office", "دفتر"),
)
STATUS = _answers(
    ("Status in employment", "روزگار کی حیثیت"),
    employee=("Employee", "ملازم"),
    own_account=("Own-account worker", "اپنا کام کرنے والا"),
    employer=("Employer", "آجر"),
    contributing_family=("Contributing family worker", "بلا معاوضہ خاندانی کارکن"),
)
CATEGORY = _answers(
    ("Kind of work", "کام کی قسم"),
    daily_wage=("Daily-wage or casual", "دیہاڑی دار"),
    domestic=("Domestic worker", "گھریلو ملازم"),
    home_based=("Home-based worker", "گھر میں کام کرنے والا"),
    agricultural=("Agricultural worker", "زرعی مزدور"),
    sharecropper=("Sharecropper", "مزارع (ہاری)"),
    self_employed=("Own-account", "اپنا کاروبار"),
    contributing_family=("Contributing family worker", "بلا معاوضہ خاندانی کارکن"),
    street_vendor=("Street vendor", "ریڑھی بان"),
    brick_kiln=("Brick-kiln worker", "بھٹہ مزدور"),
    construction=("Construction worker", "تعمیراتی مزدور"),
    transport=("Transport worker", "ٹرانسپورٹ مزدور"),
    mining=("Mine worker", "کان کن"),
    fisheries=("Fisher", "ماہی گیر"),
    platform=("Platform worker", "ایپ کے ذریعے کام کرنے والا"),
    regular=("Regular employee", "مستقل ملازم"),
)
EMPLOYER_KIND = _answers(
    ("Who is the employer?", "آجر کون ہے؟"),
    business=("A business", "کاروبار"),
    household=("A household", "گھرانہ"),
    none=("Nobody (own account)", "کوئی نہیں (اپنا کام)"),
)
SECTOR = _answers(
    ("Sector", "شعبہ"),
    agriculture=("Agriculture", "زراعت"),
    industry=("Industry", "صنعت"),
    services=("Services", "خدمات"),
)
PAY_PERIOD = _answers(
    ("Paid by", "ادائیگی کا حساب"),
    month=("Month", "مہینہ"),
    day=("Day", "دن"),
    hour=("Hour", "گھنٹہ"),
    piece=("Piece", "نگ (عدد)"),
    season=("Season", "فصل یا موسم"),
    none=("Not paid in money", "نقد ادائیگی نہیں"),
)
PURPOSE = _answers(
    ("Purpose", "مقصد"),
    registration=("Keep my record in the registry", "رجسٹری میں میرا اندراج رکھنا"),
    verification=("Check my identity with the identity authority", "شناختی ادارے سے میری تصدیق"),
    account=("Open or link an account in my name", "میرے نام پر اکاؤنٹ کھولنا یا جوڑنا"),
    programmes=("Consider me for programmes", "پروگراموں کے لیے میرا جائزہ"),
    statistics=("Use my data without my name for statistics", "نام کے بغیر اعداد و شمار میں استعمال"),
)
