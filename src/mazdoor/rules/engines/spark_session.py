"""A Spark session for rules: on loopback, without a page, exact, and silent about values.

Spark is optional (``pip install 'mazdoor[scale]'``) and needs Java 17 or later; both are only looked for here.
"""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mazdoor.rules.problems import EngineMissing

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOCAL: Final = "local[2]"
"""This machine, two threads."""

# What the plan relies on. Each run sets these in a session of its own, whatever the application around it has chosen.
_SETTINGS: Final = {
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, not a wrong number
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parser.escapedStringLiterals": "false",  # a backslash escapes: sqlglot writes texts so
    "spark.sql.variable.substitute": "false",  # "${…}" in a text is that text
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",  # the calendar of the snapshot is the one we count in
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.decimalOperations.allowPrecisionLoss": "true",
}
_LOOPBACK: Final = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
    "spark.default.parallelism": "2",
}


def find_java() -> str | None:
    """The ``java`` that Spark would start, or None."""
    home = os.environ.get("JAVA_HOME")
    if home and (Path(home) / "bin" / "java").is_file():
        return str(Path(home) / "bin" / "java")
    return shutil.which("java")


def why_not() -> str:
    """Why Spark cannot run here and what to install; an empty string where it can."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "Spark is not installed: pip install 'mazdoor[scale]'"
    if find_java() is None:
        return (
            "Spark needs Java 17 or later, and there is none: apt-get install openjdk-17-jre-headless, or set JAVA_HOME"
        )
    return ""


def spark_session(master: str | None = None, *, memory: str = "2g") -> SparkSession:
    """A session of its own (own tables and settings) on ``master`` (default: this machine, two threads).

    The first call of a process starts Spark (10-30 s) and decides ``master`` and ``memory`` (of the driver, which on one
    machine does the work); later calls are quick. Raises :class:`EngineMissing`.
    """
    missing = why_not()
    if missing:
        raise EngineMissing(missing)
    from pyspark.sql import SparkSession

    # A query that fails is written to this log with its text and the value it failed on.
    logging.getLogger("SQLQueryContextLogger").disabled = True
    chosen = master or LOCAL
    settings = dict(_SETTINGS)
    builder = SparkSession.builder.master(chosen).appName("mazdoor rules")
    if SparkSession.getActiveSession() is None:
        quiet = Path(__file__).with_name("spark.log4j2.properties").as_uri()
        settings |= {
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.log.level": "OFF",
            "spark.driver.memory": memory,
            "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={quiet}",
        }
        if chosen.startswith("local"):
            settings |= _LOOPBACK
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
            os.environ.setdefault("SPARK_LOCAL_HOSTNAME", "127.0.0.1")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate().newSession()
    for name, value in _SETTINGS.items():
        session.conf.set(name, value)
    return session
