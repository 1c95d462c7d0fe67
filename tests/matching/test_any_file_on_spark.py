"""The same pairs on Spark. In a file of its own: where tests run in several processes, all that need a Java machine share one."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from tests.matching.test_any_file import people_twice

from mazdoor.matching.files import link_files
from mazdoor.rules.engines.spark_session import why_not


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_spark_finds_the_same_pairs_with_the_same_weights(tmp_path: Path) -> None:
    path = people_twice(tmp_path, people=120, twice=30)
    duck = link_files(path, out=tmp_path / "duckdb", truth="person")
    spark = link_files(path, out=tmp_path / "spark", truth="person", engine="spark")
    with duckdb.connect() as con:
        one, other = (con.execute(f"SELECT * FROM '{each.pairs}' ORDER BY 1, 2").fetchall() for each in (duck, spark))
    assert len(one) > 200
    assert one == other
    assert duck.quality == spark.quality
