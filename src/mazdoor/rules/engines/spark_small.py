"""Many small runs in one job of Spark: rows in, results out. What cases and the comparison with other engines are run by.

A job over a few rows takes what it takes to plan it, so little is left to plan: the rows are looked at here, layers are
written into each other, a layer that several read is worked out first, and Spark is told to think no further.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from mazdoor.kernel.numbers import MOST_ROWS
from mazdoor.rules.engines.spark import in_one_piece, values_stay_here
from mazdoor.rules.engines.spark_session import spark_session
from mazdoor.rules.engines.sql.plan import Plan, make_plan
from mazdoor.rules.engines.sql.writing import write_sql
from mazdoor.rules.facts import arrow_schema
from mazdoor.rules.language import typed
from mazdoor.rules.model import FactField, PolicySet
from mazdoor.rules.problems import RunStopped
from mazdoor.rules.results import Result, known_day

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
_FAULT: Final = "_fault"
_SECOND_THOUGHTS: Final = """
    BooleanSimplification CollapseProject CombineConcats ConstantPropagation CostBasedJoinReorder DecimalAggregates
    EliminateLimits EliminateMapObjects EliminateOuterJoin EliminateSorts FoldablePropagation GenerateOptimization
    InferFiltersFromConstraints InferFiltersFromGenerate LikeSimplification LimitPushDown NullDownPropagation
    NullPropagation ObjectSerializerPruning OptimizeCsvJsonExprs OptimizeIn OptimizeJoinCondition OptimizeOneRowPlan
    OptimizeRepartition OptimizeUpdateFields OptimizeWindowFunctions PropagateEmptyRelation PruneFilters
    PushDownLeftSemiAntiJoin PushDownPredicates PushFoldableIntoBranches PushLeftSemiLeftAntiThroughJoin
    PushProjectionThroughLimitAndOffset PushProjectionThroughUnion ReassignLambdaVariableID RemoveNoopOperators
    RemoveRedundantAggregates RemoveRedundantAliases ReorderAssociativeOperator ReorderJoin
    ReplaceNullWithFalseInPredicate SimplifyBinaryComparison SimplifyCaseConversionExpressions SimplifyCasts
    SimplifyConditionals SimplifyDateTimeConversions SimplifyExtractValueOps TransposeWindow
    UnwrapCastInBinaryComparison
"""
"""What Spark would do to a query to run it faster over many rows. None changes what comes out; all take longer than a few
rows do."""

_SMALL_SETTINGS: Final = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.optimizer.excludedRules": ",".join(
        f"org.apache.spark.sql.catalyst.optimizer.{name}" for name in _SECOND_THOUGHTS.split()
    ),
}
"""A few rows are read sooner than code for them is compiled, and need no second thoughts about how to join them."""


@dataclass(frozen=True)
class Small:
    """One small run: a programme over canonical facts, at a date, by what was known on a day (None: all)."""

    programme: str
    facts: dict[str, list[dict[str, Any]]]
    at: date
    known_at: datetime | date | None = None


def run_small_on_spark(
    policy_set: PolicySet, runs: Sequence[Small], *, master: str | None = None
) -> list[list[Result]]:
    """Every run's results, sorted by unit, by one job of Spark for all of them. In the order of ``runs``.

    Facts are rows as in a snapshot (money in whole paisa). Raises :class:`RunStopped` where any run stops.
    """
    rows = _one_job(policy_set, runs, master, each_fault=False) if runs else []
    found: list[list[Result]] = [[] for _ in runs]
    for row in rows:
        names = policy_set.programmes[runs[row["run"]].programme].results
        kinds = _kinds(policy_set, runs[row["run"]].programme)
        values = {name: _read(kinds[name], value) for name, value in zip(names, row["results"], strict=True)}
        found[row["run"]].append(Result.from_row(row, values))
    return [sorted(each, key=lambda result: result.unit) for each in found]


def columns_on_spark(
    policy_set: PolicySet,
    programme: str,
    facts: dict[str, list[dict[str, Any]]],
    *,
    at: date,
    known_at: datetime | date | None = None,
    master: str | None = None,
) -> dict[str, dict[str, tuple[Any, str | None]]]:
    """Many rules as columns of one job: each of the programme's ``results`` on each unit, none stopping another.

    Gives unit → name → (value, fault). ``fault`` is None where the rule could be evaluated (then ``value`` None is unknown),
    else why it could not (then the value means nothing). Raises :class:`RunStopped` only for facts outside their domain.
    """
    names = policy_set.programmes[programme].results
    kinds = _kinds(policy_set, programme)
    return {
        row["unit_id"]: {
            name: (_read(kinds[name], value), fault)
            for name, value, fault in zip(names, row["results"], row["faults"], strict=True)
        }
        for row in _one_job(policy_set, [Small(programme, facts, at, known_at)], master, each_fault=True)
    }


def _one_job(policy_set: PolicySet, runs: Sequence[Small], master: str | None, *, each_fault: bool) -> list[Any]:
    """The rows of all runs, collected at once."""
    session = spark_session(master)
    for name, value in _SMALL_SETTINGS.items():
        session.conf.set(name, value)
    frames: list[DataFrame] = []
    stopped: Counter[tuple[str, str]] = Counter()
    with values_stay_here():
        for number, small in enumerate(runs):
            chosen = policy_set.programmes[small.programme]
            plan = make_plan(policy_set, chosen, at=small.at, known=known_day(small.known_at), each_fault=each_fault)
            for what, place, count in outside(policy_set, plan, small.facts):
                stopped[(what, place)] += count
            for table in plan.tables:
                _open_rows(session, policy_set, table, small.facts.get(table, ()))
            layers, last = in_one_piece(plan)
            for name, tree in layers:
                # Read by several: worked out now. What it gives is a few rows, and so is what is planned over them.
                _held(session, session.sql(write_sql(tree, "spark"))).createOrReplaceTempView(name)
            frames.append(_alike(session.sql(write_sql(last, "spark")), chosen.results, number, each_fault))
        if stopped:
            raise RunStopped([(what, place, count) for (what, place), count in stopped.items()])
        every = frames[0]
        for frame in frames[1:]:
            every = every.union(frame)
        rows = every.collect()
    for row in rows:
        if row[_FAULT] is not None:
            stopped[(row[_FAULT], f"programme {runs[row['run']].programme}")] += 1
    if stopped:
        raise RunStopped([(what, place, count) for (what, place), count in stopped.items()])
    return rows


def _held(session: SparkSession, frame: DataFrame) -> DataFrame:
    return session.createDataFrame(frame.toArrow())


def outside(policy_set: PolicySet, plan: Plan, facts: Rows) -> list[tuple[str, str, int]]:
    """What stops a run before it begins, as (what, place, rows). The rows are here: they are asked where they are."""
    found: Counter[tuple[str, str]] = Counter()
    for table, columns in plan.tables.items():
        entity, rows, place = policy_set.table_entity(table), facts.get(table, ()), f"table {table}"
        keys = {row.get(entity.key) for row in rows} - {None}
        if len(keys) < len(rows):
            found[(f'"{entity.key}" is empty or stands twice', place)] += len(rows) - len(keys)
        for name in columns:
            field = entity.fields.get(name)
            if field is not None:
                for row in rows:
                    if not _inside(field, row.get(name)):
                        coded = isinstance(field.type, typed.Text)
                        said = "holds a code that is not one of its codes" if coded else "is too large or too fine"
                        found[(f"{entity.id}.{name} {said}", place)] += 1
    for table, by in plan.groups:
        sizes = Counter(row.get(by) for row in facts.get(table, ()) if row.get(by) is not None)
        large = sum(size > MOST_ROWS for size in sizes.values())
        if large:
            found[(f"more than {MOST_ROWS:,} rows belong to one", f"table {table}")] += large
    return [(what, place, count) for (what, place), count in found.items()]


def _inside(field: FactField, value: Any) -> bool:
    """Whether a value is of its field's domain; one of another type altogether is told where it is laid out."""
    if isinstance(field.type, typed.Text):
        return value is None or not field.type.one_of or value in field.type.one_of
    if not isinstance(field.type, typed.Number) or isinstance(value, bool) or not isinstance(value, int | Decimal):
        return True
    if isinstance(value, Decimal) and not value.is_finite():
        return False
    return field.type.shape.holds(Fraction(value) / 100 if field.money else Fraction(value))


_ALIKE: Final = {
    "unit_id": "STRING",
    "eligible": "BOOLEAN",
    "amount": "DECIMAL(18, 2)",
    "category": "STRING",
    "deciding_clause": "STRING",
    "failed_clauses": "STRING",
    "unknown_clauses": "STRING",
    "outcomes": "STRING",
}


def _alike(results: DataFrame, names: Sequence[str], number: int, each_fault: bool) -> DataFrame:
    """Results of one run with columns that all runs have."""
    values = ", ".join(f"CAST(`{name}` AS STRING)" for name in names)
    faults = ", ".join(f"`{name}{_FAULT}`" for name in names) if each_fault else ""
    return results.selectExpr(
        f"{number} AS run",
        *(f"CAST(`{name}` AS {kind}) AS `{name}`" for name, kind in _ALIKE.items()),
        f"CAST(ARRAY({values}) AS ARRAY<STRING>) AS results",
        f"CAST(ARRAY({faults}) AS ARRAY<STRING>) AS faults",
        f"`{_FAULT}`",
    )


def _open_rows(session: SparkSession, policy_set: PolicySet, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    import pyarrow as pa

    schema = arrow_schema(policy_set.table_entity(table))
    try:
        facts = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        raise RunStopped([("a fact is not of its field's type, or too long for it", f"table {table}", 0)]) from None
    session.createDataFrame(facts).createOrReplaceTempView(table)


def _kinds(policy_set: PolicySet, programme: str) -> dict[str, typed.Type]:
    chosen = policy_set.programmes[programme]
    fields = policy_set.entities[chosen.unit].fields
    return {
        name: fields[name].type if name in fields else policy_set.definitions[(chosen.unit, name)].formula.type
        for name in chosen.results
    }


def _read(kind: typed.Type, value: str | None) -> Decimal | str | bool | date | None:
    """A value from its text."""
    if value is None:
        return None
    if isinstance(kind, typed.Number):
        return Decimal(value)
    if isinstance(kind, typed.YesNo):
        return value == "true"
    return date.fromisoformat(value) if isinstance(kind, typed.Day) else value
