"""The comparing of pairs on Spark: the same Splink settings, written out for Spark, over the same cleaned people.

What is small stays where it is: reading, cleaning, choosing keys and learning. Joining keys and comparing pairs is what
grows with the square of a file, and that is what a cluster takes over. Likeness of letters is computed by the Python twins
of DuckDB's functions, because a JAR that a session was not started with cannot be added to it, and because the twins agree
with DuckDB to the last digit (`mazdoor.matching.similarity`; a test holds them together).
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import sqlglot

from mazdoor.matching import similarity
from mazdoor.matching.similarity import damerau_levenshtein, jaro_winkler
from mazdoor.rules.engines.spark_session import spark_session

#: DuckDB's functions -> ours on Spark: names that no translation between dialects knows, and so leaves alone.
_NAMES = {"jaro_winkler_similarity": "letters_alike", "damerau_levenshtein": "letters_wrong"}


def predict(con: duckdb.DuckDBPyConnection, settings: dict[str, Any]) -> None:
    """Make table `compared` in DuckDB as Splink on Spark finds it from table `people`. ``settings``: Splink's, for DuckDB.

    Raises `mazdoor.rules.engines.spark_session.EngineMissing` where PySpark or Java is not there.
    """
    # the workers run the Python that runs this, and are sent the two functions: no cluster has our package installed
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = spark_session()
    from pyspark import cloudpickle

    cloudpickle.register_pickle_by_value(similarity)  # type: ignore[no-untyped-call]
    with tempfile.TemporaryDirectory(prefix="mazdoor-spark-") as folder:
        from splink import Linker, SparkAPI

        logging.getLogger("splink").setLevel(logging.ERROR)
        people = Path(folder) / "people.parquet"
        con.execute(f"COPY people TO '{people}' (FORMAT parquet)")
        session.udf.register(_NAMES["jaro_winkler_similarity"], _or_null(jaro_winkler), "double")
        session.udf.register(_NAMES["damerau_levenshtein"], _or_null(damerau_levenshtein), "int")
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
        con.execute(f"CREATE OR REPLACE TABLE compared AS SELECT * FROM read_parquet('{pairs}/*.parquet')")


def _or_null(function: Any) -> Any:
    return lambda a, b: None if a is None or b is None else function(a, b)  # named in no module, so sent as it is


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
