"""Syntax tree → typed tree: names, types and units are settled here, before anything runs."""

from __future__ import annotations

from mazdoor.kernel.numbers import MOST_ROWS, Shape, negative_shape, product_shape, shape_of, sum_shape
from mazdoor.rules.language import calls, syntax, typed
from mazdoor.rules.language.basics import DAY, YES_NO, Meaning, Quotient, common_type, fits, number_type
from mazdoor.rules.language.names import Names, not_a_scale
from mazdoor.rules.language.parser import parse
from mazdoor.rules.language.units import PLAIN, Unit
from mazdoor.rules.model import Parameter
from mazdoor.rules.problems import Mistake, did_you_mean


def check_formula(text: str, entity: str, names: Names) -> typed.Expression:
    """The typed tree of ``text`` as a formula of ``entity``. Raises :class:`Mistake`."""
    tree = parse(text)
    return Checker(entity, names).value(tree)


class Checker:
    """Checks formulas of one entity."""

    def __init__(self, entity: str, names: Names) -> None:
        self.entity, self.names = entity, names

    def value(self, node: syntax.Node) -> typed.Expression:
        """The meaning of ``node`` where a finished value is needed: a bare division is refused here."""
        meaning = self.meaning(node)
        if isinstance(meaning, Quotient):
            raise Mistake(
                "rounding-missing",
                "a division states its rounding",
                offset=node.offset,
                repair="write rounded(x / y, 2, half_up): places, then one of " + calls.ROUNDINGS,
            )
        return meaning

    def yes_no(self, node: syntax.Node, where: str) -> typed.Expression:
        """The meaning of ``node`` where yes or no is needed."""
        found = self.value(node)
        if not isinstance(found.type, typed.YesNo):
            raise Mistake(
                "type-wrong",
                f"{where} is yes or no, and this is {found.type}",
                offset=node.offset,
                repair="compare it with something" if isinstance(found.type, typed.Number) else "",
            )
        return found

    def meaning(self, node: syntax.Node) -> Meaning:
        """The meaning of ``node``, which may still owe a rounding."""
        match node:
            case syntax.NumberText():
                return self.number(node)
            case syntax.DateText(value=day):
                return typed.Literal(DAY, day)
            case syntax.TextText(value=text):
                return typed.Literal(typed.Text(), text)
            case syntax.YesNoText(value=yes):
                return typed.Literal(YES_NO, yes)
            case syntax.NameText():
                return self.names.resolve(self.entity, node)
            case syntax.LookUp():
                return self.look_up(node)
            case syntax.Call():
                return calls.call(self, node)
            case syntax.Gather():
                return self.gather(node)
            case syntax.Unary():
                return self.unary(node)
            case syntax.Binary(sign="and") | syntax.Binary(sign="or"):
                return self.logic(node)
            case syntax.Binary(sign="+") | syntax.Binary(sign="-") | syntax.Binary(sign="*") | syntax.Binary(sign="/"):
                return self.arithmetic(node)
            case syntax.Binary():
                return self.comparison(node)
            case syntax.Choice():
                return self.choice(node)
            case syntax.Among():
                return self.among(node)
            case syntax.Unknown(operand=operand, negated=negated):
                unknown = typed.IsUnknown(YES_NO, self.value(operand))
                return typed.Not(YES_NO, unknown) if negated else unknown
        raise Mistake("formula-broken", "this cannot be read", offset=node.offset)

    # --- the parts

    def number(self, node: syntax.NumberText) -> typed.Literal:
        shape = fits(lambda: shape_of(node.value), node.offset)
        return typed.Literal(typed.Number(Unit.of(node.unit), shape), node.value)

    def unary(self, node: syntax.Unary) -> Meaning:
        if node.sign == "not":
            return typed.Not(YES_NO, self.yes_no(node.operand, 'what follows "not"'))
        inner = self.meaning(node.operand)
        if isinstance(inner, Quotient):
            return Quotient(self.negative(inner.numerator, node.offset), inner.denominator)
        return self.negative(inner, node.offset)

    def negative(self, operand: typed.Expression, offset: int) -> typed.Negative:
        kind = number_type(operand, offset, '"-"')
        return typed.Negative(typed.Number(kind.unit, negative_shape(kind.shape)), operand)

    def logic(self, node: syntax.Binary) -> typed.Expression:
        operands: list[typed.Expression] = []
        for side in (node.left, node.right):
            operands.append(self.yes_no(side, f'each side of "{node.sign}"'))
        return (typed.Both if node.sign == "and" else typed.Either)(YES_NO, tuple(operands))

    def arithmetic(self, node: syntax.Binary) -> Meaning:
        left, right = self.meaning(node.left), self.meaning(node.right)
        if node.sign == "*":
            return self.times(left, right, node.offset)
        if node.sign == "/":
            if isinstance(right, Quotient):
                raise Mistake(
                    "rounding-missing",
                    "the divisor is itself a division",
                    offset=node.right.offset,
                    repair="round the divisor first",
                )
            if isinstance(left, Quotient):
                return Quotient(left.numerator, self.product(left.denominator, right, node.offset))
            number_type(left, node.left.offset, '"/"')
            number_type(right, node.right.offset, '"/"')
            return Quotient(left, right)
        if isinstance(left, Quotient) or isinstance(right, Quotient):
            return self.plus_quotient(left, right, node)
        return self.plus(left, right, node.sign, node.offset)

    def times(self, left: Meaning, right: Meaning, offset: int) -> Meaning:
        if isinstance(left, Quotient) and isinstance(right, Quotient):
            return Quotient(
                self.product(left.numerator, right.numerator, offset),
                self.product(left.denominator, right.denominator, offset),
            )
        if isinstance(left, Quotient):
            assert not isinstance(right, Quotient)
            return Quotient(self.product(left.numerator, right, offset), left.denominator)
        if isinstance(right, Quotient):
            return Quotient(self.product(left, right.numerator, offset), right.denominator)
        return self.product(left, right, offset)

    def product(self, left: typed.Expression, right: typed.Expression, offset: int) -> typed.Expression:
        one, other = number_type(left, offset, '"*"'), number_type(right, offset, '"*"')
        shape = fits(lambda: product_shape(one.shape, other.shape), offset)
        return typed.Arithmetic(typed.Number(one.unit.times(other.unit), shape), "*", left, right)

    def plus_quotient(self, left: Meaning, right: Meaning, node: syntax.Binary) -> Quotient:
        if isinstance(left, Quotient) and isinstance(right, Quotient):
            raise Mistake(
                "rounding-missing",
                "two divisions are added before either is rounded",
                offset=node.offset,
                repair="round each of them, or bring them over one divisor",
            )
        if isinstance(left, Quotient):
            assert not isinstance(right, Quotient)
            over = self.product(right, left.denominator, node.offset)
            return Quotient(self.plus(left.numerator, over, node.sign, node.offset), left.denominator)
        assert isinstance(right, Quotient) and not isinstance(left, Quotient)
        over = self.product(left, right.denominator, node.offset)
        return Quotient(self.plus(over, right.numerator, node.sign, node.offset), right.denominator)

    def plus(self, left: typed.Expression, right: typed.Expression, sign: str, offset: int) -> typed.Expression:
        for side in (left, right):
            if isinstance(side.type, typed.Day):
                raise Mistake(
                    "type-wrong",
                    f'"{sign}" does not work on dates',
                    offset=offset,
                    repair="use add_years, add_months, add_days or days_between",
                )
            number_type(side, offset, f'"{sign}"')
        left, right = self.alike(left, right, offset, f'"{sign}"')
        one, other = number_type(left, offset, sign), number_type(right, offset, sign)
        second = other.shape if sign == "+" else negative_shape(other.shape)
        shape = fits(lambda: sum_shape(one.shape, second), offset)
        return typed.Arithmetic(typed.Number(one.unit, shape), sign, left, right)

    def comparison(self, node: syntax.Binary) -> typed.Expression:
        left, right = self.value(node.left), self.value(node.right)
        left, right = self.alike(left, right, node.offset, f'"{node.sign}"')
        if node.sign not in ("=", "<>") and isinstance(left.type, typed.Text | typed.YesNo):
            raise Mistake(
                "type-wrong",
                f'"{node.sign}" compares numbers and dates, and this is {left.type}',
                offset=node.offset,
                repair='use "=" or "in"',
            )
        return typed.Compared(YES_NO, node.sign, left, right)

    def alike(
        self, left: typed.Expression, right: typed.Expression, offset: int, doing: str
    ) -> tuple[typed.Expression, typed.Expression]:
        """Both sides with one type: a bare 0 takes the other side's unit, a code must be one of the field's."""
        one, other = left.type, right.type
        if isinstance(one, typed.Number) and isinstance(other, typed.Number):
            if one.unit != other.unit:
                if isinstance(left, typed.Literal) and is_zero(left):
                    return typed.Literal(typed.Number(other.unit, one.shape), left.value), right
                if isinstance(right, typed.Literal) and is_zero(right):
                    return left, typed.Literal(typed.Number(one.unit, other.shape), right.value)
                raise Mistake(
                    "unit-mismatch",
                    f"{doing} brings together {one.unit} and {other.unit}",
                    offset=offset,
                    repair=_unit_repair(left, right, one.unit, other.unit),
                )
            return left, right
        if type(one) is not type(other):
            raise Mistake("type-mismatch", f"{doing} brings together {one} and {other}", offset=offset)
        if isinstance(one, typed.Text) and isinstance(other, typed.Text):
            check_code(left, other, offset)
            check_code(right, one, offset)
        return left, right

    def choice(self, node: syntax.Choice) -> typed.Expression:
        condition = self.yes_no(node.condition, 'what follows "if"')
        yes, no = self.alike(self.value(node.yes), self.value(node.no), node.offset, '"if … then … else"')
        return typed.Chosen(common_type((yes, no)), condition, yes, no)

    def among(self, node: syntax.Among) -> typed.Expression:
        subject = self.value(node.subject)
        members: list[typed.Literal] = []
        for member in node.members:
            found = self.value(member)
            if not isinstance(found, typed.Literal):
                raise Mistake(
                    "literal-expected",
                    '"in" takes a list of written values',
                    offset=member.offset,
                    repair="write x = y or x = z",
                )
            _, found = self.alike(subject, found, member.offset, '"in"')
            assert isinstance(found, typed.Literal)
            members.append(found)
        inside = typed.Member(YES_NO, subject, tuple(members))
        return typed.Not(YES_NO, inside) if node.negated else inside

    def look_up(self, node: syntax.LookUp) -> typed.Expression:
        parameter = self.names.parameter(node)
        not_a_scale(parameter, node.offset)
        keys, on = self.keys_and_date(node, parameter)
        return typed.Dated(parameter.type, parameter.id, keys, on)

    def keys_and_date(
        self, node: syntax.LookUp, parameter: Parameter
    ) -> tuple[tuple[typed.Expression, ...], typed.Expression | None]:
        """The keys and the date by which ``parameter`` is looked up."""
        if len(node.keys) != len(parameter.keys):
            raise Mistake(
                "keys-wrong",
                f'"{node.name}" is looked up by {len(parameter.keys)} key(s), not {len(node.keys)}',
                offset=node.offset,
                repair=f"write {node.name}[{', '.join(parameter.keys)}]" if parameter.keys else "",
            )
        keys = tuple(self.value(key) for key in node.keys)
        for index, (key, written) in enumerate(zip(keys, node.keys, strict=True)):
            known = tuple(sorted({each.key[index] for each in parameter.values}))
            if isinstance(key.type, typed.Number) and not key.type.shape.scale and all(map(is_whole, known)):
                continue  # a table by age, months, …: its keys are whole numbers
            if not isinstance(key.type, typed.Text):
                raise Mistake("type-wrong", f"a key is a code, and this is {key.type}", offset=written.offset)
            check_code(key, typed.Text(known), written.offset)
        on = None if node.on is None else self.value(node.on)
        if on is not None and not isinstance(on.type, typed.Day):
            raise Mistake("type-wrong", f'a date follows "at", and this is {on.type}', offset=node.offset)
        return keys, on

    def gather(self, node: syntax.Gather) -> typed.Expression:
        owner, collection = self.names.collection(self.entity, node.collection)
        inside = Checker(collection.entity, self.names)
        predicate = None if node.predicate is None else inside.yes_no(node.predicate, 'what follows "where"')
        wants_value = node.kind in ("sum", "min", "max")
        if wants_value and node.value is None:
            raise Mistake(
                "value-missing",
                f'"{node.kind}" needs to know of what',
                offset=node.offset,
                repair=f"write {node.kind}(amount over {collection.name})",
            )
        if not wants_value and node.value is not None:
            raise Mistake(
                "value-unwanted",
                f'"{node.kind}" counts rows, not values',
                offset=node.offset,
                repair=f"write {node.kind}({collection.name} where …)",
            )
        if node.kind in ("any", "all") and predicate is None:
            raise Mistake(
                "predicate-missing",
                f'"{node.kind}" needs a condition',
                offset=node.offset,
                repair=f"write {node.kind}({collection.name} where …)",
            )
        value = None if node.value is None else inside.value(node.value)
        result: typed.Type = YES_NO
        if node.kind == "count":
            result = typed.Number(PLAIN, Shape(0, MOST_ROWS, 0))
        elif node.kind == "sum":
            assert value is not None
            each = number_type(value, node.offset, '"sum"')
            shape = fits(each.shape.times_rows, node.offset)
            result = typed.Number(each.unit, shape)
        elif value is not None:
            if not isinstance(value.type, typed.Number | typed.Day):
                raise Mistake(
                    "type-wrong",
                    f'"{node.kind}" orders numbers and dates, and this is {value.type}',
                    offset=node.offset,
                )
            result = value.type
        return typed.Gathered(result, node.kind, owner, collection.name, collection.entity, value, predicate)


def is_whole(key: str) -> bool:
    """Whether a key of a table is a whole number."""
    return key.removeprefix("-").isdecimal()


def is_zero(expression: typed.Expression) -> bool:
    """Whether this is a written 0 without a unit, which fits beside any unit."""
    return (
        isinstance(expression, typed.Literal)
        and isinstance(expression.type, typed.Number)
        and expression.type.unit == PLAIN
        and expression.value == 0
    )


def check_code(expression: typed.Expression, beside: typed.Text, offset: int) -> None:
    """A written code that the field beside it can never hold is a mistake."""
    if isinstance(expression, typed.Literal) and beside.one_of and expression.value not in beside.one_of:
        raise Mistake(
            "code-unknown",
            f'"{expression.value}" is not one of its codes',
            offset=offset,
            repair=did_you_mean(str(expression.value), beside.one_of) or "codes are " + ", ".join(beside.one_of[:12]),
        )


def _unit_repair(left: typed.Expression, right: typed.Expression, one: Unit, other: Unit) -> str:
    for side, unit in ((left, other), (right, one)):
        if isinstance(side, typed.Literal) and isinstance(side.type, typed.Number) and side.type.unit == PLAIN:
            amount = side.value
            money = unit.currency
            sign = "Rs" if money == "PKR" else money
            shown, per = f"{sign} {amount}" if money else f"{amount} {unit}", str(unit).partition("/")[2]
            return f"did you mean {shown}" + (f" per {per}" if per and money else "") + "?"
    return "convert one of them first, for example by multiplying with 26 days per month"
