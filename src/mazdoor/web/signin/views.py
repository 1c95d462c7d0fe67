"""Signing in and out, and choosing the language. The only pages open to everybody."""

from typing import cast

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mazdoor.web.forms import problems
from mazdoor.web.officers import SignedIn
from mazdoor.web.shell import show
from mazdoor.web.signin.forms import SignInForm

YEAR = 365 * 24 * 3600


def _own_address(request: HttpRequest, wanted: str) -> str:
    """``wanted`` if it is a page of ours, else the first page (nobody is sent elsewhere by a forged link)."""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted and safe else "/"


def _remember_language(response: HttpResponse, code: str) -> None:
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR, samesite="Lax", httponly=True)


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first page of somebody not signed in. Afterwards the officer's own language is spoken, unless one was chosen."""
    onward = _own_address(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.user.is_authenticated:
        return redirect(onward)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        officer = authenticate(request, username=form.cleaned_data["username"], password=form.cleaned_data["password"])
        if officer is not None:
            login(request, officer)
            response = redirect(onward)
            if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                _remember_language(response, cast(SignedIn, officer).language)
            return response
        form.add_error("username", _("Name and password do not belong together. Write both again."))
    found = problems(form) if request.method == "POST" else []
    return show(
        request,
        "web/sign_in.html",
        title=_("Sign in"),
        status=422 if found else 200,
        form=form,
        problems=found,
        next=onward,
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("web:sign-in")


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Speak the chosen language from now on, and go back to the page one was on."""
    response = redirect(_own_address(request, request.POST.get("next", "")))
    code = request.POST.get("language", "")
    if code in dict(settings.LANGUAGES):
        _remember_language(response, code)
    return response
