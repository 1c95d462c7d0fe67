"""A quota in a simulation: who qualifies and has no place is neither reached nor paid, and the report says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from tests.simulation import world

from mazdoor.rules import PolicySet
from mazdoor.simulation.places import only_inside, places_within, without_place

DAY = date(2020, 5, 1)


def few(places: int) -> PolicySet:
    """The law with so many places in each category and province."""
    table = world.law().parameters["emergency_cash_places"]
    changed = replace(table, values=tuple(replace(each, value=Fraction(places)) for each in table.values))
    return replace(world.law(), parameters={**world.law().parameters, "emergency_cash_places": changed})


@pytest.mark.parametrize(("weight", "inside"), [(1, ["f1", "f2", "f3"]), (2, ["f1"])])
def test_the_first_in_the_order_are_reached_and_who_stands_for_two_takes_two_places(
    tmp_path: Path, weight: int, inside: list[str]
) -> None:
    results = tmp_path / "results.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT 'f' || n AS unit_id, true AS eligible, 12000::DECIMAL(18,2) AS amount, 'II' AS category, "
            f"(10 * n)::DECIMAL(5,2) AS family_pmt_score, 'PK6' AS family_province FROM range(1, 6) t(n)) "
            f"TO '{results}' (FORMAT parquet)"
        )
        connection.execute(f"CREATE TABLE folk AS SELECT 'f' || n AS unit_id, {weight} AS weight FROM range(1, 6) t(n)")
        files = only_inside(
            connection,
            few(3),
            "emergency_cash",
            str(results),
            at=DAY,
            known_at=None,
            out=tmp_path / "in.parquet",
            folk="folk",
        )
        rows = connection.execute(
            "SELECT unit_id, amount FROM read_parquet(?) WHERE eligible ORDER BY 1", [files]
        ).fetchall()
        assert [row[0] for row in rows] == inside and all(row[1] == 12000 for row in rows)
        unpaid = "SELECT count(amount) FROM read_parquet(?) WHERE NOT eligible"
        assert connection.execute(unpaid, [files]).fetchone() == (0,)
        assert without_place(connection, files) == weight * (5 - len(inside))


def test_a_reform_of_some_areas_changes_their_places_alone() -> None:
    found = places_within(world.law(), few(7), "emergency_cash", ["PK7"], at=DAY, known_at=None)
    assert found[("II", "PK7")] == 7 and found[("II", "PK6")] == 2_118_397


def test_without_a_quota_results_stay_as_they_are(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        given = str(tmp_path / "none.parquet")
        out = tmp_path / "x.parquet"
        assert given == only_inside(
            connection, world.law(), "old_age_pension", given, at=DAY, known_at=None, out=out, folk=None
        )
        assert without_place(connection, None) is None
