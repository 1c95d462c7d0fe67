"""The benchmark of rules works, and refuses to compare what is not equal."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from benchmarks import assessment
from benchmarks.assessed.synthetic import households_for, write_people


def test_ours_equals_the_sql_written_by_hand_before_a_ratio_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = list(assessment.measure(tmp_path, 3_000, ["hand"], 2, "1GB"))
    assert [each.engine for each in rows] == ["bucketing", "ours", "hand", "1 variant", "3 variants"]
    assert "equal for all 3,000 persons" in capsys.readouterr().out and all(each.peak > 0 for each in rows)
    assessment.tell(rows)
    assert "× the SQL by hand at 3,000" in capsys.readouterr().out


def test_one_person_decided_otherwise_stops_the_benchmark(tmp_path: Path) -> None:
    for name, amount in (("ours", "12.50"), ("hand", "12.51")):
        (tmp_path / name).mkdir()
        duckdb.sql(
            f"COPY (SELECT 'p1' AS unit_id, true AS eligible, {amount}::DECIMAL(18,2) AS amount) "
            f"TO '{tmp_path}/{name}/part-000.parquet' (FORMAT parquet)"
        )
    assessment.check_alike(tmp_path / "ours", tmp_path / "hand", "eligible")
    with pytest.raises(SystemExit, match="1 of 1 persons differ"):
        assessment.check_alike(tmp_path / "ours", tmp_path / "hand", "eligible amount")


def test_the_invented_people_are_as_many_as_asked_and_live_in_households_that_exist(tmp_path: Path) -> None:
    write_people(tmp_path, 5_000)
    with duckdb.connect() as connection:
        persons, keys, homeless = connection.execute(
            f"""SELECT count(*), count(DISTINCT person_id), count(*) FILTER (WHERE h.household_id IS NULL)
                FROM read_parquet('{tmp_path}/persons/*.parquet') p
                LEFT JOIN read_parquet('{tmp_path}/households/*.parquet') h USING (household_id)"""
        ).fetchall()[0]
        homes = connection.execute(f"SELECT count(*) FROM read_parquet('{tmp_path}/households/*.parquet')").fetchall()[
            0
        ][0]
    assert (persons, keys, homeless) == (5_000, 5_000, 0) and homes == households_for(5_000)
