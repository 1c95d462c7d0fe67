"""An external server: named by one URL, signed in to over TCP, its owner's credentials used for migrations only.

The server here is the embedded binaries of a second installation, listening on loopback TCP; Debian's own PostgreSQL
is tried as well where it is installed.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from tests.folders import open_folder

from mazdoor.database import lifecycle, server
from mazdoor.database.address import current_address
from mazdoor.database.binaries import Binaries, _candidates
from mazdoor.database.place import place_for
from mazdoor.kernel.refusals import Refusal


@dataclass
class External:
    """A server with one administrator."""

    port: int
    admin: str

    def owner(self, name: str, attributes: str, database: str | None = None) -> str:
        """Make an owner role and its database; returns the URL to give to MAZDOOR_DATABASE_URL."""
        with psycopg.connect(self.admin, autocommit=True) as admin:
            role = sql.Identifier(name)
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'pass:w/rd' {}").format(role, sql.SQL(attributes)))
            if database:
                admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), role))
        return f"postgresql://{name}:pass%3Aw%2Frd@127.0.0.1:{self.port}/{database or 'made_by_us'}"


def _binaries() -> list[Binaries]:
    found: dict[int, Binaries] = {}
    for each in _candidates():
        found.setdefault(each.major, each)
    return list(found.values())


@pytest.fixture(params=_binaries(), ids=lambda each: f"postgresql-{each.major}")
def external(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[External]:
    """A running server that this installation has not made."""
    base = open_folder("external")
    base.chmod(0o755)
    with monkeypatch.context() as theirs:
        theirs.setenv("MAZDOOR_HOME", str(base / "theirs"))
        theirs.delenv("MAZDOOR_DATABASE_NAME")
        theirs.setattr(server, "find_binaries", lambda major=None: request.param)
        place = place_for()
        server.make_folders(place)
        for tries_left in reversed(range(5)):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            theirs.setenv("MAZDOOR_DATABASE_PORT", str(port))
            try:
                server.start(place)
                break
            except Refusal:  # somebody else was given the port meanwhile
                if not tries_left:
                    raise
        password = (base / "theirs" / "pgpass").read_text().split("\n")[0].split(":")[4]
    monkeypatch.delenv("MAZDOOR_DATABASE_NAME")
    monkeypatch.setenv("MAZDOOR_HOME", str(base / "ours"))
    yield External(port, f"host=127.0.0.1 port={port} user=postgres dbname=postgres password={password}")
    server.stop(place)
    shutil.rmtree(base)


def test_an_external_server_gets_the_application_role_with_a_password_of_ours(
    external: External, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = external.owner("boss", "CREATEROLE", "registry")
    monkeypatch.setenv("MAZDOOR_DATABASE_URL", url)
    with lifecycle.lease():
        lifecycle.start()
        with psycopg.connect(current_address().conninfo("app")) as app:
            assert app.execute("SELECT current_user, current_database()").fetchone() == ("mazdoor_app", "registry")
        assert "pass" not in current_address().url("owner").replace("passfile", "")
        with psycopg.connect(current_address().url()) as app:
            assert app.execute("SELECT 1").fetchone() == (1,)
        found = lifecycle.status()
        assert found.external
        assert found.running
    assert not (Path(os.environ["MAZDOOR_HOME"]) / "postgres").exists()
    with pytest.raises(Refusal, match="DB-013"):
        lifecycle.reset()
    # The home folder was lost: the role exists with a password nobody knows any more, and is given a new one.
    shutil.rmtree(os.environ["MAZDOOR_HOME"])
    lifecycle.start()
    with psycopg.connect(current_address().conninfo("app")) as app:
        assert app.execute("SELECT 1").fetchone() == (1,)


def test_an_external_server_takes_every_migration_and_view(external: External, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAZDOOR_DATABASE_URL", external.owner("boss", "CREATEROLE", "registry"))
    script = (
        "import django\ndjango.setup()\nfrom mazdoor.access.services import acting_as_system\n"
        "from mazdoor.database.lifecycle import lease, ensure_ready\nfrom mazdoor.journal import sealing, services\n"
        "with lease():\n    ensure_ready()\n    with acting_as_system(reason='test'):\n"
        "        services.record(act='test.thing.done', subject='thing:1')\n"
        "    print(sealing.seal() >= 1, sealing.verify().broken, ensure_ready())\n"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout == "True None False\n"


def test_a_database_that_is_not_there_is_made_where_the_owner_may(
    external: External, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAZDOOR_DATABASE_URL", external.owner("maker", "CREATEROLE CREATEDB"))
    lifecycle.start()
    with psycopg.connect(current_address().conninfo("app")) as app:
        assert app.execute("SELECT current_database()").fetchone() == ("made_by_us",)


def test_an_owner_who_may_not_make_roles_is_told_what_to_ask_for(
    external: External, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAZDOOR_DATABASE_URL", external.owner("clerk", "", "clerks"))
    with pytest.raises(Refusal, match="DB-008") as refused:
        lifecycle.start()
    assert "CREATEROLE" in refused.value.remedy()
    with psycopg.connect(external.admin, autocommit=True) as admin:
        admin.execute("CREATE ROLE mazdoor_app LOGIN PASSWORD 'told to us'")
    monkeypatch.setenv("MAZDOOR_APP_PASSWORD", "told to us")
    lifecycle.start()
    with psycopg.connect(current_address().conninfo("app")) as app:
        assert app.execute("SELECT current_user").fetchone() == ("mazdoor_app",)


def test_a_server_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MAZDOOR_HOME", str(tmp_path))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("MAZDOOR_DATABASE_URL", f"postgresql://a:b@127.0.0.1:{port}/c")
    with pytest.raises(Refusal, match="DB-007"):
        lifecycle.start()
    assert not lifecycle.status().running


@pytest.mark.parametrize(
    "url", ["postgresql://nowhere", "mysql://a:b@c/d", "postgresql://a@/", "postgresql://a:b@h:x/d"]
)
def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str) -> None:
    monkeypatch.setenv("MAZDOOR_HOME", str(tmp_path))
    monkeypatch.delenv("MAZDOOR_DATABASE_NAME")
    monkeypatch.setenv("MAZDOOR_DATABASE_URL", url)
    with pytest.raises(Refusal, match="DB-012"):
        current_address()
