"""What the tests of the OpenRosa wire share. Django's models are imported only once Django is set up.

``field``: the site as users run it (granian, its own database), with officers and enrolled devices. It is made once for
all tests here; each test sends forms of its own numbers.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from tests.databases import copy_database, drop_database

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def questionnaire() -> Any:
    """A small questionnaire with every kind of answer."""
    from tests.openrosa.small import small_questionnaire

    return small_questionnaire()


@pytest.fixture(scope="session")
def lists() -> Any:
    """The few areas and trades it needs."""
    from tests.openrosa.small import small_lists

    return small_lists()


@dataclass(frozen=True)
class Field:
    """A running site with its devices."""

    url: str
    people: dict[str, Any]
    owner: str = dataclass_field(repr=False)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What stands in the database, asked as its owner; row-level security does not bind owners here."""
        with psycopg.connect(self.owner) as connection:
            connection.execute("SELECT set_config('mazdoor.areas', '*', false)")
            return connection.execute(sql, values or None).fetchall()  # type: ignore[arg-type]

    def change(self, sql: str, *values: Any) -> None:
        """Change what stands there."""
        with psycopg.connect(self.owner) as connection:
            connection.execute(sql, values or None)  # type: ignore[arg-type]

    def client(self, device: str = "device-fatima", **more: Any) -> httpx.Client:
        """An HTTP client that signs in by digest as a device does, in English."""
        username, secret, _ = self.people[device]
        headers = {"X-OpenRosa-Version": "1.0", "Accept-Language": "en", **more.pop("headers", {})}
        return httpx.Client(
            base_url=self.url, auth=httpx.DigestAuth(username, secret), headers=headers, timeout=60, **more
        )


@pytest.fixture(scope="session")
def field(database_server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """The site, served by its own command on a database of its own."""
    from mazdoor.database.address import current_address

    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"field_{worker}_{os.getpid()}"
    address = current_address()
    copy_database(name, template=f"mazdoor_template_{worker}")
    environment = os.environ | {
        "MAZDOOR_DATABASE_NAME": name,
        "PYTHONPATH": str(ROOT),
        "MAZDOOR_LOG_LEVEL": "ERROR",
    }
    prepared = subprocess.run(
        [sys.executable, "-m", "tests.openrosa.prepare"], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert prepared.returncode == 0, prepared.stderr
    log = tmp_path_factory.mktemp("field") / "serve.log"
    with log.open("w") as out:
        command = [sys.executable, "-m", "mazdoor.cli", "serve", "--port", "0", "--no-jobs", "--workers", "1"]
        server = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield Field(_answering(server, log), json.loads(prepared.stdout), address.conninfo("owner", name=name))
    finally:
        server.terminate()
        server.wait(timeout=240)
        drop_database(name)


def _answering(server: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()[-3000:]
        if found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text()):
            try:
                httpx.get(f"{found[0]}/fieldwork/app.webmanifest", timeout=5)
            except httpx.TransportError:
                pass  # not listening yet: asked again below
            else:
                return found[0]
        time.sleep(0.2)
    raise AssertionError(f"the site did not answer: {log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's own Chromium instead of a download; as root it runs only without its sandbox."""
    named = os.environ.get("MAZDOOR_CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("browser tests: no chromium was found; on Debian: apt-get install -y chromium fonts-noto-core")
    return {"executable_path": found, "args": ["--no-sandbox"] if os.getuid() == 0 else []}


@pytest.fixture(scope="session")
def built() -> None:
    """The page was built; else `make browser` could not reach a registry, and says so."""
    if not (ROOT / "src/mazdoor/web/static/built/fieldwork/app.js").exists():
        pytest.skip("the page for offline forms is not built: make browser")
