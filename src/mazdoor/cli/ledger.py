"""``mazdoor ledger``: every paisa."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from mazdoor.access.services import acting_as_system
from mazdoor.cli.exits import FOUND_WRONG
from mazdoor.database import lifecycle
from mazdoor.delivery.payments import services as payments
from mazdoor.kernel.refusals import Refusal


@click.group()
def ledger() -> None:
    """The money: what is owed, what has gone, what came back."""


@ledger.command()
@click.option("--programme", help="One programme only.")
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object, in paisa.")
def check(*, programme: str | None, as_json: bool) -> int:
    """Add up every paisa, each term by a query of its own, from the tables and again from the ledger.

    Ends with 4 where the sum does not hold.
    """
    with lifecycle.lease():
        lifecycle.ensure_ready()
        with acting_as_system(reason="adding up the ledger"):
            try:
                total = payments.conservation(programme_code=programme)
            except Refusal as refusal:
                click.echo(f"{refusal.code}: {refusal.cause()}\n{refusal.remedy()}", err=True)
                return FOUND_WRONG
    click.echo(json.dumps(asdict(total)) if as_json else total.line())
    return 0
