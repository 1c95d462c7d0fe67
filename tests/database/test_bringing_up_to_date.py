"""Migrations and views: brought to this version once, skipped when in place, and told by the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from django.core.management import call_command

from mazdoor.cli.db import db
from mazdoor.database import installation
from mazdoor.database.address import current_address
from mazdoor.database.views import rooms_with_views, views_of


@pytest.fixture
def here(fresh_database: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The fresh database as the current one."""
    monkeypatch.setenv("MAZDOOR_DATABASE_NAME", fresh_database.name)
    return fresh_database


def test_what_is_in_place_is_not_done_again(here: Any, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        assert not installation.install()
        with here.connect("owner") as owner:
            assert not installation.pending(owner)
            owner.execute("UPDATE database_installed SET fingerprint = 'older'")
            assert installation.pending(owner)
        steps: list[str] = []
        assert installation.install(say=steps.append)
        assert steps == ["base", "migrations", "views"]
        assert not installation.install()


def test_every_published_view_is_there_and_the_application_may_read_it(here: Any) -> None:
    with here.connect("app") as app:
        app.execute("SET mazdoor.areas = '*'")
        for room, _ in rooms_with_views():
            for view in views_of(room):
                app.execute(f"SELECT * FROM {room}.{view} LIMIT 1")


def test_a_view_removed_from_its_file_is_removed_from_the_database(here: Any) -> None:
    from mazdoor.database.views import install_views

    room = rooms_with_views()[0][0]
    with psycopg.connect(current_address().conninfo("owner"), autocommit=True) as owner:
        owner.execute(f"CREATE VIEW {room}.left_over WITH (security_invoker = true) AS SELECT 1 AS one")
        install_views(owner)
        assert owner.execute("SELECT to_regclass(%s)", [f"{room}.left_over"]).fetchone() == (None,)


def test_no_table_of_a_room_is_owned_or_emptied_by_the_application(here: Any) -> None:
    with here.connect("owner") as owner:
        rows = owner.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
            " AND has_table_privilege('mazdoor_app', oid, 'TRUNCATE')"
        ).fetchall()
    assert rows == []


@pytest.mark.django_db(databases=["default", "owner"])
def test_models_and_migrations_agree_in_these_rooms() -> None:
    call_command("makemigrations", "journal", "access", check=True, dry_run=True, verbosity=0)


def test_the_command_line_speaks_to_people_and_to_machines(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path_factory.mktemp("a home")
    monkeypatch.setenv("MAZDOOR_HOME", str(home))
    monkeypatch.delenv("MAZDOOR_DATABASE_NAME")
    run = CliRunner().invoke
    assert run(db, ["status"]).output.startswith("stopped")
    assert json.loads(run(db, ["start", "--json"]).output)["started"] is True
    assert run(db, ["start"]).output == "was running\n"
    status = json.loads(run(db, ["status", "--json"]).output)
    assert status["running"]
    assert status["held_up"]
    assert "running; as process" in run(db, ["status"]).output
    url = run(db, ["url"]).output.strip()
    with psycopg.connect(url) as app:
        assert app.execute("SELECT current_user").fetchone() == ("mazdoor_app",)
    with psycopg.connect(json.loads(run(db, ["url", "--owner", "--json"]).output)["url"]) as owner:
        assert owner.execute("SELECT current_user").fetchone() == ("mazdoor_owner",)
    assert run(db, ["stop"]).output == "stopped\n"
    assert run(db, ["stop"]).output == "was not running\n"
    assert run(db, ["reset"], input="n\n").exit_code == 1
    assert run(db, ["reset", "--yes", "--json"]).output == '{"reset": true}\n'
    assert not (home / "place.json").exists()


def test_two_commands_that_begin_at_once_migrate_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("two")
    environment = {key: value for key, value in os.environ.items() if key != "MAZDOOR_DATABASE_NAME"}
    script = (
        "import django\ndjango.setup()\nfrom mazdoor.database.lifecycle import lease, ensure_ready\n"
        "with lease():\n    print(ensure_ready())\n"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            env=environment | {"MAZDOOR_HOME": str(home)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = sorted(each.communicate()[0] for each in both)
    assert [each.returncode for each in both] == [0, 0]
    assert said in (["False\n", "True\n"], ["True\n", "True\n"])
    assert not (home / "postgres" / "postmaster.pid").exists()
