"""Bringing a database to this version: the base, Django's migrations, the rooms' read views. Skips what is in place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connections

from mazdoor.database.address import Address, current_address
from mazdoor.database.partitions import make_months_ready_over
from mazdoor.database.views import fingerprint_of_views, install_views

_INSTALL_LOCK: Final = 7_261_002
_BASE: Final = Path(__file__).with_name("base.sql")


def install(*, force: bool = False, say: Callable[[str], None] | None = None) -> bool:
    """Base, migrations and views as the owner, in a database whose roles exist. Django must be set up.

    Returns whether anything was done. Two commands that call it at once do it once.
    """
    address = current_address()
    tell = say or (lambda _: None)
    with psycopg.connect(address.conninfo("owner"), autocommit=True) as connection:
        wanted = fingerprint()
        if not force and _installed(connection) == wanted:
            make_months_ready_over(connection.cursor())
            return False
        connection.execute("SELECT pg_advisory_lock(%s)", [_INSTALL_LOCK])
        if not force and _installed(connection) == wanted:
            return False
        tell("base")
        connection.execute(_BASE.read_text(encoding="utf-8"))
        tell("migrations")
        _migrate(address)
        tell("views")
        install_views(connection)
        make_months_ready_over(connection.cursor())
        _remember(connection, "installation", wanted)
    return True


def pending(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    """Whether the database differs from what this version of the programme expects."""
    return _installed(connection) != fingerprint()


def fingerprint() -> str:
    """Hash of everything that decides the shape of the database: base, migrations, views."""
    digest = hashlib.sha256(_BASE.read_bytes())
    for path in _migration_files():
        digest.update(str(path.name).encode() + path.read_bytes())
    digest.update(fingerprint_of_views().encode())
    return digest.hexdigest()


def _migration_files() -> Iterator[Path]:
    for config in apps.get_app_configs():
        folder = Path(config.path) / "migrations"
        if folder.is_dir():
            yield from sorted(folder.glob("[0-9]*.py"))


def _migrate(address: Address) -> None:
    """Django's migrations over the connection ``owner``, pointed at the current address."""
    connections["owner"].close()
    connections["owner"].settings_dict["NAME"] = address.name
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    connections["owner"].close()


def _installed(connection: psycopg.Connection[tuple[object, ...]]) -> str | None:
    try:
        row = connection.execute("SELECT fingerprint FROM database_installed WHERE what = 'installation'").fetchone()
    except psycopg.errors.UndefinedTable:
        return None
    return str(row[0]) if row else None


def _remember(connection: psycopg.Connection[tuple[object, ...]], what: str, value: str) -> None:
    connection.execute(
        "INSERT INTO database_installed (what, fingerprint) VALUES (%s, %s) "
        "ON CONFLICT (what) DO UPDATE SET fingerprint = excluded.fingerprint, installed_at = now()",
        [what, value],
    )
