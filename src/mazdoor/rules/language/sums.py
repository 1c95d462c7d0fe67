"""The sums written in cases: ``25000 * 20 / 50`` worked out exactly, so that a reader can redo them.

Rounded where the sum says so, by the reference engine's own rounding.
"""

from __future__ import annotations

from fractions import Fraction

from mazdoor.kernel.numbers import RoundingName
from mazdoor.rules.engines.rounding import round_exactly
from mazdoor.rules.language import syntax
from mazdoor.rules.language.parser import parse
from mazdoor.rules.problems import Mistake


def exact_sum(text: str) -> Fraction:
    """The value of a sum of written numbers. Raises :class:`Mistake` where it is anything else."""
    return _value(parse(text))


def _value(node: syntax.Node) -> Fraction:
    match node:
        case syntax.NumberText(value=value):
            return value
        case syntax.Unary(sign="-", operand=operand):
            return -_value(operand)
        case syntax.Binary(sign="+", left=left, right=right):
            return _value(left) + _value(right)
        case syntax.Binary(sign="-", left=left, right=right):
            return _value(left) - _value(right)
        case syntax.Binary(sign="*", left=left, right=right):
            return _value(left) * _value(right)
        case syntax.Binary(sign="/", left=left, right=right) if _value(right) != 0:
            return _value(left) / _value(right)
        case syntax.Call(
            name="rounded", arguments=(inside, syntax.NumberText(value=places), syntax.NameText(parts=(name,)))
        ):
            if name in set(RoundingName) and places.denominator == 1:
                return round_exactly(_value(inside), int(places), RoundingName(name))
            raise Mistake("rounding-unknown", f'there is no rounding "{name}"', offset=node.offset)
        case _:
            raise Mistake(
                "sum-broken",
                "an expected amount is a sum of written numbers",
                offset=node.offset,
                repair="write it as the law prescribes: 25000 * 20 / 50",
            )
