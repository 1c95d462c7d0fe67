"""Rules and populations nobody thought of: the engines agree to the paisa, and find the same rows at fault.

A small seeded run in ``make test``. In ``make soak``: 10,000 generated rules on reference, DuckDB and PostgreSQL, and 1,000 of
them on Spark, many rules as columns of one job. The figures are printed by the test at its end.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from tests.rules import benches
from tests.rules.benches import At, Faulty
from tests.rules.generated import Sample, law, samples

from mazdoor.rules import RunStopped
from mazdoor.rules.cases import ENGINES
from mazdoor.rules.engines.spark_session import why_not

WHEN = [At(), At(known_at=None, at=benches.small.AT.replace(year=2020, month=7, day=1))]
SMALL_RUNS = 25
SOAK_RULES = 10_000
RULES_A_SAMPLE = 10
SAMPLES_A_JOB = 4
SPARK_RULES = int(os.environ.get("MAZDOOR_SPARK_RULES", "1000"))
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def comparable(answer: Any) -> Any:
    """Which of several faults of one row is told first is not promised; that there is one, is."""
    return "at fault" if isinstance(answer, Faulty) else answer


def disagreements(sample: Sample, connection: Any) -> list[str]:
    """Where DuckDB or PostgreSQL says otherwise than reference, one sentence each."""
    policy = law(sample.rules)
    reference = benches.Reference(policy, sample.facts)
    duckdb = benches.DuckDB(policy, sample.facts)
    others: list[benches.Bench] = [duckdb, benches.PostgreSQL(policy, sample.facts, connection).sharing(duckdb)]
    found = []

    def compare(what: str, when: At, wanted: dict[Any, Any], other: benches.Bench, got: dict[Any, Any]) -> None:
        found.extend(
            f"{other.name}: {what} on {when.at}, {spot}: {got.get(spot)}, and reference {wanted[spot]}"
            for spot in wanted
            if comparable(got.get(spot)) != comparable(wanted[spot])
        )

    # Every rule as columns of one statement: its value, its outcome and its amount, each with its own fault.
    for when in WHEN[: 1 if len(sample.rules) > 1 else 2]:
        wanted = reference.columns("all", when)
        for other in others:
            compare(" · ".join(map(str, sample.rules)), when, wanted, other, other.columns("all", when))
    # And one of them as the programme it is, clause by clause.
    chosen = len(sample.facts["things"]) % len(sample.rules)
    wanted = reference.outcomes(f"g{chosen}", WHEN[1])
    for other in others:
        compare(str(sample.rules[chosen]), WHEN[1], wanted, other, other.outcomes(f"g{chosen}", WHEN[1]))
    return found


@pytest.fixture(scope="module")
def connection(django_db_setup: None) -> Iterator[Any]:
    with benches.owner() as opened:
        yield opened


@settings(max_examples=SMALL_RUNS, deadline=None, derandomize=True, suppress_health_check=QUIET, database=None)
@given(sample=samples())
def test_engines_agree_on_rules_nobody_wrote(connection: Any, sample: Sample) -> None:
    for rule in sample.rules:
        note(str(rule))
    assert not disagreements(sample, connection)


@pytest.mark.parametrize("engine", list(ENGINES))
@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=QUIET, database=None)
@given(sample=samples(most_rules=2))
def test_the_door_of_each_engine_gives_what_its_plan_gives(engine: str, sample: Sample) -> None:
    """The whole way: snapshot written, run, results read; or the run stopped."""
    policy = law(sample.rules)
    wanted = benches.Reference(policy, sample.facts).outcomes("g0", At())
    try:
        got = {result.unit: result for result in ENGINES[engine](policy, "g0", sample.facts, benches.small.AT, None)}
    except RunStopped:
        assert any(isinstance(each, Faulty) for each in wanted.values())
        return
    assert {unit: (each["eligible"], each["amount"], each["deciding"]) for unit, each in wanted.items()} == {
        unit: (each.eligible, benches.small.exact(each.amount), each.deciding) for unit, each in got.items()
    }


# --- in full


@pytest.mark.soak
def test_engines_agree_on_ten_thousand_rules_nobody_wrote(connection: Any) -> None:
    tried = {"rules": 0, "rows": 0}
    started = time.monotonic()

    @settings(
        max_examples=SOAK_RULES // RULES_A_SAMPLE,
        deadline=None,
        suppress_health_check=QUIET,
        database=None,
        phases=[Phase.generate, Phase.shrink],
    )
    @given(sample=samples(most_rules=RULES_A_SAMPLE, all_of_them=True))
    def compare(sample: Sample) -> None:
        assert not disagreements(sample, connection)
        tried["rules"] += len(sample.rules)
        tried["rows"] += len(sample.rules) * len(sample.facts["things"])
        if tried["rules"] % 500 == 0:
            print(f"{tried} after {time.monotonic() - started:.0f} s", flush=True)  # noqa: T201

    compare()
    print(f"\n{tried} on reference, duckdb, postgresql in {time.monotonic() - started:.0f} s")  # noqa: T201
    assert tried["rules"] >= SOAK_RULES


@pytest.mark.soak
@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_spark_agrees_on_a_thousand_rules_nobody_wrote() -> None:
    from mazdoor.rules.engines.spark_small import columns_on_spark

    tried = {"rules": 0, "answers": 0, "jobs": 0}
    started = time.monotonic()
    pending: list[Sample] = []

    def compare_pending() -> None:
        merged = merge(pending)
        pending.clear()
        policy = law(merged.rules)
        got = columns_on_spark(policy, "all", merged.facts, at=benches.small.AT)
        wanted = benches.Reference(policy, merged.facts).columns("all", At())
        found = []
        for (unit, name), answer in wanted.items():
            value, fault = got[unit][name]
            told = benches.small.exact(value) if fault is None else "at fault"
            if told != comparable(answer):
                found.append(f"spark: {merged.rules[int(name[1:])]}, {name} of {unit}: {told}, reference {answer}")
        assert not found, "\n".join(found[:10])
        tried["rules"] += len(merged.rules)
        tried["answers"] += len(wanted)
        tried["jobs"] += 1

    @settings(
        max_examples=SPARK_RULES // RULES_A_SAMPLE,
        deadline=None,
        suppress_health_check=QUIET,
        database=None,
        phases=[Phase.generate],
    )
    @given(sample=samples(most_rules=RULES_A_SAMPLE, all_of_them=True))
    def collect(sample: Sample) -> None:
        pending.append(sample)
        if len(pending) == SAMPLES_A_JOB:
            compare_pending()

    collect()
    if pending:
        compare_pending()
    print(f"\n{tried} on reference and spark in {time.monotonic() - started:.0f} s")  # noqa: T201
    assert tried["rules"] >= SPARK_RULES


def merge(many: list[Sample]) -> Sample:
    """Samples as one: every rule meets every population."""
    rules: list[Any] = []
    facts: dict[str, list[dict[str, Any]]] = {}
    keys = {"thing_id", "house_id", "part_id"}
    for number, each in enumerate(many):
        rules.extend(each.rules)
        for table, rows in each.facts.items():
            facts.setdefault(table, []).extend(
                {
                    name: f"{number}-{value}" if name in keys and value is not None else value
                    for name, value in row.items()
                }
                for row in rows
            )
    return Sample(tuple(rules), facts)
