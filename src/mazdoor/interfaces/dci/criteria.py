"""A search of the standard, read into one SQL condition with parameters.

Three forms (``query_type``):

``idtype-value``
    ``{"type": "UIN", "value": "…"}``: one identifier.
``expression``
    ``{"type": …, "value": {"expression": {"collection": "Group", "query": {"$and": [{"age": {"$ge": 18}}, …]}}}}``:
    ``$and``, ``$or``, ``$not``, and for an attribute ``$eq $ne $in $gt $ge/$gte $lt $le/$lte`` or a bare value.
``predicate``
    A list of ``{seq_num, expression1, condition, expression2}`` taken in the order of ``seq_num`` and joined by *and*.
    Within one, ``condition`` joins the two; ``not`` is "the first and not the second", or "not the first" where there
    is no second.

Everything unknown is refused, never dropped: a condition that were left out would answer with people nobody asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mazdoor.database.keys import keyring
from mazdoor.delivery.registration.people import name_sounds
from mazdoor.interfaces.dci.attributes import ATTRIBUTES, IDENTIFIERS, ORDERED, Attribute, Kind
from mazdoor.interfaces.dci.codes import last_part
from mazdoor.kernel.identifiers import ascii_digits, parse_cnic, parse_mobile

MOST_CONDITIONS: Final = 50
DEEPEST: Final = 6
MOST_VALUES: Final = 1000
_LARGEST_WHOLE: Final = 2**62

_OPERATORS: Final = {
    "eq": "=",
    "ne": "<>",
    "gt": ">",
    "ge": ">=",
    "gte": ">=",
    "lt": "<",
    "le": "<=",
    "lte": "<=",
    "in": "in",
}


class NotUnderstood(Exception):
    """A search we cannot take. ``code`` is the standard's reason, ``message`` says what is wrong, without values."""

    def __init__(self, message: str, code: str = "rjct.search_criteria.invalid") -> None:
        self.code = code
        self.message = message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL made of our own words only, with what the asker wrote as parameters."""

    sql: str
    parameters: tuple[Any, ...]


class Reader:
    """Reads one search. ``may`` answers whether the asker has a scope."""

    def __init__(self, may: Callable[[str], bool]) -> None:
        self._may = may
        self._conditions = 0

    def read(self, query_type: Any, query: Any) -> Condition:
        """The condition of a search. Raises :class:`NotUnderstood`."""
        match query_type:
            case "idtype-value":
                return self._identifier(query)
            case "expression":
                return self._expression(_inner(query), 0)
            case "predicate":
                return self._predicates(query)
            case _:
                raise NotUnderstood("query_type is one of idtype-value, expression, predicate")

    def _identifier(self, query: Any) -> Condition:
        if not isinstance(query, Mapping) or "type" not in query or "value" not in query:
            raise NotUnderstood("a search by identifier needs type and value")
        name = _name(query["type"])
        if name not in IDENTIFIERS:
            raise NotUnderstood("identifier types are UIN, MOBILE and REGISTRY_NUMBER", _FILTER)
        return self._compare(name, "eq", query["value"])

    def _expression(self, node: Any, depth: int) -> Condition:
        if not isinstance(node, Mapping) or not node:
            raise NotUnderstood("an expression is an object with at least one condition")
        if depth > DEEPEST:
            raise NotUnderstood(f"expressions are nested at most {DEEPEST} deep")
        parts: list[Condition] = []
        for key, value in node.items():
            match key:
                case "$and" | "$or":
                    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
                        raise NotUnderstood(f"{key} is a list of conditions")
                    inner = [self._expression(each, depth + 1) for each in value]
                    parts.append(_join(inner, "AND" if key == "$and" else "OR"))
                case "$not":
                    parts.append(_negated(self._expression(value, depth + 1)))
                case str() if not key.startswith("$"):
                    parts.append(self._tests(key, value))
                case _:
                    raise NotUnderstood("joints are $and, $or and $not", _FILTER)
        return _join(parts, "AND")

    def _tests(self, name: str, value: Any) -> Condition:
        """``{"age": {"$ge": 18, "$lt": 60}}`` or ``{"sex": "female"}``."""
        if not isinstance(value, Mapping):
            return self._compare(_name(name), "eq", value)
        if not value:
            raise NotUnderstood("a condition compares with something", _FILTER)
        tests = []
        for operator, wanted in value.items():
            if not isinstance(operator, str) or not operator.startswith("$"):
                raise NotUnderstood("comparisons are $eq, $ne, $in, $gt, $ge, $lt, $le", _FILTER)
            tests.append(self._compare(_name(name), operator[1:], wanted))
        return _join(tests, "AND")

    def _predicates(self, query: Any) -> Condition:
        if not isinstance(query, list) or not query or not all(isinstance(each, Mapping) for each in query):
            raise NotUnderstood("a predicate search is a list of predicates")
        numbered = [(_number(each.get("seq_num"), place), place, each) for place, each in enumerate(query)]
        return _join([self._predicate(each) for _, _, each in sorted(numbered, key=lambda one: one[:2])], "AND")

    def _predicate(self, predicate: Mapping[str, Any]) -> Condition:
        first = self._term(predicate.get("expression1"))
        condition, second = predicate.get("condition"), predicate.get("expression2")
        match condition:
            case None if second is None:
                return first
            case "and" if second is not None:
                return _join([first, self._term(second)], "AND")
            case "or" if second is not None:
                return _join([first, self._term(second)], "OR")
            case "not" if second is not None:
                return _join([first, _negated(self._term(second))], "AND")
            case "not":
                return _negated(first)
            case _:
                raise NotUnderstood("a predicate joins expression1 and expression2 by and, or, not", _FILTER)

    def _term(self, term: Any) -> Condition:
        if not isinstance(term, Mapping):
            raise NotUnderstood("an expression has attribute_name, operator and attribute_value", _FILTER)
        missing = {"attribute_name", "operator", "attribute_value"} - set(term)
        if missing or not isinstance(term["operator"], str):
            raise NotUnderstood("an expression has attribute_name, operator and attribute_value", _FILTER)
        return self._compare(_name(term["attribute_name"]), term["operator"], term["attribute_value"])

    def _compare(self, name: str, operator: str, value: Any) -> Condition:
        self._conditions += 1
        if self._conditions > MOST_CONDITIONS:
            raise NotUnderstood(f"a search has at most {MOST_CONDITIONS} conditions")
        attribute = ATTRIBUTES.get(name)
        if attribute is None:
            raise NotUnderstood("an attribute is not one that can be searched by", _FILTER)
        if attribute.scope and not self._may(attribute.scope):
            raise NotUnderstood(f"searching by {name} needs the scope {attribute.scope}", _FILTER)
        sign = _OPERATORS.get(operator)
        if sign is None or (sign not in ("=", "<>", "in") and attribute.kind not in ORDERED):
            raise NotUnderstood(f"{name} cannot be compared in this way", _FILTER)
        if sign == "in":
            if not isinstance(value, list) or not 1 <= len(value) <= MOST_VALUES:
                raise NotUnderstood(f"“in” compares with a list of 1 to {MOST_VALUES} values", _FILTER)
            found = _join([_test(attribute, name, "=", each) for each in value], "OR")
        else:
            found = _test(attribute, name, "=" if sign == "<>" else sign, value)
        if attribute.within:
            found = Condition(attribute.within.replace("{test}", found.sql), found.parameters)
        return _negated(found) if sign == "<>" else found


_FILTER: Final = "rjct.filter.invalid"


def _test(attribute: Attribute, name: str, sign: str, value: Any) -> Condition:
    """One comparison with one value."""
    try:
        wanted = _value(attribute, value)
    except (ValueError, TypeError, OverflowError) as error:
        raise NotUnderstood(f"the value for {name} cannot be read", _FILTER) from error
    match attribute.kind:
        case Kind.TEXT:
            return Condition(f"lower({attribute.sql}) = lower(%s)", (wanted,))
        case Kind.PREFIX:
            return Condition(f"starts_with({attribute.sql}, %s)", (wanted,))
        case Kind.SOUNDS:
            return Condition(f"{attribute.sql} @> %s::varchar[]", (wanted,))
        case _:
            return Condition(f"{attribute.sql} {sign} %s", (wanted,))


def _value(attribute: Attribute, value: Any) -> Any:
    """What the asker wrote, as the database compares it. Raises ``ValueError`` or ``TypeError``."""
    match attribute.kind:
        case Kind.CNIC:
            cnic = parse_cnic(_text(value).zfill(13) if isinstance(value, int) else _text(value))
            if cnic is None:
                raise ValueError
            return keyring().index(cnic, purpose="cnic")
        case Kind.MOBILE:
            mobile = parse_mobile(_text(value))
            if mobile is None:
                raise ValueError
            return keyring().index(mobile, purpose="mobile")
        case Kind.SOUNDS:
            sounds = name_sounds(_text(value))
            if not sounds:
                raise ValueError
            return sounds
        case Kind.DATE:
            return dt.date.fromisoformat(_text(value)[:10])
        case Kind.WHOLE:
            number = int(ascii_digits(value)) if isinstance(value, str) and value.strip().isdigit() else value
            if isinstance(number, bool) or not isinstance(number, int | float) or abs(number) > _LARGEST_WHOLE:
                raise ValueError
            return number
        case Kind.YES_NO:
            if value in (True, "true", "1", 1):
                return True
            if value in (False, "false", "0", 0):
                return False
            raise ValueError
        case Kind.PREFIX:
            text = _text(value)
            if not text.isascii() or not text.isalnum():
                raise ValueError
            return text
        case _:
            text = _text(value)
            return (attribute.values or {}).get(text, text)


def _text(value: Any) -> str:
    """A value as text without spaces around it. Raises ``ValueError`` for what is no text or number, or cannot be stored."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError
    text = str(value).strip()
    if not text or len(text) > 200 or "\0" in text:
        raise ValueError
    text.encode()  # a lone surrogate is no text
    return text


def _name(name: Any) -> str:
    if not isinstance(name, str):
        raise NotUnderstood("attribute names are texts", _FILTER)
    return last_part(name).lower()


def _number(given: Any, place: int) -> float:
    """The place of a predicate in the order; those without a number keep theirs."""
    if given is None:
        return float(place)
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise NotUnderstood("seq_num is a number")
    return float(given)


def _inner(query: Any) -> Any:
    """The conditions of an expression search, however deep the standard's wrappers go."""
    found = query
    for key in ("value", "expression", "query"):
        if isinstance(found, Mapping) and key in found:
            found = found[key]
    if found is query and isinstance(query, Mapping) and "type" in query:
        raise NotUnderstood("an expression search needs value.expression.query")
    return found


def _join(parts: Sequence[Condition], word: str) -> Condition:
    if len(parts) == 1:
        return parts[0]
    return Condition(
        "(" + f" {word} ".join(part.sql for part in parts) + ")",
        tuple(value for part in parts for value in part.parameters),
    )


def _negated(part: Condition) -> Condition:
    """What does not hold. Unknown is not "no": where the answer is not known, neither a condition nor its negation finds."""
    return Condition(f"(NOT {part.sql})", part.parameters)


def read_sort(sort: Any, *, may: Callable[[str], bool]) -> str:
    """``ORDER BY`` for a search, made of our own words; the row number breaks ties, so pages are stable."""
    if sort is None:
        return "p.person_id"
    if not isinstance(sort, list) or len(sort) > 5:
        raise NotUnderstood("sort is a list of at most five attributes", "rjct.sort.invalid")
    words = []
    for each in sort:
        attribute = ATTRIBUTES.get(_name(each.get("attribute_name"))) if isinstance(each, Mapping) else None
        if attribute is None or not attribute.sort or (attribute.scope and not may(attribute.scope)):
            raise NotUnderstood("an attribute cannot be sorted by", "rjct.sort.invalid")
        order = {"asc": "ASC", "desc": "DESC", None: "ASC"}.get(each.get("sort_order"))
        if order is None:
            raise NotUnderstood("sort_order is asc or desc", "rjct.sort.invalid")
        words.append(f"{attribute.sort} {order} NULLS LAST")
    return ", ".join([*words, "p.person_id"])
