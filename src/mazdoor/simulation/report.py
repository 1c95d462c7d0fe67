"""What a simulation says: plain values, with what they rest on and what they cannot show. Person-free throughout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mazdoor.kernel.refusals import Words
from mazdoor.simulation.comparing import Line
from mazdoor.simulation.measures import Concentration, Measures
from mazdoor.simulation.study import Welfare


@dataclass(frozen=True, slots=True)
class PayerCost:
    """What one payer bears of a year's cost, in rupees. An empty title: the programme does not say who pays."""

    title: Words
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class YearCost:
    """One year of cost (rupees): the rules on its first day, ``cycles`` times. A benefit paid once is paid in the first year."""

    starts: date
    cycles: int
    eligible_before: Decimal
    eligible_after: Decimal
    before: Decimal
    after: Decimal
    by_payer: tuple[PayerCost, ...]

    @property
    def change(self) -> Decimal:
        """What the reform adds to the year's cost."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Distribution:
    """Welfare a head and month (rupees) without the programme, with the law as it stands, and with the reform.

    ``errors``: standard errors by the same names, and of the changes under ``before-after``; empty where nothing was sampled.
    """

    line: Decimal | None
    line_basis: str
    without: Measures
    before: Measures
    after: Measures
    errors: Mapping[str, Mapping[str, float | None]]
    concentration_before: Concentration
    concentration_after: Concentration


@dataclass(frozen=True, slots=True)
class Reach:
    """How a benefit meets a benchmark. ``leakage``: share of the reached outside it; ``leaked_cost``: share of the money;
    ``undercoverage``: share of the benchmark not reached. Fractions; None where there is nothing to divide by."""

    reached: Decimal
    reached_inside: Decimal
    leakage: float | None
    leaked_cost: float | None
    undercoverage: float | None


@dataclass(frozen=True, slots=True)
class Targeting:
    """Who should be reached, as stated (``benchmark``), and who is, before and after. ``unsaid``: units it cannot tell of."""

    benchmark: str
    inside: Decimal
    outside: Decimal
    unsaid: Decimal
    before: Reach
    after: Reach


@dataclass(frozen=True, slots=True)
class Overlap:
    """Households reached by this programme and by another; ``stopped`` says why the other could not be evaluated."""

    programme: str
    title: Words
    reached: Decimal
    both_before: Decimal
    both_after: Decimal
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class Adequacy:
    """The benefit of one cycle against what it is to suffice for (rupees; shares are fractions of one).

    ``share_of_wage``: mean over the eligible of benefit by one month's minimum wage of their province; ``at_wage``: eligible
    at or above it. ``below_floor``: eligible below the stated ``floor``. None: nothing to set it against.
    """

    side: str
    eligible: Decimal
    mean: Decimal | None
    least: Decimal | None
    most: Decimal | None
    share_of_wage: float | None
    at_wage: Decimal | None
    floor: Decimal | None
    below_floor: Decimal | None


@dataclass(frozen=True, slots=True)
class Budget:
    """The threshold that meets a budget (rupees a year): ordered by what, up to where, whom it reaches, what it costs.

    ``met`` is false where even the first group, or the smallest value tried, costs more. ``unordered``: eligible units for
    whom the order says nothing; they are not inside.
    """

    budget: Decimal
    ordered_by: str
    met: bool
    threshold: str | None
    reached: Decimal
    cost: Decimal
    of_eligible: Decimal
    unordered: Decimal
    tried: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence that belongs to the figures: what they rest on, or what they cannot show."""

    code: str
    words: Words


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a simulation found. ``seconds`` and the hashes let it be repeated and compared."""

    programme: str
    programme_title: Words
    reform: str
    reform_title: Words
    against: str
    unit: str
    cycle: str
    at: date
    known_at: datetime | date | None
    areas: tuple[str, ...]
    rule_before: str
    rule_after: str
    synthetic: bool
    welfare: Welfare
    total: Line
    by: Mapping[str, tuple[Line, ...]]
    errors: Mapping[str, float]
    years: tuple[YearCost, ...]
    distribution: Distribution | None
    targeting: Targeting | None
    overlaps: tuple[Overlap, ...]
    adequacy: tuple[Adequacy, ...]
    budget: Budget | None
    said: tuple[Said, ...]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """The report as plain JSON values: money and counts as exact text, shares as numbers."""
        found: dict[str, Any] = _plain(self)
        return found


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Fraction | date | datetime):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        plain = {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        for name in ("change", "cost_change"):
            if hasattr(type(value), name):
                plain[name] = _plain(getattr(value, name))
        return plain
    return value
