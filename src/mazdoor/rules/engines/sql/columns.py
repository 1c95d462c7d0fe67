"""Which columns a programme needs, and what each reads: formulas taken apart until each reads nothing but its own row.

What a formula reads of another row, over a link or as an aggregate of a collection, becomes an *import*: a column of its
own, filled by a join. Equal parts are one column, also across the variants of a reform: only what depends on a changed
parameter or formula stands twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias

from mazdoor.rules.engines.sql.simpler import over_one_link, replaced, with_dates_compared
from mazdoor.rules.language import typed
from mazdoor.rules.model import Entity, Parameter, PolicySet, Programme
from mazdoor.rules.reach import reach_of

Elsewhere: TypeAlias = typed.Field | typed.Named | typed.Gathered

_OWN_OPERANDS = (typed.Rounded, typed.Extreme, typed.OnDates, typed.Dated, typed.Bracketed, typed.Required)
"""What SQL would write its operands out several times for."""
_OWN = (typed.Rounded, typed.OnDates, typed.Dated, typed.Bracketed)
"""What is worth a column of its own wherever it stands: it is dear, and often stands several times."""


@dataclass(slots=True)
class Column:
    """One computed column: by a ``formula`` over its own row, or by an import of ``source``.

    Its fault stands in the column ``fault`` beside it ("" where it has none) and counts only where something asks for it.
    ``sure``: it is never unknown (where nothing is at fault). ``stage``: how many joins lie before it at the earliest.
    """

    entity: str
    name: str
    formula: typed.Expression | None
    source: Elsewhere | None
    sure: bool
    stage: int = 0
    fault: str = ""


Spot: TypeAlias = tuple[str, str]
"""(entity, column)."""


@dataclass
class Columns:
    """The columns of one programme, or of all variants of one; each stands after those it reads."""

    at: date
    known: date | None
    found: dict[Spot, Column] = field(default_factory=dict)
    facts: dict[str, set[str]] = field(default_factory=dict)
    """The facts read, by entity."""
    parameters: dict[str, Parameter] = field(default_factory=dict)
    """By the name that formulas use here: a parameter that differs between variants has a name for each."""
    _spots: dict[tuple[str, str, typed.Expression], str] = field(default_factory=dict)
    _named: dict[tuple[str, typed.Expression], str] = field(default_factory=dict)
    _definitions: dict[Spot, str] = field(default_factory=dict)
    _renamed: dict[str, str] = field(default_factory=dict)
    _entities: Mapping[str, Entity] = field(default_factory=dict)

    def declare(self, policy_set: PolicySet, programme: Programme) -> dict[str, str]:
        """Note what ``programme`` needs. Gives the column of ``_clause_<n>``, ``_amount``, ``_category`` and each result."""
        reach = reach_of(policy_set, programme)
        for entity, facts in reach.fields.items():
            self.facts.setdefault(entity, set()).update(facts)
        self._renamed = {name: self._parameter(policy_set.parameters[name]) for name in sorted(reach.parameters)}
        self._definitions = {}
        self._entities = policy_set.entities
        for entity, name in reach.definitions:
            formula = policy_set.definitions[(entity, name)].formula
            self._definitions[(entity, name)] = self._column(entity, name, formula)
        unit = programme.unit
        wanted: dict[str, typed.Expression] = {"_amount": programme.amount}
        for index, leaf in enumerate(policy_set.rules[programme.rule].root.leaves()):
            assert leaf.formula is not None
            wanted[f"_clause_{index}"] = leaf.formula
        if programme.category is not None:
            wanted["_category"] = programme.category
        names = {name: self._column(unit, name, formula) for name, formula in wanted.items()}
        for name in programme.results:
            names[name] = self._definitions.get((unit, name), name)
        return names

    def sure(self, entity: str, node: typed.Expression) -> bool:
        """Whether a prepared formula is never unknown in a row where nothing is at fault."""
        match node:
            case typed.Field():
                return False
            case typed.Named(name=name):
                return self.found[(entity, name)].sure
            case typed.IsUnknown() | typed.Required():
                return True
            case typed.IfUnknown(operand=operand, otherwise=otherwise):
                return self.sure(entity, operand) or self.sure(entity, otherwise)
            case _:
                return all(self.sure(entity, child) for child in typed.children(node))

    # --- how columns come to be

    def _parameter(self, parameter: Parameter) -> str:
        """The name under which formulas find ``parameter``: its own, unless another variant's differs."""
        name, number = parameter.id, 1
        while name in self.parameters and not self._alike(self.parameters[name], parameter):
            number += 1
            name = f"{parameter.id}~{number}"
        self.parameters[name] = parameter
        return name

    def _in_force(self, name: str) -> bool:
        """Whether a parameter, by any of its names, has a value on the run's date."""
        parameter = self.parameters[self._renamed.get(name, name)]
        return parameter.find(self.at, self.known) is not None

    def _alike(self, one: Parameter, other: Parameter) -> bool:
        if one is other:
            return True
        told = [
            [(each.key, each.value, each.valid_from, each.valid_to) for each in parameter.binding(self.known)]
            for parameter in (one, other)
        ]
        return told[0] == told[1] and one.type == other.type

    def _column(self, entity: str, name: str, formula: typed.Expression) -> str:
        prepared = self._prepared(entity, with_dates_compared(formula, self.at), nested=False)
        key = (entity, name, prepared)
        if key not in self._spots:
            free, number = name, 1
            while (entity, free) in self.found:
                number += 1
                free = f"{name}~{number}"
            self._spots[key] = free
            self.found[(entity, free)] = Column(entity, free, prepared, None, self.sure(entity, prepared))
        return self._spots[key]

    def _prepared(self, entity: str, node: typed.Expression, *, nested: bool = True) -> typed.Expression:
        """``node`` reading nothing but columns of its own row."""
        if elsewhere := over_one_link(self._entities, entity, node, self._in_force):
            # All of it stands in one other row, which many rows share: computed there once, and brought here whole.
            target, link, moved = elsewhere
            held = self._own(target, self._prepared(target, moved))
            assert isinstance(held, typed.Named)
            return self._imported(entity, typed.Named(node.type, target, (link,), held.name))
        match node:
            case typed.Field(links=links):
                return self._imported(entity, node) if links else node
            case typed.Named(entity=there, name=name, links=links):
                node = replace(node, name=self._definitions[(there, name)])
                return self._imported(entity, node) if links else node
            case typed.Gathered(member=member, value=value, predicate=predicate):
                value = None if value is None else self._prepared(member, value)
                predicate = None if predicate is None else self._prepared(member, predicate)
                return self._imported(entity, replace(node, value=value, predicate=predicate))
        changed = {child: self._prepared(entity, child) for child in typed.children(node)}
        if isinstance(node, _OWN_OPERANDS):
            changed = {before: self._own(entity, after) for before, after in changed.items()}
        ready = replaced(node, changed)
        if isinstance(ready, typed.Dated | typed.Bracketed):
            ready = replace(ready, parameter=self._renamed[ready.parameter])
        return self._own(entity, ready) if nested and isinstance(ready, _OWN) else ready

    def _own(self, entity: str, node: typed.Expression) -> typed.Expression:
        """``node`` as a column, unless it is as short as one already."""
        if isinstance(node, typed.Literal | typed.RunDate | typed.Field | typed.Named):
            return node
        if isinstance(node, typed.Dated) and node.on is None and not node.keys:
            return node
        if (entity, node) not in self._named:
            name = f"_part_{len(self._named)}"
            self._named[(entity, node)] = name
            self.found[(entity, name)] = Column(entity, name, node, None, self.sure(entity, node))
        return typed.Named(node.type, entity, (), self._named[(entity, node)])

    def _imported(self, entity: str, node: Elsewhere) -> typed.Expression:
        """``node``, which stands in other rows, as a column of this one."""
        if (entity, node) not in self._named:
            name = f"_in_{len(self._named)}"
            self._named[(entity, node)] = name
            sure = isinstance(node, typed.Gathered) and node.kind not in ("min", "max")
            sure = sure and all(self.sure(node.member, each) for each in typed.children(node))  # type: ignore[union-attr]
            self.found[(entity, name)] = Column(entity, name, None, node, sure)
        return typed.Named(node.type, entity, (), self._named[(entity, node)])


def reads(column: Column) -> list[tuple[Spot, int]]:
    """The computed columns that ``column`` reads, each with the joins between them (0 or 1)."""
    if column.formula is not None:
        return [((column.entity, name), 0) for name in _names(column.formula)]
    match column.source:
        case typed.Named(entity=there, name=name):
            return [((there, name), 1)]
        case typed.Gathered(member=member) as gathered:
            return [((member, name), 1) for each in typed.children(gathered) for name in _names(each)]
    return []


def _names(node: typed.Expression) -> set[str]:
    return {each.name for each in typed.walk(node) if isinstance(each, typed.Named)}
