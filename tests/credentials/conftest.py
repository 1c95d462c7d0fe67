"""A card of somebody, its picture, and other people's readers."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def printed() -> Callable[..., Any]:
    """``printed(name="…")``: a card ready to print, its QR signed with this installation's key; no database."""
    from mazdoor.interfaces.credentials import keys, printing, tokens
    from mazdoor.interfaces.credentials.face import Face

    def make(
        *,
        issued_on: dt.date | None = None,
        days: int = 1826,
        card_id: int = 412,
        photo: bytes | None = None,
        **changes: Any,
    ) -> printing.Printed:
        day = issued_on or dt.datetime.now(tz=dt.UTC).date() - dt.timedelta(days=1)
        face = Face(
            **{
                "registry_number": "123456789012",
                "name": "Razia Bibi",
                "name_ur": "رضیہ بی بی",
                "relation": "husband",
                "relative": "Allah Ditta",
                "relative_ur": "اللہ دتہ",
                "birth_year": 1984,
                "district_code": "PK603",
                "photo_id": None,
                "qr": "",
                **changes,
            }
        )
        start = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
        credential = tokens.Credential(
            issuer="https://registry.example",
            card_id=card_id,
            registry_number=face.registry_number,
            name=face.name,
            name_ur=face.name_ur,
            district_code=face.district_code,
            issued_at=start,
            expires_at=start + dt.timedelta(days=days),
            status_uri="https://registry.example/cards/status/0",
            status_index=card_id,
        )
        qr = tokens.qr_text(tokens.sign(tokens.claims_of(credential), keys.signing_keys()[-1]))
        return printing.Printed(
            card_id=card_id,
            face=replace(face, qr=qr),
            issued_on=day,
            last_day=day + dt.timedelta(days=days - 1),
            photo=photo,
            site="https://registry.example",
        )

    return make


@pytest.fixture(scope="session")
def read_with_npm(request: pytest.FixtureRequest) -> Callable[[str, dict[str, str]], dict[str, Any]]:
    """``read_with_npm(text, keys)``: what @auth0/cose and @mosip/pixelpass say of a QR's text.

    Node is the machine's or comes as a package; the readers come from npm by their lock file, once for a machine. Where no
    registry answers the tests are skipped and say so; in CI that is a failure.
    """
    sys.path.insert(0, str(HERE.parents[1]))
    from tools.browser import with_node

    environment = with_node()
    if environment is None:
        return _absent("no Node 20.19 or later is here and none could be installed")
    # A copy beside pytest's cache, exactly as the lock says. (`cbor-extract`, a native part of a reader's reader, is held at
    # 2.2.2 in package.json: it is the last whose builds for every machine were published together, so the lock is complete.)
    folder = request.config.cache.mkdir("card-readers")
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "installed"
    for name in ("package.json", "read_card.mjs"):
        shutil.copy(HERE / name, folder / name)
    if not stamp.exists() or stamp.read_text() != lock:
        shutil.copy(HERE / "package-lock.json", folder / "package-lock.json")
        npm = shutil.which("npm", path=environment["PATH"]) or "npm"
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            return _absent(f"npm ci in tests/credentials: {done.stderr[-300:]}")
        stamp.write_text(lock)
    node = shutil.which("node", path=environment["PATH"]) or "node"

    def read(text: str, keys: dict[str, str]) -> dict[str, Any]:
        done = subprocess.run(
            [node, "read_card.mjs"],
            cwd=folder,
            env=environment,
            input=json.dumps({"text": text, "keys": keys}),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told

    return read


def _absent(why: str) -> Any:
    if os.environ.get("CI"):
        pytest.fail(f"other people's readers of cards could not be installed: {why}")
    pytest.skip(f"other people's readers of cards are not here: {why}")
