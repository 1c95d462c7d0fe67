"""Which rows belong together: everything that links and collections lead to from one unit, one household's rows mostly.

What is asked of one unit needs these rows and no others; asked of thousands with all rows at hand, each would read them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mazdoor.rules.model import PolicySet

Facts = Mapping[str, Sequence[Mapping[str, Any]]]
_Place = tuple[str, Any]
"""An entity and the key of one of its rows."""


def facts_of_each(policy_set: PolicySet, unit: str, facts: Facts) -> dict[str, dict[str, list[Mapping[str, Any]]]]:
    """Key → the rows that belong with it, by table, for every row of the entity ``unit``. Rows together share one answer."""
    entities = policy_set.entities
    above: dict[_Place, _Place] = {}

    def top(place: _Place) -> _Place:
        found = place
        while above.setdefault(found, found) != found:
            found = above[found]
        while above[place] != found:
            above[place], place = found, above[place]
        return found

    # A column of a row names another row: over a link of its own, or because that row collects by it.
    naming = {name: [(link.by, link.entity) for link in each.links.values()] for name, each in entities.items()}
    for name, each in entities.items():
        for many in each.collections.values():
            naming[many.entity].append((many.by, name))
    for name, each in entities.items():
        for row in facts.get(each.table, ()):
            here = top((name, row[each.key]))
            for by, other in naming[name]:
                if row.get(by) is not None:
                    above[top((other, row[by]))] = here
    together: dict[_Place, dict[str, list[Mapping[str, Any]]]] = {}
    for name, each in entities.items():
        for row in facts.get(each.table, ()):
            together.setdefault(top((name, row[each.key])), {}).setdefault(each.table, []).append(row)
    entity = entities[unit]
    return {row[entity.key]: together[top((unit, row[entity.key]))] for row in facts.get(entity.table, ())}
