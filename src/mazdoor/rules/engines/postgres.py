"""The SQL plan run by PostgreSQL for one household (or a few) at the counter: facts go in, results come out, one statement.

The facts are parameters of the statement (JSON, one for each table), so nothing is written, no table is made, and the
database needs no grant and no tables of ours. A :class:`CounterRule` is made once for a programme, date and day of knowledge
and kept; its statement is planned once on each connection, and then answers in milliseconds.

psycopg is imported where a connection is made: ``mazdoor.rules`` itself needs no database.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from mazdoor.kernel.numbers import MOST_ROWS, NumberTooLarge, shape_of
from mazdoor.rules.engines.sql.plan import Plan, make_plan
from mazdoor.rules.engines.sql.writing import write_sql
from mazdoor.rules.hashing import content_hash
from mazdoor.rules.language import typed
from mazdoor.rules.model import Entity, FactField, PolicySet
from mazdoor.rules.problems import RunStopped
from mazdoor.rules.results import Result, known_day

if TYPE_CHECKING:
    from psycopg import Connection

_FAULT: Final = "_fault"
_STOPS: Final = "_stops"
_KEPT: Final = 64
"""So many statements are kept, least lately used out first: programmes × dates asked for at the counters of one process."""

Facts = Mapping[str, Sequence[Mapping[str, Any]]]


def run_postgres(
    policy_set: PolicySet,
    programme: str,
    facts: Facts,
    *,
    at: date,
    connection: Connection[Any] | str,
    known_at: datetime | date | None = None,
) -> list[Result]:
    """Assess every unit in ``facts`` (rows as in a snapshot, money in whole paisa) on PostgreSQL; results sorted by unit.

    ``connection``: an open psycopg connection (whose prepared statements then serve the next call), or a conninfo. Missing
    tables count as empty and missing columns as not known. Nothing is written; a transaction around it goes on.

    Raises :class:`RunStopped` where anything cannot be evaluated, ``KeyError`` for an unknown programme.
    """
    rule = counter_rule(policy_set, programme, at=at, known_at=known_at)
    with _connected(connection) as there:
        return rule.run(facts, there)


def counter_rule(
    policy_set: PolicySet, programme: str, *, at: date, known_at: datetime | date | None = None
) -> CounterRule:
    """The programme as one statement, made once: asked for again, the same is given."""
    return _kept(_Key(policy_set, programme, at, known_day(known_at), False))


def columns_on_postgres(
    policy_set: PolicySet,
    programme: str,
    facts: Facts,
    *,
    at: date,
    connection: Connection[Any] | str,
    known_at: datetime | date | None = None,
) -> dict[str, dict[str, tuple[Any, str | None]]]:
    """Many rules as columns of one statement: each of the programme's ``results`` on each unit, none stopping another.

    Gives unit → name → (value, fault). ``fault`` is None where the rule could be evaluated (then ``value`` None is unknown),
    else why it could not (then the value means nothing). Raises :class:`RunStopped` only for facts outside their domain.
    """
    rule = _make(_Key(policy_set, programme, at, known_day(known_at), True))
    names = policy_set.programmes[programme].results
    with _connected(connection) as there:
        return {
            row["unit_id"]: {name: (row[name], row[f"{name}{_FAULT}"]) for name in names}
            for row in rule.rows(facts, there)
        }


@dataclass(frozen=True)
class CounterRule:
    """One programme at one date as one statement."""

    policy_set: PolicySet
    programme: str
    rule_hash: str
    tables: Mapping[str, tuple[str, ...]]
    """Table → the columns that are read, in the order of the statement's parameters."""
    statement: str

    def run(self, facts: Facts, connection: Connection[Any]) -> list[Result]:
        """The results of every unit in ``facts``, sorted by unit."""
        names = self.policy_set.programmes[self.programme].results
        rows = self.rows(facts, connection)
        faults: dict[tuple[str, str], int] = {}
        for row in rows:
            if row[_FAULT] is not None:
                spot = (row[_FAULT], f"programme {self.programme}")
                faults[spot] = faults.get(spot, 0) + 1
        if faults:
            raise RunStopped([(what, where, count) for (what, where), count in faults.items()])
        found = [Result.from_row(row, {name: row[name] for name in names}) for row in rows]
        return sorted(found, key=lambda result: result.unit)

    def rows(self, facts: Facts, connection: Connection[Any]) -> list[dict[str, Any]]:
        """The rows of the statement. Raises :class:`RunStopped` for facts outside their domain."""
        from psycopg import RawCursor, errors
        from psycopg.rows import dict_row

        given = [
            _written(self.policy_set.table_entity(table), columns, facts.get(table, ()))
            for table, columns in self.tables.items()
        ]
        with _prepared_once(connection), RawCursor(connection, row_factory=dict_row) as cursor:
            try:
                rows = cursor.execute(self.statement, given, prepare=True).fetchall()
            except errors.DataError as error:
                # The server's own words hold the value, so they are not passed on.
                kind = type(error).__name__
                raise RunStopped([(f"a value outside the domain ({kind})", "the facts", 0)]) from None
        stops = rows[0][_STOPS]
        if stops:
            raise RunStopped([(what, where, count) for what, where, count in stops])
        return [row for row in rows if row["unit_id"] is not None]


# --- the statement


@dataclass(frozen=True, eq=False)
class _Key:
    """What a statement is for. Policies are told apart by being the same object: comparing them would take longer."""

    policy_set: PolicySet
    programme: str
    at: date
    known: date | None
    each_fault: bool

    def _told(self) -> tuple[object, ...]:
        return (id(self.policy_set), self.programme, self.at, self.known, self.each_fault)

    def __hash__(self) -> int:
        return hash(self._told())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._told() == other._told()


def _make(key: _Key) -> CounterRule:
    chosen = key.policy_set.programmes[key.programme]
    plan = make_plan(key.policy_set, chosen, at=key.at, known=key.known, each_fault=key.each_fault)
    digest = content_hash(key.policy_set, key.programme)
    return CounterRule(key.policy_set, key.programme, digest, plan.tables, _statement(key.policy_set, plan))


_kept = lru_cache(maxsize=_KEPT)(_make)


def _statement(policy_set: PolicySet, plan: Plan) -> str:
    """Facts as parameters, the plan over them, and beside every row what stops the run."""
    parts = []
    for number, (table, columns) in enumerate(plan.tables.items(), start=1):
        entity = policy_set.table_entity(table)
        shown = ", ".join(f'"{name}" {_column_type(entity.fields.get(name))}' for name in columns)
        parts.append(f'"{table}" AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(${number}::jsonb) AS t({shown}))')
    stops = [
        f"SELECT 'more than {MOST_ROWS:,} rows belong to one', 'table {table}', count(*) FROM"
        f' (SELECT FROM "{table}" WHERE "{by}" IS NOT NULL GROUP BY "{by}" HAVING count(*) > {MOST_ROWS}) AS large'
        for table, by in plan.groups
    ]
    stops += [
        f"SELECT fault, 'table {table}', rows FROM ({write_sql(query, 'postgres')}) AS outside"
        for table, query in plan.domains.items()
    ]
    told = " UNION ALL ".join(stops) or "SELECT '', '', 0"
    parts.append(
        f"_told AS (SELECT jsonb_agg(jsonb_build_array(what, place, rows)) AS {_STOPS} FROM ({told})"
        " AS told(what, place, rows) WHERE rows > 0)"
    )
    parts.append(f"_found AS ({write_sql(plan.results, 'postgres')})")
    return (
        f"WITH {', '.join(parts)} SELECT _told.{_STOPS}, _found.* FROM _told LEFT JOIN _found ON _told.{_STOPS} IS NULL"
    )


def _column_type(field: FactField | None) -> str:
    if field is None or isinstance(field.type, typed.Text):
        return "text"
    return {typed.Number: "numeric", typed.YesNo: "boolean", typed.Day: "date"}[type(field.type)]


# --- the facts


def _written(entity: Entity, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as the JSON of one parameter. Raises :class:`RunStopped`, naming the field and never the value."""
    place = f"table {entity.table}"
    keys = {row.get(entity.key) for row in rows}
    if len(keys) < len(rows) or None in keys:
        count = len(rows) - len(keys - {None})
        raise RunStopped([(f'"{entity.key}" is empty or stands twice', place, count)])
    found = []
    for row in rows:
        plain: dict[str, str | bool] = {}
        for name in columns:
            value = row.get(name)
            if value is None:
                continue
            try:
                plain[name] = _plain(entity.fields.get(name), value)
            except TypeError:
                raise RunStopped([(f"{entity.id}.{name} is not {_kind(entity.fields.get(name))}", place, 1)]) from None
            except ValueError:
                raise RunStopped([(f"{entity.id}.{name} is too large or too fine", place, 1)]) from None
        found.append(plain)
    return json.dumps(found, ensure_ascii=False)


def _kind(field: FactField | None) -> str:
    if field is None:
        return "text"
    return "an exact number" if isinstance(field.type, typed.Number) else str(field.type)


def _plain(field: FactField | None, value: Any) -> str | bool:
    """A value as JSON that PostgreSQL reads exactly: numbers and dates as text."""
    kind = typed.Text() if field is None else field.type
    if isinstance(kind, typed.Number):
        return _number(value, 0 if field is not None and field.money else kind.shape.scale)
    wanted = {typed.YesNo: bool, typed.Text: str, typed.Day: date}[type(kind)]
    if not isinstance(value, wanted) or isinstance(value, datetime):
        raise TypeError
    if isinstance(value, str) and "\x00" in value:
        raise TypeError  # no text for PostgreSQL
    return value if isinstance(value, bool) else str(value)


def _number(value: Any, scale: int) -> str:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise TypeError
    if isinstance(value, int):
        return str(value)
    try:
        exact = Fraction(value)
        if shape_of(exact).scale > scale:
            raise ValueError
    except (NumberTooLarge, OverflowError):  # decimals that never end, or infinity
        raise ValueError from None
    return f"{exact.numerator * 10**scale // exact.denominator}e-{scale}"


# --- the connection


@contextmanager
def _connected(connection: Connection[Any] | str) -> Iterator[Connection[Any]]:
    if not isinstance(connection, str):
        yield connection
        return
    import psycopg

    with psycopg.connect(connection) as there:
        yield there


@contextmanager
def _prepared_once(connection: Connection[Any]) -> Iterator[None]:
    """Plan a statement once on each connection, and do not compile it: both would take longer than the answer."""
    threshold = connection.prepare_threshold
    connection.prepare_threshold = 0
    try:
        with connection.transaction() if connection.autocommit else nullcontext():
            connection.execute("SET LOCAL jit = off")
            connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            yield
    finally:
        connection.prepare_threshold = threshold
