"""Read views: what a room lets other rooms' SQL see, in a schema named after the room.

A room writes ``views.sql`` beside its models: ``CREATE VIEW wages.month_shortfall WITH (security_invoker = true) AS …``
(``CREATE OR REPLACE VIEW`` serves as well). All of them are installed together, in the order of INSTALLED_APPS, after
migrations; a view may read the room's own tables and views of earlier rooms. Schemas are dropped and built anew in
one transaction, so a view that was removed from its file is gone, and no reader ever sees half of them.

Beside it a room may have ``own.sql``: the policies by which a worker sees the own rows of its tables
(``CREATE POLICY also_own_seen ON wages_wagerecord FOR SELECT USING (access_is_own(person_id))``). They too are made anew
as a whole: names that begin with ``also_own_`` belong to these files. PostgreSQL asks policies in the reverse order of
their names, so an officer's rows are seen by ``areas`` before these are asked (a count of households took five times as
long otherwise).
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import psycopg
from django.apps import apps
from psycopg import sql

from mazdoor.database.credentials import APP

_VIEW = re.compile(r"\bCREATE\s+(?:OR\s+REPLACE\s+)?(MATERIALIZED\s+)?VIEW\s+([\w.\"]+)", re.IGNORECASE)


def rooms_with_views() -> list[tuple[str, Path]]:
    """(room, path of its ``views.sql``) in the order of INSTALLED_APPS."""
    return _rooms_with("views.sql")


def _rooms_with(name: str) -> list[tuple[str, Path]]:
    found = []
    for config in apps.get_app_configs():
        path = Path(config.path) / name
        if config.name.startswith("mazdoor.") and path.exists():
            found.append((config.label, path))
    return found


def fingerprint_of_views() -> str:
    """Hash of all ``views.sql`` and ``own.sql`` files, with their rooms and order."""
    digest = hashlib.sha256()
    for room, path in [*rooms_with_views(), *_rooms_with("own.sql")]:
        digest.update(room.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def install_views(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """Build every room's views in one transaction, as the owner; returns the rooms. The whole or nothing."""
    rooms = rooms_with_views()
    with connection.transaction():
        for room, _ in rooms:
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(room)))
        for room, path in rooms:
            schema = sql.Identifier(room)
            app = sql.Identifier(APP)
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
            connection.execute(path.read_text(encoding="utf-8"))
            connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, app))
            connection.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(schema, app))
        _refuse_views_that_bypass_areas(connection, [room for room, _ in rooms])
        _drop_own_policies(connection)
        for _, path in _rooms_with("own.sql"):
            connection.execute(path.read_text(encoding="utf-8"))
    return [room for room, _ in rooms]


def _drop_own_policies(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    found = connection.execute(
        "SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public' AND policyname ~ '^(also_)?own_'"
    ).fetchall()
    for policy, table in found:
        connection.execute(
            sql.SQL("DROP POLICY {} ON {}").format(sql.Identifier(str(policy)), sql.Identifier("public", str(table)))
        )


def _refuse_views_that_bypass_areas(connection: psycopg.Connection[tuple[object, ...]], rooms: list[str]) -> None:
    """A view without ``security_invoker`` reads as the owner, past row-level security: building it is an error."""
    wrong = connection.execute(
        """
        SELECT format('%%I.%%I', n.nspname, c.relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ANY (%s) AND c.relkind = 'v'
          AND NOT coalesce('security_invoker=true' = ANY (c.reloptions)
                           OR 'security_invoker=on' = ANY (c.reloptions), false)
        ORDER BY 1
        """,
        [rooms],
    ).fetchall()
    if wrong:
        names = ", ".join(str(row[0]) for row in wrong)
        raise ValueError(f"views must be WITH (security_invoker = true), else they bypass areas: {names}")


def views_of(room: str) -> set[str]:
    """Names of the views that ``room`` publishes, without the schema."""
    return {
        match[2].split(".")[-1].strip('"')
        for label, path in rooms_with_views()
        if label == room
        for match in _VIEW.finditer(path.read_text(encoding="utf-8"))
    }
