"""Tables kept by month: their partitions for the months to come, made before rows arrive.

Rows of a month that was not ready go to ``<table>_rest``: nothing is lost, and that month stays there.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection, transaction


def make_months_ready(*, first: date | None = None, months: int = 3) -> list[str]:
    """Partitions of every table kept by month, for ``months`` months from ``first`` (default: this month)."""
    with transaction.atomic(), connection.cursor() as cursor:
        return make_months_ready_over(cursor, first=first, months=months)


def make_months_ready_over(cursor: Any, *, first: date | None = None, months: int = 3) -> list[str]:
    """The same over any psycopg cursor; returns the names of the partitions, new and old."""
    made = []
    for table in _kept_by_month(cursor):
        cursor.execute(
            "SELECT database_month_partition(%s, (coalesce(%s::date, current_date)"
            " + make_interval(months => step))::date) FROM generate_series(0, %s - 1) AS step",
            [table, first, months],
        )
        made += [str(row[0]) for row in cursor.fetchall()]
    return made


def _kept_by_month(cursor: Any) -> list[str]:
    """The tables kept by month that have a partition for the rest (made by ``sql.by_month``)."""
    cursor.execute(
        """
        SELECT c.relname FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
        WHERE p.partstrat = 'r' AND to_regclass(c.relname || '_rest') IS NOT NULL ORDER BY 1
        """
    )
    return [str(row[0]) for row in cursor.fetchall()]
