"""Measures of poverty and inequality: against published figures, by hand, and by the laws they must keep."""

from __future__ import annotations

import csv
import math
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mazdoor.simulation.measures import (
    Numbers,
    concentration,
    fgt,
    gini,
    mean_log_deviation,
    measures,
    median,
    standard_errors,
    watts,
)

BESIDE = Path(__file__).parents[3] / "shared" / "data" / "poverty"  # beside the repository, where there is one
PUBLISHED = Path(os.environ.get("MAZDOOR_POVERTY_DATA", BESIDE)) / "synthetic_microdata_1.csv"

welfares = st.lists(st.integers(1, 100_000), min_size=1, max_size=30)


def numbers(values: list[int] | list[float]) -> Numbers:
    return np.array(values, dtype=np.float64)


@pytest.fixture(scope="module")
def published() -> tuple[Numbers, Numbers]:
    if not PUBLISHED.is_file():
        pytest.skip(
            "the World Bank's test data (wbpip, synthetic_microdata_1.csv) is not on this machine: MAZDOOR_POVERTY_DATA"
        )
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return numbers([float(row["welfare"]) for row in rows]), numbers([float(row["weight"]) for row in rows])


def test_the_world_banks_figures_come_out_to_the_last_published_digit(published: tuple[Numbers, Numbers]) -> None:
    welfare, weights = published
    line = float(welfare.mean())  # the published figures use the unweighted mean as line
    found = measures(welfare, weights, line)
    assert found.headcount == pytest.approx(0.7333513, abs=5e-8)
    assert found.gap == pytest.approx(0.3957584, abs=5e-8)
    assert found.severity == pytest.approx(0.2534849, abs=5e-8)
    assert found.watts == pytest.approx(0.6899868, abs=5e-8)
    assert found.gini == pytest.approx(0.51479988, abs=5e-9)
    # wbpip counts a welfare of zero as one unit of money; left out of the logarithm it is a little less.
    assert mean_log_deviation(welfare, weights, zero_as=1) == pytest.approx(0.47378403, abs=5e-9)
    assert found.mean_log_deviation is not None and found.mean_log_deviation < 0.47378403
    assert found.left_out == pytest.approx(float(weights[welfare == 0].sum() / weights.sum()))


def test_poverty_of_four_persons_is_as_by_hand() -> None:
    welfare, weights = numbers([0, 50, 100, 250]), numbers([1, 1, 1, 1])
    assert fgt(welfare, weights, 100, 0) == 2 / 4  # who stands on the line is not below it
    assert fgt(welfare, weights, 100, 1) == (1 + 0.5) / 4
    assert fgt(welfare, weights, 100, 2) == (1 + 0.25) / 4
    assert watts(welfare, weights, 100) == pytest.approx(math.log(2) / 4)


def test_inequality_of_three_persons_is_as_by_hand() -> None:
    welfare, weights = numbers([10, 20, 30]), numbers([1, 1, 1])
    # sum of all differences |x - y| over pairs: 80; Gini = 80 / (2 * 3 * 3 * mean 20)
    assert gini(welfare, weights) == pytest.approx(80 / 360)
    assert mean_log_deviation(welfare, weights) == pytest.approx(
        (math.log(20 / 10) + math.log(20 / 20) + math.log(20 / 30)) / 3
    )
    assert median(welfare, weights) == 20


def test_a_benefit_for_the_poorest_alone_is_most_concentrated() -> None:
    welfare, weights = numbers([10, 20, 30, 40]), numbers([1, 1, 1, 1])
    poor = concentration(numbers([100, 0, 0, 0]), welfare, weights, points=4)
    assert poor.index == pytest.approx(-0.75)
    assert poor.curve == ((0.0, 0.0), (0.25, 1.0), (0.5, 1.0), (0.75, 1.0), (1.0, 1.0))
    assert concentration(numbers([5, 5, 5, 5]), welfare, weights).index == pytest.approx(0)
    assert concentration(numbers([0, 0, 0, 100]), welfare, weights).index == pytest.approx(0.75)
    assert concentration(numbers([0, 0, 0, 0]), welfare, weights).index is None


def test_persons_of_equal_welfare_share_a_place_whatever_their_order() -> None:
    welfare, weights = numbers([10, 10, 30]), numbers([1, 1, 1])
    first = concentration(numbers([100, 0, 0]), welfare, weights)
    assert first == concentration(numbers([0, 100, 0]), welfare, weights)


def test_what_is_not_defined_is_none_and_not_a_guess() -> None:
    assert measures(numbers([]), numbers([]), 10).gini is None
    assert gini(numbers([-1, 2]), numbers([1, 1])) is None
    assert gini(numbers([0, 0]), numbers([1, 1])) is None
    assert mean_log_deviation(numbers([0, 0]), numbers([1, 1])) is None
    assert fgt(numbers([1]), numbers([1]), 0, 0) is None
    assert measures(numbers([5]), numbers([1]), None).headcount is None


@settings(max_examples=60, deadline=None)
@given(welfares, st.data())
def test_a_weight_of_three_is_three_such_persons(values: list[int], data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.integers(1, 4), min_size=len(values), max_size=len(values)))
    line = float(data.draw(st.integers(1, 100_000)))
    repeated = [value for value, weight in zip(values, weights, strict=True) for _ in range(weight)]
    once = measures(numbers(values), numbers(weights), line)
    replicated = measures(numbers(repeated), np.ones(len(repeated)), line)
    for name, value in once.as_dict().items():
        assert replicated.as_dict()[name] == pytest.approx(value, abs=1e-9), name


@settings(max_examples=60, deadline=None)
@given(welfares, st.integers(1, 1000))
def test_a_change_of_currency_changes_no_measure(values: list[int], factor: int) -> None:
    weights = np.ones(len(values))
    line = float(sum(values) / len(values))
    before, after = measures(numbers(values), weights, line), measures(numbers(values) * factor, weights, line * factor)
    for name in ("gap", "severity", "watts", "gini", "mean_log_deviation"):
        assert after.as_dict()[name] == pytest.approx(before.as_dict()[name], abs=1e-9), name


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(10, 1000), min_size=2, max_size=20, unique=True), st.data())
def test_a_rupee_from_richer_to_poorer_lowers_inequality(values: list[int], data: st.DataObject) -> None:
    """The principle of transfers (Pigou and Dalton), where the transfer does not turn the two round."""
    values = sorted(values)
    poor = data.draw(st.integers(0, len(values) - 2))
    rich = data.draw(st.integers(poor + 1, len(values) - 1))
    gift = (values[rich] - values[poor]) / 4
    after = [float(value) for value in values]
    after[poor] += gift
    after[rich] -= gift
    weights = np.ones(len(values))
    line = float(max(values) + 1)  # all are poor, so the severity must fall too
    old, new = measures(numbers(values), weights, line), measures(numbers(after), weights, line)
    for name in ("gini", "mean_log_deviation", "severity", "watts"):
        before, now = old.as_dict()[name], new.as_dict()[name]
        assert before is not None and now is not None and now < before, name


def test_the_same_seed_gives_the_same_errors_and_they_are_near_the_known_one() -> None:
    drawing = np.random.default_rng(7)
    welfare = drawing.exponential(100, 2000)
    weights = np.ones(2000)
    found = standard_errors({"a": welfare, "b": welfare + 1}, weights, 50, seed=3, replicates=200)
    assert found == standard_errors({"a": welfare, "b": welfare + 1}, weights, 50, seed=3, replicates=200)
    assert found != standard_errors({"a": welfare, "b": welfare + 1}, weights, 50, seed=4, replicates=200)
    mean, headcount = found["a"]["mean"], found["a"]["headcount"]
    share = float((welfare < 50).mean())
    assert mean == pytest.approx(float(welfare.std(ddof=1)) / math.sqrt(2000), rel=0.2)
    assert headcount == pytest.approx(math.sqrt(share * (1 - share) / 2000), rel=0.2)
    # a change that is the same for all has no sampling error at all
    assert found["a-b"]["mean"] == pytest.approx(0, abs=1e-9)
