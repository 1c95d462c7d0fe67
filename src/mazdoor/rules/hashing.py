"""The content hash of a rule: the same for the same law, whatever its layout, words and comments."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from mazdoor.rules.language import typed
from mazdoor.rules.model import Clause, PolicySet, Programme
from mazdoor.rules.reach import reach_of


def content_hash(policy_set: PolicySet, rule: str) -> str:
    """SHA-256 (hex) of everything that decides ``rule``: a programme's or a rule's id. Raises ``KeyError``."""
    if rule in policy_set.programmes:
        programme = policy_set.programmes[rule]
    else:
        clauses = policy_set.rules[rule]
        found = [each for each in policy_set.programmes.values() if each.rule == rule]
        if not found:
            return _digest([clauses.entity, _clause(clauses.root)])
        programme = found[0]
    return _digest(_programme(policy_set, programme))


def _digest(value: Any) -> str:
    return hashlib.sha256(
        json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


def _programme(policy_set: PolicySet, programme: Programme) -> Any:
    reach = reach_of(policy_set, programme)
    entities = {}
    for name in reach.entities():
        entity = policy_set.entities[name]
        entities[name] = [
            entity.table,
            entity.key,
            {each: _plain(entity.fields[each].type) for each in sorted(reach.fields[name])},
            {each.name: [each.entity, each.by] for each in entity.links.values()},
            {each.name: [each.entity, each.by] for each in entity.collections.values()},
        ]
    # Who has a place is decided by the quota, so its table and its order are part of what decides.
    quota = programme.quota
    parameters = {}
    for name in sorted(reach.parameters | ({quota.places} if quota else set())):
        parameter = policy_set.parameters[name]
        parameters[name] = [
            _plain(parameter.type),
            list(parameter.keys),
            [
                [
                    list(each.key),
                    _plain(each.value),
                    _plain(each.valid_from),
                    _plain(each.valid_to),
                    _plain(each.known_from),
                    _plain(each.known_to),
                    each.status,
                ]
                for each in parameter.values
            ],
        ]
    definitions = {
        f"{entity}.{name}": _plain(policy_set.definitions[(entity, name)].formula) for entity, name in reach.definitions
    }
    limits = [[sorted(quota.categories), quota.area, quota.places, list(quota.order)]] if quota else []
    return [
        programme.unit,
        _clause(policy_set.rules[programme.rule].root),
        _plain(programme.amount),
        _plain(programme.category),
        programme.amount_unknown,
        list(programme.results),
        entities,
        parameters,
        definitions,
        *limits,
    ]


def _clause(clause: Clause) -> Any:
    return [clause.id, clause.kind, clause.unknown, _plain(clause.formula), [_clause(part) for part in clause.parts]]


def _plain(value: Any) -> Any:
    """A typed tree or value as plain JSON."""
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    assert is_dataclass(value), type(value)
    kind = "" if isinstance(value, typed.Number) else type(value).__name__
    return [kind, *(_plain(getattr(value, each.name)) for each in fields(value))]
