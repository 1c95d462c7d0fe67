"""Accepting many pairs at once: asked for by one officer, bounded by a sample, confirmed by another, and undone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mazdoor.delivery.deduplication import selectors as deduplication
from mazdoor.delivery.deduplication import services
from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.duplicates import side, words
from mazdoor.web.duplicates.forms import BulkForm, UndoForm
from mazdoor.web.forms import problems
from mazdoor.web.officers import get_officer
from mazdoor.web.permits import may, needs
from mazdoor.web.shell import above, asked_file, kept_refusal, refusal_sentence, show
from mazdoor.web.tables import Column, Table


@require_http_methods(["GET", "POST"])
@needs("deduplication.decide")
def bulks(request: HttpRequest) -> HttpResponse:
    """Every acceptance of the officer's area, and the form that asks for one."""
    officer = get_officer(request)
    form = BulkForm(request.POST or None, areas=words.areas(officer.areas))
    refused = ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with transaction.atomic():
                number = services.ask_bulk(
                    weight_from=said["weight_from"], area_code=said["area"], reason=said["reason"]
                )
        except Refusal as refusal:
            refused = refusal_sentence(refusal)
        else:
            return redirect("web:bulk", number)
    table = _table(deduplication.bulks())
    if file := asked_file(request, table):
        return file
    return show(
        request,
        "web/duplicates/bulks.html",
        title=_("Accept many at once"),
        here="deduplication",
        above=above(_("Duplicates"), "web:duplicates"),
        table=table,
        form=form,
        problems=problems(form) if form.is_bound else [],
        refused=refused,
        status=422 if refused or form.errors else 200,
    )


def _table(rows: list[dict[str, Any]]) -> Table:
    language = formats.language()
    return Table(
        name="bulks",
        caption=_("Acceptances"),
        note=_("the newest first"),
        columns=[
            Column(
                _("Number"),
                lambda b: b["bulk_id"],
                "code",
                head=True,
                link=lambda b: reverse("web:bulk", args=[b["bulk_id"]]),
            ),
            Column(_("State"), lambda b: f"bulk_{b['state']}", "state"),
            Column(_("From weight (bits)"), lambda b: f"{b['weight_from']:.1f}", "code"),
            Column(
                _("Where"),
                lambda b: reference.area_name(b["area_code"], language) if b["area_code"] else _("everywhere"),
            ),
            Column(_("Pairs"), lambda b: b["pairs"], "number"),
            Column(_("Sample"), lambda b: b["sample_size"], "number"),
            Column(_("Wrong"), lambda b: b["wrong"], "number"),
            Column(_("At most wrong (share)"), lambda b: _share(b["bound"])),
            Column(_("Asked"), lambda b: b["asked_at"], "day"),
        ],
        rows=rows,
    )


def _share(value: float | None) -> str:
    return formats.NOTHING if value is None else f"{value * 100:.2f} %"


@require_GET
@needs("deduplication.decide")
def bulk(request: HttpRequest, bulk_id: int) -> HttpResponse:
    """One acceptance: where it stands, and what is to be done next."""
    return _page(request, bulk_id)


@require_GET
@needs("deduplication.decide")
def progress(request: HttpRequest, bulk_id: int) -> HttpResponse:
    """How far the merging or undoing is, for the page to ask again and again; once it has ended, the page comes anew."""
    work = deduplication.find_bulk_work(_found(bulk_id))
    response = render(request, "web/duplicates/progress.html", {"work": work, "bulk_id": bulk_id})
    if not (work and work.under_way):
        response.headers["HX-Refresh"] = "true"
    return response


def _found(bulk_id: int) -> dict[str, Any]:
    found = deduplication.get_bulk(bulk_id=bulk_id)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, bulk_id: int, *, refused: str = "", status: int = 200) -> HttpResponse:
    found = _found(bulk_id)
    work = deduplication.find_bulk_work(found)
    next_pair = deduplication.next_sampled(bulk_id=bulk_id)
    pair = deduplication.get_pair(pair_id=next_pair) if next_pair is not None else None
    return show(
        request,
        "web/duplicates/bulk.html",
        title=_("Acceptance %(number)s") % {"number": bulk_id},
        here="deduplication",
        above=above(_("Accept many at once"), "web:bulks"),
        status=status,
        bulk=found,
        bound=_share(found["bound"]),
        limit=_share(found["error_limit"]),
        confidence=_share(found["confidence"]),
        mine=get_officer(request).pk == found["asked_by"],
        pair=pair,
        rows=side.rows([pair.person_a, pair.person_b]) if pair else [],
        lines=side.lines(pair) if pair else [],
        chart=side.chart(pair) if pair else "",
        decides=may(request, "deduplication.decide"),
        undo=UndoForm(),
        work=work,
        stopped=kept_refusal(work.error, work.details) if work else "",
        refused=refused,
    )


@require_POST
@needs("deduplication.decide")
def act(request: HttpRequest, bulk_id: int) -> HttpResponse:
    """Decide the pair of the sample that is shown, confirm, call off or undo: one button each."""
    what = request.POST.get("act", "")
    try:
        with transaction.atomic():
            if what == "confirm":
                services.confirm_bulk(bulk_id=bulk_id)
                messages.success(request, _("Confirmed. The pairs are joined behind; you may leave this page."))
            elif what == "go_on":
                services.go_on_with_bulk(bulk_id=bulk_id)
            elif what == "call_off":
                services.refuse_bulk(bulk_id=bulk_id)
                messages.success(request, _("Called off. What was decided of the sample stays decided."))
            elif what == "undo":
                services.undo_bulk(bulk_id=bulk_id, reason=request.POST.get("reason", ""))
                messages.success(request, _("The pairs are parted behind; you may leave this page."))
            elif request.POST.get("pair_id", "").isdigit():
                services.decide_sampled(bulk_id=bulk_id, pair_id=int(request.POST["pair_id"]), decision=what)
    except Refusal as refusal:
        return _page(request, bulk_id, refused=refusal_sentence(refusal), status=409)
    return redirect("web:bulk", bulk_id)
