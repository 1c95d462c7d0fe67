"""The numeric domain: how large, how fine, and a refusal instead of an overflow."""

from __future__ import annotations

from fractions import Fraction

import pytest

from mazdoor.kernel.numbers import NumberTooLarge, Shape, product_shape, quotient_shape, shape_of, sum_shape


@pytest.mark.parametrize(("value", "digits", "scale"), [("0", 1, 0), ("12000", 5, 0), ("0.005", 3, 3), ("-2.50", 2, 1)])
def test_the_shape_of_a_written_number_is_the_smallest(value: str, digits: int, scale: int) -> None:
    shape = shape_of(Fraction(value))
    assert (shape.digits, shape.scale) == (digits, scale) and shape.holds(Fraction(value))


def test_a_number_whose_decimals_never_end_is_refused() -> None:
    with pytest.raises(NumberTooLarge):
        shape_of(Fraction(1, 3))


def test_what_a_sum_and_a_product_can_be_is_known_beforehand() -> None:
    money, rate = Shape.of(15, 2), shape_of(Fraction("0.05"))
    assert sum_shape(money, money).high == 2 * (10**15 - 1)
    assert product_shape(money, rate).high == 5 * (10**15 - 1) and product_shape(money, rate).scale == 4


def test_a_number_that_may_outgrow_the_domain_is_refused() -> None:
    Shape.of(37)
    with pytest.raises(NumberTooLarge):
        Shape.of(38)
    with pytest.raises(NumberTooLarge):
        product_shape(Shape.of(19), Shape.of(19))
    with pytest.raises(NumberTooLarge):
        quotient_shape(Shape.of(36), Shape.of(3), 6)


def test_a_value_is_held_only_within_bounds_and_scale() -> None:
    shape = Shape.of(5, 2)
    assert shape.holds(Fraction("999.99")) and shape.holds(Fraction("-999.99"))
    assert not shape.holds(Fraction(1000)) and not shape.holds(Fraction("0.001"))
