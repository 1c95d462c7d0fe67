"""The household of a form on one screen: what was said of each, what is still wrong, and where to go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mazdoor.delivery.registration import drafts
from mazdoor.delivery.registration.questionnaire import Door, Section, get_questionnaire
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.permits import needs
from mazdoor.web.registry.wizard import showing
from mazdoor.web.registry.wizard.check import checked_form
from mazdoor.web.registry.wizard.pages import is_asked
from mazdoor.web.registry.wizard.steps import Step, step_of
from mazdoor.web.shell import above, show


@require_GET
@needs("registration.register")
def household(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The household on one screen: the home, the people with their work, other businesses, consent."""
    draft = drafts.get_draft(draft_id=draft_id)
    checked = checked_form(draft)
    wrong = {step_of(problem.place).name for problem in checked.problems if not problem.warning}
    form = checked.form
    top = [section for section in get_questionnaire().sections if Door.OFFICER in section.doors]
    return show(
        request,
        "web/registry/wizard/household.html",
        title=_("The household"),
        here="registration",
        above=above(_("Register a household"), "web:register"),
        draft=draft,
        single=[_card(section, form, draft.form, wrong) for section in top if not section.repeats],
        people=[_person_card(number, form, draft.form, wrong) for number in range(len(draft.form.get("people") or []))],
        next_person=f"people-{len(draft.form.get('people') or [])}",
        several=[
            {
                "section": section,
                "title": section.title.in_language(formats.language()),
                "each": [
                    {"step": f"{section.name}-{number}", "lines": list(showing.lines_of(section, each))[:3],
                     "wrong": f"{section.name}-{number}" in wrong}
                    for number, each in enumerate(form.get(section.name) or [])
                ],
                "next": f"{section.name}-{len(draft.form.get(section.name) or [])}",
            }
            for section in top
            if section.repeats and section.name != "people"
        ],
        ready=checked.well,
        open=len([problem for problem in checked.problems if not problem.warning]),
    )  # fmt: skip


def _card(section: Section, form: Mapping[str, Any], raw: Mapping[str, Any], wrong: set[str]) -> dict[str, Any]:
    answers = form.get(section.name) or {}
    return {
        "step": section.name,
        "title": section.title.in_language(formats.language()),
        "lines": list(showing.lines_of(section, answers))[:4],
        "there": bool(raw.get(section.name)),
        "wrong": section.name in wrong,
    }


def _person_card(number: int, form: Mapping[str, Any], raw: Mapping[str, Any], wrong: set[str]) -> dict[str, Any]:
    section = get_questionnaire().section("people")
    step = Step((section,), (number,))
    answers = step.answers(form)
    said = step.answers(raw)
    wanted = ("relationship", "sex", "birth_date", "cnic", "mobile")
    lines = {line.field: line for line in showing.lines_of(section, answers, masked=True)}
    works = get_questionnaire().section("people", "employments")
    jobs = []
    for place in range(len(said.get("employments") or [])):
        job = step.inner(works, place)
        typed = job.answers(form)
        code = typed.get("occupation")
        inner = [job.inner(each) for each in works.sections if is_asked(job.inner(each), raw)]
        jobs.append(
            {
                "step": job.name,
                "title": reference.isco_title(code, formats.language()) if code else _("Work"),
                "at": (typed.get("business") or {}).get("name", ""),
                "wrong": any(each == job.name or each.startswith(f"{job.name}.") for each in wrong),
                "inner": [
                    {"step": each.name, "title": each.section.title.in_language(formats.language()),
                     "there": each.is_there(raw), "wrong": each.name in wrong}
                    for each in inner
                ],
            }
        )  # fmt: skip
    return {
        "step": step.name,
        "number": number,
        "name": formats.full_name(said) or _("Person %(number)s") % {"number": number + 1},
        "lines": [lines[f"id_{name}"] for name in wanted if f"id_{name}" in lines],
        "wrong": step.name in wrong,
        "jobs": jobs,
        "next_job": step.inner(works, len(jobs)).name if len(jobs) < works.most else "",
        "sections": [
            {"step": step.inner(each).name, "title": each.title.in_language(formats.language()),
             "there": step.inner(each).is_there(raw), "wrong": step.inner(each).name in wrong}
            for each in section.sections
            if each.name != "employments" and Door.OFFICER in each.doors
        ],
    }  # fmt: skip
