"""The reference engine, watched: what it read and looked up on the way, and what it would say if a value were another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mazdoor.rules.engines.reference import Evaluator, Fault, Row, Value
from mazdoor.rules.language import typed
from mazdoor.rules.model import DatedValue, PolicySet


@dataclass(frozen=True, slots=True)
class Spot:
    """One value of one row: a fact or a named result of an entity (``name``), or a formula without a name (``node``)."""

    entity: str
    key: str
    name: str
    node: typed.Expression | None = None


@dataclass(frozen=True, slots=True)
class LookedUp:
    """One value of a parameter that was looked up, in its spell."""

    parameter: str
    value: DatedValue


class Watcher(Evaluator):
    """The reference engine that keeps a note of the facts, named results and parameters a formula needed.

    ``supposed`` holds values that are taken for true instead of what the facts say; nothing else changes.
    """

    def __init__(
        self,
        policy_set: PolicySet,
        facts: Mapping[str, Sequence[Row]],
        *,
        at: date,
        known_at: datetime | date | None = None,
        supposed: Mapping[Spot, Value] | None = None,
    ) -> None:
        super().__init__(policy_set, facts, at=at, known_at=known_at)
        self.supposed = dict(supposed or {})
        self.formulas = {spot.node for spot in self.supposed if spot.node is not None}
        self.forget()

    def forget(self) -> None:
        """Begin the notes anew; what was computed is computed again, so that the notes are whole."""
        self.remembered.clear()
        self.facts_read: dict[Spot, Value] = {}
        self.worked_out: dict[Spot, Value] = {}
        self.looked_up: dict[tuple[str, tuple[str, ...], date], LookedUp] = {}

    def key_of(self, entity: str, row: Row) -> str:
        """The key of a row, as text."""
        return str(row[self.policy_set.entities[entity].key])

    def field(self, entity: str, name: str, row: Row) -> Value:
        """A fact, noted; or what is supposed instead."""
        spot = Spot(entity, self.key_of(entity, row), name)
        value = self.supposed[spot] if spot in self.supposed else super().field(entity, name, row)
        self.facts_read[spot] = value
        return value

    def named(self, entity: str, name: str, row: Row) -> Value:
        """A named result, noted; or what is supposed instead."""
        spot = Spot(entity, self.key_of(entity, row), name)
        value = self.supposed[spot] if spot in self.supposed else super().named(entity, name, row)
        self.worked_out[spot] = value
        return value

    def value(self, entity: str, node: typed.Expression, row: Row) -> Value:
        """The value of a formula; or what is supposed instead. A parameter's value is noted."""
        if node in self.formulas:
            spot = Spot(entity, self.key_of(entity, row), "", node)
            if spot in self.supposed:
                return self.supposed[spot]
        found = super().value(entity, node, row)
        if hasattr(node, "parameter"):
            self._note(entity, node, row)
        return found

    def _note(self, entity: str, node: Any, row: Row) -> None:
        """Which value of which parameter was looked up."""
        keys = [super(Watcher, self).value(entity, key, row) for key in node.keys]
        on = self.at if node.on is None else super().value(entity, node.on, row)
        if not isinstance(on, date) or any(key is None for key in keys):
            return
        key = tuple(str(each) for each in keys)
        found = self.policy_set.parameters[node.parameter].find(on, self.known, key)
        if found is not None:
            self.looked_up[(node.parameter, key, found.valid_from)] = LookedUp(node.parameter, found)

    def if_so(self, supposed: Mapping[Spot, Value], *, at: date | None = None) -> Watcher:
        """The same engine with ``supposed`` taken for true besides, on another date if one is given."""
        tables = {self.policy_set.entities[name].table: rows for name, rows in self.tables.items()}
        return Watcher(
            self.policy_set, tables, at=at or self.at, known_at=self.known, supposed={**self.supposed, **supposed}
        )

    def answer(self, entity: str, node: typed.Expression, row: Row) -> Value:
        """The value of a formula, where it has one; a formula that cannot be evaluated (a supposition out of the
        calendar, say) is as good as unknown here: nothing is decided on it."""
        try:
            return self.value(entity, node, row)
        except Fault:
            return None
