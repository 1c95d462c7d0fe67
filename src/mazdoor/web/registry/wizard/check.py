"""The last page of registering: everything read over, who may already be here, and the act."""

from __future__ import annotations

from collections.abc import Container
from contextlib import nullcontext
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from mazdoor.delivery.registration import attachments, drafts, looking, services
from mazdoor.delivery.registration.answers import household_answers
from mazdoor.delivery.registration.drafts import Begun
from mazdoor.delivery.registration.questionnaire import Checked, Door, check_form
from mazdoor.delivery.registration.services import FormRefused
from mazdoor.kernel.refusals import Refusal
from mazdoor.web import formats
from mazdoor.web.permits import needs
from mazdoor.web.registry.wizard import receipt, showing
from mazdoor.web.registry.wizard.steps import step_of
from mazdoor.web.shell import above, plain_sentence, refusal_sentence, show


@require_http_methods(["GET", "POST"])
@needs("registration.register")
def check(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Everything read over, who may already be here, and the act.

    The page says whom it shows by marks that only we can make (`looking.already_here`). The officer who has looked sends
    them back; the register is asked again, and only somebody who was not shown before, or not as they are now, stops it.
    """
    draft = drafts.get_draft(draft_id=draft_id)
    checked = checked_form(draft)
    looked = frozenset(request.POST.get("shown", "").split()) if request.POST.get("looked") else frozenset[str]()
    likely = find_likely(checked, shown=looked)
    if request.method == "GET" or not checked.well or likely:
        return _check_page(request, draft, checked, likely, looked=looked)
    names = drafts.files_of(draft.form)
    files = attachments.kept_for(owner=drafts.owner(), file_ids=names) if names else []
    try:
        # Without files all that may be refused is refused before anything is written.
        with transaction.atomic() if files else nullcontext():
            done = services.submit(form=checked, channel="web", idempotency_key=draft.key, attachments=files)
            drafts.forget_draft(draft_id=draft_id)
    except FormRefused as refused:
        return _check_page(request, draft, refused.checked, likely, looked=looked)
    except Refusal as refusal:
        return _check_page(request, draft, checked, likely, looked=looked, more=[("", refusal_sentence(refusal))])
    return receipt.remembered(request, done.form_id)


def checked_form(draft: Begun) -> Checked:
    """The answers of a form so far, checked as an officer's."""
    return check_form(draft.form, on=timezone.localdate(), door=Door.OFFICER)


def find_likely(checked: Checked, *, shown: Container[str] = ()) -> list[dict[str, Any]]:
    """For each person of the form, those on the register they might be and whom nobody has looked at yet."""
    if not checked.well:
        return []
    answers = household_answers(checked.form, employer_of=lambda number: None)
    found = []
    for number, person in enumerate(answers.people):
        look_alikes = looking.already_here(person=person, area_code=answers.area_code, shown=shown)
        if look_alikes:
            found.append({"name": formats.full_name(checked.form["people"][number]), "likely": look_alikes})
    return found


def _check_page(
    request: HttpRequest,
    draft: Begun,
    checked: Checked,
    likely: list[dict[str, Any]],
    *,
    looked: frozenset[str],
    more: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    wrong = [problem for problem in checked.problems if not problem.warning]
    told = [(_link(draft, problem.place), plain_sentence(problem.refusal)) for problem in wrong] + (more or [])
    return show(
        request,
        "web/registry/wizard/check.html",
        title=_("Check before you register"),
        here="registration",
        above=above(_("The household"), "web:register-household", draft.draft_id),
        status=422 if told and request.method == "POST" else 200,
        draft=draft,
        parts=list(showing.parts_of(checked.form)),
        wrong=told,
        flags=[
            (_link(draft, problem.place), plain_sentence(problem.refusal))
            for problem in checked.problems
            if problem.warning
        ],
        repairs=[
            (_link(draft, problem.place), problem.refusal.cause(formats.language())) for problem in checked.repairs
        ],
        likely=likely,
        shown=" ".join(sorted(looked.union(found.mark for each in likely for found in each["likely"]))),
        ready=not told,
        people_said=ngettext("%(count)s person", "%(count)s people", len(checked.form.get("people") or []))
        % {"count": len(checked.form.get("people") or [])},
    )


def _link(draft: Begun, place: str) -> str:
    """The page and field where a problem is put right."""
    step = step_of(place)
    field = place.rpartition(".")[2]
    asked = any(question.name == field for question in step.section.questions)
    address = reverse("web:register-step", args=[draft.draft_id, step.name])
    return f"{address}#id_{field}" if asked else address
