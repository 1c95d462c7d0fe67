"""The register's linkage on Spark: the same pairs, the same weights, the same groups."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.matching import invent

from mazdoor.matching import LinkSettings, blocking, link, training
from mazdoor.matching.clusters import clusters
from mazdoor.matching.linkage import LinkResult
from mazdoor.matching.model import Model, starting_model
from mazdoor.matching.spark import for_spark
from mazdoor.rules.engines.spark_session import why_not
from mazdoor.rules.problems import EngineMissing

needs_spark = pytest.mark.skipif(bool(why_not()), reason=why_not())


def _on_both(people: Path, folder: Path, settings: LinkSettings) -> tuple[LinkResult, LinkResult]:
    duck, spark = (
        link(people, work_dir=folder / engine, settings=replace(settings, engine=engine))
        for engine in ("duckdb", "spark")
    )
    assert (spark.records, spark.compared, spark.found) == (duck.records, duck.compared, duck.found)
    assert (spark.left_out, spark.too_wide) == (duck.left_out, duck.too_wide)
    one, other = (_rows(each) for each in (duck, spark))
    assert [tuple(row[:2]) for row in one] == [tuple(row[:2]) for row in other]
    for ours, theirs in zip(one, other, strict=True):
        assert theirs == tuple(pytest.approx(x, abs=1e-6) if isinstance(x, float) else x for x in ours)
    return duck, spark


def _rows(result: LinkResult) -> list[tuple[Any, ...]]:
    return duckdb.sql(f"SELECT * FROM read_parquet('{result.pairs}') ORDER BY 1, 2").fetchall()


def _numbers(model: Model) -> list[float]:
    levels = [each.match for levels in model.comparisons.values() for each in levels.values()]
    return [model.prior_weight, model.kin_weight, model.same_household_weight, *levels]


@needs_spark
def test_a_register_is_linked_on_spark_as_on_duckdb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people, truth = invent.population(3_000, seed=53)
    monkeypatch.setattr(training, "_ENOUGH", 30)
    file, labels = invent.write(people, tmp_path / "people.parquet"), tmp_path / "labels.parquet"
    decided = ", ".join(f"({a}, {b}, {number % 4 > 0})" for number, (a, b) in enumerate(sorted(truth)[:60]))
    duckdb.sql(
        f"COPY (SELECT * FROM (VALUES {decided}) t(record_id_a, record_id_b, same)) TO '{labels}' (FORMAT parquet)"
    )
    settings = LinkSettings(lower=-6.0, chance_pairs=100_000, training_pairs=100_000, labels=labels)
    duck, spark = _on_both(file, tmp_path, settings)
    assert duck.found > 0.8 * len(truth)
    assert _numbers(spark.model) == pytest.approx(_numbers(duck.model), abs=1e-6)
    first, second = (clusters(each.pairs, threshold=7.0) for each in (duck, spark))
    assert first.groups
    assert first == second


@needs_spark
def test_new_records_are_linked_on_spark_as_on_duckdb_and_wide_keys_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, _ = invent.population(900, seed=59)
    for number, person in enumerate(people):
        person["is_new"] = number % 3 == 0
    monkeypatch.setattr(blocking, "ALWAYS", 100)
    settings = LinkSettings(model=starting_model(5_000), use_cnic=False, lower=-6.0, pairs_a_record=0.05, max_block=3)
    duck, _ = _on_both(invent.write(people, tmp_path / "people.parquet"), tmp_path, settings)
    assert duck.found
    assert duck.left_out or duck.too_wide


def test_what_spark_runs_is_the_statement_that_duckdb_runs() -> None:
    written = for_spark(
        "WITH a AS MATERIALIZED (SELECT hash(x) AS k, y // 2 AS half FROM t) SELECT k FROM a SEMI JOIN b USING (k)"
    )
    assert (
        written == "WITH a AS (SELECT XXHASH64(x) AS k, y DIV 2 AS half FROM t) SELECT k FROM a SEMI JOIN b USING (k)"
    )


def test_without_java_spark_is_refused_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EngineMissing, match=r"Java 17|pip install"):
        link(tmp_path / "nobody.parquet", work_dir=tmp_path / "out", settings=LinkSettings(engine="spark"))
    assert not (tmp_path / "out").exists()
    with pytest.raises(ValueError, match="no engine"):
        link(tmp_path / "nobody.parquet", work_dir=tmp_path / "out", settings=LinkSettings(engine="flink"))
