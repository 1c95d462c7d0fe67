"""Boundary files: good shapes enter, bad ones are named, and a file that cannot be used is refused in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import selectors, services
from mazdoor.reference.boundaries import read_boundary_file
from mazdoor.reference.models import AreaBoundary

COD = Path(__file__).parents[3] / "shared" / "data" / "boundaries"  # beside the repository, where there is one
SQUARE = [[[70.0, 30.0], [71.0, 30.0], [71.0, 31.0], [70.0, 31.0], [70.0, 30.0]]]


def feature(properties: dict[str, Any], coordinates: Any = SQUARE, kind: str = "Polygon") -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def written(folder: Path, *features: dict[str, Any]) -> Path:
    path = folder / "boundaries.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "name", ["ADM2_PCODE", "admin2Pcode", "adm2_pcode", "ADM2PCODE", "admin_2_p_code", "P_CODE", "pcode"]
)
def test_the_code_is_found_under_every_usual_property_name(tmp_path: Path, name: str) -> None:
    content = read_boundary_file(written(tmp_path, feature({name: "PK603", "shape_area": 2.5})))
    assert [shape.code for shape in content.shapes] == ["PK603"]


def test_a_district_without_its_own_code_is_not_taken_for_its_province(tmp_path: Path) -> None:
    content = read_boundary_file(
        written(tmp_path, feature({"ADM1_PCODE": "PK6", "ADM2_PCODE": "PK603"}), feature({"ADM1_PCODE": "PK7"}))
    )
    assert [shape.code for shape in content.shapes] == ["PK603"]
    assert [(one.row, one.reason) for one in content.refused] == [(2, "no-code")]


def test_rotten_shapes_are_left_out_one_by_one(tmp_path: Path) -> None:
    metres = [[[700000, 3300000], [800000, 3300000], [800000, 3400000], [700000, 3300000]]]
    content = read_boundary_file(
        written(
            tmp_path,
            feature({"pcode": "PK601"}),
            feature({"pcode": "PK601"}),
            feature({"pcode": "PK602"}, [70, 30], "Point"),
            feature({"pcode": "PK603"}, metres),
            feature({"pcode": "PK604"}, [[["a", "b"], [1, 2], [3, 4]]]),
            feature({"pcode": "PK605"}, [[[70, 30], [70, 30.00001], [70, 30]]]),
        )
    )
    assert [shape.code for shape in content.shapes] == ["PK601"]
    assert [one.reason for one in content.refused] == [
        "repeated-code",
        "not-a-polygon",
        "not-degrees",
        "not-a-polygon",
        "not-a-polygon",
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{ not json", "REF-005"),
        ('{"type": "Point", "coordinates": [1, 2]}', "REF-006"),
        ("[1, 2]", "REF-006"),
        ('{"type": "FeatureCollection", "features": []}', "REF-007"),
        (
            '{"type": "FeatureCollection", "features": [{"properties": {"NAME": "Lahore"}, "geometry": null}]}',
            "REF-007",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_both_languages(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        read_boundary_file(path)
    assert refused.value.code == code
    assert refused.value.remedy("en") and refused.value.remedy("ur") != refused.value.remedy("en")


def test_the_same_shape_from_geojson_and_topojson_is_the_same(tmp_path: Path) -> None:
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.5, 0.5], "translate": [70, 30]},
        "arcs": [[[0, 0], [2, 0], [0, 2]], [[0, 0], [0, 2], [2, 0]]],
        "objects": {
            "adm2": {
                "type": "GeometryCollection",
                "geometries": [{"type": "Polygon", "arcs": [[0, -2]], "properties": {"ADM2_PCODE": "PK603"}}],
            }
        },
    }
    path = tmp_path / "topology.json"
    path.write_text(json.dumps(topology), encoding="utf-8")
    (from_topology,) = read_boundary_file(path).shapes
    (from_features,) = read_boundary_file(written(tmp_path, feature({"ADM2_PCODE": "PK603"}))).shapes
    assert from_topology.shape_hash() == from_features.shape_hash()
    assert from_features.extent() == (70.0, 30.0, 71.0, 31.0)


@pytest.mark.django_db
@pytest.mark.usefixtures("lists", "system")
def test_an_unknown_code_is_named_and_the_rest_enters_once(tmp_path: Path) -> None:
    path = written(tmp_path, feature({"ADM2_PCODE": "PK603"}), feature({"ADM2_PCODE": "PK999"}))
    first = services.import_boundaries(path=path, source="a test")
    assert (first.added, [(one.row, one.code, one.reason) for one in first.refused]) == (
        1,
        [(2, "PK999", "unknown-code")],
    )
    second = services.import_boundaries(path=path, source="a test")
    assert (second.added, second.replaced, second.unchanged) == (0, 0, 1)
    moved = [[[70.0, 30.0], [72.0, 30.0], [72.0, 31.0], [70.0, 30.0]]]
    third = services.import_boundaries(path=written(tmp_path, feature({"ADM2_PCODE": "PK603"}, moved)), source="a test")
    assert (third.added, third.replaced, AreaBoundary.objects.count()) == (0, 1, 1)
    assert [one.area_code for one in selectors.boundaries(level="district")] == ["PK603"]


@pytest.mark.django_db
@pytest.mark.usefixtures("lists", "system")
@pytest.mark.skipif(not COD.exists(), reason="the official boundary files are not on this machine")
@pytest.mark.parametrize(
    ("name", "shapes"),
    [("cod_ab_pak_adm2_simpl.geojson", 160), ("cod_ab_pak_adm3.topojson", 577), ("cod_ab_pak_adm1.topojson", 7)],
)
def test_every_shape_of_the_official_file_finds_its_area(name: str, shapes: int) -> None:
    done = services.import_boundaries(path=COD / name, source="COD-AB")
    assert (done.added, done.refused) == (shapes, [])


@pytest.mark.django_db
@pytest.mark.usefixtures("lists")
def test_the_command_says_what_it_left_out(tmp_path: Path) -> None:
    from mazdoor.cli.areas import areas

    path = written(tmp_path, feature({"ADM2_PCODE": "PK603"}), feature({"ADM2_PCODE": "PK999"}))
    answer = CliRunner().invoke(areas, ["import", str(path)])
    assert answer.exit_code == 0, answer.output
    assert "1 boundaries added" in answer.output
    assert "row 2 PK999: left out, we know no area with this P-code" in answer.output


@pytest.mark.django_db
@pytest.mark.usefixtures("lists")
def test_the_command_lists_districts_of_a_division() -> None:
    from mazdoor.cli.areas import areas

    answer = CliRunner().invoke(areas, ["list", "--level", "district", "--within", "PK6-LAHORE", "--json"])
    assert answer.exit_code == 0, answer.output
    assert [area["code"] for area in json.loads(answer.output)] == ["PK614", "PK617", "PK624", "PK633"]
