"""Poverty and inequality of a weighted distribution: FGT, Watts, Gini, mean log deviation, concentration.

Definitions and conventions (the World Bank's, as in its package wbpip): a person is poor whose welfare is strictly below the
line; the line and welfare are in the same money and period. Sources: Foster, Greer and Thorbecke 1984; Watts 1968; Gini in
its covariance form; Kakwani 1980 for concentration. A measure that is not defined gives None, never a guess. Watts and mean log
deviation take a logarithm, which zero has not: who has nothing adds nothing to Watts (so it is a lower bound, as in wbpip) and
is left out of mean log deviation; ``left_out`` says what share that is. wbpip instead counts zero as one unit of money in mean
log deviation, which makes it depend on the currency: ``zero_as=1`` gives its figure.

These are statistics, in floating point like any survey software; no amount of money that is paid comes from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]
_MEASURES: Final = (
    "mean", "headcount", "gap", "severity", "watts", "gini", "mean_log_deviation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of one distribution. Shares and indices are fractions of one; ``mean`` is in the money of the data.

    ``headcount``, ``gap``, ``severity``: FGT of order 0, 1 and 2. ``left_out``: share of persons whose welfare is zero or less.
    """

    mean: float | None
    headcount: float | None
    gap: float | None
    severity: float | None
    watts: float | None
    gini: float | None
    mean_log_deviation: float | None
    left_out: float | None

    def as_dict(self) -> dict[str, float | None]:
        """The measures by name."""
        return {name: getattr(self, name) for name in (*_MEASURES, "left_out")}


@dataclass(frozen=True, slots=True)
class Concentration:
    """How a benefit lies over persons ordered from poorest to richest.

    ``index``: from -1 (all to the poorest) over 0 (the same to each) to 1 (all to the richest); None where nothing is paid.
    ``curve``: points (share of persons from the poorest, share of the benefit they hold), from (0, 0) to (1, 1).
    """

    index: float | None
    curve: tuple[tuple[float, float], ...]


def fgt(welfare: Numbers, weights: Numbers, line: float, order: int) -> float | None:
    """Foster-Greer-Thorbecke: the weighted mean of ((line - welfare) / line)^order over the poor. ``line`` is above zero."""
    total = float(weights.sum())
    if not total or line <= 0:
        return None
    poor = welfare < line
    gaps = np.where(poor, (line - welfare) / line, 0.0)
    return float((weights * np.where(poor, gaps**order, 0.0)).sum()) / total


def watts(welfare: Numbers, weights: Numbers, line: float) -> float | None:
    """The Watts index: the weighted mean over all persons of ln(line / welfare) of the poor who have anything."""
    there = welfare > 0
    total = float(weights.sum())
    if not total or line <= 0:
        return None
    some = welfare[there]
    gaps = np.where(some < line, np.log(line / some), 0.0)
    return float((weights[there] * gaps).sum()) / total


def gini(welfare: Numbers, weights: Numbers) -> float | None:
    """The Gini index; None where the total is not above zero or welfare is below zero anywhere (it has no bounds then)."""
    if len(welfare) == 0 or float(welfare.min()) < 0:
        return None
    return _index(welfare, welfare, weights)


def mean_log_deviation(welfare: Numbers, weights: Numbers, *, zero_as: float | None = None) -> float | None:
    """Mean log deviation: the weighted mean of ln(mean / welfare), among those with welfare above zero.

    ``zero_as``: count zero as this much instead (the mean stays that of the data), as some packages do.
    """
    if zero_as is not None and len(welfare):
        mean = float((weights * welfare).sum() / weights.sum())
        return float((weights * np.log(mean / np.where(welfare > 0, welfare, zero_as))).sum() / weights.sum())
    there = welfare > 0
    total = float(weights[there].sum())
    if not total:
        return None
    some, share = welfare[there], weights[there] / total
    mean = float((share * some).sum())
    # By way of the mean of logarithms; what is not exactly nothing for equal welfare is a last digit.
    return max(0.0, float(np.log(mean) - (share * np.log(some)).sum()))


def concentration(benefit: Numbers, welfare: Numbers, weights: Numbers, points: int = 10) -> Concentration:
    """How ``benefit`` lies over persons ordered by ``welfare``; those with equal welfare share a place."""
    held, counted = _grouped(benefit, welfare, weights)
    paid, people = float(held.sum()), float(counted.sum())
    steps = np.linspace(0, 1, points + 1)
    if not people or paid <= 0:
        return Concentration(None, ())
    x = np.concatenate([[0.0], np.cumsum(counted) / people])
    y = np.concatenate([[0.0], np.cumsum(held) / paid])
    curve = tuple((round(float(step), 10), float(np.interp(step, x, y))) for step in steps)
    return Concentration(_index(benefit, welfare, weights), curve)


def measures(welfare: Numbers, weights: Numbers, line: float | None) -> Measures:
    """Every measure of a distribution; poverty only where a ``line`` is given. Weights are those of persons."""
    total = float(weights.sum())
    if not total:
        return Measures(None, None, None, None, None, None, None, None)
    poverty = [None, None, None, None] if line is None else [*(fgt(welfare, weights, line, n) for n in (0, 1, 2))]
    return Measures(
        float((welfare * weights).sum()) / total,
        poverty[0],
        poverty[1],
        poverty[2],
        None if line is None else watts(welfare, weights, line),
        gini(welfare, weights),
        mean_log_deviation(welfare, weights),
        float(weights[welfare <= 0].sum()) / total,
    )


def median(welfare: Numbers, weights: Numbers) -> float | None:
    """The weighted median: the least welfare at or below which at least half of the persons are."""
    if not len(welfare) or not float(weights.sum()):
        return None
    order = np.argsort(welfare, kind="stable")
    reached = np.cumsum(weights[order])
    return float(welfare[order][int(np.searchsorted(reached, reached[-1] / 2))])


def standard_errors(
    welfares: dict[str, Numbers], weights: Numbers, line: float | None, *, seed: int, replicates: int = 200
) -> dict[str, dict[str, float | None]]:
    """Standard errors of the measures of each of ``welfares`` and, under ``"a-b"``, of the change from ``a`` to ``b``.

    A bootstrap of whole rows (one row is one household with all its persons), drawn with replacement by a generator begun
    with ``seed``: the same seed gives the same errors. The draw takes each row as drawn on its own; a survey with strata and
    clusters has larger errors than these.
    """
    drawing = np.random.default_rng(seed)
    count = len(weights)
    names = list(welfares)
    found: dict[str, list[Measures]] = {name: [] for name in names}
    for _ in range(replicates):
        drawn = weights * np.bincount(drawing.integers(0, count, count), minlength=count)
        for name in names:
            found[name].append(measures(welfares[name], drawn, line))
    errors = {name: _spread([each.as_dict() for each in found[name]]) for name in names}
    for first, second in pairwise(names):
        pairs = zip(found[first], found[second], strict=True)
        errors[f"{first}-{second}"] = _spread([_minus(b.as_dict(), a.as_dict()) for a, b in pairs])
    return errors


def _minus(after: dict[str, float | None], before: dict[str, float | None]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for name, value in after.items():
        earlier = before[name]
        found[name] = None if value is None or earlier is None else value - earlier
    return found


def _spread(drawn: list[dict[str, float | None]]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for name in drawn[0]:
        values = [each[name] for each in drawn]
        known = [value for value in values if value is not None]
        found[name] = float(np.std(known, ddof=1)) if len(known) == len(values) and len(known) > 1 else None
    return found


def _grouped(held: Numbers, by: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
    """What is held, and how many persons there are, at each value of ``by`` from the lowest."""
    _, place = np.unique(by, return_inverse=True)
    return (
        np.bincount(place, weights=held * weights).astype(np.float64),
        np.bincount(place, weights=weights).astype(np.float64),
    )


def _index(held: Numbers, by: Numbers, weights: Numbers) -> float | None:
    """One minus twice the area under the curve of ``held`` over persons ordered ``by``: Gini, or concentration."""
    amounts, people = _grouped(held, by, weights)
    paid, total = float(amounts.sum()), float(people.sum())
    if paid <= 0 or not total:
        return None
    reached = np.cumsum(amounts)
    before = reached - amounts
    return 1.0 - float((people * (reached + before)).sum()) / (total * paid)
