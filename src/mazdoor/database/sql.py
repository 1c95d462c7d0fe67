"""SQL for migrations: row-level security by area, append-only tables, tables kept by month.

>>> migrations.RunSQL(rls_by_area("registration_person", "area_code"), migrations.RunSQL.noop)
"""

from __future__ import annotations

import re

_NAME = re.compile(r"^[a-z_][a-z0-9_]*$")


def _checked(*names: str) -> None:
    for name in names:
        if not _NAME.match(name):
            raise ValueError(f"not a plain SQL name: {name!r}")


def rls_by_area(table: str, column: str) -> str:
    """Rows of ``table`` are seen and written only where ``column`` (a P-code) lies in the officer's areas.

    The first half is asked once per statement, so bulk work that sees everything pays nothing per row.
    """
    _checked(table, column)
    test = f"(SELECT coalesce(current_setting('mazdoor.areas', true), '')) = '*' OR access_sees({column}::text)"
    return rls_by(table, test)


def rls_by(table: str, test: str) -> str:
    """Rows of ``table`` are seen and written only where the SQL expression ``test`` holds."""
    _checked(table)
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"
        f"DROP POLICY IF EXISTS areas ON {table};\n"
        f"CREATE POLICY areas ON {table} USING ({test}) WITH CHECK ({test});"
    )


def append_only(table: str) -> str:
    """Nobody changes or removes rows of ``table``: the application may not, and a trigger stops the owner too."""
    _checked(table)
    return (
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM mazdoor_app;\n"
        f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}\n"
        "    FOR EACH ROW EXECUTE FUNCTION database_refuse_change();\n"
        f"CREATE OR REPLACE TRIGGER {table}_append_only_all BEFORE TRUNCATE ON {table}\n"
        "    FOR EACH STATEMENT EXECUTE FUNCTION database_refuse_change();"
    )


def by_month(table: str) -> str:
    """Partitions of ``table`` (``PARTITION BY RANGE`` on a time) for this month and the next, and one for the rest.

    Later months are made by ``partitions.make_months_ready``; rows that come before that go to ``<table>_rest``.
    """
    _checked(table)
    return (
        f"CREATE TABLE {table}_rest PARTITION OF {table} DEFAULT;\n"
        f"REVOKE ALL ON {table}_rest FROM mazdoor_app;\n"
        f"SELECT database_month_partition('{table}', current_date);\n"
        f"SELECT database_month_partition('{table}', (current_date + interval '1 month')::date);"
    )
