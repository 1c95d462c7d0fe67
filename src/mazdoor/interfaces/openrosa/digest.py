"""Digest and basic authentication of devices (RFC 2617, as OpenRosa restricts it).

No library for the server's half is kept up any more (django-digest and python-digest ended in 2014 and 2012), so the
headers are read and written by werkzeug and the three hashes are made here. MD5 is the standard's; what makes it bearable
is that secrets are drawn at random (99 bits), nonces are signed, short-lived and good for each count once, and that the
site belongs behind TLS.

A nonce carries its own time and signature, so none is stored until it is used.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.db import connection
from django.http import HttpRequest
from werkzeug.datastructures import Authorization, WWWAuthenticate

REALM: Final = "Mazdoor"
DOMAIN: Final = "/openrosa/"
NONCE_SECONDS: Final = 600
LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are mistaken for another
_LONGEST_HEADER: Final = 4096


class Stale(Exception):
    """The answer was right and its nonce is used up or too old: the device shall take a new one, and ask nobody."""


def new_secret() -> str:
    """Twenty letters and digits at random, in fours: 99 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(5))


def ha1(username: str, secret: str) -> str:
    """What digest authentication keeps of a secret."""
    return _md5(f"{username}:{REALM}:{secret}")


def carries_secrets_safely(request: HttpRequest) -> bool:
    """Whether nobody on the way can read along: TLS (also where it ends before us), or a connection that never leaves
    this machine. Basic authentication must not be done over anything else."""
    if request.is_secure() or settings.SESSION_COOKIE_SECURE:
        return True
    host = request.get_host()
    return request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and host.rpartition(":")[0] in LOOPBACK


def challenge(request: HttpRequest, *, stale: bool = False) -> str:
    """The ``WWW-Authenticate`` header of a 401: digest always, basic where it may be used."""
    values: dict[str, str | None] = {
        "realm": REALM,
        "nonce": new_nonce(),
        "qop": "auth",
        "algorithm": "MD5",
        "domain": DOMAIN,
    }
    offers = [WWWAuthenticate("digest", values | ({"stale": "TRUE"} if stale else {})).to_header()]
    if carries_secrets_safely(request):
        offers.append(WWWAuthenticate("basic", {"realm": REALM}).to_header())
    return ", ".join(offers)


def new_nonce() -> str:
    """A signed nonce with its time in it."""
    return _signer().sign(secrets.token_urlsafe(18))


def claimed(request: HttpRequest) -> Authorization | None:
    """What the request says about who sends it; ``None`` where it says nothing that can be read."""
    header = request.headers.get("Authorization", "")
    if not header or len(header) > _LONGEST_HEADER:
        return None
    try:
        said = Authorization.from_header(header)
    except ValueError:
        return None
    if said is None or not said.get("username"):
        return None
    if said.type == "basic" and not carries_secrets_safely(request):
        return None
    return said if said.type in ("basic", "digest") else None


def proves(said: Authorization, request: HttpRequest, kept_ha1: str) -> bool:
    """Whether the claim is made by somebody who knows the secret behind ``kept_ha1``. Raises :class:`Stale`."""
    username = said["username"] or ""
    if said.type == "basic":
        return hmac.compare_digest(ha1(username, said.get("password") or ""), kept_ha1)
    nonce, qop, count = said.get("nonce") or "", said.get("qop"), said.get("nc") or ""
    if said.get("realm") != REALM or (said.get("algorithm") or "MD5").upper() != "MD5" or qop not in (None, "auth"):
        return False
    if not _is_address_of(request, said.get("uri") or ""):
        return False
    ha2 = _md5(f"{request.method}:{said.get('uri')}")
    middle = f"{count}:{said.get('cnonce') or ''}:{qop}:" if qop else ""
    expected = _md5(f"{kept_ha1}:{nonce}:{middle}{ha2}")
    if not hmac.compare_digest(expected, (said.get("response") or "").lower()):
        return False
    try:
        number = int(count, 16) if qop else 0  # without qop a nonce is good for one request
        _signer().unsign(nonce, max_age=NONCE_SECONDS)
    except SignatureExpired as old:
        raise Stale from old
    except (BadSignature, ValueError):
        return False
    if not 0 <= number < 2**63 or not _use(nonce, number):
        raise Stale
    return True


def _is_address_of(request: HttpRequest, uri: str) -> bool:
    told = urlsplit(uri)
    return unquote(told.path) == request.path and told.query == request.META.get("QUERY_STRING", "")


def _use(nonce: str, count: int) -> bool:
    """Use a nonce at a count; False where that was done before. Uses too old to matter are swept now and then."""
    with connection.cursor() as cursor:
        if secrets.randbelow(100) == 0:
            cursor.execute(
                "DELETE FROM openrosa_nonceuse WHERE used_at < now() - make_interval(secs => %s)", [2 * NONCE_SECONDS]
            )
        cursor.execute(
            "INSERT INTO openrosa_nonceuse (nonce, count) VALUES (%s, %s) ON CONFLICT DO NOTHING", [nonce, count]
        )
        return bool(cursor.rowcount == 1)


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="openrosa.nonce", sep=".")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
