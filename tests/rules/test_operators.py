"""Every row of the specification, on every engine: what it gives, what it leaves open, what stops it and what is refused.

The tables are ``src/mazdoor/rules/spec/*.yaml``; the manual is printed from them. All formulas of one date are columns of one
statement, tried on the rows of all tables at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.rules import benches, small
from tests.rules.benches import At, Faulty

from mazdoor.rules import RunStopped
from mazdoor.rules.cases import ENGINES
from mazdoor.rules.language.checking import check_formula
from mazdoor.rules.language.functions import DATE_FUNCTIONS, OTHER_FUNCTIONS
from mazdoor.rules.language.names import Names
from mazdoor.rules.language.parser import GATHERERS
from mazdoor.rules.problems import Mistake
from mazdoor.rules.spec import Stops, Trial, chapters, make_trial
from mazdoor.rules.spec.coverage import measure, operators_of_the_language, owed

OPERATORS = [operator for chapter in chapters() for operator in chapter.operators]
Answers = dict[tuple[int, int], Any]


@pytest.fixture(scope="module")
def trial() -> Trial:
    return make_trial()


def ask(trial: Trial, bench: benches.Bench) -> Answers:
    """What one engine answers to each row of each table (but those whose facts lie outside their domain)."""
    groups: dict[At, list[int]] = {}
    found: Answers = {}
    for index, table in enumerate(trial.tables):
        if table.rule is not None:
            outcomes = bench.outcomes(f"t{index}", At(table.at, table.known_at))
            for row, _ in enumerate(table.rows):
                found[(index, row)] = outcomes[f"t{index}.{row}"]
        else:
            groups.setdefault(At(table.at, table.known_at), []).append(index)
    programmes: Any = trial.policy_set.programmes
    for when, indices in groups.items():
        programmes["all"] = replace(programmes["base"], id="all", results=tuple(f"t{index}" for index in indices))
        answers = bench.columns("all", when, lambda unit, name: unit.partition(".")[0] == name and "-" not in unit)
        for (unit, name), answer in answers.items():
            found[(int(name[1:]), int(unit.partition(".")[2]))] = answer
    return found


@pytest.fixture(scope="module", params=["reference", "duckdb", "postgresql"])
def answers(request: pytest.FixtureRequest, trial: Trial, covered: set[str]) -> Iterator[Answers]:
    """Every answer of one engine."""
    covered.add(request.param)
    if request.param == "reference":
        yield ask(trial, benches.Reference(trial.policy_set, trial.facts))
    elif request.param == "duckdb":
        yield ask(trial, benches.DuckDB(trial.policy_set, trial.facts))
    else:
        request.getfixturevalue("django_db_setup")
        with benches.owner() as connection:
            yield ask(trial, benches.PostgreSQL(trial.policy_set, trial.facts, connection))


def wrong(trial: Trial, answers: Answers, operator: str | None = None) -> list[str]:
    """The rows that were answered otherwise than the table says, as sentences."""
    found = []
    for (index, row), expected in trial.expected.items():
        table = trial.tables[index]
        if table.outside or (operator is not None and table.operator != operator):
            continue
        got = answers.get((index, row), "no answer")
        if isinstance(expected, dict) and isinstance(got, dict):
            got = {name: got[name] for name in expected}
        wanted = Faulty(expected.says) if isinstance(expected, Stops) else expected
        if got != wanted or isinstance(got, bool) != isinstance(wanted, bool):
            said = dict(zip(table.given, table.rows[row], strict=False))
            found.append(f"{table.formula or table.rule} of {said}: {got}, and the table says {wanted}")
    return found


@pytest.mark.parametrize("operator", [each.id for each in OPERATORS])
def test_each_operator_gives_what_its_table_says(trial: Trial, answers: Answers, operator: str) -> None:
    assert not wrong(trial, answers, operator)


OUTSIDE = [
    (index, row)
    for index, table in enumerate(table for operator in OPERATORS for table in operator.tables)
    for row in range(len(table.rows))
    if table.outside
]


@pytest.mark.parametrize("engine", list(ENGINES))
@pytest.mark.parametrize(("index", "row"), OUTSIDE)
def test_a_fact_outside_its_domain_stops_the_run(trial: Trial, engine: str, index: int, row: int) -> None:
    expected = trial.expected[(index, row)]
    assert isinstance(expected, Stops)
    with pytest.raises(RunStopped) as stopped:
        ENGINES[engine](trial.policy_set, f"t{index}", trial.rows_of(index, row), small.AT, None)
    assert expected.says in str(stopped.value)


REFUSED = [(refused, operator.id) for operator in OPERATORS for refused in operator.refused]


@pytest.mark.parametrize(("refused", "operator"), REFUSED, ids=[f"{each.formula}" for each, _ in REFUSED])
def test_what_has_no_meaning_is_refused_before_anything_runs(trial: Trial, refused: Any, operator: str) -> None:
    policy = trial.policy_set
    names = Names(policy.entities, policy.parameters, {}, lambda *_: pytest.fail("no named result here"))
    with pytest.raises(Mistake) as mistake:
        check_formula(refused.formula, "thing", names)
    said = f"{mistake.value} {mistake.value.repair}"
    assert (mistake.value.code, refused.says in said) == (refused.code, True), f"{mistake.value.code}: {said}"


# --- nothing is left out


def test_every_function_and_operator_of_the_language_has_a_table_for_each_outcome(trial: Trial) -> None:
    assert not owed(measure(trial))
    assert {each.key for each in measure(trial)} <= set(operators_of_the_language())


def test_every_function_is_told_in_the_specification() -> None:
    told = {name for operator in OPERATORS for name in operator.functions} | {"rounded"}
    assert {*DATE_FUNCTIONS, *OTHER_FUNCTIONS, *GATHERERS} <= told


def test_the_specification_is_long_enough_to_be_one(trial: Trial) -> None:
    assert len(trial.expected) >= 800 and len(REFUSED) >= 70
