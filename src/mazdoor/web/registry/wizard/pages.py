"""The pages of registering: begin, a step. `overview` shows the household on one screen, `check` reads it over and registers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.core.files.base import File
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mazdoor.delivery.registration import attachments, drafts
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.registration.drafts import Begun
from mazdoor.delivery.registration.questionnaire import (
    Door,
    Section,
    check_section,
    get_questionnaire,
)
from mazdoor.delivery.registration.refusals import AREA_UNKNOWN
from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.permits import needs
from mazdoor.web.registry.search import LIMIT, found_table
from mazdoor.web.registry.wizard import showing
from mazdoor.web.registry.wizard.fields import FILES, Field, answers_from, fields_of, typed_around
from mazdoor.web.registry.wizard.steps import Step, get_step
from mazdoor.web.shell import above, plain_sentence, show

MOST_BEYOND: Final = attachments.MOST_BYTES + 1


@require_http_methods(["GET", "POST"])
@needs("registration.register")
def start(request: HttpRequest) -> HttpResponse:
    """Search before adding; and the forms that were begun and not finished."""
    text = request.POST.get("q", "").strip()
    found = registration.search(text=text, limit=LIMIT) if text else []
    return show(
        request,
        "web/registry/wizard/start.html",
        title=_("Register a household"),
        here="registration",
        above=above(_("Registry"), "web:registry"),
        text=text,
        searched=bool(text),
        table=found_table(found, name="already-here"),
        drafts=[_draft_line(each) for each in drafts.drafts()],
        kept_days=drafts.KEPT_DAYS,
    )


def _draft_line(draft: Begun) -> dict[str, Any]:
    people = [person for person in draft.form.get("people") or [] if isinstance(person, Mapping)]
    return {
        "id": draft.draft_id,
        "name": formats.full_name(people[0]) if people else "",
        "people": len(people),
        "area": (draft.form.get("household") or {}).get("area_code", ""),
        "changed_at": draft.changed_at,
    }


@require_POST
@needs("registration.register")
def begin(request: HttpRequest) -> HttpResponse:
    """A new form."""
    begun = drafts.begin_draft()
    return redirect("web:register-step", begun.draft_id, "household")


@require_POST
@needs("registration.register")
def throw_away(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Throw an unfinished form away."""
    drafts.drop_draft(draft_id=draft_id)
    return redirect("web:register")


@require_http_methods(["GET", "POST"])
@needs("registration.register")
def step(request: HttpRequest, draft_id: int, name: str) -> HttpResponse:
    """One section: shown, or kept and checked. What was written is kept even where something is wrong with it."""
    draft = drafts.get_draft(draft_id=draft_id)
    here = get_step(name)
    _must_be_reachable(here, draft.form)
    if request.method == "GET":
        return _step_page(request, draft, here, here.answers(draft.form), {})
    if request.POST.get("skip"):
        here.take_out(draft.form)
        drafts.save_draft(draft_id=draft_id, form=draft.form)
        return _onward(draft, here, skipped=True)
    answers = answers_from(here.section, request.POST)
    errors: dict[str, str] = {}
    answers |= _files(request, draft, here, errors)
    around = typed_around(here.path, here.around(draft.form))
    checked = check_section(answers, path=here.path, around=around, on=timezone.localdate(), door=Door.OFFICER)
    for problem in checked.problems:
        if problem.warning:
            answers.pop(problem.place, None)  # what is not asked after all is not kept
        else:
            errors.setdefault(problem.place, plain_sentence(problem.refusal))
    here.put(draft.form, answers)
    drafts.save_draft(draft_id=draft_id, form=draft.form)
    if errors:
        return _step_page(request, draft, here, answers, errors)
    return _onward(draft, here)


@require_GET
@needs("registration.register")
def kept_file(request: HttpRequest, draft_id: int, name: str, question: str) -> HttpResponse:
    """A photo or document kept with a step of an unfinished form: for the officer whose form it is."""
    here = get_step(name)
    file_id = str(here.answers(drafts.get_draft(draft_id=draft_id).form).get(question, ""))
    waiting = attachments.kept_for(owner=drafts.owner(), file_ids=[file_id]) if file_id else []
    if not waiting or not any(each.name == question and each.type in FILES for each in here.section.questions):
        raise Http404
    opened = attachments.open_attachment(attachment_id=waiting[0].attachment_id)
    return HttpResponse(
        opened.content, content_type=opened.content_type, headers={"Cache-Control": "no-store, private"}
    )


def _with_addresses(fields: Sequence[Field], draft: Begun, here: Step) -> list[Field]:
    """Fields of files with the address where what is kept can be seen."""
    return [
        replace(field, kept=reverse("web:register-kept", args=[draft.draft_id, here.name, field.name]))
        if field.kind == "file" and field.value
        else field
        for field in fields
    ]


def _must_be_reachable(here: Step, form: Mapping[str, Any]) -> None:
    """A repetition is the next one at most, and inside something that is there."""
    if here.section.repeats:
        holder: Any = here.around(form)[-1] if len(here.path) > 1 else form
        if here.numbers[-1] > len(holder.get(here.section.name) or []):
            raise Http404("no such step")
    if len(here.path) > 1 and not Step(here.path[:-1], here.numbers[:-1]).is_there(form):
        raise Http404("no such step")


def _step_page(
    request: HttpRequest, draft: Begun, here: Step, answers: Mapping[str, Any], errors: Mapping[str, str]
) -> HttpResponse:
    around = typed_around(here.path, here.around(draft.form))
    fields = _with_addresses(
        fields_of(here.section, answers, path=here.path, around=around, errors=errors), draft, here
    )
    section = here.section
    language = formats.language()
    return show(
        request,
        "web/registry/wizard/step.html",
        title=showing.title_of(here),
        here="registration",
        above=above(_("The household"), "web:register-household", draft.draft_id),
        status=422 if errors else 200,
        draft=draft,
        step=here,
        intro=section.intro.in_language(language) if section.intro else "",
        about=formats.full_name(draft.form["people"][here.person])
        if here.person is not None and len(here.path) > 1
        else "",
        groups=_grouped(section, fields),
        has_files=any(field.kind == "file" for field in fields),
        problems=[
            (field.id if field.kind != "date" else f"{field.id}-day", field.error) for field in fields if field.error
        ]
        + [("", told) for place, told in errors.items() if place not in {field.name for field in fields}],
        may_skip=(section.least == 0 or section.repeats) and len(here.path) > 1,
        progress=_progress(here),
    )


def _grouped(section: Section, fields: Sequence[Field]) -> list[list[Field]]:
    """The fields in the groups of the questionnaire's screens; what no screen names comes last."""
    by_name = {field.name: field for field in fields}
    groups = [[by_name.pop(name) for name in screen if name in by_name] for screen in section.screens]
    return [group for group in [*groups, list(by_name.values())] if group]


def _progress(here: Step) -> dict[str, int]:
    """Which of the top sections this is."""
    asked = [section.name for section in get_questionnaire().sections if Door.OFFICER in section.doors]
    return {"now": asked.index(here.path[0].name) + 1, "all": len(asked)}


def _files(request: HttpRequest, draft: Begun, here: Step, errors: dict[str, str]) -> dict[str, str]:
    """Photos and documents sent with a step, kept; and those kept before, unless they are to go."""
    kept: dict[str, str] = {}
    before = here.answers(draft.form)
    for question in here.section.questions:
        if question.type not in FILES:
            continue
        sent = request.FILES.get(question.name)
        old = str(before.get(question.name, ""))
        if sent is not None:
            try:
                kept[question.name] = _keep(sent, kind=question.target.partition(".")[2], draft=draft)
            except Refusal as refusal:
                errors[question.name] = plain_sentence(refusal)
                if old:
                    kept[question.name] = old
            else:
                attachments.drop_waiting(owner=drafts.owner(), file_ids=[old])
        elif old and not request.POST.get(f"{question.name}.remove"):
            kept[question.name] = old
        elif old:
            attachments.drop_waiting(owner=drafts.owner(), file_ids=[old])
    return kept


def _keep(sent: File[bytes], *, kind: str, draft: Begun) -> str:
    area = str((draft.form.get("household") or {}).get("area_code", ""))
    if reference.find_area(area) is None:
        raise AREA_UNKNOWN.because(field="area_code")
    content = sent.read(MOST_BEYOND)  # one byte over the limit is enough to refuse
    return attachments.keep_attachment(content=content, kind=kind, area_code=area, owner=drafts.owner()).file_id


def _onward(draft: Begun, here: Step, *, skipped: bool = False) -> HttpResponse:
    """The page after a step: the next of the same person, else the household on one screen."""
    form = draft.form
    if here.section.name == "household" and not form.get("people"):
        return redirect("web:register-step", draft.draft_id, "people-0")
    following = _following(form, here, skipped=skipped)
    if following is not None:
        return redirect("web:register-step", draft.draft_id, following.name)
    return redirect("web:register-household", draft.draft_id)


def _following(form: Mapping[str, Any], here: Step, *, skipped: bool) -> Step | None:
    """The next step not answered yet of the person this one is about; a business right after its employment."""
    if here.path[0].name != "people":
        return None
    person = Step(here.path[:1], here.numbers[:1])
    if here.section.name == "employments" and not skipped:
        for inner in here.section.sections:
            step = here.inner(inner)
            if not step.is_there(form) and is_asked(step, form):
                return step
    if here.person != 0:
        return None  # of the others only what was chosen is asked; the household shows what is open
    passed = len(here.path) == 1
    for section in person.section.sections:
        if not passed:
            passed = section.name == here.path[1].name
            continue
        if Door.OFFICER in section.doors and not person.inner(section).is_there(form):
            return person.inner(section)
    return None


def is_asked(step: Step, form: Mapping[str, Any]) -> bool:
    """Whether a step is asked at all, by what was answered around it."""
    from mazdoor.delivery.registration.questionnaire import holds

    condition = step.section.asked_when
    return condition is None or holds(condition, step.path[:-1], typed_around(step.path, step.around(form)))


@require_POST
@needs("registration.register")
def take_out(request: HttpRequest, draft_id: int, name: str) -> HttpResponse:
    """Take a person, an employment or a business out of the form."""
    draft = drafts.get_draft(draft_id=draft_id)
    here = get_step(name)
    _must_be_reachable(here, draft.form)
    here.take_out(draft.form)
    drafts.save_draft(draft_id=draft_id, form=draft.form)
    return redirect("web:register-household", draft_id)
