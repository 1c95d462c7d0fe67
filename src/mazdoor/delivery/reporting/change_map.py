"""A map of what a change of the law does in each district: who gains and who loses, in two families of colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

from mazdoor.delivery.reporting import maps
from mazdoor.delivery.reporting.figures import INK, PAPER, WITHHELD, Figure, accessible, font, is_urdu
from mazdoor.kernel.refusals import Words
from mazdoor.reference import selectors as reference
from mazdoor.reference.selectors import AreaRow

_GAIN, _GAIN_MOST, _LOSE, _LOSE_MOST = "#b5dcc4", "#0b5d3b", "#f0d3c4", "#a3431d"
GAIN: Final = Words("more gain than lose", "فائدہ پانے والے زیادہ")
GAIN_MOST: Final = Words("most gain here", "سب سے زیادہ فائدہ یہاں")
LOSE: Final = Words("more lose than gain", "نقصان اٹھانے والے زیادہ")
LOSE_MOST: Final = Words("most lose here", "سب سے زیادہ نقصان یہاں")
UNCHANGED: Final = Words("nobody gains or loses", "کسی کو فائدہ یا نقصان نہیں")
LABEL: Final = Words("{gain} gain, {lose} lose", "{gain} کو فائدہ، {lose} کو نقصان")
NOT_THERE: Final = Words("nobody on the register", "رجسٹر میں کوئی نہیں")
LEGEND: Final = Words("Who gains and loses", "فائدہ اور نقصان")


@dataclass(frozen=True, slots=True)
class Change:
    """A district's counts; None: withheld because so few people could be known."""

    gain: int | None
    lose: int | None


def change_map(
    changes: Mapping[str, Change],
    *,
    at: date,
    title: str,
    sentence: str,
    language: str,
    columns: list[str],
    rows: list[list[str]],
) -> Figure:
    """Districts by who gains and loses. ``changes`` by district code; a district that is missing has nobody registered."""
    areas = reference.areas(level="district", at=at)
    polygons = {boundary.area_code: boundary for boundary in reference.boundaries(level="district")}
    place = maps._projection(areas, polygons.values())
    net = {code: _net(each) for code, each in changes.items()}
    most = max((abs(each) for each in net.values() if each is not None), default=0)
    parts: list[str] = []
    for code, boundary in sorted(polygons.items()):
        area = maps._district_of_today(code, at)
        if area is not None:
            parts.append(
                maps._polygon(boundary, place, _fill(area, changes, net, most), _label(area, changes, language))
            )
    circled = sorted(
        (area for area in areas if area.code not in polygons), key=lambda area: (-(area.population or 0), area.code)
    )
    parts.extend(
        maps._circle(area, place, _fill(area, changes, net, most), _label(area, changes, language)) for area in circled
    )
    notes = []
    if polygons:
        sources = sorted({boundary.source for boundary in polygons.values()})
        notes.append(maps.LINES.in_language(language).format(source="; ".join(sources)))
        parts.extend(maps._outline(boundary, place) for boundary in reference.boundaries(level="province"))
    else:
        notes.append(maps.CIRCLES.in_language(language))
    parts.extend(maps._province_names(place, language))
    parts.append(_legend(language))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {maps._WIDTH} {maps._HEIGHT}" width="{maps._WIDTH}"'
        f' height="{maps._HEIGHT}" font-family="{font(language)}" font-size="13" fill="{INK}">{maps._DEFINITIONS}'
        f'<rect width="{maps._WIDTH}" height="{maps._HEIGHT}" fill="{PAPER}"/>{"".join(parts)}</svg>'
    )
    return Figure(
        svg=accessible(svg, name="change-map", title=title, sentence=sentence, language=language),
        title=title,
        sentence=sentence,
        columns=columns,
        rows=rows,
        notes=notes,
    )


def _net(change: Change) -> int | None:
    return None if change.gain is None or change.lose is None else change.gain - change.lose


def _fill(area: AreaRow, changes: Mapping[str, Change], net: Mapping[str, int | None], most: int) -> str:
    if area.code not in changes:
        return maps._HATCH
    value = net[area.code]
    if value is None:
        change = changes[area.code]
        return _GAIN if change.gain is None else _LOSE
    if value == 0:
        return PAPER
    much = 2 * abs(value) >= most
    return (_GAIN_MOST if much else _GAIN) if value > 0 else (_LOSE_MOST if much else _LOSE)


def _label(area: AreaRow, changes: Mapping[str, Change], language: str) -> str:
    change = changes.get(area.code)
    if change is None:
        told = NOT_THERE.in_language(language)
    else:
        gain, lose = (
            WITHHELD.in_language(language) if each is None else f"{each:,}" for each in (change.gain, change.lose)
        )
        told = LABEL.in_language(language).format(gain=gain, lose=lose)
    return f"<title>{escape(area.name(language))}: {escape(told)}</title>"


def _legend(language: str) -> str:
    rows = [
        (_GAIN_MOST, GAIN_MOST),
        (_GAIN, GAIN),
        (PAPER, UNCHANGED),
        (_LOSE, LOSE),
        (_LOSE_MOST, LOSE_MOST),
        (maps._HATCH, NOT_THERE),
    ]
    urdu = is_urdu(language)
    right = maps._WIDTH - maps._MARGIN
    left = right - 210
    top = maps._HEIGHT - maps._MARGIN - 22 * len(rows) - 18
    edge, anchor, swatch, text = (right, "end", right - 22, right - 30) if urdu else (left, "start", left, left + 30)
    parts = [
        f'<text x="{edge:.0f}" y="{top:.0f}" text-anchor="{anchor}" font-weight="600">'
        f"{escape(LEGEND.in_language(language))}</text>"
    ]
    for number, (fill, words) in enumerate(rows):
        y = top + 12 + 22 * number
        parts.append(
            f'<rect x="{swatch:.0f}" y="{y:.0f}" width="22" height="15" fill="{fill}" stroke="#8a9993" stroke-width="0.6"/>'
            f'<text x="{text:.0f}" y="{y + 12:.0f}" text-anchor="{anchor}">{escape(words.in_language(language))}</text>'
        )
    return f'<g aria-hidden="true">{"".join(parts)}</g>'
