"""Units: PKR per month is not PKR per day. A unit is a product of base units, each with a whole power."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BASE_UNITS: Final = ("PKR", "years", "months", "weeks", "days", "hours", "acres", "points", "pieces")
"""What things are counted in. ``PKR`` stands for Pakistan's money; the law of another country names its own."""


def is_currency(word: str) -> bool:
    """Whether ``word`` names a money: three capital letters (ISO 4217), as ``PKR`` or ``INR``."""
    return len(word) == 3 and word.isascii() and word.isalpha() and word.isupper()


_SINGULAR: Final = {
    "year": "years",
    "month": "months",
    "week": "weeks",
    "day": "days",
    "hour": "hours",
    "acre": "acres",
    "point": "points",
    "piece": "pieces",
    "Rs": "PKR",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """``PKR/month`` is ``(("PKR", 1), ("months", -1))``; a plain number has no powers."""

    powers: tuple[tuple[str, int], ...] = ()

    @staticmethod
    def of(text: str) -> Unit:
        """The unit written ``PKR/month``, ``years`` or nothing. Raises ``ValueError`` naming the word not known."""
        powers: dict[str, int] = {}
        if text.strip():
            for index, word in enumerate(text.split("/")):
                base = _SINGULAR.get(word.strip(), word.strip())
                if base == "1" and index == 0:
                    continue
                if not (base in BASE_UNITS or is_currency(base)):
                    raise ValueError(base)
                powers[base] = powers.get(base, 0) + (1 if index == 0 else -1)
        return _unit(powers)

    def times(self, other: Unit) -> Unit:
        """The unit of a product."""
        powers = dict(self.powers)
        for base, power in other.powers:
            powers[base] = powers.get(base, 0) + power
        return _unit(powers)

    def over(self, other: Unit) -> Unit:
        """The unit of a quotient."""
        return self.times(_unit({base: -power for base, power in other.powers}))

    @property
    def currency(self) -> str:
        """The money this is an amount of (``PKR``, ``INR``), or nothing."""
        return next((base for base, power in self.powers if power == 1 and is_currency(base)), "")

    def __str__(self) -> str:
        above = [base for base, power in self.powers for _ in range(power)]
        below = [
            base.removesuffix("s") if base.islower() else base for base, power in self.powers for _ in range(-power)
        ]
        return "/".join(["*".join(above) or ("1" if below else "a plain number"), *below])


def _unit(powers: dict[str, int]) -> Unit:
    return Unit(tuple(sorted((base, power) for base, power in powers.items() if power)))


PLAIN: Final = Unit()
YEARS: Final = Unit.of("years")
MONTHS: Final = Unit.of("months")
DAYS: Final = Unit.of("days")
