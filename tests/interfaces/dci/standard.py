"""The standard's OpenAPI file as tests use it, with its defects named and mended narrowly.

Each defect is a function of its own, so that a later version of the file in which it is gone is noticed: mending what is
not broken fails.
"""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

FILE = Path(__file__).parent.parent / "standards" / "social_api_v1.0.0.yaml"

ASYNC = ("/registry/search", "/registry/subscribe", "/registry/unsubscribe", "/registry/txn/status")
SYNC = ("/registry/sync/search", "/registry/sync/txn/status")
SERVED = (*ASYNC, *SYNC)
"""What a social registry serves. The rest are callbacks, which the other system serves and we call."""

CALLBACKS = {
    "on-search": "/registry/on-search",
    "on-subscribe": "/registry/on-subscribe",
    "on-unsubscribe": "/registry/on-unsubscribe",
    "txn-on-status": "/registry/txn/on-status",
    "notify": "/registry/notify",
}


def _the_version_of_the_document_is_swallowed_by_its_description(document: dict[str, Any]) -> None:
    """``version: 1.0.0`` stands within the description's text, so ``info.version``, which OpenAPI requires, is missing."""
    info = document["info"]
    assert "version" not in info
    assert "version: 1.0.0" in info["description"]
    info["version"] = "1.0.0"


def _a_list_of_errors_is_not_said_to_be_a_list(document: dict[str, Any]) -> None:
    """``HttpErrorResponse.errors`` has ``items`` and no ``type``, so that a text would do."""
    errors = document["components"]["responses"]["HttpErrorResponse"]["content"]["application/json"]["schema"]
    assert "type" not in errors["properties"]["errors"]
    errors["properties"]["errors"]["type"] = "array"


def _a_language_code_has_three_letters_and_its_own_example_two(document: dict[str, Any]) -> None:
    """``locale``: pattern ``^[a-z]{3,3}$``, example ``en``. We take both and answer with three."""
    locale = document["components"]["schemas"]["SubscriptionInfo"]["properties"]["locale"]
    assert (locale["pattern"], locale["example"]) == ("^[a-z]{3,3}$", "en")


def _updates_are_promised_and_cannot_be_named(document: dict[str, Any]) -> None:
    """A notice's ``reg_event_type`` names registration and new members only; "updates events" stand in its text. A change is
    told without it."""
    event = document["components"]["schemas"]["NotifyEventRequest"]["properties"]["notify_event"]["items"]["properties"]
    kind = event["data"]["properties"]["reg_event_type"]
    assert kind["enum"] == ["REGISTER", "NewHouseHoldMember"]
    assert "updates events" in kind["description"]


def _the_status_of_any_request_has_the_shape_of_a_search(document: dict[str, Any]) -> None:
    """``txn_status`` refers to an *example* of another registry's search answer as if it were a schema; a subscription's
    status has no shape of its own, and stands in that one."""
    status = document["components"]["schemas"]["TxnStatusResponse"]["properties"]["txnstatus_response"]
    assert status["properties"]["txn_status"]["oneOf"][0]["$ref"].endswith("/txnstatus_response/example")


def _records_are_a_list_in_an_answer_and_one_object_in_a_notice(document: dict[str, Any]) -> None:
    """``reg_records`` differs between ``search_response`` and ``notify_event``: a notice has one event for each record."""
    schemas = document["components"]["schemas"]
    answer = schemas["SearchResponse"]["properties"]["search_response"]["items"]["properties"]["data"]["properties"]
    notice = schemas["NotifyEventRequest"]["properties"]["notify_event"]["items"]["properties"]["data"]["properties"]
    assert (answer["reg_records"]["type"], notice["reg_records"]["type"]) == ("array", "object")


DEFECTS = (
    _the_version_of_the_document_is_swallowed_by_its_description,
    _a_list_of_errors_is_not_said_to_be_a_list,
    _a_language_code_has_three_letters_and_its_own_example_two,
    _updates_are_promised_and_cannot_be_named,
    _the_status_of_any_request_has_the_shape_of_a_search,
    _records_are_a_list_in_an_answer_and_one_object_in_a_notice,
)


@lru_cache(maxsize=1)
def _read() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for defect in DEFECTS:
        defect(document)
    return document


def standard(*paths: str) -> dict[str, Any]:
    """The document, mended, with these of its paths (all where none is named)."""
    document = copy.deepcopy(_read())
    if paths:
        document["paths"] = {path: document["paths"][path] for path in paths}
    return document


def faults(path: str, message: Any) -> list[str]:
    """What is wrong with a message for an address, by the standard's own schema of its request."""
    pointer = path.replace("~", "~0").replace("/", "~1")
    schema = {
        **standard(),
        "$ref": f"#/paths/{pointer}/post/requestBody/content/application~1json/schema",
    }
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(message)]
