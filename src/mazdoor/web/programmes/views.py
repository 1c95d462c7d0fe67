"""The list of programmes, and one programme: its rule in words, its values, who qualifies, and its money."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mazdoor.delivery.assessment import selectors as assessment
from mazdoor.delivery.assessment.policies import policy_set
from mazdoor.delivery.enrolment import selectors as enrolment
from mazdoor.delivery.payments import selectors as payments
from mazdoor.web import formats
from mazdoor.web.permits import may, needs
from mazdoor.web.programmes import words
from mazdoor.web.shell import above, asked_file, show
from mazdoor.web.tables import Column, Table


def _live() -> dict[str, dict[str, int]]:
    """Live enrolments and what a cycle of them costs, by programme."""
    found: dict[str, dict[str, int]] = {}
    for row in enrolment.counts_by_programme():
        if row["state"] == "enrolled":
            found[row["programme_code"]] = {"count": row["count"], "amount": int(row["cycle_amount"])}
    return found


@require_GET
@needs("assessment.read")
def programmes(request: HttpRequest) -> HttpResponse:
    """All programmes of the policies in force: those the register is assessed for, and law that can be read and tried."""
    live = _live()
    everything = words.programmes()
    table = Table(
        name="programmes",
        caption=_("Programmes the register is assessed for"),
        columns=[
            Column(
                _("Programme"), lambda p: p.title, head=True, link=lambda p: reverse("web:programme", args=[p.code])
            ),
            Column(_("Is for a"), lambda p: _unit(p.unit)),
            Column(_("Is paid"), lambda p: _cycle(p.cycle)),
            Column(_("Beneficiaries"), lambda p: live.get(p.code, {}).get("count", 0), "number"),
            Column(_("Cost of a cycle (Rs)"), lambda p: live.get(p.code, {}).get("amount", 0), "money"),
        ],
        rows=[each for each in everything if not each.why_not],
    )
    law = Table(
        name="law",
        caption=_("Law that can be read, and tried with facts"),
        note=_("the register does not hold what it speaks of"),
        columns=[
            Column(_("Law"), lambda p: p.title, head=True, link=lambda p: reverse("web:programme", args=[p.code])),
            Column(_("Is for a"), lambda p: _unit(p.unit)),
            Column(_("Why nobody on the register is assessed by it"), lambda p: p.why_not),
        ],
        rows=[each for each in everything if each.why_not],
    )
    if file := asked_file(request, table, law):
        return file
    return show(
        request,
        "web/programmes/list.html",
        title=_("Programmes"),
        here="assessment",
        table=table,
        law=law,
        may_read_drafts=may(request, "deliberation.read"),
    )


def _unit(unit: str) -> str:
    named = {"person": _("person"), "family": _("family"), "household": _("household")}
    return named.get(unit) or policy_set().entities[unit].title.in_language(formats.language())


def _cycle(cycle: str) -> str:
    return {"once": _("once"), "month": _("every month"), "quarter": _("every quarter"), "year": _("every year")}[cycle]


def _reasons(code: str) -> Table:
    return Table(
        name="why-not",
        caption=_("Why not: the clauses that decided"),
        columns=[
            Column(
                _("Clause"),
                lambda r: words.clause_title(code, r["clause"]) if r["clause"] else _("not named"),
                head=True,
            ),
            Column(_("Decision"), lambda r: f"decision_{r['decision']}", "state"),
            Column(_("How many"), lambda r: r["count"], "number"),
        ],
        rows=enrolment.clause_counts(programme_code=code),
    )


def _values(programme: Any) -> Table:
    return Table(
        name="values",
        caption=_("Values the rule reads"),
        note=_("each with the day it applies from"),
        columns=[
            Column(_("Value"), lambda v: v.title, head=True),
            Column(_("For"), lambda v: v.key),
            Column(_("Is"), lambda v: v.value, "code"),
            Column(_("From"), lambda v: v.valid_from, "day"),
            Column(_("Provision"), lambda v: v.provision),
            Column(_("Source"), lambda v: v.source),
            Column(_("How far checked"), lambda v: v.verified, "state"),
        ],
        rows=words.values_of(programme),
    )


def _money(code: str) -> Table:
    stands = payments.count_by_state(programme_code=code)
    return Table(
        name="money",
        caption=_("Money"),
        note=_("amounts in rupees"),
        columns=[
            Column(_("Where it stands"), lambda r: r[0], "state", head=True),
            Column(_("Payments"), lambda r: r[1], "number"),
            Column(_("Amount"), lambda r: r[2], "money"),
        ],
        rows=[(state, *stands[state]) for state in sorted(stands)],
    )


@require_GET
@needs("assessment.read")
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """One programme."""
    found = words.find(code)
    if found is None:
        raise Http404
    language = formats.language()
    reasons, values = _reasons(code), _values(found)
    money = _money(code) if may(request, "payments.read") else None
    if file := asked_file(request, *(table for table in (reasons, values, money) if table)):
        return file
    run = assessment.newest_run(programme_code=code)
    why_not = assessment.why_not_assessable(programme_code=code)
    return show(
        request,
        "web/programmes/programme.html",
        title=found.title.in_language(language),
        here="assessment",
        above=above(_("Programmes"), "web:programmes"),
        programme=found,
        may_try=why_not is None and may(request, "deliberation.try"),
        why_not=why_not.in_language(language) if why_not else "",
        unit=_unit(found.unit),
        cycle=_cycle(found.cycle),
        rule=words.rule_of(found),
        rule_hash=policy_set().content_hash(code),
        amount_title=found.amount_title.in_language(language),
        appeal=found.appeal.in_language(language),
        decisions=enrolment.decision_counts(programme_code=code),
        live=_live().get(code),
        run=run,
        reasons=reasons,
        values=values,
        money=money,
    )
