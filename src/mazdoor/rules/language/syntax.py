"""The syntax tree: what was written, not yet what it means. Every node knows its place (``offset``) in the text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Node:
    """Anything that can be written."""

    offset: int


@dataclass(frozen=True, slots=True)
class NumberText(Node):
    """``60 years``, ``Rs 500 per month``, ``40%``, ``12``."""

    value: Fraction
    unit: str


@dataclass(frozen=True, slots=True)
class DateText(Node):
    """``2020-04-01``."""

    value: date


@dataclass(frozen=True, slots=True)
class TextText(Node):
    """``"head"``."""

    value: str


@dataclass(frozen=True, slots=True)
class YesNoText(Node):
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True, slots=True)
class NameText(Node):
    """``birth_date`` or ``family.household.land_acres``."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LookUp(Node):
    """``minimum_wage[jurisdiction, "unskilled"] at month``; also a bare parameter ``at`` a date."""

    name: str
    keys: tuple[Node, ...]
    on: Node | None


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``age(birth_date, at_date)``."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Gather(Node):
    """``sum(months_paid over contributions where …)``: an aggregate over the rows of a collection."""

    kind: str
    value: Node | None
    collection: NameText
    predicate: Node | None


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """``not x`` or ``-x``."""

    sign: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """``left sign right`` for ``+ - * / = <> < <= > >= and or``."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Choice(Node):
    """``if condition then yes else no``."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Among(Node):
    """``subject in ("head", "spouse")``, or ``not in``."""

    subject: Node
    members: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Unknown(Node):
    """``x is unknown``, or ``x is known``."""

    operand: Node
    negated: bool
