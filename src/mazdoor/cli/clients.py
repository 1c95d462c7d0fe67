"""``mazdoor clients``: other systems that may ask or send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from mazdoor.access.services import acting_as_system
from mazdoor.cli.tables import show
from mazdoor.database import lifecycle
from mazdoor.interfaces.clients import selectors, services
from mazdoor.interfaces.clients.refusals import KEYS_UNREADABLE
from mazdoor.interfaces.clients.scopes import PURPOSES, SCOPES
from mazdoor.interfaces.clients.services import Given
from mazdoor.reference import services as reference


@click.group("clients")
def clients() -> None:
    """Other systems: a ministry's, a union's, an employer's. What they may do and see, and their credentials.

    docs/interfaces.md shows how such a system connects.
    """


@contextmanager
def _acting(command: str) -> Iterator[None]:
    with lifecycle.lease():
        lifecycle.ensure_ready()
        reference.load()
        with acting_as_system(reason=f"mazdoor clients {command}"):
            yield


@clients.command("add")
@click.argument("code")
@click.option("--name", required=True, help="What people call it.")
@click.option("--name-ur", default="", help="The same in Urdu.")
@click.option("--scope", "scopes", multiple=True, required=True, help="What it may do or see; see `clients scopes`.")
@click.option("--purpose", "purposes", multiple=True, help="A purpose people agreed to, which it may ask for.")
@click.option("--area", "areas", multiple=True, required=True, help="P-code of an area it works in; * for all.")
@click.option("--keys-uri", default="", help="Where it publishes its signing keys (a JWK set).")
@click.option("--keys", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Its JWK set, as a file.")
@click.option("--unsigned", is_flag=True, help="It does not sign its messages (only where the network vouches for it).")
@click.option("--callback", default="", help="The address beneath which it takes answers and notices.")
@click.option("--token-uri", default="", help="Where we get a token to call it.")
@click.option("--our-code", default="", help="What it knows us by, for that token.")
@click.option("--our-secret-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="... our secret.")
@click.option("--records-per-day", default=100_000, show_default=True, help="Records it is given in a day at most.")
@click.option("--requests-per-minute", default=600, show_default=True, help="Requests it may send in a minute.")
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
def add(
    *,
    code: str,
    keys: Path | None,
    unsigned: bool,
    callback: str,
    our_secret_file: Path | None,
    as_json: bool,
    **more: Any,
) -> None:
    """Register the system CODE, and print its secret, which is kept nowhere: give it to the system and forget it.

    Example: mazdoor clients add union.example.org --name "Textile union" --scope registrations.write
    --scope registrations.read --area PK6
    """
    try:
        public_keys = json.loads(keys.read_text()) if keys else ()
    except ValueError as error:
        raise KEYS_UNREADABLE.because() from error
    with _acting("add"):
        given = services.add_client(
            code=code,
            must_sign=not unsigned,
            public_keys=public_keys,
            callback_uri=callback,
            our_secret=our_secret_file.read_text().strip() if our_secret_file else "",
            **more,
        )
    _tell(given, as_json=as_json)


@clients.command("rotate")
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
def rotate(*, code: str, as_json: bool) -> None:
    """Give the system CODE a new secret; the old one and its tokens end at once."""
    with _acting("rotate"):
        given = services.rotate_secret(code=code)
    _tell(given, as_json=as_json)


@clients.command("revoke")
@click.argument("code")
def revoke(*, code: str) -> None:
    """End the access of the system CODE for good."""
    with _acting("revoke"):
        services.revoke_client(code=code)
    click.echo(f"{code} may no longer connect")


@clients.command("list")
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
def list_(*, as_json: bool) -> None:
    """Every system, what it may, and what it used in the last 30 days."""
    with _acting("list"):
        since = timezone.localdate() - timedelta(days=30)
        rows: list[dict[str, Any]] = [
            {
                "code": client.code,
                "name": client.name,
                "scopes": client.scopes,
                "purposes": client.purposes,
                "areas": client.areas,
                "signs": client.must_sign,
                "active": client.revoked_at is None,
                "requests": (use := selectors.use_of(client, since=since)).requests,
                "records": use.records,
            }
            for client in selectors.list_clients()
        ]
    if as_json:
        click.echo(json.dumps({"clients": rows}, ensure_ascii=False))
        return
    table = Table("system", "may", "for", "in", "signs", "records, 30 days", title="Other systems")
    for row in rows:
        table.add_row(
            str(row["code"]) + ("" if row["active"] else " (revoked)"),
            *(", ".join(row[name]) for name in ("scopes", "purposes", "areas")),
            "yes" if row["signs"] else "no",
            f"{row['records']:,}",
        )
    show(Console(), table)


@clients.command("scopes")
def scopes() -> None:
    """What a system can be allowed, and the purposes people are asked to agree to."""
    for title, words in (("scopes", SCOPES), ("purposes", PURPOSES)):
        click.echo(f"{title}:")
        for code, each in words.items():
            click.echo(f"  {code:<20} {each.en}")


@clients.command("new-key")
def new_key() -> None:
    """Make a new signing key of ours; the earlier ones stay published at /.well-known/jwks.json."""
    with _acting("new-key"):
        kid = services.new_signing_key()
    click.echo(f"answers are signed with {kid} from now on")


def _tell(given: Given, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"client_id": given.client.code, "client_secret": given.secret}))
        return
    click.echo(f"client_id      {given.client.code}\nclient_secret  {given.secret}")
    click.echo("The secret is shown this once and kept nowhere. Tokens: POST /oauth2/client/token")
