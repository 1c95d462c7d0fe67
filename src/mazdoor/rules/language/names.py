"""What a name in a formula stands for: a fact, a named result, a parameter, or something over a link."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mazdoor.rules.language import syntax, typed
from mazdoor.rules.model import Collection, Entity, Parameter
from mazdoor.rules.problems import Mistake, did_you_mean

RUN_DATE = "at_date"


class Names:
    """Everything formulas may name. ``definition_type`` types a definition on first use (and finds cycles).

    ``rules``: id → entity. The outcome of a rule is a named yes or no of its entity, typed like a definition.
    """

    def __init__(
        self,
        entities: Mapping[str, Entity],
        parameters: Mapping[str, Parameter],
        definitions: Mapping[tuple[str, str], object],
        definition_type: Callable[[str, str, int], typed.Type],
        rules: Mapping[str, str] | None = None,
    ) -> None:
        self.entities, self.parameters, self.definitions = entities, parameters, definitions
        self.rules = {} if rules is None else rules
        self.definition_type = definition_type

    def of_entity(self, entity: str) -> set[str]:
        """Every name that has a value in a row of ``entity``."""
        defined = {name for owner, name in self.definitions if owner == entity}
        return set(self.entities[entity].fields) | defined | {name for name, of in self.rules.items() if of == entity}

    def resolve(self, entity: str, node: syntax.NameText) -> typed.Expression:
        """The meaning of a (dotted) name in a formula of ``entity``. Raises :class:`Mistake`."""
        if node.parts == (RUN_DATE,):
            return typed.RunDate(typed.Day())
        here, links = entity, node.parts[:-1]
        for link in links:
            found = self.entities[here].links.get(link)
            if found is None:
                raise self._not_a_link(here, link, node)
            here = found.entity
        name = node.parts[-1]
        if name in self.entities[here].fields:
            return typed.Field(self.entities[here].fields[name].type, here, links, name)
        if (here, name) in self.definitions:
            return typed.Named(self.definition_type(here, name, node.offset), here, links, name)
        if self.rules.get(name) == here:
            return typed.Named(self.definition_type(here, name, node.offset), here, links, name)
        if not links and name in self.parameters:
            parameter = self.parameters[name]
            not_a_scale(parameter, node.offset)
            if parameter.keys:
                raise Mistake(
                    "keys-wrong",
                    f'"{name}" is a table',
                    offset=node.offset,
                    repair=f"write {name}[{', '.join(parameter.keys)}]",
                )
            return typed.Dated(parameter.type, name, (), None)
        raise self._unknown(here, name, node)

    def parameter(self, node: syntax.LookUp) -> Parameter:
        """The parameter a look-up names. Raises :class:`Mistake`."""
        if node.name not in self.parameters:
            raise Mistake(
                "parameter-unknown",
                f'there is no parameter "{node.name}"',
                offset=node.offset,
                repair=did_you_mean(node.name, self.parameters),
            )
        return self.parameters[node.name]

    def collection(self, entity: str, node: syntax.NameText) -> tuple[str, Collection]:
        """The collection an aggregate runs over, and the entity that owns it. Raises :class:`Mistake`."""
        owner = self.entities[entity]
        if len(node.parts) > 1:
            raise Mistake(
                "collection-unknown",
                "an aggregate runs over a collection of the row itself",
                offset=node.offset,
                repair=f'define it on "{node.parts[0]}" and name the result',
            )
        name = node.parts[0]
        if name not in owner.collections:
            known = ", ".join(owner.collections) or "none"
            raise Mistake(
                "collection-unknown",
                f'{_a(owner.title.en)} has no collection "{name}"',
                offset=node.offset,
                repair=did_you_mean(name, owner.collections) or f"its collections are: {known}",
            )
        return entity, owner.collections[name]

    def _not_a_link(self, here: str, link: str, node: syntax.NameText) -> Mistake:
        owner = self.entities[here]
        if link in owner.collections:
            return Mistake(
                "collection-as-value",
                f'"{link}" are many rows; say what of them',
                offset=node.offset,
                repair=f"write sum({node.parts[-1]} over {link}), or any({link} where …)",
            )
        return Mistake(
            "link-unknown",
            f'{_a(owner.title.en)} does not lead to "{link}"',
            offset=node.offset,
            repair=did_you_mean(link, owner.links) or f"it leads to: {', '.join(owner.links) or 'nothing'}",
        )

    def _unknown(self, here: str, name: str, node: syntax.NameText) -> Mistake:
        owner = self.entities[here]
        if name in owner.collections:
            return Mistake(
                "collection-as-value",
                f'"{name}" are many rows; say what of them',
                offset=node.offset,
                repair=f"write count({name}), or any({name} where …)",
            )
        if name in owner.links:
            return Mistake(
                "link-as-value",
                f'"{name}" is {_a(owner.links[name].entity)}, not a value',
                offset=node.offset,
                repair=f"name a fact of it: {name}.…",
            )
        for link in owner.links.values():
            if name in self.of_entity(link.entity):
                return Mistake(
                    "name-elsewhere",
                    f'"{name}" is a fact of the {link.entity}, not of the {here}',
                    offset=node.offset,
                    repair=f'write "{link.name}.{name}"',
                )
        for collection in owner.collections.values():
            if name in self.of_entity(collection.entity):
                return Mistake(
                    "name-elsewhere",
                    f'"{name}" is a fact of each {collection.entity}, not of the {here}',
                    offset=node.offset,
                    repair=f"write any({collection.name} where {name} …) or sum({name} over {collection.name})",
                )
        pool = self.of_entity(here) | set(owner.links) | set(owner.collections) | {RUN_DATE}
        pool |= set(self.parameters) if len(node.parts) == 1 else set()
        beyond = [f"{link.name}.{far}" for link in owner.links.values() for far in self.of_entity(link.entity)]
        return Mistake(
            "name-unknown",
            f'nothing is called "{name}" for {_a(owner.title.en)}',
            offset=node.offset,
            repair=did_you_mean(name, pool) or did_you_mean(name, beyond),
        )


def not_a_scale(parameter: Parameter, offset: int) -> None:
    """Refuse a scale where a value is needed."""
    if parameter.scale_of is not None:
        raise Mistake(
            "scale-as-value",
            f'"{parameter.id}" is a scale: it gives a value for a number',
            offset=offset,
            repair=f"write bracket({parameter.id}, x)",
        )


def _a(noun: str) -> str:
    return ("an " if noun[:1] in "aeiou" else "a ") + noun
