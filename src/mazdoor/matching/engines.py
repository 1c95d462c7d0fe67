"""Where what grows is run: keys joined, pairs screened and weighed, on DuckDB or on Spark, from one SQL text.

People are read, cleaned and learnt from in DuckDB, on one machine: that grows with the people, or not at all. What grows
faster than they do goes through an `Engine`: statements in DuckDB's SQL that make tables from tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

import duckdb

Item = TypeVar("Item")

#: DuckDB screens so many pairs in one pass, so that memory stays as it is however many there are.
A_PASS = 6_000_000


class Engine(Protocol):
    """Tables from tables, by SELECT statements in DuckDB's SQL."""

    #: Whether several keys are joined by one statement: fewer, larger jobs.
    together: bool

    def batches(self, items: Sequence[Item]) -> list[list[Item]]:
        """What one statement takes at a time."""

    def passes(self, pairs: int) -> int:
        """In how many parts so many pairs are screened."""

    def take(self, table: str) -> None:
        """Take over a table of the DuckDB that holds the people."""

    def make(self, table: str, select: str) -> None:
        """Make a table, or make it anew."""

    def make_by_row(self, table: str, rows: str, select: str) -> None:
        """Make a table of ``select`` over table ``rows``: each row from its own row, by any function of DuckDB."""

    def add(self, table: str, select: str) -> None:
        """Add to a table; the first rows make it."""

    def drop(self, *tables: str) -> None:
        """Forget tables, if they are there."""

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """The few rows of a result."""

    def bring(self, name: str, select: str) -> None:
        """Show a result in DuckDB, as a view."""


class DuckDBEngine:
    """The connection that holds the people does it all."""

    together = False

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    def batches(self, items: Sequence[Item]) -> list[list[Item]]:
        """One after the other: memory is that of one key."""
        return [[item] for item in items]

    def passes(self, pairs: int) -> int:
        """So that none has more than `A_PASS` pairs."""
        return 1 + pairs // A_PASS

    def take(self, table: str) -> None:
        """It is here."""

    def make(self, table: str, select: str) -> None:
        """CREATE TABLE."""
        self._con.execute(f"CREATE OR REPLACE TABLE {table} AS {select}")

    def make_by_row(self, table: str, rows: str, select: str) -> None:
        """The rows are a subquery: one statement, nothing kept between."""
        self._con.execute(f"CREATE OR REPLACE TABLE {table} AS WITH rows AS ({rows}) {select}")

    def add(self, table: str, select: str) -> None:
        """INSERT INTO."""
        self._con.execute(f"CREATE TABLE IF NOT EXISTS {table} AS SELECT * FROM ({select}) LIMIT 0")
        self._con.execute(f"INSERT INTO {table} {select}")

    def drop(self, *tables: str) -> None:
        """DROP TABLE."""
        for table in tables:
            self._con.execute(f"DROP TABLE IF EXISTS {table}")

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Fetched as they are."""
        return self._con.execute(select).fetchall()

    def bring(self, name: str, select: str) -> None:
        """A view: nothing is copied."""
        self._con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {select}")


def check_engine(name: str) -> None:
    """ValueError for an engine that does not exist, `mazdoor.rules.problems.EngineMissing` where Spark or Java is not there."""
    if name not in ("duckdb", "spark"):
        raise ValueError(f'there is no engine "{name}": duckdb or spark')
    if name == "spark":
        from mazdoor.rules.engines.spark_session import why_not
        from mazdoor.rules.problems import EngineMissing

        if missing := why_not():
            raise EngineMissing(missing)
