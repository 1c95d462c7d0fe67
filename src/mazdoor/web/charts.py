"""Charts drawn on the server as SVG: no script, no inline style, readable in print and by a screen reader.

A chart is never alone: the page gives it a sentence that says what it shows and a table with its numbers, so the
drawing itself is marked as one image with a short name. In Urdu a bar grows from right to left.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from mazdoor.web import formats

WIDTH = 640
LABEL = 170
FIGURE = 130
ROW = 26
LEVELS = 5

Ring = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Bar:
    """One line of a bar chart: how long, and what is written at its end. ``against`` draws a mark to compare with."""

    label: str
    value: float
    shown: str
    against: float | None = None


def bars(lines: Sequence[Bar], *, name: str) -> SafeString:
    """Horizontal bars on one scale, with the figure written beside each."""
    if not lines:
        return SafeString("")
    rtl = formats.language() == "ur"
    longest = max(max(line.value, line.against or 0) for line in lines) or 1
    room = WIDTH - LABEL - FIGURE
    height = ROW * len(lines) + 4

    def x(start: float, width: float = 0) -> float:
        return WIDTH - start - width if rtl else start

    parts = [f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(name)}">']
    parts.append(f'<line class="axis" x1="{x(LABEL):.1f}" x2="{x(LABEL):.1f}" y1="0" y2="{height}"/>')
    for number, line in enumerate(lines):
        y = ROW * number + 4
        width = room * line.value / longest
        # text-anchor follows the direction of the text, so "end" is always the side of the axis
        parts.append(f'<text x="{x(LABEL - 8):.1f}" y="{y + 14}" text-anchor="end">{escape(line.label)}</text>')
        parts.append(f'<rect class="mark" x="{x(LABEL, width):.1f}" y="{y + 2}" width="{width:.1f}" height="{ROW - 10}"/>')
        if line.against is not None:
            at = LABEL + room * line.against / longest
            parts.append(f'<rect class="against" x="{x(at, 3):.1f}" y="{y}" width="3" height="{ROW - 6}"/>')
            width = max(width, at - LABEL + 3)
        parts.append(
            f'<text class="quiet" x="{x(LABEL + width + 6):.1f}" y="{y + 14}" text-anchor="start">'
            f"{escape(line.shown)}</text>"
        )
    parts.append("</svg>")
    return mark_safe("".join(parts))


@dataclass(frozen=True)
class Place:
    """One area of a map: where it is, how large it counts, what is said when it is pointed at."""

    longitude: float
    latitude: float
    weight: float
    value: float | None
    title: str
    polygons: Sequence[Sequence[Ring]] = ()


@dataclass(frozen=True)
class Step:
    """One shade of the map and the values it stands for."""

    level: int
    low: float
    high: float


def steps(values: Iterable[float], *, levels: int = LEVELS) -> list[Step]:
    """Shades with about as many areas in each (equal counts, not equal widths: a few large values would hide the rest)."""
    ordered = sorted(values)
    if not ordered:
        return []
    edges = sorted({ordered[min(len(ordered) - 1, len(ordered) * n // levels)] for n in range(levels)})
    return [
        Step(number + 1, low, edges[number + 1] if number + 1 < len(edges) else ordered[-1])
        for number, low in enumerate(edges)
    ]


def area_map(places: Sequence[Place], *, name: str) -> SafeString:
    """A map of areas shaded by value: polygons where a boundary file was imported, else circles by weight."""
    if not places:
        return SafeString("")
    shades = steps(place.value for place in places if place.value is not None)
    lows = [shade.low for shade in shades]
    view = _View.around(places)
    heaviest = max(place.weight for place in places) or 1
    parts = [f'<svg class="chart map" viewBox="0 0 {WIDTH} {view.height:.0f}" role="img" aria-label="{escape(name)}">']
    # the largest first, so that small circles lie on top
    for place in sorted(places, key=lambda place: -place.weight):
        level = bisect_right(lows, place.value) if place.value is not None else 0
        shape = (
            f'<path class="place level-{level}" d="{view.path(place.polygons)}">'
            if place.polygons
            else '<circle class="place level-{}" cx="{:.1f}" cy="{:.1f}" r="{:.1f}">'.format(
                level,
                *view.point(place.longitude, place.latitude),
                3 + 19 * math.sqrt(place.weight / heaviest),
            )
        )
        parts.append(f"{shape}<title>{escape(place.title)}</title></{'path' if place.polygons else 'circle'}>")
    parts.append("</svg>")
    return mark_safe("".join(parts))


@dataclass(frozen=True)
class _View:
    """From degrees to the drawing: plain enough for one country, narrowed by the cosine of its middle latitude."""

    west: float
    north: float
    scale: float
    squeeze: float
    height: float

    @classmethod
    def around(cls, places: Sequence[Place]) -> _View:
        longitudes = [place.longitude for place in places]
        latitudes = [place.latitude for place in places]
        for place in places:
            for polygon in place.polygons:
                for ring in polygon[:1]:
                    longitudes += [point[0] for point in ring]
                    latitudes += [point[1] for point in ring]
        margin = 0.4
        west, east = min(longitudes) - margin, max(longitudes) + margin
        south, north = min(latitudes) - margin, max(latitudes) + margin
        squeeze = math.cos(math.radians((south + north) / 2))
        scale = WIDTH / ((east - west) * squeeze)
        return cls(west, north, scale, squeeze, (north - south) * scale)

    def point(self, longitude: float, latitude: float) -> tuple[float, float]:
        return (longitude - self.west) * self.squeeze * self.scale, (self.north - latitude) * self.scale

    def path(self, polygons: Sequence[Sequence[Ring]]) -> str:
        """The outline, leaving out points too near to the last to be seen."""
        pieces = []
        for polygon in polygons:
            for ring in polygon:
                kept: list[tuple[float, float]] = []
                for vertex in ring:
                    x, y = self.point(vertex[0], vertex[1])
                    if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= 1.2:
                        kept.append((x, y))
                if len(kept) > 2:
                    pieces.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + "Z")
        return "".join(pieces)
