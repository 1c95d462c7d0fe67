"""Accepting many pairs at once: asked for by one officer, bounded by a sample, confirmed by another, and undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mazdoor.delivery.deduplication import selectors as deduplication
from mazdoor.delivery.deduplication import services
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.duplicates import side, words
from mazdoor.web.duplicates.forms import BulkForm, UndoManyForm
from mazdoor.web.duplicates.pages import show_here, tried
from mazdoor.web.forms import problems
from mazdoor.web.officers import get_officer
from mazdoor.web.permits import may, needs
from mazdoor.web.shell import asked_file, kept_refusal
from mazdoor.web.tables import Column, Table


@require_http_methods(["GET", "POST"])
@needs("deduplication.decide")
def bulks(request: HttpRequest) -> HttpResponse:
    """Every acceptance of the officer's area, and the form that asks for one."""
    form = BulkForm(request.POST or None, areas=words.areas(get_officer(request).areas))
    refused = ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        number, refused = tried(
            lambda: services.ask_bulk(weight_from=said["weight_from"], area_code=said["area"], reason=said["reason"])
        )
        if number is not None:
            return redirect("web:bulk", number)
    table = _table(deduplication.bulks())
    if file := asked_file(request, table):
        return file
    return show_here(
        request,
        "bulks",
        title=_("Accept many at once"),
        table=table,
        form=form,
        problems=problems(form) if form.is_bound else [],
        refused=refused,
        status=422 if form.errors else 200,
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
    """In hundredths of a per cent: limits are as small as that."""
    return formats.NOTHING if value is None else f"{value * 100:.2f}%"


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


def _page(request: HttpRequest, bulk_id: int, *, refused: str = "") -> HttpResponse:
    found = _found(bulk_id)
    work = deduplication.find_bulk_work(found)
    next_pair = deduplication.next_sampled(bulk_id=bulk_id)
    pair = deduplication.get_pair(pair_id=next_pair) if next_pair is not None else None
    return show_here(
        request,
        "bulk",
        up="web:bulks",
        title=_("Acceptance %(number)s") % {"number": bulk_id},
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
        undo=UndoManyForm(),
        work=work,
        stopped=kept_refusal(work.error, work.details) if work else "",
        refused=refused,
    )


@require_POST
@needs("deduplication.decide")
def work_on(request: HttpRequest, bulk_id: int) -> HttpResponse:
    """Decide the pair of the sample that is shown, confirm, call off, undo or go on: one button each."""
    what = request.POST.get("act", "")
    pair_id = request.POST.get("pair_id", "")
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "confirm": (
            lambda: services.confirm_bulk(bulk_id=bulk_id),
            _("Confirmed. The pairs are joined behind; you may leave this page."),
        ),
        "call_off": (
            lambda: services.refuse_bulk(bulk_id=bulk_id),
            _("Called off. What was decided of the sample stays decided."),
        ),
        "undo": (
            lambda: services.undo_bulk(bulk_id=bulk_id, reason=request.POST.get("reason", "")),
            _("The pairs are parted behind; you may leave this page."),
        ),
        "go_on": (lambda: services.go_on_with_bulk(bulk_id=bulk_id), ""),
    }
    if what in acts:
        act, told = acts[what]
    elif pair_id.isdigit():
        act, told = lambda: services.decide_sampled(bulk_id=bulk_id, pair_id=int(pair_id), decision=what), ""
    else:
        return redirect("web:bulk", bulk_id)
    _done, refused = tried(act)
    if refused:
        return _page(request, bulk_id, refused=refused)
    if told:
        messages.success(request, told)
    return redirect("web:bulk", bulk_id)
