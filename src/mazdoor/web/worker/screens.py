"""Which questions of the questionnaire stand on which of the eight screens, and the words a worker reads above them.

The questions themselves, their choices, conditions and checks are the questionnaire's. Asked here is what a registration
needs and a person can answer alone on a small telephone; the rest (dwelling, disability, skills, papers) is asked at an
office or at the next visit. A question that becomes required at this door and stands on no screen fails a test.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from mazdoor.kernel.refusals import Words
from mazdoor.web.worker.drafts import Place

ME: Final[Place] = ("people", 0)
JOB: Final[Place] = (*ME, "employments", 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on a screen; ``label`` and ``hint`` where the questionnaire's own words speak of somebody else.

    ``language`` keeps a question to readers of one language: a name is asked in one script, the reader's, and where the
    questionnaire takes either script, ``needed`` says that this one is not left out. ``year_only`` asks a date's year.
    """

    place: Place
    label: Words | None = None
    hint: Words | None = None
    language: str = ""
    needed: bool = False
    year_only: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen. ``plain`` names a question asked in words of the page's own (``work``, ``for_whom``)."""

    name: str
    title: Words
    intro: Words | None = None
    asked: tuple[Asked, ...] = field(default=())
    plain: str = ""


SCREENS: Final = (
    Screen(
        "consent",
        Words("Do you agree?", "کیا آپ راضی ہیں؟"),
        Words(
            "We write down who works where, so that nobody is forgotten when there is help. Your CNIC and telephone are "
            "kept encrypted. You can look at everything, have it put right, and take your consent back. Registering needs "
            "only the first line; the others are your choice. It is free: pay nobody.",
            "ہم لکھتے ہیں کہ کون کہاں کام کرتا ہے، تاکہ مدد کے وقت کوئی رہ نہ جائے۔ آپ کا شناختی کارڈ اور فون نمبر خفیہ رکھے جاتے "
            "ہیں۔ آپ سب کچھ دیکھ سکتے ہیں، درست کرا سکتے ہیں، اور رضامندی واپس لے سکتے ہیں۔ اندراج کے لیے صرف پہلی بات ضروری ہے؛ "
            "باقی آپ کی مرضی ہے۔ یہ مفت ہے، کسی کو پیسے نہ دیں۔",
        ),
        (
            Asked(
                ("consent", "consents"),
                Words("I agree to this:", "میں ان باتوں پر راضی ہوں:"),
                Words("Touch each line you agree to.", "جس بات پر آپ راضی ہوں اسے چھوئیں۔"),
            ),
        ),
    ),
    Screen(
        "name",
        Words("What is your name?", "آپ کا نام کیا ہے؟"),
        Words("As on your CNIC, if you have one.", "جیسے شناختی کارڈ پر ہے، اگر کارڈ ہو۔"),
        (
            Asked((*ME, "given_name_ur"), Words("Your name", "آپ کا نام"), language="ur", needed=True),
            Asked((*ME, "surname_ur"), Words("Second name", "دوسرا نام"), language="ur"),
            Asked((*ME, "father_name_ur"), Words("Your father's name", "آپ کے والد کا نام"), language="ur"),
            Asked((*ME, "given_name"), Words("Your name", "آپ کا نام"), Words("", ""), language="en", needed=True),
            Asked((*ME, "surname"), Words("Second name", "دوسرا نام"), language="en"),
            Asked((*ME, "father_name"), Words("Your father's name", "آپ کے والد کا نام"), language="en"),
            Asked(
                (*ME, "cnic"),
                Words("Number of your CNIC", "شناختی کارڈ نمبر"),
                Words(
                    "Thirteen digits. With it nobody else can be registered in your place. Leave it empty if you have none.",
                    "تیرہ ہندسے۔ نمبر لکھنے سے کوئی اور آپ کی جگہ درج نہیں ہو سکتا۔ کارڈ نہ ہو تو خالی چھوڑ دیں۔",
                ),
            ),
        ),
    ),
    Screen(
        "about",
        Words("About you", "آپ کے بارے میں"),
        None,
        (
            Asked((*ME, "sex"), Words("Are you a woman or a man?", "آپ عورت ہیں یا مرد؟")),
            Asked(
                (*ME, "birth_date"),
                Words("When were you born?", "آپ کب پیدا ہوئے؟"),
                Words("If you know only the year, write only the year.", "صرف سال معلوم ہو تو صرف سال لکھیں۔"),
            ),
            Asked((*ME, "marital_status"), Words("Are you married?", "کیا آپ شادی شدہ ہیں؟")),
            Asked(
                (*ME, "mobile_shared"),
                Words("Does somebody else use this telephone too?", "کیا یہ فون کوئی اور بھی استعمال کرتا ہے؟"),
            ),
        ),
    ),
    Screen(
        "home",
        Words("Where do you live?", "آپ کہاں رہتے ہیں؟"),
        None,
        (
            Asked(("household", "area_code"), Words("District", "ضلع"), Words("", "")),
            Asked(("household", "address")),
            Asked(
                (*ME, "relationship"),
                Words("Who are you in your household?", "گھرانے میں آپ کون ہیں؟"),
                Words(
                    "The head is whom the household calls its head, woman or man. Living alone, you are the head.",
                    "سربراہ وہ ہے جسے گھر والے سربراہ کہیں، عورت ہو یا مرد۔ اکیلے رہتے ہوں تو آپ ہی سربراہ ہیں۔",
                ),
            ),
        ),
    ),
    Screen(
        "work",
        Words("What work do you do?", "آپ کیا کام کرتے ہیں؟"),
        Words("Choose what you do most of the time.", "وہ کام چنیں جو آپ زیادہ تر کرتے ہیں۔"),
        plain="work",
    ),
    Screen("for-whom", Words("For whom do you work?", "آپ کس کے لیے کام کرتے ہیں؟"), plain="for_whom"),
    Screen(
        "place",
        Words("Where you work", "آپ کے کام کی جگہ"),
        None,
        (
            Asked(
                (*JOB, "business", "name"),
                Words("Name of the shop, workshop, farm or contractor", "دکان، کارخانے، زمیندار یا ٹھیکیدار کا نام"),
                Words("As people call it.", "جیسے لوگ کہتے ہیں۔"),
            ),
            Asked((*JOB, "business", "premises"), Words("Where do you work?", "آپ کہاں کام کرتے ہیں؟")),
            Asked(
                (*JOB, "business", "persons_engaged"),
                Words("How many people work there?", "وہاں کتنے لوگ کام کرتے ہیں؟"),
                Words("Everybody, the owner too; about is enough.", "سب ملا کر، مالک بھی؛ اندازہ کافی ہے۔"),
            ),
            Asked(
                (*JOB, "employer_name"),
                Words("Name of the family's head", "خاندان کے سربراہ کا نام"),
                Words("", ""),
            ),
        ),
    ),
    Screen(
        "pay",
        Words("Your pay", "آپ کی اجرت"),
        None,
        (
            Asked(
                (*JOB, "pay_period"),
                Words("How is your pay or income counted?", "آپ کی اجرت یا آمدن کس حساب سے ہے؟"),
                Words("", ""),
            ),
            Asked(
                (*JOB, "pay_amount"),
                Words("How much is it, each time?", "ایک بار میں کتنے روپے؟"),
                Words("In rupees. Leave it empty if you get no money.", "روپوں میں۔ نقد نہ ملتے ہوں تو خالی چھوڑ دیں۔"),
            ),
            Asked((*JOB, "days_per_month"), Words("Days you work in a month", "مہینے میں کتنے دن کام؟")),
            Asked(
                (*JOB, "started_on"),
                Words("Since which year do you do this work?", "آپ یہ کام کس سال سے کر رہے ہیں؟"),
                Words("For example 2019.", "مثلاً 2019۔"),
                year_only=True,
            ),
        ),
    ),
)

# What is asked of each other person of the household, with the words it is asked in and a hint.
MEMBER: Final[dict[str, tuple[Words, Words]]] = {
    "given_name_ur": (Words("Name", "نام"), Words("", "")),
    "given_name": (Words("Name", "نام"), Words("", "")),
    "sex": (Words("Woman or man?", "عورت یا مرد؟"), Words("", "")),
    "birth_date": (
        Words("Born in which year?", "کس سال پیدا ہوئے؟"),
        Words("As near as you know it, for example 1990.", "جتنا معلوم ہو، مثلاً 1990۔"),
    ),
    "relationship": (
        Words("Who are they to the head of the household?", "گھرانے کے سربراہ سے کیا رشتہ ہے؟"),
        Words("", ""),
    ),
}


def screen(number: int) -> Screen:
    """A screen by its number, counted from 1. Raises ``IndexError``."""
    if number < 1:
        raise IndexError(number)
    return SCREENS[number - 1]


STEPS: Final = len(SCREENS)


def number_of(name: str) -> int:
    """The number of a screen by its name."""
    return next(number for number, each in enumerate(SCREENS, 1) if each.name == name)
