"""Many rows into several tables from one temporary table: staged once, then appended column by column.

A file of households becomes rows of thirteen tables. Sending each of them by `bulk.copy_in` would parse the same values
again and again and ask a trigger for each foreign key of each row. Here they are staged once and appended by
``database_append`` (see ``base.sql``), which proves each foreign key by one question.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg
from django.db import connection
from psycopg import sql

from mazdoor.database.bulk import ANALYSE_FROM, analyse

_ANALYSE_AGAIN: Final = 4.0
"""Statistics are made anew once a table is four times as large: making them at each chunk would cost more than it brings."""


def append(target: str, source: str, columns: Mapping[str, str], *, only_where: str = "") -> int:
    """Append rows of the temporary table ``source`` to ``target``; returns how many.

    ``columns`` maps columns of the target to columns of the source; ``only_where`` names a boolean column of the source that
    says which rows are meant. Raises psycopg's ``ForeignKeyViolation`` and ``InsufficientPrivilege`` as an INSERT would.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT database_append(%s, %s, %s, %s, %s)",
            [target, source, list(columns), list(columns.values()), only_where],
        )
        (count,) = cursor.fetchone()
    return int(count)


@dataclass(frozen=True, slots=True)
class Step:
    """Rows for one table: its columns mapped to columns of the source, of rows where ``only_where`` (a boolean column).

    ``written`` is called as soon as they are written, while the steps that follow go on.
    """

    target: str
    columns: Mapping[str, str]
    only_where: str = ""
    written: Callable[[], None] | None = None


def append_all(source: str, steps: Sequence[Step]) -> list[int]:
    """Append rows of the temporary table ``source`` to several tables, parents before children; returns the rows of each.

    The same as `append` for each step, but a child made of the same row as its parent is proved by that and not asked about.
    """
    written = [
        {
            "table": step.target,
            "into": list(step.columns),
            "from": list(step.columns.values()),
            "where": step.only_where,
            "tell": step.written is not None,
        }
        for step in steps
    ]
    with connection.cursor() as cursor, _told_of(steps):
        cursor.execute("SELECT database_append_all(%s, %s::jsonb)", [source, json.dumps(written)])
        (counts,) = cursor.fetchone()
    return [int(count) for count in counts]


_TOLD: Final = re.compile(r"appended step (\d+)")


@contextmanager
def _told_of(steps: Sequence[Step]) -> Iterator[None]:
    """While the steps are written, whoever waits for one of them is told by the message the database sends of it."""

    def tell(message: psycopg.errors.Diagnostic) -> None:
        if found := _TOLD.fullmatch(message.message_primary or ""):
            written = steps[int(found[1]) - 1].written
            if written is not None:
                written()

    if all(step.written is None for step in steps):
        yield
        return
    connection.ensure_connection()
    connection.connection.add_notice_handler(tell)
    try:
        yield
    finally:
        connection.connection.remove_notice_handler(tell)


def make_temporary(name: str, columns: Mapping[str, str]) -> None:
    """A temporary table of the session's own, emptied where it exists; ``columns`` are name → SQL type."""
    described = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind)) for column, kind in columns.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS pg_temp.{}").format(sql.Identifier(name)))
        cursor.execute(sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP").format(sql.Identifier(name), described))
        # The function reads it as the owner of the tables.
        cursor.execute(sql.SQL("GRANT SELECT ON {} TO PUBLIC").format(sql.Identifier(name)))


def analyse_grown(counts: dict[str, int], before: dict[str, int]) -> None:
    """Fresh statistics of the tables (name → rows) that have grown much since ``before``, which is brought up to date."""
    for table, count in counts.items():
        if count >= ANALYSE_FROM and count > before.get(table, 0) * _ANALYSE_AGAIN:
            analyse(table)
            before[table] = count
