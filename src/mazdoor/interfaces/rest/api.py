"""The addresses under ``/api/v1``, and their OpenAPI document.

Forms are read and checked by the questionnaire, not by generated classes: one place says what a form is, and a form of
forty answers costs one reading of its JSON. The schema in the document is that of the questionnaire.
"""

from __future__ import annotations

import logging
from typing import Any, Final, Literal

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Status
from ninja.errors import HttpError, ValidationError
from ninja.params.functions import Query
from ninja.security import HttpBearer

from mazdoor.delivery.registration.questionnaire import form_schema
from mazdoor.interfaces.clients import limits
from mazdoor.interfaces.clients.refusals import TOKEN_REFUSED
from mazdoor.interfaces.clients.tokens import TOKEN_SECONDS, Bearer, read_token
from mazdoor.interfaces.documents import Malformed, read_document
from mazdoor.interfaces.rest import asked, problems, refusals, shapes
from mazdoor.interfaces.rest.answering import IdempotencyKey, SentKey, bearer_of, noes
from mazdoor.interfaces.rest.api_files import files, say_files
from mazdoor.interfaces.rest.models import Submission
from mazdoor.interfaces.rest.submitting import (
    KEY_PATTERN,
    Outcome,
    check_key,
    find_submission,
    list_submissions,
    submit_form,
)
from mazdoor.kernel.refusals import Refusal

_log: Final = logging.getLogger(__name__)
MOST_FORMS: Final = 500
LARGEST_BODY: Final = 2_000_000


class Token(HttpBearer):
    """The bearer token of `/oauth2/client/token`."""

    def authenticate(self, request: HttpRequest, token: str) -> Bearer:
        """Who asks. Refuses SYS-011, and SYS-012 where too many requests came."""
        bearer = read_token(token)
        limits.check_rate(f"requests {bearer.client.code}", per_minute=bearer.client.requests_per_minute)
        return bearer


class Api(NinjaAPI):
    """Ninja's API whose document holds the form's own schema, which is read when the document is asked for."""

    def get_openapi_schema(self, **more: Any) -> Any:
        """The OpenAPI document."""
        schema = super().get_openapi_schema(**more)
        form = form_schema()
        form.pop("$schema", None)
        form.pop("version", None)
        schema["components"]["schemas"]["Form"] = form
        say_files(schema["paths"])
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400:  # refusals are problem documents, which Ninja cannot say by itself
                        response["content"] = {"application/problem+json": response["content"].pop("application/json")}
        return schema


api: Final = Api(
    title="Mazdoor",
    version="1.0.0",
    description=(
        "Registration of workers, their households and businesses by employers, unions and NGOs. Get a token at "
        "/oauth2/client/token (client credentials). Every refusal is a problem document with code, cause and remedy in "
        "English and Urdu, and the place of each fault. docs/interfaces.md shows it with curl."
    ),
    urls_namespace="rest",
    auth=Token(),
    docs_url=None,
    openapi_url="/openapi.json",
)

_FORM_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Form"}}},
    }
}
_BATCH_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["registrations"],
                    "additionalProperties": False,
                    "properties": {
                        "registrations": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": MOST_FORMS,
                            "items": {
                                "type": "object",
                                "required": ["key", "form"],
                                "additionalProperties": False,
                                "properties": {
                                    "key": {"type": "string", "pattern": KEY_PATTERN},
                                    "form": {"$ref": "#/components/schemas/Form"},
                                },
                            },
                        }
                    },
                }
            }
        },
    }
}


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problems.answer(refusal)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    places = sorted({".".join(str(part) for part in each["loc"][1:2]) for each in error.errors})
    return problems.answer(refusals.BODY_UNREADABLE.because(problem=", ".join(places)), status=400)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 401:
        return problems.answer(TOKEN_REFUSED.because(minutes=TOKEN_SECONDS // 60))
    return problems.answer(refusals.NOT_HERE.because(problem=error.status_code), status=error.status_code)


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    _log.error("api failed (%s)", type(error).__name__, exc_info=error)
    return problems.answer(refusals.BROKEN.because())


def _body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request. Refuses API-001, API-005."""
    if (request.content_type or "").lower() != "application/json":
        raise refusals.BODY_UNREADABLE.because(problem="Content-Type: application/json")
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise refusals.TOO_LARGE.because(most=LARGEST_BODY) from error
    if len(body) > LARGEST_BODY:
        raise refusals.TOO_LARGE.because(most=LARGEST_BODY)
    try:
        return read_document(body)
    except Malformed as error:
        raise refusals.BODY_UNREADABLE.because(problem=str(error)) from error


@api.post(
    "/registrations",
    response={200: shapes.Registration, 201: shapes.Registration, **noes(400, 403, 409, 413, 422)},
    openapi_extra=_FORM_BODY,
    operation_id="register",
    summary="Register one household",
)
def register(request: HttpRequest, idempotency_key: IdempotencyKey) -> Status[dict[str, Any]]:
    """Register the people of one form, with their jobs and businesses. The same form under the same key changes nothing:
    it answers 200 with the numbers given before. A form that was refused may be mended and sent again under its key."""
    bearer = bearer_of(request, "registrations.write")
    outcome = submit_form(bearer.client, key=idempotency_key, form=_body(request))
    if outcome.refusal is not None:
        raise outcome.refusal
    return Status(201 if outcome.new else 200, {"already": not outcome.new, **_told(outcome)})


@api.post(
    "/registrations/batches",
    response={200: shapes.BatchOutcome, **noes(400, 403, 413)},
    openapi_extra=_BATCH_BODY,
    operation_id="register_batch",
    summary="Register a list of households",
)
def register_batch(request: HttpRequest) -> dict[str, Any]:
    """Register up to 500 forms. Each is registered or refused by itself; one bad row spoils none of the others."""
    bearer = bearer_of(request, "registrations.write")
    given = _body(request).get("registrations")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_FORMS:
        raise refusals.BODY_UNREADABLE.because(problem=f"registrations: 1-{MOST_FORMS}")
    pairs = [
        (each.get("key"), each.get("form")) if isinstance(each, dict) and set(each) == {"key", "form"} else (None, None)
        for each in given
    ]
    for place, (key, form) in enumerate(pairs):
        if not isinstance(key, str) or not isinstance(form, dict):
            raise refusals.BODY_UNREADABLE.because(problem=f"registrations[{place}]")
        check_key(key)
    rows = [_row(bearer, str(key), form or {}) for key, form in pairs]
    return {
        "registered": sum(row["state"] == "registered" and not row["already"] for row in rows),
        "already": sum(row["already"] for row in rows),
        "refused": sum(row["state"] == "refused" for row in rows),
        "rows": rows,
    }


def _row(bearer: Bearer, key: str, form: dict[str, Any]) -> dict[str, Any]:
    try:
        outcome = submit_form(bearer.client, key=key, form=form)
    except Refusal as refusal:  # the key was used for another form
        return _refused_row(key, refusal)
    if outcome.refusal is not None:
        return _refused_row(key, outcome.refusal)
    return {"already": not outcome.new, "refusal": None, **_told(outcome)}


def _refused_row(key: str, refusal: Refusal) -> dict[str, Any]:
    return {
        "key": key,
        "state": "refused",
        "already": False,
        "registry_numbers": [],
        "household_number": None,
        "warnings": [],
        "repairs": [],
        "refusal": problems.document(refusal),
    }


def _told(outcome: Outcome) -> dict[str, Any]:
    return {
        "key": outcome.submission.key,
        "state": "registered",
        "registry_numbers": outcome.submission.registry_numbers,
        "household_number": outcome.submission.household_id,
        "warnings": outcome.warnings,
        "repairs": outcome.repairs,
    }


@api.get(
    "/registrations",
    response={200: list[shapes.Sent], **noes(400, 403)},
    operation_id="list_registrations",
    summary="What this system sent",
)
def sent(
    request: HttpRequest,
    state: Literal["", "registered", "refused"] = "",
    after: int = Query(0, ge=0, le=2**62),
    limit: int = Query(100, ge=1, le=1000),
) -> list[dict[str, Any]]:
    """Forms this system sent, in the order they came."""
    bearer = bearer_of(request, "registrations.read")
    return [_sent(each) for each in list_submissions(bearer.client, state=state, after=after, limit=limit)]


@api.get(
    "/registrations/{key}",
    response={200: shapes.Sent, **noes(400, 403, 404)},
    operation_id="get_registration",
    summary="What became of one form",
)
def sent_one(request: HttpRequest, key: SentKey) -> dict[str, Any]:
    """What became of the form sent under this key."""
    return _sent(find_submission(bearer_of(request, "registrations.read").client, key=key))


def _sent(found: Submission) -> dict[str, Any]:
    return {
        "number": found.pk,
        "key": found.key,
        "state": found.state,
        "registry_numbers": found.registry_numbers,
        "household_number": found.household_id,
        "problems": found.problems,
        "sent_at": found.sent_at,
        "changed_at": found.changed_at,
    }


@api.get(
    "/questionnaire",
    response={200: shapes.QuestionnaireOut, **noes()},
    operation_id="questionnaire",
    summary="What is asked, in English and Urdu",
)
def questionnaire(request: HttpRequest) -> dict[str, Any]:
    """Sections, questions and choices with their words. Conditions are checked when a form is sent."""
    return asked.questionnaire()


@api.get(
    "/choices",
    response={200: list[shapes.ChoiceList], **noes()},
    operation_id="choice_lists",
    summary="All lists of answers",
)
def choices(request: HttpRequest) -> list[dict[str, Any]]:
    """Every list of answers, by name."""
    return asked.choice_lists()


@api.get(
    "/choices/{name}",
    response={200: shapes.ChoiceList, **noes(400, 404)},
    operation_id="choice_list",
    summary="One list of answers",
)
def choices_of(request: HttpRequest, name: str) -> dict[str, Any]:
    """One list of answers."""
    return asked.choice_list(name)


@api.get(
    "/areas",
    response={200: list[shapes.AreaOut], **noes(400)},
    operation_id="areas",
    summary="Areas within an area",
)
def areas(
    request: HttpRequest, within: str = Query("", pattern=r"^(PK[0-9]*)?$", max_length=12)
) -> list[dict[str, Any]]:
    """Provinces, or the areas directly within one."""
    return asked.areas(within)


api.add_router("/files", files)
