"""How wrong a sample may leave us: the exact upper bound of Clopper and Pearson (Biometrika 26, 1934)."""

from __future__ import annotations

import math


def upper_bound(*, wrong: int, sample: int, confidence: float) -> float:
    """The largest share of wrong ones under which a sample of this size would still hold so few with a probability of more
    than ``1 - confidence``. One-sided and exact: computed from the binomial distribution, not from a normal one.

    Where the sample was drawn without replacement from a finite lot the true bound is lower: this one errs on the safe
    side. Raises ValueError for numbers that cannot be.
    """
    if not 0 <= wrong <= sample or sample < 1 or not 0 < confidence < 1:
        raise ValueError(f"no bound on {wrong} of {sample} at {confidence}")
    if wrong == sample:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(200):  # halving 200 times leaves less than a double can tell apart
        middle = (low + high) / 2
        if at_most(wrong, sample, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def at_most(wrong: int, sample: int, share: float) -> float:
    """The probability of at most ``wrong`` among ``sample`` where each is wrong with probability ``share``."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return 1.0 if wrong >= sample else 0.0
    every = math.lgamma(sample + 1)
    return math.fsum(
        math.exp(
            every
            - math.lgamma(number + 1)
            - math.lgamma(sample - number + 1)
            + number * math.log(share)
            + (sample - number) * math.log1p(-share)
        )
        for number in range(wrong + 1)
    )
