"""The tree as text for one engine. Where an engine's own arithmetic differs, it is said here in terms that do not.

What differed, and is tested (``tests/rules/test_spark.py``, ``tests/rules/test_postgresql.py``):

==========================  ==========================================================================================
whole quotient              Spark's ``DIV`` of two decimals is a BIGINT that wraps without a word, ANSI mode or not, and its
                            ``/`` keeps six places of 38 digits: long numbers are divided in parts that surely fit
sum                         Spark sums a BIGINT in a BIGINT: summed as 38 digits instead (DuckDB and PostgreSQL widen)
whole quotient              … DuckDB's of 128 bits is slow: where both fit 64, these are divided
whole quotient              … and a ``/`` of two BIGINTs in PostgreSQL is one already, where ``DIV`` would go over NUMERIC
days between                ``date - date`` is an interval in Spark; ``DATEDIFF`` of two dates is not, and of timestamps
                            depends on a time zone
long whole numbers          INT128 in DuckDB, DECIMAL(38, 0) elsewhere
texts                       a backslash is itself in DuckDB and PostgreSQL and escapes in Spark: sqlglot writes it so
==========================  ==========================================================================================
"""

from __future__ import annotations

from typing import Final

from sqlglot import exp
from sqlglot.generator import Generator
from sqlglot.generators.duckdb import DuckDBGenerator
from sqlglot.generators.postgres import PostgresGenerator
from sqlglot.generators.spark import SparkGenerator

from mazdoor.rules.engines.sql.parts import Sql, add, call, case, cast, compare, mul, paren, remainder, sub, whole

_LONG: Final = "INT128"
_SHORT: Final = 2**62
_HALF_WAY: Final = 10
"""Long numbers are divided as two: what stands before the last ten digits, and those."""


def write_sql(tree: Sql, dialect: str) -> str:
    """The text of a tree for ``duckdb``, ``postgres`` or ``spark``."""
    return _GENERATORS[dialect](dialect=dialect).generate(tree)


def _duckdb_quotient(writer: Generator, node: exp.IntDiv) -> str:
    top, bottom = writer.sql(node.this), writer.sql(node.expression)
    if node.args.get("kind") != _LONG:
        return f"({top} // {bottom})"
    # DuckDB divides 128 bits one by one, twenty times as slowly as 64; nearly all numbers fit those.
    short = " AND ".join(f"{each} BETWEEN -{_SHORT} AND {_SHORT}" for each in (top, bottom))
    quick = f"CAST(CAST({top} AS BIGINT) // CAST({bottom} AS BIGINT) AS INT128)"
    return f"(CASE WHEN {short} THEN {quick} ELSE {top} // {bottom} END)"


def _postgres_quotient(writer: Generator, node: exp.IntDiv) -> str:
    if node.args["kind"] == _LONG:
        return f"DIV({writer.sql(node.this)}, {writer.sql(node.expression)})"
    return f"({writer.sql(node.this)} / {writer.sql(node.expression)})"


def _spark_quotient(writer: Generator, node: exp.IntDiv) -> str:
    if node.args.get("kind") == _LONG:
        return writer.sql(_long_quotient(node.this, node.expression, node.args["digits"]))
    return f"({writer.sql(node.this)} DIV {writer.sql(node.expression)})"


class _DuckDB(DuckDBGenerator):
    TRANSFORMS = {**DuckDBGenerator.TRANSFORMS, exp.IntDiv: _duckdb_quotient}


class _Postgres(PostgresGenerator):
    TYPE_MAPPING = {**PostgresGenerator.TYPE_MAPPING, exp.DataType.Type.INT128: "DECIMAL(38, 0)"}
    TRANSFORMS = {
        **PostgresGenerator.TRANSFORMS,
        # A layer merged into the next would be written out in each place that reads one of its columns, again and again.
        exp.CTE: lambda writer, node: f"{writer.sql(node, 'alias')} AS MATERIALIZED ({writer.sql(node, 'this')})",
        exp.IntDiv: _postgres_quotient,
        exp.DateDiff: lambda writer, node: f"({writer.sql(node.this)} - {writer.sql(node.expression)})",
    }


class _Spark(SparkGenerator):
    TYPE_MAPPING = {**SparkGenerator.TYPE_MAPPING, exp.DataType.Type.INT128: "DECIMAL(38, 0)"}
    TRANSFORMS = {
        **SparkGenerator.TRANSFORMS,
        exp.IntDiv: _spark_quotient,
        exp.DateDiff: lambda writer, node: f"DATEDIFF({writer.sql(node.this)}, {writer.sql(node.expression)})",
        exp.Sum: lambda writer, node: f"SUM({writer.sql(cast(node.this, _LONG))})",
    }


_GENERATORS: Final[dict[str, type[Generator]]] = {"duckdb": _DuckDB, "postgres": _Postgres, "spark": _Spark}


def _long_quotient(top: Sql, bottom: Sql, digits: int) -> Sql:
    """``top / bottom`` towards zero for Spark, both of at most 38 digits, the quotient of at most ``digits``.

    ``DIV`` is exact while the quotient fits a BIGINT. ``/`` gives 32 digits before the point, and nothing behind it when the
    remainder was taken off before. Longer quotients come in two parts, as by hand: their divisor is short.
    """
    if digits <= 18:
        return paren(exp.IntDiv(this=top, expression=bottom))
    if digits <= 31:
        return _exact(top, bottom)
    step = whole(10**_HALF_WAY, _LONG)
    before, behind = _exact(top, step), remainder(top, step)
    rest = add(mul(remainder(before, bottom), step), behind)
    in_parts = add(mul(_exact(before, bottom), step), _exact(rest, bottom))
    short = compare("<", call("ABS", bottom), whole(10**20, _LONG))
    return paren(case([(short, in_parts)], cast(paren(exp.IntDiv(this=top, expression=bottom)), _LONG)))


def _exact(top: Sql, bottom: Sql) -> Sql:
    whole_part = sub(top, remainder(top, bottom))
    return cast(paren(exp.Div(this=whole_part, expression=paren(bottom))), _LONG)
