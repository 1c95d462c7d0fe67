"""Cases: facts and what must follow from them, run on an engine and compared to the paisa."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from mazdoor.rules.engines.duckdb import run_duckdb
from mazdoor.rules.engines.postgres import run_postgres
from mazdoor.rules.engines.reference import evaluate_reference
from mazdoor.rules.engines.spark_small import Small, run_small_on_spark
from mazdoor.rules.facts import canonical, write_snapshot
from mazdoor.rules.model import Case, Expectation, PolicySet
from mazdoor.rules.results import Result, known_day

if TYPE_CHECKING:
    from psycopg import Connection

Engine = Callable[[PolicySet, str, dict[str, list[dict[str, Any]]], date, date | None], list[Result]]
"""Assesses canonical facts: policy, programme, facts, at, known_at."""


def on_reference(
    policy_set: PolicySet, programme: str, facts: dict[str, list[dict[str, Any]]], at: date, known_at: date | None
) -> list[Result]:
    """The reference engine as an :data:`Engine`."""
    return evaluate_reference(policy_set, programme, facts, at=at, known_at=known_at)


def on_duckdb(
    policy_set: PolicySet, programme: str, facts: dict[str, list[dict[str, Any]]], at: date, known_at: date | None
) -> list[Result]:
    """The DuckDB engine as an :data:`Engine`, over a snapshot in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        snapshot = write_snapshot(policy_set, facts, Path(folder) / "snapshot")
        out = Path(folder) / "out.parquet"
        run_duckdb(policy_set, programme, snapshot, at=at, known_at=known_at, out=out)
        return read_results(policy_set, programme, out)


def on_spark(
    policy_set: PolicySet, programme: str, facts: dict[str, list[dict[str, Any]]], at: date, known_at: date | None
) -> list[Result]:
    """The Spark engine as an :data:`Engine`. Raises :class:`EngineMissing` without Spark or Java."""
    return run_small_on_spark(policy_set, [Small(programme, facts, at, known_at)])[0]


def on_postgres(connection: Connection[Any] | str) -> Engine:
    """The PostgreSQL engine, on a connection or conninfo, as an :data:`Engine`."""

    def engine(
        policy_set: PolicySet, programme: str, facts: dict[str, list[dict[str, Any]]], at: date, known_at: date | None
    ) -> list[Result]:
        return run_postgres(policy_set, programme, facts, at=at, known_at=known_at, connection=connection)

    return engine


ENGINES: dict[str, Engine] = {"reference": on_reference, "duckdb": on_duckdb}
"""The engines that need nothing but themselves. Spark needs Java, PostgreSQL a database."""


def read_results(policy_set: PolicySet, programme: str, out: Path) -> list[Result]:
    """The results of a bulk run as values, sorted by unit: for tests, samples and small runs."""
    names = policy_set.programmes[programme].results
    rows = pq.read_table(out).to_pylist()
    found = [Result.from_row(row, {name: row[name] for name in names}) for row in rows]
    return sorted(found, key=lambda result: result.unit)


def run_case(policy_set: PolicySet, case: Case, engine: Engine) -> list[str]:
    """What came out otherwise than the case expects, one sentence each; empty where all is as expected."""
    return run_cases(policy_set, engine, [case])


def run_cases(policy_set: PolicySet, engine: Engine, cases: Sequence[Case] | None = None) -> list[str]:
    """Every case (or those given) on one engine: what came out otherwise than expected.

    Cases of one programme, date and day of knowledge run together; their ids are told apart so that they never meet.
    """

    def one_by_one(runs: Sequence[Small]) -> list[list[Result]]:
        return [engine(policy_set, each.programme, {**each.facts}, each.at, known_day(each.known_at)) for each in runs]

    return _compared(policy_set, cases, one_by_one)


def run_cases_on_spark(
    policy_set: PolicySet, cases: Sequence[Case] | None = None, *, master: str | None = None
) -> list[str]:
    """As :func:`run_cases`, every case in one job of Spark. Raises :class:`EngineMissing` without Spark or Java."""
    return _compared(policy_set, cases, lambda runs: run_small_on_spark(policy_set, runs, master=master))


def _compared(
    policy_set: PolicySet, cases: Sequence[Case] | None, run_all: Callable[[Sequence[Small]], list[list[Result]]]
) -> list[str]:
    groups: dict[tuple[str, date, date | None], list[Case]] = {}
    for case in policy_set.cases if cases is None else cases:
        groups.setdefault((case.programme, case.at, case.known_at), []).append(case)
    if not groups:
        return []
    runs = []
    for (programme, at, known_at), group in groups.items():
        facts: dict[str, list[dict[str, Any]]] = {}
        for number, case in enumerate(group):
            for table, rows in canonical(policy_set, case.facts).items():
                facts.setdefault(table, []).extend(_renamed(policy_set, table, row, f"{number}/") for row in rows)
        runs.append(Small(programme, facts, at, known_at))
    wrong: list[str] = []
    for group, found in zip(groups.values(), run_all(runs), strict=True):
        results = {result.unit: result for result in found}
        for number, case in enumerate(group):
            for expected in case.expect:
                result = results.get(f"{number}/{expected.unit}")
                told = [f"there is no unit {expected.unit}"] if result is None else _differences(expected, result)
                wrong.extend(f"{case.id}, {expected.unit}: {each}" for each in told)
    return wrong


def _renamed(policy_set: PolicySet, table: str, row: dict[str, Any], prefix: str) -> dict[str, Any]:
    """A row with its own key and the keys it names prefixed."""
    entity = policy_set.table_entity(table)
    keys = {entity.key, *(link.by for link in entity.links.values())}
    for other in policy_set.entities.values():
        keys.update(many.by for many in other.collections.values() if many.entity == entity.id)
    return {name: prefix + value if name in keys and value is not None else value for name, value in row.items()}


def _differences(expected: Expectation, result: Result) -> list[str]:
    found: list[str] = []
    if result.eligible is not expected.eligible:
        found.append(f"eligible is {result.eligible}, expected {expected.eligible} (decided by {result.deciding})")
    if not same(result.amount, expected.amount):
        found.append(f"the amount is {result.amount}, expected {expected.amount_text or None}")
    if expected.category is not None and result.category != expected.category:
        found.append(f"the category is {result.category}, expected {expected.category}")
    if expected.deciding is not None and result.deciding != expected.deciding:
        found.append(f"decided by {result.deciding}, expected {expected.deciding}")
    for name, value in expected.results.items():
        if name not in result.results:
            found.append(f"{name} is not among the programme's results")
        elif not same(result.results[name], value):
            found.append(f"{name} is {result.results[name]}, expected {value}")
    return found


def same(got: object, expected: object) -> bool:
    """Equal, numbers by their exact value."""
    if isinstance(got, Decimal | int) and not isinstance(got, bool) and isinstance(expected, Fraction):
        return Fraction(got) == expected
    return got == expected
