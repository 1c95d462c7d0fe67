"""A programme → one SQL query over the tables of facts: layers of columns, each a CTE.

Every named result is a column of its entity. A column can be computed once all it needs is there, so columns are sorted by
*depth*; layer d of an entity is layer d-1 with the columns of depth d beside it, joined with what these need from other
entities (a link, or an aggregate grouped by our key). No expression is nested deeper than one formula.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from sqlglot import exp

from mazdoor.rules.engines.sql import clauses
from mazdoor.rules.engines.sql.expressions import compile_expression
from mazdoor.rules.engines.sql.gathering import Gathering
from mazdoor.rules.engines.sql.parts import (
    Compiled,
    Sql,
    alias,
    case,
    cast,
    column,
    compare,
    day,
    every,
    integer_type,
    is_not_null,
    mul,
    negated,
    some,
    text,
    whole,
)
from mazdoor.rules.language import typed
from mazdoor.rules.model import Entity, Parameter, PolicySet, Programme
from mazdoor.rules.reach import reach_of

FAULT = "_fault"


@dataclass
class Column:
    """One computed column. Its faults stand in a column beside it and count only where something asks for it."""

    entity: str
    name: str
    formula: typed.Expression
    depth: int = 0
    faulty: bool = False


@dataclass(frozen=True)
class Plan:
    """The queries of one programme: faults of each entity, and the results of each unit. Trees, not text."""

    unit: str
    tables: dict[str, tuple[str, ...]]
    """Table → the columns that are read."""
    domains: dict[str, Sql]
    """Table → a query of (fault, rows) over its facts, empty where all is well."""
    results: Sql
    """One row for each unit. Its column ``_fault`` says what could not be evaluated; null in every row where all is well."""
    groups: tuple[tuple[str, str], ...]
    """(table, column) by which rows are gathered: no group may have more rows than the domain allows."""


def make_plan(
    policy_set: PolicySet, programme: Programme, *, at: date, known: date | None, each_fault: bool = False
) -> Plan:
    """The plan of ``programme`` at a date, by what was known on ``known`` (None: all).

    ``each_fault``: each of the programme's results has a column ``<name>_fault`` beside it that says why it has no value
    (null where it has), and ``_fault`` leaves them out: many rules are tried at once, and none stops another.
    """
    return _Planner(policy_set, programme, at, known, each_fault).plan()


@dataclass
class _Planner:
    policy_set: PolicySet
    programme: Programme
    at: date
    known: date | None
    each_fault: bool = False
    columns: dict[tuple[str, str], Column] = field(default_factory=dict)
    lifted: dict[tuple[str, typed.Expression], str] = field(default_factory=dict)
    ctes: list[tuple[str, exp.Select]] = field(default_factory=list)
    layers: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    fields: dict[str, list[str]] = field(default_factory=dict)
    groups: set[tuple[str, str]] = field(default_factory=set)

    # --- which columns there are, and how deep

    def plan(self) -> Plan:
        reach = reach_of(self.policy_set, self.programme)
        self.fields = {entity: sorted(names) for entity, names in reach.fields.items()}
        for entity, name in reach.definitions:
            self.declare(entity, name, self.policy_set.definitions[(entity, name)].formula)
        unit, rule = self.programme.unit, self.policy_set.rules[self.programme.rule]
        for index, leaf in enumerate(rule.root.leaves()):
            assert leaf.formula is not None
            self.declare(unit, f"_clause_{index}", leaf.formula)
        self.declare(unit, "_amount", self.programme.amount)
        if self.programme.category is not None:
            self.declare(unit, "_category", self.programme.category)
        self.build_layers()
        final = clauses.final_select(self.policy_set, self.programme, self.last(unit), self.columns, self.each_fault)
        tables = {
            self.policy_set.entities[entity].table: (self.policy_set.entities[entity].key, *names)
            for entity, names in self.fields.items()
        }
        domains: dict[str, Sql] = {}
        for entity in self.fields:
            query = self.domain_query(self.policy_set.entities[entity])
            if query is not None:
                domains[self.policy_set.entities[entity].table] = query
        groups = tuple(sorted(self.groups))
        return Plan(unit, tables, domains, self.with_ctes(final), groups)

    def declare(self, entity: str, name: str, formula: typed.Expression) -> None:
        """Note a column, after lifting out of its formula what needs columns of its own."""
        prepared = self.lift(entity, formula)
        depth = 1 + max((self.depth_needed(entity, node) for node in self.frame_nodes(prepared)), default=0)
        self.columns[(entity, name)] = Column(entity, name, prepared, depth)

    def frame_nodes(self, node: typed.Expression) -> list[typed.Expression]:
        """The nodes evaluated in the row itself: an aggregate counts as one, what is inside it does not."""
        if isinstance(node, typed.Gathered):
            return [node]
        return [node, *(each for child in typed.children(node) for each in self.frame_nodes(child))]

    def depth_needed(self, entity: str, node: typed.Expression) -> int:
        if isinstance(node, typed.Named):
            return self.columns[(node.entity, node.name)].depth
        if isinstance(node, typed.Gathered):
            inside = [each for child in typed.children(node) for each in self.frame_nodes(child)]
            return max((self.depth_needed(node.member, each) for each in inside), default=0)
        return 0

    def lift(self, entity: str, node: typed.Expression) -> typed.Expression:
        """``node`` with nested aggregates, and operands that SQL would write out several times, as columns of their own."""
        children = typed.children(node)
        if isinstance(node, typed.Gathered):
            value = None if node.value is None else self.lift(node.member, node.value)
            predicate = None if node.predicate is None else self.lift(node.member, node.predicate)
            value, predicate = (self.without_gathered(node.member, each) for each in (value, predicate))
            return typed.Gathered(node.type, node.kind, node.entity, node.collection, node.member, value, predicate)
        changed = {child: self.lift(entity, child) for child in children}
        if isinstance(node, typed.Rounded | typed.Extreme | typed.OnDates | typed.Dated | typed.Bracketed | typed.Required):
            changed = {before: self.own_column(entity, after) for before, after in changed.items()}
        return _replaced(node, changed)

    def without_gathered(self, entity: str, node: typed.Expression | None) -> typed.Expression | None:
        if node is None or not any(isinstance(each, typed.Gathered) for each in typed.walk(node)):
            return node
        if isinstance(node, typed.Gathered):
            return self.own_column(entity, node)
        return _replaced(node, {child: self.without_gathered(entity, child) or child for child in typed.children(node)})

    def own_column(self, entity: str, node: typed.Expression) -> typed.Expression:
        """``node`` as a column, unless it is as short as one already."""
        if isinstance(node, typed.Literal | typed.RunDate | typed.Field | typed.Named):
            return node
        if isinstance(node, typed.Dated) and node.on is None and not node.keys:
            return node
        key = (entity, node)
        if key not in self.lifted:
            name = f"_part_{len(self.lifted)}"
            self.lifted[key] = name
            depth = 1 + max((self.depth_needed(entity, each) for each in self.frame_nodes(node)), default=0)
            self.columns[(entity, name)] = Column(entity, name, node, depth)
        return typed.Named(node.type, entity, (), self.lifted[key])

    # --- layers

    def build_layers(self) -> None:
        for entity in self.fields:
            self.base_layer(self.policy_set.entities[entity])
        deepest = max((each.depth for each in self.columns.values()), default=0)
        for depth in range(1, deepest + 1):
            for entity in list(self.fields):
                here = [each for each in self.columns.values() if each.entity == entity and each.depth == depth]
                if here:
                    self.layer(entity, depth, here)

    def last(self, entity: str) -> str:
        return self.layers[entity][-1][1]

    def at_depth(self, entity: str, depth: int) -> str:
        """The CTE of ``entity`` in which every column up to ``depth`` is there."""
        return [name for level, name in self.layers[entity] if level <= depth][-1]

    def base_layer(self, entity: Entity) -> None:
        """The facts as they lie in the table, numbers as whole counts."""
        selected: list[Sql] = [alias(column("t", entity.key), entity.key, quoted=True)]
        for name in self.fields[entity.id]:
            fact = entity.fields[name]
            value = column("t", name)
            if isinstance(fact.type, typed.Number):
                if fact.type.shape.scale and not fact.money:
                    value = mul(value, whole(10**fact.type.shape.scale, "INT"))
                value = cast(value, integer_type(fact.type.shape))
            selected.append(alias(value, name, quoted=True))
        self.add_cte(entity.id, 0, exp.select(*selected).from_(alias(exp.to_table(entity.table), "t", table=True)))

    def domain_query(self, entity: Entity) -> Sql | None:
        """A query of (fault, rows): facts outside their field's domain. None where every value is inside."""
        faults: list[tuple[Sql, Sql]] = []
        for name in self.fields[entity.id]:
            kind, value = entity.fields[name].type, column("t", name)
            bad: Sql | None = None
            if isinstance(kind, typed.Number):
                low, high = (whole(bound, integer_type(kind.shape)) for bound in (kind.shape.low, kind.shape.high))
                bad, said = some([compare("<", value, low), compare(">", value, high)]), "is too large or too fine"
            elif isinstance(kind, typed.Text) and kind.one_of:
                listed = some([compare("=", value, text(code)) for code in kind.one_of])
                bad, said = every([is_not_null(value), negated(listed)]), "holds a code that is not one of its codes"
            elif isinstance(kind, typed.Day):
                bad = some([compare("<", value, day(date(1, 1, 1))), compare(">", value, day(date(9999, 12, 31)))])
                said = "is outside the calendar"
            if bad is not None:
                faults.append((bad, text(f"{entity.id}.{name} {said}")))
        if not faults:
            return None
        inner = exp.select(alias(case(faults), "fault", quoted=True))
        inner = inner.from_(alias(exp.to_table(self.last_base(entity.id)), "t", table=True))
        return self.with_ctes(counted(inner, "fault"))

    def last_base(self, entity: str) -> str:
        return self.layers[entity][0][1]

    def add_cte(self, entity: str, depth: int, query: exp.Select) -> None:
        name = f"{entity}_{depth}"
        self.ctes.append((name, query))
        self.layers.setdefault(entity, []).append((depth, name))

    def layer(self, entity: str, depth: int, here: list[Column]) -> None:
        frame = RowFrame(self, entity, depth)
        selected: list[Sql] = [exp.Column(this=exp.Star(), table=exp.to_identifier("p"))]
        for each in here:
            compiled = compile_expression(each.formula, frame)
            selected.append(alias(compiled.value, each.name, quoted=True))
            if compiled.faults:
                each.faulty = True
                told = case([(condition, what) for what, condition in compiled.faults])
                selected.append(alias(told, f"{each.name}{FAULT}", quoted=True))
        query = exp.select(*selected)
        query = query.from_(alias(exp.to_table(self.at_depth(entity, depth - 1)), "p", table=True))
        for join in frame.joins():
            query = query.join(join, copy=False)
        self.add_cte(entity, depth, query)

    # --- queries

    def with_ctes(self, query: exp.Select) -> Sql:
        """``query`` with the layers it leans on."""
        needed = _leaned_on(query, dict(self.ctes))
        for name, tree in self.ctes:
            if name in needed:
                query = query.with_(name, as_=tree, copy=False)
        return query


def counted(inner: exp.Select, name: str) -> exp.Select:
    """How often each value of ``name`` occurs, unknown left out."""
    outer = exp.select(column("f", name), alias(exp.Count(this=exp.Star()), "rows", quoted=True))
    outer = outer.from_(inner.subquery("f")).where(is_not_null(column("f", name)))
    return outer.group_by(column("f", name))


def _leaned_on(query: exp.Expression, ctes: dict[str, exp.Select]) -> set[str]:
    found: set[str] = set()
    waiting = [query]
    while waiting:
        for table in waiting.pop().find_all(exp.Table):
            if table.name in ctes and table.name not in found:
                found.add(table.name)
                waiting.append(ctes[table.name])
    return found


class RowFrame:
    """A formula in a layer of its own entity: columns of the layer before, links and aggregates joined."""

    def __init__(self, planner: _Planner, entity: str, depth: int, alias: str = "p", prefix: str = "") -> None:
        self.planner, self.entity, self.depth, self.alias, self.prefix = planner, entity, depth, alias, prefix
        self.at, self.known = planner.at, planner.known
        self.links: dict[tuple[str, ...], str] = {}
        self.groups: dict[str, Gathering] = {}

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name."""
        return self.planner.policy_set.parameters[name]

    def read(self, node: typed.Field | typed.Named) -> Compiled:
        """The column of a fact or named result, over links where there are any."""
        alias = self.alias if not node.links else self.link(node.links)
        found = column(alias, node.name)
        computed = self.planner.columns.get((node.entity, node.name)) if isinstance(node, typed.Named) else None
        if computed is not None and computed.faulty:
            told = column(alias, f"{node.name}{FAULT}")
            return Compiled(found, ((told, is_not_null(told)),))
        return Compiled(found)

    def link(self, links: tuple[str, ...]) -> str:
        """The alias under which the row at the end of ``links`` is joined."""
        if links not in self.links:
            for length in range(1, len(links) + 1):
                self.links.setdefault(links[:length], f"{self.prefix}link_{len(self.links)}")
        return self.links[links]

    def gathered(self, node: typed.Gathered) -> Compiled:
        """The column of an aggregate over one of our collections."""
        if node.collection not in self.groups:
            self.groups[node.collection] = Gathering(self.planner, node, self.depth, f"many_{len(self.groups)}")
        return self.groups[node.collection].add(node)

    def joins(self) -> list[exp.Join]:
        """The joins this frame has come to need."""
        found = self.link_joins()
        key = self.planner.policy_set.entities[self.entity].key
        for group in self.groups.values():
            on = compare("=", column(group.alias, "_by"), column(self.alias, key))
            found.append(exp.Join(this=group.query().subquery(group.alias), side="LEFT", on=on))
        return found

    def link_joins(self) -> list[exp.Join]:
        """The joins of links alone."""
        found: list[exp.Join] = []
        for links, name in self.links.items():
            here, before = self.entity, self.alias
            for step in links[:-1]:
                here = self.planner.policy_set.entities[here].links[step].entity
            if len(links) > 1:
                before = self.links[links[:-1]]
            link = self.planner.policy_set.entities[here].links[links[-1]]
            table = self.planner.at_depth(link.entity, self.depth - 1)
            on = compare("=", column(name, self.planner.policy_set.entities[link.entity].key), column(before, link.by))
            found.append(exp.Join(this=alias(exp.to_table(table), name, table=True), side="LEFT", on=on))
        return found


def _replaced(node: typed.Expression, changed: dict[typed.Expression, typed.Expression]) -> typed.Expression:
    """``node`` with its children replaced."""
    if all(before is after for before, after in changed.items()):
        return node

    def swap(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(swap(each) for each in value)
        return changed.get(value, value) if isinstance(value, _NODES) else value

    values = {
        each.name: swap(getattr(node, each.name)) for each in fields(node) if each.name not in ("type", "members")
    }
    plain: Any = node
    replaced: typed.Expression = replace(plain, **values)
    return replaced


_NODES = (
    typed.Literal,
    typed.RunDate,
    typed.Field,
    typed.Named,
    typed.Dated,
    typed.Bracketed,
    typed.Required,
    typed.Negative,
    typed.Arithmetic,
    typed.Rounded,
    typed.Compared,
    typed.Both,
    typed.Either,
    typed.Not,
    typed.Chosen,
    typed.Member,
    typed.IsUnknown,
    typed.IfUnknown,
    typed.Extreme,
    typed.StartsWith,
    typed.OnDates,
    typed.Gathered,
)
