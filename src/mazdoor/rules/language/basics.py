"""Small parts that the checker of formulas and the checker of calls share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from mazdoor.kernel.numbers import NumberTooLarge, Shape, wider_shape
from mazdoor.rules.language import typed
from mazdoor.rules.language.units import PLAIN
from mazdoor.rules.problems import Mistake

YES_NO = typed.YesNo()
DAY = typed.Day()
ONE = typed.Literal(typed.Number(PLAIN, Shape(1, 1, 0)), Fraction(1))


@dataclass(frozen=True, slots=True)
class Quotient:
    """A division that still owes its rounding. Lives only while a formula is being checked."""

    numerator: typed.Expression
    denominator: typed.Expression


Meaning: TypeAlias = typed.Expression | Quotient


def number_type(expression: typed.Expression, offset: int, doing: str) -> typed.Number:
    """The number type of ``expression``, or a mistake that says what was being done with it."""
    if isinstance(expression.type, typed.Number):
        return expression.type
    raise Mistake("type-wrong", f"{doing} needs a number, and this is {expression.type}", offset=offset)


def fits(make: Callable[[], Shape], offset: int) -> Shape:
    """The shape ``make`` gives, or the refusal of a number that may outgrow the domain."""
    try:
        return make()
    except NumberTooLarge as error:
        raise Mistake("number-too-large", str(error), offset=offset, repair="round its parts first") from None


def common_type(operands: tuple[typed.Expression, ...]) -> typed.Type:
    """The type that holds every operand (all already alike)."""
    found = operands[0].type
    for each in operands[1:]:
        if isinstance(found, typed.Number) and isinstance(each.type, typed.Number):
            found = typed.Number(found.unit, wider_shape(found.shape, each.type.shape))
        elif isinstance(found, typed.Text):
            found = typed.Text()
    return found
