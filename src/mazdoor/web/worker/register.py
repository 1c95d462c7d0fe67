"""Registering oneself: the eight screens, the people of the household, the answers to be read over, the confirmation.

Each screen is kept as it is sent, checked by the questionnaire's own checks (``asking``), and can be come back to. The end of it is
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
from mazdoor.kernel.refusals import Refusal
from mazdoor.notices import services as notices
from mazdoor.web.shell import plain_sentence
from mazdoor.web.worker import occupations, screens, works
from mazdoor.web.worker.asking import (
    asked_of_member,
    field_on,
    fields_on,
    head_missing,
    order_of,
    problems_of,
    take,
    unfinished,
)
from mazdoor.web.worker.drafts import Draft, Place, question_at, spelled
from mazdoor.web.worker.fields import Field, Option, say, written
from mazdoor.web.worker.frame import Page, Problem, worker_page
from mazdoor.web.worker.screens import JOB, ME, SCREENS, Screen

MOST_MEMBERS: Final = 29


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
    order = order_of(draft, page.language)
    open_to = next((each for each in order if each not in draft.done), order[-1])
    if number > open_to or number not in order:
        return page.go("screen", open_to)
    problems: dict[str, str] = {}
    if page.posted:
        problems = take(page, draft, shown)
        if not problems:
            draft.done = sorted({*draft.done, number})
            _keep(page, draft)
            return _onward(page, draft, shown, number)
    fields = fields_on(page, draft, shown, problems)
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
    if missing := unfinished(draft, page.language):
        return page.go("screen", missing[0])
    place: Place = ("people", 1 + len(draft.members))
    problems: dict[str, str] = {}
    trial = Draft.read(draft.text())
    if page.posted and len(draft.members) < MOST_MEMBERS:
        asked = asked_of_member(place, page.language)
        for each in asked:
            trial.put(each.place, written(question_at(each.place), str(each.place[-1]), page.request.POST))
        problems = problems_of(page, trial, asked)
        if not problems:
            _keep(page, trial)
            return page.go("people")
    fields = [
        field_on(page, trial, each, problems.get(spelled(each.place), ""))
        for each in asked_of_member(place, page.language)
    ]
    return page.show(
        "register/people",
        title=_("Who lives with you?"),
        problems=[(each.anchor, each.problem) for each in fields if each.problem],
        members=[_member_words(each, page.language) for each in draft.members],
        fields=fields,
        head_missing=head_missing(draft),
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
    if missing := unfinished(draft, page.language):
        return page.go("screen", missing[0])
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
    missing = unfinished(draft, page.language)
    if missing:
        return page.go("screen", next((each for each in missing if each > number), missing[0]))
    return page.go("people") if head_missing(draft) else page.go("check")


def _whole(page: Page, draft: Draft) -> list[Problem]:
    """What stands in the way of registering, over all screens."""
    if head_missing(draft):
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
    for number in order_of(draft, language):
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


def _member_words(member: dict[str, Any], language: str) -> dict[str, str]:
    """A member of the household as the list shows them."""
    section = get_questionnaire().section("people")
    name = member.get("given_name_ur") or member.get("given_name") or ""
    return {"name": name, "relationship": say(section.question("relationship"), member.get("relationship"), language)}
