"""Where a formula's value comes from: its place, the facts it rests on, and the facts whose absence leaves it unknown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mazdoor.rules.engines.reference import Row
from mazdoor.rules.explaining.watching import Spot, Watcher
from mazdoor.rules.explaining.ways import Change, Kind, Way, together
from mazdoor.rules.language import typed
from mazdoor.rules.model import Entity, PolicySet

ANY: Final = typed.YesNo()
"""The type of a change without a value."""


class Origins:
    """Where the values of one unit come from."""

    def __init__(self, policy_set: PolicySet, watcher: Watcher) -> None:
        self.policy_set, self.watcher = policy_set, watcher

    def spot(self, entity: str, node: typed.Expression, row: Row) -> Spot:
        """The place of a value: a fact or named result in its own row, else the formula in this one."""
        if isinstance(node, typed.Field | typed.Named):
            place = self.watcher.linked(entity, node.links, row)
            if place is not None:
                return Spot(place[0], self.watcher.key_of(*place), node.name)
        return Spot(entity, self.watcher.key_of(entity, row), "", node)

    def field_is_fixed(self, spot: Spot) -> bool:
        """Whether the place holds a fact that nobody can change."""
        fields = self.policy_set.entities[spot.entity].fields
        return spot.name in fields and fields[spot.name].fixed

    def rests_on(
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

    def missing(self, entity: str, node: typed.Expression, row: Row) -> Way:
        """The facts whose absence leaves a formula unknown."""
        found = list(dict.fromkeys(self._unknown(entity, node, row)))
        return together([Change(Kind.MISSING, spot, node.type) for spot in found]) or self.otherwise(entity, node, row)

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
                    yield self.spot(node.member, asked, each)
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

    def otherwise(self, entity: str, node: typed.Expression, row: Row) -> Change:
        """What no single value decides; fixed, where it rests on nothing that can change."""
        fixed, free, _ = self.rests_on(entity, node)
        if fixed and not free:
            return Change(Kind.FIXED, Spot(fixed[0][0], "", fixed[0][1]), ANY)
        return Change(Kind.OTHERWISE, self.spot(entity, node, row), node.type)


def _link(entity: Entity, name: str) -> str:
    return entity.links[name].by
