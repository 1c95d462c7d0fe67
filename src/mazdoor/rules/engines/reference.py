"""The reference engine: plain Python over exact fractions, one row after the other. Slow, and right by definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mazdoor.kernel.numbers import MONEY_SCALE, MOST_ROWS
from mazdoor.rules.engines.calendar import ON_DATES, OutOfCalendar
from mazdoor.rules.engines.rounding import round_exactly
from mazdoor.rules.language import typed
from mazdoor.rules.model import Clause, PolicySet, Programme, Scale
from mazdoor.rules.problems import RunStopped
from mazdoor.rules.reach import reach_of
from mazdoor.rules.results import Result, known_day

Value = Fraction | bool | str | date | None
Row = Mapping[str, Any]

_PLAIN_TYPES: dict[type, type] = {typed.YesNo: bool, typed.Text: str, typed.Day: date}


class Fault(Exception):
    """A formula that has no value for a row, and must not be guessed. ``str()`` says why, person-free."""


def evaluate_reference(
    policy_set: PolicySet,
    programme: str,
    facts: Mapping[str, Sequence[Row]],
    *,
    at: date,
    known_at: datetime | date | None = None,
) -> list[Result]:
    """Assess every unit in ``facts`` under ``programme`` at a date, by what was known at ``known_at`` (None: all).

    ``facts``: table name → rows as in a snapshot (money in whole paisa). Missing columns and tables count as not known and
    empty. Raises :class:`RunStopped` where anything cannot be evaluated, ``KeyError`` for an unknown programme.
    """
    chosen = policy_set.programmes[programme]
    evaluator = Evaluator(policy_set, facts, at=at, known_at=known_at)
    evaluator.check_everything(chosen)
    rows = evaluator.tables[chosen.unit]
    return sorted((evaluator.assess(chosen, row) for row in rows), key=lambda result: result.unit)


class Evaluator:
    """Values of formulas over one set of facts at one date."""

    def __init__(
        self,
        policy_set: PolicySet,
        facts: Mapping[str, Sequence[Row]],
        *,
        at: date,
        known_at: datetime | date | None = None,
    ) -> None:
        self.policy_set, self.at, self.known = policy_set, at, known_day(known_at)
        self.tables = {entity.id: list(facts.get(entity.table, ())) for entity in policy_set.entities.values()}
        self.by_key = {
            entity.id: {row[entity.key]: row for row in self.tables[entity.id]}
            for entity in policy_set.entities.values()
        }
        self.gathered: dict[tuple[str, str], dict[Any, list[Row]]] = {}
        self.remembered: dict[tuple[str, str, Any], Value] = {}

    # --- values

    def field(self, entity: str, name: str, row: Row) -> Value:
        """A fact of a row, exact. Raises :class:`Fault` for a value outside its field's domain."""
        fact = self.policy_set.entities[entity].fields[name]
        raw = row.get(name)
        if raw is None:
            return None
        if isinstance(fact.type, typed.Number):
            if isinstance(raw, bool) or not isinstance(raw, int | Decimal | Fraction):
                raise Fault(f"{entity}.{name} is not an exact number")
            exact = Fraction(raw) / 100 if fact.money else Fraction(raw)
            if not fact.type.shape.holds(exact):
                raise Fault(f"{entity}.{name} is too large or too fine")
            return exact
        wanted = _PLAIN_TYPES[type(fact.type)]
        if not isinstance(raw, wanted) or isinstance(raw, datetime):
            raise Fault(f"{entity}.{name} is not {fact.type}")
        if isinstance(fact.type, typed.Text) and fact.type.one_of and raw not in fact.type.one_of:
            raise Fault(f"{entity}.{name} holds a code that is not one of its codes")
        checked: Any = raw
        value: Value = checked
        return value

    def named(self, entity: str, name: str, row: Row) -> Value:
        """A named result of a row, computed once."""
        key = (entity, name, row[self.policy_set.entities[entity].key])
        if key not in self.remembered:
            self.remembered[key] = self.value(entity, self.policy_set.definitions[(entity, name)].formula, row)
        return self.remembered[key]

    def linked(self, entity: str, links: tuple[str, ...], row: Row) -> tuple[str, Row] | None:
        """The row reached over ``links``, or None where one is empty or leads nowhere."""
        here, now = entity, row
        for step in links:
            link = self.policy_set.entities[here].links[step]
            target = now.get(link.by)
            if target is None or target not in self.by_key[link.entity]:
                return None
            here, now = link.entity, self.by_key[link.entity][target]
        return here, now

    def rows_of(self, entity: str, collection: str, row: Row) -> list[Row]:
        """The rows of a collection."""
        key = (entity, collection)
        many = self.policy_set.entities[entity].collections[collection]
        if key not in self.gathered:
            groups: dict[Any, list[Row]] = {}
            for each in self.tables[many.entity]:
                groups.setdefault(each.get(many.by), []).append(each)
            self.gathered[key] = groups
        found = self.gathered[key].get(row[self.policy_set.entities[entity].key], [])
        if len(found) > MOST_ROWS:
            raise Fault(f"more than {MOST_ROWS:,} rows belong to one")
        return found

    def value(self, entity: str, node: typed.Expression, row: Row) -> Value:
        """The value of a formula for one row; None is unknown. Raises :class:`Fault`."""
        match node:
            case typed.Literal(value=value):
                return value
            case typed.RunDate():
                return self.at
            case typed.Field(links=links, name=name) | typed.Named(links=links, name=name):
                place = self.linked(entity, links, row)
                if place is None:
                    return None
                read = self.field if isinstance(node, typed.Field) else self.named
                return read(place[0], name, place[1])
            case typed.Dated():
                return self.dated(entity, node, row)
            case typed.Bracketed():
                return self.bracketed(entity, node, row)
            case typed.Required(operand=operand):
                needed = self.value(entity, operand, row)
                if needed is None:
                    raise Fault("a fact is unknown that must be known")
                return needed
            case typed.Gathered():
                return self.gather(entity, node, row)
            case typed.Chosen(condition=condition, yes=yes, no=no):
                settled = self.value(entity, condition, row)
                return None if settled is None else self.value(entity, yes if settled else no, row)
            case typed.IsUnknown(operand=operand):
                return self.value(entity, operand, row) is None
            case typed.IfUnknown(operand=operand, otherwise=otherwise):
                first, second = self.value(entity, operand, row), self.value(entity, otherwise, row)
                return second if first is None else first
            case typed.Both(operands=operands):
                return three_valued_all([self.value(entity, each, row) for each in operands])
            case typed.Either(operands=operands):
                return three_valued_any([self.value(entity, each, row) for each in operands])
        inputs = [self.value(entity, each, row) for each in typed.children(node)]
        if any(each is None for each in inputs):
            # A zero divisor stops the run even where the numerator is unknown.
            if isinstance(node, typed.Rounded) and inputs[1] == 0:
                raise Fault("division by zero")
            return None
        return self.known_value(node, inputs)

    def known_value(self, node: typed.Expression, inputs: list[Any]) -> Value:
        """The value of an operator all of whose operands are known."""
        match node:
            case typed.Not():
                return not inputs[0]
            case typed.Negative():
                return -Fraction(inputs[0])
            case typed.Arithmetic(sign=sign):
                left, right = inputs
                return Fraction(left + right if sign == "+" else left - right if sign == "-" else left * right)
            case typed.Rounded(places=places, rounding=rounding):
                if inputs[1] == 0:
                    raise Fault("division by zero")
                return round_exactly(inputs[0] / inputs[1], places, rounding)
            case typed.Compared(sign=sign):
                left, right = inputs
                answers = {"=": left == right, "<>": left != right}
                if sign not in answers:
                    answers = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}
                return bool(answers[sign])
            case typed.Member(members=members):
                return any(inputs[0] == each.value for each in members)
            case typed.StartsWith(prefix=prefix):
                return str(inputs[0]).startswith(prefix)
            case typed.Extreme(kind=kind):
                best: Value = min(inputs) if kind == "min" else max(inputs)
                return best
            case typed.OnDates(name=name):
                try:
                    found: Value = ON_DATES[name](*inputs)
                    return found
                except OutOfCalendar:
                    raise Fault("a date outside the calendar") from None
        raise AssertionError(f"the reference engine does not know {type(node).__name__}")

    def bracketed(self, entity: str, node: typed.Bracketed, row: Row) -> Value:
        """What a scale gives."""
        *asked, operand = [self.value(entity, each, row) for each in typed.children(node)]
        if operand is None or any(each is None for each in asked):
            return None
        assert isinstance(operand, Fraction)
        on = self.at if node.on is None else asked.pop()
        assert isinstance(on, date)
        dated = self.policy_set.parameters[node.parameter].find(on, self.known, tuple(str(each) for each in asked))
        found = dated.value.find(operand) if dated is not None and isinstance(dated.value, Scale) else None
        if found is None:
            raise Fault(f"{node.parameter} has no bracket for a number, date or key it is asked for")
        return found

    def dated(self, entity: str, node: typed.Dated, row: Row) -> Value:
        """A parameter at a date."""
        keys = [self.value(entity, key, row) for key in node.keys]
        on = self.at if node.on is None else self.value(entity, node.on, row)
        if on is None or any(key is None for key in keys):
            return None
        assert isinstance(on, date)
        found = self.policy_set.parameters[node.parameter].find(on, self.known, tuple(str(key) for key in keys))
        if found is None:
            raise Fault(f"{node.parameter} has no value for a date or key it is asked for")
        assert not isinstance(found.value, Scale)
        return found.value

    def gather(self, entity: str, node: typed.Gathered, row: Row) -> Value:
        """An aggregate over the rows of a collection."""
        member = node.member
        rows = self.rows_of(entity, node.collection, row)
        holds = [True if node.predicate is None else self.value(member, node.predicate, each) for each in rows]
        if node.kind == "any":
            return three_valued_any(holds)
        if node.kind == "all":
            return three_valued_all(holds)
        chosen = [each for each, held in zip(rows, holds, strict=True) if held is True]
        # Every chosen value is computed first: a fault among them stops the run whatever else is unknown.
        values = [] if node.value is None else [self.value(member, node.value, each) for each in chosen]
        if any(held is None for held in holds) or any(value is None for value in values):
            return None
        if node.kind == "count":
            return Fraction(len(chosen))
        numbers: list[Any] = list(values)
        if node.kind == "sum":
            return sum(numbers, Fraction(0))
        best: Value = None if not numbers else min(numbers) if node.kind == "min" else max(numbers)
        return best

    # --- units

    def met(self, clause: Clause, entity: str, row: Row, *, for_it: bool = True) -> bool | None:
        """Whether a clause holds. ``for_it``: whether holding speaks for the person (False below ``none_of``)."""
        if clause.kind == "formula":
            assert clause.formula is not None
            held = self.value(entity, clause.formula, row)
            assert held is None or isinstance(held, bool)
            if held is None and clause.unknown == "stops":
                raise Fault("a fact is unknown that must be known")
            if held is None and clause.unknown == "excludes":
                return not for_it
            if held is None and clause.unknown == "admits":
                return for_it
            return held
        below = for_it if clause.kind != "none_of" else not for_it
        parts = [self.met(part, entity, row, for_it=below) for part in clause.parts if part.kind != "not_coded"]
        if clause.kind == "all_of":
            return three_valued_all(parts)
        some = three_valued_any(parts)
        if clause.kind == "any_of":
            return some
        return None if some is None else not some

    def deciding(self, clause: Clause, entity: str, row: Row, *, for_it: bool = True) -> str:
        """The clause that settled the outcome of ``clause``."""
        below = for_it if clause.kind != "none_of" else not for_it
        parts = [(part, self.met(part, entity, row, for_it=below)) for part in clause.parts if part.kind != "not_coded"]
        settles = clause.kind != "all_of"  # one true part settles any_of and none_of, one false part all_of
        for wanted in (settles, None):
            for part, met in parts:
                if met is wanted:
                    return self.deciding(part, entity, row, for_it=below)
        return clause.id

    def against(self, clause: Clause, entity: str, row: Row, wanted: bool | None, *, for_it: bool = True) -> list[str]:
        """Ids of the clauses that speak against the person (``wanted`` False) or are unknown (None)."""
        if clause.kind == "all_of":
            return [
                each
                for part in clause.parts
                if part.kind != "not_coded"
                for each in self.against(part, entity, row, wanted, for_it=for_it)
            ]
        if clause.kind == "none_of":
            bad = None if wanted is None else True
            return [
                part.id
                for part in clause.parts
                if part.kind != "not_coded" and self.met(part, entity, row, for_it=not for_it) is bad
            ]
        return [clause.id] if self.met(clause, entity, row, for_it=for_it) is wanted else []

    def assess(self, programme: Programme, row: Row) -> Result:
        """The result of one unit."""
        unit, root = programme.unit, self.policy_set.rules[programme.rule].root
        eligible = self.met(root, unit, row)
        deciding = self.deciding(root, unit, row)
        amount = self.value(unit, programme.amount, row) if eligible else None
        category = self.value(unit, programme.category, row) if eligible and programme.category is not None else None
        if eligible and amount is None:
            if programme.amount_unknown == "stops":
                raise Fault("the amount is unknown for an eligible unit")
            eligible, deciding, category = None, "amount", None
        letters = {True: "T", False: "F", None: "U"}
        raw = [self.value(unit, leaf.formula, row) for leaf in root.leaves() if leaf.formula is not None]
        assert amount is None or isinstance(amount, Fraction)
        assert category is None or isinstance(category, str)
        return Result(
            unit=str(row[self.policy_set.entities[unit].key]),
            eligible=eligible,
            amount=None if amount is None else as_decimal(amount, MONEY_SCALE),
            category=category,
            deciding=deciding,
            failed=tuple(self.against(root, unit, row, False)),
            unknown=tuple(self.against(root, unit, row, None)),
            outcomes="".join(letters[each] for each in raw if each is None or isinstance(each, bool)),
            results={name: self.shown(unit, name, row) for name in programme.results},
        )

    def shown(self, entity: str, name: str, row: Row) -> Decimal | str | bool | date | None:
        """A further result, with numbers as exact decimals."""
        is_fact = name in self.policy_set.entities[entity].fields
        value = self.field(entity, name, row) if is_fact else self.named(entity, name, row)
        return as_decimal(value) if isinstance(value, Fraction) else value

    def check_everything(self, programme: Programme) -> None:
        """Look at every fact that is read and assess every unit. Raises :class:`RunStopped` with what could not be."""
        reasons: dict[tuple[str, str], int] = {}

        def attempt(where: str, action: Any) -> None:
            try:
                action()
            except Fault as fault:
                reasons[(str(fault), where)] = reasons.get((str(fault), where), 0) + 1

        reach = reach_of(self.policy_set, programme)
        for entity, names in sorted(reach.fields.items()):
            for name in sorted(names):
                for row in self.tables[entity]:
                    attempt(
                        f"table {self.policy_set.entities[entity].table}",
                        lambda entity=entity, name=name, row=row: self.field(entity, name, row),
                    )
        if not reasons:
            for row in self.tables[programme.unit]:
                attempt(f"programme {programme.id}", lambda row=row: self.assess(programme, row))
        if reasons:
            raise RunStopped((what, where, rows) for (what, where), rows in reasons.items())


def three_valued_all(values: Sequence[Value]) -> bool | None:
    """True if all are; false if any is false; else unknown."""
    if any(value is False for value in values):
        return False
    return None if any(value is None for value in values) else True


def three_valued_any(values: Sequence[Value]) -> bool | None:
    """True if any is; false if all are false; else unknown."""
    if any(value is True for value in values):
        return True
    return None if any(value is None for value in values) else False


def as_decimal(value: Fraction, scale: int = 0) -> Decimal:
    """An exact number as a decimal with the places it needs, ``scale`` or more.

    Raises ``ArithmeticError`` where its decimals never end.
    """
    while (value * 10**scale).denominator != 1:
        scale += 1
        if scale > 60:
            raise ArithmeticError("a number whose decimals never end has reached the end of a formula")
    digits = str(abs(int(value * 10**scale)))
    return Decimal((1 if value < 0 else 0, tuple(int(each) for each in digits), -scale))
