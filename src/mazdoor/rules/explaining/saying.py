"""What would have to change, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from mazdoor.rules.explaining.phrases import CHANGES
from mazdoor.rules.explaining.watching import Spot
from mazdoor.rules.explaining.ways import (
    Change,
    ForClause,
    Kind,
    OneOf,
    Together,
    Way,
    changes_in,
    one_of,
    together,
    without_rows,
)
from mazdoor.rules.language import typed
from mazdoor.rules.model import Clause, PolicySet
from mazdoor.rules.wording import HEADINGS, day_words, isolated, number_words, span_words, value_words

_UNSAID: Final = frozenset({Kind.CODE, Kind.OTHERWISE})
"""What the sentence of the clause itself says better than a code and another code."""
_NUMBERS: Final = {"<=": "at_most", ">": "over", "<": "under", "=": "exactly", "<>": "another"}
_DAYS: Final = {">": "after", ">=": "from", "<": "before", "<=": "until", "=": "exactly", "<>": "another"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what would have to change; ``depth`` is 0 for the first level."""

    depth: int
    text: str


@dataclass(frozen=True)
class Speaker:
    """Says changes in one language. ``at`` is the date the rule was asked for."""

    policy_set: PolicySet
    root: Clause
    at: date
    lang: str

    def lines(self, way: Way | None, depth: int = 0) -> Iterator[Line]:
        """A way as an indented list."""
        match way:
            case None:
                return
            case Together(parts=parts):
                for part in parts:
                    yield from self.lines(part, depth)
            case OneOf(parts=parts):
                yield Line(depth, self._phrase("one_of"))
                for part in parts:
                    if isinstance(part, Together):
                        yield Line(depth + 1, self._phrase("all_of"))
                        yield from self.lines(part, depth + 2)
                    else:
                        yield from self.lines(part, depth + 1)
            case ForClause():
                yield Line(depth, self.for_clause(way))
            case Change():
                yield Line(depth, self.change(way))

    def for_clause(self, need: ForClause) -> str:
        """What one clause needs, in one sentence: the value that stands against a threshold, else the clause itself."""
        title = self.clause(need.clause)
        kinds = {each.kind for each in changes_in(need.way)}
        so = self._phrase("so" if need.wanted else "not_so", title=title)
        if not kinds or kinds <= _UNSAID:
            return so
        if kinds <= {Kind.NUMBER, Kind.DAY, Kind.MISSING} and all(
            self.name(each.spot) for each in changes_in(need.way)
        ):
            return self.way(need.way)  # each value is named, so the clause need not be said again
        said = self.way(_spoken(need.way))
        return f"{so} ({said})" if kinds & _UNSAID else f"{title}: {said}"

    def way(self, way: Way | None, *, brief: bool = False) -> str:
        """A way inside one clause, in one sentence."""
        match way:
            case Change():
                return self.change(way, brief=brief)
            case Together(parts=parts) | OneOf(parts=parts):
                joint = self._phrase("and" if isinstance(way, Together) else "or")
                # Several members may need the same: it is said once, with how many there are.
                told: dict[Way, int] = {}
                for part in parts:
                    key = without_rows(part) if isinstance(part, Change) else part
                    told[key] = told.get(key, 0) + 1
                return joint.join(
                    self.change(part, count=count, brief=brief)
                    if isinstance(part, Change)
                    else self.way(part, brief=brief)
                    for part, count in told.items()
                )
            case ForClause(way=inner):
                return self.way(inner, brief=brief)
        return ""

    def change(self, change: Change, *, count: int = 1, brief: bool = False) -> str:
        """One change. ``brief`` leaves out the name of the value and, where more is needed, the threshold."""
        name = self.name(change.spot)
        match change.kind:
            case Kind.NUMBER | Kind.DAY | Kind.CODE:
                said = self._compared(change, brief=brief)
                return said if brief or not name else f"{name}: {said}"
            case Kind.WAIT:
                assert isinstance(change.needed, date)
                span = span_words(self.at, change.needed, self.lang)
                return self._phrase("wait", day=day_words(change.needed, self.lang), span=span)
            case Kind.MISSING:
                owner = self.policy_set.entities[change.spot.entity].title.in_language(self.lang)
                if brief:
                    return self._phrase("missing", name=name)
                if count > 1:
                    return self._phrase("missing_many", name=name, owner=owner, count=isolated(f"×{count}", self.lang))
                return self._phrase("missing_of", name=name, owner=owner)
            case Kind.FIXED:
                return self._phrase("fixed", name=name)
        return name

    def _compared(self, change: Change, *, brief: bool) -> str:
        kind = change.type
        now, threshold = value_words(change.now, kind, self.lang), value_words(change.threshold, kind, self.lang)
        needed = value_words(change.needed, kind, self.lang)
        whole = change.kind is Kind.NUMBER and change.step == 1
        sign = {">": ">=", "<": "<="}.get(change.sign, change.sign) if whole else change.sign
        if change.kind is Kind.NUMBER and sign == ">=":
            assert isinstance(change.needed, Fraction) and isinstance(change.now, Fraction)
            assert isinstance(kind, typed.Number)
            more = number_words(change.needed - change.now, kind, self.lang)
            return self._phrase("more" if brief else "more_of", amount=more, needed=needed, now=now)
        table = _DAYS if change.kind is Kind.DAY else _NUMBERS
        return self._phrase(table[sign], needed=needed, threshold=threshold, now=now)

    def name(self, spot: Spot) -> str:
        """What a value is called: the title of its fact, named result or collection; a formula has none."""
        entity = self.policy_set.entities[spot.entity]
        name = spot.name
        if isinstance(spot.node, typed.Gathered) and spot.node.predicate is None:
            name = spot.node.collection
        if name in entity.fields:
            return entity.fields[name].title.in_language(self.lang)
        if (spot.entity, name) in self.policy_set.definitions:
            return self.policy_set.definitions[(spot.entity, name)].title.in_language(self.lang)
        if name in entity.collections:
            return entity.collections[name].title.in_language(self.lang)
        return ""

    def clause(self, name: str) -> str:
        """The sentence of a clause."""
        return next(each.title for each in self.root.everything() if each.id == name).in_language(self.lang)

    @property
    def date_name(self) -> str:
        """What the date of the run is called."""
        return HEADINGS["date"].in_language(self.lang)

    def _phrase(self, key: str, **blanks: str) -> str:
        return CHANGES[key].in_language(self.lang).format(**blanks)


def _spoken(way: Way | None) -> Way | None:
    """A way without what the sentence of its clause says already."""
    match way:
        case Change(kind=kind):
            return None if kind in _UNSAID else way
        case Together(parts=parts):
            return together([_spoken(part) for part in parts])
        case OneOf(parts=parts):
            return one_of([_spoken(part) for part in parts])
    return way
