"""The coverage map: districts coloured by the share of informal workers that is registered, as SVG of our own.

Where an official boundary file was imported, districts are its polygons; without it they are circles at their centres,
as large as their population. Colour is never the only sign: each district has a title, and the table has every number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, radians, sqrt
from typing import Final
from xml.sax.saxutils import escape

from mazdoor.delivery.reporting import selectors
from mazdoor.delivery.reporting.charts import METHOD, coverage_columns, coverage_sentence, coverage_table
from mazdoor.delivery.reporting.figures import (
    INK,
    PAPER,
    QUIET,
    UNKNOWN,
    WITHHELD,
    Figure,
    accessible,
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
_WEST, _EAST, _SOUTH, _NORTH = 60.7, 77.4, 23.5, 37.2  # the extent of the country, degrees
_MIDDLE: Final = radians((_SOUTH + _NORTH) / 2)
_SMALLEST_STEP: Final = 0.5  # points nearer than this many pixels to the last are not drawn
_LARGEST_CIRCLE: Final = 24.0
_LARGEST_DISTRICT: Final = 13_000_000  # persons; Lahore in 2023 has a circle of the largest radius

# Five greens, light to dark, each at least 1.3 : 1 from the next; grey hatching where there is no estimate.
_GREENS: Final = ("#e3f1e8", "#b5dcc4", "#7fc29b", "#3b976a", "#0b5d3b")
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
    parts: list[str] = []
    notes = [METHOD.in_language(language)]
    for area in areas:
        if area.code in polygons:
            row = rows.get(area.code)
            parts.append(_polygon(polygons[area.code], _fill(row, classes), _label(area, row, language)))
    circled = sorted(
        (area for area in areas if area.code not in polygons), key=lambda area: (-(area.population or 0), area.code)
    )
    for area in circled:
        parts.append(_circle(area, _fill(rows.get(area.code), classes), _label(area, rows.get(area.code), language)))
    if polygons:
        sources = sorted({boundary.source for boundary in polygons.values()})
        notes.append(LINES.in_language(language).format(source="; ".join(sources)))
        for area in circled:
            notes.append(SHARED_GROUND.in_language(language).format(area=area.name(language)))
        parts.extend(_outline(boundary) for boundary in reference.boundaries(level="province"))
    else:
        notes.append(CIRCLES.in_language(language))
    parts.extend(_province_names(language))
    parts.append(_legend(classes, language))
    ordered = sorted((row for row in rows.values() if row.share is not None), key=lambda r: (-(r.share or 0), r.key))
    title = TITLE.in_language(language)
    sentence = coverage_sentence(run=run, rows=ordered, language=language, public=public)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
        f' font-family="{font(language)}" font-size="13" fill="{INK}">'
        f"{_HATCH}"
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


_HATCH: Final = (
    '<defs><pattern id="map-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#f2f4f3"/><line x1="0" y1="0" x2="0" y2="6" stroke="#c3ccc8" stroke-width="2"/>'
    "</pattern></defs>"
)


def _project(longitude: float, latitude: float) -> tuple[float, float]:
    """Degrees to pixels: plate carrée with the middle parallel at its true length, which is enough for one country."""
    usable_width, usable_height = _WIDTH - 2 * _MARGIN, _HEIGHT - 2 * _MARGIN
    scale = min(usable_width / ((_EAST - _WEST) * cos(_MIDDLE)), usable_height / (_NORTH - _SOUTH))
    return (
        _MARGIN + (longitude - _WEST) * cos(_MIDDLE) * scale,
        _MARGIN + (_NORTH - latitude) * scale,
    )


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
        return "url(#map-hatch)"
    if row.share == 0:
        return PAPER
    return next((one.fill for one in classes if row.share <= one.highest), _GREENS[-1])


def _label(area: reference.AreaRow, row: selectors.CoverageRow | None, language: str) -> str:
    if row is not None and row.registered is None:
        value = WITHHELD.in_language(language)
    elif row is None or row.share is None:
        value = UNKNOWN.in_language(language)
    else:
        value = share_text(row.share)
    return f"<title>{escape(area.name(language))}: {escape(value)}</title>"


def _path(polygons: Sequence[Polygon]) -> str:
    """An SVG path of all rings, thinned to what a screen can show."""
    commands: list[str] = []
    for polygon in polygons:
        for ring in polygon:
            drawn: list[tuple[float, float]] = []
            for longitude, latitude in ring:
                x, y = _project(longitude, latitude)
                if not drawn or abs(x - drawn[-1][0]) + abs(y - drawn[-1][1]) >= _SMALLEST_STEP:
                    drawn.append((x, y))
            if len(drawn) >= 3:
                commands.append("M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in drawn) + "Z")
    return "".join(commands)


def _polygon(boundary: reference.Boundary, fill: str, label: str) -> str:
    return (
        f'<path d="{_path(boundary.polygons)}" fill="{fill}" fill-rule="evenodd" stroke="{_BORDER}"'
        f' stroke-width="0.5" stroke-linejoin="round">{label}</path>'
    )


def _outline(boundary: reference.Boundary) -> str:
    return f'<path d="{_path(boundary.polygons)}" fill="none" stroke="{QUIET}" stroke-width="1.1" stroke-linejoin="round"/>'


def _circle(area: reference.AreaRow, fill: str, label: str) -> str:
    """Area in proportion to people; a small circle where no census figure is held."""
    x, y = _project(area.longitude, area.latitude)
    radius = max(_LARGEST_CIRCLE * sqrt(area.population / _LARGEST_DISTRICT), 2.0) if area.population else 3.5
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}" stroke="{_BORDER}"'
        f' stroke-width="0.8">{label}</circle>'
    )


def _province_names(language: str) -> Iterable[str]:
    for area in reference.areas(level="province"):
        x, y = _project(area.longitude, area.latitude)
        yield (
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-size="14" font-weight="600" aria-hidden="true"'
            f' stroke="{PAPER}" stroke-width="3" stroke-linejoin="round" paint-order="stroke">'
            f"{escape(area.name(language))}</text>"
        )


def _legend(classes: Sequence[_Class], language: str) -> str:
    """In the south-east corner, where there is no land: swatches from most to least, then the two special cases."""
    urdu = is_urdu(language)
    rows = [(one.fill, _range(one)) for one in reversed(classes)]
    rows.append((PAPER, NONE_REGISTERED.in_language(language)))
    rows.append(("url(#map-hatch)", UNKNOWN.in_language(language)))
    right = _WIDTH - _MARGIN
    left = right - 190
    top = _HEIGHT - _MARGIN - 22 * len(rows) - 18
    edge, anchor, swatch, text = (right, "end", right - 22, right - 30) if urdu else (left, "start", left, left + 30)
    parts = [
        f'<text x="{edge:.0f}" y="{top:.0f}" text-anchor="{anchor}" font-weight="600">'
        f"{escape(LEGEND.in_language(language))}</text>"
    ]
    for number, (fill, words) in enumerate(rows):
        y = top + 12 + 22 * number
        parts.append(
            f'<rect x="{swatch:.0f}" y="{y:.0f}" width="22" height="15" fill="{fill}" stroke="{_BORDER}"'
            f' stroke-width="0.6"/><text x="{text:.0f}" y="{y + 12:.0f}" text-anchor="{anchor}">{escape(words)}</text>'
        )
    return f'<g aria-hidden="true">{"".join(parts)}</g>'


def _range(one: _Class) -> str:
    low, high = share_text(one.lowest), share_text(one.highest)
    return low if low == high else f"{low} – {high}"
