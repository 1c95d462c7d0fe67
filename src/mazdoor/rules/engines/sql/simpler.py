"""Formulas said more simply before they become columns; what they mean stays the same, also where something is unknown.

Two things are dear where each of many rows does them: taking dates apart for an age, when comparing two dates tells the
same; and computing for every member of a household what is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from enum import Enum
from fractions import Fraction
from typing import Any, Final, get_args

from mazdoor.rules.language import typed
from mazdoor.rules.model import Entity

_NODES: Final = get_args(typed.Expression)
_TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def replaced(node: typed.Expression, changed: Mapping[typed.Expression, typed.Expression]) -> typed.Expression:
    """``node`` with its children replaced."""
    if all(before is after for before, after in changed.items()):
        return node

    def swap(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(swap(each) for each in value)
        return changed.get(value, value) if isinstance(value, _NODES) else value

    values = {
        each.name: swap(getattr(node, each.name)) for each in fields(node) if each.name not in ("type", "members")
    }
    plain: Any = node
    found: typed.Expression = replace(plain, **values)
    return found


# --- ages


def with_dates_compared(node: typed.Expression, at: date) -> typed.Expression:
    """``node`` with ``age(x, at_date) >= 18 years`` and its like as ``x <= date``, ``at`` being the run's date.

    Somebody is N years old from the day whose year is N later and whose month and day are not before those of the birth;
    who was born on 29 February, from 1 March where the year has no such day.
    """
    node = replaced(node, {child: with_dates_compared(child, at) for child in typed.children(node)})
    if not isinstance(node, typed.Compared):
        return node
    sign, left, right = node.sign, node.left, node.right
    if isinstance(left, typed.Literal):
        sign, left, right = _TURNED.get(sign, sign), right, left
    if not (isinstance(left, typed.OnDates) and left.name in ("age", "completed_years")) or sign not in _TURNED:
        return node
    born, until = left.arguments
    if not (isinstance(until, typed.RunDate) and isinstance(right, typed.Literal)):
        return node
    years = right.value
    if not isinstance(years, Fraction) or years.denominator != 1 or not isinstance(born.type, typed.Day):
        return node
    # Older than 5 is 6 or more; at most 5 is younger than 6.
    least = int(years) + (1 if sign in (">", "<=") else 0)
    last = last_birth(at, least)
    if last is None:
        return node
    return typed.Compared(node.type, "<=" if sign in (">", ">=") else ">", born, typed.Literal(born.type, last))


def last_birth(at: date, years: int) -> date | None:
    """The last day on which somebody was born who is ``years`` old at ``at``; None outside the calendar."""
    year = at.year - years
    if not date.min.year < year < date.max.year:
        return None
    try:
        return at.replace(year=year)
    except ValueError:  # 29 February in a year without one: born on the 28th is in time, on 1 March is not
        return date(year, 3, 1) - timedelta(days=1)


# --- links


class _Value(Enum):
    """What a formula is where nothing it reads is known."""

    UNKNOWN = "unknown"
    TRUE = "true"
    FALSE = "false"
    OTHER = "known, or not told here"


def over_one_link(
    entities: Mapping[str, Entity], entity: str, node: typed.Expression, in_force: Callable[[str], bool]
) -> tuple[str, str, typed.Expression] | None:
    """(entity at its end, link, the formula as it reads there) where all that ``node`` reads stands over one link.

    None where it reads anything else, where few rows share the other one (it has no collection of ours), and where the
    formula would not simply be unknown without the other row: known all the same, or at fault (``3 / 0``), which a row
    that leads nowhere must tell too. ``in_force``: whether a parameter has a value on the run's date.
    """
    if not typed.children(node) or isinstance(node, typed.Gathered):
        return None
    links: set[str] = set()
    for each in typed.walk(node):
        if isinstance(each, typed.Gathered | typed.Required):
            return None
        if isinstance(each, typed.Field | typed.Named):
            if not each.links:
                return None
            links.add(each.links[0])
    if len(links) != 1:
        return None
    name = links.pop()
    link = entities[entity].links[name]
    shared = any(many.entity == entity and many.by == link.by for many in entities[link.entity].collections.values())
    if not shared or _unread(node) is not _Value.UNKNOWN:
        return None
    if any(_may_be_at_fault(each, in_force) for each in typed.walk(node)):
        return None
    return link.entity, name, _moved(node)


def _moved(node: typed.Expression) -> typed.Expression:
    """``node`` as read from the row that its first link leads to."""
    if isinstance(node, typed.Field | typed.Named):
        return replace(node, links=node.links[1:])
    return replaced(node, {child: _moved(child) for child in typed.children(node)})


def _may_be_at_fault(node: typed.Expression, in_force: Callable[[str], bool]) -> bool:
    """Whether ``node`` itself could be at fault where every fact and named result it reads is unknown."""
    match node:
        case typed.Rounded(denominator=typed.Literal(value=value)):
            return not value
        case typed.Rounded(denominator=denominator):
            return _unread(denominator) is not _Value.UNKNOWN
        case typed.Bracketed(keys=keys, on=on, operand=operand):
            asked = [*keys, operand, *([] if on is None else [on])]
            return all(_unread(each) is not _Value.UNKNOWN for each in asked)
        case typed.Dated(parameter=parameter, keys=keys, on=on):
            asked = [*keys, *([] if on is None else [on])]
            if not asked:
                return not in_force(parameter)
            return all(_unread(each) is not _Value.UNKNOWN for each in asked)
    return False


def _unread(node: typed.Expression) -> _Value:
    """What ``node`` is where every fact and named result it reads is unknown."""
    match node:
        case typed.Field() | typed.Named():
            return _Value.UNKNOWN
        case typed.Literal(value=bool() as value):
            return _Value.TRUE if value else _Value.FALSE
        case typed.Literal() | typed.RunDate() | typed.Gathered() | typed.Required():
            return _Value.OTHER
        case typed.IsUnknown(operand=operand):
            found = _unread(operand)
            return _Value.TRUE if found is _Value.UNKNOWN else _Value.OTHER
        case typed.IfUnknown(operand=operand, otherwise=otherwise):
            found = _unread(operand)
            return _unread(otherwise) if found is _Value.UNKNOWN else found
        case typed.Chosen(condition=condition, yes=yes, no=no):
            chosen = {_Value.TRUE: yes, _Value.FALSE: no}.get(_unread(condition))
            if chosen is not None:
                return _unread(chosen)
            return _Value.UNKNOWN if _unread(condition) is _Value.UNKNOWN else _Value.OTHER
        case typed.Both(operands=operands):
            return _joined([_unread(each) for each in operands], _Value.FALSE, _Value.TRUE)
        case typed.Either(operands=operands):
            return _joined([_unread(each) for each in operands], _Value.TRUE, _Value.FALSE)
        case typed.Not(operand=operand):
            found = _unread(operand)
            return {_Value.TRUE: _Value.FALSE, _Value.FALSE: _Value.TRUE}.get(found, found)
    # Everything else is unknown as soon as one of its parts is.
    parts = [_unread(child) for child in typed.children(node)]
    return _Value.UNKNOWN if _Value.UNKNOWN in parts else _Value.OTHER


def _joined(parts: list[_Value], settles: _Value, leaves: _Value) -> _Value:
    """``and`` (false settles it, true leaves it to the others), or ``or`` the other way round."""
    if settles in parts:
        return settles
    if _Value.OTHER in parts:
        return _Value.OTHER
    return _Value.UNKNOWN if _Value.UNKNOWN in parts else leaves
