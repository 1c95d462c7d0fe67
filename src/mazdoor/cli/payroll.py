"""``mazdoor payroll``: what leaves for the banks and what comes back. People sign on the site; files travel from here."""

from __future__ import annotations

import json

import click

from mazdoor.access.services import acting_as_system
from mazdoor.config import wiring
from mazdoor.database import lifecycle
from mazdoor.delivery.payments import selectors, services
from mazdoor.delivery.reconciliation import services as reconciliation
from mazdoor.kernel.money import format_rupees


@click.group()
def payroll() -> None:
    """Send released payrolls to the banks, and hear what became of them.

    MAZDOOR_BANKS says where the banks answer: HABB=https://bank.example/banks/HABB,ALFH=https://...
    """


@payroll.command("list")
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON list, in paisa.")
def list_(*, as_json: bool) -> None:
    """The payrolls, newest first."""
    with lifecycle.lease():
        lifecycle.ensure_ready()
        with acting_as_system(reason="listing payrolls"):
            rows = selectors.list_payrolls()
    if as_json:
        told = [
            {
                "payroll": row.payroll_id,
                "programme": row.programme_code,
                "state": row.state,
                "payments": row.instructed_count,
                "total": row.instructed_total,
            }
            for row in rows
        ]
        click.echo(json.dumps(told))
        return
    for row in rows:
        total = format_rupees(row.instructed_total or 0)
        click.echo(
            f"{row.payroll_id:>6}  {row.state:<10} {row.programme_code:<24} {row.instructed_count or 0:>9,}  {total}"
        )


@payroll.command()
@click.argument("number", type=int)
def send(*, number: int) -> None:
    """Write and send the files of a released payroll, from wherever an earlier run stopped."""
    with lifecycle.lease():
        lifecycle.ensure_ready()
        states = services.send_payroll(
            payroll_id=number,
            officer_id=None,
            rail=wiring.payment_rail(wiring.bank_addresses()),
            file_format=wiring.payment_format(),
            on_step=click.echo,
        )
    click.echo(", ".join(f"{count} {state}" for state, count in sorted(states.items()) if count))


@payroll.command()
def reconcile() -> None:
    """Ask every bank about unfinished files and new statements, and take what they say. Safe at any time, again and again."""
    with lifecycle.lease():
        lifecycle.ensure_ready()
        done = reconciliation.reconcile(
            rail=wiring.payment_rail(wiring.bank_addresses()),
            status_reader=wiring.status_reader(),
            statement_reader=wiring.statement_reader(),
        )
        with acting_as_system(reason="adding up the ledger"):
            total = services.conservation()
    if done.silent:
        click.echo(f"no answer from {', '.join(sorted(done.silent))}: ask again later", err=True)
    click.echo(total.line())
