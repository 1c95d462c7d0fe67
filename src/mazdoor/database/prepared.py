"""Short statements that come with every request: planned once by each connection, and never written out again.

Django's own cursors bind parameters on this side, so that PostgreSQL reads and plans each statement anew. For a look-up of
one row that is most of the work. What is asked here is prepared at its first use and its plan kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Cursor
from psycopg.pq.abc import PGresult


def ask(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a statement in the current transaction; its rows, or none where it gives none.

    ``statement`` is one of few fixed texts with ``%s`` for each parameter; parameters are bound by the server, so each
    stands for one value (``= ANY (%s)``, not ``IN %s``). Raises Django's database errors.
    """
    with _run(statement, parameters) as cursor:
        return cursor.fetchall() if _columns(cursor) else []


def ask_named(statement: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """As `ask`, each row by the names of its columns."""
    with _run(statement, parameters) as cursor:
        names = _columns(cursor)
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def _run(statement: str, parameters: Sequence[Any]) -> Iterator[Cursor[tuple[Any, ...]]]:
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    assert connection.connection is not None
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(statement.encode(), parameters, prepare=True)
        yield cursor


def _columns(cursor: Cursor[Any]) -> list[str]:
    """The names of what came back: without the types and lengths that ``cursor.description`` looks up for each."""
    found: PGresult | None = cursor.pgresult
    return [] if found is None else [(found.fname(place) or b"").decode() for place in range(found.nfields)]
