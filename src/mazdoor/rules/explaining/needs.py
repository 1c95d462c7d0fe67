"""What would have to change for a clause to come out otherwise, found in the typed tree and tried on the reference engine.

A change is stated only where trying it shows that it does what it says, and that one unit less does not. Where no single
value stands against a single threshold, the clause itself is named as what would have to be so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeAlias

from mazdoor.rules.engines.reference import Row, Value
from mazdoor.rules.explaining.watching import Spot, Watcher
from mazdoor.rules.language import typed
from mazdoor.rules.model import Clause, Entity, PolicySet

_NEGATED: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "<>", "<>": "="}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_ANY: Final = typed.YesNo()
"""The type of a change without a value."""
_LONGEST_WAIT: Final = 120 * 366
"""Days ahead that are looked at: nobody waits longer."""


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


def suppose(watcher: Watcher, changes: Sequence[Change], *, less: int = 0) -> Watcher:
    """The engine with these changes made, each ``less`` units short of what is needed."""
    supposed: dict[Spot, Value] = {}
    at = watcher.at
    for change in changes:
        needed = change.needed if not less else _short_of(change, less)
        if change.kind is Kind.WAIT:
            assert isinstance(needed, date)
            at = max(at, needed)
        else:
            supposed[change.spot] = needed
    return watcher.if_so(supposed, at=at)


def _short_of(change: Change, less: int) -> Value:
    """``less`` units before what is needed, on the way from what is now."""
    if change.kind is Kind.WAIT:
        assert isinstance(change.needed, date)
        return change.needed - timedelta(days=less)
    if isinstance(change.needed, Fraction) and isinstance(change.now, Fraction):
        return change.needed - change.step * less * (1 if change.needed > change.now else -1)
    if isinstance(change.needed, date) and isinstance(change.now, date):
        return change.needed - timedelta(days=less if change.needed > change.now else -less)
    return change.now


class Finder:
    """Finds what would have to change for one unit."""

    def __init__(self, policy_set: PolicySet, watcher: Watcher) -> None:
        self.policy_set, self.watcher = policy_set, watcher

    # --- clauses

    def clause(self, clause: Clause, entity: str, row: Row, *, wanted: bool, for_it: bool = True) -> Way | None:
        """What would have to change for ``clause`` to come out as ``wanted``; None where it does already."""
        if clause.kind == "not_coded" or self.watcher.met(clause, entity, row, for_it=for_it) is wanted:
            return None
        if clause.formula is not None:
            return self._leaf(clause, entity, row, wanted=wanted)
        below = for_it if clause.kind != "none_of" else not for_it
        of_each = wanted if clause.kind != "none_of" else not wanted
        parts = [
            found
            for part in clause.parts
            for found in [self.clause(part, entity, row, wanted=of_each, for_it=below)]
            if found is not None
        ]
        everything = {"all_of": wanted, "any_of": not wanted, "none_of": wanted}[clause.kind]
        return together(parts) if everything else one_of(parts)

    def _leaf(self, clause: Clause, entity: str, row: Row, *, wanted: bool) -> ForClause:
        assert clause.formula is not None
        way = self.formula(entity, clause.formula, row, wanted)
        tried = False
        if way is not None and is_open(way):
            tried = suppose(self.watcher, followed(way)).answer(entity, clause.formula, row) is wanted
        if way is not None and is_open(way) and not tried:
            way = self._otherwise(entity, clause.formula, row)
        return ForClause(clause.id, wanted, way, tried)

    # --- formulas that are yes or no

    def formula(self, entity: str, node: typed.Expression, row: Row, wanted: bool) -> Way | None:
        """What would have to change for a formula to come out as ``wanted``."""
        value = self.watcher.value(entity, node, row)
        if value is wanted:
            return None
        match node:
            case typed.Both(operands=operands) | typed.Either(operands=operands):
                parts = [self.formula(entity, each, row, wanted) for each in operands]
                found = [part for part in parts if part is not None]
                return together(found) if isinstance(node, typed.Both) is wanted else one_of(found)
            case typed.Not(operand=operand):
                return self.formula(entity, operand, row, not wanted)
            case typed.Required(operand=operand):
                return self.formula(entity, operand, row, wanted)
            case typed.Gathered(kind="any" | "all", predicate=predicate) if predicate is not None:
                return self._of_rows(entity, node, predicate, row, wanted)
        if value is None:
            return self._missing(entity, node, row)
        match node:
            case typed.Named():
                place = self.watcher.linked(entity, node.links, row)
                assert place is not None  # it has a value
                formula = self.policy_set.definitions[(place[0], node.name)].formula
                return self.formula(place[0], formula, place[1], wanted)
            case typed.Field():
                return self._answer(entity, node, row, wanted)
            case typed.Chosen(condition=condition, yes=yes, no=no):
                branch = yes if self.watcher.value(entity, condition, row) else no
                return self.formula(entity, branch, row, wanted)
            case typed.IfUnknown(operand=operand, otherwise=otherwise):
                if self.watcher.value(entity, operand, row) is not None:
                    return self.formula(entity, operand, row, wanted)
                missing = self._missing(entity, operand, row)
                if isinstance(otherwise, typed.Literal):
                    return missing
                return one_of([each for each in (missing, self.formula(entity, otherwise, row, wanted)) if each])
            case typed.Compared():
                return self._compared(entity, node, row, wanted)
            case typed.Member(subject=subject) | typed.StartsWith(subject=subject):
                return self._of_subject(entity, node, subject, row, wanted)
        return self._otherwise(entity, node, row)

    def _of_rows(
        self, entity: str, node: typed.Gathered, predicate: typed.Expression, row: Row, wanted: bool
    ) -> Way | None:
        """``any`` and ``all`` over the rows of a collection: what each row needs."""
        rows = self.watcher.rows_of(entity, node.collection, row)
        parts = [self.formula(node.member, predicate, each, wanted) for each in rows]
        found = [part for part in parts if part is not None]
        if not found:
            return self._otherwise(entity, node, row)
        return one_of(found) if (node.kind == "any") is wanted else together(found)

    def _answer(self, entity: str, node: typed.Field, row: Row, wanted: bool) -> Change:
        spot = self._spot(entity, node, row)
        if self._field_is_fixed(spot):
            return Change(Kind.FIXED, spot, _ANY)
        return Change(Kind.CODE, spot, node.type, now=not wanted, sign="=", threshold=wanted, needed=wanted)

    def _of_subject(
        self, entity: str, node: typed.Member | typed.StartsWith, subject: typed.Expression, row: Row, wanted: bool
    ) -> Change:
        """A code that would have to be another; which one, only where a single one would do."""
        fixed, free, _ = self._rests_on(entity, subject)
        spot = self._spot(entity, subject, row)
        if fixed and not free:
            return Change(Kind.FIXED, spot, _ANY)
        now = self.watcher.value(entity, subject, row)
        if isinstance(node, typed.Member) and wanted:
            needed = node.members[0].value
            return Change(Kind.CODE, spot, subject.type, now=now, sign="=", threshold=needed, needed=needed)
        return Change(Kind.OTHERWISE, spot, subject.type, now=now)

    # --- comparisons

    def _compared(self, entity: str, node: typed.Compared, row: Row, wanted: bool) -> Way:
        """One value against one threshold: time if time alone does it, else the value that can be changed."""
        sign = node.sign if wanted else _NEGATED[node.sign]
        (fixed_left, free_left, dated_left), (fixed_right, free_right, dated_right) = (
            self._rests_on(entity, node.left),
            self._rests_on(entity, node.right),
        )
        if dated_left or dated_right:
            day = self._first_day(entity, node, row, wanted)
            if day is not None:
                spot = self._spot(entity, typed.RunDate(typed.Day()), row)
                return Change(Kind.WAIT, spot, typed.Day(), self.watcher.at, ">=", day, day)
        if not free_left and not free_right:
            kind = Kind.FIXED if fixed_left or fixed_right else Kind.OTHERWISE
            fixed = fixed_left or fixed_right
            spot = Spot(fixed[0][0], "", fixed[0][1]) if fixed else self._spot(entity, node.left, row)
            return Change(kind, spot, _ANY)
        if free_left:
            value, other = node.left, node.right
        else:
            value, other, sign = node.right, node.left, _MIRRORED[sign]
        change = self._to_reach(entity, value, other, sign, row)
        if change is None or not self._does_it(change, entity, node, row, wanted):
            return self._otherwise(entity, value, row)
        return change

    def _to_reach(
        self, entity: str, value: typed.Expression, other: typed.Expression, sign: str, row: Row
    ) -> Change | None:
        """The nearest value that stands to ``other`` as ``sign`` says."""
        now, threshold = self.watcher.value(entity, value, row), self.watcher.value(entity, other, row)
        spot = self._spot(entity, value, row)
        if isinstance(now, Fraction) and isinstance(threshold, Fraction) and isinstance(value.type, typed.Number):
            step = Fraction(1, 10**value.type.shape.scale)
            below, above = threshold // step * step, -(-threshold // step) * step
            needed = {
                ">=": above,
                ">": below + step,
                "<=": below,
                "<": above - step,
                "=": threshold if below == above else None,
                "<>": threshold + step,
            }[sign]
            if needed is None or not value.type.shape.holds(needed):
                return None
            return Change(Kind.NUMBER, spot, value.type, now, sign, threshold, needed, step)
        if isinstance(now, date) and isinstance(threshold, date):
            apart = {">=": 0, ">": 1, "<=": 0, "<": -1, "=": 0, "<>": 1}[sign]
            return Change(Kind.DAY, spot, value.type, now, sign, threshold, threshold + timedelta(days=apart))
        if sign == "=":
            return Change(Kind.CODE, spot, value.type, now, sign, threshold, threshold)
        return None

    def _does_it(self, change: Change, entity: str, node: typed.Expression, row: Row, wanted: bool) -> bool:
        """The change makes the comparison so; one unit less does not."""
        if suppose(self.watcher, [change]).answer(entity, node, row) is not wanted:
            return False
        if change.sign in ("=", "<>"):
            return True
        return suppose(self.watcher, [change], less=1).answer(entity, node, row) is not wanted

    def _first_day(self, entity: str, node: typed.Expression, row: Row, wanted: bool) -> date | None:
        """The first day on which time alone makes it so, everything else staying as it is; None where none does."""

        def so(days: int) -> bool:
            try:
                day = self.watcher.at + timedelta(days=days)
            except OverflowError:
                return False
            return self.watcher.if_so({}, at=day).answer(entity, node, row) is wanted

        late = 1
        while not so(late):
            late *= 2
            if late > _LONGEST_WAIT:
                return None
        early = late // 2
        while late - early > 1:
            middle = (early + late) // 2
            early, late = (early, middle) if so(middle) else (middle, late)
        return self.watcher.at + timedelta(days=late)

    # --- where values come from

    def _spot(self, entity: str, node: typed.Expression, row: Row) -> Spot:
        """The place of a value: a fact or named result in its own row, else the formula in this one."""
        if isinstance(node, typed.Field | typed.Named):
            place = self.watcher.linked(entity, node.links, row)
            if place is not None:
                return Spot(place[0], self.watcher.key_of(*place), node.name)
        return Spot(entity, self.watcher.key_of(entity, row), "", node)

    def _field_is_fixed(self, spot: Spot) -> bool:
        fields = self.policy_set.entities[spot.entity].fields
        return spot.name in fields and fields[spot.name].fixed

    def _rests_on(
        self, entity: str, node: typed.Expression
    ) -> tuple[list[tuple[str, str]], list[tuple[str, str]], bool]:
        """The facts a formula rests on, as (entity, field): those nobody can change, the others; and whether it
        speaks of the run's date."""
        fixed: dict[tuple[str, str], None] = {}
        free: dict[tuple[str, str], None] = {}
        dated = False
        seen: set[tuple[str, str]] = set()

        def visit(here: str, each: typed.Expression) -> None:
            nonlocal dated
            inside = here
            match each:
                case typed.RunDate():
                    dated = True
                case typed.Field(entity=owner, name=name):
                    (fixed if self.policy_set.entities[owner].fields[name].fixed else free)[(owner, name)] = None
                case typed.Named(entity=owner, name=name) if (owner, name) not in seen:
                    seen.add((owner, name))
                    visit(owner, self.policy_set.definitions[(owner, name)].formula)
                case typed.Gathered(member=member, collection=collection):
                    inside = member
                    # Which rows there are is itself a fact that can change.
                    free[(here, collection)] = None
            for child in typed.children(each):
                visit(inside, child)

        visit(entity, node)
        return list(fixed), list(free), dated

    # --- what is not known

    def _missing(self, entity: str, node: typed.Expression, row: Row) -> Way:
        """The facts whose absence leaves a formula unknown."""
        found = list(dict.fromkeys(self._unknown(entity, node, row)))
        return together([Change(Kind.MISSING, spot, node.type) for spot in found]) or self._otherwise(entity, node, row)

    def _unknown(self, entity: str, node: typed.Expression, row: Row) -> Iterator[Spot]:
        watcher = self.watcher
        if watcher.value(entity, node, row) is not None:
            return
        match node:
            case typed.Field(links=links) | typed.Named(links=links):
                place = watcher.linked(entity, links, row)
                if place is None:
                    yield self._broken_link(entity, links, row)
                elif isinstance(node, typed.Field):
                    yield Spot(place[0], watcher.key_of(*place), node.name)
                else:
                    formula = self.policy_set.definitions[(place[0], node.name)].formula
                    found = list(self._unknown(place[0], formula, place[1]))
                    yield from found or [Spot(place[0], watcher.key_of(*place), node.name)]
            case typed.Gathered(member=member, predicate=predicate, value=value, collection=collection):
                rows = watcher.rows_of(entity, collection, row)
                found = []
                for each in rows:
                    held = True if predicate is None else watcher.value(member, predicate, each)
                    if held is None and predicate is not None:
                        found.extend(self._unknown(member, predicate, each))
                    elif held is True and value is not None:
                        found.extend(self._unknown(member, value, each))
                yield from found or self._wanted_of_no_rows(entity, node, row)
            case typed.Chosen(condition=condition, yes=yes, no=no):
                settled = watcher.value(entity, condition, row)
                yield from self._unknown(entity, condition if settled is None else yes if settled else no, row)
            case _:
                for child in typed.children(node):
                    yield from self._unknown(entity, child, row)

    def _wanted_of_no_rows(self, entity: str, node: typed.Gathered, row: Row) -> Iterator[Spot]:
        """The largest or smallest of nothing: what the rows would have had to say, else that there are none."""
        rows = self.watcher.rows_of(entity, node.collection, row)
        asked = node.value if isinstance(node.value, typed.Field) else None
        if rows and asked is not None:
            for each in rows:
                if self.watcher.value(node.member, asked, each) is None:
                    yield self._spot(node.member, asked, each)
        else:
            yield Spot(entity, self.watcher.key_of(entity, row), node.collection)

    def _broken_link(self, entity: str, links: tuple[str, ...], row: Row) -> Spot:
        for length in range(1, len(links) + 1):
            if self.watcher.linked(entity, links[:length], row) is None:
                before = self.watcher.linked(entity, links[: length - 1], row)
                assert before is not None
                return Spot(
                    before[0],
                    self.watcher.key_of(*before),
                    _link(self.policy_set.entities[before[0]], links[length - 1]),
                )
        raise AssertionError("no link is broken")

    def _otherwise(self, entity: str, node: typed.Expression, row: Row) -> Change:
        fixed, free, _ = self._rests_on(entity, node)
        if fixed and not free:
            return Change(Kind.FIXED, Spot(fixed[0][0], "", fixed[0][1]), _ANY)
        return Change(Kind.OTHERWISE, self._spot(entity, node, row), node.type)


def _link(entity: Entity, name: str) -> str:
    return entity.links[name].by


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
