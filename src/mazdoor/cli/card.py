"""``mazdoor card``: check a registry card without a network, take the files a verifier needs, begin a new signing key."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from mazdoor.cli.exits import FOUND_WRONG


@click.group("card")
def card() -> None:
    """Registry cards: check one, publish keys and lists."""


A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@card.command()
@click.argument("picture", type=A_FILE)
@click.option(
    "--keys", "key_file", type=A_FILE, help="Public keys (JWK or COSE key set) of the site; default: our own."
)
@click.option("--status", "lists", multiple=True, type=A_FILE, help="A downloaded list of revoked cards (may repeat).")
@click.option("--at", type=click.DateTime(["%Y-%m-%d"]), help="Judge as of the end of this day (default: now).")
@click.option(
    "--lang", type=click.Choice(["en", "ur"]), default="en", show_default=True, help="Language of the verdict."
)
def verify(picture: Path, key_file: Path | None, lists: tuple[Path, ...], at: dt.datetime | None, lang: str) -> None:
    """Read the QR in PICTURE (the back of a card) and say whether the card is genuine and holds.

    Nothing is asked of a database or a network. Exit code 0 for a card that is genuine and holds, 4 for any other verdict.
    """
    from mazdoor.interfaces.credentials import checking, keys, reading, status, tokens
    from mazdoor.interfaces.credentials.refusals import KEYS_UNREADABLE

    known = keys.read_key_set(key_file.read_bytes()) if key_file else keys.public_keys()
    held: dict[str, status.StatusList] = {}
    for path in lists:
        try:
            found = status.read(path.read_bytes(), known)
        except (tokens.NotACredential, tokens.SignatureWrong) as broken:
            raise KEYS_UNREADABLE.because(what="revoked cards") from broken
        held[found.uri] = found
    moment = at.replace(hour=23, minute=59, second=59, tzinfo=dt.UTC) if at else dt.datetime.now(tz=dt.UTC)
    verdicts = []
    for text in reading.qr_texts(picture.read_bytes()):
        check = checking.check(text, keys=known, lists=held, at=moment)
        verdicts.append(check.verdict)
        click.echo(checking.WORDS[check.verdict].in_language(lang))
        if check.credential:
            told = check.credential
            click.echo(f"  {told.registry_number}  {told.name}  {told.name_ur}  {told.district_code}")
            click.echo(f"  {told.card_id}  {told.issued_at:%Y-%m-%d} – {told.expires_at:%Y-%m-%d}  {told.issuer}")
    if any(verdict is not checking.Verdict.GOOD for verdict in verdicts):
        raise SystemExit(FOUND_WRONG)


@card.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder for the files (default: here).",
)
def publish(out: Path) -> None:
    """Write what verifiers need: keys.json, keys.cbor and every list of revoked cards (cards-0.cwt, …)."""
    import json

    from mazdoor.database import lifecycle
    from mazdoor.interfaces.credentials import keys, selectors

    out.mkdir(parents=True, exist_ok=True)
    (out / "keys.json").write_text(json.dumps(keys.key_set_json(), indent=1) + "\n")
    (out / "keys.cbor").write_bytes(keys.key_set_cbor())
    with lifecycle.lease():
        lifecycle.ensure_ready()
        count = selectors.lists_there_are()
        for number in range(count):
            (out / f"cards-{number}.cwt").write_bytes(selectors.status_list(number=number))
    click.echo(f"keys.json, keys.cbor and {count} list(s) written to {out}")


@card.command("new-key")
def new_key() -> None:
    """Begin a new signing key. Cards made before stay genuine: their keys are still published."""
    from mazdoor.interfaces.credentials import keys

    click.echo(f"New cards are signed with {keys.new_signing_key().kid.hex()} once the site is started anew.")
