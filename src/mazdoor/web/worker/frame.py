"""What surrounds every page of a worker: the visit, its cookie, the browser policy, the language, and refusals told plainly."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import wraps
from importlib import import_module
from typing import Any, Concatenate, Final, Literal, ParamSpec, Protocol, cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token, rotate_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from mazdoor.access import workers
from mazdoor.access.refusals import VISIT_ENDED
from mazdoor.access.workers import Visit
from mazdoor.kernel.refusals import Refusal
from mazdoor.notices.ports import SmsGateway
from mazdoor.web import formats
from mazdoor.web.middleware import own_transactions

COOKIE: Final = "mazdoor_worker"
PATH: Final = "/w/"
# No script, no connection, no frame: these pages need nothing but their own stylesheet, fonts and forms.
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

Step = Literal["open", "asked", "proved", "known"]
"""How far a visit must have come: anybody; a code was sent; the telephone is proved; the own record is known."""

Problem = tuple[str, str]
"""The id of the field at fault (empty for the page as a whole) and a sentence that says what to do."""

P = ParamSpec("P")


class Wires(Protocol):
    """Who stands behind the port in this installation."""

    def sms_gateway(self) -> SmsGateway | None:
        """The SMS gateway, or ``None`` where there is none."""


@dataclass
class Page:
    """One request of a worker. A view answers with :meth:`show` or :meth:`go`."""

    request: HttpRequest
    visit: Visit | None
    token: str
    fresh_token: str | None = field(default=None)
    """A token to put in the browser with the answer; empty text takes the cookie away."""

    @property
    def language(self) -> str:
        """``en`` or ``ur``."""
        return formats.language()

    @property
    def posted(self) -> bool:
        """Whether something was sent."""
        return self.request.method == "POST"

    @property
    def here(self) -> Visit:
        """The visit, on pages that need one."""
        if self.visit is None:
            raise VISIT_ENDED.because()
        return self.visit

    def text(self, name: str) -> str:
        """What was written in a field, at most a thousand characters."""
        return self.request.POST.get(name, "").strip()[:1000]

    def renew(self, token: str) -> None:
        """Give the browser another token, and forms another secret: what was planted before is worth nothing."""
        self.fresh_token = token
        rotate_token(self.request)

    def show(
        self, template: str, *, title: str, problems: list[Problem] | None = None, status: int = 200, **context: Any
    ) -> HttpResponse:
        """A whole page. With ``problems`` it says so in the browser's tab and at the top."""
        found = problems or []
        body = render_to_string(
            f"worker/{template}.html",
            {
                "title": title,
                "problems": found,
                "page": self,
                "csrf_token": get_token(self.request),
                "LANG": self.language,
                "DIR": "rtl" if self.language == "ur" else "ltr",
                "path": self.request.path,
                **context,
            },
        )
        return HttpResponse(body, status=422 if found and self.posted and status == 200 else status)

    def go(self, name: str, *args: object, query: str = "") -> HttpResponse:
        """On to another page."""
        return redirect(reverse(f"worker:{name}", args=args) + (f"?{query}" if query else ""))


View = Callable[Concatenate[Page, P], HttpResponse]


def worker_page(step: Step) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """A view of a worker's page that needs a visit to have come so far. Views of the step ``known`` run in a transaction
    that sees this worker's rows and nothing else; a refusal takes back what they wrote."""

    def wrap(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            _speak(request)
            page = _page(request)
            response = _turn_away(page, step)
            if response is None:
                try:
                    with _acting(page, step):
                        response = view(page, *args, **kwargs)
                except Refusal as refusal:
                    response = _tell(page, refusal)
            return _finish(page, response)

        answer.worker_step = step  # type: ignore[attr-defined]
        return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", login_not_required(own_transactions(answer)))

    return wrap


def address_of(request: HttpRequest) -> str:
    """The network address a request came from: behind proxies of our own (``MAZDOOR_PROXIES`` of them) the one the outermost
    of them saw. What a browser writes in front of that is not believed."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    proxies = int(os.environ.get("MAZDOOR_PROXIES", "0") or 0)
    if not proxies:
        return direct
    seen = [part.strip() for part in str(request.headers.get("X-Forwarded-For", "")).split(",") if part.strip()]
    return seen[-proxies] if len(seen) >= proxies else direct


def sms_gateway() -> SmsGateway | None:
    """The gateway of this installation."""
    return cast(Wires, import_module(settings.MAZDOOR_WIRES)).sms_gateway()


def _speak(request: HttpRequest) -> None:
    """Urdu, unless a language was chosen: the language a cheap telephone is set to is seldom its holder's."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate("ur")


def _page(request: HttpRequest) -> Page:
    token = request.COOKIES.get(COOKIE, "")[:100]
    visit = workers.find_visit(token=token) if token else None
    return Page(request=request, visit=visit, token=token)


def _turn_away(page: Page, step: Step) -> HttpResponse | None:
    """Where somebody is sent who has not come so far; None where they have."""
    visit = page.visit
    if step == "open" or (visit and (step == "asked" or (step == "proved" and visit.proved) or visit.person_ids)):
        return None
    if visit is None:
        if page.token:  # there was a visit: say that it ended, and why
            page.fresh_token = ""
            return _tell(page, VISIT_ENDED.because())
        return page.go("phone")
    return page.go("code") if not visit.proved else page.go("who")


def _acting(page: Page, step: Step) -> Any:
    if step != "known":
        return nullcontext()
    return workers.acting_as_worker(person_ids=page.here.person_ids)


def _tell(page: Page, refusal: Refusal) -> HttpResponse:
    return page.show(
        "refused",
        title=_("Your visit has ended") if refusal.kind is VISIT_ENDED else _("This could not be done"),
        cause=refusal.cause(page.language),
        remedy=refusal.remedy(page.language),
        code=refusal.code,
        status=409,
        begin_again=refusal.kind is VISIT_ENDED,
    )


def _finish(page: Page, response: HttpResponse) -> HttpResponse:
    if page.fresh_token is not None:
        if page.fresh_token:
            response.set_cookie(
                COOKIE,
                page.fresh_token,
                path=PATH,
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
        else:
            response.delete_cookie(COOKIE, path=PATH)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
