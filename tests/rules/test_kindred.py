"""Rows that belong together: one household's, found over links and collections, and nobody else's."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.rules import small

import mazdoor.cli.rules as command
from mazdoor.rules.kindred import facts_of_each

FACTS = {
    "houses": [{"house_id": "h1"}, {"house_id": "h2"}],
    "things": [
        {"thing_id": "a", "house_id": "h1"},
        {"thing_id": "b", "house_id": "h1"},
        {"thing_id": "c", "house_id": "h2"},
        {"thing_id": "h1", "house_id": None},
        {"thing_id": "lost", "house_id": "no such house"},
    ],
    "parts": [{"part_id": "p1", "thing_id": "b"}, {"part_id": "p2", "thing_id": "c"}, {"part_id": "p3"}],
}


def keys(facts: dict[str, list[dict[str, str]]]) -> set[str]:
    return {next(iter(row.values())) for rows in facts.values() for row in rows}


def test_a_unit_has_its_household_and_all_that_is_its_and_nothing_else() -> None:
    found = facts_of_each(small.policy({"x": "whole"}), "thing", FACTS)
    assert {unit: keys(facts) for unit, facts in found.items()} == {  # type: ignore[arg-type]
        "a": {"h1", "a", "b", "p1"},
        "b": {"h1", "a", "b", "p1"},
        "c": {"h2", "c", "p2"},
        "h1": {"h1"},
        "lost": {"lost"},
    }
    assert list(found["h1"]) == ["things"]


def test_explaining_many_units_reads_each_ones_rows_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    real = command.explain

    def counted(policy_set: object, programme: str, facts: dict[str, list[object]], **others: object) -> object:
        seen.append(sum(len(rows) for rows in facts.values()))
        return real(policy_set, programme, facts, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(command, "explain", counted)
    persons = [{"person_id": f"p{index}", "sex": "male", "birth_date": "1960-01-01"} for index in range(30)]
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"persons": persons}), encoding="utf-8")
    asked = ["run", "old_age_pension", "--facts", str(path), "--at", str(date(2024, 1, 10)), "--explain"]
    found = CliRunner().invoke(command.rules, [*asked, "--length", "sms"])
    assert found.exit_code == 0 and found.output.count("\n\n") == 30
    assert seen == [1] * 30
