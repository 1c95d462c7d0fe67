"""``mazdoor areas``: what places there are, and their boundaries from an official file."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Final

import click
from django.utils import timezone

from mazdoor.access.services import acting_as_system
from mazdoor.database import lifecycle
from mazdoor.reference import selectors, services

_LEVELS: Final = ("country", "province", "division", "district", "tehsil")
_REASONS: Final = {
    "no-code": "the shape has no P-code of the file's level",
    "unknown-code": "we know no area with this P-code",
    "repeated-code": "an earlier shape in the file has the same P-code",
    "not-a-polygon": "the geometry is not a polygon",
    "not-degrees": "the coordinates are not longitude and latitude",
}
_FIRST_REFUSED: Final = 20


@click.group("areas")
def areas() -> None:
    """Provinces, districts, tehsils and their boundaries.

    Areas come with each release; boundaries come from you: an official file (OCHA COD-AB) makes the map draw districts
    in place of circles.
    """


@areas.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--source",
    default="COD-AB, OCHA / WFP (CC BY 3.0 IGO)",
    show_default=True,
    help="What is written under every map drawn with these boundaries.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
def import_(*, file: Path, source: str, as_json: bool) -> None:
    """Take boundaries from FILE, a GeoJSON or TopoJSON whose shapes carry P-codes.

    Shapes that cannot be used are left out and named; the others enter. The same file again changes nothing.
    """
    with lifecycle.lease():
        lifecycle.ensure_ready()
        services.load()
        with acting_as_system(reason="mazdoor areas import"):
            done = services.import_boundaries(path=file, source=source)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "added": done.added,
                    "replaced": done.replaced,
                    "unchanged": done.unchanged,
                    "refused": [{"row": one.row, "code": one.code, "reason": one.reason} for one in done.refused],
                }
            )
        )
        return
    click.echo(f"{done.added} boundaries added, {done.replaced} replaced, {done.unchanged} unchanged")
    for one in done.refused[:_FIRST_REFUSED]:
        click.echo(f"row {one.row} {one.code or '(no code)'}: left out, {_REASONS[one.reason]}", err=True)
    if len(done.refused) > _FIRST_REFUSED:
        click.echo(f"and {len(done.refused) - _FIRST_REFUSED} more left out: use --json for all", err=True)


@areas.command("list")
@click.option("--level", type=click.Choice(_LEVELS), help="Only areas of this level.")
@click.option("--within", metavar="CODE", help="Only areas inside this one, such as PK6 or PK6-LAHORE.")
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Only areas that existed on this day (default today).",
)
@click.option("--urdu", is_flag=True, help="Names in Urdu.")
@click.option("--json", "as_json", is_flag=True, help="Answer as a JSON list.")
def list_(*, level: str | None, within: str | None, at: datetime | None, urdu: bool, as_json: bool) -> None:
    """List areas by code: code, level, name, population of the census of 2023."""
    with lifecycle.lease():
        lifecycle.ensure_ready()
        services.load()
        if within is not None:
            selectors.get_area(within)
        found = selectors.areas(level=level, within=within, at=at.date() if at else timezone.localdate())
    if as_json:
        click.echo(
            json.dumps(
                [
                    {
                        "code": area.code,
                        "level": area.level,
                        "name_en": area.name_en,
                        "name_ur": area.name_ur,
                        "division": area.division_code,
                        "population_2023": area.population_2023,
                        "valid_from": area.valid_from.isoformat() if area.valid_from else None,
                        "valid_to": area.valid_to.isoformat() if area.valid_to else None,
                    }
                    for area in found
                ],
                ensure_ascii=False,
            )
        )
        return
    for area in found:
        people = f"{area.population_2023:,}" if area.population_2023 is not None else "-"
        click.echo(f"{area.code:<24} {area.level:<9} {people:>13}  {area.name('ur' if urdu else 'en')}")
