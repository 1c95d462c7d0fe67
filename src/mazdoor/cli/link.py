"""`mazdoor link`: which rows of any file of people are one person."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click
import yaml
from rich.console import Console
from rich.table import Table

from mazdoor.cli.exits import REFUSED
from mazdoor.cli.sizes import memory_size

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SETTINGS: dict[str, type | tuple[type, ...]] = {
    "columns": dict,
    "threshold": (int, float),
    "lowest": (int, float),
    "seed": int,
}


@click.command(name="link", short_help="Which rows of a file of people are one person?")
@click.argument("file", type=_FILE)
@click.argument("file2", type=_FILE, required=False)
@click.option(
    "--against",
    type=_FILE,
    multiple=True,
    help="A file linked before, of the same columns; may be given again. Only pairs with a row of FILE are looked for.",
)
@click.option(
    "--config",
    type=_FILE,
    help="YAML: `columns` (column: kind), `threshold` and `lowest` in bits, `seed`. Without it, columns are recognised.",
)
@click.option("--truth", help="A column that names the person: measured against, never learnt from.")
@click.option("--truth-pattern", help="Regular expression for the part of the truth that names the person.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for pairs.parquet and groups.parquet."
)
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here as JSON.")
@click.option(
    "--memory",
    default="4GB",
    show_default=True,
    callback=memory_size,
    help="The most the engine takes; beyond it goes to disk.",
)
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="Where pairs are joined and compared; both find the same pairs.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON and nothing else.")
def link(
    file: Path,
    file2: Path | None,
    against: tuple[Path, ...],
    config: Path | None,
    truth: str | None,
    truth_pattern: str | None,
    out: Path | None,
    report: Path | None,
    memory: str,
    engine: str,
    as_json: bool,
) -> None:
    """Find the rows of FILE, or of FILE and FILE2, that are one person: CSV or Parquet, any columns.

    What a column holds is found out by its name and its values; --config says it where that goes wrong. Every pair has a
    weight for each field; groups are formed from pairs that agree on average, so a chain of likenesses is not one person.
    With --truth, precision, recall and F1 are counted on pairs of rows. Where every value of the truth column differs, the
    first number in it is taken to name the person (rec-12-dup-0: 12).

    What comes in batches is linked with --against: new rows with each other and with all before, never the old with the old.

    Example: mazdoor link people.csv --truth person_id --out found --report figures.json

    Example: mazdoor link april.csv --against january.csv --against march.csv --out found
    """
    import duckdb

    from mazdoor.matching.files import UnknownColumn, link_files
    from mazdoor.rules.problems import EngineMissing

    if file2 is not None and against:
        _refuse("a second file and --against cannot be given at once")
    began = time.monotonic()
    settings = _settings(config)
    told = {str(column): str(kind) for column, kind in settings.pop("columns", {}).items()}
    with tempfile.TemporaryDirectory(prefix="mazdoor-link-") as scratch:
        try:
            found = link_files(
                file,
                file2,
                against=against,
                out=out or Path(scratch),
                told=told,
                truth=truth,
                truth_pattern=truth_pattern,
                memory=memory,
                engine=engine,
                **settings,
            )
        except (UnknownColumn, EngineMissing) as error:
            _refuse(str(error))
        except duckdb.OutOfMemoryException:
            _refuse(
                f"{memory} of memory are too few for these files, with the disk beside it; allow more with --memory"
            )
        except duckdb.Error as error:  # its message may hold a value of the file
            _refuse(_unreadable([file, *([file2] if file2 is not None else []), *against], error))
    quality = found.quality
    figures: dict[str, Any] = {
        "precision": None if quality is None else round(quality.precision, 6),
        "recall": None if quality is None else round(quality.recall, 6),
        "f1": None if quality is None else round(quality.f1, 6),
        "pairs": found.paired,
        "clusters": found.found,
        "seconds": round(time.monotonic() - began, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1 if sys.platform == "darwin" else 1024),
        "rows": found.rows,
        "people": found.people,
        "compared": found.compared,
        "true_pairs": None if quality is None else quality.true_pairs,
        "reached": None if quality is None else round(quality.reached, 6),
        "fields": {each.name: list(each.columns) for each in found.recognised.fields},
        "left_out": found.recognised.left_out,
        "together": found.together,
        "keys": list(found.keys),
        "steps": found.seconds,
    }
    if report is not None:
        report.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
    else:
        _show(figures)


def _unreadable(files: Sequence[Path], error: Exception) -> str:
    """Why the files cannot be read: in another encoding than UTF-8, or not made as they should be."""
    from mazdoor.matching.files.reading import PARQUET, is_utf8

    for path in files:
        if path.suffix.lower() not in PARQUET and not is_utf8(path):
            return f"{path.name} is not written in UTF-8; save it as “CSV UTF-8” and try again"
    return f"a file cannot be read as CSV or Parquet ({type(error).__name__}); see that each row has all columns"


def _settings(config: Path | None) -> dict[str, Any]:
    if config is None:
        return {}
    try:
        given = yaml.safe_load(config.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError):
        _refuse("the configuration is not YAML")
    if not isinstance(given, dict):
        _refuse("the configuration is a list of settings: columns, threshold, lowest, seed")
    for name, value in given.items():
        if name not in _SETTINGS:
            _refuse(f'the configuration has no setting "{name}"; there are: {", ".join(_SETTINGS)}')
        if not isinstance(value, _SETTINGS[name]) or isinstance(value, bool):
            _refuse(f'the setting "{name}" is not of its kind')
    return dict(given)


def _refuse(cause: str) -> NoReturn:
    click.echo(f"link: {cause}", err=True)
    raise SystemExit(REFUSED)


def _show(figures: dict[str, Any]) -> None:
    console = Console()
    fields = Table("field", "made from", box=None)
    for name, columns in figures["fields"].items():
        fields.add_row(name, ", ".join(columns))
    console.print(fields)
    for column, same in figures["together"].items():
        console.print(f"taken for one: {column} and {same}", highlight=False)
    for column, reason in figures["left_out"].items():
        console.print(f"left out: {column} ({reason})", highlight=False)
    console.print(
        f"{figures['rows']:,} rows, {figures['compared']:,} pairs compared: {figures['clusters']:,} people stand in more than "
        f"one row ({figures['pairs']:,} pairs); {figures['people']:,} people in all.",
        highlight=False,
    )
    if figures["f1"] is not None:
        console.print(
            f"precision {figures['precision']:.4f}  recall {figures['recall']:.4f}  F1 {figures['f1']:.4f}  "
            f"(of {figures['true_pairs']:,} true pairs the keys reach {figures['reached']:.4f})",
            highlight=False,
        )
    console.print(f"{figures['seconds']} s, {figures['peak_mb']:,} MB", highlight=False)
