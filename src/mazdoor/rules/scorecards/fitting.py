"""A scorecard fitted to a survey with a welfare variable: few observable variables, whole points, honest errors.

Weighted least squares of the logarithm of welfare on bins of each variable, chosen forward one at a time by what they add
to the explained variance; then the coefficients become whole points from 0 (poorest) to about 100. A part of the survey
takes no part in the fitting and tells the errors. Arithmetic here is floating point, as statistics are; what comes out are
whole points, and rules stay exact. Nothing of the survey but points, bins and shares leaves this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from mazdoor.rules.problems import did_you_mean

Floats = NDArray[np.float64]

MOST_BINS: Final = 6
"""Bins of a number: an enumerator and an appeal must be able to follow them."""
LEAST_SHARE: Final = 0.02
"""A code seen in fewer households than this share gets no coefficient of its own; it takes the points of the lowest."""


class SurveyError(ValueError):
    """A survey that no scorecard can be fitted to. Names columns and counts, never a household."""


@dataclass(frozen=True, slots=True)
class FittedVariable:
    """One variable with its points: brackets ``(from, points)`` of a number, or points by code."""

    name: str
    brackets: tuple[tuple[float, int], ...] = ()
    codes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Errors:
    """At one share of the population called poor: the cut-off that reaches as many, and who is wrongly in or out.

    ``exclusion``: of the poor by welfare, the share above the cut-off (undercoverage). ``inclusion``: of those up to the
    cut-off, the share that is not poor (leakage).
    """

    share: float
    cutoff: int
    reached: float
    exclusion: float
    inclusion: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted scorecard and what the held-out part says of it."""

    variables: tuple[FittedVariable, ...]
    households: int
    held_out: int
    left_out: int
    explained: float
    rank_correlation: float
    errors: tuple[Errors, ...]
    weighted: bool


def read_survey(path: Path) -> dict[str, list[Any]]:
    """The columns of a survey, one row for each household: ``.csv`` or ``.parquet``."""
    table = pq.read_table(path) if path.suffix == ".parquet" else pa_csv.read_csv(path)
    found: dict[str, list[Any]] = {}
    for name in table.column_names:
        column = table.column(name)
        if pa.types.is_boolean(column.type):
            found[name] = [None if each is None else "yes" if each else "no" for each in column.to_pylist()]
        else:
            found[name] = column.to_pylist()
    return found


def fit_scorecard(
    survey: Mapping[str, Sequence[Any]],
    *,
    welfare: str,
    variables: Sequence[str] = (),
    weight: str | None = None,
    most: int = 10,
    held_out: float = 0.3,
    seed: int = 1,
    shares: Sequence[float] = (0.2, 0.3, 0.4),
) -> Fitted:
    """Fit a scorecard to ``survey`` (column → values of households, None where not known).

    ``welfare``: consumption or income for one person, above 0. ``variables``: the columns that may be chosen (default: all
    others). ``most``: how many are chosen at most. ``held_out``: the share of households that only measures. Rows with
    anything unknown are left out and counted. Raises :class:`SurveyError`.
    """
    names = list(variables) or [name for name in survey if name not in (welfare, weight)]
    for name in [welfare, *names, *([weight] if weight else [])]:
        if name not in survey:
            raise SurveyError(f'the survey has no column "{name}" {did_you_mean(name, survey)}'.strip())
    rows = len(survey[welfare])
    whole = [
        index
        for index in range(rows)
        if all(survey[name][index] is not None and survey[name][index] != "" for name in [welfare, *names])
        and float(survey[welfare][index]) > 0
    ]
    if len(whole) < 200:
        raise SurveyError(f"only {len(whole)} households have every column: too few to fit and to measure")
    generator = np.random.default_rng(seed)
    shuffled = np.array(whole)[generator.permutation(len(whole))]
    cut = int(len(shuffled) * held_out)
    if cut < 50:
        raise SurveyError("the held-out part is too small to measure anything")
    measuring, fitting = shuffled[:cut], shuffled[cut:]
    used = set(whole)
    logs = np.log(np.array([float(survey[welfare][index]) if index in used else 1.0 for index in range(rows)]))
    weights = np.ones(rows) if weight is None else np.array([float(each or 0) for each in survey[weight]])
    bins = {name: _Bins.of([survey[name][index] for index in fitting]) for name in names}
    placed = {name: bins[name].places(survey[name]) for name in names}
    chosen = _choose({name: placed[name][fitting] for name in names}, bins, logs[fitting], weights[fitting], most)
    effects = _effects({name: placed[name][fitting] for name in chosen}, bins, logs[fitting], weights[fitting])
    points = _points(effects)
    score = sum(np.array(points[name])[placed[name]] for name in chosen)
    assert isinstance(score, np.ndarray)
    fit = _slope(score[fitting].astype(float), logs[fitting], weights[fitting])
    predicted = fit[0] + fit[1] * score[measuring]
    return Fitted(
        variables=tuple(bins[name].written(name, points[name]) for name in chosen),
        households=len(fitting),
        held_out=len(measuring),
        left_out=rows - len(whole),
        explained=_explained(logs[measuring], predicted, weights[measuring]),
        rank_correlation=_rank_correlation(logs[measuring], score[measuring].astype(float)),
        errors=tuple(_errors(share, logs[measuring], score[measuring], weights[measuring]) for share in shares),
        weighted=weight is not None,
    )


@dataclass(frozen=True, slots=True)
class _Bins:
    """How one variable is cut: lower edges of a number's bins, or the codes with a bin of their own."""

    edges: tuple[float, ...] = ()
    codes: tuple[str, ...] = ()

    @staticmethod
    def of(values: Sequence[Any]) -> _Bins:
        if all(isinstance(each, int | float) and not isinstance(each, bool) for each in values):
            numbers = np.array(values, dtype=float)
            distinct = np.unique(numbers)
            if len(distinct) > MOST_BINS:
                distinct = np.unique(np.quantile(numbers, np.linspace(0, 1, MOST_BINS + 1)[1:-1], method="lower"))
            # The lowest bin begins at 0 (or below), so that no household falls under the scale.
            above = [float(each) for each in distinct if each > numbers.min()]
            return _Bins(edges=(min(0.0, float(numbers.min())), *above))
        counted: dict[str, int] = {}
        for each in values:
            counted[str(each)] = counted.get(str(each), 0) + 1
        return _Bins(codes=tuple(sorted(counted, key=lambda code: (-counted[code], code))))

    @property
    def size(self) -> int:
        return len(self.edges) or len(self.codes)

    def places(self, values: Sequence[Any]) -> NDArray[np.int64]:
        """The bin of each value (0 where it is not known: such rows are never used)."""
        if self.edges:
            numbers = np.array([0.0 if each is None or each == "" else float(each) for each in values])
            return np.maximum(np.searchsorted(np.array(self.edges), numbers, side="right") - 1, 0).astype(np.int64)
        index = {code: place for place, code in enumerate(self.codes)}
        return np.array([index.get(str(each), 0) for each in values], dtype=np.int64)

    def written(self, name: str, points: Sequence[int]) -> FittedVariable:
        """Bins with their points; neighbouring brackets with the same points become one."""
        if self.edges:
            brackets: list[tuple[float, int]] = []
            for edge, gives in zip(self.edges, points, strict=True):
                if not brackets or brackets[-1][1] != gives:
                    brackets.append((edge, gives))
            return FittedVariable(name, brackets=tuple(brackets))
        return FittedVariable(name, codes=tuple(zip(self.codes, (int(each) for each in points), strict=True)))


def _dummies(placed: Mapping[str, NDArray[np.int64]], bins: Mapping[str, _Bins]) -> Floats:
    """A column of ones and one for each bin but the first of each variable."""
    rows = len(next(iter(placed.values()))) if placed else 0
    columns = [np.ones(rows)]
    for name, places in placed.items():
        columns.extend((places == place).astype(float) for place in range(1, bins[name].size))
    return np.column_stack(columns)


def _solved(design: Floats, logs: Floats, weights: Floats) -> Floats:
    root = np.sqrt(weights)
    return np.asarray(np.linalg.lstsq(design * root[:, None], logs * root, rcond=None)[0], dtype=np.float64)


def _choose(
    placed: Mapping[str, NDArray[np.int64]], bins: Mapping[str, _Bins], logs: Floats, weights: Floats, most: int
) -> list[str]:
    """Variables, each next the one that adds most to the explained variance, while it adds half a percent or more."""
    chosen: list[str] = []
    reached = 0.0
    while len(chosen) < most:
        best, best_name = reached, ""
        for name in placed:
            if name in chosen or bins[name].size < 2:
                continue
            design = _dummies({each: placed[each] for each in [*chosen, name]}, bins)
            explained = _explained(logs, design @ _solved(design, logs, weights), weights)
            if explained > best:
                best, best_name = explained, name
        if not best_name or best - reached < 0.005:
            break
        chosen.append(best_name)
        reached = best
    if not chosen:
        raise SurveyError("no column says anything about welfare")
    return chosen


def _effects(
    placed: Mapping[str, NDArray[np.int64]], bins: Mapping[str, _Bins], logs: Floats, weights: Floats
) -> dict[str, Floats]:
    """The coefficient of each bin, the first of each variable 0. A rare code takes the lowest of its variable."""
    solved = _solved(_dummies(placed, bins), logs, weights)
    effects: dict[str, Floats] = {}
    at = 1
    for name, places in placed.items():
        size = bins[name].size
        effect: Floats = np.concatenate([[0.0], solved[at : at + size - 1]]).astype(np.float64)
        at += size - 1
        if bins[name].codes:
            shares = np.bincount(places, minlength=size) / len(places)
            common = effect[shares >= LEAST_SHARE]
            effect[shares < LEAST_SHARE] = float(common.min()) if len(common) else 0.0
        effects[name] = effect
    return effects


def _points(effects: Mapping[str, Floats]) -> dict[str, list[int]]:
    """Whole points: each variable from 0 on, all together up to about 100."""
    span = sum(float(effect.max() - effect.min()) for effect in effects.values())
    return {
        name: [round(100 * float(each - effect.min()) / span) for each in effect] for name, effect in effects.items()
    }


def _slope(score: Floats, logs: Floats, weights: Floats) -> Floats:
    return _solved(np.column_stack([np.ones(len(score)), score]), logs, weights)


def _explained(logs: Floats, predicted: Floats, weights: Floats) -> float:
    mean = np.average(logs, weights=weights)
    return float(
        1 - np.average((logs - predicted) ** 2, weights=weights) / np.average((logs - mean) ** 2, weights=weights)
    )


def _rank_correlation(one: Floats, other: Floats) -> float:
    """Spearman's, ties by their mean rank."""

    def ranks(values: Floats) -> Floats:
        _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
        ends = np.cumsum(counts)
        return np.asarray((ends - (counts - 1) / 2)[inverse], dtype=float)

    return float(np.corrcoef(ranks(one), ranks(other))[0, 1])


def _errors(share: float, logs: Floats, score: NDArray[Any], weights: Floats) -> Errors:
    """The errors where the poorest ``share`` by welfare is to be reached, at the cut-off that reaches nearest as many."""
    order = np.argsort(logs, kind="stable")
    total = weights.sum()
    poor = np.zeros(len(logs), dtype=bool)
    poor[order[np.cumsum(weights[order]) <= share * total]] = True
    cutoffs = np.unique(score)
    reached = np.array([weights[score <= each].sum() / total for each in cutoffs])
    best = int(np.argmin(np.abs(reached - share)))
    inside = score <= cutoffs[best]
    missed = weights[poor & ~inside].sum() / weights[poor].sum()
    leaked = weights[inside & ~poor].sum() / weights[inside].sum()
    return Errors(share, int(cutoffs[best]), float(reached[best]), float(missed), float(leaked))
