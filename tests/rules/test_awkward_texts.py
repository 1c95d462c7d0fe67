"""Texts that mean something to one engine are texts to the naive engine and to DuckDB too (PostgreSQL, Spark: their files)."""

from __future__ import annotations

import pytest
from tests.rules import small
from tests.rules.awkward import AWKWARD, texts

from mazdoor.rules.cases import ENGINES


@pytest.mark.parametrize("engine", list(ENGINES))
def test_texts_are_texts_and_never_sql_nor_patterns(engine: str) -> None:
    policy, facts, expected = texts()
    found = small.run(engine, policy, facts)
    assert {unit: dict(result.results) for unit, result in found.items()} == expected
    assert len(expected) == len(AWKWARD)
