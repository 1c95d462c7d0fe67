"""Databases of tests: made as copies of a template, and dropped whoever is connected to them.

Every other session ends here, so nobody waits for somebody else's. What can stand in the way of a ``DROP DATABASE``:

- a session that is just ending or beginning: PostgreSQL waits five seconds for it; a busy machine may take longer, so
  what is refused as "being accessed by other users" is asked again;
- an autovacuum worker. It works for no role, and ``DROP DATABASE … WITH (FORCE)`` ends other processes only by the right
  of *their* role or of ``pg_signal_backend``: the owner, who has neither here, is refused ("permission denied to terminate
  process"). A plain ``DROP DATABASE`` sends the worker away by itself, as does a ``CREATE DATABASE`` from its template.
"""

from __future__ import annotations

import time
from typing import Any

import psycopg

PATIENCE = 60.0  # seconds


def copy_database(name: str, *, template: str) -> None:
    """Make database ``name`` anew as a copy of ``template``."""
    drop_database(name)
    with _beside() as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def drop_database(name: str) -> None:
    """Drop database ``name`` where it exists, whoever is connected to it."""
    until = time.monotonic() + PATIENCE
    with _beside() as connection:
        while True:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND backend_type = 'client backend'",
                [name],
            )
            try:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
            except psycopg.errors.ObjectInUse:
                if time.monotonic() > until:
                    raise
            else:
                return


def _beside() -> psycopg.Connection[tuple[Any, ...]]:
    """The owner, autocommit, in a database that no test uses."""
    from mazdoor.database.address import current_address

    return psycopg.connect(current_address().conninfo("owner", name="postgres"), autocommit=True)
