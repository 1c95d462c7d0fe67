"""``mazdoor journal``: the record of acts."""

from __future__ import annotations

import json

import click

from mazdoor.access.services import acting_as_system
from mazdoor.cli.exits import FOUND_WRONG
from mazdoor.database import lifecycle
from mazdoor.journal import sealing


@click.group()
def journal() -> None:
    """The record of acts: entries are appended freely and sealed in batches into a chain."""


@journal.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
def seal(*, as_json: bool) -> None:
    """Seal everything that is not sealed yet."""
    with lifecycle.lease():
        lifecycle.ensure_ready()
        sealed = 0
        while fresh := sealing.seal():
            sealed += fresh
    click.echo(json.dumps({"sealed": sealed}) if as_json else f"{sealed:,} entries sealed")


@journal.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
def verify(*, as_json: bool) -> int:
    """Compute every seal again. Ends with 4 and names the first entry that is not what was sealed."""
    with lifecycle.lease():
        lifecycle.ensure_ready()
        with acting_as_system(reason="verifying the journal"):
            found = sealing.verify()
    broken = found.broken
    if as_json:
        answer = {"seals": found.seals, "entries": found.entries, "unsealed": found.unsealed, "intact": broken is None}
        if broken is not None:
            answer |= {"seal": broken.seal, "entry": broken.entry or 0, "what": broken.what}  # type: ignore[dict-item]
        click.echo(json.dumps(answer))
    elif broken is None:
        click.echo(
            f"{found.entries:,} entries under {found.seals:,} seal{'s' if found.seals != 1 else ''} are as they were; "
            f"{found.unsealed:,} unsealed"
        )
    else:
        click.echo(f"seal {broken.seal}, entry {broken.entry}: {broken.what}")
    return 0 if broken is None else FOUND_WRONG
