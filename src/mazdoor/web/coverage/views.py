"""Coverage: registered against estimated informal workers, as map, bars and tables, with who is left out.

Maps and bars are drawn by the ``reporting`` room as SVG, each with its sentence and its numbers. A day's figures never
change once computed, so a drawing is kept for as long as its run is the newest.
"""

from collections.abc import Callable

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mazdoor.delivery.reporting import charts, maps, words
from mazdoor.delivery.reporting import selectors as reporting
from mazdoor.delivery.reporting.figures import Figure
from mazdoor.delivery.reporting.selectors import CoverageRow, GapRow
from mazdoor.web import formats
from mazdoor.web.permits import needs
from mazdoor.web.shell import asked_file, show
from mazdoor.web.tables import Column, Table

HOUR = 3600


def kept(key: str, draw: Callable[[], Figure]) -> Figure:
    """A drawing from the cache, drawn when it is not there."""
    found = cache.get(key)
    if isinstance(found, Figure):
        return found
    figure = draw()
    cache.set(key, figure, HOUR)
    return figure


@require_GET
@needs("reporting.read")
def coverage(request: HttpRequest) -> HttpResponse:
    """The page. ``?by=`` picks the breakdown of bars and table."""
    run = reporting.find_latest()
    title = _("Coverage")
    if run is None:
        return show(request, "web/coverage/none.html", title=title, here="reporting")
    language = formats.language()
    by = request.GET.get("by", "province")
    if by not in reporting.COVERAGE_BREAKDOWNS:
        by = "province"
    table = _coverage_table(reporting.coverage(by=by, run=run, language=language), by)
    gap_table = _gap_table(reporting.gaps(run=run, language=language))
    if file := asked_file(request, table, gap_table):
        return file
    drawn = f"{run.pk}:{language}"
    drawn_by = by if by not in ("total", "district", "province_sex") else "province"
    return show(
        request,
        "web/coverage/coverage.html",
        title=title,
        here="reporting",
        run=run,
        total=(total := reporting.coverage(by="total", run=run, language=language)[0]),
        share=_fraction(total),
        breakdowns=[(code, words.BREAKDOWNS[code].in_language(language)) for code in reporting.COVERAGE_BREAKDOWNS],
        by=by,
        table=table,
        gap_table=gap_table,
        map=kept(f"map:{drawn}", lambda: maps.coverage_map(run=run, language=language)),
        bars=kept(f"bars:{drawn_by}:{drawn}", lambda: charts.coverage_chart(by=drawn_by, run=run, language=language)),
        gaps=kept(f"gaps:{drawn}", lambda: charts.gaps_chart(run=run, language=language)),
    )


def _fraction(row: CoverageRow) -> float | None:
    """The share as a fraction of one."""
    return float(row.share) / 100 if row.share is not None else None


def _coverage_table(rows: list[CoverageRow], by: str) -> Table:
    language = formats.language()
    return Table(
        name=f"coverage-by-{by.replace('_', '-')}",
        caption=_("Registered against estimated informal workers"),
        columns=[
            Column(words.BREAKDOWNS[by].in_language(language), lambda r: r.name, head=True),
            Column(_("Registered"), lambda r: r.registered, "number"),
            Column(_("Estimated"), lambda r: r.estimated, "number"),
            Column(_("Share"), _fraction, "share"),
            Column(_("Estimate is"), lambda r: charts.BASIS[r.basis].in_language(language)),
            Column(_("Where it comes from"), lambda r: r.source),
        ],
        rows=rows,
    )


def _gap_table(gaps: list[GapRow]) -> Table:
    return Table(
        name="who-is-left-out",
        caption=_("Who is left out"),
        note=_("among registered workers"),
        columns=[
            Column(_("What is missing"), lambda g: g.name, head=True),
            Column(_("What it means"), lambda g: g.meaning),
            Column(_("Workers"), lambda g: g.people, "number"),
            Column(_("Of"), lambda g: g.of, "number"),
            Column(_("Share"), lambda g: g.people / g.of if g.people is not None and g.of else None, "share"),
        ],
        rows=gaps,
    )
