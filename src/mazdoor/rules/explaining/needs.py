"""What would have to change for a clause to come out otherwise, found in the typed tree and tried on the reference engine.

A change is stated only where trying it shows that it does what it says, and that one unit less does not. Where no single
value stands against a single threshold, the clause itself is named as what would have to be so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from mazdoor.rules.engines.reference import Row, Value
from mazdoor.rules.explaining.origins import ANY, Origins
from mazdoor.rules.explaining.watching import Spot, Watcher
from mazdoor.rules.explaining.ways import Change, ForClause, Kind, Way, followed, is_open, one_of, together
from mazdoor.rules.language import typed
from mazdoor.rules.model import Clause, PolicySet

_NEGATED: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "<>", "<>": "="}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_LONGEST_WAIT: Final = 120 * 366
"""Days ahead that are looked at: nobody waits longer."""


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
        self.origins = Origins(policy_set, watcher)

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
            way = self.origins.otherwise(entity, clause.formula, row)
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
            return self.origins.missing(entity, node, row)
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
                missing = self.origins.missing(entity, operand, row)
                if isinstance(otherwise, typed.Literal):
                    return missing
                return one_of([each for each in (missing, self.formula(entity, otherwise, row, wanted)) if each])
            case typed.Compared():
                return self._compared(entity, node, row, wanted)
            case typed.Member(subject=subject) | typed.StartsWith(subject=subject):
                return self._of_subject(entity, node, subject, row, wanted)
        return self.origins.otherwise(entity, node, row)

    def _of_rows(
        self, entity: str, node: typed.Gathered, predicate: typed.Expression, row: Row, wanted: bool
    ) -> Way | None:
        """``any`` and ``all`` over the rows of a collection: what each row needs."""
        rows = self.watcher.rows_of(entity, node.collection, row)
        parts = [self.formula(node.member, predicate, each, wanted) for each in rows]
        found = [part for part in parts if part is not None]
        if not found:
            return self.origins.otherwise(entity, node, row)
        return one_of(found) if (node.kind == "any") is wanted else together(found)

    def _answer(self, entity: str, node: typed.Field, row: Row, wanted: bool) -> Change:
        spot = self.origins.spot(entity, node, row)
        if self.origins.field_is_fixed(spot):
            return Change(Kind.FIXED, spot, ANY)
        return Change(Kind.CODE, spot, node.type, now=not wanted, sign="=", threshold=wanted, needed=wanted)

    def _of_subject(
        self, entity: str, node: typed.Member | typed.StartsWith, subject: typed.Expression, row: Row, wanted: bool
    ) -> Change:
        """A code that would have to be another; which one, only where a single one would do."""
        fixed, free, _ = self.origins.rests_on(entity, subject)
        spot = self.origins.spot(entity, subject, row)
        if fixed and not free:
            return Change(Kind.FIXED, spot, ANY)
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
            self.origins.rests_on(entity, node.left),
            self.origins.rests_on(entity, node.right),
        )
        if dated_left or dated_right:
            day = self._first_day(entity, node, row, wanted)
            if day is not None:
                spot = self.origins.spot(entity, typed.RunDate(typed.Day()), row)
                return Change(Kind.WAIT, spot, typed.Day(), self.watcher.at, ">=", day, day)
        if not free_left and not free_right:
            kind = Kind.FIXED if fixed_left or fixed_right else Kind.OTHERWISE
            fixed = fixed_left or fixed_right
            spot = Spot(fixed[0][0], "", fixed[0][1]) if fixed else self.origins.spot(entity, node.left, row)
            return Change(kind, spot, ANY)
        if free_left:
            value, other = node.left, node.right
        else:
            value, other, sign = node.right, node.left, _MIRRORED[sign]
        change = self._to_reach(entity, value, other, sign, row)
        if change is None or not self._does_it(change, entity, node, row, wanted):
            return self.origins.otherwise(entity, value, row)
        return change

    def _to_reach(
        self, entity: str, value: typed.Expression, other: typed.Expression, sign: str, row: Row
    ) -> Change | None:
        """The nearest value that stands to ``other`` as ``sign`` says."""
        now, threshold = self.watcher.value(entity, value, row), self.watcher.value(entity, other, row)
        spot = self.origins.spot(entity, value, row)
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
