"""The cost of both sides, year by year and by who pays."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from mazdoor.kernel.refusals import Words
from mazdoor.rules.model import Payer
from mazdoor.simulation.asking import CYCLES, Question
from mazdoor.simulation.comparing import lay_sides, tidy, total_line
from mazdoor.simulation.reforms import Reform
from mazdoor.simulation.report import PayerCost, YearCost
from mazdoor.simulation.sides import Sides
from mazdoor.simulation.study import Study

_UNSAID: Final = Words("", "")


def years(
    study: Study,
    sides: Sides,
    reform: Reform,
    against: Reform | None,
    at: date,
    question: Question,
    law_pays: tuple[Payer, ...],
) -> tuple[YearCost, ...]:
    """Each year from ``at``: the rules on its first day, times the cycles of a year. Leaves the last year in ``sides``."""
    programme = sides.programme
    cycles = CYCLES[programme.cycle]
    count = 1 if programme.cycle == "once" else question.years
    found: list[YearCost] = []
    for number in range(count):
        day = _later(at, number)
        sides.together((against, reform), day)
        lay_sides(study.connection, sides.result(against, day), sides.result(reform, day), folk="folk")
        line = total_line(study.connection)
        before, after = line.cost_before * cycles, line.cost_after * cycles
        payers = _payers(before, after, law_pays, reform.paid_by)
        found.append(
            YearCost(day, cycles, line.eligible_before, line.eligible_after, tidy(before), tidy(after), payers)
        )
    return tuple(found)


def _payers(
    before: Decimal, after: Decimal, law: tuple[Payer, ...], reform: tuple[Payer, ...]
) -> tuple[PayerCost, ...]:
    """A year's cost by who pays: the law's payers, and of what a reform adds those it names (else the law's)."""
    found: list[PayerCost] = []
    if not reform:
        if not law:
            return (PayerCost(_UNSAID, before, after),)
        return tuple(PayerCost(each.title, _share(before, each), _share(after, each)) for each in law)
    for each in law:
        found.append(PayerCost(each.title, _share(before, each), _share(before, each)))
    if not law and before:
        found.append(PayerCost(_UNSAID, before, before))
    found.extend(PayerCost(each.title, Decimal(0), _share(after - before, each)) for each in reform)
    return tuple(found)


def _share(amount: Decimal, payer: Payer) -> Decimal:
    return tidy(amount * payer.percent.numerator / payer.percent.denominator / 100)


def _later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February in a year that has none
        return date(day.year + years, 3, 1)
