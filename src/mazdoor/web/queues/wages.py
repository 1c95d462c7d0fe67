"""Wages: who is paid under the legal minimum, by area, to the paisa."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mazdoor.delivery.reporting import charts
from mazdoor.delivery.reporting.figures import Figure
from mazdoor.delivery.wages import selectors as wages
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.permits import needs
from mazdoor.web.shell import asked_file, show
from mazdoor.web.tables import Column, Table

LEVELS = {"province": 3, "district": 5}


def _table(rows: Sequence[Mapping[str, Any]], level: str) -> Table:
    language = formats.language()
    return Table(
        name=f"under-the-minimum-by-{level}",
        caption=_("Paid under the minimum wage"),
        columns=[
            Column(_("Area"), lambda r: reference.area_name(r["area"], language), head=True),
            Column(_("Workers"), lambda r: r["workers"], "number"),
            Column(_("Missing (Rs)"), lambda r: int(r["missing"]), "money"),
            Column(_("Missing for each worker (Rs)"), lambda r: int(r["missing"]) // r["workers"], "money"),
        ],
        rows=rows,
    )


@require_GET
@needs("wages.read")
def page(request: HttpRequest) -> HttpResponse:
    """Shortfalls of the officer's areas, by province or district."""
    level = request.GET.get("by", "province")
    rows = wages.shortfalls_by_area(length=LEVELS.get(level, 3))
    table = _table(rows, level if level in LEVELS else "province")
    if file := asked_file(request, table):
        return file
    language = formats.language()
    most = sorted(rows, key=lambda row: -row["workers"])[:15]
    title = _("Workers paid under the minimum, by area")
    sentence = _("The bars show in which areas most workers are paid under the minimum.")
    drawing = charts.bars(
        data=[
            charts.Bar(reference.area_name(row["area"], language), Decimal(row["workers"]), f"{row['workers']:,}")
            for row in most
        ],
        name="under-the-minimum",
        title=title,
        sentence=sentence,
        language=language,
    )
    return show(
        request,
        "web/queues/wages.html",
        title=_("Wages against the minimum"),
        here="wages",
        table=table,
        check=wages.last_check(),
        figure=Figure(svg=drawing, title=title, sentence=sentence, columns=[], rows=[]) if most else None,
        by=level,
    )
