"""``mazdoor rules … --engine postgres`` and ``spark`` as a person types them: a process of its own, nothing set up before."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.folders import open_folder
from tests.rules.test_mistakes import GOOD

from mazdoor.rules import bucket_snapshot, load_policies, read_facts, write_snapshot
from mazdoor.rules.engines.spark_session import why_not


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder where nothing is installed yet. In /tmp: PostgreSQL runs as another user when the tests are run by root."""
    path = open_folder("rules")
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture
def persons(tmp_path: Path) -> Path:
    path = tmp_path / "persons.csv"
    path.write_text("person_id,birth_date,home_id\na,1950-01-01,\nb,2000-01-01,\n", encoding="utf-8")
    return path


def mazdoor(home: Path, *arguments: object, **changed: str) -> subprocess.CompletedProcess[str]:
    """The command, in an environment without Django's settings and without a database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAZDOOR_", "DJANGO_"))}
    kept |= {"MAZDOOR_HOME": str(home), "MAZDOOR_DATABASE_THROWAWAY": "1"} | changed
    said = [sys.executable, "-m", "mazdoor.cli", *map(str, arguments)]
    return subprocess.run(said, env=kept, capture_output=True, text=True, timeout=300, check=False)


def test_a_policy_is_checked_on_postgresql_where_nothing_was_set_up(home: Path, policy: Path) -> None:
    done = mazdoor(home, "rules", "check", policy, "--engine", "postgres")
    assert (done.returncode, done.stderr) == (0, "") and "all well" in done.stdout


def test_rows_are_run_on_postgresql_where_nothing_was_set_up(home: Path, policy: Path, persons: Path) -> None:
    asked = ("rules", "run", "old", "--facts", persons, "--at", "2024-01-01", "--policy", policy, "--json")
    done = mazdoor(home, *asked, "--engine", "postgres")
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["eligible"] for line in done.stdout.splitlines()] == [None, False]
    assert done.stdout == mazdoor(home, *asked, "--engine", "reference").stdout


def test_a_database_that_cannot_be_reached_is_told_with_a_remedy(home: Path, policy: Path, persons: Path) -> None:
    asked = (
        "rules",
        "run",
        "old",
        "--facts",
        persons,
        "--at",
        "2024-01-01",
        "--policy",
        policy,
        "--engine",
        "postgres",
    )
    # Port 1 of loopback: nobody listens there.
    done = mazdoor(home, *asked, MAZDOOR_DATABASE_URL="postgresql://owner:word@127.0.0.1:1/mazdoor")
    assert done.returncode == 3 and done.stderr.startswith("DB-007: ") and "Traceback" not in done.stderr


def test_where_java_is_missing_spark_is_refused_with_what_to_install(home: Path, policy: Path, persons: Path) -> None:
    pytest.importorskip("pyspark")
    asked = ("rules", "run", "old", "--facts", persons, "--at", "2024-01-01", "--policy", policy, "--engine", "spark")
    done = mazdoor(home, *asked, PATH="/nowhere", JAVA_HOME="")
    assert done.returncode == 1 and "openjdk-17-jre-headless" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.soak
@pytest.mark.skipif(bool(why_not()), reason=why_not() or "Spark is here")
def test_rows_and_buckets_are_run_on_spark_as_on_duckdb(
    home: Path, policy: Path, persons: Path, tmp_path: Path
) -> None:
    law = load_policies(policy)
    whole = write_snapshot(law, read_facts(law, persons, None), tmp_path / "whole")
    bucket_snapshot(law, whole, tmp_path / "cut", 2, by="home")
    asked = ("rules", "run", "old", "--at", "2024-01-01", "--policy", policy)
    rows = mazdoor(home, *asked, "--facts", persons, "--engine", "spark", "--json")
    assert rows.returncode == 0, rows.stderr
    assert [json.loads(line)["eligible"] for line in rows.stdout.splitlines()] == [None, False]
    for engine in ("spark", "duckdb"):
        done = mazdoor(home, *asked, "--facts", tmp_path / "cut", "--engine", engine, "--out", tmp_path / engine)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["units"] == 2
    found = [pq.read_table(tmp_path / engine).sort_by("unit_id").to_pylist() for engine in ("spark", "duckdb")]
    assert found[0] == found[1] and len(found[0]) == 2
