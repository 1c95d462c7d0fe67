"""Short statements that come with every request: planned once by each connection, and never written out again.

Django's own cursors bind parameters on this side, so that PostgreSQL reads and plans each statement anew. For a look-up of
one row that is most of the work. What is asked here is prepared at its first use and its plan kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from psycopg import Cursor


def ask(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a statement in the current transaction; its rows, or none where it gives none.

    ``statement`` is one of few fixed texts with ``%s`` for each parameter; parameters are bound by the server, so each
    stands for one value (``= ANY (%s)``, not ``IN %s``). Raises Django's database errors.
    """
    with _cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(statement.encode(), parameters, prepare=True)
        return cursor.fetchall() if cursor.description else []


def ask_named(statement: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """As `ask`, each row by the names of its columns."""
    with _cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(statement.encode(), parameters, prepare=True)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def count_changed(statement: str, parameters: Sequence[Any] = ()) -> int:
    """Run a statement that changes rows; how many it changed."""
    with _cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(statement.encode(), parameters, prepare=True)
        return cursor.rowcount


def byteas(values: Iterable[bytes]) -> str:
    """Many values for a parameter ``%s::bytea[]``, written as one text: a list would be taken apart value by value."""
    return "{" + ",".join(['"\\\\x' + value.hex() + '"' for value in values]) + "}"


def _cursor() -> Cursor[tuple[Any, ...]]:
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    assert connection.connection is not None
    return Cursor(connection.connection)
