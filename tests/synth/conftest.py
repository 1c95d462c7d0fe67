"""One population of 100,000 workers (two parts and a half a minute at most), made once for the whole folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from mazdoor.synth import Manifest, generate
from mazdoor.synth.schema import TABLES, TRUTH

Ask = Callable[[str], list[tuple[object, ...]]]


@pytest.fixture(scope="session")
def population(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    """A folder with 100,000 workers, and its manifest."""
    folder = tmp_path_factory.mktemp("population")
    return folder, generate(workers=100_000, seed=11, out=folder)


@pytest.fixture(scope="session")
def ask(population: tuple[Path, Manifest]) -> Ask:
    """Ask the population in SQL; truth tables are named truth_…"""
    folder, _ = population
    connection = duckdb.connect()
    for name in TABLES:
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM '{folder}/{name}/*.parquet'")
    for name in TRUTH:
        connection.execute(f"CREATE VIEW truth_{name} AS SELECT * FROM '{folder}/truth/{name}/*.parquet'")

    def query(sql: str) -> list[tuple[object, ...]]:
        return connection.execute(sql).fetchall()

    return query
