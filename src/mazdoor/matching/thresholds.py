"""Where to draw the lines: merge by itself, let an officer look, leave apart. From what each mistake costs.

A pair's weight is the log2 of its odds of being one person, with the size of the register in it (the prior is learnt in
each run). So the costs of a pair that is wrongly merged, wrongly left apart, or looked at give both lines in bits, once for
any size: merge where ``(1 - p) * false_merge < look``, leave where ``p * missed < look``. Fixed lines on weights without
the prior would drift: a register ten times as large holds ten times the namesakes for each person.

Where the officers cannot look at as many, a look is worth more than it costs: its price rises, and both lines move towards
each other, until they can.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Costs:
    """What one mistake costs, in pairs looked at. Opinions to be set by who answers for the register, not measurements.

    ``false_merge``: two people taken for one lose a payment or a pension month until it is undone. ``missed``: one person
    counted and perhaps paid twice. ``look``: an officer's time for one pair.
    """

    false_merge: float = 200.0
    missed: float = 10.0
    look: float = 1.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Bits: pairs at ``upper`` or over are taken for one person, from ``lower`` on somebody looks at them."""

    lower: float
    upper: float


def thresholds(costs: Costs | None = None) -> Thresholds:
    """The lines these costs draw, in bits. Raises ValueError where looking costs more than either mistake."""
    costs = costs or Costs()
    if not 0 < costs.look < min(costs.missed, costs.false_merge):
        raise ValueError("looking at a pair must cost less than either mistake, and something")
    upper = math.log2(costs.false_merge / costs.look - 1)
    lower = -math.log2(costs.missed / costs.look - 1)
    return Thresholds(round(lower, 2), round(max(upper, lower), 2))


@dataclass(frozen=True, slots=True)
class Point:
    """One threshold tried: what is merged at it, rightly and wrongly, and the expected cost of merging nothing below."""

    threshold: float
    pairs: int
    expected_right: float
    expected_cost: float


def cost_curve(weights: Sequence[tuple[float, int]], costs: Costs | None = None) -> list[Point]:
    """Expected cost of one line with nobody looking, at each weight, highest first. ``weights``: (bits, pairs of that weight).

    Only what the model believes goes in, so the curve can be drawn where no truth is known.
    """
    costs = costs or Costs()
    ordered = sorted(weights, reverse=True)
    chances = [(bits, pairs, pairs / (1 + 2.0 ** -max(min(bits, 60.0), -60.0))) for bits, pairs in ordered]
    left = sum(right for _, _, right in chances)
    merged, right_so_far = 0, 0.0
    curve = []
    for bits, pairs, right in chances:
        merged += pairs
        right_so_far += right
        cost = (merged - right_so_far) * costs.false_merge + (left - right_so_far) * costs.missed
        curve.append(Point(bits, merged, right_so_far, cost))
    return curve


def lines_within(weights: Sequence[tuple[float, int]], most_pairs: int, costs: Costs | None = None) -> Thresholds:
    """The lines of these costs, drawn together where more than ``most_pairs`` pairs lie between them.

    What officers cannot look at has to be decided without them one way or the other. The price of a look is raised until
    no more is left between the lines than they can look at: of what waits, the surest go first, at either end.
    ``weights``: (bits, pairs of that weight).
    """
    costs = costs or Costs()
    lines = thresholds(costs)
    if _between(weights, lines) <= most_pairs:
        return lines
    # at the dearest price both lines meet where either mistake costs the same, and nobody looks at anything
    low, high = costs.look, 1 / (1 / costs.false_merge + 1 / costs.missed)
    meeting = round(math.log2(costs.false_merge / costs.missed), 2)
    lines = Thresholds(meeting, meeting)
    for _ in range(30):
        price = (low + high) / 2
        drawn = thresholds(replace(costs, look=price))
        if _between(weights, drawn) <= most_pairs:
            high, lines = price, drawn
        else:
            low = price
    return lines


def _between(weights: Sequence[tuple[float, int]], lines: Thresholds) -> int:
    return sum(pairs for bits, pairs in weights if lines.lower <= bits < lines.upper)
