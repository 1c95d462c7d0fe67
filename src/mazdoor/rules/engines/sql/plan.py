"""A programme → one SQL query over the tables of facts: stages of columns, each a CTE.

Every named result is a column of its entity. A stage of a table is the stage before with what it imports from other tables
joined beside it (a link, or aggregates grouped by our key: one join for each), and then columns computed from its own row,
in layers of what reads what. ``columns`` says which columns there are, ``stages`` when each is due.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlglot import exp

from mazdoor.rules.engines.sql import clauses
from mazdoor.rules.engines.sql.columns import Column, Columns
from mazdoor.rules.engines.sql.expressions import compile_expression
from mazdoor.rules.engines.sql.gathering import Gathering
from mazdoor.rules.engines.sql.halves import Halves, halve
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
from mazdoor.rules.engines.sql.stages import set_stages
from mazdoor.rules.language import typed
from mazdoor.rules.model import Entity, Parameter, PolicySet, Programme

FAULT = clauses.FAULT
_SMALL = 18
"""Digits of a decimal that DuckDB holds in 64 bits."""


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
    halves: Halves
    """The same results in two steps, for an engine that can keep what lies between."""


def make_plan(
    policy_set: PolicySet, programme: Programme, *, at: date, known: date | None, each_fault: bool = False
) -> Plan:
    """The plan of ``programme`` at a date, by what was known on ``known`` (None: all).

    ``each_fault``: each of the programme's results has a column ``<name>_fault`` beside it that says why it has no value
    (null where it has), and ``_fault`` leaves them out: many rules are tried at once, and none stops another.
    """
    return _Planner(policy_set, programme.unit, at, known).plan({"": (policy_set, programme)}, each_fault)


def make_variants_plan(variants: Mapping[str, PolicySet], programme: str, *, at: date, known: date | None) -> Plan:
    """The plan of one programme under several policies in one pass: what they share is computed once.

    Results have ``unit_id`` and, for each variant, ``<variant>.eligible``, ``.amount``, ``.category`` and
    ``.deciding_clause``. The vocabulary of facts and the programme's unit must be the same in all (``ValueError``).
    """
    first = next(iter(variants.values()))
    unit = first.programmes[programme].unit
    for each in variants.values():
        if each.entities != first.entities or each.programmes[programme].unit != unit:
            raise ValueError("variants of a reform speak of the same facts and the same unit")
    chosen = {name: (each, each.programmes[programme]) for name, each in variants.items()}
    return _Planner(first, unit, at, known).plan(chosen, False)


@dataclass
class _Planner:
    policy_set: PolicySet
    """Whose vocabulary holds: that of the first variant."""
    unit: str
    at: date
    known: date | None
    columns: Columns = field(init=False)
    ctes: list[tuple[str, exp.Select]] = field(default_factory=list)
    layers: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    fields: dict[str, list[str]] = field(default_factory=dict)
    groups: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.columns = Columns(self.at, self.known)

    def plan(self, chosen: Mapping[str, tuple[PolicySet, Programme]], each_fault: bool) -> Plan:
        names = {variant: self.columns.declare(*each) for variant, each in chosen.items()}
        self.fields = {entity: sorted(names) for entity, names in sorted(self.columns.facts.items())}
        last = set_stages(self.columns)
        for stage in range(last + 1):
            for entity in self.fields:
                self.stage(self.policy_set.entities[entity], stage)
        verdicts = {
            variant: clauses.Verdict(policy_set, programme, names[variant], self.columns, mark=f"~{number}")
            for number, (variant, (policy_set, programme)) in enumerate(chosen.items())
        }
        for height in range(max(len(each.layers) for each in verdicts.values())):
            added = [named for each in verdicts.values() for named in each.layers[height : height + 1]]
            self.beside(self.unit, last, [pair for layer in added for pair in layer], called="u")
        key = self.policy_set.entities[self.unit].key
        if list(verdicts) == [""]:
            final = verdicts[""].result(key, self.last(self.unit), each_fault)
        else:
            final = clauses.results_side_by_side(verdicts, key, self.last(self.unit))
        tables = {
            self.policy_set.entities[entity].table: (self.policy_set.entities[entity].key, *names)
            for entity, names in self.fields.items()
        }
        domains: dict[str, Sql] = {}
        for entity in self.fields:
            query = self.domain_query(self.policy_set.entities[entity])
            if query is not None:
                domains[self.policy_set.entities[entity].table] = query
        halves = halve(final, list(verdicts.values()), list(verdicts), self.last(self.unit))
        whole_units = self.with_ctes(halves.units)
        return Plan(
            self.unit,
            tables,
            domains,
            self.with_ctes(final),
            tuple(sorted(self.groups)),
            replace(halves, units=whole_units),
        )

    # --- stages

    def last(self, entity: str) -> str:
        return self.layers[entity][-1][1]

    def at_stage(self, entity: str, stage: int) -> str:
        """The CTE of ``entity`` that holds everything up to ``stage``."""
        return [name for level, name in self.layers[entity] if level <= stage][-1]

    def stage(self, entity: Entity, stage: int) -> None:
        if stage == 0:
            self.base_layer(entity)
        here = [each for each in self.columns.found.values() if each.entity == entity.id and each.stage == stage]
        imports = [each for each in here if each.source is not None]
        if imports:
            self.import_layer(entity, stage, imports)
        depths: dict[str, int] = {}
        for each in here:
            if each.formula is not None:
                read = [depths.get(name, 0) for name in names_of(each.formula)]
                depths[each.name] = 1 + max(read, default=0)
        for depth in range(1, max(depths.values(), default=0) + 1):
            self.compute_layer(entity.id, stage, [each for each in here if depths.get(each.name) == depth])

    def base_layer(self, entity: Entity) -> None:
        """The facts as they lie in the table, numbers as whole counts."""
        selected: list[Sql] = [alias(column("t", entity.key), entity.key, quoted=True)]
        for name in self.fields[entity.id]:
            fact = entity.fields[name]
            value = column("t", name)
            if isinstance(fact.type, typed.Number):
                shape = fact.type.shape
                if shape.scale and not fact.money:
                    # DuckDB multiplies in 64 bits what came in 64 bits: a long product is given its room before.
                    room = shape.digits + shape.scale
                    value = cast(value, f"DECIMAL({room}, {shape.scale})") if room > _SMALL else value
                    value = mul(value, whole(10**shape.scale, "INT"))
                value = cast(value, integer_type(shape))
            selected.append(alias(value, name, quoted=True))
        source = alias(exp.to_table(entity.table), "t", table=True)
        self.add_cte(entity.id, 0, exp.select(*selected, copy=False).from_(source, copy=False))

    def import_layer(self, entity: Entity, stage: int, imports: list[Column]) -> None:
        """What other tables bring, joined: one join for each link and each collection."""
        frame = ImportFrame(self, entity, stage)
        selected: list[tuple[str, Sql]] = []
        for each in imports:
            assert each.source is not None
            self.select(each, frame.imported(each.source), selected)
        self.beside(entity.id, stage, selected, called="p", joins=frame.joins())

    def compute_layer(self, entity: str, stage: int, computed: list[Column]) -> None:
        frame = RowFrame(self, entity, "p")
        selected: list[tuple[str, Sql]] = []
        for each in computed:
            assert each.formula is not None
            self.select(each, compile_expression(each.formula, frame), selected)
        self.beside(entity, stage, selected, called="p")

    def select(self, each: Column, compiled: Compiled, selected: list[tuple[str, Sql]]) -> None:
        """A column with its fault beside it; a fault that is another column's and nothing more stays there."""
        selected.append((each.name, compiled.value))
        if not compiled.faults:
            return
        first = compiled.faults[0]
        if isinstance(first, ToldBeside) and all(fault is first for fault in compiled.faults):
            each.fault = first.name
            return
        each.fault = f"{each.name}{FAULT}"
        selected.append((each.fault, case([(condition, what) for what, condition in compiled.faults])))

    def beside(
        self,
        entity: str,
        stage: int,
        selected: list[tuple[str, Sql]],
        *,
        called: str,
        joins: list[exp.Join] | None = None,
    ) -> None:
        """A new layer of ``entity``: the one before with columns beside it."""
        star = exp.Column(this=exp.Star(), table=exp.to_identifier(called))
        query = exp.select(star, *(alias(value, name, quoted=True) for name, value in selected), copy=False)
        query = query.from_(alias(exp.to_table(self.last(entity)), called, table=True), copy=False)
        for join in joins or ():
            query = query.join(join, copy=False)
        self.add_cte(entity, stage, query)

    def add_cte(self, entity: str, stage: int, query: exp.Select) -> None:
        layers = self.layers.setdefault(entity, [])
        name = f"{entity}_{len(layers)}"
        self.ctes.append((name, query))
        layers.append((stage, name))

    # --- queries

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
        inner = inner.from_(alias(exp.to_table(self.layers[entity.id][0][1]), "t", table=True))
        return self.with_ctes(counted(inner, "fault"))

    def with_ctes(self, query: exp.Select) -> exp.Select:
        """``query`` with the layers it leans on."""
        needed = _leaned_on(query, dict(self.ctes))
        for name, tree in self.ctes:
            if name in needed:
                query = query.with_(name, as_=tree, copy=False)
        return query


def names_of(formula: typed.Expression) -> set[str]:
    """The computed columns of its own row that a prepared formula reads."""
    return {each.name for each in typed.walk(formula) if isinstance(each, typed.Named)}


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


class ToldBeside(tuple[Sql, Sql]):
    """The fault of a column that was computed before: (what it tells, whether it does)."""

    name: str

    @staticmethod
    def of(table: str, name: str) -> ToldBeside:
        """The fault column ``name`` of a table."""
        told = column(table, name)
        found = ToldBeside((told, is_not_null(told)))
        found.name = name
        return found


class RowFrame:
    """A formula in a row of its own entity: it reads nothing but the columns of the layer before."""

    def __init__(self, planner: _Planner, entity: str, called: str) -> None:
        self.planner, self.entity, self.called = planner, entity, called
        self.at, self.known = planner.at, planner.known
        self.told: dict[str, ToldBeside] = {}

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name."""
        return self.planner.columns.parameters[name]

    def sure(self, node: typed.Expression) -> bool:
        """Whether a formula is never unknown."""
        return self.planner.columns.sure(self.entity, node)

    def read(self, node: typed.Field | typed.Named) -> Compiled:
        """The column of a fact or named result."""
        found = column(self.called, node.name)
        computed = self.planner.columns.found.get((self.entity, node.name)) if isinstance(node, typed.Named) else None
        if computed is None or not computed.fault:
            return Compiled(found)
        if computed.fault not in self.told:
            self.told[computed.fault] = ToldBeside.of(self.called, computed.fault)
        return Compiled(found, (self.told[computed.fault],))

    def gathered(self, node: typed.Gathered) -> Compiled:
        """Aggregates are imported before a row is computed."""
        raise AssertionError(f"an aggregate over {node.collection} was not imported")


class ImportFrame:
    """What one stage of an entity brings in: rows over links, and grouped collections."""

    def __init__(self, planner: _Planner, entity: Entity, stage: int) -> None:
        self.planner, self.entity, self.stage = planner, entity, stage
        self.links: dict[tuple[str, ...], str] = {}
        self.groups: dict[str, Gathering] = {}

    def imported(self, source: typed.Field | typed.Named | typed.Gathered) -> Compiled:
        """The value of an import, and its fault."""
        if isinstance(source, typed.Gathered):
            if source.collection not in self.groups:
                many = self.entity.collections[source.collection]
                frame = RowFrame(self.planner, source.member, "m")
                self.planner.groups.add((self.planner.policy_set.entities[source.member].table, many.by))
                self.groups[source.collection] = Gathering(frame, many.by, f"many_{len(self.groups)}")
            return self.groups[source.collection].add(source)
        there = RowFrame(self.planner, source.entity, self.link(source.links))
        found = there.read(source)
        # The fault of another row's column is told beside that row: here it becomes a column of this one.
        return Compiled(found.value, tuple((what, condition) for what, condition in found.faults))

    def link(self, links: tuple[str, ...]) -> str:
        """The alias under which the row at the end of ``links`` is joined."""
        if links not in self.links:
            for length in range(1, len(links) + 1):
                self.links.setdefault(links[:length], f"link_{len(self.links)}")
        return self.links[links]

    def joins(self) -> list[exp.Join]:
        """The joins this stage has come to need."""
        found: list[exp.Join] = []
        entities = self.planner.policy_set.entities
        for links, name in self.links.items():
            here, before = self.entity, "p"
            for step in links[:-1]:
                here = entities[here.links[step].entity]
            if len(links) > 1:
                before = self.links[links[:-1]]
            link = here.links[links[-1]]
            table = self.planner.at_stage(link.entity, self.stage - 1)
            on = compare("=", column(name, entities[link.entity].key), column(before, link.by))
            found.append(exp.Join(this=alias(exp.to_table(table), name, table=True), side="LEFT", on=on))
        for collection, group in self.groups.items():
            source = self.planner.at_stage(self.entity.collections[collection].entity, self.stage - 1)
            on = compare("=", column(group.called, "_by"), column("p", self.entity.key))
            found.append(exp.Join(this=group.query(source).subquery(group.called, copy=False), side="LEFT", on=on))
        return found
