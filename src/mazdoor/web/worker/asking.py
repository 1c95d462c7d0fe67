"""What is asked of a worker on a screen, and what comes of the answers: fields to show, the draft, problems in plain words."""

from __future__ import annotations

from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from mazdoor.delivery.registration.questionnaire import Door
from mazdoor.delivery.registration.questionnaire.checking import check_form
from mazdoor.delivery.registration.refusals import HEAD_MISSING
from mazdoor.kernel.refusals import Refusal
from mazdoor.web.shell import plain_sentence
from mazdoor.web.worker import screens, works
from mazdoor.web.worker.drafts import Draft, Place, question_at, spelled
from mazdoor.web.worker.fields import Field, Option, field_of, written
from mazdoor.web.worker.frame import Page
from mazdoor.web.worker.screens import JOB, SCREENS, Asked, Screen

MISSING: Final = "REG-014"
# What somebody said already by saying for whom they work: unpaid in the family's, or alone.
SAID_ALREADY: Final = {("family", "pay_period"), ("family", "pay_amount"), ("self", "persons_engaged")}
# The same answer in the other script: a problem told of one is shown at the one that is asked.
_TWINS: Final = ("given_name", "surname", "father_name")


def order_of(draft: Draft, language: str) -> list[int]:
    """The numbers of the screens on which this person is asked anything."""
    return [number for number, each in enumerate(SCREENS, 1) if each.plain or asked_on(draft, each, language)]


def unfinished(draft: Draft, language: str) -> list[int]:
    """Screens not gone through yet, or asked anew because an answer before them changed."""
    return [number for number in order_of(draft, language) if number not in draft.done]


def head_missing(draft: Draft) -> bool:
    """Whether nobody told so far heads the household."""
    return all(each.get("relationship") != "head" for each in draft.form.get("people", []))


def asked_on(draft: Draft, shown: Screen, language: str) -> list[Asked]:
    """The questions of a screen that are asked of this person. One that hangs on an answer of the same screen is shown
    in any case: without a script the page cannot wait for that answer."""
    here = {str(each.place[-1]) for each in shown.asked}
    found = []
    for each in shown.asked:
        if each.language not in ("", language):
            continue
        condition = question_at(each.place).asked_when
        hangs_here = condition is not None and condition.question in here
        if (draft.for_whom, each.place[-1]) in SAID_ALREADY:
            continue
        if hangs_here or draft.is_asked(each.place):
            found.append(each)
    return found


def asked_of_member(place: Place, language: str) -> list[Asked]:
    """What is asked of one of the others of the household; the name in the script of the page."""
    names = [name for name in screens.MEMBER if name != ("given_name" if language == "ur" else "given_name_ur")]
    needed = ("given_name", "given_name_ur")
    return [
        Asked((*place, name), *screens.MEMBER[name], needed=name in needed, year_only=name == "birth_date")
        for name in names
    ]


def fields_on(page: Page, draft: Draft, shown: Screen, problems: dict[str, str]) -> list[Field]:
    """The fields of a screen, filled with what was said; ``problems`` by place, or plain name."""
    language = page.language
    if shown.plain == "work":
        options = [Option(each.key, each.words.in_language(language), each.key == draft.work) for each in works.WORKS]
        options.append(Option(works.OTHER, _("Something else"), draft.work == works.OTHER))
        return [
            Field(
                "work", "radios", _("What work do you do?"), options=tuple(options), problem=problems.get("work", "")
            ),
            Field(
                "occupation_text",
                "text",
                _("Something else? Write it"),
                hint=_("In your own words, for example: I repair shoes."),
                value=str(draft.get((*JOB, "occupation_text")) or ""),
                problem=problems.get("occupation_text", ""),
                longest=120,
                optional=True,
            ),
        ]
    if shown.plain == "for_whom":
        chosen = tuple(
            Option(each.key, each.words.in_language(language), each.key == draft.for_whom) for each in works.FOR_WHOM
        )
        title = shown.title.in_language(language)
        return [Field("for_whom", "radios", title, options=chosen, problem=problems.get("for_whom", ""))]
    return [
        field_on(page, draft, each, problems.get(spelled(each.place), "")) for each in asked_on(draft, shown, language)
    ]


def field_on(page: Page, draft: Draft, asked: Asked, problem: str) -> Field:
    """One question as a field, filled with what was said."""
    language = page.language
    return field_of(
        question_at(asked.place),
        str(asked.place[-1]),
        draft.get(asked.place),
        language=language,
        problem=problem,
        label=asked.label.in_language(language) if asked.label else "",
        hint=asked.hint.in_language(language) if asked.hint else None,
        needed=asked.needed,
        year_only=asked.year_only,
    )


def take(page: Page, draft: Draft, shown: Screen) -> dict[str, str]:
    """Write what was sent into the draft; problems by the place (or plain name) they belong to."""
    if shown.plain == "work":
        return _take_work(page, draft)
    if shown.plain == "for_whom":
        chosen = works.find_for_whom(page.text("for_whom"))
        if chosen is None:
            return {"for_whom": _("Choose the line that fits.")}
        draft.put((*JOB, "status"), chosen.status)
        draft.put((*JOB, "employer_kind"), chosen.employer_kind)
        if chosen.key != draft.for_whom:
            _say_already(draft, chosen.key)
        draft.for_whom = chosen.key
        return {}
    asked = asked_on(draft, shown, page.language)
    for each in asked:
        draft.put(each.place, written(question_at(each.place), str(each.place[-1]), page.request.POST))
    for each in asked:
        if not draft.is_asked(each.place):
            draft.put(each.place, "")
    return problems_of(page, draft, asked)


def _say_already(draft: Draft, for_whom: str) -> None:
    """For whom one works has changed: the place and the pay are asked anew, but for what is said with it."""
    draft.put((*JOB, "business"), {"persons_engaged": "1"} if for_whom == "self" else "")
    draft.put((*JOB, "employer_name"), "")
    draft.put((*JOB, "pay_period"), "none" if for_whom == "family" else "")
    draft.put((*JOB, "pay_amount"), "")
    asked_anew = (screens.number_of("place"), screens.number_of("pay"))
    draft.done = [number for number in draft.done if number not in asked_anew]


def _take_work(page: Page, draft: Draft) -> dict[str, str]:
    key, text = page.text("work"), page.text("occupation_text")[:120]
    work = works.find(key)
    if work is not None:
        draft.work = key
        draft.put((*JOB, "occupation_text"), work.words.in_language(page.language))
        draft.put((*JOB, "occupation"), work.occupation)
        draft.put((*JOB, "industry"), work.industry)
        return {}
    if key == works.OTHER or (not key and text):
        if not text:
            draft.work = works.OTHER
            return {"occupation_text": _("Write what work you do.")}
        if draft.work != works.OTHER or draft.get((*JOB, "occupation_text")) != text:
            draft.put((*JOB, "occupation"), "")
            draft.put((*JOB, "industry"), "")
        draft.work = works.OTHER
        draft.put((*JOB, "occupation_text"), text)
        return {}
    return {"work": _("Choose your work, or write it below.")}


def problems_of(page: Page, draft: Draft, asked: list[Asked]) -> dict[str, str]:
    """What the questionnaire's checks say of some answers, by their places."""
    language = page.language
    here = {spelled(each.place): each for each in asked}
    found: dict[str, str] = {}
    form = draft.settle(mobile=page.here.mobile, language=language)
    for problem in check_form(form, on=timezone.localdate(), door=Door.WORKER).problems:
        place = problem.place
        if place not in here and language == "ur" and place.rsplit(".", 1)[-1] in _TWINS:
            place += "_ur"
        if problem.warning or place not in here or place in found or problem.refusal.kind is HEAD_MISSING:
            continue  # who the head is may be told after this screen
        found[place] = _said(problem.refusal, here[place], language)
    if any(each.place == ("consent", "consents") for each in asked):
        agreed = draft.get(("consent", "consents")) or []
        if "registration" not in agreed:
            found["consent.consents"] = _("To be registered you must agree to the first line. If not, you may leave.")
    return found


def _said(refusal: Refusal, asked: Asked, language: str) -> str:
    """The problem in words for the person: what the questionnaire says of an answer that is missing speaks to officers."""
    if refusal.code == MISSING:
        label = (asked.label or question_at(asked.place).label).in_language(language)
        return _("Answer this: %(question)s") % {"question": label}
    return plain_sentence(refusal)
