"""Income with and without a programme: poverty, inequality, concentration, and the errors of sampling."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import numpy as np

from mazdoor.simulation.asking import Question
from mazdoor.simulation.measures import Numbers, concentration, measures, median, standard_errors
from mazdoor.simulation.report import Distribution
from mazdoor.simulation.study import Study

RELATIVE_LINE: Final = 0.6
"""The line where none is given: this share of the median income a head without the programme."""

# One row a household: persons it stands for, income a head and month, and the benefit a head and month of each side (rupees).
_HOUSEHOLDS: Final = """
    SELECT h.persons * h.weight, h.income / 100.0, coalesce(b.before, 0) / h.persons, coalesce(b.after, 0) / h.persons
    FROM homes h LEFT JOIN (
        SELECT household_id, sum(cost_before)::DOUBLE * ? / 12 AS before, sum(cost_after)::DOUBLE * ? / 12 AS after
        FROM sides GROUP BY household_id) b USING (household_id)
    WHERE h.persons > 0 AND h.income IS NOT NULL AND h.weight > 0
    ORDER BY h.household_id
"""


def distribution(study: Study, *, line: Decimal | None, cycles: int, question: Question) -> Distribution | None:
    """Welfare a head without the programme, before and after; a benefit is shared equally in the household.

    None where no household has persons and income.
    """
    found = study.connection.execute(_HOUSEHOLDS, [cycles, cycles]).fetchnumpy()
    columns = [_plain(each) for each in found.values()]
    if not columns or not len(columns[0]):
        return None
    persons, income, before, after = columns
    basis = "stated"
    value = None if line is None else float(line)
    if value is None:
        middle = median(income, persons)
        value = None if not middle else round(RELATIVE_LINE * middle, 2)
        basis = "relative"
    welfares = {"without": income, "before": income + before, "after": income + after}
    errors = {}
    if study.welfare.weighted:
        errors = standard_errors(welfares, persons, value, seed=question.seed, replicates=question.replicates)
    return Distribution(
        None if value is None else Decimal(str(value)),
        basis if value is not None else "none",
        measures(welfares["without"], persons, value),
        measures(welfares["before"], persons, value),
        measures(welfares["after"], persons, value),
        errors,
        concentration(before, income, persons),
        concentration(after, income, persons),
    )


def errors_of_totals(study: Study, question: Question) -> dict[str, float]:
    """Standard errors of the totals over all units (units, and rupees a cycle), by the bootstrap of households."""
    found = study.connection.execute(
        """
        SELECT sum(weight * before::INT)::DOUBLE, sum(weight * after::INT)::DOUBLE,
               sum(weight * (after AND before IS DISTINCT FROM true)::INT)::DOUBLE,
               sum(weight * (before AND after IS NOT DISTINCT FROM false)::INT)::DOUBLE,
               sum(weight * cost_before)::DOUBLE, sum(weight * cost_after)::DOUBLE,
               sum(weight * (cost_after - cost_before))::DOUBLE
        FROM (SELECT * REPLACE (coalesce(before, false) AS before), after FROM
              (SELECT * EXCLUDE (after), coalesce(after, false) AS after FROM sides))
        GROUP BY household_id ORDER BY household_id
        """
    ).fetchnumpy()
    names = ("eligible_before", "eligible_after", "gained", "lost", "cost_before", "cost_after", "cost_change")
    columns = [_plain(each) for each in found.values()]
    count = len(columns[0]) if columns else 0
    if not count:
        return {}
    drawing = np.random.default_rng(question.seed)
    table = np.stack(columns)
    drawn = np.stack(
        [table @ np.bincount(drawing.integers(0, count, count), minlength=count) for _ in range(question.replicates)]
    )
    return {name: float(each) for name, each in zip(names, np.std(drawn, axis=0, ddof=1), strict=True)}


def _plain(column: object) -> Numbers:
    return np.ma.filled(np.ma.asarray(column).astype(np.float64), 0.0)
