"""Every row of the specification on Spark: the formulas as columns of one job, the rules as small runs of another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.rules import small
from tests.rules.benches import At, Faulty
from tests.rules.test_operators import OPERATORS, Answers, wrong

from mazdoor.rules.engines.spark_session import why_not
from mazdoor.rules.spec import Stops, Trial, make_trial
from mazdoor.rules.spec.reading import AT

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "Spark is here")


@pytest.fixture(scope="module")
def trial() -> Trial:
    return make_trial()


def own_rows(trial: Trial, index: int) -> dict[str, Any]:
    """The facts of one table, without the rows that stop."""
    facts: dict[str, Any] = {entity.table: [] for entity in trial.policy_set.entities.values()}
    for row, _ in enumerate(trial.tables[index].rows):
        if not isinstance(trial.expected[(index, row)], Stops):
            for table, rows in trial.rows_of(index, row).items():
                facts[table].extend(rows)
    return facts


@pytest.fixture(scope="module")
def answers(trial: Trial, covered: set[str]) -> Answers:
    """Every answer of Spark. What stops a run of its own is looked at only among the columns."""
    from mazdoor.rules.engines.spark_small import Small, columns_on_spark, run_small_on_spark

    covered.add("spark")
    programmes: Any = trial.policy_set.programmes
    columns, others = [], []
    for index, table in enumerate(trial.tables):
        if not table.outside:
            of_the_day = table.rule is None and (table.at, table.known_at) == (AT, None)
            (columns if of_the_day else others).append(index)
    programmes["all"] = replace(programmes["base"], id="all", results=tuple(f"t{index}" for index in columns))
    found: Answers = {}
    for unit, answer in columns_on_spark(trial.policy_set, "all", trial.facts, at=AT).items():
        name, _, row = unit.partition(".")
        if name in answer and row.isdecimal():
            value, fault = answer[name]
            found[(int(name[1:]), int(row))] = small.exact(value) if fault is None else Faulty(fault)
    runs = [
        Small(f"t{index}", own_rows(trial, index), when.at, when.known_at)
        for index in others
        for when in [At(trial.tables[index].at, trial.tables[index].known_at)]
    ]
    for index, results in zip(others, run_small_on_spark(trial.policy_set, runs), strict=True):
        for row, _ in enumerate(trial.tables[index].rows):
            found[(index, row)] = Faulty(getattr(trial.expected[(index, row)], "says", ""))
        for result in results:
            row = int(result.unit.partition(".")[2])
            if trial.tables[index].rule is None:
                found[(index, row)] = small.exact(result.results[f"t{index}"])
            else:
                found[(index, row)] = {
                    "eligible": result.eligible,
                    "amount": small.exact(result.amount),
                    "deciding": result.deciding,
                    "failed": ",".join(result.failed),
                    "unknown": ",".join(result.unknown),
                    "outcomes": result.outcomes,
                }
    return found


@pytest.mark.parametrize("operator", [each.id for each in OPERATORS])
def test_each_operator_gives_on_spark_what_its_table_says(trial: Trial, answers: Answers, operator: str) -> None:
    assert not wrong(trial, answers, operator)
