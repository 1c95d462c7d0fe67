"""Short statements that come with every request: planned once by each connection, and never written out again.

Django's own cursors bind parameters on this side, so that PostgreSQL reads and plans each statement anew. For a look-up of
one row that is most of the work. What is asked here is prepared at its first use and its plan kept, and it goes to the
wire without a cursor: a cursor takes each statement for a new one, looks up how its values are written and read, and that
took longer than the asking: half the processor is left for a look-up of one row, and a quarter less is taken in the database.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Connection, abc, errors
from psycopg.adapt import PyFormat, Transformer
from psycopg.generators import execute, fetch_many, send
from psycopg.pq import ExecStatus, TransactionStatus

MOST_KEPT: Final = 200
"""Statements kept by one connection; beyond, all are let go and prepared again as they are asked for."""

_IDLE: Final = TransactionStatus.IDLE
_WELL: Final = frozenset((ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK))
_numbers: Final = count(1)


class Kept:
    """A statement on one connection, and what it was prepared as for each row of types its parameters came with."""

    __slots__ = ("prepared", "text", "wanted", "writes")

    def __init__(self, statement: str | bytes, connection: Connection[Any]) -> None:
        self.text = statement if isinstance(statement, bytes) else _numbered(statement)
        self.writes = Transformer(connection)
        self.wanted: list[PyFormat] = []
        self.prepared: dict[Any, Prepared] = {}


class Prepared:
    """A prepared statement: its name on the connection, how what comes back is read, and the names of its columns."""

    __slots__ = ("columns", "name", "reads")

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.reads: abc.Transformer | None = None
        self.columns: list[str] = []


def ask(statement: str | bytes, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a statement in the current transaction; its rows, or none where it gives none.

    ``statement`` is one of few fixed texts, written with ``%s`` for each parameter (as bytes with ``$1``); parameters are
    bound by the server, so each stands for one value (``= ANY (%s)``, not ``IN %s``). Raises Django's database errors.
    """
    return _run(statement, parameters)[1]


def ask_named(statement: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """As `ask`, each row by the names of its columns."""
    names, rows = _run(statement, parameters)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _run(statement: str | bytes, parameters: Sequence[Any]) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The names of the columns that come back, and the rows."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    if connection.connection is None:
        connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        raw: Connection[Any] = connection.connection
        kept: Kept | None = connection.kept.get(statement)
        if kept is None:
            kept = _keep(connection, statement)
        writes = kept.writes
        if len(kept.wanted) != len(parameters):
            kept.wanted = [PyFormat.AUTO] * len(parameters)
        values = writes.dump_sequence(parameters, kept.wanted)
        with raw.lock:
            prepared = kept.prepared.get(writes.types)
            if prepared is None:
                prepared = kept.prepared[writes.types] = _prepare(raw, kept.text, writes.types)
            result = _send(raw, prepared.name, values, writes.formats)
        if not result.nfields:
            return [], []
        reads = prepared.reads
        if reads is None:
            reads = prepared.reads = Transformer(raw)
            prepared.columns = [(result.fname(at) or b"").decode() for at in range(result.nfields)]
            reads.set_pgresult(result)
        else:  # what a prepared statement gives is always of the same types
            reads.set_pgresult(result, set_loaders=False)
        return prepared.columns, reads.load_rows(0, result.ntuples, tuple)


def _send(raw: Connection[Any], name: bytes, values: Sequence[Any], formats: Sequence[Any] | None) -> Any:
    """Execute a prepared statement; the first of a transaction goes together with its ``BEGIN``."""
    wire = raw.pgconn
    if raw.autocommit or wire.transaction_status != _IDLE:
        wire.send_query_prepared(name, values, formats)
        return _well(raw, raw.wait(execute(wire)))
    wire.enter_pipeline_mode()
    try:
        wire.send_query_params(b"BEGIN", None)
        wire.send_query_prepared(name, values, formats)
        wire.pipeline_sync()
        raw.wait(send(wire))
        begun, results, _ = (raw.wait(fetch_many(wire)) for _ in range(3))
        wire.exit_pipeline_mode()
    except BaseException:  # half an answer on the wire is of no use to whoever comes next
        raw.close()
        raise
    _well(raw, begun)
    return _well(raw, results)


def _well(raw: Connection[Any], results: Sequence[Any]) -> Any:
    """The one result. Raises what the database says against it."""
    (result,) = results
    if result.status not in _WELL:
        raise errors.error_from_result(result, encoding=raw.info.encoding)
    return result


def _prepare(raw: Connection[Any], text: bytes, types: Sequence[int] | None) -> Prepared:
    name = b"kept_%d" % next(_numbers)
    raw.pgconn.send_prepare(name, text, types)
    _well(raw, raw.wait(execute(raw.pgconn)))
    return Prepared(name)


def _keep(connection: Any, statement: str | bytes) -> Kept:
    if len(connection.kept) >= MOST_KEPT:
        for kept in connection.kept.values():
            for prepared in kept.prepared.values():
                connection.connection.execute(b"DEALLOCATE " + prepared.name)
        connection.kept.clear()
    kept = connection.kept[statement] = Kept(statement, connection.connection)
    return kept


def _numbered(statement: str) -> bytes:
    """The statement with ``$1``, ``$2`` in place of each ``%s``, and ``%`` in place of ``%%``."""
    places = count(1)
    return re.sub("%[s%]", lambda found: f"${next(places)}" if found[0] == "%s" else "%", statement).encode()
