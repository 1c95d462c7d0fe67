"""The same plan on Spark: over snapshots, whole and in buckets, and many small runs in one job. Needs Java 17."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.rules import small
from tests.rules.awkward import AWKWARD, texts

from mazdoor.rules import RunStopped, bucket_snapshot, load_policies, run_duckdb, shipped_folders, write_snapshot
from mazdoor.rules.cases import read_results, run_cases_on_spark
from mazdoor.rules.engines import spark_session
from mazdoor.rules.engines.spark import run_spark
from mazdoor.rules.engines.spark_small import Small, columns_on_spark, run_small_on_spark
from mazdoor.rules.problems import EngineMissing

on_spark = pytest.mark.skipif(bool(spark_session.why_not()), reason=spark_session.why_not() or "Spark runs")

FORMULAS = {
    "third": "rounded(money / 3, 2, half_even)",
    "long": "big * 1000 + 1",
    "size": "sum(size over parts where good)",
    "price": "sum(price over parts)",
    "until": "days_between(day, later)",
    "much": "house.land > 2.50 acres",
}


def population() -> dict[str, list[dict[str, Any]]]:
    things = [
        {
            "thing_id": f"t{index}",
            "house_id": None if index % 7 == 0 else f"h{index % 5}",
            "whole": index - 20,
            "money": None if index % 11 == 0 else index * 101 - 50,
            "big": 10**18 - 1 - index if index % 2 else 1 - 10**18,
            "day": date(1, 1, 1 + index % 28) if index % 3 else None,
            "later": date(9999, 12, 31 - index % 28),
            "yes": (True, False, None)[index % 3],
        }
        for index in range(40)
    ]
    parts = [
        {
            "part_id": f"p{index}",
            "thing_id": f"t{index % 33}",
            "size": None if index % 13 == 0 else index,
            "good": (True, False, None)[index % 3] if index % 5 == 0 else True,
            "price": 10**15 - 1 - index,
        }
        for index in range(90)
    ]
    houses = [{"house_id": f"h{index}", "land": Decimal(index) + Decimal("0.51")} for index in range(4)]
    return {"things": things, "parts": parts, "houses": houses}


@on_spark
def test_a_snapshot_whole_and_in_buckets_gives_what_duckdb_gives(tmp_path: Path) -> None:
    policy = small.policy(FORMULAS, clause="yes", amount="if_unknown(max(Rs 1, money), Rs 2)")
    whole = write_snapshot(policy, small.complete(policy, population()), tmp_path / "whole")
    run_duckdb(policy, "p", whole, at=small.AT, out=tmp_path / "duckdb.parquet")
    wanted = read_results(policy, "p", tmp_path / "duckdb.parquet")
    told = run_spark(policy, "p", whole, at=small.AT, out=tmp_path / "spark.parquet")
    assert read_results(policy, "p", tmp_path / "spark.parquet") == wanted
    assert (told.engine, told.units, told.parts) == ("spark", 40, 1)
    assert told.eligible == sum(result.eligible is True for result in wanted)
    assert told.not_eligible == sum(result.eligible is False for result in wanted)
    assert told.unknown == sum(result.eligible is None for result in wanted) > 0
    assert told.total_amount == sum(result.amount or 0 for result in wanted)
    cut = tmp_path / "cut"
    assert bucket_snapshot(policy, whole, cut, 3, by="house") == 3
    told = run_spark(policy, "p", cut, at=small.AT, out=tmp_path / "parts")
    assert read_results(policy, "p", tmp_path / "parts") == wanted
    assert told.parts == len(list((tmp_path / "parts").iterdir()))
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "cut",
        "duckdb.parquet",
        "parts",
        "spark.parquet",
        "whole",
    ]


@on_spark
def test_a_fault_stops_spark_and_nothing_is_written(tmp_path: Path) -> None:
    policy = small.policy({"x": "rounded(1 / whole, 2, half_up)"})
    rows = {"things": [{"thing_id": "a", "whole": 0}, {"thing_id": "b", "whole": 3}]}
    folder = write_snapshot(policy, small.complete(policy, rows), tmp_path / "snapshot")
    with pytest.raises(RunStopped, match="division by zero, in programme p \\(1 row\\)"):
        run_spark(policy, "p", folder, at=small.AT, out=tmp_path / "out.parquet")
    assert [each.name for each in tmp_path.iterdir()] == ["snapshot"]


@on_spark
@pytest.mark.parametrize(
    ("things", "said"),
    [
        (
            [{"thing_id": "a", "kind": "violet"}],
            "holds a code that is not one of its codes, in table things \\(1 row\\)",
        ),
        ([{"thing_id": "a", "whole": 10**9}], "thing.whole is too large or too fine, in table things \\(1 row\\)"),
        ([{"thing_id": "a"}, {"thing_id": "a"}], '"thing_id" is empty or stands twice, in table things \\(1 row\\)'),
    ],
)
def test_facts_outside_their_domain_stop_spark(tmp_path: Path, things: list[dict[str, Any]], said: str) -> None:
    policy = small.policy({"x": 'if kind = "red" then whole else 0'})
    folder = write_snapshot(policy, small.complete(policy, {"things": things}), tmp_path / "snapshot")
    with pytest.raises(RunStopped, match=said):
        run_spark(policy, "p", folder, at=small.AT, out=tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()


@on_spark
def test_a_snapshot_that_lacks_a_table_or_a_column_stops_spark(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    policy = small.policy({"x": "whole"})
    (tmp_path / "none").mkdir()
    with pytest.raises(RunStopped, match='the snapshot has no table "things"'):
        run_spark(policy, "p", tmp_path / "none", at=small.AT, out=tmp_path / "out.parquet")
    pq.write_table(pa.table({"thing_id": ["a"], "whole": [1.5]}), tmp_path / "none" / "things.parquet")
    with pytest.raises(RunStopped, match='the column "whole" is DOUBLE, and must be exact with 0 decimal places'):
        run_spark(policy, "p", tmp_path / "none", at=small.AT, out=tmp_path / "out.parquet")
    with pytest.raises(FileNotFoundError):
        run_spark(policy, "p", tmp_path / "nowhere", at=small.AT, out=tmp_path / "out.parquet")


@on_spark
def test_many_rules_are_columns_of_one_job_and_none_stops_another() -> None:
    policy = small.policy({"x": "rounded(1 / whole, 2, half_up)", "y": "whole + 1"})
    rows = [{"thing_id": "a", "whole": 0}, {"thing_id": "b", "whole": 3}, {"thing_id": "c"}]
    found = columns_on_spark(policy, "p", small.complete(policy, {"things": rows}), at=small.AT)
    assert found["a"] == {"x": (None, "division by zero"), "y": (Decimal(1), None)}
    assert found["b"] == {"x": (Decimal("0.33"), None), "y": (Decimal(4), None)}
    assert found["c"] == {"x": (None, None), "y": (None, None)}


@on_spark
def test_long_numbers_are_divided_exactly_on_spark() -> None:
    # Quotients of 18, 31 and up to 37 digits, whose DIV would wrap and whose division would keep six places of 38 digits.
    policy = small.policy(
        {
            "long": "rounded(big * big / 7, 0, half_even)",
            "down": "rounded(big * big / 3, 0, down)",
            "by_long": "rounded(big * 1000000000000000000 / whole, 0, half_up)",
            "finer": "rounded(big / 7, 6, floor)",
            "short": "rounded(big * 1000000 / big, 0, up)",
        }
    )
    values = [10**18 - 1, 1 - 10**18, 999_999_937, -7, 7, 1, 123_456_789_012_345_678]
    rows = small.complete(
        policy, {"things": [{"thing_id": f"t{each}", "big": each, "whole": each % 9 - 11} for each in values]}
    )
    found = run_small_on_spark(policy, [Small("p", rows, small.AT)])[0]
    assert {result.unit: result for result in found} == small.run("reference", policy, rows)


@on_spark
def test_texts_are_texts_and_never_sql_on_spark() -> None:
    policy, facts, expected = texts()
    found = run_small_on_spark(policy, [Small("p", facts, small.AT)])[0]
    assert {result.unit: dict(result.results) for result in found} == expected
    assert len(expected) == len(AWKWARD)


@on_spark
def test_shipped_cases_come_out_on_spark_as_expected() -> None:
    """The six programmes and days with the most cases, in one job; every case of every country is run in the soak."""
    policy = load_policies()
    days = Counter((case.programme, case.at, case.known_at) for case in policy.cases)
    busiest = {when for when, _ in days.most_common(6)}
    chosen = [case for case in policy.cases if (case.programme, case.at, case.known_at) in busiest]
    assert len(chosen) >= 20
    assert run_cases_on_spark(policy, chosen) == []


@pytest.mark.soak
@on_spark
@pytest.mark.parametrize("country", sorted(shipped_folders()))
def test_every_shipped_case_comes_out_on_spark_as_expected(country: str) -> None:
    policy = load_policies(shipped_folders()[country])
    assert policy.cases
    assert run_cases_on_spark(policy) == []


@on_spark
def test_spark_listens_on_loopback_alone_has_no_page_and_keeps_quiet() -> None:
    session = spark_session.spark_session()
    settings = {name: session.conf.get(name) for name in ("spark.ui.enabled", "spark.driver.bindAddress")}
    assert settings == {"spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1"}
    assert session.sparkContext.uiWebUrl is None
    java: Any = session.sparkContext._jvm
    pid = int(java.java.lang.ProcessHandle.current().pid())
    listening = [each for each in _listening(pid) if each not in ("0100007F", "0000000000000000FFFF00000100007F")]
    assert _listening(pid) and listening == []
    assert session.conf.get("spark.sql.ansi.enabled") == "true"


def _listening(pid: int) -> list[str]:
    """Addresses (hexadecimal) on which a process listens."""
    inodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except OSError:  # closed in between
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = []
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and words[9] in inodes:
                found.append(words[1].partition(":")[0])
    return found


def test_without_java_the_engine_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EngineMissing, match=r"Java 17.*openjdk-17-jre-headless"):
        spark_session.spark_session()


def test_rules_need_neither_spark_nor_a_database_driver_to_be_imported() -> None:
    said = "import sys, mazdoor.rules; sys.exit(any(each in sys.modules for each in ('pyspark', 'psycopg', 'django')))"
    assert subprocess.run([sys.executable, "-c", said], check=False).returncode == 0
