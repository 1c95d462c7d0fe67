"""Asking for a change on a person's page: which kind, its form, and what came of it."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mazdoor.casework.changes import Kind, find_kind, kinds, open_change
from mazdoor.casework.changes import selectors as changes
from mazdoor.casework.changes.deciding import approve_change
from mazdoor.delivery.registration import selectors as registration
from mazdoor.kernel.refusals import Refusal
from mazdoor.web import formats
from mazdoor.web.changes import tables, words
from mazdoor.web.changes.forms import ChangeForm
from mazdoor.web.forms import Problem, problems
from mazdoor.web.permits import may, needs
from mazdoor.web.registry import lists
from mazdoor.web.shell import Above, refusal_sentence, show

HAPPENED = ("move", "marriage", "birth", "death", "divorce", "split", "join", "start_of_job", "end_of_job")
"""Kinds that are events in a life; the others say that something is otherwise."""


@require_GET
@needs("casework.open")
def choose(request: HttpRequest, person_id: int) -> HttpResponse:
    """Which kind of change, and those asked for so far."""
    person = registration.get_person(person_id=person_id)
    mine = [kind for kind in kinds().values() if "officer" in kind.open_by]
    return show(
        request,
        "web/changes/choose.html",
        title=_("Report a change"),
        here="registration",
        above=_person_above(person),
        person=person,
        name=words.full_name(person),
        happened=[_choice(kind) for code in HAPPENED for kind in mine if kind.code == code],
        otherwise=[_choice(kind) for kind in mine if kind.code not in HAPPENED],
        table=tables.of_person(changes.changes_of(person_id=person_id)),
    )


@require_http_methods(["GET", "POST"])
@needs("casework.open")
def ask(request: HttpRequest, person_id: int, code: str) -> HttpResponse:
    """The form of one kind of change; sent, it becomes a change request, or is applied where nobody else has to look."""
    person = registration.get_person(person_id=person_id)
    kind = find_kind(code)
    if kind is None or "officer" not in kind.open_by:
        raise Http404
    if request.method == "GET":
        return _page(request, person, kind, ChangeForm(kind, person))
    form = ChangeForm(kind, person, request.POST)
    if not form.is_valid():
        return _page(request, person, kind, form, found=problems(form), status=422)
    try:
        with transaction.atomic():
            opened = open_change(channel="officer", **form.asked())
    except Refusal as refusal:
        return _page(request, person, kind, form, found=[_at_its_field(form, refusal)], status=422)
    if opened.linked:
        messages.info(request, _("This very change has been asked for already. It waits for a decision."))
    elif not changes.get_change(change_id=opened.change_id)["four_eyes"] and _apply(request, opened.change_id):
        messages.success(request, _("It is in the record now."))
    else:
        messages.success(request, _("The change waits for a colleague. Nothing in the record has changed yet."))
    return redirect("web:change", opened.change_id)


def _apply(request: HttpRequest, change_id: int) -> bool:
    """Apply what needs no second person, where this desk decides on it."""
    if not may(request, "casework.approve"):
        return False
    try:
        with transaction.atomic():
            approve_change(change_id=change_id)
    except Refusal as refusal:
        messages.warning(request, refusal_sentence(refusal))
        return False
    return True


def _at_its_field(form: ChangeForm, refusal: Refusal) -> Problem:
    """A refusal that names a field leads to it."""
    name = str(refusal.details.get("field", ""))
    return (form[name].id_for_label if name in form.fields else "", refusal_sentence(refusal))


def _choice(kind: Kind) -> dict[str, Any]:
    desk = {"registrar": _("registrar"), "verifier": _("verifier"), "finance": _("finance")}.get(kind.approver, "")
    eyes = {
        "always": _("a second person approves (%(desk)s)") % {"desk": desk},
        "verified": _("a second person approves where the identity is verified (%(desk)s)") % {"desk": desk},
        "never": _("you may apply it yourself"),
    }
    return {
        "code": kind.code,
        "title": kind.title.in_language(formats.language()),
        "who": eyes[kind.four_eyes],
    }


def _person_above(person: dict[str, Any]) -> Above:
    return Above(words.full_name(person), reverse("web:person", args=[person["person_id"]]))


def _page(
    request: HttpRequest,
    person: dict[str, Any],
    kind: Kind,
    form: ChangeForm,
    *,
    found: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    works = {"isco_code", "isic_code"} & set(kind.fields)
    return show(
        request,
        "web/changes/ask.html",
        title=kind.title.in_language(formats.language()),
        here="registration",
        above=Above(_("Report a change"), reverse("web:report-change", args=[person["person_id"]])),
        status=status,
        person=person,
        name=words.full_name(person),
        kind=kind,
        choice=_choice(kind),
        form=form,
        problems=found or [],
        occupations=lists.occupations() if works else [],
        industries=lists.industries() if works else [],
    )
