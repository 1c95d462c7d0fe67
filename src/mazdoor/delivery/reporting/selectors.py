"""Doors out: coverage by any breakdown, for officers in full and for everybody with small cells withheld."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from mazdoor.delivery.reporting import words
from mazdoor.delivery.reporting.estimates import METHODS
from mazdoor.delivery.reporting.models import Indicator, ReportRun
from mazdoor.delivery.reporting.refusals import BREAKDOWN_UNKNOWN, NO_RUN
from mazdoor.delivery.reporting.suppression import SMALLEST_PUBLISHED, withheld

COVERAGE_BREAKDOWNS: Final = ("total", "province", "district", "sex", "sector", "category", "province_sex")
GAPS: Final = ("uninsured", "without_account", "without_programme", "uncovered", "underpaid_workers")
_BASE_OF: Final = {
    **dict.fromkeys(GAPS, "registered_informal_workers"),
    "underpaid_workers": "registered_workers",
    "registered_workers": "registered_persons",
    "registered_informal_workers": "registered_workers",
}
_SHARE_PRECISION: Final = Decimal("0.00000001")

Key = tuple[str, str, str, str]  # area, sex, sector, category


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """Registered against estimated informal workers in one cell.

    ``registered`` is ``None`` where withheld. ``estimated`` is ``None`` where no survey tells, ``share`` (per cent, to
    eight decimals) where either is. ``basis`` and ``source`` are the estimate's.
    """

    key: Key
    name: str
    registered: int | None
    estimated: int | None
    share: Decimal | None
    basis: str
    source: str

    @property
    def area_code(self) -> str:
        """The P-code of the cell, or an empty text."""
        return self.key[0]


@dataclass(frozen=True, slots=True)
class GapRow:
    """How many of a cell's registered workers lack something. ``None`` where withheld."""

    measure: str
    name: str
    meaning: str
    people: int | None
    of: int | None


@dataclass(frozen=True, slots=True)
class OpenFigure:
    """One row of the open data: ``value`` is ``None`` where withheld to protect people."""

    measure: str
    breakdown: str
    area_code: str
    sex: str
    sector: str
    category: str
    programme: str
    value: int | None
    basis: str
    source: str


def find_latest(*, at: date | None = None) -> ReportRun | None:
    """The newest run, or the newest of the day ``at``; ``None`` where there is none."""
    runs = ReportRun.objects.order_by("-at", "-id")
    return (runs.filter(at=at) if at else runs).first()


def get_latest(*, at: date | None = None) -> ReportRun:
    """The newest run. Raises RPT-001 where there is none."""
    run = find_latest(at=at)
    if run is None:
        raise NO_RUN.because()
    return run


def coverage(
    *, by: str = "province", run: ReportRun | None = None, language: str = "en", public: bool = False
) -> list[CoverageRow]:
    """Registered against estimated informal workers, cell by cell; ``public`` withholds small cells.

    Raises RPT-001 (no run yet) or RPT-002 (no such breakdown).
    """
    if by not in COVERAGE_BREAKDOWNS:
        raise BREAKDOWN_UNKNOWN.because(breakdown=by)
    run = run or get_latest()
    figures = Indicator.objects.filter(
        run=run, breakdown=by, measure__in=("registered_informal_workers", "estimated_informal_workers")
    )
    registered: dict[Key, int] = {}
    estimated: dict[Key, Indicator] = {}
    for figure in figures:
        if figure.measure == "registered_informal_workers":
            registered[_key(figure)] = figure.value
        else:
            estimated[_key(figure)] = figure
    hidden = _hidden(run, by)["registered_informal_workers"] if public else set()
    rows = []
    for key in sorted(registered.keys() | estimated.keys()):
        estimate = estimated.get(key)
        count = None if key in hidden else registered.get(key, 0)
        rows.append(
            CoverageRow(
                key=key,
                name=words.cell_name(area_code=key[0], sex=key[1], sector=key[2], category=key[3], language=language),
                registered=count,
                estimated=estimate.value if estimate else None,
                share=_share(count, estimate.value) if estimate and count is not None else None,
                basis=estimate.basis if estimate else "",
                source=_method(estimate.source, language) if estimate else "",
            )
        )
    return rows


def gaps(
    *, area_code: str = "", run: ReportRun | None = None, language: str = "en", public: bool = False
) -> list[GapRow]:
    """Who is left out among the registered: in the whole country, a province or a district."""
    run = run or get_latest()
    by = {0: "total", 3: "province", 5: "district"}.get(len(area_code), "total")
    figures = {
        figure.measure: figure.value for figure in Indicator.objects.filter(run=run, breakdown=by, area_code=area_code)
    }
    hidden = _hidden(run, by) if public else defaultdict(set)
    key = (area_code, "", "", "")
    rows = []
    computed = set(Indicator.objects.filter(run=run, breakdown="total").values_list("measure", flat=True))
    for measure in GAPS:
        if measure not in computed:
            continue
        base = _BASE_OF[measure]
        rows.append(
            GapRow(
                measure=measure,
                name=words.MEASURES[measure].name.in_language(language),
                meaning=words.MEASURES[measure].meaning.in_language(language),
                people=None if key in hidden[measure] else figures.get(measure, 0),
                of=None if key in hidden[base] else figures.get(base, 0),
            )
        )
    return rows


def money(*, run: ReportRun | None = None) -> dict[str, dict[str, int]]:
    """Whole paisa by programme and measure (``entitled_amount`` …); ``enrolments`` beside them are a count."""
    run = run or get_latest()
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for figure in Indicator.objects.filter(run=run, breakdown="programme").order_by("programme", "measure"):
        found[figure.programme][figure.measure] = figure.value
    return dict(found)


def open_figures(*, run: ReportRun | None = None) -> list[OpenFigure]:
    """Every figure of the run as it may be published. Money of a cell goes where its people are withheld."""
    run = run or get_latest()
    figures = list(
        Indicator.objects.filter(run=run).order_by(
            "measure", "breakdown", "area_code", "sex", "sector", "category", "programme"
        )
    )
    hidden = {by: _hidden(run, by) for by in {figure.breakdown for figure in figures}}
    people = {figure.programme: figure.value for figure in figures if figure.measure == "enrolments"}
    rows = []
    for figure in figures:
        if figure.breakdown == "programme":
            secret = people.get(figure.programme, 0) < SMALLEST_PUBLISHED
        elif figure.measure == "wage_shortfall_amount":
            secret = _key(figure) in hidden[figure.breakdown]["underpaid_workers"]
        else:
            secret = figure.basis == "counted" and _key(figure) in hidden[figure.breakdown][figure.measure]
        rows.append(
            OpenFigure(
                measure=figure.measure,
                breakdown=figure.breakdown,
                area_code=figure.area_code,
                sex=figure.sex,
                sector=figure.sector,
                category=figure.category,
                programme=figure.programme,
                value=None if secret else figure.value,
                basis=figure.basis,
                source=figure.source,
            )
        )
    return rows


def _method(source: str, language: str) -> str:
    """How an estimate was made, in ``language``; a method of an earlier release keeps its English."""
    return METHODS[source].in_language(language) if source in METHODS else source


def _key(figure: Indicator) -> Key:
    return figure.area_code, figure.sex, figure.sector, figure.category


def _share(count: int, whole: int) -> Decimal | None:
    """Per cent to eight decimals, rounded half to even: one worker of the whole country does not round to nobody."""
    if whole == 0:
        return None
    return (Decimal(count) * 100 / Decimal(whole)).quantize(_SHARE_PRECISION, rounding=ROUND_HALF_EVEN)


def _hidden(run: ReportRun, by: str) -> defaultdict[str, set[Key]]:
    """Withheld cells of one breakdown by measure. What is withheld of a base is withheld of its parts as well."""
    values: dict[str, dict[Key, int]] = defaultdict(dict)
    for figure in Indicator.objects.filter(run=run, breakdown=by, basis="counted"):
        if not figure.measure.endswith("_amount"):
            values[figure.measure][_key(figure)] = figure.value
    hidden: defaultdict[str, set[Key]] = defaultdict(set)
    for measure in sorted(values, key=_depth):
        base = values.get(_BASE_OF.get(measure, ""), {})
        cells = values[measure]
        bases = {key: base[key] for key in cells if key in base}
        hidden[measure] = withheld(cells, list(_groups(cells)), bases=bases, already=hidden[_BASE_OF.get(measure, "")])
    return hidden


def _depth(measure: str) -> int:
    """How many bases a measure stands on, so that bases are decided before their parts."""
    depth = 0
    while measure in _BASE_OF:
        measure, depth = _BASE_OF[measure], depth + 1
    return depth


def _groups(cells: Iterable[Key]) -> Iterable[Sequence[Key]]:
    """Cells whose sum is published: for each dimension, those that differ in it alone (districts, within a province)."""
    found: dict[tuple[str, ...], list[Key]] = defaultdict(list)
    for area, sex, sector, category in sorted(cells):
        key = (area, sex, sector, category)
        if area:
            above = area[:3] if len(area) == 5 else ""
            found["area", above, sex, sector, category].append(key)
        if sex:
            found["sex", area, sector, category].append(key)
        if sector:
            found["sector", area, sex, category].append(key)
        if category:
            found["category", area, sex, sector].append(key)
    return found.values()
