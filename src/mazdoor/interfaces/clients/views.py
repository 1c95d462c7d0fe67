"""Two addresses every other system needs: where tokens are given, and where our public keys are."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote_plus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from mazdoor.interfaces.clients import limits, services, signing
from mazdoor.kernel.refusals import Refusal

TRIES_PER_MINUTE = 60
"""Tokens one system, or one address with wrong codes, may ask for in a minute."""


@csrf_exempt
@login_not_required
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Give a bearer token for client credentials (RFC 6749 section 4.4), by HTTP Basic or in the form."""
    try:
        code, secret = _credentials(request)
        for name in (f"token {code[:64]}", f"token from {request.META.get('REMOTE_ADDR', '')} {code[:64]}"):
            limits.check_rate(name, per_minute=TRIES_PER_MINUTE)
    except Refusal as refusal:
        return _answer({"error": "temporarily_unavailable", "error_description": refusal.remedy()}, 429)
    if request.POST.get("grant_type") != "client_credentials":
        return _answer({"error": "unsupported_grant_type", "error_description": "grant_type=client_credentials"}, 400)
    given = services.give_token(code=code, secret=secret, scopes=request.POST.get("scope", "").split() or None)
    if given is None:
        refused = _answer({"error": "invalid_client", "error_description": "Unknown client_id or wrong secret."}, 401)
        refused.headers["WWW-Authenticate"] = 'Basic realm="mazdoor"'
        return refused
    access_token, seconds, scope = given
    if not scope:
        return _answer(
            {"error": "invalid_scope", "error_description": "None of these scopes is registered for you."}, 400
        )
    return _answer({"access_token": access_token, "token_type": "Bearer", "expires_in": seconds, "scope": scope}, 200)


@login_not_required
@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """Our public signing keys as a JWK set (RFC 7517)."""
    response = JsonResponse(signing.published_keys())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _credentials(request: HttpRequest) -> tuple[str, str]:
    """Code and secret as they were sent; empty words where they were not."""
    header = request.headers.get("Authorization", "")
    if header[:6].lower() == "basic ":
        try:
            code, _, secret = base64.b64decode(header[6:], validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return unquote_plus(code), unquote_plus(secret)
    return request.POST.get("client_id", ""), request.POST.get("client_secret", "")


def _answer(document: dict[str, object], status: int) -> HttpResponse:
    response = JsonResponse(document, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
