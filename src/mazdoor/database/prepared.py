"""Short statements that come with every request: planned once by each connection, and never written out again.

Django's own cursors bind parameters on this side, so that PostgreSQL reads and plans each statement anew. For a look-up of
one row that is most of the work. What is asked here is prepared at its first use and its plan kept, and so is the cursor
it was asked by: a new one looks up how each parameter and column is written, which takes longer than the asking.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Cursor, RawCursor

MOST_KEPT: Final = 200
"""Cursors kept by one connection; beyond, all are let go and made again as they are asked for."""


class Kept:
    """A statement with its cursor on one connection, and the names of its columns once they are known."""

    __slots__ = ("cursor", "names", "statement")

    def __init__(self, statement: bytes, cursor: Cursor[tuple[Any, ...]]) -> None:
        self.statement = statement  # the same object each time: psycopg then knows that it is the same statement
        self.cursor = cursor
        self.names: list[str] | None = None


def ask(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a statement in the current transaction; its rows, or none where it gives none.

    ``statement`` is one of few fixed texts with ``%s`` for each parameter; parameters are bound by the server, so each
    stands for one value (``= ANY (%s)``, not ``IN %s``). Raises Django's database errors.
    """
    kept = run_kept(statement, parameters)
    return kept.cursor.fetchall() if _columns(kept) else []


def ask_named(statement: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """As `ask`, each row by the names of its columns."""
    kept = run_kept(statement, parameters)
    names = _columns(kept)
    return [dict(zip(names, row, strict=True)) for row in kept.cursor.fetchall()] if names else []


def run_kept(statement: str | bytes, parameters: Sequence[Any]) -> Kept:
    """Run a statement by its kept cursor: written with ``%s`` as text, with ``$1`` as bytes."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    if connection.connection is None:
        connection.ensure_connection()
    connection.validate_no_broken_transaction()
    kept: Kept | None = connection.kept.get(statement)
    with connection.wrap_database_errors:
        if kept is None:
            kept = _keep(connection, statement)
        kept.cursor.execute(kept.statement, parameters, prepare=True)
    return kept


def _keep(connection: Any, statement: str | bytes) -> Kept:
    if len(connection.kept) >= MOST_KEPT:
        connection.kept.clear()
    kind = RawCursor if isinstance(statement, bytes) else Cursor
    written = statement if isinstance(statement, bytes) else statement.encode()
    kept = connection.kept[statement] = Kept(written, kind(connection.connection))
    return kept


def _columns(kept: Kept) -> list[str]:
    """The names of what comes back: without the types and lengths that ``cursor.description`` looks up for each."""
    if kept.names is None:
        found = kept.cursor.pgresult
        kept.names = [] if found is None else [(found.fname(at) or b"").decode() for at in range(found.nfields)]
    return kept.names
