"""Money is whole paisa; every rounding is named; nothing is lost when an amount is shared."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazdoor.kernel.money import LARGEST_PAISA, Rounding, format_rupees, share_out, to_paisa, to_rupees


@pytest.mark.parametrize(
    ("rupees", "rounding", "paisa"),
    [
        ("961.535", Rounding.HALF_UP, 96154),
        ("961.535", Rounding.DOWN, 96153),
        ("961.531", Rounding.UP, 96154),
        ("0.125", Rounding.HALF_EVEN, 12),
        ("0.135", Rounding.HALF_EVEN, 14),
        ("-0.125", Rounding.HALF_UP, -13),
        ("-0.129", Rounding.DOWN, -12),
        ("203000000000.00", Rounding.DOWN, 20_300_000_000_000),  # all of Ehsaas Emergency Cash fits
    ],
)
def test_rupees_become_paisa_by_the_rounding_that_is_named(rupees: str, rounding: Rounding, paisa: int) -> None:
    assert to_paisa(Decimal(rupees), rounding=rounding) == paisa


def test_a_float_is_never_money() -> None:
    with pytest.raises(TypeError):
        to_paisa(12.5, rounding=Rounding.HALF_UP)  # type: ignore[arg-type]


def test_an_amount_beyond_the_column_is_refused_not_wrapped() -> None:
    assert to_paisa(Decimal(LARGEST_PAISA) / 100, rounding=Rounding.DOWN) == LARGEST_PAISA
    with pytest.raises(OverflowError):
        to_paisa(Decimal(LARGEST_PAISA + 1) / 100, rounding=Rounding.DOWN)


@given(st.integers(-(10**16), 10**16))
def test_paisa_to_rupees_and_back_is_exact(paisa: int) -> None:
    assert to_paisa(to_rupees(paisa), rounding=Rounding.DOWN) == paisa


@given(st.integers(0, 10**15), st.integers(1, 500))
def test_shares_add_up_and_differ_by_at_most_one_paisa(total: int, parts: int) -> None:
    shares = share_out(total, parts=parts)
    assert sum(shares) == total
    assert len(shares) == parts
    assert max(shares) - min(shares) <= 1


@pytest.mark.parametrize(
    ("paisa", "text"),
    [(1234567, "Rs 12,345.67"), (1200000, "Rs 12,000"), (5, "Rs 0.05"), (-5, "−Rs 0.05"), (0, "Rs 0")],
)
def test_amounts_are_written_for_people(paisa: int, text: str) -> None:
    assert format_rupees(paisa) == text
