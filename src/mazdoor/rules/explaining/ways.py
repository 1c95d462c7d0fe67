"""What would have to change, as a value: single changes, all of several, one of several, and what a clause needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from mazdoor.rules.engines.reference import Value
from mazdoor.rules.explaining.watching import Spot
from mazdoor.rules.language import typed


class Kind(StrEnum):
    """What sort of change would do."""

    NUMBER = "number"
    """A number up or down to ``needed``."""
    DAY = "day"
    """A date earlier or later, to ``needed``."""
    CODE = "code"
    """Another answer: yes for no, one code for another."""
    WAIT = "wait"
    """Time alone: from the day ``needed`` on."""
    MISSING = "missing"
    """A fact that is not known."""
    FIXED = "fixed"
    """Facts that nobody can change; at most a wrong record can be put right."""
    OTHERWISE = "otherwise"
    """Something that no single value decides."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``spot`` is the value, ``type`` its type, ``now`` what it is and ``needed`` the nearest that does.

    ``sign`` and ``threshold`` are the comparison it stands in, read so that it must hold ("at most", 12 acres).
    """

    kind: Kind
    spot: Spot
    type: typed.Type
    now: Value = None
    sign: str = ""
    threshold: Value = None
    needed: Value = None
    step: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Together:
    """All of these."""

    parts: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """Any one of these."""

    parts: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class ForClause:
    """What a clause with a formula needs, so that it comes out as ``wanted``; ``tried``: it was tried and does."""

    clause: str
    wanted: bool
    way: Way | None
    tried: bool = False


Way: TypeAlias = Change | Together | OneOf | ForClause


def changes_in(way: Way | None) -> Iterator[Change]:
    """Every change named in a way, in order."""
    match way:
        case Change():
            yield way
        case Together(parts=parts) | OneOf(parts=parts):
            for part in parts:
                yield from changes_in(part)
        case ForClause(way=inner):
            yield from changes_in(inner)


def clauses_in(way: Way | None) -> Iterator[ForClause]:
    """Every clause named in a way, in order."""
    match way:
        case ForClause():
            yield way
        case Together(parts=parts) | OneOf(parts=parts):
            for part in parts:
                yield from clauses_in(part)


def is_open(way: Way | None) -> bool:
    """Whether a way can be followed: nothing in it that is needed is unknown, fixed or without one value."""
    match way:
        case Change(kind=kind):
            return kind not in (Kind.MISSING, Kind.FIXED, Kind.OTHERWISE)
        case Together(parts=parts):
            return all(is_open(part) for part in parts)
        case OneOf(parts=parts):
            return any(is_open(part) for part in parts)
        case ForClause(way=inner):
            return is_open(inner)
    return False


def followed(way: Way | None) -> list[Change]:
    """The changes of a way that can be followed, of alternatives the first."""
    match way:
        case Change():
            return [way]
        case Together(parts=parts):
            return [each for part in parts for each in followed(part)]
        case OneOf(parts=parts):
            return followed(next((part for part in parts if is_open(part)), parts[0]))
        case ForClause(way=inner):
            return followed(inner)
    return []


def together(parts: Sequence[Way | None]) -> Way | None:
    """All of these as one way: nested ones joined, repetitions left out, and alternatives of which one comes anyway."""
    flat: dict[Way, None] = {}
    for part in parts:
        if part is not None:
            for each in part.parts if isinstance(part, Together) else (part,):
                flat[each] = None
    needed = {change for way in flat for change in _needed(way)}
    kept = tuple(way for way in flat if not _comes_anyway(way, needed))
    return None if not kept else kept[0] if len(kept) == 1 else Together(kept)


def _comes_anyway(way: Way, needed: set[Change]) -> bool:
    """Whether one of several alternatives is among what is needed besides."""
    if isinstance(way, ForClause) and isinstance(way.way, OneOf):
        way = way.way
    return isinstance(way, OneOf) and any(
        changes and changes <= needed for part in way.parts for changes in [set(changes_in(part))]
    )


def one_of(parts: Sequence[Way | None]) -> Way | None:
    """Any one of these: alternatives that rest on what nobody can change are left out while another remains."""
    flat: dict[Way, None] = {}
    for part in parts:
        if part is not None:
            for each in part.parts if isinstance(part, OneOf) else (part,):
                flat[each] = None
    possible = {way: None for way in flat if not any(each.kind is Kind.FIXED for each in _needed(way))}
    flat = possible or flat
    return None if not flat else next(iter(flat)) if len(flat) == 1 else OneOf(tuple(flat))


def _needed(way: Way) -> Iterator[Change]:
    """The changes a way cannot do without."""
    match way:
        case Change():
            yield way
        case Together(parts=parts):
            for part in parts:
                yield from _needed(part)
        case ForClause(way=inner) if inner is not None:
            yield from _needed(inner)


def without_rows(way: Change) -> Change:
    """A change without the row it is about: to say one thing once that several members share."""
    return replace(way, spot=replace(way.spot, key=""))
