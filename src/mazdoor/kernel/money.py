"""Money as whole paisa.

Inside the system an amount is an ``int`` of paisa (1 rupee = 100 paisa): exact, additive, and too large to overflow in
PostgreSQL's ``bigint`` (92 quadrillion rupees). Rules compute in exact decimals of rupees and are brought to paisa
here, by a rounding that is always named. Nothing is ever a float.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from enum import StrEnum
from typing import Final

PAISA_PER_RUPEE: Final = 100
LARGEST_PAISA: Final = 2**63 - 1
"""The largest amount a column can hold: beyond it we refuse, never wrap."""


class Rounding(StrEnum):
    """The four roundings a law may ask for, by name."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"
    UP = "up"


_DECIMAL_ROUNDING: Final = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.DOWN: ROUND_DOWN,
    Rounding.UP: ROUND_UP,
}


def to_paisa(rupees: Decimal, *, rounding: Rounding) -> int:
    """Whole paisa of an exact amount in rupees.

    Raises ``OverflowError`` beyond :data:`LARGEST_PAISA`, ``TypeError`` for a float.
    """
    if not isinstance(rupees, Decimal):
        raise TypeError("money is a Decimal of rupees or an int of paisa, never a float")
    paisa = int((rupees * PAISA_PER_RUPEE).to_integral_value(rounding=_DECIMAL_ROUNDING[rounding]))
    if abs(paisa) > LARGEST_PAISA:
        raise OverflowError("amount is larger than the system can hold")
    return paisa


def to_rupees(paisa: int) -> Decimal:
    """Exact rupees of an amount in paisa."""
    return Decimal(paisa).scaleb(-2)


def format_rupees(paisa: int, *, symbol: str = "Rs") -> str:
    """``1234567`` paisa as ``Rs 12,345.67``; whole rupees lose the decimals. Western digits in both languages,
    as printed on Pakistani notes and pay slips in Urdu."""
    sign = "−" if paisa < 0 else ""
    rupees, rest = divmod(abs(paisa), PAISA_PER_RUPEE)
    number = f"{rupees:,}" if rest == 0 else f"{rupees:,}.{rest:02d}"
    return f"{sign}{symbol} {number}".strip()


def share_out(total: int, *, parts: int) -> list[int]:
    """Divide ``total`` paisa into ``parts`` that differ by at most one paisa and add up to the total again.

    The first parts carry the odd paisa, so nothing is lost to rounding.
    """
    if parts < 1:
        raise ValueError("an amount is shared among one part or more")
    each, left = divmod(total, parts)
    return [each + (1 if i < left else 0) for i in range(parts)]
