"""How the register is compared: whether it goes on now, earlier runs, what the lines cost and who said so."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from mazdoor.delivery.deduplication import selectors as deduplication
from mazdoor.delivery.deduplication import services
from mazdoor.delivery.deduplication.selectors import Lines
from mazdoor.delivery.reporting.charts import Bar, bars
from mazdoor.delivery.reporting.figures import Figure, count_text
from mazdoor.matching.thresholds import Point
from mazdoor.web import formats
from mazdoor.web.duplicates.pages import show_here, tried
from mazdoor.web.permits import may, needs
from mazdoor.web.shell import asked_file, kept_refusal
from mazdoor.web.tables import Column, Table

MOST_BARS = 14
"""Thresholds drawn: around the cheapest one."""
STEPS: dict[str, Promise] = {
    "read": gettext_lazy("The records are read."),
    "prepare": gettext_lazy("Names are taken apart."),
    "chance": gettext_lazy("What strangers share by chance is counted."),
    "lay out": gettext_lazy("What strangers share by chance is counted."),
    "train": gettext_lazy("What one person's records share is learnt."),
    "block": gettext_lazy("Records that may be one person are brought together."),
    "score": gettext_lazy("Pairs are weighed."),
    "labels": gettext_lazy("The decisions of officers are learnt from."),
    "write": gettext_lazy("The pairs are written down."),
    "queue": gettext_lazy("The pairs are put into the queue."),
    "done": gettext_lazy("The pairs are put into the queue."),
}
COSTS: dict[str, Promise] = {
    "cost_false_merge": gettext_lazy("Two persons taken for one"),
    "cost_missed": gettext_lazy("One person left as two"),
    "cost_look": gettext_lazy("An officer looks at a pair"),
    "review_share": gettext_lazy("Share of new records that officers are asked to look at"),
    "review_least": gettext_lazy("Pairs of a run that officers look at in any case"),
}
WHO: dict[str, Promise] = {"the makers of Mazdoor": gettext_lazy("the makers of Mazdoor")}
MARKS: dict[str, Promise] = {"own choice": gettext_lazy("own choice of the product, decided by no office")}


def step(code: str) -> str:
    """What a run is at, in words."""
    return str(STEPS.get(code, ""))


@require_GET
@needs("deduplication.read")
def comparing(request: HttpRequest) -> HttpResponse:
    """Everything about how records are compared."""
    return _page(request)


def _page(request: HttpRequest, *, refused: str = "") -> HttpResponse:
    runs, costs = deduplication.recent_runs(), deduplication.lines()
    table, told = _runs_table(runs), _costs_table(costs)
    curve = _curve_table(costs)
    if file := asked_file(request, table, told, curve):
        return file
    work = deduplication.find_comparison()
    return show_here(
        request,
        "comparing",
        title=_("How records are compared"),
        work=work,
        step=step(work.step) if work else "",
        last=deduplication.last_run(),
        broken=runs[0] if runs and runs[0]["state"] == "failed" else None,
        learning=deduplication.learning(),
        lines=costs,
        table=table,
        told=told,
        curve=curve,
        figure=_figure(costs) if costs.curve else None,
        may_decide=may(request, "deduplication.decide"),
        refused=refused,
    )


@require_GET
@needs("deduplication.read")
def progress(request: HttpRequest) -> HttpResponse:
    """How far it is, for the page to ask again and again; once it has ended, the page comes anew."""
    work = deduplication.find_comparison()
    response = render(
        request, "web/duplicates/comparing_progress.html", {"work": work, "step": step(work.step) if work else ""}
    )
    if work is None:
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
@needs("deduplication.decide")
def compare_now(request: HttpRequest) -> HttpResponse:
    """Have whoever is new compared behind the page."""
    asked, refused = tried(services.ask_comparison)
    if refused:
        return _page(request, refused=refused)
    messages.success(
        request,
        _("It is compared behind; you may leave this page.")
        if asked
        else _("That goes on already, or waits for its turn."),
    )
    return redirect("web:comparing")


def _runs_table(rows: list[dict[str, Any]]) -> Table:
    return Table(
        name="runs",
        caption=_("Comparisons"),
        note=_("the newest first"),
        columns=[
            Column(_("Begun"), lambda r: r["started_at"], "moment", head=True),
            Column(_("State"), lambda r: f"match_run_{r['state']}", "state"),
            Column(_("Compared"), lambda r: _("all with all") if r["everything"] else _("who is new, with all")),
            Column(_("Records"), lambda r: r["records"], "number"),
            Column(_("New among them"), lambda r: r["new_records"], "number"),
            Column(_("Pairs queued"), lambda r: r["queued"], "number"),
            Column(_("Model"), lambda r: _("learnt anew") if r["learnt"] else _("as before")),
            Column(_("Decisions learnt from"), lambda r: r["labels"], "number"),
            Column(_("Broke off with"), lambda r: _broke_off(r["error"])),
        ],
        rows=rows,
    )


def _broke_off(error: str) -> str:
    if not error:
        return formats.NOTHING
    if error == "killed":
        return _("its process ended")
    return kept_refusal(error, {}) or error


def _costs_table(costs: Lines) -> Table:
    return Table(
        name="costs",
        caption=_("What draws the lines"),
        columns=[
            Column(_("What"), lambda c: str(COSTS[c["name"]]), head=True),
            Column(
                _("Value"),
                lambda c: f"{c['value'] * 100:g}%" if c["name"] == "review_share" else f"{c['value']:g}",
                "code",
            ),
            Column(_("Since"), lambda c: c["valid_from"], "day"),
            Column(_("Who decided"), lambda c: str(WHO.get(c["by"], c["by"]))),
            Column(_("How firm it is"), lambda c: str(MARKS.get(c.get("mark", ""), c.get("mark", formats.NOTHING)))),
            Column(_("Why"), lambda c: (formats.language() == "ur" and c.get("why_ur")) or c["why"]),
        ],
        rows=list(costs.costs.values()),
    )


def _shown(costs: Lines) -> list[Point]:
    """What is merged from each whole bit on, lowest first, around the cheapest."""
    points = sorted(costs.curve, key=lambda point: point.threshold)
    if not points:
        return []
    whole = [
        replace(next(point for point in points if point.threshold >= bits), threshold=float(bits))
        for bits in range(math.ceil(points[0].threshold), math.floor(points[-1].threshold) + 1)
    ]
    cheapest = min(range(len(whole)), key=lambda place: whole[place].expected_cost, default=0)
    start = max(0, min(cheapest - MOST_BARS // 2, len(whole) - MOST_BARS))
    return whole[start : start + MOST_BARS]


def _curve_table(costs: Lines) -> Table:
    return Table(
        name="cost-curve",
        caption=_("Expected cost of one line, nobody looking"),
        note=_("in pairs looked at; from the newest comparison of all with all"),
        columns=[
            Column(_("Line (bits)"), lambda p: f"{p.threshold:g}", "code", head=True),
            Column(_("Pairs above it"), lambda p: p.pairs, "number"),
            Column(_("One person (expected)"), lambda p: round(p.expected_right), "number"),
            Column(_("Cost (expected)"), lambda p: round(p.expected_cost), "number"),
        ],
        rows=_shown(costs),
    )


def _figure(costs: Lines) -> Figure:
    language = formats.language()
    shown = _shown(costs)
    cheapest = min(costs.curve, key=lambda point: point.expected_cost)
    said = ngettext(
        "With one line only and nobody looking, %(bits)s bits would cost least: as much as looking at %(cost)s pair.",
        "With one line only and nobody looking, %(bits)s bits would cost least: as much as looking at %(cost)s pairs.",
        round(cheapest.expected_cost),
    ) % {"bits": f"{cheapest.threshold:g}", "cost": count_text(round(cheapest.expected_cost), language)}
    title = _("What a line would cost")
    data = [
        Bar(
            f"{point.threshold:g}",
            Decimal(round(point.expected_cost)),
            count_text(round(point.expected_cost), language),
        )
        for point in shown
    ]
    return Figure(
        svg=bars(data=data, name="cost-curve", title=title, sentence=said, language=language),
        title=title,
        sentence=said,
        columns=[],
        rows=[],
    )
