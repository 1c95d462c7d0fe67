"""What happens around every request: strict browser policy, the officer's transaction, and refusals told politely."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from mazdoor.access.refusals import DESK_MAY_NOT
from mazdoor.access.services import acting_as
from mazdoor.kernel.refusals import Refusal
from mazdoor.web import formats
from mazdoor.web.shell import show

Respond = Callable[[HttpRequest], HttpResponse]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class BrowserPolicyMiddleware:
    """Tell the browser to run and load nothing but our own files, and to keep no page with people on it."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers. Static files are answered before us and stay cacheable."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response


F = TypeVar("F", bound=Callable[..., HttpResponse])


def own_transactions(view: F) -> F:
    """Mark a view whose services open and commit transactions of their own, in the name of the officer they are given.

    Such a view reads for its page inside ``acting_as``; nothing it calls relies on a surrounding transaction.
    """
    view.own_transactions = True  # type: ignore[attr-defined]
    return view


def _has_own_transactions(request: HttpRequest) -> bool:
    """Whether the view of this address does. What was found stays with the request (`config.wsgi` takes it from there)."""
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return False
    request.resolver_match = found
    return getattr(found.func, "own_transactions", False)


class OfficerMiddleware:
    """Run each request of a signed-in officer in one transaction that sees only the officer's areas.

    1. The transaction is opened as the officer; PostgreSQL's row-level security reads who it is from its settings.
    2. An error or a refusal takes back everything the request has written.
    3. A refusal no view has answered is told on a page of its own, with cause, remedy and code.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        if not request.user.is_authenticated:
            response = self.get_response(request)
            refusal = _refusal_of(request)
            return response if refusal is None else _tell(request, refusal)
        known: Any = request.user
        officer_id = known.pk
        surrounded = not _has_own_transactions(request)
        with acting_as(officer_id=officer_id, known=known) if surrounded else nullcontext():
            response = self.get_response(request)
            refusal = _refusal_of(request)
            if surrounded and (refusal is not None or response.status_code >= 500):
                transaction.set_rollback(True)
        if refusal is None:
            return response
        with acting_as(officer_id=officer_id):
            return _tell(request, refusal)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Keep a refusal for step 3; everything else goes on to Django's own error page."""
        if not isinstance(exception, Refusal):
            return None
        request.META["mazdoor.refusal"] = exception
        return HttpResponse(status=409)


def _refusal_of(request: HttpRequest) -> Refusal | None:
    refusal = request.META.get("mazdoor.refusal")
    return refusal if isinstance(refusal, Refusal) else None


def _tell(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    language = formats.language()
    return show(
        request,
        "web/refused.html",
        title=_("This could not be done"),
        status=_status(request, refusal),
        cause=refusal.cause(language),
        remedy=refusal.remedy(language),
        code=refusal.code,
        back=request.path if request.method == "GET" else request.headers.get("Referer", "/"),
    )


def _status(request: HttpRequest, refusal: Refusal) -> int:
    """Another desk's act is forbidden; what cannot be shown is not there; what cannot be done conflicts."""
    if refusal.kind is DESK_MAY_NOT:
        return 403
    return 404 if request.method == "GET" else 409
