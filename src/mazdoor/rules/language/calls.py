"""Calls in a formula: ``rounded``, ``years_in``, ``min``, ``if_unknown``, ``starts_with`` and the functions of dates."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from mazdoor.kernel.numbers import RoundingName, Shape, larger_shape, quotient_shape, smaller_shape
from mazdoor.rules.language import syntax, typed
from mazdoor.rules.language.basics import ONE, Quotient, common_type, fits, number_type
from mazdoor.rules.language.functions import DATE_FUNCTIONS, OTHER_FUNCTIONS
from mazdoor.rules.language.parser import GATHERERS
from mazdoor.rules.language.units import MONTHS, PLAIN, YEARS, Unit
from mazdoor.rules.problems import Mistake, did_you_mean

if TYPE_CHECKING:
    from mazdoor.rules.language.checking import Checker

ROUNDINGS: Final = ", ".join(RoundingName)
_MOST_PLACES: Final = 6
_TWELVE: Final = typed.Literal(typed.Number(PLAIN, Shape(12, 12, 0)), Fraction(12))


def call(checker: Checker, node: syntax.Call) -> typed.Expression:
    """The meaning of a call. Raises :class:`Mistake`."""
    if node.name in DATE_FUNCTIONS:
        return _on_dates(checker, node)
    if node.name == "rounded":
        return _rounded(checker, node)
    if node.name == "years_in":
        return _years_in(checker, node)
    if node.name in ("min", "max"):
        return _extreme(checker, node)
    if node.name == "bracket":
        return _bracket(checker, node)
    if node.name == "if_unknown":
        _count(node, 2, "if_unknown(x, y)")

        first, second = checker.value(node.arguments[0]), checker.value(node.arguments[1])
        first, second = checker.alike(first, second, node.offset, '"if_unknown"')
        return typed.IfUnknown(common_type((first, second)), first, second)
    if node.name == "starts_with":
        _count(node, 2, 'starts_with(area_code, "PK6")')
        subject, prefix = checker.value(node.arguments[0]), checker.value(node.arguments[1])
        if not (
            isinstance(subject.type, typed.Text) and isinstance(prefix, typed.Literal) and isinstance(prefix.value, str)
        ):
            raise Mistake("type-wrong", '"starts_with" takes a code and a written text', offset=node.offset)
        return typed.StartsWith(typed.YesNo(), subject, prefix.value)
    if node.name in GATHERERS:
        raise Mistake(
            "collection-expected",
            f'"{node.name}" runs over one collection',
            offset=node.offset,
            repair=f"write {node.name}(members where …)",
        )
    known = [*DATE_FUNCTIONS, *OTHER_FUNCTIONS, *GATHERERS]
    raise Mistake(
        "function-unknown",
        f'there is no function "{node.name}"',
        offset=node.offset,
        repair=did_you_mean(node.name, known) or "functions are " + ", ".join(sorted(set(known))),
    )


def _bracket(checker: Checker, node: syntax.Call) -> typed.Expression:
    _count(node, 2, "bracket(scale, x)")
    scale = node.arguments[0]
    if isinstance(scale, syntax.NameText) and len(scale.parts) == 1:
        scale = syntax.LookUp(scale.offset, scale.parts[0], (), None)
    if not isinstance(scale, syntax.LookUp):
        raise Mistake(
            "scale-expected",
            '"bracket" takes the name of a scale first',
            offset=node.arguments[0].offset,
            repair="write bracket(scale, x): a scale is a parameter of type: scale",
        )
    parameter = checker.names.parameter(scale)
    if parameter.scale_of is None:
        raise Mistake(
            "scale-expected",
            f'"{parameter.id}" is not a scale',
            offset=scale.offset,
            repair="give it type: scale and brackets, or name it without bracket( )",
        )
    keys, on = checker.keys_and_date(scale, parameter)
    operand = checker.value(node.arguments[1])
    kind = number_type(operand, node.arguments[1].offset, '"bracket"')
    if kind.unit != parameter.scale_of.unit:
        raise Mistake(
            "unit-mismatch",
            f'"{parameter.id}" is a scale of {parameter.scale_of}, and this is {kind}',
            offset=node.arguments[1].offset,
            repair="convert it first, or correct of: in the scale",
        )
    assert isinstance(parameter.type, typed.Number)
    return typed.Bracketed(parameter.type, parameter.id, keys, on, operand)


def _count(node: syntax.Call, wanted: int, example: str) -> None:
    if len(node.arguments) != wanted:
        raise Mistake(
            "arguments-wrong",
            f'"{node.name}" takes {wanted} arguments, not {len(node.arguments)}',
            offset=node.offset,
            repair=f"write {example}",
        )


def _on_dates(checker: Checker, node: syntax.Call) -> typed.Expression:
    function = DATE_FUNCTIONS[node.name]
    _count(node, len(function.arguments), f"{node.name}: {function.meaning}")
    arguments = tuple(checker.value(argument) for argument in node.arguments)
    for argument, wanted, written in zip(arguments, function.arguments, node.arguments, strict=True):
        if isinstance(wanted, typed.Day):
            if not isinstance(argument.type, typed.Day):
                raise Mistake(
                    "type-wrong", f'"{node.name}" takes a date here, and this is {argument.type}', offset=written.offset
                )
            continue
        assert isinstance(wanted, typed.Number)
        if not isinstance(argument.type, typed.Number) or argument.type.unit != wanted.unit:
            raise Mistake(
                "unit-mismatch",
                f'"{node.name}" takes {wanted.unit} here, and this is {argument.type}',
                offset=written.offset,
            )
        if argument.type.shape.scale:
            raise Mistake(
                "type-wrong",
                f'"{node.name}" takes whole {wanted.unit}',
                offset=written.offset,
                repair="round it to 0 places",
            )
    return typed.OnDates(function.result, node.name, arguments)


def _rounding(node: syntax.Node) -> RoundingName:
    if isinstance(node, syntax.NameText) and len(node.parts) == 1:
        name = node.parts[0]
        if name in set(RoundingName):
            return RoundingName(name)
        raise Mistake(
            "rounding-unknown",
            f'there is no rounding "{name}"',
            offset=node.offset,
            repair=did_you_mean(name, RoundingName) or f"roundings are {ROUNDINGS}",
        )
    raise Mistake(
        "rounding-unknown",
        "the name of a rounding is expected",
        offset=node.offset,
        repair=f"roundings are {ROUNDINGS}",
    )


def _rounded(checker: Checker, node: syntax.Call) -> typed.Expression:
    _count(node, 3, "rounded(x / y, 2, half_up)")
    places = node.arguments[1]
    if not (
        isinstance(places, syntax.NumberText)
        and places.value.denominator == 1
        and not places.unit
        and places.value <= _MOST_PLACES
    ):
        raise Mistake(
            "places-wrong", f"decimal places are a whole number from 0 to {_MOST_PLACES}", offset=places.offset
        )

    meaning = checker.meaning(node.arguments[0])
    top, bottom = (meaning.numerator, meaning.denominator) if isinstance(meaning, Quotient) else (meaning, ONE)
    return _divided(top, bottom, int(places.value), _rounding(node.arguments[2]), node.offset)


def _divided(
    top: typed.Expression,
    bottom: typed.Expression,
    places: int,
    rounding: RoundingName,
    offset: int,
    unit: Unit | None = None,
) -> typed.Rounded:

    above, below = number_type(top, offset, "rounding"), number_type(bottom, offset, "rounding")
    shape = fits(lambda: quotient_shape(above.shape, below.shape, places), offset)
    return typed.Rounded(typed.Number(unit or above.unit.over(below.unit), shape), top, bottom, places, rounding)


def _years_in(checker: Checker, node: syntax.Call) -> typed.Expression:
    _count(node, 2, "years_in(insured_months, half_up)")
    months = checker.value(node.arguments[0])
    if not isinstance(months.type, typed.Number) or months.type.unit != MONTHS:
        raise Mistake("unit-mismatch", f'"years_in" takes months, and this is {months.type}', offset=node.offset)
    return _divided(months, _TWELVE, 0, _rounding(node.arguments[1]), node.offset, YEARS)


def _extreme(checker: Checker, node: syntax.Call) -> typed.Expression:

    if len(node.arguments) < 2:
        raise Mistake(
            "arguments-wrong",
            f'"{node.name}" takes two or more values',
            offset=node.offset,
            repair=f"write {node.name}(x, y), or {node.name}(amount over members)",
        )
    operands = [checker.value(argument) for argument in node.arguments]
    for _ in range(2):  # twice, so that a bare 0 in first place takes the unit of what follows
        for index in range(1, len(operands)):
            operands[0], operands[index] = checker.alike(operands[0], operands[index], node.offset, f'"{node.name}"')
    if not isinstance(operands[0].type, typed.Number | typed.Day):
        raise Mistake(
            "type-wrong", f'"{node.name}" orders numbers and dates, and this is {operands[0].type}', offset=node.offset
        )
    result = operands[0].type
    for each in operands[1:]:
        if isinstance(result, typed.Number) and isinstance(each.type, typed.Number):
            narrow = smaller_shape if node.name == "min" else larger_shape
            result = typed.Number(result.unit, narrow(result.shape, each.type.shape))
    return typed.Extreme(result, node.name, tuple(operands))
