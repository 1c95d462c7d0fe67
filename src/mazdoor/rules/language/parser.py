"""Tokens → syntax tree, by operator precedence (Pratt).

From loosest to tightest: ``if`` · ``or`` · ``and`` · ``not`` · comparison, ``in``, ``is`` · ``+ -`` · ``* /`` · unary ``-``.
Comparisons do not chain: ``a < b < c`` is refused rather than read in one of its two ways.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

from mazdoor.rules.language import syntax
from mazdoor.rules.language.tokens import Token, tokenize
from mazdoor.rules.language.units import is_currency
from mazdoor.rules.problems import Mistake

_LEVEL: Final = {
    "or": 1,
    "and": 2,
    "=": 4,
    "<>": 4,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "in": 4,
    "not": 4,
    "is": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
}
_NOT_LEVEL: Final = 3
_MINUS_LEVEL: Final = 7
_DEEPEST: Final = 60

GATHERERS: Final = ("count", "sum", "min", "max", "any", "all")
UNIT_WORDS: Final = {
    "year": "years",
    "years": "years",
    "month": "months",
    "months": "months",
    "day": "days",
    "days": "days",
    "hour": "hours",
    "hours": "hours",
    "week": "weeks",
    "weeks": "weeks",
    "acre": "acres",
    "acres": "acres",
    "point": "points",
    "points": "points",
    "piece": "pieces",
    "pieces": "pieces",
}


def parse(text: str) -> syntax.Node:
    """The syntax tree of one formula. Raises :class:`Mistake` with place, cause and likely repair."""
    reader = _Reader(tokenize(text))
    if reader.now.kind == "end":
        raise Mistake("formula-empty", "the formula is empty")
    tree = reader.expression(0)
    if reader.now.kind != "end":
        raise Mistake(
            "formula-goes-on",
            f'the formula should end before "{reader.now.text}"',
            offset=reader.now.offset,
            repair="is an operator or a bracket missing before it?",
        )
    return tree


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.position, self.depth = tokens, 0, 0

    @property
    def now(self) -> Token:
        return self.tokens[self.position]

    @property
    def next(self) -> Token:
        return self.tokens[min(self.position + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.now
        self.position += 1
        return token

    def sees(self, text: str) -> bool:
        return self.now.text == text and self.now.kind in ("sign", "keyword")

    def takes(self, text: str) -> bool:
        if self.sees(text):
            self.position += 1
            return True
        return False

    def needs(self, text: str, why: str) -> None:
        if not self.takes(text):
            found = f'"{self.now.text}"' if self.now.kind != "end" else "the end of the formula"
            raise Mistake("formula-broken", f'expected "{text}" {why}, found {found}', offset=self.now.offset)

    # --- expressions

    def expression(self, level: int) -> syntax.Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Mistake(
                "formula-too-deep",
                f"brackets are nested more than {_DEEPEST} deep",
                offset=self.now.offset,
                repair="give its parts names under definitions",
            )
        left = self.prefix()
        while True:
            token = self.now
            binding = _LEVEL.get(token.text, 0) if token.kind in ("sign", "keyword") else 0
            if token.text == "not" and not (self.next.kind == "keyword" and self.next.text == "in"):
                binding = 0
            if binding <= level:
                break
            left = self.infix(left, binding)
        self.depth -= 1
        return left

    def infix(self, left: syntax.Node, binding: int) -> syntax.Node:
        token = self.take()
        if token.text == "is":
            negated = self.takes("known")
            if not negated:
                self.needs("unknown", 'after "is" (or "known")')
            return self.single(syntax.Unknown(token.offset, left, negated))
        if token.text in ("in", "not"):
            if token.text == "not":
                self.needs("in", 'after "not"')
            return self.single(syntax.Among(token.offset, left, self.listing(), token.text == "not"))
        right = self.expression(binding)
        node = syntax.Binary(token.offset, token.text, left, right)
        return self.single(node) if binding == _LEVEL["="] else node

    def single(self, node: syntax.Node) -> syntax.Node:
        """A comparison that is not followed by another one."""
        if self.now.kind in ("sign", "keyword") and _LEVEL.get(self.now.text) == _LEVEL["="]:
            raise Mistake(
                "comparison-chained",
                "comparisons do not chain",
                offset=self.now.offset,
                repair='write "a < b and b < c"',
            )
        return node

    def listing(self) -> tuple[syntax.Node, ...]:
        self.needs("(", 'after "in"')
        members = [self.expression(0)]
        while self.takes(","):
            members.append(self.expression(0))
        self.needs(")", "at the end of the list")
        return tuple(members)

    def prefix(self) -> syntax.Node:
        token = self.take()
        at = token.offset
        if token.kind == "number":
            return self.number(token, "")
        if token.kind == "date":
            try:
                return syntax.DateText(at, date.fromisoformat(token.text))
            except ValueError:
                raise Mistake("date-impossible", f"{token.text} is not a day of the calendar", offset=at) from None
        if token.kind == "text":
            return syntax.TextText(at, token.text[1:-1])
        if token.kind == "name":
            if (token.text == "Rs" or is_currency(token.text)) and self.now.kind == "number":
                return self.number(self.take(), "PKR" if token.text == "Rs" else token.text)
            return self.name(token)
        if token.text in ("true", "false"):
            return syntax.YesNoText(at, token.text == "true")
        if token.text == "not":
            return syntax.Unary(at, "not", self.expression(_NOT_LEVEL))
        if token.text == "-":
            return syntax.Unary(at, "-", self.expression(_MINUS_LEVEL))
        if token.text == "(":
            inside = self.expression(0)
            self.needs(")", "to close the bracket")
            return inside
        if token.text == "if":
            condition = self.expression(0)
            self.needs("then", 'after the condition of "if"')
            yes = self.expression(0)
            self.needs("else", 'after "then": every "if" says what holds otherwise')
            return syntax.Choice(at, condition, yes, self.expression(0))
        if token.kind == "end":
            raise Mistake("formula-broken", "the formula ends where a value is expected", offset=at)
        raise Mistake("formula-broken", f'"{token.text}" stands where a value is expected', offset=at)

    def number(self, token: Token, unit: str) -> syntax.Node:
        digits = token.text.replace("_", "")
        value = Fraction(digits)
        if self.takes("%"):
            return syntax.NumberText(token.offset, value / 100, unit)
        if not unit and self.now.kind == "name" and self.now.text in UNIT_WORDS:
            unit = UNIT_WORDS[self.take().text]
        if unit and self.takes("per"):
            per = self.take()
            if per.text not in UNIT_WORDS:
                raise Mistake(
                    "unit-unknown",
                    f'"{per.text}" is not a unit',
                    offset=per.offset,
                    repair="units are " + ", ".join(sorted(set(UNIT_WORDS.values()))),
                )
            unit = f"{unit}/{UNIT_WORDS[per.text]}"
        return syntax.NumberText(token.offset, value, unit)

    def name(self, token: Token) -> syntax.Node:
        if self.sees("("):
            return self.call(token)
        if self.sees("["):
            self.take()
            keys = [self.expression(0)]
            while self.takes(","):
                keys.append(self.expression(0))
            self.needs("]", "at the end of the keys")
            on = self.expression(_MINUS_LEVEL) if self.takes("at") else None
            return syntax.LookUp(token.offset, token.text, tuple(keys), on)
        parts = [token.text]
        while self.takes("."):
            following = self.take()
            if following.kind not in ("name", "keyword"):
                raise Mistake("formula-broken", 'a name is expected after "."', offset=following.offset)
            parts.append(following.text)
        if self.sees("at"):
            self.take()
            if len(parts) > 1:
                raise Mistake("formula-broken", '"at" follows the name of a parameter', offset=token.offset)
            return syntax.LookUp(token.offset, parts[0], (), self.expression(_MINUS_LEVEL))
        return syntax.NameText(token.offset, tuple(parts))

    def call(self, token: Token) -> syntax.Node:
        self.take()
        if self.takes(")"):
            return syntax.Call(token.offset, token.text, ())
        first = self.expression(0)
        if token.text in GATHERERS and (self.sees("over") or self.sees("where") or self.sees(")")):
            return self.gather(token, first)
        arguments = [first]
        while self.takes(","):
            arguments.append(self.expression(0))
        self.needs(")", f'to close "{token.text}("')
        return syntax.Call(token.offset, token.text, tuple(arguments))

    def gather(self, token: Token, first: syntax.Node) -> syntax.Node:
        value: syntax.Node | None = None
        collection = first
        if self.takes("over"):
            value, collection = first, self.expression(0)
        if not isinstance(collection, syntax.NameText):
            raise Mistake(
                "collection-expected",
                f'"{token.text}" runs over a collection such as members',
                offset=collection.offset,
            )
        predicate = self.expression(0) if self.takes("where") else None
        self.needs(")", f'to close "{token.text}("')
        return syntax.Gather(token.offset, token.text, value, collection, predicate)
