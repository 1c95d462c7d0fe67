"""``mazdoor db``: the database by hand. Most people never need it: commands start and stop the database themselves."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from mazdoor.database import lifecycle
from mazdoor.database.address import current_address

_json = click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
_force = click.option("--force", is_flag=True, help="Even while other commands use the database.")


@click.group("db")
def db() -> None:
    """The database: start, stop, look, bring up to date, empty.

    Commands that need the database start it and stop it after the last of them. `mazdoor db start` keeps it up between
    commands, until `mazdoor db stop`. MAZDOOR_DATABASE_URL names an external server instead.
    """


@db.command()
@_json
def start(*, as_json: bool) -> None:
    """Start the database and keep it up until `mazdoor db stop`."""
    started = lifecycle.start()
    _tell({"started": started, "url": current_address().url()}, as_json, "started" if started else "was running")


@db.command()
@_force
@_json
def stop(*, force: bool, as_json: bool) -> None:
    """Stop the database."""
    stopped = lifecycle.stop(force=force)
    _tell({"stopped": stopped}, as_json, "stopped" if stopped else "was not running")


@db.command()
@_json
def status(*, as_json: bool) -> None:
    """Say whether the database runs, where its data is, and how large it is."""
    found = lifecycle.status()
    words = ["running" if found.running else "stopped"]
    if found.external:
        words.append("on an external server")
    if found.pid:
        words.append(f"as process {found.pid}")
    if found.version:
        words.append(f"PostgreSQL {found.version}, {(found.size_bytes or 0) / 1e6:,.0f} MB")
    if found.running and not found.external:
        words.append(f"{found.leases} command(s) using it" + (", kept up by `db start`" if found.held_up else ""))
    if found.data:
        words.append(f"data in {found.data}")
    _tell(asdict(found), as_json, "; ".join(words))


@db.command()
@click.option("--owner", is_flag=True, help="The address for the owner, who may change tables.")
@_json
def url(*, owner: bool, as_json: bool) -> None:
    """Print an address for psql and other tools: psql "$(mazdoor db url)". It holds no password."""
    address = current_address().url("owner" if owner else "app")
    _tell({"url": address}, as_json, address)


@db.command()
@_json
def migrate(*, as_json: bool) -> None:
    """Bring tables and views to this version of the programme."""
    with lifecycle.lease():
        say = None if as_json else lambda step: click.echo(f"  {step} …")
        changed = lifecycle.ensure_ready(force=True, say=say)
    _tell({"changed": changed}, as_json, "up to date")


@db.command()
@_json
def rekey(*, as_json: bool) -> None:
    """Compute anew what people are found by: needed once after the rules about names have changed."""
    from mazdoor.delivery.registration.rekeying import compute_keys_anew

    with lifecycle.lease():
        lifecycle.ensure_ready()
        done = compute_keys_anew()
    _tell(
        asdict(done),
        as_json,
        f"{done.records:,} records read; {done.sounds:,} sounds and {done.keys:,} keys were others",
    )


@db.command()
@_force
@click.confirmation_option(prompt="This removes every person, payment and record of this installation. Go on?")
@_json
def reset(*, force: bool, as_json: bool) -> None:
    """Stop the database and remove all its data for good."""
    lifecycle.reset(force=force)
    _tell({"reset": True}, as_json, "removed")


def _tell(body: dict[str, Any], as_json: bool, words: str) -> None:
    click.echo(json.dumps(body) if as_json else words)
