"""A small questionnaire with every kind of answer, and the lists it needs: enough to try the wire without the real one."""

from __future__ import annotations

from mazdoor.delivery.registration.questionnaire.model import (
    AnswerType,
    Choice,
    Condition,
    Question,
    Questionnaire,
    Section,
)
from mazdoor.interfaces.openrosa.xlsform import Entry, Lists
from mazdoor.kernel.refusals import Words


def ask(name: str, type_: AnswerType, **more: object) -> Question:
    """A question labelled by its own name."""
    return Question(name=name, type=type_, label=Words(name, f"سوال {name}"), target="x.y", **more)  # type: ignore[arg-type]


def choices(*codes: str) -> tuple[Choice, ...]:
    """Choices labelled by their codes."""
    return tuple(Choice(code=code, words=Words(code, f"جواب {code}")) for code in codes)


def small_questionnaire() -> Questionnaire:
    """Household, people with employments, consent."""
    business = Section(
        name="business",
        title=Words("Business", "کاروبار"),
        asked_when=Condition(question="employer_kind", is_one_of=("business",)),
        questions=(ask("name", AnswerType.NAME, required=True), ask("area_code", AnswerType.AREA)),
    )
    employments = Section(
        name="employments",
        title=Words("Jobs", "روزگار"),
        least=0,
        most=3,
        questions=(
            ask("employer_kind", AnswerType.CHOICE, choices=choices("business", "household"), required=True),
            ask("occupation_code", AnswerType.OCCUPATION, required=True),
            ask("industry_code", AnswerType.INDUSTRY),
            ask("pay_amount", AnswerType.MONEY, least=0, most=10_000_000),
        ),
        sections=(business,),
    )
    people = Section(
        name="people",
        title=Words("People", "افراد"),
        most=40,
        questions=(
            ask("given_name", AnswerType.NAME, required=True),
            ask("sex", AnswerType.CHOICE, choices=choices("female", "male"), required=True),
            ask(
                "husband_name",
                AnswerType.NAME,
                asked_when=Condition(question="sex", is_one_of=("female",)),
            ),
            ask("birth_date", AnswerType.DATE, or_year=True, not_after_today=True),
            ask("cnic", AnswerType.CNIC),
            ask("photo", AnswerType.PHOTO),
        ),
        sections=(employments,),
    )
    household = Section(
        name="household",
        title=Words("Household", "گھرانہ"),
        questions=(
            ask("area_code", AnswerType.AREA, required=True),
            ask("rooms", AnswerType.WHOLE, least=1, most=40),
            ask("assets", AnswerType.CHOICES, choices=choices("radio", "cart")),
        ),
    )
    consent = Section(
        name="consent",
        title=Words("Consent", "رضامندی"),
        questions=(ask("registration", AnswerType.YES_NO, required=True),),
    )
    return Questionnaire(
        name="registration",
        version="1",
        title=Words("Registration", "اندراج"),
        sections=(household, people, consent),
    )


def small_lists() -> Lists:
    """One province, two districts, three tehsils, two trades."""
    return Lists(
        provinces=[Entry("PK6", Words("Punjab", "پنجاب"))],
        districts=[Entry("PK603", Words("Lahore", "لاہور"), "PK6"), Entry("PK604", Words("Kasur", "قصور"), "PK6")],
        tehsils=[
            Entry("PK60301", Words("Lahore Cantt", "لاہور کینٹ"), "PK603"),
            Entry("PK60302", Words("Lahore City", "لاہور شہر"), "PK603"),
            Entry("PK60401", Words("Kasur", "قصور"), "PK604"),
        ],
        occupations=[Entry("7112", Words("Bricklayers", "راج مستری")), Entry("9111", Words("Domestic cleaners", ""))],
        industries=[Entry("4100", Words("Construction of buildings", "عمارتوں کی تعمیر"))],
    )
