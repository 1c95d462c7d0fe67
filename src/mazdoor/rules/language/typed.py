"""The typed tree: what a formula means. This is all that the engines share.

Each node carries its type. Three-valued throughout: a value may be unknown, and each node's docstring says what it makes
of an unknown. Division never appears bare: :class:`Rounded` holds numerator and denominator, so that each engine computes
it on whole numbers and rounds once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from mazdoor.kernel.numbers import RoundingName, Shape
from mazdoor.rules.language.units import Unit


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number in ``unit``, of at most ``shape``."""

    unit: Unit
    shape: Shape

    def __str__(self) -> str:
        return f"a number in {self.unit}" if self.unit.powers else "a plain number"


@dataclass(frozen=True, slots=True)
class YesNo:
    """True, false or unknown."""

    def __str__(self) -> str:
        return "yes or no"


@dataclass(frozen=True, slots=True)
class Text:
    """A code. ``one_of`` lists the codes there are, where there is a list."""

    one_of: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "text"


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar."""

    def __str__(self) -> str:
        return "a date"


Type: TypeAlias = Number | YesNo | Text | Day


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the formula; a number is a ``Fraction``."""

    type: Type
    value: Fraction | str | bool | date


@dataclass(frozen=True, slots=True)
class RunDate:
    """The date the rule is asked for (``at_date``)."""

    type: Day


@dataclass(frozen=True, slots=True)
class Field:
    """A fact of the row, or of a row reached over ``links``. Unknown where the fact or a link is empty."""

    type: Type
    entity: str
    links: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """A named result (definition) of the row, or of a row reached over ``links``."""

    type: Type
    entity: str
    links: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Dated:
    """A parameter at a date (``on``; the run's date where None). Unknown date or key: unknown. No value: the run stops."""

    type: Type
    parameter: str
    keys: tuple[Expression, ...]
    on: Expression | None


@dataclass(frozen=True, slots=True)
class Bracketed:
    """What a scale (a parameter of brackets, at a date like :class:`Dated`) gives for ``operand``.

    The bracket is the last one that begins at or below the operand. Unknown operand, date or key: unknown. No scale in
    force, or an operand below the first bracket: the run stops.
    """

    type: Number
    parameter: str
    keys: tuple[Expression, ...]
    on: Expression | None
    operand: Expression


@dataclass(frozen=True, slots=True)
class Required:
    """The operand; where it is unknown the run stops. Made of clauses that say so, where a rule is named as a result."""

    type: Type
    operand: Expression


@dataclass(frozen=True, slots=True)
class Negative:
    """``-x``. Unknown stays unknown."""

    type: Number
    operand: Expression


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``left + right``, ``-`` or ``*``. Unknown if either is."""

    type: Number
    sign: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Rounded:
    """``numerator / denominator`` to ``places`` decimal places. Unknown if either is; a zero denominator stops the run."""

    type: Number
    numerator: Expression
    denominator: Expression
    places: int
    rounding: RoundingName


@dataclass(frozen=True, slots=True)
class Compared:
    """``= <> < <= > >=``. Unknown if either side is."""

    type: YesNo
    sign: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Both:
    """``and``: false if any is false, else unknown if any is unknown, else true. Every operand is evaluated."""

    type: YesNo
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """``or``: true if any is true, else unknown if any is unknown, else false. Every operand is evaluated."""

    type: YesNo
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """``not``. Unknown stays unknown."""

    type: YesNo
    operand: Expression


@dataclass(frozen=True, slots=True)
class Chosen:
    """``if … then … else …``. An unknown condition gives unknown; only the chosen branch is evaluated."""

    type: Type
    condition: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True)
class Member:
    """``in`` a list of literals. Unknown if the subject is."""

    type: YesNo
    subject: Expression
    members: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class IsUnknown:
    """``is unknown``. Never unknown itself."""

    type: YesNo
    operand: Expression


@dataclass(frozen=True, slots=True)
class IfUnknown:
    """``if_unknown(x, y)``: x where it is known, else y. Both are evaluated."""

    type: Type
    operand: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Extreme:
    """``min`` or ``max`` of two or more values. Unknown if any of them is."""

    type: Type
    kind: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class StartsWith:
    """``starts_with(text, "PK6")``. Unknown if the text is."""

    type: YesNo
    subject: Expression
    prefix: str


@dataclass(frozen=True, slots=True)
class OnDates:
    """A function of dates, by ``name``; see ``functions.py``. Unknown if any argument is."""

    type: Type
    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """An aggregate over the rows of a collection of the row's entity.

    ``count``, ``sum``, ``min``, ``max`` are unknown if any row's predicate is, or any chosen row's value.
    ``any`` and ``all`` are three-valued like ``or`` and ``and``. Of no rows: count and sum 0, any false, all true,
    min and max unknown. The value is evaluated only for rows whose predicate is true.
    """

    type: Type
    kind: str
    entity: str
    collection: str
    member: str
    value: Expression | None
    predicate: Expression | None


Expression: TypeAlias = (
    Literal
    | RunDate
    | Field
    | Named
    | Dated
    | Bracketed
    | Required
    | Negative
    | Arithmetic
    | Rounded
    | Compared
    | Both
    | Either
    | Not
    | Chosen
    | Member
    | IsUnknown
    | IfUnknown
    | Extreme
    | StartsWith
    | OnDates
    | Gathered
)


def children(node: Expression) -> tuple[Expression, ...]:
    """The nodes directly under ``node``."""
    match node:
        case Literal() | RunDate() | Field() | Named():
            return ()
        case Dated(keys=keys, on=on):
            return keys if on is None else (*keys, on)
        case Bracketed(keys=keys, on=on, operand=operand):
            return (*keys, operand) if on is None else (*keys, on, operand)
        case Negative(operand=operand) | Not(operand=operand) | IsUnknown(operand=operand) | Required(operand=operand):
            return (operand,)
        case Arithmetic(left=left, right=right) | Compared(left=left, right=right):
            return (left, right)
        case Rounded(numerator=numerator, denominator=denominator):
            return (numerator, denominator)
        case Both(operands=operands) | Either(operands=operands) | Extreme(operands=operands):
            return operands
        case Chosen(condition=condition, yes=yes, no=no):
            return (condition, yes, no)
        case Member(subject=subject) | StartsWith(subject=subject):
            return (subject,)
        case IfUnknown(operand=operand, otherwise=otherwise):
            return (operand, otherwise)
        case OnDates(arguments=arguments):
            return arguments
        case Gathered(value=value, predicate=predicate):
            return tuple(each for each in (value, predicate) if each is not None)


def walk(node: Expression) -> list[Expression]:
    """``node`` and everything under it, parents first."""
    found = [node]
    for child in children(node):
        found.extend(walk(child))
    return found
