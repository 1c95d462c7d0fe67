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
    call,
    case,
    cast,
    column,
    compare,
    day,
    every,
    integer_type,
    is_not_null,
    mul,
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
    """One computed column. ``quiet``: its faults count only where something asks for it (kept in a column of their own)."""

    entity: str
    name: str
    formula: typed.Expression
    where: str
    quiet: bool = False
    depth: int = 0
    faulty: bool = False


@dataclass(frozen=True)
class Plan:
    """The queries of one programme: faults of each entity, and the results of each unit. Trees, not text."""

    unit: str
    tables: dict[str, tuple[str, ...]]
    """Table → the columns that are read."""
    faults: dict[str, Sql]
    """Entity → a query of (fault, rows), empty where all is well. Only entities that can have faults."""
    results: Sql
    groups: tuple[tuple[str, str], ...]
    """(table, column) by which rows are gathered: no group may have more rows than the domain allows."""


def make_plan(policy_set: PolicySet, programme: Programme, *, at: date, known: date | None) -> Plan:
    """The plan of ``programme`` at a date, by what was known on ``known`` (None: all)."""
    return _Planner(policy_set, programme, at, known).plan()


def write_sql(tree: Sql, dialect: str) -> str:
    """The text of a tree for ``duckdb`` or ``postgres``. Long whole numbers take the type the dialect has for them."""
    if dialect != "duckdb":
        tree = tree.transform(_without_int128)
    return tree.sql(dialect=dialect)


def _without_int128(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.DataType) and node.this == exp.DataType.Type.INT128:
        return exp.DataType.build("DECIMAL(38, 0)")
    return node


@dataclass
class _Planner:
    policy_set: PolicySet
    programme: Programme
    at: date
    known: date | None
    columns: dict[tuple[str, str], Column] = field(default_factory=dict)
    lifted: dict[tuple[str, typed.Expression], str] = field(default_factory=dict)
    ctes: list[tuple[str, exp.Select]] = field(default_factory=list)
    layers: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    fields: dict[str, list[str]] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)
    groups: set[tuple[str, str]] = field(default_factory=set)

    # --- which columns there are, and how deep

    def plan(self) -> Plan:
        reach = reach_of(self.policy_set, self.programme)
        self.fields = {entity: sorted(names) for entity, names in reach.fields.items()}
        for entity, name in reach.definitions:
            self.declare(entity, name, self.policy_set.definitions[(entity, name)].formula, f"definition {name}")
        unit, rule = self.programme.unit, self.policy_set.rules[self.programme.rule]
        for index, leaf in enumerate(rule.root.leaves()):
            assert leaf.formula is not None
            self.declare(unit, f"_clause_{index}", leaf.formula, f"programme {self.programme.id}")
        self.declare(unit, "_amount", self.programme.amount, f"programme {self.programme.id}", quiet=True)
        if self.programme.category is not None:
            self.declare(unit, "_category", self.programme.category, f"programme {self.programme.id}", quiet=True)
        self.build_layers()
        final = clauses.final_select(self.policy_set, self.programme, self.last(unit), self.columns)
        tables = {
            self.policy_set.entities[entity].table: (self.policy_set.entities[entity].key, *names)
            for entity, names in self.fields.items()
        }
        faults: dict[str, Sql] = {}
        for entity in self.fields:
            query = self.fault_query(entity, final if entity == unit else None)
            if query is not None:
                faults[entity] = self.with_ctes(query)
        groups = tuple(sorted(self.groups))
        return Plan(unit, tables, faults, self.with_ctes(final.results), groups)

    def declare(self, entity: str, name: str, formula: typed.Expression, where: str, *, quiet: bool = False) -> None:
        """Note a column, after lifting out of its formula what needs columns of its own."""
        prepared = self.lift(entity, formula, top=True)
        depth = 1 + max((self.depth_needed(entity, node) for node in self.frame_nodes(prepared)), default=0)
        self.columns[(entity, name)] = Column(entity, name, prepared, where, quiet, depth)

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

    def lift(self, entity: str, node: typed.Expression, *, top: bool = False) -> typed.Expression:
        """``node`` with nested aggregates, and operands that SQL would write out several times, as columns of their own."""
        children = typed.children(node)
        if isinstance(node, typed.Gathered):
            value = None if node.value is None else self.lift(node.member, node.value)
            predicate = None if node.predicate is None else self.lift(node.member, node.predicate)
            value, predicate = (self.without_gathered(node.member, each) for each in (value, predicate))
            return typed.Gathered(node.type, node.kind, node.entity, node.collection, node.member, value, predicate)
        changed = {child: self.lift(entity, child) for child in children}
        if isinstance(node, typed.Rounded | typed.Extreme | typed.OnDates | typed.Dated):
            changed = {before: self.own_column(entity, after) for before, after in changed.items()}
        return _replaced(node, changed)

    def without_gathered(self, entity: str, node: typed.Expression | None) -> typed.Expression | None:
        if node is None or not any(isinstance(each, typed.Gathered) for each in typed.walk(node)):
            return node
        if isinstance(node, typed.Gathered):
            return self.own_column(entity, node)
        return _replaced(node, {child: self.without_gathered(entity, child) or child for child in typed.children(node)})

    def own_column(self, entity: str, node: typed.Expression) -> typed.Expression:
        """``node`` as a quiet column, unless it is as short as one already."""
        if isinstance(node, typed.Literal | typed.RunDate | typed.Field | typed.Named):
            return node
        if isinstance(node, typed.Dated) and node.on is None and not node.keys:
            return node
        key = (entity, node)
        if key not in self.lifted:
            name = f"_part_{len(self.lifted)}"
            self.lifted[key] = name
            depth = 1 + max((self.depth_needed(entity, each) for each in self.frame_nodes(node)), default=0)
            self.columns[(entity, name)] = Column(entity, name, node, "", True, depth)
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
        source = column_source = "t"
        selected: list[Sql] = [alias(column(source, entity.key), entity.key, quoted=True)]
        faults: list[tuple[Sql, Sql]] = []
        for name in self.fields[entity.id]:
            fact = entity.fields[name]
            raw = column(column_source, name)
            value = raw
            if isinstance(fact.type, typed.Number):
                kind = integer_type(fact.type.shape)
                scaled = (
                    raw
                    if fact.money or not fact.type.shape.scale
                    else mul(raw, whole(10**fact.type.shape.scale, "INT"))
                )
                value = cast(scaled, kind)
                low, high = (whole(bound, kind) for bound in (fact.type.shape.low, fact.type.shape.high))
                bad = some([compare("<", value, low), compare(">", value, high)])
                faults.append((bad, text(f"{entity.id}.{name} is too large or too fine|table {entity.table}")))
            elif isinstance(fact.type, typed.Text) and fact.type.one_of:
                listed = some([compare("=", raw, text(code)) for code in fact.type.one_of])
                bad = every([is_not_null(raw), exp.Not(this=listed)])
                faults.append(
                    (bad, text(f"{entity.id}.{name} holds a code that is not one of its codes|table {entity.table}"))
                )
            elif isinstance(fact.type, typed.Day):
                bad = some([compare("<", raw, day(date(1, 1, 1))), compare(">", raw, day(date(9999, 12, 31)))])
                faults.append((bad, text(f"{entity.id}.{name} is outside the calendar|table {entity.table}")))
            selected.append(alias(value, name, quoted=True))
        selected.append(alias(case(faults) if faults else cast(exp.Null(), "TEXT"), FAULT, quoted=True))
        query = exp.select(*selected).from_(alias(exp.to_table(entity.table), source, table=True))
        self.add_cte(entity.id, 0, query, bool(faults))

    def add_cte(self, entity: str, depth: int, query: exp.Select, faulty: bool) -> None:
        name = f"{entity}_{depth}"
        self.ctes.append((name, query))
        self.layers.setdefault(entity, []).append((depth, name))
        if faulty:
            self.faulty.add(entity)

    def layer(self, entity: str, depth: int, here: list[Column]) -> None:
        frame = RowFrame(self, entity, depth)
        selected: list[Sql] = []
        faults: list[tuple[Sql, Sql]] = []
        for each in here:
            compiled = compile_expression(each.formula, frame)
            selected.append(alias(compiled.value, each.name, quoted=True))
            if each.quiet and compiled.faults:
                each.faulty = True
                told = case([(condition, text(what)) for what, condition in compiled.faults])
                selected.append(alias(told, f"{each.name}{FAULT}", quoted=True))
            elif compiled.faults:
                faults.extend((condition, text(f"{what}|{each.where}")) for what, condition in compiled.faults)
        before = column("p", FAULT)
        told = call("COALESCE", before, case(faults)) if faults else before
        kept = [alias(column("p", name), name, quoted=True) for name in self.kept(entity, depth)]
        query = exp.select(*kept, *selected, alias(told, FAULT, quoted=True))
        query = query.from_(alias(exp.to_table(self.at_depth(entity, depth - 1)), "p", table=True))
        for join in frame.joins():
            query = query.join(join, copy=False)
        self.add_cte(entity, depth, query, bool(faults))

    def kept(self, entity: str, depth: int) -> list[str]:
        """The columns a layer takes over from the one before."""
        earlier = [each for each in self.columns.values() if each.entity == entity and each.depth < depth]
        names = [self.policy_set.entities[entity].key, *self.fields[entity]]
        for each in earlier:
            names.append(each.name)
            if each.faulty:
                names.append(f"{each.name}{FAULT}")
        return names

    # --- queries

    def fault_query(self, entity: str, final: clauses.Final | None) -> exp.Select | None:
        if final is not None:
            told = call("COALESCE", column("u", FAULT), final.fault) if final.fault is not None else column("u", FAULT)
        elif entity in self.faulty:
            told = column("u", FAULT)
        else:
            return None
        inner = exp.select(alias(told, "fault", quoted=True))
        inner = inner.from_(alias(exp.to_table(self.last(entity)), "u", table=True))
        outer = exp.select(column("f", "fault"), alias(exp.Count(this=exp.Star()), "rows", quoted=True))
        outer = outer.from_(inner.subquery("f")).where(is_not_null(column("f", "fault")))
        return outer.group_by(column("f", "fault"))

    def with_ctes(self, query: exp.Select) -> Sql:
        """``query`` with the layers it leans on."""
        needed = _leaned_on(query, dict(self.ctes))
        for name, tree in self.ctes:
            if name in needed:
                query = query.with_(name, as_=tree, copy=False)
        return query


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
            return Compiled(found, (("a part of it has no value", is_not_null(told)),))
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
