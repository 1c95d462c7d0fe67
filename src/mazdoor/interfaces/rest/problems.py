"""Refusals as problem documents (RFC 9457): code, cause, remedy and place, in English and Urdu."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpResponse

from mazdoor.delivery.registration.questionnaire import Problem
from mazdoor.delivery.registration.services import FormRefused
from mazdoor.interfaces.clients import refusals as clients
from mazdoor.interfaces.rest import refusals
from mazdoor.kernel.refusals import Refusal

_STATUS: Final = {
    clients.TOKEN_REFUSED.code: 401,
    clients.NOT_ALLOWED.code: 403,
    clients.TOO_MANY.code: 429,
    clients.DAY_IS_FULL.code: 429,
    refusals.BODY_UNREADABLE.code: 400,
    refusals.KEY_MISSING.code: 400,
    refusals.KEY_USED.code: 409,
    refusals.SUBMISSION_UNKNOWN.code: 404,
    refusals.LIST_UNKNOWN.code: 404,
    refusals.NOTHING_RETURNED.code: 404,
    refusals.TOO_LARGE.code: 413,
    refusals.BROKEN.code: 500,
}
"""HTTP status by code; every other refusal is of what the form says, and 422."""


def said(refusal: Refusal) -> dict[str, Any]:
    """Code, cause and remedy in both languages."""
    return {
        "code": refusal.code,
        "cause": {"en": refusal.cause("en"), "ur": refusal.cause("ur")},
        "remedy": {"en": refusal.remedy("en"), "ur": refusal.remedy("ur")},
    }


def told(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems of a form, each with its place. Never what was written there."""
    return [{"place": problem.place, **said(problem.refusal)} for problem in problems]


def document(refusal: Refusal, *, status: int | None = None) -> dict[str, Any]:
    """A problem document, with the status its code stands for unless another is named."""
    found = {
        "type": f"urn:mazdoor:refusal:{refusal.code}",
        "title": refusal.cause("en"),
        "status": status or _STATUS.get(refusal.code, 422),
        **said(refusal),
        "problems": [],
    }
    if isinstance(refusal, FormRefused):
        found["problems"] = told(refusal.problems)
    elif place := refusal.details.get("field"):
        found["problems"] = [{"place": str(place), **said(refusal)}]
    return found


def answer(refusal: Refusal, *, status: int | None = None) -> HttpResponse:
    """The HTTP answer to a refusal."""
    body = document(refusal, status=status)
    number = int(body["status"])
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=number, content_type="application/problem+json"
    )
    if number == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if number == 429:
        response.headers["Retry-After"] = str(refusal.details.get("seconds", 60))
    return response
