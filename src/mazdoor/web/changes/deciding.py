"""The queue of changes, one change with its preview, and what is decided of it."""

from collections.abc import Mapping
from typing import Any, Protocol

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mazdoor.casework.changes import find_kind, kinds, look_again
from mazdoor.casework.changes import selectors as changes
from mazdoor.casework.changes.deciding import (
    approve_change,
    can_decide,
    refuse_change,
    reverse_change,
    withdraw_change,
)
from mazdoor.casework.changes.opening import fill_change
from mazdoor.casework.changes.previewing import Line, preview_change
from mazdoor.casework.refusals_changes import NOT_REVERSIBLE
from mazdoor.delivery.registration import events, history
from mazdoor.delivery.registration import selectors as registration
from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.changes import tables, words
from mazdoor.web.changes.forms import ChangeForm, DecisionForm
from mazdoor.web.forms import problems
from mazdoor.web.officers import name_of_officer
from mazdoor.web.permits import may, needs
from mazdoor.web.shell import above, asked_file, refusal_sentence, show


@require_GET
@needs("casework.read")
def queue(request: HttpRequest) -> HttpResponse:
    """Changes that wait in the officer's areas, by kind and district, the longest overdue first."""
    kind, area = request.GET.get("kind", ""), request.GET.get("area", "")
    rows = changes.open_changes(kind=kind if kind in kinds() else "", area_code=area[:12], limit=tables.SHOWN)
    by_area = changes.waiting_by_area()
    table, areas = tables.waiting(rows), tables.by_area(by_area)
    if file := asked_file(request, table, areas):
        return file
    language = formats.language()
    waiting = history.hand_overs_waiting() if may(request, "registration.correct") else []
    return show(
        request,
        "web/changes/queue.html",
        title=_("Changes of the record"),
        here="registration",
        table=table,
        areas=areas,
        count=sum(row["count"] for row in by_area),
        late=sum(row["late"] for row in by_area),
        kind=kind,
        kinds=[(each.code, each.title.in_language(language)) for each in kinds().values()],
        hand_overs=[(row["hand_over_id"], row) for row in waiting],
        hand_over_table=tables.hand_overs(waiting),
        decides=may(request, "casework.approve"),
    )


@require_GET
@needs("casework.read")
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    """One change: what is held, what is asked for, what hangs on it, and the forms to decide it."""
    return _page(request, change_id, DecisionForm())


@require_POST
@needs("casework.approve")
def approve(request: HttpRequest, change_id: int) -> HttpResponse:
    """Approve and apply, in one act."""
    return _act(
        request,
        change_id,
        approve_change,
        _("Approved: it is in the record now."),
    )


@require_POST
@needs("casework.approve")
def refuse(request: HttpRequest, change_id: int) -> HttpResponse:
    """Refuse, with the reason the person is told."""
    return _act(
        request,
        change_id,
        refuse_change,
        _("Refused. The record stays as it is; tell the person why."),
    )


@require_POST
@needs("casework.approve")
def reverse(request: HttpRequest, change_id: int) -> HttpResponse:
    """Take an applied change back to exactly the state before."""
    return _act(
        request,
        change_id,
        reverse_change,
        _("Taken back: the record says again what it said before."),
    )


@require_POST
@needs("casework.open")
def withdraw(request: HttpRequest, change_id: int) -> HttpResponse:
    """Take a change out of the queue."""
    return _act(request, change_id, withdraw_change, _("Withdrawn."))


@require_POST
@needs("casework.open")
def again(request: HttpRequest, change_id: int) -> HttpResponse:
    """Confirm that a change still holds after the record has changed."""
    return _act(request, change_id, _confirm, _("Confirmed against today's record."))


@require_http_methods(["GET", "POST"])
@needs("casework.open")
def fill(request: HttpRequest, change_id: int) -> HttpResponse:
    """Say what is right, where verification only found that something parts."""
    found = changes.get_change(change_id=change_id)
    kind = find_kind(request.GET.get("kind", "") or found["kind"])
    if kind is None or not found["is_asked"]:
        return redirect("web:change", change_id)
    person = registration.get_person(person_id=found["person_id"])
    form = ChangeForm(kind, person, request.POST if request.method == "POST" else None)
    told = []
    if request.method == "POST":
        told = problems(form)
        if form.is_valid():
            asked = form.asked()
            try:
                with transaction.atomic():
                    fill_change(
                        change_id=change_id,
                        values=asked["values"],
                        evidence=asked["evidence"],
                        effective_on=asked["effective_on"],
                        type_code=kind.code,
                    )
            except Refusal as refusal:
                told = [("", refusal_sentence(refusal))]
            else:
                messages.success(request, _("The change waits for a colleague. Nothing in the record has changed yet."))
                return redirect("web:change", change_id)
    return show(
        request,
        "web/changes/fill.html",
        title=_("Say what is right"),
        here="registration",
        above=above(_("Change %(number)s") % {"number": change_id}, "web:change", change_id),
        status=422 if told else 200,
        change=found,
        person=person,
        name=words.full_name(person),
        form=form,
        kind=kind,
        kinds=[(each.code, words.kind_title(each.code)) for each in kinds().values() if "system" in each.open_by],
        problems=told,
    )


@require_POST
@needs("registration.correct")
def receive(request: HttpRequest, hand_over_id: int) -> HttpResponse:
    """Say that a household another office handed over has come to ours."""
    try:
        with transaction.atomic():
            events.receive(hand_over_id=hand_over_id)
    except Refusal as refusal:
        messages.error(request, refusal_sentence(refusal))
    else:
        messages.success(request, _("Received: your office answers for these people now."))
    return redirect("web:changes")


class _Act(Protocol):
    """An act on a change, with the words that were written."""

    def __call__(self, *, change_id: int, words: str) -> object: ...


def _confirm(*, change_id: int, words: str) -> None:
    look_again(change_id=change_id)


def _act(request: HttpRequest, change_id: int, act: _Act, done: str) -> HttpResponse:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, change_id, form, status=422)
    try:
        with transaction.atomic():
            act(change_id=change_id, words=form.cleaned_data["words"])
    except Refusal as refusal:
        return _page(request, change_id, form, refused=refusal, status=409)
    messages.success(request, done)
    try:
        changes.get_change(change_id=change_id)
    except Refusal:  # a move took the person and the change to another office
        return redirect("web:changes")
    return redirect("web:change", change_id)


def _line(line: Line) -> dict[str, Any]:
    return {
        "label": line.label.in_language(formats.language()),
        "before": words.said(line.name, line.before),
        "after": words.said(line.name, line.after),
    }


def _member(row: Mapping[str, Any]) -> str:
    return f"{words.full_name(row)} · {words.relationship(row['relationship'])}"


def _page(
    request: HttpRequest,
    change_id: int,
    form: DecisionForm,
    *,
    refused: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    found = changes.get_change(change_id=change_id)
    kind = find_kind(found["kind"])
    person = registration.get_person(person_id=found["person_id"])
    preview = preview_change(change_id=change_id)
    stops = (
        can_decide(change_id=change_id) if found["state"] == "proposed" and may(request, "casework.approve") else None
    )
    language = formats.language()
    own = found["opened_by"] is not None and found["opened_by"] == request.user.pk
    approves = found["state"] == "proposed" and may(request, "casework.approve") and stops is None
    takes_back = (
        found["state"] == "applied"
        and may(request, "casework.approve")
        and kind is not None
        and kind.reversible
        and not (found["four_eyes"] and found["decided_by"] == request.user.pk)
    )
    return show(
        request,
        "web/changes/change.html",
        title=_("Change %(number)s: %(kind)s") % {"number": change_id, "kind": words.kind_title(found["kind"])},
        here="registration",
        above=above(_("Changes of the record"), "web:changes"),
        status=status,
        change=found,
        state=f"change_{found['state']}",
        person=person,
        name=words.full_name(person),
        asked_by=name_of_officer(found["opened_by"]) or str(words.CHANNELS.get(found["channel"], found["channel"])),
        decided_by=name_of_officer(found["decided_by"]),
        reversed_by=name_of_officer(found["reversed_by"]),
        evidence=[words.evidence_title(code) for code in found["evidence"]],
        lines=[_line(line) for line in preview.lines],
        before=[_member(row) for row in preview.members_before],
        after=[_member(row) for row in preview.members_after],
        touches=[(each.what.in_language(language), each.follows.in_language(language)) for each in preview.touches],
        areas=[reference.area_name(code, language) for code in preview.areas],
        would_refuse=refusal_sentence(preview.refused) if preview.refused else "",
        stale=preview.stale,
        stops=refusal_sentence(stops) if stops else "",
        own=own,
        approves=approves,
        takes_back=takes_back,
        never_back=refusal_sentence(NOT_REVERSIBLE.because())
        if found["state"] == "applied" and kind is not None and not kind.reversible
        else "",
        may_open=may(request, "casework.open"),
        form=form,
        kind=kind,
        problems=[("", refusal_sentence(refused))] if refused else problems(form) if form.is_bound else [],
    )
