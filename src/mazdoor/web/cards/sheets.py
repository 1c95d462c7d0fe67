"""Sheets of cards for an office: asked for here, made behind the page, fetched in portions when they are ready."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mazdoor.interfaces.credentials import selectors as credentials
from mazdoor.interfaces.credentials import sheets
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.cards.forms import OfficeForm
from mazdoor.web.forms import problems
from mazdoor.web.permits import needs
from mazdoor.web.shell import above, kept_refusal, show
from mazdoor.web.tables import Column, Table

STATES = {
    "asked": gettext_lazy("being made"),
    "ready": gettext_lazy("ready"),
    "empty": gettext_lazy("nothing to print"),
    "cleared": gettext_lazy("cleared away"),
}


@require_http_methods(["GET", "POST"])
@needs("credentials.issue")
def office(request: HttpRequest) -> HttpResponse:
    """First cards for the people of an area who have none, or those of today once more: asked for, and what was asked."""
    form = OfficeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = sheets.ask_for_sheets(
            area_code=form.cleaned_data["area_code"],
            again=form.cleaned_data["what"] == "again",
            most=form.cleaned_data["count"],
        )
        return redirect("web:card-sheets", number)
    return show(
        request,
        "web/cards/office.html",
        title=_("Cards for an area"),
        here="registration",
        above=above(_("Registry"), "web:registry"),
        status=422 if form.errors else 200,
        form=form,
        asked=_asked_table(sheets.list_sheets()),
        batches=Table(
            name="card-batches",
            caption=_("Cards made lately"),
            columns=[
                Column(_("Day"), lambda b: b["issued_on"], "day", head=True),
                Column(_("Cards made"), lambda b: b["made"], "number"),
                Column(_("Still live"), lambda b: b["live"], "number"),
            ],
            rows=credentials.batches(limit=20),
        ),
        problems=problems(form) if form.errors else [],
    )


def _asked_table(rows: list[sheets.SheetsRow]) -> Table:
    language = formats.language()
    return Table(
        name="card-sheets",
        caption=_("Sheets asked for"),
        columns=[
            Column(
                _("Number"),
                lambda r: r.sheets_id,
                "code",
                head=True,
                link=lambda r: reverse("web:card-sheets", args=[r.sheets_id]),
            ),
            Column(_("Area"), lambda r: reference.area_name(r.area_code, language)),
            Column(_("Asked for"), lambda r: r.asked_at, "moment"),
            Column(_("Cards"), lambda r: r.cards, "number"),
            Column(_("State"), lambda r: STATES[r.state]),
        ],
        rows=rows,
    )


@require_GET
@needs("credentials.issue")
def page(request: HttpRequest, sheets_id: int) -> HttpResponse:
    """One set of sheets: how far it is, and the portions that are ready."""
    return show(
        request,
        "web/cards/sheets.html",
        title=_("Sheets %(number)s") % {"number": sheets_id},
        here="registration",
        above=above(_("Cards for an area"), "web:card-office"),
        **_standing(sheets_id),
    )


def _standing(sheets_id: int) -> dict[str, Any]:
    row = sheets.get_sheets(sheets_id=sheets_id)
    work = sheets.find_work(sheets_id=sheets_id) if row.state == "asked" else None
    return {
        "row": row,
        "area": reference.area_name(row.area_code, formats.language()),
        "state": STATES[row.state],
        "work": work,
        "refused": _refused(work) if work is not None else "",
        "portions": [
            {
                "portion": portion,
                "first": portion * sheets.PORTION + 1,
                "last": min((portion + 1) * sheets.PORTION, row.cards),
            }
            for portion in sheets.portions_ready(sheets_id=sheets_id)
        ],
    }


def _refused(work: sheets.Underway) -> str:
    if not work.error:
        return ""
    return kept_refusal(work.error, work.details) or _(
        "It was stopped by an error (%(kind)s), which is in the log. Nothing is lost: ask for it once more."
    ) % {"kind": work.error}


@require_GET
@needs("credentials.issue")
def progress(request: HttpRequest, sheets_id: int) -> HttpResponse:
    """How far it is, for the page to ask again and again; once it has ended, the page comes anew."""
    context = _standing(sheets_id)
    response = render(request, "web/cards/progress.html", context)
    if not (context["work"] and context["work"].under_way):
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
@needs("credentials.issue")
def fetch(request: HttpRequest, sheets_id: int, portion: int) -> HttpResponse:
    """One portion as a file; it is journaled, so it is a POST."""
    response = HttpResponse(sheets.fetch_portion(sheets_id=sheets_id, portion=portion), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="cards-{sheets_id}-{portion + 1}.pdf"'
    return response
