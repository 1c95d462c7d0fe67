"""What a programme reads: which definitions, facts, links, collections and parameters stand behind it.

Static, from the typed trees alone; says nothing about how an engine computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from mazdoor.rules.language import typed
from mazdoor.rules.model import PolicySet, Programme, Rule


@dataclass
class Reach:
    """What is read. ``fields`` by entity; ``definitions`` as ``(entity, name)``, each after those it needs."""

    fields: dict[str, set[str]] = field(default_factory=dict)
    definitions: list[tuple[str, str]] = field(default_factory=list)
    parameters: set[str] = field(default_factory=set)

    def entities(self) -> list[str]:
        """Every entity whose table is read."""
        return sorted(self.fields)


def reach_of(policy_set: PolicySet, programme: Programme) -> Reach:
    """What ``programme`` reads."""
    reach = Reach({programme.unit: set()})
    seen: set[tuple[str, str]] = set()
    for root in roots(policy_set, programme):
        _visit(policy_set, programme.unit, root, reach, seen)
    for name in programme.results:
        if name in policy_set.entities[programme.unit].fields:
            reach.fields[programme.unit].add(name)
        else:
            _define(policy_set, (programme.unit, name), reach, seen)
    return reach


def roots(policy_set: PolicySet, programme: Programme) -> Iterator[typed.Expression]:
    """The formulas a programme consists of."""
    yield from rule_roots(policy_set.rules[programme.rule])
    yield programme.amount
    if programme.category is not None:
        yield programme.category


def rule_roots(rule: Rule) -> Iterator[typed.Expression]:
    """The formulas of a rule's clauses."""
    for leaf in rule.root.leaves():
        assert leaf.formula is not None
        yield leaf.formula


def _define(policy_set: PolicySet, key: tuple[str, str], reach: Reach, seen: set[tuple[str, str]]) -> None:
    if key in seen:
        return
    seen.add(key)
    reach.fields.setdefault(key[0], set())
    _visit(policy_set, key[0], policy_set.definitions[key].formula, reach, seen)
    reach.definitions.append(key)


def _visit(
    policy_set: PolicySet, entity: str, node: typed.Expression, reach: Reach, seen: set[tuple[str, str]]
) -> None:
    reach.fields.setdefault(entity, set())
    inside = entity
    match node:
        case typed.Field(links=links, name=name) | typed.Named(links=links, name=name):
            here = entity
            for step in links:
                link = policy_set.entities[here].links[step]
                reach.fields.setdefault(here, set()).add(link.by)
                here = link.entity
            if isinstance(node, typed.Field):
                reach.fields.setdefault(here, set()).add(name)
            else:
                _define(policy_set, (here, name), reach, seen)
        case typed.Dated(parameter=parameter) | typed.Bracketed(parameter=parameter):
            reach.parameters.add(parameter)
        case typed.Gathered(collection=collection):
            many = policy_set.entities[entity].collections[collection]
            reach.fields.setdefault(many.entity, set()).add(many.by)
            inside = many.entity
        case _:
            pass
    for child in typed.children(node):
        _visit(policy_set, inside, child, reach, seen)
