"""Documents → model: the parts that need no formula (vocabulary, instruments, parameters), each checked on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from mazdoor.kernel.numbers import MONEY_DIGITS, MONEY_SCALE, NumberTooLarge, Shape, shape_of, wider_shape
from mazdoor.kernel.refusals import Words
from mazdoor.rules.language import typed
from mazdoor.rules.language.names import RUN_DATE
from mazdoor.rules.language.parser import GATHERERS, UNIT_WORDS
from mazdoor.rules.language.tokens import KEYWORDS
from mazdoor.rules.language.units import Unit
from mazdoor.rules.model import (
    Bracket,
    Citation,
    Collection,
    DatedValue,
    Entity,
    FactField,
    Instrument,
    Link,
    Parameter,
    ParameterValue,
    Payer,
    Quota,
    Scale,
    plain,
)
from mazdoor.rules.problems import Place, did_you_mean
from mazdoor.rules.reading import Document

Report = Callable[[Place, str, str, str], None]
"""Takes place, code, message, repair."""

_RESERVED: Final = KEYWORDS | set(GATHERERS) | {RUN_DATE, "Rs"}
_PARAMETER_TYPES: Final[dict[str, typed.Type]] = {"yesno": typed.YesNo(), "text": typed.Text(), "date": typed.Day()}


def words(data: dict[str, Any]) -> Words:
    """``{en, ur}`` as :class:`Words`."""
    return Words(str(data["en"]), str(data["ur"]))


def citation(data: dict[str, Any], above: dict[str, Any]) -> Citation:
    """Where something is written; instrument and provision are inherited from what stands above it."""
    return Citation(
        instrument=str(data.get("instrument") or above.get("instrument") or ""),
        provision=str(data.get("provision") or above.get("provision") or ""),
        source=str(data.get("source") or above.get("source") or ""),
        verified=str(data.get("verified") or ""),
        checked=data.get("checked"),
    )


def payers(document: Document, report: Report) -> tuple[Payer, ...]:
    """Who pays, where ``document`` (a programme or a reform) says it; the shares make up the whole."""
    said = document.data.get("paid_by", [])
    found = tuple(
        Payer(words(each["title"]), Fraction(each["percent"]), citation(each, {}), str(each.get("note", "")))
        for each in said
    )
    if found and sum(each.percent for each in found) != 100:
        report(document.place("paid_by"), "shares-wrong", "the shares of who pays do not make up 100 percent", "")
    return found


def quota(document: Document, parameters: dict[str, Parameter], report: Report) -> Quota | None:
    """The places of some categories by area, where ``document`` (a programme) has them."""
    said = document.data.get("quota")
    if said is None:
        return None
    results = document.data.get("results", [])
    for name in (said["area"], *said["order"]):
        if name not in results:
            place = document.place("quota")
            report(place, "name-unknown", f'"{name}" is not among the results', f"add {name} under results:")
    for name in said["categories"]:
        known = document.data.get("categories", {})
        if name not in known:
            place = document.place("quota", "categories")
            report(place, "category-unknown", f'there is no category "{name}"', did_you_mean(name, known))
    places = parameters.get(said["places"])
    if places is None or places.keys != ("category", "area"):
        report(
            document.place("quota", "places"),
            "parameter-unknown",
            f'there is no table "{said["places"]}" with the keys category and area',
            did_you_mean(said["places"], parameters) if places is None else "write keys: [category, area]",
        )
    return Quota(
        tuple(said["categories"]),
        said["area"],
        said["places"],
        tuple(said["order"]),
        citation(said, {}),
        str(said.get("note", "")),
    )


def formula_text(value: object) -> str:
    """A formula as text; ``true`` and numbers may be written bare."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def instrument(document: Document, name: str) -> Instrument:
    """One instrument."""
    data = document.data["instruments"][name]
    return Instrument(
        name,
        words(data["title"]),
        words(data["short"]),
        data["type"],
        str(data.get("number", "")),
        data.get("dated"),
        data["status"],
        str(data.get("note", "")),
        document.place("instruments", name),
    )


def entity(document: Document, name: str, report: Report) -> Entity:
    """One entity of the vocabulary."""
    data = document.data["entities"][name]
    fields: dict[str, FactField] = {}
    for field_name, field in data["fields"].items():
        place = document.place("entities", name, "fields", field_name)
        if field_name in _RESERVED:
            report(place, "name-reserved", f'"{field_name}" is a word of the language', "choose another name")
        fields[field_name] = FactField(
            field_name,
            _field_type(field, place, report),
            words(field["title"]),
            money=field["type"] == "money",
            fixed=field.get("fixed", False),
        )
    links = {each: Link(each, link["entity"], link["by"]) for each, link in data.get("links", {}).items()}
    collections = {
        each: Collection(each, one["entity"], one["by"], words(one["title"]))
        for each, one in data.get("collections", {}).items()
    }
    return Entity(name, data["table"], data["key"], words(data["title"]), fields, links, collections)


def _unit(text: object, place: Place, report: Report) -> Unit:
    try:
        return Unit.of(str(text or ""))
    except ValueError as error:
        report(
            place,
            "unit-unknown",
            f'"{error}" is not a unit',
            did_you_mean(str(error), ["PKR", *UNIT_WORDS])
            or "units are PKR, " + ", ".join(sorted(set(UNIT_WORDS.values()))),
        )
        return Unit()


def _field_type(field: dict[str, Any], place: Place, report: Report) -> typed.Type:
    kind = field["type"]
    if kind in ("number", "money"):
        unit = _unit(field.get("unit"), place, report)
        if kind == "money":
            if not unit.powers:
                report(place, "unit-missing", "money is in something", "add unit: PKR, or PKR/month")
            return typed.Number(unit, Shape.of(field.get("digits", MONEY_DIGITS), MONEY_SCALE))
        return typed.Number(unit, Shape.of(field.get("digits", 9), field.get("scale", 0)))
    for key in ("unit", "digits", "scale"):
        if key in field:
            report(place, "key-unknown", f'"{key}" has no meaning for {kind}', "it belongs to number and money")
    listed = list(field.get("one_of", ()))
    for code in sorted({code for code in listed if listed.count(code) > 1}):
        report(place, "code-twice", f'the code "{code}" is listed twice', "leave one of them out")
    if kind == "text":
        return typed.Text(tuple(field.get("one_of", ())))
    return typed.YesNo() if kind == "yesno" else typed.Day()


def _or_all(word: str, entities: dict[str, Entity]) -> str:
    return did_you_mean(word, entities) or "there are " + ", ".join(sorted(entities))


def check_entities(entities: dict[str, Entity], document_of: dict[str, Document], report: Report) -> None:
    """Links and collections lead somewhere, over a column that is there; each entity has a table of its own."""
    tables: dict[str, str] = {}
    for each in entities.values():
        first = tables.setdefault(each.table, each.id)
        if first != each.id:
            report(
                document_of[each.id].place("entities", each.id, "table"),
                "table-twice",
                f'the table "{each.table}" already holds each {first}',
                "one table for each entity",
            )
    for each in entities.values():
        document = document_of[each.id]
        for link in each.links.values():
            place = document.place("entities", each.id, "links", link.name)
            if link.entity not in entities:
                report(place, "entity-unknown", f'there is no "{link.entity}"', _or_all(link.entity, entities))
            if link.by not in each.fields:
                report(place, "column-unknown", f'a {each.id} has no "{link.by}"', did_you_mean(link.by, each.fields))
        for many in each.collections.values():
            place = document.place("entities", each.id, "collections", many.name)
            if many.entity not in entities:
                report(place, "entity-unknown", f'there is no "{many.entity}"', _or_all(many.entity, entities))
            elif many.by not in entities[many.entity].fields:
                report(
                    place,
                    "column-unknown",
                    f'a {many.entity} has no "{many.by}"',
                    did_you_mean(many.by, entities[many.entity].fields),
                )


def parameter(document: Document, name: str, report: Report) -> Parameter:
    """One parameter with its history."""
    data = document.data["parameters"][name]
    base = ("parameters", name)
    if name in _RESERVED:
        report(document.place(*base), "name-reserved", f'"{name}" is a word of the language', "choose another name")
    keys = tuple(data.get("keys", ()))
    kind = data.get("type", "number")
    unit = _unit(data.get("unit"), document.place(*base, "unit"), report)
    scale_of = _unit(data.get("of"), document.place(*base, "of"), report) if kind == "scale" else None
    if "of" in data and scale_of is None:
        report(document.place(*base, "of"), "key-unknown", '"of" has no meaning here', "it belongs to type: scale")
    values: list[DatedValue] = []
    for index, value in enumerate(data["values"]):
        place = document.place(*base, "values", index)
        key = tuple(str(each) for each in value.get("key", ()))
        if len(key) != len(keys):
            report(
                place,
                "keys-wrong",
                f"this value has {len(key)} key(s), and the table {len(keys)}",
                f"write key: [{', '.join(keys)}]" if keys else "remove key:",
            )
            continue
        spot = document.place(*base, "values", index, "value")
        exact = (_scale if kind == "scale" else _parameter_value)(value["value"], kind, spot, report)
        if exact is None:
            continue
        values.append(_dated(value, data, key, exact, place))
        _check_dated(values[-1], place, report)
    _check_history(values, document, base, report)
    return Parameter(
        name,
        words(data["title"]),
        _parameter_type(kind, unit, values, document.place(*base), report),
        keys,
        tuple(values),
        document.place(*base),
        None if scale_of is None else typed.Number(scale_of, Shape(0, 0, 0)),
    )


def _scale(value: object, kind: str, place: Place, report: Report) -> ParameterValue | None:
    """The brackets of a scale, in rising order."""
    if not isinstance(value, list):
        report(place, "value-malformed", f'the value "{value}" is not a scale', "write [{from: 0, gives: 1}, …]")
        return None
    brackets = tuple(Bracket(Fraction(each["from"]), Fraction(each["gives"])) for each in value)
    for before, after in pairwise(brackets):
        if after.start <= before.start:
            report(
                place,
                "brackets-unordered",
                f"the bracket from {plain(after.start)} does not begin above the one from {plain(before.start)}",
                "write the brackets in rising order, each once",
            )
    return Scale(brackets)


def _dated(
    value: dict[str, Any], data: dict[str, Any], key: tuple[str, ...], exact: ParameterValue, place: Place
) -> DatedValue:
    return DatedValue(
        key,
        exact,
        value["from"],
        value.get("to"),
        value.get("known_from") or value["from"],
        value.get("known_to"),
        value.get("status", "in_force"),
        citation(value, data),
        str(value.get("note", "")),
        place,
    )


def _parameter_value(value: object, kind: str, place: Place, report: Report) -> ParameterValue | None:
    if kind == "number" and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Fraction(value)
    if kind == "yesno" and isinstance(value, bool):
        return value
    if kind == "text" and isinstance(value, str):
        return value
    if kind == "date" and isinstance(value, date):
        return value
    wanted = {"number": "a number", "yesno": "true or false", "text": "text", "date": "a date"}[kind]
    said = "this list of brackets" if isinstance(value, list) else f'the value "{formula_text(value)}"'
    report(place, "value-malformed", f"{said} is not {wanted}", f"write {wanted}, or state the type")
    return None


def _parameter_type(kind: str, unit: Unit, values: list[DatedValue], place: Place, report: Report) -> typed.Type:
    if kind not in ("number", "scale"):
        return _PARAMETER_TYPES[kind]
    shape: Shape | None = None
    numbers = [
        number
        for each in values
        for number in (
            [bracket.gives for bracket in each.value.brackets] if isinstance(each.value, Scale) else [each.value]
        )
    ]
    for number in numbers:
        assert isinstance(number, Fraction)
        try:
            shape = shape_of(number) if shape is None else wider_shape(shape, shape_of(number))
        except NumberTooLarge as error:
            report(place, "number-too-large", str(error), "")
    return typed.Number(unit, shape or Shape(0, 0, 0))


def _check_dated(value: DatedValue, place: Place, report: Report) -> None:
    if value.valid_to is not None and value.valid_to <= value.valid_from:
        report(place, "dates-reversed", "the value ends before it begins", "to: is the first day it no longer holds")
    if value.known_to is not None and value.known_to <= value.known_from:
        report(
            place, "dates-reversed", "the value was disbelieved before it was known", "check known_from and known_to"
        )
    if not value.citation.instrument and not value.citation.source:
        report(place, "provision-missing", "the value cites nothing", "add instrument: and provision:, or source:")


def _check_history(values: list[DatedValue], document: Document, base: tuple[str, str], report: Report) -> None:
    seen: dict[tuple[tuple[str, ...], date, date], int] = {}
    binding = [each for each in values if each.status in ("in_force", "overturned")]
    for index, each in enumerate(binding):
        spot = (each.key, each.valid_from, each.known_from)
        if spot in seen and each.known_to is None and binding[seen[spot]].known_to is None:
            report(
                document.place(*base),
                "value-twice",
                f"two values are in force from {each.valid_from} and known from {each.known_from}"
                + (f" for {'/'.join(each.key)}" if each.key else ""),
                "give the later one its known_from:, or the earlier one known_to:",
            )
        seen[spot] = index
