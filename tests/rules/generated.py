"""Rules nobody wrote, and populations that stand on their boundaries: Hypothesis strategies that shrink to a small example.

A generated rule is a named formula, a tree of clauses and an amount. Its population takes the rule's own thresholds and one last
place to either side, the days its parameters change and the days beside them, leap days, month ends, empty collections,
links that lead nowhere, and unknowns everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from hypothesis import strategies as st
from tests.rules import small

from mazdoor.kernel.numbers import RoundingName
from mazdoor.rules import PolicySet
from mazdoor.rules.facts import Rows
from mazdoor.rules.language import typed
from mazdoor.rules.language.checking import check_formula
from mazdoor.rules.language.names import Names
from mazdoor.rules.model import Citation, Clause, Definition, FactField, Rule, Words
from mazdoor.rules.outcome import outcome_of
from mazdoor.rules.problems import Mistake

WORDS = Words("g", "گ")
SIGNS = ("=", "<>", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Written:
    """One clause as generated: a formula with what unknown means, or a group."""

    kind: str
    formula: str = ""
    unknown: str = "asks"
    parts: tuple[Written, ...] = ()

    def __str__(self) -> str:
        inside = ", ".join(map(str, self.parts))
        return f"{self.formula} [{self.unknown}]" if self.kind == "formula" else f"{self.kind}({inside})"


@dataclass(frozen=True, slots=True)
class GeneratedRule:
    """One rule."""

    value: str
    clause: Written
    amount: str

    def __str__(self) -> str:
        return f"value {self.value} · {self.clause} · amount {self.amount}"


@dataclass(frozen=True, slots=True)
class Sample:
    """A few rules and the facts they are tried on."""

    rules: tuple[GeneratedRule, ...]
    facts: dict[str, Rows]


class Writer:
    """Writes formulas of one entity, choosing by ``draw``."""

    def __init__(self, draw: st.DrawFn, entity: str = "thing") -> None:
        self.draw, self.entity = draw, entity

    def pick(self, *options: str) -> str:
        """One of the options; Hypothesis shrinks to the first."""
        return self.draw(st.sampled_from(options))

    def rounding(self) -> str:
        """The name of a rounding."""
        return self.pick(*RoundingName)

    def number(self, depth: int) -> str:
        """A plain number."""
        if self.entity == "part":
            leaves = ("size", "0", "2", "-3", "thing.whole", "thing.house.rooms", "0.5")
        else:
            leaves = ("whole", "other", "fine", "0", "1", "-7", "2.5", "0.005", "house.rooms", "count(parts)", "rate")
        if depth == 0:
            return self.pick(*leaves)
        form = self.pick("leaf", "+", "-", "*", "/", "round", "if", "min", "max", "if_unknown", "neg", "many", "rate")
        below = depth - 1
        match form:
            case "+" | "-":
                return f"({self.number(below)} {form} {self.number(below)})"
            case "*":
                return f"({self.number(0)} * {self.number(below)})"
            case "/":
                divisor = self.pick("7", "3", "0.3", "-8", "1000", self.number(0))
                return f"rounded({self.number(below)} / {divisor}, {self.pick('0', '1', '2', '3')}, {self.rounding()})"
            case "round":
                return f"rounded({self.number(below)}, {self.pick('0', '1', '2')}, {self.rounding()})"
            case "if":
                return f"(if {self.truth(below)} then {self.number(below)} else {self.number(below)})"
            case "min" | "max" | "if_unknown":
                return f"{form}({self.number(below)}, {self.number(0)})"
            case "neg":
                return f"(-{self.number(below)})"
            case "many" if self.entity == "thing":
                inside = Writer(self.draw, "part")
                kind = self.pick("sum", "count", "min", "max")
                what = "" if kind == "count" else f"{inside.number(self.draw(st.integers(0, 1)))} over "
                return f"{kind}({what}parts where {inside.truth(1)})"
            case "rate" if self.entity == "thing":
                return self.pick("(rate at day)", "bracket(band, money)", "bracket(band at later, money)")
        return self.pick(*leaves)

    def truth(self, depth: int) -> str:
        """Yes or no."""
        if self.entity == "part":
            leaves = ("good", "size > 0", "size is known", "made <= at_date", "thing.yes", "made is unknown")
        else:
            leaves = (
                "yes",
                "sure",
                "true",
                'kind = "red"',
                'kind in ("green", "blue")',
                'kind not in ("red", "green")',
                "whole not in (1, 15)",
                "day is unknown",
                "any(parts where good)",
                "all(parts where size > 0)",
                'starts_with(code, "PK6")',
                "house.land > 2.50 acres",
            )
        if depth == 0:
            return self.pick(*leaves)
        below = depth - 1
        form = self.pick("leaf", "number", "and", "or", "not", "day", "money", "counted", "known", "if")
        match form:
            case "number":
                return f"({self.number(below)} {self.pick(*SIGNS)} {self.number(below)})"
            case "and" | "or":
                return f"({self.truth(below)} {form} {self.truth(below)})"
            case "not":
                return f"(not {self.truth(below)})"
            case "day":
                return f"({self.day(below)} {self.pick(*SIGNS)} {self.day(below)})"
            case "money":
                return f"({self.money(below)} {self.pick(*SIGNS)} {self.money(0)})"
            case "counted":
                return self.threshold()
            case "known":
                return f"({self.number(below)} is {self.pick('known', 'unknown')})"
            case "if":
                return f"(if {self.truth(0)} then {self.truth(below)} else {self.truth(below)})"
        return self.pick(*leaves)

    def threshold(self) -> str:
        """Years, months or days against a threshold."""
        sign = self.pick(*SIGNS)
        return self.pick(
            f"(age({self.day(0)}, at_date) {sign} 60 years)",
            f"(completed_months({self.day(0)}, {self.day(0)}) {sign} 180 months)",
            f"(days_between({self.day(0)}, {self.day(0)}) {sign} 30 days)",
            *(() if self.entity == "part" else (f"(years_in(spent, {self.rounding()}) {sign} 15 years)",)),
        )

    def day(self, depth: int) -> str:
        """A date."""
        if self.entity == "part":
            leaves: tuple[str, ...] = ("made", "at_date", "2020-07-01", "thing.day")
        else:
            leaves = ("day", "later", "at_date", "2024-02-29", "2020-07-01", "1999-12-31")
        if depth == 0:
            return self.pick(*leaves)
        form = self.pick("leaf", "add_months", "add_years", "add_days", "first_of_month", "last_of_month", "min", "max")
        match form:
            case "add_months":
                counted = self.pick("1 month", "-1 month", "13 months", "-25 months")
                counted = "spent" if self.entity == "thing" and self.draw(st.booleans()) else counted
                return f"add_months({self.day(0)}, {counted})"
            case "add_years":
                return f"add_years({self.day(0)}, {self.pick('1 year', '-60 years', '4 years')})"
            case "add_days":
                return f"add_days({self.day(0)}, {self.pick('1 day', '-1 day', '366 days')})"
            case "first_of_month" | "last_of_month":
                return f"{form}({self.day(0)})"
            case "min" | "max":
                if self.entity == "thing" and self.draw(st.booleans()):
                    return f"{form}(made over parts where {Writer(self.draw, 'part').truth(0)})"
                return f"{form}({self.day(0)}, {self.day(0)})"
        return self.pick(*leaves)

    def money(self, depth: int) -> str:
        """Money."""
        if self.entity == "part":
            leaves: tuple[str, ...] = ("price", "thing.money", "Rs 0.33")
        else:
            leaves = ("money", "Rs 1000", "Rs 0.01", "sum(price over parts)", 'floor_price["red"]', "floor_price[kind]")
        if depth == 0:
            return self.pick(*leaves)
        below = depth - 1
        form = self.pick("leaf", "min", "max", "+", "-", "percent", "share", "if", "if_unknown", "years")
        match form:
            case "min" | "max":
                return f"{form}({self.money(below)}, {self.money(0)})"
            case "+" | "-":
                return f"({self.money(below)} {form} {self.money(0)})"
            case "percent":
                rate = self.pick(
                    "2.5%", "40%", "0.333", *(("rate", "bracket(band, money)") if self.entity == "thing" else ())
                )
                return f"rounded({self.money(below)} * {rate}, 2, {self.rounding()})"
            case "share":
                divisor = self.pick("3", "7", *(("max(1, whole)", "whole") if self.entity == "thing" else ()))
                return f"rounded({self.money(below)} / {divisor}, 2, {self.rounding()})"
            case "if":
                return f"(if {self.truth(0)} then {self.money(below)} else {self.money(0)})"
            case "if_unknown":
                return f"if_unknown({self.money(below)}, 0)"
            case "years" if self.entity == "thing":
                return "rounded(wage * 1 month * years_in(spent, half_up) / 50 years, 2, half_up)"
        return self.pick(*leaves)

    def clause(self, depth: int) -> Written:
        """A clause, or a group of them."""
        kind = self.pick("formula", "all_of", "any_of", "none_of") if depth else "formula"
        if kind == "formula":
            # "stops" is rarer: it makes most runs stop.
            means = self.pick("asks", "excludes", "admits", "asks", "excludes", "admits", "asks", "stops")
            return Written(kind, self.truth(2), means)
        count = self.draw(st.integers(1, 3))
        return Written(kind, parts=tuple(self.clause(depth - 1) for _ in range(count)))


# --- the law: generated formulas on the small vocabulary


@cache
def base() -> tuple[PolicySet, Names]:
    """The small law without rules, and the names formulas may use."""
    policy = small.policy({})
    return policy, Names(policy.entities, policy.parameters, {}, lambda *_: typed.YesNo())


@lru_cache(maxsize=5_000)
def meaning(formula: str) -> typed.Expression | None:
    """The typed tree; None where a number in it may outgrow the domain (the one fair refusal of what is generated)."""
    try:
        return check_formula(formula, "thing", base()[1])
    except Mistake as mistake:
        assert mistake.code == "number-too-large", (formula, mistake)
        return None


def fitting(formula: str, otherwise: str) -> str:
    """``formula`` where it fits the domain."""
    return formula if meaning(formula) is not None else otherwise


@st.composite
def rules(draw: st.DrawFn) -> GeneratedRule:
    """One rule."""
    write = Writer(draw)
    kind = write.pick("number", "truth", "day", "money")
    value = getattr(write, kind)(draw(st.integers(0, 3)))
    root = Written("all_of", parts=tuple(write.clause(draw(st.integers(0, 2))) for _ in range(draw(st.integers(1, 2)))))
    amount = f"min(Rs 1_000_000, max(-Rs 1_000_000, {write.money(draw(st.integers(0, 2)))}))"
    return GeneratedRule(fitting(value, "whole"), _fitting(root), fitting(amount, "money"))


def _fitting(clause: Written) -> Written:
    return replace(
        clause,
        formula=fitting(clause.formula, "yes") if clause.formula else "",
        parts=tuple(map(_fitting, clause.parts)),
    )


@lru_cache(maxsize=8)
def law(written: tuple[GeneratedRule, ...]) -> PolicySet:
    """The small law with these rules: programme ``g<n>`` for each, and ``all`` with everything as columns."""
    policy, _ = base()
    definitions, laws, programmes = {}, {}, {}
    chosen = policy.programmes["p"]
    columns: list[str] = []
    for number, each in enumerate(written):
        root = _clause(each.clause, "1")
        amount = meaning(each.amount)
        assert amount is not None
        laws[f"r{number}"] = Rule(f"r{number}", "thing", WORDS, Citation(), root)
        parts = {f"v{number}": meaning(each.value), f"o{number}": outcome_of(root), f"a{number}": amount}
        for name, formula in parts.items():
            assert formula is not None
            definitions[("thing", name)] = Definition(name, "thing", WORDS, "", formula, Citation())
            columns.append(name)
        programmes[f"g{number}"] = replace(
            chosen, id=f"g{number}", rule=f"r{number}", amount=amount, results=(f"v{number}",)
        )
    programmes["all"] = replace(chosen, id="all", results=tuple(columns))
    return replace(
        policy, definitions=definitions, rules={**policy.rules, **laws}, programmes={**policy.programmes, **programmes}
    )


def _clause(written: Written, name: str) -> Clause:
    parts = tuple(_clause(part, f"{name}.{number}") for number, part in enumerate(written.parts, start=1))
    formula = meaning(written.formula) if written.formula else None
    return Clause(name, written.kind, WORDS, Citation(), parts, written.formula, formula, written.unknown)


# --- the people: on the rule's own boundaries


def literals(policy: PolicySet) -> Iterator[Any]:
    """Every value written in the generated formulas, and every day on which a parameter changes."""
    for each in policy.definitions.values():
        for node in typed.walk(each.formula):
            if isinstance(node, typed.Literal):
                yield node.value
    for rule in policy.rules.values():
        for leaf in rule.root.leaves():
            for node in typed.walk(leaf.formula) if leaf.formula is not None else ():
                if isinstance(node, typed.Literal):
                    yield node.value
    for parameter in policy.parameters.values():
        for value in parameter.values:
            yield value.valid_from
            yield from () if value.valid_to is None else (value.valid_to,)


_EDGE_DAYS = (date(2024, 2, 29), date(2000, 2, 29), date(2023, 2, 28), date(2024, 1, 31), date(2023, 12, 31))


def _near_days(values: list[Any]) -> list[date]:
    days = set(_EDGE_DAYS) | {each for each in values if isinstance(each, date)}
    days |= {small.AT, date(1964, 2, 29), date(1964, 3, 1), date(2009, 2, 28), date(2009, 3, 1)}
    return sorted({day + timedelta(days=step) for day in days for step in (-1, 0, 1)} | {date(1900, 1, 1)})


def _near_numbers(values: list[Any], field: FactField) -> list[Any]:
    """Values of a field: the thresholds and one last place to either side, small numbers, and the ends of its domain."""
    assert isinstance(field.type, typed.Number)
    shape = field.type.shape
    last_place = 10**shape.scale
    exact = {each * last_place for each in values if isinstance(each, Fraction)}
    exact |= {Fraction(each * last_place) for each in (0, 1, -1, 2, 5, 15, -25, 180, 186, 1000)}
    counts = {int(each) + move for each in exact for move in (-1, 0, 1)} | {shape.low, shape.high}
    found = sorted((each for each in counts if shape.low <= each <= shape.high), key=lambda each: (abs(each), each))
    if field.money or not shape.scale:
        return list(found)
    return [Decimal(each).scaleb(-shape.scale) for each in found]


@st.composite
def populations(draw: st.DrawFn, policy: PolicySet, least: int = 1, most: int = 8) -> dict[str, Rows]:
    """Things with parts and houses, around what the rules of ``policy`` ask."""
    values = list(set(literals(policy)))
    pools: dict[tuple[str, str], st.SearchStrategy[Any]] = {}
    days = st.sampled_from([None, *_near_days(values)])
    for entity in policy.entities.values():
        for field in entity.fields.values():
            kind = field.type
            if isinstance(kind, typed.Number):
                options: list[Any] = [None, *_near_numbers(values, field)]
            elif isinstance(kind, typed.YesNo):
                options = [None, True, False]
            elif isinstance(kind, typed.Text):
                options = [None, *(kind.one_of or ("PK6", "PK603", "P", "x' OR '1'='1"))]
            else:
                pools[(entity.id, field.name)] = days
                continue
            pools[(entity.id, field.name)] = st.sampled_from(options)

    def row(entity: str, **keys: Any) -> dict[str, Any]:
        names = policy.entities[entity].fields
        return {name: draw(pools[(entity, name)]) if name not in keys else keys[name] for name in names} | keys

    things, parts = [], []
    for index in range(draw(st.integers(least, most))):
        home = draw(st.sampled_from([None, "h0", "h1", "gone"]))
        things.append(row("thing", thing_id=f"u{index}", house_id=home))
        for number in range(draw(st.integers(0, 3))):
            parts.append(row("part", part_id=f"u{index}p{number}", thing_id=f"u{index}"))
    houses = [row("house", house_id=f"h{index}") for index in range(2)]
    return small.complete(policy, {"things": things, "parts": parts, "houses": houses})


@st.composite
def samples(draw: st.DrawFn, most_rules: int = 5, all_of_them: bool = False) -> Sample:
    """A few rules with their population."""
    written = tuple(draw(st.lists(rules(), min_size=most_rules if all_of_them else 1, max_size=most_rules)))
    return Sample(written, draw(populations(law(written), least=4 if all_of_them else 1)))
