"""The tree of clauses as it came out for one unit: values, thresholds, parameters, named results and facts of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mazdoor.rules.engines.reference import Row, as_decimal
from mazdoor.rules.explaining.saying import Speaker
from mazdoor.rules.explaining.shown import (
    ClauseShown,
    FactShown,
    LawShown,
    ParameterShown,
    ValueShown,
    WorkingShown,
)
from mazdoor.rules.explaining.watching import Spot, Watcher
from mazdoor.rules.explaining.ways import Change, ForClause, Kind, changes_in
from mazdoor.rules.language import typed
from mazdoor.rules.model import Citation, Clause, PolicySet, Programme
from mazdoor.rules.wording import listed, provision_words, value_words


def law_shown(policy_set: PolicySet, cited: Citation, lang: str) -> LawShown:
    """Where something is written."""
    instrument = policy_set.instruments.get(cited.instrument)
    short = instrument.short.in_language(lang) if instrument else ""
    return LawShown(
        text=listed([short, provision_words(cited.provision, lang)], lang),
        short=short,
        title=instrument.title.in_language(lang) if instrument else "",
        number=instrument.number if instrument else "",
        status=instrument.status if instrument else "",
        provision=cited.provision,
        source=cited.source,
        verified=cited.verified,
        checked=cited.checked,
    )


def exact_text(value: Any) -> str:
    """A value for a machine: numbers as decimals (or a fraction that never ends), dates as YYYY-MM-DD."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Fraction):
        try:
            return str(as_decimal(value))
        except ArithmeticError:
            return f"{value.numerator}/{value.denominator}"
    return value.isoformat() if isinstance(value, date) else str(value)


@dataclass(frozen=True)
class Builder:
    """Builds the tree of one unit (``row``) in one language. ``needs`` is what each clause lacks, by its id."""

    policy_set: PolicySet
    watcher: Watcher
    programme: Programme
    row: Row
    deciding: str
    needs: Mapping[str, ForClause]
    speaker: Speaker

    @property
    def lang(self) -> str:
        """The language of the words."""
        return self.speaker.lang

    def clause(self, clause: Clause, *, for_it: bool = True) -> ClauseShown:
        """A clause and everything below it."""
        below = for_it if clause.kind != "none_of" else not for_it
        parts = tuple(self.clause(part, for_it=below) for part in clause.parts)
        self.watcher.forget()
        outcome, answer = "not_coded", ""
        if clause.kind != "not_coded":
            met = self.watcher.met(clause, self.programme.unit, self.row, for_it=for_it)
            outcome = {True: "met", False: "not_met", None: "unknown"}[met]
        values: tuple[ValueShown, ...] = ()
        if clause.formula is not None:
            self.watcher.forget()
            given = self.watcher.value(self.programme.unit, clause.formula, self.row)
            answer = "U" if given is None else "T" if given is True else "F"
            values = tuple(self._values(clause, clause.formula))
            self.watcher.forget()
            self.watcher.value(self.programme.unit, clause.formula, self.row)
        need = self.needs.get(clause.id)
        noted = clause.formula is not None
        return ClauseShown(
            id=clause.id,
            kind=clause.kind,
            title=clause.title.in_language(self.lang),
            outcome=outcome,
            law=law_shown(self.policy_set, clause.citation, self.lang),
            decided=clause.id == self.deciding,
            against=not for_it,
            values=values,
            parts=parts,
            parameters=self._parameters() if noted else (),
            workings=self._workings() if noted else (),
            facts=self._facts() if noted else (),
            formula=clause.text.strip(),
            unknown=clause.unknown if noted else "",
            answer=answer,
            reason=clause.reason.in_language(self.lang) if clause.reason else "",
            note=clause.note,
            needs=self.speaker.way(need.way) if need is not None and self._says_more(need) else "",
        )

    def _says_more(self, need: ForClause) -> bool:
        """Whether what a clause lacks says more than the clause itself."""
        return not {each.kind for each in changes_in(need.way)} <= {Kind.CODE, Kind.OTHERWISE}

    def amount(self) -> ClauseShown:
        """The amount, with what it came from, in the form of a clause."""
        programme = self.programme
        self.watcher.forget()
        value = self.watcher.value(programme.unit, programme.amount, self.row)
        return ClauseShown(
            id="amount",
            kind="amount",
            title=programme.amount_title.in_language(self.lang),
            outcome="unknown" if value is None else "met",
            law=law_shown(self.policy_set, programme.amount_citation, self.lang),
            decided=self.deciding == "amount",
            against=False,
            values=(
                ValueShown(
                    programme.amount_title.in_language(self.lang),
                    value_words(value, programme.amount.type, self.lang),
                ),
            ),
            parts=(),
            parameters=self._parameters(),
            workings=self._workings(),
            facts=self._facts(),
            formula=programme.amount_text.strip(),
        )

    # --- what was noted

    def _parameters(self) -> tuple[ParameterShown, ...]:
        return tuple(
            ParameterShown(
                id=name,
                title=parameter.title.in_language(self.lang),
                key=found.value.key,
                value=value_words(found.value.value, parameter.type, self.lang),
                exact=exact_text(found.value.value),
                valid_from=found.value.valid_from,
                valid_to=found.value.valid_to,
                known_from=found.value.known_from,
                known_to=found.value.known_to,
                status=found.value.status,
                law=law_shown(self.policy_set, found.value.citation, self.lang),
            )
            for (name, _, _), found in self.watcher.looked_up.items()
            for parameter in [self.policy_set.parameters[name]]
        )

    def _workings(self) -> tuple[WorkingShown, ...]:
        return tuple(
            WorkingShown(
                entity=spot.entity,
                key=spot.key,
                name=spot.name,
                title=definition.title.in_language(self.lang),
                value=value_words(value, definition.formula.type, self.lang),
                exact=exact_text(value),
                law=law_shown(self.policy_set, definition.citation, self.lang),
            )
            for spot, value in self.watcher.worked_out.items()
            for definition in [self.policy_set.definitions[(spot.entity, spot.name)]]
        )

    def _facts(self) -> tuple[FactShown, ...]:
        return tuple(self._fact(spot, value) for spot, value in self.watcher.facts_read.items())

    def _fact(self, spot: Spot, value: Any) -> FactShown:
        field = self.policy_set.entities[spot.entity].fields[spot.name]
        return FactShown(
            spot.entity,
            spot.key,
            spot.name,
            field.title.in_language(self.lang),
            value_words(value, field.type, self.lang),
            exact_text(value),
        )

    # --- values a person would ask for

    def _values(self, clause: Clause, formula: typed.Expression) -> list[ValueShown]:
        """The named values in a formula, comparisons with their thresholds and what is missing to them."""
        need = self.needs.get(clause.id)
        lacks = {} if need is None else {each.spot: each for each in changes_in(need.way) if each.kind is Kind.NUMBER}
        found: dict[ValueShown, None] = {}

        def visit(node: typed.Expression) -> None:
            name = self._name(node)
            if isinstance(node, typed.Compared) and isinstance(node.left, typed.RunDate):
                if self._name(node.right):
                    found[ValueShown(self._name(node.right), self._said(node.right), self._said(node.left))] = None
                else:
                    visit(node.right)
            elif isinstance(node, typed.Compared) and isinstance(node.left, typed.Gathered):
                # An aggregate with a condition has no name but that of the clause.
                name = clause.title.in_language(self.lang) if node.left.predicate is not None else self._name(node.left)
                found[
                    ValueShown(name, self._said(node.left), self._said(node.right), self._short(lacks, node.left))
                ] = None
            elif isinstance(node, typed.Compared) and self._name(node.left):
                left, right = node.left, node.right
                short = self._short(lacks, left)
                found[ValueShown(self._name(left), self._said(left), self._said(right), short)] = None
            elif isinstance(node, typed.Gathered) and isinstance(node.type, typed.YesNo):
                return  # the clause itself says what was asked of each row
            elif name and not isinstance(node, typed.RunDate):
                found[ValueShown(name, self._said(node))] = None
            else:
                for child in typed.children(node):
                    visit(child)

        visit(formula)
        return list(found)

    def _short(self, lacks: Mapping[Spot, Change], node: typed.Expression) -> str:
        """What a value lacks, in a few words."""
        spot = self._spot(node)
        return self.speaker.change(lacks[spot], brief=True) if spot in lacks else ""

    def _said(self, node: typed.Expression) -> str:
        return value_words(self.watcher.answer(self.programme.unit, node, self.row), node.type, self.lang)

    def _spot(self, node: typed.Expression) -> Spot:
        if isinstance(node, typed.Field | typed.Named):
            place = self.watcher.linked(self.programme.unit, node.links, self.row)
            if place is not None:
                return Spot(place[0], self.watcher.key_of(*place), node.name)
        return Spot(self.programme.unit, self.watcher.key_of(self.programme.unit, self.row), "", node)

    def _name(self, node: typed.Expression) -> str:
        """What a node is called, where it is a fact, a named result, an aggregate, or the run's date."""
        match node:
            case typed.Field(entity=owner, name=name):
                return self.policy_set.entities[owner].fields[name].title.in_language(self.lang)
            case typed.Named(entity=owner, name=name):
                return self.policy_set.definitions[(owner, name)].title.in_language(self.lang)
            case typed.Gathered(entity=owner, collection=collection):
                return self.policy_set.entities[owner].collections[collection].title.in_language(self.lang)
            case typed.RunDate():
                return self.speaker.date_name
            case _:
                return ""
