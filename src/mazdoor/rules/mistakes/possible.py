"""What a formula can be, over all facts, dates and values of parameters there are: the ground for "this can never hold".

Always too much rather than too little: whatever a formula can be is in its :class:`Possible`, so what is missing there is
proven impossible. Terms are narrowed only by values that are surely known, one term at a time; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mazdoor.rules.language import typed
from mazdoor.rules.mistakes.values import (
    NEVER_KNOWN,
    NOT,
    ORDERS,
    TURNED,
    Possible,
    at_least,
    at_most,
    between,
    bounded,
    codes_of,
    compared,
    exactly,
    joined,
    quotient,
)
from mazdoor.rules.model import Definition, Parameter, Scale


@dataclass(frozen=True)
class Situation:
    """What is taken to hold: terms narrowed to what they can still be, and orders between two terms."""

    terms: Mapping[typed.Expression, Possible] = field(default_factory=dict)
    orders: Mapping[tuple[typed.Expression, typed.Expression], frozenset[str]] = field(default_factory=dict)

    def with_term(self, node: typed.Expression, value: Possible) -> Situation:
        """This, and ``node`` is one of ``value``."""
        return Situation({**self.terms, node: value}, self.orders)

    def with_order(self, left: typed.Expression, right: typed.Expression, allowed: frozenset[str]) -> Situation:
        """This, and ``left`` stands to ``right`` in one of ``allowed``."""
        return Situation(self.terms, {**self.orders, (left, right): allowed & self.order(left, right)})

    def order(self, left: typed.Expression, right: typed.Expression) -> frozenset[str]:
        """How ``left`` can stand to ``right``."""
        if (left, right) in self.orders:
            return self.orders[(left, right)]
        if (right, left) in self.orders:
            return frozenset(TURNED[each] for each in self.orders[(right, left)])
        return frozenset("=") if left == right else frozenset("<=>")


NOTHING_HELD = Situation()


class Possibilities:
    """What formulas of one policy can be."""

    def __init__(self, definitions: Mapping[tuple[str, str], Definition], parameters: Mapping[str, Parameter]) -> None:
        self.definitions, self.parameters = definitions, parameters
        self.remembered: dict[tuple[str, str], Possible] = {}

    def of(self, node: typed.Expression, held: Situation = NOTHING_HELD) -> Possible:
        """Everything ``node`` can be where ``held`` holds."""
        if node in held.terms:
            return held.terms[node]
        return bounded(node, self._raw(node, held))

    def _raw(self, node: typed.Expression, held: Situation) -> Possible:
        match node:
            case typed.Literal(value=value):
                return exactly(value)
            case typed.RunDate():
                return Possible()
            case typed.Field(type=kind):
                return Possible(unknown=True, codes=codes_of(kind))
            case typed.Named(entity=entity, name=name, links=links):
                key = (entity, name)
                if key not in self.remembered:
                    self.remembered[key] = self.of(self.definitions[key].formula)
                return replace(self.remembered[key], unknown=self.remembered[key].unknown or bool(links))
            case typed.Dated() | typed.Bracketed():
                return self._parameter(node, held)
            case typed.Required(operand=operand):
                return replace(self.of(operand, held), unknown=False)
            case typed.Both(operands=operands) | typed.Either(operands=operands):
                return self._logic(operands, held, wanted=isinstance(node, typed.Both))
            case typed.Chosen(condition=condition, yes=yes, no=no):
                return self._chosen(condition, yes, no, held)
            case typed.IsUnknown(operand=operand):
                inner = self.of(operand, held)
                return Possible(yes=inner.unknown, no=inner.known)
            case typed.IfUnknown(operand=operand, otherwise=otherwise):
                first, second = self.of(operand, held), self.of(otherwise, held)
                if not first.unknown:
                    return first
                either = joined(replace(first, unknown=False), replace(second, unknown=False))
                return replace(either, unknown=second.unknown)
            case typed.Gathered():
                return self._gathered(node)
        parts = [self.of(each, held) for each in typed.children(node)]
        if not all(part.known for part in parts):
            return NEVER_KNOWN
        return replace(self._operator(node, parts, held), unknown=any(part.unknown for part in parts))

    def _operator(self, node: typed.Expression, parts: list[Possible], held: Situation) -> Possible:
        """An operator whose result is unknown exactly where an operand is."""
        match node:
            case typed.Not():
                return Possible(yes=parts[0].no, no=parts[0].yes)
            case typed.Negative():
                return Possible(low=-parts[0].high, high=-parts[0].low)
            case typed.Arithmetic(sign=sign):
                left, right = parts
                if sign == "+":
                    return Possible(low=left.low + right.low, high=left.high + right.high)
                if sign == "-":
                    return Possible(low=left.low - right.high, high=left.high - right.low)
                corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
                return Possible(low=min(corners), high=max(corners))
            case typed.Rounded(places=places):
                return quotient(parts[0], parts[1], places)
            case typed.Compared(sign=sign, left=left_node, right=right_node):
                found = compared(sign, parts[0], parts[1])
                order = held.order(left_node, right_node)
                return replace(
                    found,
                    yes=found.yes and bool(order & ORDERS[sign]),
                    no=found.no and bool(order - ORDERS[sign]),
                )
            case typed.Member(members=members):
                answers = [compared("=", parts[0], exactly(each.value)) for each in members]
                codes = parts[0].codes
                all_covered = codes is not None and codes <= {str(each.value) for each in members}
                return Possible(
                    yes=any(each.yes for each in answers), no=all(each.no for each in answers) and not all_covered
                )
            case typed.StartsWith(prefix=prefix):
                codes = parts[0].codes
                if codes is None:
                    return Possible()
                begins = {code.startswith(prefix) for code in codes}
                return Possible(yes=True in begins, no=False in begins)
            case typed.Extreme(kind=kind):
                choose: Callable[..., Any] = min if kind == "min" else max
                lows, highs = [each.low for each in parts], [each.high for each in parts]
                return Possible(
                    low=None if None in lows else choose(lows), high=None if None in highs else choose(highs)
                )
        return Possible()

    def _parameter(self, node: typed.Dated | typed.Bracketed, held: Situation) -> Possible:
        asked = [self.of(each, held) for each in typed.children(node)]
        if not all(each.known for each in asked):
            return NEVER_KNOWN
        unknown = any(each.unknown for each in asked)
        if isinstance(node.type, typed.YesNo):
            return Possible(unknown=unknown)  # a switch is there to be turned
        found: list[Any] = []
        for each in self.parameters[node.parameter].values:
            keys = zip(node.keys, each.key, strict=True)
            if any(
                isinstance(key, typed.Literal) and isinstance(key.value, str) and key.value != code
                for key, code in keys
            ):
                continue
            value = each.value
            found.extend([step.gives for step in value.brackets] if isinstance(value, Scale) else [value])
        if not found:
            return Possible(unknown=unknown)
        if isinstance(node.type, typed.Text):
            return Possible(unknown=unknown, codes=frozenset(str(each) for each in found))
        return Possible(unknown=unknown, low=min(found), high=max(found))

    def _logic(self, operands: Sequence[typed.Expression], held: Situation, *, wanted: bool) -> Possible:
        """``and`` (``wanted`` true) or ``or`` (false): what all operands together can be, and what one can."""
        parts = [self.of(each, held) for each in operands]
        together: Situation | None = held
        for each in operands:
            together = None if together is None else self.where(each, wanted, together)
        some_against = any(part.no if wanted else part.yes for part in parts)
        # One operand that surely settles it leaves nothing unknown.
        settles = any(not part.unknown and not (part.yes if wanted else part.no) for part in parts)
        unknown = any(part.unknown for part in parts) and not settles
        yes, no = (together is not None, some_against) if wanted else (some_against, together is not None)
        return Possible(known=yes or no, unknown=unknown, yes=yes, no=no)

    def _chosen(
        self, condition: typed.Expression, yes: typed.Expression, no: typed.Expression, held: Situation
    ) -> Possible:
        asked = self.of(condition, held)
        found: Possible | None = None
        for branch, wanted in ((yes, True), (no, False)):
            inside = self.where(condition, wanted, held)
            if inside is not None:
                value = self.of(branch, inside)
                found = value if found is None else joined(found, value)
        if found is None:
            return NEVER_KNOWN
        return replace(found, unknown=found.unknown or asked.unknown)

    def _gathered(self, node: typed.Gathered) -> Possible:
        held = Possible() if node.predicate is None else self.of(node.predicate)
        open_ = held.unknown
        if node.predicate is None:
            held = Possible(no=False)
        if node.kind == "any":
            return Possible(unknown=open_, yes=held.yes, no=True)
        if node.kind == "all":
            return Possible(unknown=open_, yes=True, no=held.no)
        if node.kind == "count":
            return Possible(unknown=open_)
        assert node.value is not None
        value = self.of(node.value)
        if node.kind == "sum":
            return Possible(unknown=open_ or value.unknown)
        return Possible(unknown=True, low=value.low, high=value.high)

    # --- taking something to hold

    def where(self, node: typed.Expression, wanted: bool, held: Situation) -> Situation | None:
        """``held``, and ``node`` is true (``wanted``) or false. None where that is proven impossible."""
        value = self.of(node, held)
        if not value.known or not (value.yes if wanted else value.no):
            return None
        match node:
            case typed.Not(operand=operand):
                return self.where(operand, not wanted, held)
            case typed.Both(operands=operands) | typed.Either(operands=operands) if wanted == isinstance(
                node, typed.Both
            ):
                here: Situation | None = held
                for each in operands:
                    here = None if here is None else self.where(each, wanted, here)
                return here
            case typed.Both() | typed.Either() | typed.Literal():
                return held
            case typed.IsUnknown(operand=operand):
                inner = self.of(operand, held)
                left = replace(inner, known=False) if wanted else replace(inner, unknown=False)
                return held.with_term(operand, left)
            case typed.Member(subject=subject, members=members):
                return self._listed(subject, members, wanted, held)
            case typed.Compared(sign=sign, left=left_node, right=right_node):
                sign = sign if wanted else NOT[sign]
                held = held.with_order(left_node, right_node, ORDERS[sign])
                narrowed: Situation | None = self._narrowed(left_node, sign, right_node, held)
                turned = "".join(TURNED.get(each, each) for each in sign) if sign != "<>" else sign
                return None if narrowed is None else self._narrowed(right_node, turned, left_node, narrowed)
            case typed.Named(entity=entity, name=name, links=()):
                inside = self.where(self.definitions[(entity, name)].formula, wanted, held)
                return None if inside is None else inside.with_term(node, Possible(yes=wanted, no=not wanted))
        return held.with_term(node, Possible(yes=wanted, no=not wanted))

    def _listed(
        self, subject: typed.Expression, members: Sequence[typed.Literal], wanted: bool, held: Situation
    ) -> Situation | None:
        value = replace(self.of(subject, held), unknown=False)
        if isinstance(subject.type, typed.Text):
            codes = frozenset(str(each.value) for each in members)
            if wanted:
                value = replace(value, codes=codes if value.codes is None else value.codes & codes)
            elif value.codes is not None:
                value = replace(value, codes=value.codes - codes)
        elif wanted and isinstance(subject.type, typed.Number | typed.Day):
            numbers: list[Any] = [each.value for each in members]
            value = between(value, min(numbers), max(numbers))
        return None if value.empty else held.with_term(subject, value)

    def _narrowed(
        self, term: typed.Expression, sign: str, beside: typed.Expression, held: Situation
    ) -> Situation | None:
        """``held`` with ``term`` narrowed by standing in ``sign`` to what ``beside`` can be at all."""
        value = replace(self.of(term, held), unknown=False)
        if isinstance(term, typed.Literal):
            return held
        other = self.of(beside)
        if other.unknown:
            return held  # what may not be known proves nothing about another term
        if isinstance(term.type, typed.Number | typed.Day):
            low, high = other.low, other.high
            if sign in ("<", "<="):
                value = between(value, None, None if high is None else at_most(high, term.type, strict=sign == "<"))
            elif sign in (">", ">="):
                value = between(value, None if low is None else at_least(low, term.type, strict=sign == ">"), None)
            elif sign == "=":
                value = between(value, low, high)
        elif isinstance(term.type, typed.Text) and other.codes is not None:
            if sign == "=":
                value = replace(value, codes=other.codes if value.codes is None else value.codes & other.codes)
            elif len(other.codes) == 1 and value.codes is not None and isinstance(beside, typed.Literal):
                value = replace(value, codes=value.codes - other.codes)
        elif isinstance(term.type, typed.YesNo) and isinstance(beside, typed.Literal):
            same = (beside.value is True) == (sign == "=")
            value = replace(value, yes=value.yes and same, no=value.no and not same)
        return None if value.empty else held.with_term(term, value)
