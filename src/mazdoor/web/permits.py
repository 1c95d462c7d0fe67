"""Which desk may open a page or send a form: the table of :mod:`mazdoor.access.permissions`, asked at the door."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse

from mazdoor.access import permissions
from mazdoor.web.officers import SignedIn

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def can(officer: SignedIn, act: str) -> bool:
    """Whether an officer's desk may do ``act``."""
    who: Any = officer
    return permissions.can(who, act)


def may(request: HttpRequest, act: str) -> bool:
    """Whether the desk of whoever asks may do ``act``."""
    user: Any = request.user
    return user.is_authenticated and permissions.can(user, act)


def check_may(request: HttpRequest, act: str) -> None:
    """Raises ``OFF-002`` unless the desk may do ``act``."""
    user: Any = request.user
    permissions.check_may(user if user.is_authenticated else None, act)


def needs(act: str) -> Callable[[View[P]], View[P]]:
    """A view only for desks that may do ``act``; the act is kept on the view, so that a test can read all of them."""

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            check_may(request, act)
            return view(request, *args, **kwargs)

        checked.act = act  # type: ignore[attr-defined]
        return cast(View[P], checked)

    return wrap
