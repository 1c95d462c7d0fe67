"""Cases: opened for a person, listed while they wait, and answered by somebody else."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mazdoor.casework import selectors as casework
from mazdoor.casework import services
from mazdoor.casework.states import CaseState
from mazdoor.delivery.assessment import selectors as assessment
from mazdoor.delivery.registration import selectors as registration
from mazdoor.kernel.refusals import Refusal
from mazdoor.web import formats
from mazdoor.web.cases import tables, words
from mazdoor.web.cases.forms import AnswerForm, OpeningForm
from mazdoor.web.forms import problems
from mazdoor.web.permits import may, needs
from mazdoor.web.registry.person import person_page
from mazdoor.web.shell import above, asked_file, refusal_sentence, show


@require_POST
@needs("casework.open")
def open_case(request: HttpRequest, person_id: int) -> HttpResponse:
    """Open an appeal or a grievance for a person, from the form on their page."""
    form = OpeningForm(request.POST)
    if not form.is_valid():
        return person_page(request, person_id, case_form=form, status=422)
    said = form.cleaned_data
    earlier = {case["id"] for case in casework.cases_of(person_id=person_id)}
    with transaction.atomic():
        case_id = services.open_case(
            kind=said["kind"], person_id=person_id, subject=said["subject"], words=said["words"]
        )
    if case_id in earlier:
        # The room keeps one open case of a kind and subject: what was written now has not been added to it.
        messages.info(request, _("A case like this is open already and waits for an answer. Nothing was added to it."))
        return redirect("web:case", case_id)
    messages.success(request, _("The case is open. A colleague answers it."))
    return redirect(f"{reverse('web:person', args=[person_id])}#cases")


@require_GET
@needs("casework.read")
def cases(request: HttpRequest) -> HttpResponse:
    """Cases that wait for an answer in the officer's areas, oldest first."""
    table = tables.waiting(casework.open_cases(limit=tables.SHOWN))
    if file := asked_file(request, table):
        return file
    return show(
        request,
        "web/cases/list.html",
        title=_("Appeals and grievances"),
        table=table,
        count=casework.count_open(),
        decides=may(request, "casework.decide"),
    )


@require_GET
@needs("casework.read")
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case: what was said, and the answer or the form for it."""
    return _page(request, casework.get_case(case_id=case_id), AnswerForm())


@require_POST
@needs("casework.decide")
def answer(request: HttpRequest, case_id: int) -> HttpResponse:
    """Answer a case; a case answered meanwhile, or opened by the same officer, is told on its page."""
    found = casework.get_case(case_id=case_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        with transaction.atomic():
            services.answer_case(
                case_id=case_id,
                answer=CaseState(form.cleaned_data["answer"]),
                words=form.cleaned_data["words"],
            )
    except Refusal as refusal:
        messages.error(request, refusal_sentence(refusal))
        return redirect("web:case", case_id)
    messages.success(request, _("Answered. Tell the person, and do what follows from it at the desk concerned."))
    return redirect("web:case", case_id)


def _is_own(request: HttpRequest, found: Mapping[str, Any]) -> bool:
    return found["opened_by"] is not None and found["opened_by"] == request.user.pk


def _waits_for(request: HttpRequest, found: Mapping[str, Any]) -> bool:
    """Whether this officer may answer the case now."""
    return found["state"] == CaseState.OPENED and may(request, "casework.decide") and not _is_own(request, found)


def _assessed(request: HttpRequest, found: Mapping[str, Any]) -> int | None:
    """The newest assessment under the programme a case is about, where this desk may read it."""
    if not found["subject"].startswith(words.PROGRAMME) or not may(request, "assessment.read"):
        return None
    code = found["subject"].removeprefix(words.PROGRAMME)
    rows = assessment.assessments_of(person_id=found["person_id"])
    return next((row["id"] for row in rows if row["run__programme_code"] == code), None)


def _page(request: HttpRequest, found: Mapping[str, Any], form: AnswerForm, *, status: int = 200) -> HttpResponse:
    waits = _waits_for(request, found)
    person = registration.get_person(person_id=found["person_id"])
    return show(
        request,
        "web/cases/case.html",
        title=_("Case %(number)s: %(kind)s") % {"number": found["id"], "kind": words.kind(found["kind"])},
        above=above(_("Appeals and grievances"), "web:cases"),
        status=status,
        case=found,
        state=f"case_{found['state']}",
        about=words.about(found["subject"]),
        assessment_id=_assessed(request, found),
        person=person,
        name=formats.full_name(person),
        own=_is_own(request, found) and found["state"] == CaseState.OPENED,
        form=form if waits else None,
        problems=problems(form) if waits and form.is_bound else [],
    )
