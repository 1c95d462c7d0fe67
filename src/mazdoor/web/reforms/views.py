"""Trying a change of a programme, counting a condition while it is typed, and the drafts that were kept.

Every page works without a script: the form is sent, the same page comes back with what it found. With a script the count of
a condition follows the typing.
"""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mazdoor.deliberation import privacy, services
from mazdoor.deliberation import selectors as deliberation
from mazdoor.delivery.assessment import selectors as assessment
from mazdoor.delivery.assessment.policies import policy_set
from mazdoor.kernel.refusals import Refusal
from mazdoor.rules import PolicyError
from mazdoor.rules.model import Programme
from mazdoor.simulation import check_condition
from mazdoor.web import formats
from mazdoor.web.forms import Problem, problems
from mazdoor.web.officers import name_of_officer
from mazdoor.web.permits import may, needs
from mazdoor.web.programmes import words
from mazdoor.web.reforms import drawing
from mazdoor.web.reforms.forms import ChangeForm
from mazdoor.web.reforms.writing import first_day, reform_text, values_of
from mazdoor.web.shell import above, refusal_sentence, show
from mazdoor.web.tables import Column, Table

CONDITION_FIELD = "id_condition"


def _find(code: str) -> Programme:
    found = words.find(code)
    if found is None:
        raise Http404
    assessment.check_assessable(programme_code=code)
    return found


def _form(programme: Programme, data: Any = None) -> ChangeForm:
    first = first_day(programme, timezone.localdate())
    return ChangeForm(data, programme=programme, values=values_of(programme, first), first=first)


@require_http_methods(["GET", "POST"])
@needs("deliberation.try")
def reform(request: HttpRequest, code: str) -> HttpResponse:
    """The form, and below it what the change was found to do. ``act`` is ``try`` or ``save``."""
    programme = _find(code)
    form = _form(programme, request.POST if request.method == "POST" else None)
    wrong: list[Problem] = []
    found: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        change = form.change()
        if request.POST.get("act") == "count":
            found = _counted(programme, change.condition)
        elif not change.anything:
            wrong = [("", _("Change a value, or write a condition: as it stands nothing would be different."))]
        else:
            try:
                text = reform_text(programme, change)
                if request.POST.get("act") == "save":
                    draft = services.save_draft(text=text)
                    messages.success(request, _("The draft is kept, with what it was found to do."))
                    return redirect("web:draft", draft_id=draft)
                found = _found(deliberation.try_reform(text=text), programme, request.POST.get("by", ""))
                found |= _counted(programme, change.condition)
            except PolicyError as error:
                wrong = [(CONDITION_FIELD, each) for each in _sentences(error)]
            except Refusal as refusal:
                wrong = [("", refusal_sentence(refusal))]
    elif form.is_bound:
        wrong = problems(form)
    return show(
        request,
        "web/reforms/reform.html",
        title=_("Try a change: %(programme)s") % {"programme": programme.title.in_language(formats.language())},
        here="assessment",
        above=above(programme.title.in_language(formats.language()), "web:programme", programme.id),
        programme=programme,
        form=form,
        problems=wrong,
        first=form.first,
        snapshot=deliberation.find_snapshot(),
        breakdowns=drawing.breakdowns(),
        **found,
    )


def _found(trial: deliberation.Trial, programme: Programme, by: str) -> dict[str, Any]:
    """What the page shows of a trial."""
    report = trial.report
    groups = {name: privacy.groups(lines) for name, lines in report.by.items()}
    return {
        "trial": trial,
        "sentences": [each.words.in_language(formats.language()) for each in report.said],
        "distribution": report.distribution,
        **_shown(programme, privacy.total(report.total), groups, by, report.at),
    }


def _shown(
    programme: Programme, total: privacy.Group, groups: dict[str, list[privacy.Group]], by: str, at: dt.date
) -> dict[str, Any]:
    by = by if by in groups else next((each for each in ("decile", "province") if each in groups), "category")
    lines = groups.get(by, [])
    return {
        "total": total,
        "by": by,
        "offered": [(name, said) for name, said in drawing.breakdowns().items() if name in groups],
        "gains": drawing.figure(by, "gain", lines, programme, total),
        "losses": drawing.figure(by, "lose", lines, programme, total),
        "map": drawing.district_map(groups["district"], total, at) if "district" in groups else None,
        "table": drawing.table(by, lines, programme),
    }


def _sentences(error: PolicyError) -> list[str]:
    """What is wrong with a condition, with the likely repair, in the checker's own words."""
    return [f"{each.message}{': ' if each.repair else ''}{each.repair}" for each in error.problems]


@require_POST
@needs("deliberation.try")
def count(request: HttpRequest, code: str) -> HttpResponse:
    """How many the condition matches, as a piece of a page: asked while it is typed."""
    programme = _find(code)
    return render(
        request, "web/reforms/count.html", _counted(programme, request.POST.get("condition", "").strip()[:2000])
    )


def _counted(programme: Programme, formula: str) -> dict[str, Any]:
    """How many a condition matches, or what is wrong with it; nothing while nothing is written."""
    if not formula:
        return {}
    try:
        check_condition(policy_set(), programme.unit, formula)
        at = first_day(programme, timezone.localdate())
        return {"counted": deliberation.count_condition(programme_code=programme.id, formula=formula, at=at)}
    except PolicyError as error:
        return {"wrong": _sentences(error)}
    except Refusal as refusal:
        return {"wrong": [refusal_sentence(refusal)]}


@require_GET
@needs("deliberation.read")
def drafts(request: HttpRequest) -> HttpResponse:
    """All drafts, newest first."""
    name = "title_ur" if formats.language().startswith("ur") else "title_en"
    table = Table(
        name="drafts",
        caption=_("Drafts of rules"),
        columns=[
            Column(_("Draft"), lambda d: d[name], head=True, link=lambda d: reverse("web:draft", args=[d["id"]])),
            Column(_("Programme"), lambda d: words.title(d["programme_code"])),
            Column(_("State"), lambda d: f"draft_{d['state']}", "state"),
            Column(_("Kept on"), lambda d: d["written_at"], "moment"),
        ],
        rows=list(deliberation.drafts()),
    )
    return show(
        request,
        "web/reforms/drafts.html",
        title=_("Drafts of rules"),
        here="assessment",
        above=above(_("Programmes"), "web:programmes"),
        table=table,
    )


@require_GET
@needs("deliberation.read")
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """One draft: its text, and what it was found to do."""
    try:
        found = deliberation.get_draft(draft_id=draft_id)
    except Refusal:
        raise Http404 from None
    programme = words.find(found["programme_code"])
    results = found["results"]
    shown: dict[str, Any] = {}
    if programme is not None:
        groups = {name: [privacy.group_of(each) for each in lines] for name, lines in results["by"].items()}
        at = dt.date.fromisoformat(results["at"])
        shown = _shown(programme, privacy.group_of(results["total"]), groups, request.GET.get("by", ""), at)
    urdu = formats.language().startswith("ur")
    author = name_of_officer(found["written_by"])
    return show(
        request,
        "web/reforms/draft.html",
        title=found["title_ur" if urdu else "title_en"],
        here="assessment",
        above=above(_("Drafts of rules"), "web:drafts"),
        draft=found,
        programme=programme,
        author=author,
        draft_state=f"draft_{found['state']}",
        programme_title=words.title(found["programme_code"]),
        sentences=[each["words"]["ur" if urdu else "en"] for each in results["said"]],
        may_withdraw=found["state"] == "draft" and may(request, "deliberation.draft"),
        **shown,
    )


@require_POST
@needs("deliberation.draft")
def withdraw(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Take a draft back."""
    try:
        services.withdraw_draft(draft_id=draft_id)
        messages.success(request, _("The draft is withdrawn. It stays on record."))
    except Refusal as refusal:
        messages.error(request, refusal_sentence(refusal))
    return redirect("web:draft", draft_id=draft_id)
