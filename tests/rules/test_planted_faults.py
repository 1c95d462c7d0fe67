"""Faults that people make, planted in the compilers one at a time: each is noticed by the specification.

So the tables are not only true but sharp: for each fault of ``planted.py`` the rows of the operators it concerns are run on
the engine that carries it, and at least one must be answered otherwise than the table says. A handful of generated rules is
tried on each as well; most faults are noticed by either.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from tests.rules import benches
from tests.rules.benches import At
from tests.rules.generated import Sample, law, samples
from tests.rules.planted import PLANTED, Planted
from tests.rules.test_engines_agree import QUIET, comparable, merge
from tests.rules.test_operators import OPERATORS, ask, wrong

from mazdoor.rules.spec import Trial, make_trial

SEEDED_SAMPLES = 8


@cache
def tables_of(operators: tuple[str, ...]) -> Trial:
    """Every table of these operators, as one trial."""
    chosen = [operator for operator in OPERATORS if operator.id in operators]
    assert len(chosen) == len(operators), f"no such operators: {operators}"
    return make_trial(table for operator in chosen for table in operator.tables)


def bench_of(engine: str, trial: Trial) -> benches.Bench:
    """The engine that carries the fault; for the SQL side DuckDB, whose tree all share."""
    make: Any = benches.Reference if engine == "reference" else benches.DuckDB
    found: benches.Bench = make(trial.policy_set, trial.facts)
    return found


IDS = [f"{each.engine}: {each.error}" for each in PLANTED]


@pytest.mark.parametrize("planted", PLANTED, ids=IDS)
def test_a_planted_fault_is_noticed_by_the_specification(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = tables_of(planted.operators)
    bench = bench_of(planted.engine, trial)
    planted.plant(monkeypatch)
    assert told_wrong(lambda: wrong(trial, ask(trial, bench))), "no row of the specification notices"


def told_wrong(attempt: Callable[[], Any]) -> bool:
    """Whether an engine's answers were wrong; one that breaks off with its own error has told so loudly."""
    try:
        return bool(attempt())
    except (duckdb.Error, ArithmeticError):
        return True


@pytest.mark.parametrize("engine", ["sql", "reference"])
def test_without_a_fault_nothing_is_noticed(engine: str) -> None:
    trial = make_trial()
    assert not wrong(trial, ask(trial, bench_of(engine, trial)))


def test_there_are_enough_faults_and_each_has_a_name_of_its_own() -> None:
    assert len([each for each in PLANTED if each.engine == "sql"]) >= 50
    assert len(set(IDS)) == len(IDS)


@pytest.fixture(scope="module")
def seeded() -> Sample:
    """A handful of generated rules on their populations."""
    found: list[Sample] = []

    @settings(max_examples=SEEDED_SAMPLES, deadline=None, derandomize=True, suppress_health_check=QUIET, database=None)
    @given(sample=samples(most_rules=3, all_of_them=True))
    def collect(sample: Sample) -> None:
        found.append(sample)

    collect()
    return merge(found)


def test_generated_rules_alone_notice_many_planted_faults(seeded: Sample) -> None:
    policy = law(seeded.rules)
    sql, reference = benches.DuckDB(policy, seeded.facts), benches.Reference(policy, seeded.facts)

    def answers(bench: benches.Bench) -> dict[tuple[str, str], Any]:
        return {spot: comparable(answer) for spot, answer in bench.columns("all", At()).items()}

    right = answers(reference)
    assert answers(sql) == right
    noticed = []
    for planted in PLANTED[::2]:
        with pytest.MonkeyPatch.context() as patch:
            planted.plant(patch)
            sql.plans.clear()
            bench = sql if planted.engine == "sql" else reference
            if told_wrong(lambda bench=bench: answers(bench) != right):
                noticed.append(planted.error)
    assert len(noticed) >= len(PLANTED[::2]) // 2, noticed
