"""Reading official boundary files: GeoJSON or TopoJSON, with the P-code under any of its usual property names.

Nothing here touches the database: a file becomes shapes (code, polygons) and refusals (row, reason). A shape is a list
of polygons; a polygon is a list of rings, the first its outline and the rest its holes; a ring is a closed list of
``[longitude, latitude]`` in WGS 84, rounded to 0.0001° (about 11 metres).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mazdoor.reference.refusals import FILE_NOT_BOUNDARIES, FILE_NOT_JSON, FILE_WITHOUT_CODES

Point = tuple[float, float]
Ring = list[Point]
Polygon = list[Ring]

PRECISION: Final = 4
# ADM2_PCODE, admin2Pcode, adm2_pcode, ADM2PCODE, admin_2_p_code, P_CODE, pcode: one pattern for the variants in use.
_CODE_PROPERTY: Final = re.compile(r"^(?:adm(?:in)?_?(?P<level>[0-4])_?)?p_?code$", re.IGNORECASE)
_CODE: Final = re.compile(r"^[A-Z]{2}[0-9A-Z]{0,10}$")


@dataclass(frozen=True, slots=True)
class Shape:
    """One area's polygons as read from a file, with the row (counted from 1) it came from."""

    row: int
    code: str
    polygons: list[Polygon]

    def shape_hash(self) -> str:
        """SHA-256 of the rounded coordinates: the same shape read again, from either format, has the same hash."""
        return hashlib.sha256(json.dumps(self.polygons).encode()).hexdigest()

    def extent(self) -> tuple[float, float, float, float]:
        """West, south, east and north edges in degrees."""
        xs = [x for polygon in self.polygons for x, _ in polygon[0]]
        ys = [y for polygon in self.polygons for _, y in polygon[0]]
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A shape that was left out, and why. Reasons: ``no-code``, ``not-a-polygon``, ``not-degrees``,
    ``unknown-code``, ``repeated-code``."""

    row: int
    code: str
    reason: str


@dataclass(slots=True)
class BoundaryFile:
    """What a boundary file held: shapes that can be used and rows that cannot."""

    shapes: list[Shape] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)


def read_boundary_file(path: Path) -> BoundaryFile:
    """Read ``path``. Raises REF-005 (not JSON), REF-006 (not boundaries) or REF-007 (no P-codes at all).

    A file speaks of one level: the deepest for which any of its shapes has a code. A shape without a code of that
    level is refused, or a district without its own code would be taken for its whole province.
    """
    features = list(_features(_load(path)))
    level = max((depth for properties, _ in features for depth, _ in _codes(properties)), default=None)
    if level is None:
        raise FILE_WITHOUT_CODES.because(features=len(features))
    result = BoundaryFile()
    seen: set[str] = set()
    for row, (properties, geometry) in enumerate(features, start=1):
        code = next((code for depth, code in _codes(properties) if depth == level), "")
        reason = None
        polygons: list[Polygon] = []
        if not code:
            reason = "no-code"
        elif code in seen:
            reason = "repeated-code"
        else:
            try:
                polygons = [_polygon(polygon) for polygon in geometry]
            except (TypeError, ValueError, IndexError):
                reason = "not-a-polygon"
            else:
                polygons = [polygon for polygon in polygons if polygon]
                if not polygons:
                    reason = "not-a-polygon"
                elif not all(_in_degrees(polygon) for polygon in polygons):
                    reason = "not-degrees"
        if reason is not None:
            result.refused.append(RefusedRow(row, code, reason))
            continue
        seen.add(code)
        result.shapes.append(Shape(row, code, polygons))
    return result


def _load(path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise FILE_NOT_JSON.because(line=error.lineno) from error
    except UnicodeDecodeError as error:
        raise FILE_NOT_JSON.because(line=1) from error
    if not isinstance(document, dict):
        raise FILE_NOT_BOUNDARIES.because()
    return document


def _features(document: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Sequence[Any]]]:
    """Properties and MultiPolygon coordinates of every shape; anything but a polygon gives no coordinates."""
    kind = document.get("type")
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        for feature in document["features"]:
            shape = feature.get("geometry") or {}
            yield feature.get("properties") or {}, _as_multi(shape.get("type"), shape.get("coordinates"))
    elif kind == "Topology" and isinstance(document.get("objects"), dict):
        arcs = _decoded_arcs(document)
        for thing in document["objects"].values():
            for shape in thing.get("geometries", [thing]):
                indexes = _as_multi(shape.get("type"), shape.get("arcs"))
                rings = [[_joined(arcs, ring) for ring in polygon] for polygon in indexes]
                yield shape.get("properties") or {}, rings
    else:
        raise FILE_NOT_BOUNDARIES.because()


def _as_multi(kind: object, parts: Any) -> Sequence[Any]:
    if kind == "MultiPolygon" and isinstance(parts, list):
        return parts
    return [parts] if kind == "Polygon" and isinstance(parts, list) else []


def _decoded_arcs(document: Mapping[str, Any]) -> list[Ring]:
    """A quantised topology stores whole-number steps from point to point; turn them back into degrees."""
    transform = document.get("transform")
    if transform is None:
        return [[(float(x), float(y)) for x, y, *_ in arc] for arc in document.get("arcs", [])]
    (scale_x, scale_y), (origin_x, origin_y) = transform["scale"], transform["translate"]
    decoded: list[Ring] = []
    for arc in document.get("arcs", []):
        x = y = 0
        ring: Ring = []
        for step_x, step_y, *_ in arc:
            x, y = x + step_x, y + step_y
            ring.append((x * scale_x + origin_x, y * scale_y + origin_y))
        decoded.append(ring)
    return decoded


def _joined(arcs: Sequence[Ring], indexes: Iterable[int]) -> Ring:
    """Arcs end to end; ``~i`` is arc ``i`` walked backwards; the point two arcs share is kept once."""
    ring: Ring = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(arc[1:] if ring else arc)
    return ring


def _codes(properties: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Level and code of every P-code among a shape's properties; a bare ``pcode`` counts as the deepest."""
    for name, value in properties.items():
        match = _CODE_PROPERTY.match(name)
        if match and isinstance(value, str) and _CODE.match(value.strip().upper()):
            yield int(match["level"] or 9), value.strip().upper()


def _polygon(rings: Sequence[Any]) -> Polygon:
    """Rounded, closed rings. A hole that rounding made smaller than a triangle is dropped; without its outline the
    whole polygon is."""
    polygon: Polygon = []
    for position, ring in enumerate(rings):
        points: Ring = []
        for x, y, *_ in ring:
            point = (round(float(x), PRECISION), round(float(y), PRECISION))
            if not points or points[-1] != point:
                points.append(point)
        if points and points[0] != points[-1]:
            points.append(points[0])
        if len(points) >= 4:
            polygon.append(points)
        elif position == 0:
            return []
    return polygon


def _in_degrees(polygon: Polygon) -> bool:
    """Projected coordinates (metres) would put the map off the earth."""
    return all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in polygon[0])
