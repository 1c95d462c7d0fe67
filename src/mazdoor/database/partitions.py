"""Tables kept by month: their partitions for the months to come, made before rows arrive."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction


def partitioned_tables() -> list[str]:
    """The tables kept by month that have a partition for the rest (made by ``sql.by_month``)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
            WHERE p.partstrat = 'r' AND to_regclass(format('%I_rest', c.relname)) IS NOT NULL ORDER BY 1
            """
        )
        return [str(row[0]) for row in cursor.fetchall()]


def make_months_ready(*, first: date | None = None, months: int = 3) -> list[str]:
    """Partitions of every table kept by month, for ``months`` months from ``first`` (default: this month)."""
    with transaction.atomic(), connection.cursor() as cursor:
        made = []
        for table in partitioned_tables():
            cursor.execute(
                "SELECT database_month_partition(%s, (coalesce(%s::date, current_date)"
                " + make_interval(months => step))::date) FROM generate_series(0, %s - 1) AS step",
                [table, first, months],
            )
            made += [str(row[0]) for row in cursor.fetchall()]
    return made
