"""``mazdoor import``: a list of people from a file into the register."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click

from mazdoor.access import selectors as access
from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.cli.exits import REFUSED
from mazdoor.database import lifecycle
from mazdoor.delivery.registration.files import keeping, selectors, services
from mazdoor.delivery.registration.files.columns import HOUSEHOLD_KEY, REASON_MARK, ROW_KEY
from mazdoor.delivery.registration.files.interruptions import told_plainly
from mazdoor.delivery.registration.files.template import write_template
from mazdoor.reference import services as reference


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--columns", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A JSON object: heading of the file → name of the question ('' leaves a column out).")  # fmt: skip
@click.option(
    "--key", metavar="HEADING", help="The column that tells rows apart for the sender: the same again is the same row."
)
@click.option("--household", metavar="HEADING", help="The column that is the same in every row of one household.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the rows that come back with reasons."
)
@click.option(
    "--officer", metavar="NAME", help="Bring it in as this officer, into this officer's areas; else as the system."
)
@click.option("--again", type=int, metavar="NUMBER", help="Go on with a file that was cut off, by its number.")
@click.option(
    "--template",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the file to fill in (.xlsx or .csv) and stop.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
def import_(
    *,
    file: Path | None,
    columns: Path | None,
    key: str | None,
    household: str | None,
    out: Path | None,
    officer: str | None,
    again: int | None,
    template: Path | None,
    as_json: bool,
) -> int:
    """Register the people of a CSV or XLSX file: one row is a person with household and work.

    Rows that cannot be registered come back in a file of the same kind, with the reason beside each cell. The same file again
    changes nothing; a run that was cut off goes on with --again. Ends with 3 where any row was refused, and where the database, the
    disk or the folder failed.
    """
    language = os.environ.get("MAZDOOR_LANGUAGE", "en")
    if template is not None:
        write_template(template, language=language)
        click.echo(str(template))
        return 0
    if file is None and again is None:
        raise click.UsageError("name a FILE, or --again NUMBER, or --template FILE")
    with lifecycle.lease():
        lifecycle.ensure_ready()
        reference.load()  # a new installation knows no areas yet; elsewhere this changes nothing
        acting = _acting(officer)
        number = again if again is not None else _receive(file, columns, key, household, acting)
        if not as_json:
            click.echo(f"file {number}; if it is cut off, it goes on with: mazdoor import --again {number}", err=True)
        with told_plainly(number):
            services.import_file(import_id=number, acting=acting, progress=None if as_json else _tell())
            with acting():
                done = selectors.get_file(import_id=number)
                returned = selectors.find_returned(import_id=number)
            written = ""
            if returned is not None and out is not None:
                out.mkdir(parents=True, exist_ok=True)
                written = str(out / f"returned-{number}{returned.suffix}")
                shutil.copyfile(returned, written)
    told = {
        "file": number, "rows": done.rows_total, "entered": done.rows_entered, "already": done.rows_already,
        "refused": done.rows_refused, "flagged": done.rows_flagged, "repaired": done.rows_repaired,
        "duplicates": done.duplicates, "returned": written or (str(returned) if returned is not None else ""),
    }  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
    else:
        click.echo(
            f"{done.rows_entered:,} of {done.rows_total or 0:,} rows registered, {done.rows_already:,} were here already, "
            f"{done.rows_refused:,} refused; {done.rows_flagged:,} flagged, {done.rows_repaired:,} read with a repair, "
            f"{done.duplicates:,} likely here twice"
        )
        if told["returned"]:
            click.echo(f"refused rows with their reasons: {told['returned']}")
    return REFUSED if done.rows_refused else 0


def _acting(officer: str | None) -> Any:
    if officer is None:
        return lambda: acting_as_system(reason="import")
    with acting_as_system(reason="import"):
        found = access.find_officer(username=officer)
    if found is None:
        raise click.UsageError(f"no officer is called {officer}")
    number = found.pk

    def acting() -> AbstractContextManager[Any]:
        return acting_as(officer_id=number)

    return acting


def _receive(file: Path | None, columns: Path | None, key: str | None, household: str | None, acting: Any) -> int:
    """Keep the file and settle its columns: as named on the command line, else as its headings say."""
    assert file is not None
    with acting():
        number = services.receive_file(blocks=keeping.blocks_of(file))
        try:
            with told_plainly(number):
                _settle(number, columns, key, household)
        except BaseException:
            services.forget(import_id=number)  # its number is not kept either, so nobody could go on with it
            raise
    return number


def _settle(number: int, columns: Path | None, key: str | None, household: str | None) -> None:
    guesses = services.guesses_of(number)
    mapping = [guess.column for guess in guesses]
    headings = [guess.heading for guess in guesses]
    given = _map_of(columns) if columns is not None else {}
    given |= {heading: ROW_KEY for heading in [key] if heading}
    given |= {heading: HOUSEHOLD_KEY for heading in [household] if heading}
    for heading, name in given.items():
        if heading not in headings:
            raise services.unknown_column(heading)
        place = headings.index(heading)
        mapping = ["" if each == name else each for each in mapping]
        mapping[place] = name
    for guess, name in zip(guesses, mapping, strict=True):
        if name and not guess.sure:
            click.echo(f"  “{guess.heading}” is taken for {name}", err=True)
        elif not name and guess.heading and not guess.heading.startswith(REASON_MARK):
            click.echo(f"  “{guess.heading}” is left out: no question is called so (--columns names one)", err=True)
    services.confirm_columns(import_id=number, mapping=mapping)


def _map_of(columns: Path) -> dict[str, str]:
    try:
        given = json.loads(columns.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.UsageError(f"{columns} is not JSON: {error}") from error
    if not isinstance(given, dict) or not all(isinstance(name, str) for name in given.values()):
        raise click.UsageError(f"{columns} is not an object of headings and names of questions")
    return given


def _tell() -> Any:
    from mazdoor.cli.demo.telling import Teller

    teller = Teller()

    def progress(step: str, done: int, total: int) -> None:
        teller.progress("rows read" if step == "read" else "rows entered", done, max(total, done, 1))

    return progress
