"""The published JSON Schema of policy documents, and the check of one document against it."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from mazdoor.rules.problems import Problem, did_you_mean
from mazdoor.rules.reading import Document

KINDS = ("facts", "instruments", "parameters", "definitions", "rule", "programme", "cases", "scorecard", "reform")


_TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "array": "a list",
    "object": "a group of words with values",
    "boolean": "true or false",
}
_LOOKS = {
    "^\\d{4}-\\d{2}-\\d{2}$": "a date is written 2024-01-31",
    "^[a-z][a-z0-9_]*$": "a name has small letters, digits and _, and begins with a letter",
}


@cache
def policy_schema() -> dict[str, Any]:
    """The schema itself."""
    text = files(__package__).joinpath("policy.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@cache
def _validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": policy_schema()["$defs"]})


def check_shape(document: Document) -> list[Problem]:
    """Everything in which ``document`` departs from the schema of its kind."""
    if document.kind not in KINDS:
        place = document.place("kind")
        said = f'there is no kind "{document.kind}"' if document.kind else "a document begins with its kind"
        repair = did_you_mean(document.kind, KINDS) or "kinds are " + ", ".join(KINDS)
        return [Problem(place.file, place.line, place.column, "kind-unknown", said, repair)]
    return [_problem(document, error) for error in _validator(document.kind).iter_errors(_as_json(document.data))]


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_json(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _problem(document: Document, error: ValidationError) -> Problem:
    path = tuple(error.absolute_path)
    instance, schema = cast(Any, error.instance), cast(Any, error.schema)
    place = document.place(*path)
    code, message, repair = _words(error, path)
    if error.validator == "additionalProperties" and isinstance(instance, dict):
        extra = [key for key in instance if key not in schema.get("properties", {})]
        place = document.place(*path, extra[0]) if extra else place
    return Problem(place.file, place.line, place.column, code, message, repair)


def _words(error: ValidationError, path: tuple[str | int, ...]) -> tuple[str, str, str]:
    """The message in the words of a policy officer."""
    name = str(path[-1]) if path else "the document"
    instance: Any = error.instance
    schema: Any = error.schema
    said: Any = error.validator_value
    match error.validator:
        case "additionalProperties":
            allowed = list(schema.get("properties", {}))
            extra = [key for key in instance if key not in allowed]
            if " " in extra[0] or instance[extra[0]] is None:
                return (
                    "key-unknown",
                    f'"{extra[0]}" has no meaning here',
                    "a comma inside { } begins the next word: put the whole sentence in quotes",
                )
            return (
                "key-unknown",
                f'"{extra[0]}" has no meaning here',
                did_you_mean(extra[0], allowed) or "allowed are " + ", ".join(allowed),
            )
        case "required":
            missing = [key for key in said if key not in instance]
            if missing == ["ur"]:
                return "urdu-missing", f'"{name}" has no Urdu', "add ur: with the same sentence in Urdu"
            return "key-missing", f'"{missing[0]}" is missing', f"add {missing[0]}:"
        case "enum":
            allowed = [str(each) for each in said]
            return (
                "value-unknown",
                f'"{error.instance}" is not one of the words for "{name}"',
                did_you_mean(str(error.instance), allowed) or "words are " + ", ".join(allowed),
            )
        case "pattern":
            return "value-malformed", f'"{error.instance}" is not well formed', _LOOKS.get(str(said), f"{said}")
        case "maxProperties":
            return "value-malformed", f'"{name}" says {" and ".join(instance)}', f"say one of {', '.join(instance)}"
        case "maximum" | "minimum" | "exclusiveMinimum":
            word = "at most" if error.validator == "maximum" else "at least"
            return "value-malformed", f'"{name}" is {instance}', f"it is {word} {said}"
        case "type":
            return "value-malformed", f'"{name}" should be {_TYPES.get(str(said), said)}, and is not', ""
        case "minProperties" | "minItems" | "minLength":
            return "value-empty", f'"{name}" is empty', ""
        case _:
            return "value-malformed", f'"{name}": {error.message}', ""
