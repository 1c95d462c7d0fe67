"""What makes a plan quick changes no answer: ages as dates, formulas computed where they stand, proofs that a file outlives not."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from tests.rules import benches, small
from tests.rules.test_engines_agree import comparable

from mazdoor.rules import RunStopped, bucket_snapshot, run_duckdb, write_snapshot
from mazdoor.rules.engines.proofs import NAME, proved
from mazdoor.rules.engines.sql.plan import make_plan
from mazdoor.rules.engines.sql.simpler import last_birth


def age(born: date, at: date) -> int:
    """Completed years, as people count."""
    return at.year - born.year - ((at.month, at.day) < (born.month, born.day))


@pytest.mark.parametrize("at", [date(2026, 7, 1), date(2024, 2, 29), date(2025, 2, 28), date(2025, 3, 1)])
def test_somebody_is_old_enough_exactly_when_born_by_the_last_day(at: date) -> None:
    for years in (0, 1, 4, 5, 18, 65):
        last = last_birth(at, years)
        assert last is not None
        year = at.year - years
        days = 366 if calendar.isleap(year) else 365
        for born in (date(year, 1, 1) + timedelta(days=n) for n in range(days)):
            assert (age(born, at) >= years) == (born <= last), (born, at, years)


def test_an_age_outside_the_calendar_is_left_as_it_is() -> None:
    assert last_birth(date(2026, 7, 1), 2026) is None
    assert last_birth(date(2026, 7, 1), -8000) is None


def snapshot(folder: Path, things: int) -> None:
    """Things with one part each."""
    facts = {
        "houses": [{"house_id": "h", "rooms": 2}],
        "things": [{"thing_id": f"t{n}", "house_id": "h", "kind": "red"} for n in range(things)],
        "parts": [{"part_id": f"p{n}", "thing_id": f"t{n}", "price": 100, "good": True} for n in range(things)],
    }
    law = small.policy({})
    write_snapshot(law, small.complete(law, facts), folder)


def test_a_bucket_says_what_was_proved_of_it_until_its_file_changes(tmp_path: Path) -> None:
    law = small.policy({"n": "count(parts)"}, clause="n >= 1")
    snapshot(tmp_path / "whole", 10)
    bucket_snapshot(law, tmp_path / "whole", tmp_path / "cut", 1, by="house")
    bucket = tmp_path / "cut" / "bucket-000"
    assert proved(bucket, "things").keys == {"thing_id"}
    assert proved(bucket, "parts").at_most["thing_id"] >= 1
    with duckdb.connect() as connection:
        things = bucket / "things.parquet"
        connection.execute(f"COPY (FROM '{things}' UNION ALL FROM '{things}') TO '{bucket}/twice.parquet'")
    (bucket / "twice.parquet").replace(things)
    assert not proved(bucket, "things").keys
    with pytest.raises(RunStopped, match="stands twice"):
        run_duckdb(law, "p", tmp_path / "cut", at=small.AT, out=tmp_path / "out")


def test_a_key_that_stands_twice_when_cut_is_not_proved_and_stops_the_run(tmp_path: Path) -> None:
    law = small.policy({"n": "count(parts)"}, clause="n >= 1")
    snapshot(tmp_path / "whole", 3)
    things = tmp_path / "whole" / "things.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (FROM '{things}' UNION ALL FROM '{things}') TO '{tmp_path}/twice.parquet'")
    (tmp_path / "twice.parquet").replace(things)
    bucket_snapshot(law, tmp_path / "whole", tmp_path / "cut", 1, by="house")
    assert (tmp_path / "cut" / "bucket-000" / NAME).exists()
    with pytest.raises(RunStopped, match="stands twice"):
        run_duckdb(law, "p", tmp_path / "cut", at=small.AT, out=tmp_path / "out")


def test_the_units_and_the_states_together_are_the_results() -> None:
    plan = make_plan(
        (law := small.policy({"n": "count(parts)"}, clause="n >= 1")), law.programmes["p"], at=small.AT, known=None
    )
    told = [each.alias for each in plan.results.selects if each.alias != "_fault"]
    assert [name for name, _ in plan.halves.columns] == told
    assert ("outcomes", False) in plan.halves.columns and ("amount", True) in plan.halves.columns


def test_a_fault_is_told_also_where_the_row_it_reads_is_not_there() -> None:
    """What a house computes for its things must not hide a division by zero from a thing whose house is not there."""
    policy = small.policy(
        {
            "literal": "rounded(house.rooms / 0, 0, half_even)",
            "sound": "rounded(house.rooms / 2, 0, half_up)",
            "chosen": "rounded(house.rooms / (if house.rooms is unknown then 0 else 1), 0, half_up)",
        }
    )
    houses = [{"house_id": "h", "rooms": 3}]
    things = [
        {"thing_id": "in", "house_id": "h"},
        {"thing_id": "out", "house_id": None},
        {"thing_id": "lost", "house_id": "x"},
    ]
    facts = small.complete(policy, {"houses": houses, "things": things})
    wanted = benches.Reference(policy, facts).columns("p", benches.At())
    got = benches.DuckDB(policy, facts).columns("p", benches.At())
    assert {key: comparable(answer) for key, answer in got.items()} == {
        key: comparable(answer) for key, answer in wanted.items()
    }
    assert comparable(wanted[("lost", "literal")]) == "at fault"
    assert comparable(wanted[("out", "chosen")]) == "at fault"
    assert comparable(wanted[("out", "sound")]) is None
