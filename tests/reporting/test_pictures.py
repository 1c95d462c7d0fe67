"""Charts and the map: readable without seeing them, the same each time, and in both directions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.reporting.conftest import ATTOCK, DAY, LAHORE

from mazdoor.delivery.reporting import charts, maps, services
from mazdoor.delivery.reporting.figures import Figure, about_text, share_text
from mazdoor.reference import services as reference

pytestmark = pytest.mark.django_db

SVG = "{http://www.w3.org/2000/svg}"
PICTURES = {
    "provinces": lambda language: charts.coverage_chart(by="province", language=language),
    "sexes": lambda language: charts.coverage_chart(by="sex", language=language),
    "gaps": lambda language: charts.gaps_chart(language=language),
    "map": lambda language: maps.coverage_map(language=language),
}


@pytest.fixture
def run(register: Callable[..., list[int]]) -> None:
    register(3, area_code=LAHORE)
    register(1, area_code=ATTOCK, sex="female")
    services.compute(at=DAY)


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("picture", sorted(PICTURES))
def test_a_picture_is_one_image_with_a_title_a_sentence_and_a_table(picture: str, language: str) -> None:
    figure: Figure = PICTURES[picture](language)
    root = ElementTree.fromstring(figure.svg)
    assert root.get("role") == "img" and root.get("lang") == language and root.get("direction") == "ltr"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and title.text == figure.title and title.get("id") == root.get("aria-labelledby")
    assert description is not None and description.text == figure.sentence
    assert figure.rows and all(len(row) == len(figure.columns) for row in figure.rows)
    assert "<script" not in figure.svg and "href" not in re.sub(r"xmlns:xlink=\S+", "", figure.svg)
    assert PICTURES[picture](language).svg == figure.svg, "drawn twice, the same bytes"
    if language == "ur":
        assert re.search(r"[\u0600-\u06ff]", figure.title + figure.sentence)
        assert not re.search(r"[A-Za-z]{3,}", figure.title + figure.sentence)


@pytest.mark.usefixtures("run")
def test_urdu_bars_grow_from_the_right() -> None:
    english, urdu = (charts.coverage_chart(by="province", language=language).svg for language in ("en", "ur"))
    assert english != urdu
    assert 'text-anchor="end"' in urdu and "پنجاب" in urdu and "Punjab" not in urdu


@pytest.mark.usefixtures("run")
def test_without_boundaries_districts_are_circles_as_large_as_their_people() -> None:
    root = ElementTree.fromstring(maps.coverage_map().svg)
    radius = {}
    for circle in root.iter(f"{SVG}circle"):
        name = circle.findtext(f"{SVG}title") or ""
        radius[name.partition(":")[0]] = float(circle.get("r", "0"))
    assert len(radius) == 160
    assert radius["Lahore"] == max(radius.values())
    assert (radius["Lahore"] / radius["Faisalabad"]) ** 2 == pytest.approx(13_004_135 / 9_075_819, rel=0.05)


@pytest.mark.usefixtures("run")
def test_with_a_boundary_file_districts_are_polygons_with_their_source_beneath(tmp_path: Path) -> None:
    square = [[[74.0, 31.2], [74.6, 31.2], [74.6, 31.7], [74.0, 31.7], [74.0, 31.2]]]
    path = tmp_path / "boundaries.geojson"
    path.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "properties": {"ADM2_PCODE": LAHORE},
                        "geometry": {"type": "Polygon", "coordinates": square},
                    }
                ],
            }
        ),
        encoding="utf-8",
    )
    reference.import_boundaries(path=path, source="Survey of a test")
    figure = maps.coverage_map()
    root = ElementTree.fromstring(figure.svg)
    (polygon,) = [path for path in root.iter(f"{SVG}path") if (path.findtext(f"{SVG}title") or "").startswith("Lahore")]
    assert (polygon.get("d") or "").startswith("M") and polygon.get("fill") == "#3b976a"  # Attock has more
    assert any("Survey of a test" in note for note in figure.notes)
    assert any("Keamari" in note for note in figure.notes)


@pytest.mark.usefixtures("run")
def test_where_the_survey_does_not_reach_the_map_says_so() -> None:
    svg = maps.coverage_map().svg
    assert "Muzaffarabad: 0 registered, no estimate" in svg


@pytest.mark.parametrize(
    ("share", "text"),
    [
        ("0", "0%"),
        ("0.0041", "0.0041%"),
        ("0.00000159", "<0.0001%"),
        ("0.08", "0.08%"),
        ("12.34", "12.3%"),
        ("100", "100.0%"),
        (None, "–"),
    ],
)
def test_a_share_is_written_with_as_many_decimals_as_it_needs(share: str | None, text: str) -> None:
    from decimal import Decimal

    assert share_text(None if share is None else Decimal(share)) == text


def test_large_numbers_are_told_in_the_words_of_each_language() -> None:
    assert about_text(62_798_490, "en") == "62.8 million"
    assert about_text(62_798_490, "ur") == "6.28 کروڑ"
    assert about_text(614_689, "ur") == "6.1 لاکھ"
