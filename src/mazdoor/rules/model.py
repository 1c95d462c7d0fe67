"""A loaded policy: plain values, everything resolved and checked. What the engines, explanations and pages read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from mazdoor.kernel.refusals import Words
from mazdoor.rules.language import typed
from mazdoor.rules.problems import NOWHERE, Place, Problem


@dataclass(frozen=True, slots=True)
class Bracket:
    """One step of a scale: from ``start`` on (up to the next bracket) it gives ``gives``."""

    start: Fraction
    gives: Fraction


@dataclass(frozen=True, slots=True)
class Scale:
    """The value of a parameter of type ``scale``: brackets in rising order."""

    brackets: tuple[Bracket, ...]

    def find(self, value: Fraction) -> Fraction | None:
        """What the scale gives for ``value``; None below its first bracket."""
        found = None
        for each in self.brackets:
            if each.start <= value:
                found = each.gives
        return found

    def __str__(self) -> str:
        return "; ".join(f"from {plain(each.start)}: {plain(each.gives)}" for each in self.brackets)


def plain(value: Fraction) -> str:
    """A written number: parameters are always finite decimals."""
    if value.denominator == 1:
        return f"{value.numerator:,}"
    places = next(places for places in range(1, 40) if (value * 10**places).denominator == 1)
    return f"{Decimal(value.numerator) / Decimal(value.denominator):,.{places}f}"


ParameterValue = Fraction | bool | str | date | Scale


@dataclass(frozen=True, slots=True)
class Citation:
    """Where something is written and how far that was verified (``yes … memory``)."""

    instrument: str = ""
    provision: str = ""
    source: str = ""
    verified: str = ""
    checked: date | None = None


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law or notification."""

    id: str
    title: Words
    short: Words
    kind: str
    number: str
    dated: date | None
    status: str
    note: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One value of a parameter: in force from (to), known from; ``status`` other than in_force/overturned never binds."""

    key: tuple[str, ...]
    value: ParameterValue
    valid_from: date
    valid_to: date | None
    known_from: date
    known_to: date | None
    status: str
    citation: Citation
    note: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number, yes/no or code that the law fixes and changes: its own history."""

    id: str
    title: Words
    type: typed.Type
    keys: tuple[str, ...]
    values: tuple[DatedValue, ...]
    place: Place = NOWHERE
    scale_of: typed.Number | None = None
    """What the brackets of a scale are counted in; None where the parameter is no scale."""

    def binding(self, known_at: date | None) -> tuple[DatedValue, ...]:
        """The values that bind by what was known on ``known_at`` (None: all we know now), oldest first.

        Of two values in force from the same day the one learnt later is believed.
        """
        best: dict[tuple[tuple[str, ...], date], DatedValue] = {}
        for each in self.values:
            if each.status not in ("in_force", "overturned"):
                continue
            if known_at is None:
                if each.known_to is not None:
                    continue
            elif each.known_from > known_at or (each.known_to is not None and each.known_to <= known_at):
                continue
            spot = (each.key, each.valid_from)
            if spot not in best or best[spot].known_from < each.known_from:
                best[spot] = each
        return tuple(sorted(best.values(), key=lambda each: (each.key, each.valid_from)))

    def find(self, on: date, known_at: date | None = None, key: tuple[str, ...] = ()) -> DatedValue | None:
        """The value in force on ``on`` by what was known on ``known_at``, or None."""
        found = None
        for each in self.binding(known_at):
            if each.key == key and each.valid_from <= on:
                found = each
        return None if found is None or (found.valid_to is not None and found.valid_to <= on) else found


@dataclass(frozen=True, slots=True)
class FactField:
    """One column of a table of facts. ``money`` columns hold whole paisa.

    ``fixed``: nobody can change it (a sex, a day of birth); it can only be put right where it was recorded wrongly.
    """

    name: str
    type: typed.Type
    title: Words
    money: bool = False
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """To-one: the row of ``entity`` whose key stands in our column ``by``."""

    name: str
    entity: str
    by: str


@dataclass(frozen=True, slots=True)
class Collection:
    """To-many: the rows of ``entity`` in whose column ``by`` our key stands."""

    name: str
    entity: str
    by: str
    title: Words


@dataclass(frozen=True, slots=True)
class Entity:
    """A kind of thing facts are about: its table, key, columns, and how it hangs together with others."""

    id: str
    table: str
    key: str
    title: Words
    fields: Mapping[str, FactField]
    links: Mapping[str, Link]
    collections: Mapping[str, Collection]


@dataclass(frozen=True, slots=True)
class Definition:
    """A named formula of an entity."""

    name: str
    entity: str
    title: Words
    text: str
    formula: typed.Expression
    citation: Citation
    note: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Clause:
    """One node of a rule, numbered as in the source.

    ``kind``: ``formula`` (met where true), ``all_of``, ``any_of``, ``none_of`` (met where none is), ``not_coded``.
    ``unknown`` says what an unknown formula means: ``asks`` (stays unknown), ``excludes``, ``admits``, ``stops`` (the run).
    """

    id: str
    kind: str
    title: Words
    citation: Citation
    parts: tuple[Clause, ...] = ()
    text: str = ""
    formula: typed.Expression | None = None
    unknown: str = "asks"
    reason: Words | None = None
    note: str = ""
    place: Place = NOWHERE

    def leaves(self) -> Iterator[Clause]:
        """The clauses with a formula, in the order of the source."""
        if self.kind == "formula":
            yield self
        for part in self.parts:
            yield from part.leaves()

    def everything(self) -> Iterator[Clause]:
        """This clause and all below it."""
        yield self
        for part in self.parts:
            yield from part.everything()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: the clauses that decide."""

    id: str
    entity: str
    title: Words
    citation: Citation
    root: Clause
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays a share of a programme's cost (``percent`` of it), and where that is written."""

    title: Words
    percent: Fraction
    citation: Citation = Citation()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """How many of some categories of a programme each area has places for, and who comes first.

    ``area`` and ``order`` are names among the programme's results; ``places`` is a table with the keys category and area.
    Lower values come first, what is not known last; equals are told apart by a lot anybody can repeat (``rules.quotas``).
    """

    categories: tuple[str, ...]
    area: str
    places: str
    order: tuple[str, ...]
    citation: Citation
    note: str = ""


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme: unit of assistance, rule, amount in PKR, categories, further results, and how to appeal."""

    id: str
    unit: str
    title: Words
    short: Words
    rule: str
    amount_text: str
    amount: typed.Expression
    amount_citation: Citation
    amount_title: Words
    cycle: str
    appeal: Words
    category_text: str = ""
    category: typed.Expression | None = None
    categories: Mapping[str, Words] = field(default_factory=dict)
    results: tuple[str, ...] = ()
    amount_unknown: str = "asks"
    valid_from: date | None = None
    valid_to: date | None = None
    note: Words | None = None
    paid_by: tuple[Payer, ...] = ()
    quota: Quota | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a case expects of one unit. ``amount`` is the sum the law prescribes, worked out exactly."""

    unit: str
    eligible: bool | None
    amount_text: str
    amount: Fraction | None
    category: str | None
    deciding: str | None
    results: Mapping[str, Fraction | str | bool | date | None]


@dataclass(frozen=True, slots=True)
class Case:
    """Facts and what must follow from them. ``facts`` as written (money in rupees)."""

    id: str
    programme: str
    title: str
    at: date
    known_at: date | None
    facts: Mapping[str, tuple[Mapping[str, object], ...]]
    expect: tuple[Expectation, ...]
    place: Place = NOWHERE


@dataclass(frozen=True)
class PolicySet:
    """Everything under one folder of policy, loaded and checked."""

    folder: str
    entities: Mapping[str, Entity]
    instruments: Mapping[str, Instrument]
    parameters: Mapping[str, Parameter]
    definitions: Mapping[tuple[str, str], Definition]
    rules: Mapping[str, Rule]
    programmes: Mapping[str, Programme]
    cases: tuple[Case, ...]
    warnings: tuple[Problem, ...] = ()

    def content_hash(self, rule: str) -> str:
        """SHA-256 (hex) of all that decides ``rule`` (a programme or rule id): clauses, formulas, parameters, vocabulary.

        Words, comments and layout do not change it; a formula, a value or a date does.
        """
        from mazdoor.rules.hashing import content_hash

        return content_hash(self, rule)

    def table_entity(self, table: str) -> Entity:
        """The entity kept in ``table``. Raises ``KeyError``."""
        for entity in self.entities.values():
            if entity.table == table:
                return entity
        raise KeyError(table)
