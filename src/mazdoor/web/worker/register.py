"""Registering oneself: the eight screens, the people of the household, the answers to be read over, the confirmation.

Each screen is kept as it is sent, checked by the questionnaire's own checks, and can be come back to. The end of it is
``registration.services.submit``, where every other door ends too.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from mazdoor.access import workers
from mazdoor.access.services import acting_as_system
from mazdoor.delivery.registration import own, services
from mazdoor.delivery.registration.questionnaire import AnswerType, Door, get_questionnaire
from mazdoor.delivery.registration.questionnaire.checking import check_form
from mazdoor.delivery.registration.refusals import HEAD_MISSING
from mazdoor.kernel.refusals import Refusal
from mazdoor.notices import services as notices
from mazdoor.web.shell import plain_sentence
from mazdoor.web.worker import occupations, screens, works
from mazdoor.web.worker.drafts import Draft, Place, question_at, spelled
from mazdoor.web.worker.fields import Field, Option, field_of, say, written
from mazdoor.web.worker.frame import Page, Problem, worker_page
from mazdoor.web.worker.screens import JOB, ME, SCREENS, Asked, Screen

MOST_MEMBERS: Final = 29
MISSING: Final = "REG-014"
# What somebody said already by saying for whom they work: unpaid in the family's, or alone.
SAID_ALREADY: Final = {("family", "pay_period"), ("family", "pay_amount"), ("self", "persons_engaged")}
# The same answer in the other script: a problem told of one is shown at the one that is asked.
_TWINS: Final = ("given_name", "surname", "father_name")


@worker_page("proved")
def screen(page: Page, number: int) -> HttpResponse:
    """One of the eight screens."""
    if page.here.person_ids:
        return page.go("me")
    draft = _draft(page)
    try:
        shown = screens.screen(number)
    except IndexError as error:
        raise Http404 from error
    order = _order(draft, page.language)
    open_to = next((each for each in order if each not in draft.done), order[-1])
    if number > open_to or number not in order:
        return page.go("screen", open_to)
    problems: dict[str, str] = {}
    if page.posted:
        problems = _take(page, draft, shown)
        if not problems:
            draft.done = sorted({*draft.done, number})
            _keep(page, draft)
            return _onward(page, draft, shown, number)
    fields = _fields(page, draft, shown, problems)
    return page.show(
        "register/screen",
        title=shown.title.in_language(page.language),
        problems=[(each.anchor, each.problem) for each in fields if each.problem],
        intro=shown.intro.in_language(page.language) if shown.intro else "",
        fields=fields,
        number=number,
        all=screens.STEPS,
        back=max((each for each in order if each < number), default=0),
        plain=shown.plain,
        lone=len(fields) == 1,
    )


@worker_page("proved")
def which_work(page: Page) -> HttpResponse:
    """For a work written by hand: which of these occupations is meant?"""
    draft = _draft(page)
    text = str(draft.get((*JOB, "occupation_text")) or "")
    if draft.work != works.OTHER or not text:
        return page.go("screen", screens.number_of("work"))
    offered = occupations.suggest(text, page.language)
    problem = ""
    if page.posted:
        chosen = next((each for each in offered if each.occupation == page.text("occupation")), None)
        if chosen is not None:
            draft.put((*JOB, "occupation"), chosen.occupation)
            draft.put((*JOB, "industry"), chosen.industry)
            draft.done = sorted({*draft.done, screens.number_of("work")})
            _keep(page, draft)
            return _next(page, draft, screens.number_of("work"))
        problem = _("Choose the line that is nearest to your work.")
    before = draft.get((*JOB, "occupation"))
    options = tuple(Option(each.occupation, each.words, each.occupation == before) for each in offered)
    return page.show(
        "register/which_work",
        title=_("Which of these is nearest?"),
        problems=[(f"occupation-{offered[0].occupation}", problem)] if problem else [],
        field=Field("occupation", "radios", _("Which of these is nearest?"), options=options, problem=problem),
        text=text,
        number=screens.number_of("work"),
        all=screens.STEPS,
        back=screens.number_of("work"),
    )


@worker_page("proved")
def people(page: Page) -> HttpResponse:
    """The others of the household, one at a time."""
    draft = _draft(page)
    if unfinished := _unfinished(draft, page.language):
        return page.go("screen", unfinished[0])
    place: Place = ("people", 1 + len(draft.members))
    problems: dict[str, str] = {}
    trial = Draft.read(draft.text())
    if page.posted and len(draft.members) < MOST_MEMBERS:
        asked = _of_member(place, page.language)
        for each in asked:
            trial.put(each.place, written(question_at(each.place), str(each.place[-1]), page.request.POST))
        problems = _problems(page, trial, asked)
        if not problems:
            _keep(page, trial)
            return page.go("people")
    fields = [
        _field(page, trial, each, problems.get(spelled(each.place), "")) for each in _of_member(place, page.language)
    ]
    return page.show(
        "register/people",
        title=_("Who lives with you?"),
        problems=[(each.anchor, each.problem) for each in fields if each.problem],
        members=[_member_words(each, page.language) for each in draft.members],
        fields=fields,
        head_missing=_head_missing(draft),
        full=len(draft.members) >= MOST_MEMBERS,
    )


@worker_page("proved")
def remove_person(page: Page, number: int) -> HttpResponse:
    """Take one of the others away again (1 is the first of them)."""
    draft = _draft(page)
    if page.posted and 1 <= number <= len(draft.members):
        del draft.form["people"][number]
        _keep(page, draft)
    return page.go("people")


@worker_page("proved")
def check(page: Page) -> HttpResponse:
    """Everything to be read over, and the button that registers."""
    if page.here.person_ids:
        return page.go("me")
    draft = _draft(page)
    if unfinished := _unfinished(draft, page.language):
        return page.go("screen", unfinished[0])
    problems = _whole(page, draft)
    if page.posted and not problems:
        try:
            return _register(page, draft)
        except Refusal as refusal:
            problems = [("", plain_sentence(refusal))]
    return page.show(
        "register/check",
        title=_("Are your answers right?"),
        problems=problems,
        parts=_summary(page, draft),
        last=len(SCREENS),
        members=[_member_words(each, page.language) for each in draft.members],
    )


@worker_page("known")
def done(page: Page) -> HttpResponse:
    """What was done, and what happens next."""
    from mazdoor.delivery.registration import selectors as registration

    person = registration.get_person(person_id=page.here.person_ids[0])
    return page.show("register/done", title=_("You are registered"), number=person["registry_number"])


@worker_page("proved")
def already(page: Page) -> HttpResponse:
    """The CNIC stands on the register: what to do. Nothing of whoever is registered with it is told."""
    return page.show("register/already", title=_("This CNIC is already on the register"))


@dataclass(frozen=True, slots=True)
class Part:
    """A screen's answers for reading over."""

    title: str
    number: int
    rows: tuple[tuple[str, str], ...]


def _draft(page: Page) -> Draft:
    draft = Draft.read(page.here.kept)
    draft.put((*ME, "mobile"), page.here.mobile)
    return draft


def _keep(page: Page, draft: Draft) -> None:
    workers.keep(token=page.token, words=draft.text())


def _onward(page: Page, draft: Draft, shown: Screen, number: int) -> HttpResponse:
    if shown.plain == "work" and draft.work == works.OTHER:
        return page.go("which-work")
    return _next(page, draft, number)


def _next(page: Page, draft: Draft, number: int) -> HttpResponse:
    """The next screen; once all have been gone through, the page that shows the answers."""
    missing = _unfinished(draft, page.language)
    if missing:
        return page.go("screen", next((each for each in missing if each > number), missing[0]))
    return page.go("people") if _head_missing(draft) else page.go("check")


def _order(draft: Draft, language: str) -> list[int]:
    """The numbers of the screens on which this person is asked anything."""
    return [number for number, each in enumerate(SCREENS, 1) if each.plain or _asked(draft, each, language)]


def _unfinished(draft: Draft, language: str) -> list[int]:
    """Screens not gone through yet, or asked anew because an answer before them changed."""
    return [number for number in _order(draft, language) if number not in draft.done]


def _head_missing(draft: Draft) -> bool:
    return all(each.get("relationship") != "head" for each in draft.form.get("people", []))


def _asked(draft: Draft, shown: Screen, language: str) -> list[Asked]:
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


def _field(page: Page, draft: Draft, asked: Asked, problem: str) -> Field:
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


def _fields(page: Page, draft: Draft, shown: Screen, problems: dict[str, str]) -> list[Field]:
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
    return [_field(page, draft, each, problems.get(spelled(each.place), "")) for each in _asked(draft, shown, language)]


def _take(page: Page, draft: Draft, shown: Screen) -> dict[str, str]:
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
    asked = _asked(draft, shown, page.language)
    for each in asked:
        draft.put(each.place, written(question_at(each.place), str(each.place[-1]), page.request.POST))
    for each in asked:
        if not draft.is_asked(each.place):
            draft.put(each.place, "")
    return _problems(page, draft, asked)


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


def _problems(page: Page, draft: Draft, asked: list[Asked]) -> dict[str, str]:
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


def _whole(page: Page, draft: Draft) -> list[Problem]:
    """What stands in the way of registering, over all screens."""
    if _head_missing(draft):
        return [("people", _("Write down the head of your household under “Who lives with you?”."))]
    form = draft.settle(mobile=page.here.mobile, language=page.language)
    checked = check_form(form, on=timezone.localdate(), door=Door.WORKER)
    problems: list[Problem] = []
    for problem in checked.problems:
        if not problem.warning:
            problems.append((_part_of(problem.place), plain_sentence(problem.refusal)))
    return problems


def _part_of(place: str) -> str:
    """The id of the part of the summary a place belongs to."""
    for number, shown in enumerate(SCREENS, 1):
        if any(spelled(each.place) == place for each in shown.asked):
            return f"part-{number}"
    if place.startswith("people[") and not place.startswith("people[0]"):
        return "people"
    return ""


def _register(page: Page, draft: Draft) -> HttpResponse:
    """Hand the form in. A CNIC that is on the register makes no second person; how often that is found out is counted."""
    language = page.language
    form = draft.settle(mobile=page.here.mobile, language=language)
    cnic = str(form["people"][0].get("cnic", ""))
    if cnic:
        workers.check_may_claim(token=page.token)
        with acting_as_system(reason=workers.REASON):
            known = own.is_registered_cnic(cnic=cnic)
        if known:
            workers.count_wrong_claim(token=page.token)
            return page.go("already")
    with acting_as_system(reason="a worker registers on the own pages"), transaction.atomic():
        made = services.submit(form=form, channel="worker", idempotency_key=f"worker-{draft.key}")
        notices.queue(
            person_id=made.person_ids[0],
            area_code=str(form["household"]["area_code"]),
            template="registered",
            params={"registry_number": made.registry_numbers[0]},
            about=f"person:{made.person_ids[0]}",
            language=language,
        )
    page.renew(workers.recognise(token=page.token, person_ids=[made.person_ids[0]]))
    return page.go("done")


def _summary(page: Page, draft: Draft) -> list[Part]:
    language = page.language
    parts = []
    for number in _order(draft, language):
        shown = screens.screen(number)
        rows: list[tuple[str, str]] = []
        if shown.plain == "work":
            rows.append((shown.title.in_language(language), _work_words(draft, language)))
        elif shown.plain == "for_whom":
            chosen = works.find_for_whom(draft.for_whom)
            rows.append((shown.title.in_language(language), chosen.words.in_language(language) if chosen else ""))
        for each in shown.asked:
            value = draft.get(each.place)
            if value in (None, "", []):
                continue
            question = question_at(each.place)
            words = say(question, value, language)
            if question.type is AnswerType.DATE:
                words = _day(str(value))
            rows.append(((each.label or question.short_label or question.label).in_language(language), words))
        parts.append(Part(shown.title.in_language(language), number, tuple(rows)))
    return parts


def _work_words(draft: Draft, language: str) -> str:
    work = works.find(draft.work)
    return work.words.in_language(language) if work else str(draft.get((*JOB, "occupation_text")) or "")


def _day(text: str) -> str:
    from mazdoor.web import formats

    try:
        return formats.day(dt.date.fromisoformat(text))
    except ValueError:
        return text


def _of_member(place: Place, language: str) -> list[Asked]:
    names = [name for name in screens.MEMBER if name != ("given_name" if language == "ur" else "given_name_ur")]
    needed = ("given_name", "given_name_ur")
    return [
        Asked((*place, name), *screens.MEMBER[name], needed=name in needed, year_only=name == "birth_date")
        for name in names
    ]


def _member_words(member: dict[str, Any], language: str) -> dict[str, str]:
    """A member of the household as the list shows them."""
    section = get_questionnaire().section("people")
    name = member.get("given_name_ur") or member.get("given_name") or ""
    return {"name": name, "relationship": say(section.question("relationship"), member.get("relationship"), language)}
