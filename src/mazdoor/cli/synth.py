"""`mazdoor synth`: write a population of people who do not exist."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from mazdoor.synth import DEFAULT_AS_OF, generate
from mazdoor.synth.calibration import lines
from mazdoor.synth.linkage import LinkageOrder, write_linkage


@click.group(
    name="synth",
    short_help="Write a population of people who do not exist.",
    invoke_without_command=True,
    subcommand_metavar="[linkage …]",
)
@click.option(
    "--workers", type=click.IntRange(min=100), default=None, help="How many workers; their households come too."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The same seed gives the same people."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Folder to write to; made if missing.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    default=DEFAULT_AS_OF.isoformat(),
    show_default=True,
    help="The day the population is seen on: the first of a month.",
)
@click.option(
    "--wage-months", type=click.IntRange(0, 18), default=3, show_default=True, help="Whole months of wages to write."
)
@click.option(
    "--workers-only",
    is_flag=True,
    help="Leave out household members who neither work nor contribute (about a third of the rows).",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=min(2, os.cpu_count() or 1),
    show_default=True,
    help="Parts made side by side; the result is the same.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON and nothing else.")
@click.pass_context
def synth(
    context: click.Context,
    workers: int | None,
    seed: int,
    out: Path | None,
    as_of: datetime,
    wage_months: int,
    workers_only: bool,
    processes: int,
    as_json: bool,
) -> None:
    """Write a population as Parquet, and print how close it comes to the Labour Force Survey and the census.

    Persons in households, what they work at and for whom, what they are paid, their old-age contributions, and what
    other government registers say of them. Under truth/ lie the answers: who is registered twice, which members of the
    elite should be excluded and by which filter, who is paid under the minimum wage, and what pensioners are owed.

    Nobody in it is real: card numbers begin with 0 and phone numbers with 039, which are issued to nobody.

    Example: mazdoor synth --workers 50000 --seed 7 --out /tmp/people
    """
    if context.invoked_subcommand:
        return
    if workers is None or out is None:
        raise click.UsageError("say how many --workers, and the folder to write to with --out")
    began = time.monotonic()
    bar = Progress(
        TextColumn("synth"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("parts"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        disable=as_json or not sys.stderr.isatty(),
        transient=True,
    )
    try:
        with bar:
            task = bar.add_task("synth", total=None)
            manifest = generate(
                workers=workers,
                seed=seed,
                out=out,
                as_of=as_of.date(),
                wage_months=wage_months,
                everybody=not workers_only,
                processes=processes,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    seconds = time.monotonic() - began
    if as_json:
        click.echo(json.dumps(asdict(manifest) | {"seconds": round(seconds, 2)}, ensure_ascii=False))
        return
    for line in lines(manifest.calibration):
        click.echo(line)
    click.echo("")
    for name, rows in manifest.counts.items():
        click.echo(f"{name:<20}{rows:>14,}")
    click.echo(f"{manifest.bytes / 1e6:,.0f} MB in {seconds:,.1f} s under {out}")


@synth.command(name="linkage", short_help="Write records with known duplicates, to measure linkage on.")
@click.option(
    "--persons", type=click.IntRange(min=10), required=True, help="How many people; a twentieth stand there twice."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The same seed gives the same rows."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Parquet file to write.")
@click.option(
    "--spellings",
    type=click.Choice(["held_back", "tuning"]),
    default="held_back",
    show_default=True,
    help="Which half of the spelling variants: one to measure on, one to tune on.",
)
@click.option("--cnic", is_flag=True, help="Card numbers are in play: right, wrong, swapped, old, missing, borrowed.")
@click.option(
    "--urdu",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Share of second records in Urdu script.",
)
@click.option("--hard", is_flag=True, help="Also names in the wrong box, husbands for fathers, births told by decade.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON and nothing else.")
def linkage(
    persons: int, seed: int, out: Path, spellings: str, cnic: bool, urdu: float, hard: bool, as_json: bool
) -> None:
    """Write people in families, some of them recorded twice with the errors registers have, as one Parquet file.

    Rows with the same person_no are one person; errors says what went wrong with the second record. Without --cnic nobody has
    a card number. The rates are those of the error model published with the linkage figures.

    Example: mazdoor synth linkage --persons 1000000 --seed 1 --out people.parquet
    """
    order = LinkageOrder(persons, seed=seed, spellings=spellings, cnic=cnic, urdu=urdu, hard=hard)
    written = write_linkage(order, out)
    if as_json:
        click.echo(json.dumps(asdict(written)))
        return
    click.echo(f"{written.records:,} records of {written.persons:,} people; {written.true_pairs:,} true pairs")
    click.echo(f"{out.stat().st_size / 1e6:,.0f} MB in {written.seconds:,.1f} s: {out}")
