"""Each engine behind one small door, for trying many formulas on the same facts: opened once, asked often.

The engines' own doors (``run_duckdb`` …) read snapshots and stop at the first fault; here the same plan is asked what each
formula gives for each unit, and what is at fault where it gives nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeAlias

import duckdb
import pyarrow as pa
from tests.rules import small

from mazdoor.rules import PolicySet
from mazdoor.rules.engines.reference import Evaluator, Fault
from mazdoor.rules.engines.sql import plan as planning
from mazdoor.rules.engines.sql.writing import write_sql
from mazdoor.rules.facts import Rows, arrow_schema
from mazdoor.rules.language import typed
from mazdoor.rules.model import Entity, FactField

Facts: TypeAlias = Mapping[str, Rows]
Wanted: TypeAlias = Callable[[str, str], bool]
"""(unit, name) → whether the answer is looked at."""


@dataclass(frozen=True, slots=True)
class At:
    """When a run asks, and by what knowledge."""

    at: date = small.AT
    known_at: date | None = None


@dataclass(frozen=True, slots=True)
class Faulty:
    """No value, and why."""

    says: str


def everything(unit: str, name: str) -> bool:
    """Every answer is looked at."""
    return True


class Bench(Protocol):
    """One engine with facts laid out."""

    name: str

    def columns(self, programme: str, when: At, wanted: Wanted = everything) -> dict[tuple[str, str], Any]:
        """(unit, result) → exact value, None (unknown) or :class:`Faulty`, each for itself."""

    def outcomes(self, programme: str, when: At) -> dict[str, Any]:
        """Unit → the parts of its result by name, or :class:`Faulty`."""


class Reference:
    """The naive engine."""

    name = "reference"

    def __init__(self, policy_set: PolicySet, facts: Facts) -> None:
        self.policy_set, self.facts = policy_set, facts

    def columns(self, programme: str, when: At, wanted: Wanted = everything) -> dict[tuple[str, str], Any]:
        """See :class:`Bench`."""
        chosen = self.policy_set.programmes[programme]
        evaluator = Evaluator(self.policy_set, self.facts, at=when.at, known_at=when.known_at)
        key = self.policy_set.entities[chosen.unit].key
        found: dict[tuple[str, str], Any] = {}
        for row in evaluator.tables[chosen.unit]:
            for name in chosen.results:
                if wanted(row[key], name):
                    found[(row[key], name)] = _tried(lambda name=name, row=row: evaluator.shown(chosen.unit, name, row))
        return found

    def outcomes(self, programme: str, when: At) -> dict[str, Any]:
        """See :class:`Bench`."""
        chosen = self.policy_set.programmes[programme]
        evaluator = Evaluator(self.policy_set, self.facts, at=when.at, known_at=when.known_at)
        found: dict[str, Any] = {}
        for row in evaluator.tables[chosen.unit]:
            unit = row[self.policy_set.entities[chosen.unit].key]
            result = _tried(lambda row=row: evaluator.assess(chosen, row))
            found[unit] = (
                result
                if isinstance(result, Faulty)
                else {
                    "eligible": result.eligible,
                    "amount": small.exact(result.amount),
                    "category": result.category,
                    "deciding": result.deciding,
                    "failed": ",".join(result.failed),
                    "unknown": ",".join(result.unknown),
                    "outcomes": result.outcomes,
                    **{name: small.exact(value) for name, value in result.results.items()},
                }
            )
        return found


def _tried(action: Callable[[], Any]) -> Any:
    try:
        return small.exact(action())
    except Fault as fault:
        return Faulty(str(fault))


_PARTS = {
    "eligible": "eligible",
    "amount": "amount",
    "category": "category",
    "deciding": "deciding_clause",
    "failed": "failed_clauses",
    "unknown": "unknown_clauses",
    "outcomes": "outcomes",
}


class _Sql:
    """An engine that runs the plan's SQL. ``run`` gives rows by column name."""

    name = dialect = ""

    def __init__(self, policy_set: PolicySet) -> None:
        self.policy_set = policy_set
        self.plans: dict[tuple[str, At, bool], planning.Plan] = {}

    def run(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a statement."""
        raise NotImplementedError

    def _plan(self, programme: str, when: At, each_fault: bool) -> str:
        chosen, key = self.policy_set.programmes[programme], (programme, when, each_fault)
        if key not in self.plans:
            self.plans[key] = planning.make_plan(
                self.policy_set, chosen, at=when.at, known=when.known_at, each_fault=each_fault
            )
        return write_sql(self.plans[key].results, self.dialect)

    def sharing(self, other: _Sql) -> _Sql:
        """This bench, with the plans of another for the same policy: they are one tree, written out twice."""
        self.plans = other.plans
        return self

    def columns(self, programme: str, when: At, wanted: Wanted = everything) -> dict[tuple[str, str], Any]:
        """See :class:`Bench`."""
        found: dict[tuple[str, str], Any] = {}
        names = self.policy_set.programmes[programme].results
        for row in self.run(self._plan(programme, when, True)):
            for name in names:
                if wanted(row["unit_id"], name):
                    fault = row[f"{name}_fault"]
                    found[(row["unit_id"], name)] = small.exact(row[name]) if fault is None else Faulty(fault)
        return found

    def outcomes(self, programme: str, when: At) -> dict[str, Any]:
        """See :class:`Bench`."""
        names = self.policy_set.programmes[programme].results
        return {
            row["unit_id"]: (
                Faulty(row["_fault"])
                if row["_fault"] is not None
                else {
                    **{part: small.exact(row[column]) for part, column in _PARTS.items()},
                    **{name: small.exact(row[name]) for name in names},
                }
            )
            for row in self.run(self._plan(programme, when, False))
        }


class DuckDB(_Sql):
    """The bulk engine, on tables in memory with the types of a snapshot."""

    name = dialect = "duckdb"

    def __init__(self, policy_set: PolicySet, facts: Facts) -> None:
        super().__init__(policy_set)
        self.connection = duckdb.connect(config={"threads": 1})
        for entity in policy_set.entities.values():
            rows = pa.Table.from_pylist(list(facts.get(entity.table, ())), schema=arrow_schema(entity))
            self.connection.register("rows", rows)
            self.connection.execute(f'CREATE TABLE "{entity.table}" AS SELECT * FROM rows')
            self.connection.unregister("rows")

    def run(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a statement."""
        found = self.connection.execute(sql)
        names = [each[0] for each in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


class PostgreSQL(_Sql):
    """The engine of the counter, on temporary tables of one connection."""

    name, dialect = "postgresql", "postgres"

    def __init__(self, policy_set: PolicySet, facts: Facts, connection: Any) -> None:
        super().__init__(policy_set)
        self.cursor = connection.cursor()
        self.cursor.execute("SET jit = off")
        for entity in policy_set.entities.values():
            self.cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{entity.table}"')
            self.cursor.execute(_create(entity))
            names = [entity.key, *entity.fields]
            listed = ", ".join(f'"{name}"' for name in names)
            with self.cursor.copy(f'COPY "{entity.table}" ({listed}) FROM STDIN') as copy:
                for row in facts.get(entity.table, ()):
                    copy.write_row([row.get(name) for name in names])
            self.cursor.execute(f'ANALYZE "{entity.table}"')

    def run(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a statement."""
        # Sent without parameters, so that a percent sign in a text is that sign.
        self.cursor.execute(sql.encode())
        names = [column.name for column in self.cursor.description]
        return [dict(zip(names, row, strict=True)) for row in self.cursor.fetchall()]


def _create(entity: Entity) -> str:
    columns = ", ".join(f'"{field.name}" {_column(field)}' for field in entity.fields.values())
    return f'CREATE TEMPORARY TABLE "{entity.table}" ("{entity.key}" text PRIMARY KEY, {columns})'


def _column(field: FactField) -> str:
    if field.money:
        return "bigint"
    if isinstance(field.type, typed.Number):
        return f"numeric({field.type.shape.digits}, {field.type.shape.scale})" if field.type.shape.scale else "bigint"
    return {typed.YesNo: "boolean", typed.Text: "text", typed.Day: "date"}[type(field.type)]


@contextmanager
def owner() -> Iterator[Any]:
    """A connection to the testing database, for temporary tables."""
    import psycopg

    from mazdoor.database.address import current_address

    with psycopg.connect(current_address().conninfo("owner"), autocommit=True) as connection:
        yield connection
