"""A rule that cannot be evaluated stops the run: on both engines, with a person-free reason, and nothing is written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.rules import small

from mazdoor.rules import RunStopped, run_duckdb, write_snapshot
from mazdoor.rules.cases import ENGINES

D = date.fromisoformat


@pytest.mark.parametrize("engine", list(ENGINES))
@pytest.mark.parametrize(
    ("formula", "row", "said"),
    [
        ("rounded(1 / whole, 2, half_up)", {"whole": 0}, "division by zero"),
        ("rounded(other / whole, 2, half_up)", {"whole": 0}, "division by zero"),
        ("rounded(1 / (whole - 3), 2, half_up)", {"whole": 3}, "division by zero"),
        (
            "sum(size over parts where size > rounded(1 / thing.whole, 0, up))",
            {"whole": 0, "parts": [{"size": 1}]},
            "division by zero",
        ),
        ("any(parts where rounded(1 / size, 0, up) > 0)", {"parts": [{"size": 0}, {"size": 1}]}, "division by zero"),
        ("rate at day", {"day": D("1899-12-31")}, "rate has no value"),
        ("rate at day", {"day": D("2031-01-01")}, "rate has no value"),
        ("floor_price[kind]", {"kind": "blue"}, "floor_price has no value"),
        ("add_years(day, -2000 years)", {"day": D("1999-01-01")}, "outside the calendar"),
        ("add_months(day, spent)", {"day": D("9999-12-01"), "spent": 1}, "outside the calendar"),
        ("add_days(day, 1 day)", {"day": D("9999-12-31")}, "outside the calendar"),
        ("whole", {"whole": 10**9}, "too large"),
        ("money", {"money": 10**15}, "too large"),
        ('kind = "red"', {"kind": "purple"}, "not one of its codes"),
    ],
)
def test_what_has_no_value_stops_the_run(engine: str, formula: str, row: dict[str, Any], said: str) -> None:
    policy = small.policy({"x": formula})
    thing = {name: value for name, value in row.items() if name != "parts"}
    parts = [{"part_id": str(number), "thing_id": "bad", **part} for number, part in enumerate(row.get("parts", ()))]
    with pytest.raises(RunStopped) as stopped:
        small.run(engine, policy, {"things": [{"thing_id": "fine"}, {"thing_id": "bad", **thing}], "parts": parts})
    assert said in str(stopped.value) and "(1 row)" in str(stopped.value)
    assert "'bad'" not in str(stopped.value) and "purple" not in str(stopped.value)


@pytest.mark.parametrize("engine", list(ENGINES))
@pytest.mark.parametrize(("unknown", "eligible"), [("asks", None), ("excludes", False), ("admits", True)])
def test_the_rule_says_what_unknown_means(engine: str, unknown: str, eligible: bool | None) -> None:
    policy = small.policy({}, clause="yes", unknown=unknown)
    result = small.run(engine, policy, {"things": [{"thing_id": "a"}]})["a"]
    assert result.eligible is eligible
    assert result.outcomes == "U"


@pytest.mark.parametrize("engine", list(ENGINES))
def test_an_unknown_that_stops_stops(engine: str) -> None:
    policy = small.policy({}, clause="yes", unknown="stops")
    assert small.run(engine, policy, {"things": [{"thing_id": "a", "yes": True}]})["a"].eligible is True
    with pytest.raises(RunStopped, match="must be known"):
        small.run(engine, policy, {"things": [{"thing_id": "a", "yes": True}, {"thing_id": "b"}]})


@pytest.mark.parametrize("engine", list(ENGINES))
def test_an_amount_that_is_not_known_leaves_the_unit_open(engine: str) -> None:
    policy = small.policy({}, amount="money")
    result = small.run(engine, policy, {"things": [{"thing_id": "a"}]})["a"]
    assert (result.eligible, result.amount, result.deciding) == (None, None, "amount")


@pytest.mark.parametrize("engine", list(ENGINES))
def test_an_amount_of_the_refused_is_not_computed(engine: str) -> None:
    policy = small.policy({}, clause="yes", amount="rounded(Rs 1 / whole, 2, half_up)")
    things = [{"thing_id": "a", "yes": False, "whole": 0}, {"thing_id": "b", "yes": True, "whole": 2}]
    results = small.run(engine, policy, {"things": things})
    assert (results["a"].amount, results["b"].amount) == (None, Decimal("0.50"))


@pytest.mark.parametrize("engine", list(ENGINES))
def test_more_rows_than_a_sum_may_hold_are_refused(engine: str) -> None:
    policy = small.policy({"x": "sum(size over parts)"})
    parts = [{"part_id": str(number), "thing_id": "a", "size": 1} for number in range(10_001)]
    with pytest.raises(RunStopped, match="more than 10,000 rows"):
        small.run(engine, policy, {"things": [{"thing_id": "a"}], "parts": parts})
    small.run(engine, policy, {"things": [{"thing_id": "a"}], "parts": parts[1:]})


# --- snapshots


def snapshot(tmp_path: Path, policy: Any, **columns: pa.Array) -> Path:
    folder = write_snapshot(policy, small.complete(policy, {"things": [{"thing_id": "a"}]}), tmp_path / "snapshot")
    table = pq.read_table(folder / "things.parquet")
    for name, values in columns.items():
        table = table.set_column(table.schema.get_field_index(name), name, values)
    pq.write_table(table, folder / "things.parquet")
    return folder


def test_a_float_is_refused_even_where_it_looks_whole(tmp_path: Path) -> None:
    policy = small.policy({"x": "whole"})
    folder = snapshot(tmp_path, policy, whole=pa.array([1.0]))
    with pytest.raises(RunStopped, match="must be exact"):
        run_duckdb(policy, "p", folder, at=small.AT, out=tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()


def test_a_missing_column_is_refused_with_the_likely_name(tmp_path: Path) -> None:
    policy = small.policy({"x": "whole"})
    folder = snapshot(tmp_path, policy)
    table = pq.read_table(folder / "things.parquet")
    names = ["wholes" if name == "whole" else name for name in table.column_names]
    pq.write_table(table.rename_columns(names), folder / "things.parquet")
    with pytest.raises(RunStopped, match=r'the column "whole" is missing .*"wholes"'):
        run_duckdb(policy, "p", folder, at=small.AT, out=tmp_path / "out.parquet")


def test_a_key_twice_is_refused(tmp_path: Path) -> None:
    policy = small.policy({"x": "whole"})
    folder = snapshot(tmp_path, policy)
    table = pq.read_table(folder / "things.parquet")
    pq.write_table(pa.concat_tables([table, table]), folder / "things.parquet")
    with pytest.raises(RunStopped, match="stands twice"):
        run_duckdb(policy, "p", folder, at=small.AT, out=tmp_path / "out.parquet")


def test_buckets_give_the_same_and_a_run_resumes(tmp_path: Path) -> None:
    policy = small.policy({"x": "sum(size over parts)"}, clause="count(parts) > 1", amount="money")
    things = [{"thing_id": f"t{number}", "money": number} for number in range(50)]
    parts = [{"part_id": f"p{number}", "thing_id": f"t{number % 40}", "size": number} for number in range(90)]
    whole = run_duckdb(
        policy,
        "p",
        write_snapshot(policy, small.complete(policy, {"things": things, "parts": parts}), tmp_path / "w"),
        at=small.AT,
        out=tmp_path / "whole.parquet",
    )
    for bucket in range(3):
        mine = [thing for thing in things if int(thing["thing_id"][1:]) % 3 == bucket]
        keys = {thing["thing_id"] for thing in mine}
        rows = small.complete(policy, {"things": mine, "parts": [part for part in parts if part["thing_id"] in keys]})
        write_snapshot(policy, rows, tmp_path / "b" / f"bucket-{bucket:03}")
    first = run_duckdb(policy, "p", tmp_path / "b", at=small.AT, out=tmp_path / "parts")
    assert (
        (first.units, first.eligible, first.total_amount)
        == (whole.units, whole.eligible, whole.total_amount)
        == (50, 40, first.total_amount)
    )
    stamps = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "parts").glob("part-*")}
    (tmp_path / "parts" / "part-001.parquet").unlink()
    again = run_duckdb(policy, "p", tmp_path / "b", at=small.AT, out=tmp_path / "parts")
    assert again.total_amount == first.total_amount
    later = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "parts").glob("part-*")}
    assert {name for name in stamps if stamps[name] != later[name]} == {"part-001.parquet"}
    # another date is another run: every part is written anew
    run_duckdb(policy, "p", tmp_path / "b", at=date(2020, 1, 1), out=tmp_path / "parts")
    assert all(path.stat().st_mtime_ns != later[path.name] for path in (tmp_path / "parts").glob("part-*"))
