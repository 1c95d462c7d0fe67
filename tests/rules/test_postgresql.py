"""The same tree on PostgreSQL: one rule for the bulk run and for the single household at the counter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.rules import small

from mazdoor.rules import PolicySet, canonical, evaluate_reference, load_policies
from mazdoor.rules.engines.sql.plan import make_plan
from mazdoor.rules.engines.sql.writing import write_sql
from mazdoor.rules.language import typed
from mazdoor.rules.model import Entity, FactField

Run = Callable[[PolicySet, str, dict[str, list[dict[str, Any]]], date, date | None], list[dict[str, Any]]]


def _column(field: FactField) -> str:
    if field.money:
        return "bigint"
    if isinstance(field.type, typed.Number):
        return f"numeric({field.type.shape.digits}, {field.type.shape.scale})" if field.type.shape.scale else "bigint"
    return {typed.YesNo: "boolean", typed.Text: "text", typed.Day: "date"}[type(field.type)]


def _create(entity: Entity) -> str:
    columns = ", ".join(f'"{field.name}" {_column(field)}' for field in entity.fields.values())
    return f'CREATE TEMPORARY TABLE "{entity.table}" ("{entity.key}" text PRIMARY KEY, {columns})'


@pytest.fixture
def postgresql(owner_connection: Any) -> Run:
    """Runs a programme over facts put into temporary tables."""

    def run(
        policy_set: PolicySet, programme: str, facts: dict[str, list[dict[str, Any]]], at: date, known: date | None
    ) -> list[dict[str, Any]]:
        plan = make_plan(policy_set, policy_set.programmes[programme], at=at, known=known)
        with owner_connection.cursor() as cursor:
            for entity in policy_set.entities.values():
                cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{entity.table}"')
                cursor.execute(_create(entity))
                names = [entity.key, *entity.fields]
                marks = ", ".join(["%s"] * len(names))
                listed = ", ".join(f'"{name}"' for name in names)
                for row in facts.get(entity.table, ()):
                    cursor.execute(
                        f'INSERT INTO "{entity.table}" ({listed}) VALUES ({marks})', [row.get(name) for name in names]
                    )
            for query in plan.domains.values():
                assert cursor.execute(write_sql(query, "postgres")).fetchall() == []
            cursor.execute(write_sql(plan.results, "postgres"))
            described = [column.name for column in cursor.description]
            return [dict(zip(described, row, strict=True)) for row in cursor.fetchall()]

    return run


@pytest.mark.django_db(transaction=True)
def test_pakistani_cases_give_on_postgresql_what_the_reference_gives(postgresql: Run) -> None:
    policy_set = load_policies()
    tried = 0
    for case in policy_set.cases[::4]:
        facts = canonical(policy_set, case.facts)
        wanted = evaluate_reference(policy_set, case.programme, facts, at=case.at, known_at=case.known_at)
        got = {row["unit_id"]: row for row in postgresql(policy_set, case.programme, facts, case.at, case.known_at)}
        for result in wanted:
            row = got[result.unit]
            assert (row["eligible"], row["amount"], row["deciding_clause"], row["_fault"]) == (
                result.eligible,
                result.amount,
                result.deciding,
                None,
            )
            assert row["failed_clauses"] == ",".join(result.failed) and row["outcomes"] == result.outcomes
            tried += 1
    assert tried >= 15


@pytest.mark.django_db(transaction=True)
def test_a_fault_is_told_on_postgresql_in_its_own_column(postgresql: Run) -> None:
    policy_set = small.policy({"x": "rounded(1 / whole, 2, half_up)"})
    facts = small.complete(policy_set, {"things": [{"thing_id": "a", "whole": 0}, {"thing_id": "b", "whole": 3}]})
    rows = {row["unit_id"]: row for row in postgresql(policy_set, "p", facts, small.AT, None)}
    assert (rows["a"]["_fault"], rows["b"]["_fault"]) == ("division by zero", None)
