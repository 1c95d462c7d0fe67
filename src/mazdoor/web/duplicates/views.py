"""The queue of pairs, one pair, and the acts on it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mazdoor.delivery.deduplication import selectors as deduplication
from mazdoor.delivery.deduplication import services
from mazdoor.delivery.deduplication.selectors import FieldEvidence, PairSideBySide, QueuedPair
from mazdoor.delivery.registration import words as answers
from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.duplicates import words
from mazdoor.web.duplicates.forms import DecisionForm, UndoForm
from mazdoor.web.forms import problems
from mazdoor.web.permits import may, needs
from mazdoor.web.shell import above, asked_file, refusal_sentence, show
from mazdoor.web.tables import Column, Table

PAGE = 50
ALMOST_SURE = 0.9999
"""No sum of fields is ever said to be certain."""
HEAVIEST_SHOWN = 16.0
"""Bits at which a bar is full: more says no more to the eye."""


@dataclass(frozen=True)
class Line:
    """One field of the pair as the page shows it. ``bar`` is the share of the full bar, 0 to 100."""

    field: str
    value_a: Any
    value_b: Any
    level: str
    weight: float
    bar: float

    @property
    def weight_shown(self) -> str:
        """The weight with its sign: plus speaks for one person, minus for two."""
        return f"{self.weight:+.1f}".replace("-", "−")

    @property
    def start(self) -> float:
        """Where the bar begins, in per cent from the start of its field of 200."""
        return 100 - self.bar if self.weight < 0 else 100


def _queue_table(rows: list[QueuedPair]) -> Table:
    language = formats.language()
    return Table(
        name="pairs",
        caption=_("Pairs that may be one person"),
        note=_("the heaviest first"),
        columns=[
            Column(
                _("Pair"),
                lambda p: f"{p.name_a} / {p.name_b}",
                head=True,
                link=lambda p: reverse("web:pair", args=[p.pair_id]),
            ),
            Column(_("Weight (bits)"), lambda p: f"{p.weight:.1f}", "code"),
            Column(_("Chance of one person"), lambda p: p.probability, "share"),
            Column(_("Money waits"), lambda p: _("yes") if p.strong else _("no")),
            Column(
                _("Live in"),
                lambda p: _(", ").join(
                    dict.fromkeys(reference.area_name(code[:5], language) for code in (p.area_a, p.area_b))
                ),
            ),
            Column(_("Found"), lambda p: p.found_at, "day"),
        ],
        rows=rows,
    )


@require_GET
@needs("deduplication.read")
def queue(request: HttpRequest) -> HttpResponse:
    """Pairs that wait for a person, heaviest first."""
    pages = Paginator(range(deduplication.count_open()), PAGE)
    page = pages.get_page(request.GET.get("page"))
    table = _queue_table(deduplication.queue(limit=PAGE, offset=(page.number - 1) * PAGE))
    if file := asked_file(request, table):
        return file
    return show(
        request,
        "web/duplicates/queue.html",
        title=_("Duplicates"),
        here="deduplication",
        table=table,
        page=page,
        counts=deduplication.count_by_state(),
        run=deduplication.last_run(),
    )


def _value(person: dict[str, Any], field: str) -> Any:
    """What a record says in one field, as people read it."""
    language = formats.language()
    if field in ("given", "surname", "father"):
        name = {"given": "given_name", "surname": "surname", "father": "father_name"}[field]
        return " · ".join(str(person[key]) for key in (name, f"{name}_ur") if person.get(key)) or formats.NOTHING
    if field == "birth":
        return formats.day(person["birth_date"])
    if field == "sex":
        return answers.SEX.say(person["sex"], language)
    if field == "place":
        return reference.area_name(person["area_code"], language)
    if field in ("phone", "cnic"):
        return formats.ltr(person["mobile_masked" if field == "phone" else "cnic_masked"])
    return ""


def _lines(pair: PairSideBySide) -> list[Line]:
    def line(evidence: FieldEvidence) -> Line:
        return Line(
            field=words.field(evidence.field),
            value_a=_value(pair.person_a, evidence.field),
            value_b=_value(pair.person_b, evidence.field),
            level="" if evidence.field in ("kinship", "prior") else words.level(evidence.level),
            weight=evidence.weight,
            bar=min(100.0, abs(evidence.weight) / HEAVIEST_SHOWN * 100),
        )

    return [line(evidence) for evidence in pair.fields]


def _pair_page(
    request: HttpRequest, pair_id: int, form: DecisionForm | None = None, *, status: int = 200
) -> HttpResponse:
    pair = deduplication.get_pair(pair_id=pair_id)
    decides = may(request, "deduplication.decide") and bool(pair.can_become)
    form = form or DecisionForm(can_become=pair.can_become)
    return show(
        request,
        "web/duplicates/pair.html",
        title=_("One person or two?"),
        here="deduplication",
        above=above(_("Duplicates"), "web:duplicates"),
        status=status,
        pair=pair,
        lines=_lines(pair),
        chance=min(pair.probability, ALMOST_SURE),
        form=form if decides else None,
        problems=problems(form) if form.is_bound else [],
        merge=_live_merge(pair) if may(request, "deduplication.decide") else None,
        undo=UndoForm(),
    )


def _live_merge(pair: PairSideBySide) -> dict[str, Any] | None:
    """The merge this pair led to, while it stands."""
    merges = deduplication.merges_of(person_id=pair.person_a["person_id"])
    return next((made for made in merges if made["pair_id"] == pair.pair_id and made["undone_at"] is None), None)


@require_GET
@needs("deduplication.read")
def pair(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Two records side by side."""
    return _pair_page(request, pair_id)


@require_POST
@needs("deduplication.decide")
def decide(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Record what was found, and go on to the next pair."""
    found = deduplication.get_pair(pair_id=pair_id)
    form = DecisionForm(request.POST, can_become=found.can_become)
    if not form.is_valid():
        return _pair_page(request, pair_id, form, status=422)
    with transaction.atomic():
        services.decide_pair(pair_id=pair_id, decision=form.cleaned_data["decision"], note=form.cleaned_data["note"])
    onward = deduplication.next_in_queue(after_pair_id=pair_id)
    if onward is None:
        messages.success(request, _("Decided. The queue is empty."))
        return redirect("web:duplicates")
    messages.success(request, _("Decided. This is the next pair."))
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
    try:
        with transaction.atomic():
            services.undo_merge(merge_id=made["id"], reason=form.cleaned_data["reason"])
    except Refusal as refusal:
        messages.error(request, refusal_sentence(refusal))
    else:
        messages.success(request, _("The merge is undone: there are two persons again, each with what was theirs."))
    return redirect("web:pair", pair_id)
