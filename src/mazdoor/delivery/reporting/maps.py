"""The coverage map: districts coloured by the share of informal workers that is registered, as SVG of our own.

Where an official boundary file was imported, districts are its polygons; without it they are circles at their centres,
as large as their population. Colour is never the only sign: each district has a title, and the table has every number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import cos, radians, sqrt
from typing import Final
from xml.sax.saxutils import escape

from mazdoor.delivery.reporting import selectors
from mazdoor.delivery.reporting.charts import METHOD, NOBODY, coverage_columns, coverage_table
from mazdoor.delivery.reporting.figures import (
    INK,
    PAPER,
    QUIET,
    UNKNOWN,
    WITHHELD,
    Figure,
    about_text,
    accessible,
    count_text,
    font,
    is_urdu,
    share_text,
)
from mazdoor.delivery.reporting.models import ReportRun
from mazdoor.kernel.refusals import Words
from mazdoor.reference import selectors as reference
from mazdoor.reference.boundaries import Polygon

_WIDTH: Final = 760
_HEIGHT: Final = 700
_MARGIN: Final = 14.0
_SMALLEST_STEP: Final = 8  # points nearer than this many tenths of a pixel to the last are not drawn
_LARGEST_CIRCLE: Final = 24.0
_LARGEST_DISTRICT: Final = 13_000_000  # persons; Lahore in 2023 has a circle of the largest radius

# Five greens, light to dark, each at least 1.3 : 1 from the next; grey hatching where there is no estimate.
_GREENS: Final = ("#e3f1e8", "#b5dcc4", "#7fc29b", "#3b976a", "#0b5d3b")
_LETTER: Final = 7.7  # pixels a letter of a province's name takes, about
_BORDER: Final = "#8a9993"

TITLE: Final = Words("Where informal workers are registered", "غیر رسمی مزدور کہاں درج ہیں")
LEGEND: Final = Words("Registered, of those there are", "موجود مزدوروں میں سے درج")
NONE_REGISTERED: Final = Words("nobody", "کوئی نہیں")
CIRCLES: Final = Words(
    "Circles are as large as the population; import a boundary file to draw districts (mazdoor areas import).",
    "دائرے آبادی کے مطابق بڑے ہیں؛ اضلاع کی حدود دکھانے کے لیے حدود کی فائل شامل کریں۔",
)
LINES: Final = Words(
    "Boundaries: {source}. Lines on this map are those of the source and state no position on any territory.",
    "حدود: {source}۔ نقشے کی لکیریں ماخذ کی ہیں اور کسی علاقے کی حیثیت پر کوئی موقف ظاہر نہیں کرتیں۔",
)
WITHOUT_ESTIMATE: Final = Words("{registered} registered, no estimate", "{registered} درج، اندازہ موجود نہیں")
MAP_SENTENCE: Final = Words(
    "{registered} of about {estimated} informal workers are registered ({share}). Highest: {best} ({best_share}). "
    "In {empty} of {districts} districts nobody is registered.",
    "تقریباً {estimated} غیر رسمی مزدوروں میں سے {registered} درج ہیں ({share})۔ سب سے زیادہ: {best} ({best_share})۔ "
    "{districts} میں سے {empty} اضلاع میں کوئی درج نہیں۔",
)
SHARED_GROUND: Final = Words(
    "{area} has no polygon of its own in the source; it is drawn as a circle.",
    "ماخذ میں {area} کی الگ حد موجود نہیں؛ اسے دائرے سے دکھایا گیا ہے۔",
)


@dataclass(frozen=True, slots=True)
class _Class:
    """A colour and the shares it stands for (per cent, lowest and highest that occur in it)."""

    fill: str
    lowest: Decimal
    highest: Decimal


def coverage_map(*, run: ReportRun | None = None, language: str = "en", public: bool = False) -> Figure:
    """Districts by the share of their informal workers that is registered. Raises RPT-001 where there is no run."""
    run = run or selectors.get_latest()
    rows = {row.area_code: row for row in selectors.coverage(by="district", run=run, language=language, public=public)}
    areas = reference.areas(level="district", at=run.at)
    polygons = {boundary.area_code: boundary for boundary in reference.boundaries(level="district")}
    classes = _classes([row.share for row in rows.values() if row.share])
    place = _projection(areas, polygons.values())
    parts: list[str] = []
    notes = [METHOD.in_language(language)]
    for code, boundary in sorted(polygons.items()):
        area = _district_of_today(code, run.at)
        if area is not None:
            row = rows.get(area.code)
            parts.append(_polygon(boundary, place, _fill(row, classes), _label(area, row, language)))
    circled = sorted(
        (area for area in areas if area.code not in polygons), key=lambda area: (-(area.population or 0), area.code)
    )
    for area in circled:
        row = rows.get(area.code)
        parts.append(_circle(area, place, _fill(row, classes), _label(area, row, language)))
    if polygons:
        sources = sorted({boundary.source for boundary in polygons.values()})
        notes.append(LINES.in_language(language).format(source="; ".join(sources)))
        for area in circled:
            notes.append(SHARED_GROUND.in_language(language).format(area=area.name(language)))
        parts.extend(_outline(boundary, place) for boundary in reference.boundaries(level="province"))
    else:
        notes.append(CIRCLES.in_language(language))
    parts.extend(_province_names(place, language))
    parts.append(_legend(classes, language))
    title = TITLE.in_language(language)
    sentence = _sentence(run, list(rows.values()), language, public)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
        f' font-family="{font(language)}" font-size="13" fill="{INK}">'
        f"{_DEFINITIONS}"
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="{PAPER}"/>'
        f"{''.join(parts)}</svg>"
    )
    return Figure(
        svg=accessible(svg, name="coverage-map", title=title, sentence=sentence, language=language),
        title=title,
        sentence=sentence,
        columns=coverage_columns("district", language),
        rows=coverage_table(sorted(rows.values(), key=lambda row: row.key), language),
        notes=notes,
    )


def _district_of_today(code: str, at: date) -> reference.AreaRow | None:
    """Whose figures fill a polygon: its own district's or, for one that is no more, of the district it went into."""
    area = reference.find_area(code)
    if area is not None and not area.is_valid_at(at):
        return reference.find_area(area.now_in_code) if area.now_in_code else None
    return area


def _hatching(name: str, scale: int) -> str:
    return (
        f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate(45) scale({scale})"><rect width="6" height="6" fill="#f2f4f3"/>'
        '<line x1="0" y1="0" x2="0" y2="6" stroke="#c3ccc8" stroke-width="2"/></pattern>'
    )


_HATCH: Final = "url(#map-hatch)"
_HATCH_IN_TENTHS: Final = "url(#map-hatch-in-tenths)"
_DEFINITIONS: Final = f"<defs>{_hatching('map-hatch', 1)}{_hatching('map-hatch-in-tenths', 10)}</defs>"


@dataclass(frozen=True, slots=True)
class _Projection:
    """Degrees to pixels: plate carrée with the middle parallel at its true length, which is enough for one country."""

    west: float  # degrees at the left edge of the country
    north: float
    left: float  # pixels before the left edge, so the country stands in the middle
    shrink: float  # pixels of a degree of longitude in pixels of a degree of latitude
    scale: float  # pixels in a degree of latitude

    def __call__(self, longitude: float, latitude: float) -> tuple[float, float]:
        return (
            self.left + (longitude - self.west) * self.shrink * self.scale,
            _MARGIN + (self.north - latitude) * self.scale,
        )


def _projection(areas: Sequence[reference.AreaRow], boundaries: Collection[reference.Boundary]) -> _Projection:
    """The country fills the picture: its polygons, or its centres with half a degree around them."""
    points = [point for boundary in boundaries for polygon in boundary.polygons for point in polygon[0]]
    for area in areas:
        points.extend((area.longitude + step, area.latitude + step) for step in (-0.5, 0.5))
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    shrink = cos(radians((south + north) / 2))
    scale = min((_WIDTH - 2 * _MARGIN) / ((east - west) * shrink), (_HEIGHT - 2 * _MARGIN) / (north - south))
    left = (_WIDTH - (east - west) * shrink * scale) / 2
    return _Projection(west, north, left, shrink, scale)


def _classes(shares: Sequence[Decimal]) -> list[_Class]:
    """Up to five classes with about equally many districts in each; equal shares always share a class."""
    ordered = sorted(shares)
    distinct = sorted(set(ordered))
    if len(distinct) <= len(_GREENS):
        fills = _GREENS[len(_GREENS) - len(distinct) :]
        return [_Class(fill, share, share) for fill, share in zip(fills, distinct, strict=True)]
    found: list[_Class] = []
    start = 0
    for number, fill in enumerate(_GREENS, start=1):
        end = len(ordered) * number // len(_GREENS)
        while end < len(ordered) and end > 0 and ordered[end] == ordered[end - 1]:
            end += 1
        if end > start:
            found.append(_Class(fill, ordered[start], ordered[end - 1]))
            start = end
    return found


def _fill(row: selectors.CoverageRow | None, classes: Sequence[_Class]) -> str:
    if row is None or row.share is None:
        return _HATCH
    if row.share == 0:
        return PAPER
    return next((one.fill for one in classes if row.share <= one.highest), _GREENS[-1])


def _label(area: reference.AreaRow, row: selectors.CoverageRow | None, language: str) -> str:
    if row is not None and row.registered is None:
        value = WITHHELD.in_language(language)
    elif row is None or row.share is None:
        counted = row.registered if row is not None and row.registered is not None else 0
        value = WITHOUT_ESTIMATE.in_language(language).format(registered=f"{counted:,}")
    else:
        value = share_text(row.share)
    return f"<title>{escape(area.name(language))}: {escape(value)}</title>"


def _path(polygons: Sequence[Polygon], place: _Projection) -> str:
    """An SVG path of all rings in tenths of a pixel, each point as its step from the last, thinned to what a screen
    can show: a quarter of the size of the same path in plain numbers."""
    commands: list[str] = []
    for polygon in polygons:
        for ring in polygon:
            drawn: list[tuple[int, int]] = []
            for longitude, latitude in ring:
                x, y = place(longitude, latitude)
                point = round(x * 10), round(y * 10)
                if not drawn or abs(point[0] - drawn[-1][0]) + abs(point[1] - drawn[-1][1]) >= _SMALLEST_STEP:
                    drawn.append(point)
            if len(drawn) >= 3:
                steps = (f"{x - was_x} {y - was_y}" for (was_x, was_y), (x, y) in pairwise(drawn))
                commands.append(f"M{drawn[0][0]} {drawn[0][1]}l{' '.join(steps).replace(' -', '-')}z")
    return "".join(commands)


def _sentence(run: ReportRun, rows: Sequence[selectors.CoverageRow], language: str, public: bool) -> str:
    known = sorted((row for row in rows if row.share is not None), key=lambda row: (-(row.share or 0), row.key))
    (total,) = selectors.coverage(by="total", run=run, language=language, public=public)
    if not known or total.estimated is None:
        return NOBODY.in_language(language)
    return MAP_SENTENCE.in_language(language).format(
        registered=count_text(total.registered, language),
        estimated=about_text(total.estimated, language),
        share=share_text(total.share),
        best=known[0].name,
        best_share=share_text(known[0].share),
        empty=sum(row.registered == 0 for row in rows),
        districts=len(rows),
    )


def _polygon(boundary: reference.Boundary, place: _Projection, fill: str, label: str) -> str:
    fill = _HATCH_IN_TENTHS if fill == _HATCH else fill
    return (
        f'<path transform="scale(.1)" d="{_path(boundary.polygons, place)}" fill="{fill}" fill-rule="evenodd"'
        f' stroke="{_BORDER}" stroke-width="5" stroke-linejoin="round">{label}</path>'
    )


def _outline(boundary: reference.Boundary, place: _Projection) -> str:
    return (
        f'<path transform="scale(.1)" d="{_path(boundary.polygons, place)}" fill="none" stroke="{QUIET}"'
        f' stroke-width="11" stroke-linejoin="round"/>'
    )


def _circle(area: reference.AreaRow, place: _Projection, fill: str, label: str) -> str:
    """Area in proportion to people; a small circle where no census figure is held."""
    x, y = place(area.longitude, area.latitude)
    radius = max(_LARGEST_CIRCLE * sqrt(area.population / _LARGEST_DISTRICT), 2.0) if area.population else 3.5
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}" stroke="{_BORDER}"'
        f' stroke-width="0.8">{label}</circle>'
    )


def _province_names(place: _Projection, language: str) -> Iterable[str]:
    """Names at the centres of provinces, the most peopled first; a name that would cover another moves aside, and one
    that finds no room is left out (it stands in the table)."""
    taken: list[tuple[float, float, float, float]] = []
    for area in sorted(reference.areas(level="province"), key=lambda one: (-(one.population or 0), one.code)):
        x, y = place(area.longitude, area.latitude)
        name = area.name(language)
        width = len(name) * _LETTER
        for anchor, left, drop in (
            ("middle", x - width / 2, 0),
            ("start", x + 12, 0),
            ("end", x - width - 12, 0),
            ("middle", x - width / 2, -20),
            ("middle", x - width / 2, 20),
        ):
            box = (left, y + drop - 13, left + width, y + drop + 5)
            if box[0] < 0 or box[2] > _WIDTH or any(_overlap(box, other) for other in taken):
                continue
            taken.append(box)
            at = {"middle": left + width / 2, "start": left, "end": left + width}[anchor]
            yield (
                f'<text x="{at:.1f}" y="{y + drop:.1f}" text-anchor="{anchor}" font-size="14" font-weight="600"'
                f' aria-hidden="true" stroke="{PAPER}" stroke-width="3" stroke-linejoin="round" paint-order="stroke">'
                f"{escape(name)}</text>"
            )
            break


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _legend(classes: Sequence[_Class], language: str) -> str:
    """In the south-east corner, where there is no land: swatches from most to least, then the two special cases."""
    urdu = is_urdu(language)
    own = font(language)
    rows = [(one.fill, _range(one), font("en")) for one in reversed(classes)]  # numbers read alike in both languages
    rows.append((PAPER, NONE_REGISTERED.in_language(language), own))
    rows.append((_HATCH, UNKNOWN.in_language(language), own))
    right = _WIDTH - _MARGIN
    left = right - 190
    top = _HEIGHT - _MARGIN - 22 * len(rows) - 18
    edge, anchor, swatch, text = (right, "end", right - 22, right - 30) if urdu else (left, "start", left, left + 30)
    parts = [
        f'<text x="{edge:.0f}" y="{top:.0f}" text-anchor="{anchor}" font-weight="600">'
        f"{escape(LEGEND.in_language(language))}</text>"
    ]
    for number, (fill, words, family) in enumerate(rows):
        y = top + 12 + 22 * number
        parts.append(
            f'<rect x="{swatch:.0f}" y="{y:.0f}" width="22" height="15" fill="{fill}" stroke="{_BORDER}"'
            f' stroke-width="0.6"/><text x="{text:.0f}" y="{y + 12:.0f}" text-anchor="{anchor}"'
            f' font-family="{family}">{escape(words)}</text>'
        )
    return f'<g aria-hidden="true">{"".join(parts)}</g>'


def _range(one: _Class) -> str:
    low, high = share_text(one.lowest), share_text(one.highest)
    return low if low == high else f"{low} – {high}"
