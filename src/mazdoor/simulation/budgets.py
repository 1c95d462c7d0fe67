"""A budget and the threshold that meets it. What to order by is a choice of policy, so it is always stated, never assumed.

``order_by`` is either a number or date of the programme's unit (``family_pmt_score``: lowest first; ``-family_pmt_score``: highest
first), taken group by group with equal values together, or ``parameter:NAME=FROM..TO/STEP``: the value of a parameter between
two ends that costs most and still meets the budget.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Final

from mazdoor.rules.language import typed
from mazdoor.rules.model import PolicySet
from mazdoor.rules.problems import did_you_mean
from mazdoor.simulation.asking import SimulationError
from mazdoor.simulation.comparing import tidy
from mazdoor.simulation.matching import names_of
from mazdoor.simulation.reforms import Reform, with_value
from mazdoor.simulation.report import Budget
from mazdoor.simulation.sides import Sides
from mazdoor.simulation.study import Study

_PARAMETER: Final = re.compile(
    r"^parameter:(?P<name>[a-z][a-z0-9_]*)=(?P<start>-?[\d.]+)\.\.(?P<end>-?[\d.]+)/(?P<step>[\d.]+)$"
)
_MOST_STEPS: Final = 4096


def meet(
    study: Study, sides: Sides, reform: Reform, budget: Decimal, order_by: str, *, at: date, cycles: int
) -> Budget:
    """The threshold at which ``reform`` costs at most ``budget`` (rupees a year). Raises :class:`SimulationError`."""
    if not order_by:
        raise SimulationError(
            "a budget needs an order: whom to reach first is a choice of policy. Name a number of the unit (--order-by "
            "family_pmt_score), or a parameter and its ends (--order-by parameter:NAME=0..100/1)"
        )
    if order_by.startswith("parameter:"):
        return _by_parameter(study, sides, reform, budget, order_by, at=at, cycles=cycles)
    return _by_number(study, sides, reform, budget, order_by, at=at, cycles=cycles)


def _by_number(
    study: Study, sides: Sides, reform: Reform, budget: Decimal, order_by: str, *, at: date, cycles: int
) -> Budget:
    name = order_by.lstrip("-")
    descending = order_by.startswith("-")
    policies = _with_result(reform.policy_set, reform.programme, name)
    files = sides.within(reform, sides.run(policies, at, f"ordered-{name}"), at, also=name)
    direction = "DESC" if descending else "ASC"
    rows = study.connection.execute(
        f"""
        SELECT place, sum(weight), sum(weight * amount) FROM
            (SELECT "{name}" AS place, coalesce(amount, 0)::DECIMAL(18,2) AS amount, f.weight
             FROM read_parquet($files) JOIN folk f USING (unit_id) WHERE eligible)
        GROUP BY place ORDER BY place {direction} NULLS LAST
        """,
        {"files": files},
    ).fetchall()
    reached = cost = eligible = unordered = Decimal(0)
    threshold = None
    full = False
    for place, units, amount in rows:
        eligible += Decimal(units)
        if place is None:
            unordered += Decimal(units)
            continue
        more = cost + Decimal(amount) * cycles
        if full or more > budget:
            full = True
            continue
        threshold, cost, reached = str(place), more, reached + Decimal(units)
    met = threshold is not None or not rows
    return Budget(budget, order_by, met, threshold, tidy(reached), tidy(cost), tidy(eligible), tidy(unordered))


def _with_result(policy_set: PolicySet, programme: str, name: str) -> PolicySet:
    """``policy_set`` with one more column among the programme's results."""
    found = policy_set.programmes[programme]
    names = names_of(policy_set)
    unit = policy_set.entities[found.unit]
    if name in unit.fields:
        kind: typed.Type | None = unit.fields[name].type
    elif (unit.id, name) in policy_set.definitions:
        kind = policy_set.definitions[(unit.id, name)].formula.type
    else:
        near = did_you_mean(name, names.of_entity(unit.id))
        raise SimulationError(f'nothing is called "{name}" for a {unit.id}{": " + near if near else ""}')
    if not isinstance(kind, typed.Number | typed.Day):
        raise SimulationError(f'"{name}" is {kind}: order by a number or a date')
    if name in found.results:
        return policy_set
    return replace(
        policy_set, programmes={**policy_set.programmes, programme: replace(found, results=(*found.results, name))}
    )


def _by_parameter(
    study: Study, sides: Sides, reform: Reform, budget: Decimal, order_by: str, *, at: date, cycles: int
) -> Budget:
    said = _PARAMETER.match(order_by)
    if said is None:
        raise SimulationError(
            f'"{order_by}" is not read: write parameter:NAME=FROM..TO/STEP, for example parameter:cut_off=0..100/1'
        )
    name = said["name"]
    start, end, step = (Decimal(said[each]) for each in ("start", "end", "step"))
    if name not in reform.policy_set.parameters:
        raise SimulationError(
            f'there is no parameter "{name}" {did_you_mean(name, reform.policy_set.parameters)}'.strip()
        )
    if step <= 0 or end <= start or (end - start) / step > _MOST_STEPS:
        raise SimulationError(f"the ends and the step of {order_by} make no ladder of at most {_MOST_STEPS} steps")
    steps = int(((end - start) / step).to_integral_value(rounding=ROUND_DOWN))
    tried: dict[int, tuple[Decimal, Decimal]] = {}

    def cost_at(rung: int) -> Decimal:
        if rung not in tried:
            varied = with_value(Path(reform.policy_set.folder), reform, name, start + step * rung)
            files = sides.within(varied, sides.run(varied.policy_set, at, f"{name}-{rung}"), at)
            row = study.connection.execute(
                "SELECT sum(f.weight), sum(f.weight * amount::DECIMAL(18,2)) FROM read_parquet($files) "
                "JOIN folk f USING (unit_id) WHERE eligible",
                {"files": files},
            ).fetchone()
            assert row is not None
            tried[rung] = (Decimal(row[0] or 0), Decimal(row[1] or 0) * cycles)
        return tried[rung][1]

    rising = cost_at(steps) >= cost_at(0)
    low, high = (0, steps) if rising else (steps, 0)  # from the cheap end to the dear one
    if cost_at(low) > budget:
        best = None
    elif cost_at(high) <= budget:
        best = high
    else:
        while abs(high - low) > 1:
            middle = (low + high) // 2
            if cost_at(middle) <= budget:
                low = middle
            else:
                high = middle
        best = low
    rungs = sorted(tried)
    costs = [tried[each][1] for each in rungs]
    if costs != sorted(costs, reverse=not rising):
        raise SimulationError(f"the cost does not move one way with {name}, so no single threshold meets the budget")
    ladder = tuple((f"{tidy(start + step * each):f}", tidy(tried[each][1])) for each in rungs)
    most = max(each[0] for each in tried.values())
    if best is None:
        return Budget(budget, order_by, False, None, Decimal(0), Decimal(0), tidy(most), Decimal(0), ladder)
    reached, cost = tried[best]
    at_value = f"{tidy(start + step * best):f}"
    return Budget(budget, order_by, True, at_value, tidy(reached), tidy(cost), tidy(most), Decimal(0), ladder)
