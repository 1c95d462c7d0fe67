"""The queue of clusters, one cluster side by side, and the acts on it."""

from __future__ import annotations

from string import ascii_uppercase
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mazdoor.delivery.deduplication import selectors as deduplication
from mazdoor.delivery.deduplication import services
from mazdoor.delivery.deduplication.selectors import ClusterSideBySide, PairSideBySide, QueuedCluster, QueuedPair
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.duplicates import histories, side, words
from mazdoor.web.duplicates.forms import DecisionForm, UndoForm
from mazdoor.web.duplicates.pages import show_here, tried
from mazdoor.web.forms import problems
from mazdoor.web.officers import get_officer
from mazdoor.web.permits import may, needs
from mazdoor.web.shell import asked_file, show
from mazdoor.web.tables import Column, Table

PAGE = 50
ALMOST_SURE = 0.9999
"""No sum of fields is ever said to be certain."""
OPEN = ("queued", "proposed")
"""Undecided: a strong pair in one of these holds money up."""
STATES = ("proposed", "cannot_tell", "fraud")
"""What can be listed beside the queue itself."""


def _places(codes: tuple[str, ...]) -> str:
    language = formats.language()
    return _(", ").join(dict.fromkeys(reference.area_name(code[:5], language) for code in codes))


def _queue_table(rows: list[QueuedCluster]) -> Table:
    return Table(
        name="clusters",
        caption=_("Records that may be one person"),
        note=_("the heaviest first"),
        columns=[
            Column(
                _("Records"),
                lambda c: " / ".join(c.names),
                head=True,
                link=lambda c: reverse("web:pair", args=[c.pair_id]),
            ),
            Column(_("How many"), lambda c: c.records, "number"),
            Column(_("Weight (bits)"), lambda c: f"{c.weight:.1f}", "code"),
            Column(_("Chance of one person"), lambda c: min(c.probability, ALMOST_SURE), "share"),
            Column(_("Money waits"), lambda c: _("yes") if c.strong else _("no")),
            Column(_("What stands out"), lambda c: _(", ").join(words.remarks(c))),
            Column(_("Live in"), lambda c: _places(c.areas)),
            Column(_("Found"), lambda c: c.found_at, "day"),
        ],
        rows=rows,
    )


def _pairs_table(rows: list[QueuedPair]) -> Table:
    return Table(
        name="pairs",
        caption=_("Pairs"),
        note=_("the heaviest first"),
        columns=[
            Column(
                _("Pair"),
                lambda p: f"{p.name_a} / {p.name_b}",
                head=True,
                link=lambda p: reverse("web:pair", args=[p.pair_id]),
            ),
            Column(_("Weight (bits)"), lambda p: f"{p.weight:.1f}", "code"),
            Column(_("State"), lambda p: p.state, "state"),
            Column(_("Live in"), lambda p: _places((p.area_a, p.area_b))),
            Column(_("Found"), lambda p: p.found_at, "day"),
        ],
        rows=rows,
    )


@require_GET
@needs("deduplication.read")
def queue(request: HttpRequest) -> HttpResponse:
    """Clusters that wait for a person, heaviest first; pairs of another state where one is asked for."""
    language = formats.language()
    state = request.GET.get("state", "")
    area = request.GET.get("area", "")
    area = area if area and reference.find_area(area) is not None else ""
    counts = deduplication.count_by_state()
    if state in STATES:
        pages = Paginator(range(counts[state]), PAGE)
        page = pages.get_page(request.GET.get("page"))
        table = _pairs_table(
            deduplication.queue(
                state=state, areas=[area] if area else None, limit=PAGE, offset=(page.number - 1) * PAGE
            )
        )
    else:
        pages = Paginator(range(deduplication.count_clusters(area=area)), PAGE)
        page = pages.get_page(request.GET.get("page"))
        table = _queue_table(
            deduplication.clusters(area=area, language=language, limit=PAGE, offset=(page.number - 1) * PAGE)
        )
    if file := asked_file(request, table):
        return file
    return show(
        request,
        "web/duplicates/queue.html",
        title=_("Duplicates"),
        here="deduplication",
        table=table,
        page=page,
        counts=counts,
        run=deduplication.last_run(),
        work=deduplication.find_comparison(),
        states=[("", _("to be decided")), *((code, words.state(code)) for code in STATES)],
        state=state if state in STATES else "",
        area=area,
        areas=words.areas(get_officer(request).areas),
        may_decide=may(request, "deduplication.decide"),
        households=len(deduplication.household_pairs()),
        two_homes=len(deduplication.in_two_households()),
    )


def _cluster_page(
    request: HttpRequest, pair_id: int, form: DecisionForm | None = None, *, refused: str = "", status: int = 200
) -> HttpResponse:
    cluster = deduplication.get_cluster(pair_id=pair_id)
    letters = _letters(cluster)
    decides = may(request, "deduplication.decide") and any(pair.can_become for pair in cluster.pairs)
    form = form or DecisionForm(cluster=cluster, letters=letters)
    return show_here(
        request,
        "pair",
        title=_("One person or two?") if len(cluster.people) == 2 else _("One person or several?"),
        status=status,
        pair_id=pair_id,
        cluster=cluster,
        pairs=[_shown(pair, letters, form) for pair in cluster.pairs],
        heaviest=cluster.pairs[0],
        waits=any(pair.state == "fraud" or (pair.strong and pair.state in OPEN) for pair in cluster.pairs),
        chance=min(cluster.pairs[0].probability, ALMOST_SURE),
        people=[
            {
                "person": person,
                "letter": letters[person["person_id"]],
                "evidence": side.evidence(request, person["person_id"]),
                "history": histories.of(request, person),
            }
            for person in cluster.people
        ],
        rows=side.rows(cluster.people),
        unpaired=[
            (letters[one], letters[other]) for one, other in cluster.unpaired if one in letters and other in letters
        ],
        form=form if decides else None,
        problems=problems(form) if form.is_bound else [],
        refused=refused,
        merge=_live_merge(cluster.pairs[0]) if may(request, "deduplication.decide") else None,
        undo=UndoForm(),
    )


def _letters(cluster: ClusterSideBySide) -> dict[int, str]:
    """What the records are called on the page."""
    return {person["person_id"]: ascii_uppercase[place] for place, person in enumerate(cluster.people)}


def _shown(pair: PairSideBySide, letters: dict[int, str], form: DecisionForm) -> dict[str, Any]:
    speaks_for, against = side.in_words(pair)
    return {
        "pair": pair,
        "one": letters[pair.person_a["person_id"]],
        "other": letters[pair.person_b["person_id"]],
        "lines": side.lines(pair),
        "chart": side.chart(pair),
        "for": speaks_for,
        "against": against,
        "question": form.about(pair.pair_id),
        "reopened": words.reopened(pair.reopened) if pair.reopened else "",
    }


def _live_merge(pair: PairSideBySide) -> dict[str, Any] | None:
    """The merge this pair led to, while it stands."""
    merges = deduplication.merges_of(person_id=pair.person_a["person_id"])
    return next((made for made in merges if made["pair_id"] == pair.pair_id and made["undone_at"] is None), None)


@require_GET
@needs("deduplication.read")
def pair(request: HttpRequest, pair_id: int) -> HttpResponse:
    """The cluster a pair waits in, side by side."""
    return _cluster_page(request, pair_id)


@require_POST
@needs("deduplication.decide")
def decide(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Record what was found, and go on to the next cluster."""
    cluster = deduplication.get_cluster(pair_id=pair_id)
    form = DecisionForm(request.POST, cluster=cluster, letters=_letters(cluster))
    if not form.is_valid():
        return _cluster_page(request, pair_id, form, status=422)
    said = form.cleaned_data
    outcomes, refused = tried(
        lambda: services.decide_cluster(
            decisions=form.decisions(),
            seen=said["seen"],
            note=said["note"],
            keep_person_id=int(said["keep"]) if said["keep"] else None,
            verify=said["verify"],
            due_on=said["due_on"],
            unpaired_looked_at=said.get("unpaired", False),
        )
    )
    if outcomes is None:
        return _cluster_page(request, pair_id, refused=refused)
    waits = any(outcome.state == "proposed" for outcome in outcomes)
    told = _("Written down: it takes effect when another officer says the same.") if waits else _("Decided.")
    onward = deduplication.next_in_queue(after_pair_id=pair_id)
    if onward is None:
        messages.success(request, f"{told} " + _("The queue is empty."))
        return redirect("web:duplicates")
    messages.success(request, f"{told} " + _("This is the next one."))
    return redirect("web:pair", onward)


@require_POST
@needs("deduplication.decide")
def undo(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Undo the merge a pair led to; the pair goes back into the queue."""
    found = deduplication.get_pair(pair_id=pair_id)
    made = _live_merge(found)
    form = UndoForm(request.POST)
    if made is None or not form.is_valid():
        messages.error(request, _("Nothing was undone: write why the merge was mistaken."))
        return redirect("web:pair", pair_id)
    merge_id, reason = made["id"], form.cleaned_data["reason"]
    _undone, refused = tried(lambda: services.undo_merge(merge_id=merge_id, reason=reason))
    if refused:
        messages.error(request, refused)
    else:
        messages.success(request, _("The merge is undone: there are two persons again, each with what was theirs."))
    return redirect("web:pair", pair_id)
