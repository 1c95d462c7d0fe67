"""The comparing of pairs on Spark: the same Splink settings, written out for Spark, over the same cleaned people.

What is small stays where it is: reading, cleaning, choosing keys and learning. Joining keys and comparing pairs is what
grows with the square of a file, and that is what a cluster takes over. Likeness of letters is computed by the DuckDB inside
each worker (`mazdoor.matching.spark`), because a JAR that a session was not started with cannot be added to it, and because
the same function agrees to the last digit.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import sqlglot

from mazdoor.matching.spark import duckdb_function, matching_session
from mazdoor.matching.written import literal

#: DuckDB's functions -> ours on Spark: names that no translation between dialects knows, and so leaves alone.
_NAMES = {"jaro_winkler_similarity": "letters_alike", "damerau_levenshtein": "letters_wrong"}


def predict(con: duckdb.DuckDBPyConnection, settings: dict[str, Any]) -> None:
    """Make table `compared` in DuckDB as Splink on Spark finds it from table `people`. ``settings``: Splink's, for DuckDB.

    Raises `mazdoor.rules.problems.EngineMissing` where PySpark or Java is not there.
    """
    session = matching_session()
    with tempfile.TemporaryDirectory(prefix="mazdoor-spark-") as folder:
        from splink import Linker, SparkAPI

        logging.getLogger("splink").setLevel(logging.ERROR)
        people = Path(folder) / "people.parquet"
        con.execute(f"COPY people TO {literal(people)} (FORMAT parquet)")
        for theirs, ours in _NAMES.items():
            session.udf.register(ours, duckdb_function(theirs, "double" if theirs.endswith("similarity") else "bigint"))
        db = SparkAPI(  # type: ignore[no-untyped-call]
            spark_session=session,
            register_udfs_automatically=False,
            break_lineage_method="persist",
            num_partitions_on_repartition=4,
        )
        linker = Linker(db.register(session.read.parquet(str(people))), _for_spark(settings), log_level=logging.ERROR)
        found = linker.inference.predict()
        pairs = Path(folder) / "compared"
        session.table(found.physical_name).write.mode("overwrite").parquet(str(pairs))
        con.execute(f"CREATE OR REPLACE TABLE compared AS SELECT * FROM read_parquet({literal(pairs / '*.parquet')})")


def _for_spark(settings: dict[str, Any]) -> dict[str, Any]:
    """The same settings with every condition written in Spark's SQL."""
    out = dict(settings)
    out["blocking_rules_to_generate_predictions"] = [
        _transpiled(rule) for rule in settings["blocking_rules_to_generate_predictions"]
    ]
    out["comparisons"] = [
        comparison
        | {
            "comparison_levels": [
                level | {"sql_condition": _transpiled(level["sql_condition"])}
                for level in comparison["comparison_levels"]
            ]
        }
        for comparison in settings["comparisons"]
    ]
    return out


def _transpiled(condition: str) -> str:
    if condition == "ELSE":
        return condition
    for theirs, ours in _NAMES.items():
        condition = condition.replace(f"{theirs}(", f"{ours}(")
    return sqlglot.transpile(condition, read="duckdb", write="spark")[0]
