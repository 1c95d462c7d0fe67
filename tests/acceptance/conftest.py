"""One walk down the whole chain with everything outside failing on purpose, shared by the tests that look at it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests import folders
from tests.web.conftest import at_desk
from tests.worker.conftest import gateway, sms, telephone

__all__ = ["at_desk", "gateway", "sms", "telephone"]

WORKERS = 2000

# Everything that can go wrong outside, at rates far above an ordinary day.
FAULTS: dict[str, Any] = {
    "identity": {
        "seed": 3,
        "faults": {"verify.http_500": {"first": 1}, "verify.time_out": {"first": 1}},
        "hold_seconds": 1,
    },
    "bank": {
        "seed": 3,
        "hold_seconds": 1,
        "faults": {
            "accounts.time_out": {"first": 1},
            "account.refuse": {"rate": 0.03},
            "account.pending": {"rate": 0.05},
            "payment_file.time_out": {"first": 2},
            "transaction.reject": {"rate": 0.02},
            "transaction.return": {"rate": 0.05},
            "transaction.late": {"rate": 0.02},
            "report.twice": {"first": 2},
            "entry.late": {"rate": 0.02},
            "entry.twice": {"first": 3},
            "statement.unknown_reference": {"first": 1},
        },
    },
}


@dataclass
class Walk:
    """A finished walk: what the command said, and the ways to look at what it left."""

    home: Path
    environment: dict[str, str]
    report: dict[str, Any]
    again: dict[str, Any]
    output: str
    app: str = field(repr=False)
    owner: str = field(repr=False)

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """What the owner sees: everything."""
        with psycopg.connect(self.owner) as connection:
            return connection.execute(sql, parameters or None).fetchall()  # type: ignore[arg-type]

    def mazdoor(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command on this register."""
        return run_mazdoor(self.environment, *arguments)

    @property
    def world(self) -> Path:
        """Where the books of the outside world lie."""
        (folder,) = (self.home / "world").iterdir()
        return folder


def run_mazdoor(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command as people run it."""
    return subprocess.run(
        [sys.executable, "-m", "mazdoor.cli", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )


def walk_the_chain(environment: dict[str, str], folder: Path, *arguments: str) -> tuple[dict[str, Any], str]:
    """``mazdoor demo`` and its JSON."""
    told = folder / "report.json"
    result = run_mazdoor(environment, "demo", "--no-serve", "--json", str(told), *arguments)
    assert result.returncode == 0, result.stderr[-4000:] + result.stdout[-2000:]
    return json.loads(told.read_text()), result.stdout + result.stderr


@pytest.fixture(scope="session")
def walk() -> Iterator[Walk]:
    """Two thousand workers down the chain, twice, in a home and a database server of their own."""
    with open_folder() as folder:
        yield from _walk(folder)


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder others may pass through: run by root, PostgreSQL runs as somebody else. pytest's own are closed."""
    folder = folders.open_folder("acceptance")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _walk(folder: Path) -> Iterator[Walk]:
    home = folder / "home"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAZDOOR_", "DJANGO_", "PYTEST_"))
    } | {"MAZDOOR_HOME": str(home), "MAZDOOR_DATABASE_THROWAWAY": "1", "COLUMNS": "200"}
    faults = folder / "faults.json"
    faults.write_text(json.dumps(FAULTS))
    order = ["--workers", str(WORKERS), "--seed", "3", "--faults", str(faults)]
    started = run_mazdoor(environment, "db", "start")
    assert started.returncode == 0, started.stderr
    try:
        report, output = walk_the_chain(environment, folder, *order)
        again, more = walk_the_chain(environment, folder, *order)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MAZDOOR_HOME", str(home))
            patch.delenv("MAZDOOR_DATABASE_NAME", raising=False)
            patch.delenv("MAZDOOR_DATABASE_URL", raising=False)
            from mazdoor.database.address import current_address

            address = current_address()
            app, owner = address.conninfo("app"), address.conninfo("owner")
        yield Walk(home, environment, report, again, output + more, app, owner)
    finally:
        run_mazdoor(environment, "db", "stop", "--force")
